"""`LambdaContext`: a context for a handler that a test calls itself."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from datetime import datetime, timezone
from typing import Any
from unittest.mock import patch

import pytest
from freezegun import freeze_time

from lambda_mock import LambdaContext, LambdaMock, LambdaMockError, mock_lambda
from lambda_mock.execution.context import LambdaContext as RuntimeContext


def of(**values: Any) -> LambdaContext:
    return LambdaContext(**values)


def seen(context: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(context).items() if not name.startswith("_")}


def test_a_context_has_a_value_for_everything() -> None:
    context = LambdaContext()
    found = seen(context)
    identity = found.pop("identity")
    assert (identity.cognito_identity_id, identity.cognito_identity_pool_id) == (None, None)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", context.aws_request_id)
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", context.log_stream_name)
    assert found == {
        "aws_request_id": context.aws_request_id,
        "log_group_name": "/aws/lambda/function",
        "log_stream_name": context.log_stream_name,
        "function_name": "function",
        "memory_limit_in_mb": "128",
        "function_version": "$LATEST",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:function",
        "tenant_id": None,
        "client_context": None,
    }


def test_a_context_is_of_the_class_that_functions_get_and_has_nothing_less(mock_lambda: LambdaMock) -> None:
    given: list[Any] = []
    mock_lambda.function("orders", lambda event, context: given.append(context))
    import boto3

    boto3.client("lambda").invoke(FunctionName="orders")
    (of_a_run,) = given
    assert isinstance(of_a_run, RuntimeContext)
    assert isinstance(LambdaContext(), RuntimeContext)
    assert seen(of_a_run).keys() == seen(LambdaContext()).keys()
    assert not callable(of_a_run)


def test_every_value_can_be_another_one() -> None:
    values: dict[str, Any] = {
        "function_name": "orders",
        "function_version": "7",
        "invoked_function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:orders:live",
        "aws_request_id": "id",
        "log_group_name": "group",
        "log_stream_name": "stream",
        "tenant_id": "blue",
    }
    context = of(
        **values,
        memory_limit_in_mb=512,
        cognito_identity_id="one",
        cognito_identity_pool_id="pool",
        client_context={"custom": {"a": 1}, "client": {"app_title": "shop"}, "w3c": {"baggage": "b"}},
    )
    assert {name: getattr(context, name) for name in values} == values
    assert context.memory_limit_in_mb == "512"
    assert (context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id) == ("one", "pool")
    assert context.client_context is not None
    assert context.client_context.client is not None
    assert (context.client_context.custom, context.client_context.client.app_title) == ({"a": 1}, "shop")
    assert context.w3c() == {"baggage": "b"}


@pytest.mark.parametrize(
    ("values", "suffix", "version"),
    [
        ({"qualifier": "live"}, ":live", "$LATEST"),
        ({"qualifier": "3"}, ":3", "3"),
        ({"qualifier": "live", "function_version": "3"}, ":live", "3"),
        ({"region": "cn-north-1", "account_id": "111122223333"}, "", "$LATEST"),
    ],
)
def test_the_arn_is_made_of_what_was_invoked(values: dict[str, Any], suffix: str, version: str) -> None:
    context = of(function_name="orders", **values)
    place = (
        "arn:aws-cn:lambda:cn-north-1:111122223333" if "region" in values else "arn:aws:lambda:us-east-1:123456789012"
    )
    assert context.invoked_function_arn == f"{place}:function:orders{suffix}"
    assert context.function_version == version


def test_the_ids_are_drawn_from_the_seed() -> None:
    one, same, other = of(), of(function_name="orders", aws_request_id="mine"), of(seed=1)
    assert of().aws_request_id == one.aws_request_id != other.aws_request_id
    assert one.log_stream_name == same.log_stream_name != other.log_stream_name


def test_calling_a_context_gives_another_one_with_changes_and_the_next_id() -> None:
    first = of(function_name="orders", timeout=60)
    second, third = first(timeout=10), first(seed=1)
    assert (first.function_name, second.function_name) == ("orders", "orders")
    assert second.aws_request_id == of()().aws_request_id != first.aws_request_id
    assert third.aws_request_id == of(seed=1).aws_request_id
    assert first.get_remaining_time_in_millis() > 10_000 >= second.get_remaining_time_in_millis() > 0


# Time ----------------------------------------------------------------------------------------------------------------


def test_time_passes_for_real_without_a_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    monkeypatch.setattr("lambda_mock.handler_context.measured", lambda: now)
    context = of(timeout=10)
    now += 4
    assert context.get_remaining_time_in_millis() == 6_000
    assert context._epoch_deadline_time_in_ms == 1_000_010_000
    now += 60
    assert context.get_remaining_time_in_millis() == 0
    context.restart()
    assert context.get_remaining_time_in_millis() == 10_000


@pytest.mark.parametrize("moment", ["1999-01-01", "2099-01-01"])
@pytest.mark.parametrize("with_mock", [True, False])
def test_a_test_that_sets_its_time_takes_none_of_it(moment: str, *, with_mock: bool) -> None:
    context = of(timeout=60)
    with mock_lambda() if with_mock else nullcontext():
        inside = of(timeout=60)
        with freeze_time(moment) as frozen:
            frozen.tick(3600)
            left = [each.get_remaining_time_in_millis() for each in (context, inside)]
    assert all(0 < each <= 60_000 for each in left)


@pytest.mark.parametrize(
    "moment", [datetime(1999, 1, 1, tzinfo=timezone.utc), datetime(2099, 1, 1, tzinfo=timezone.utc)]
)
def test_neither_does_a_clock_that_is_set_to_a_moment(moment: datetime) -> None:
    early = of(timeout=60)
    with mock_lambda() as outer:
        with mock_lambda() as mock:
            context = of(timeout=60)
            outer.clock.freeze(at=moment)
            mock.clock.freeze(at=moment)
            late = of(timeout=60)
            mock.clock.advance(4)
            assert 0 < early.get_remaining_time_in_millis() <= context.get_remaining_time_in_millis() <= 56_000
            assert late.get_remaining_time_in_millis() == 56_000
            assert late._epoch_deadline_time_in_ms == (moment.timestamp() + 60) * 1000
        outer.clock.advance(10)
        assert late.get_remaining_time_in_millis() == 50_000


@pytest.mark.parametrize("made_first", [True, False])
def test_time_passes_on_the_clock_of_a_mock_whichever_was_made_first(*, made_first: bool) -> None:
    early = of(timeout=10)
    with mock_lambda() as mock:
        mock.clock.freeze()
        context = early if made_first else of(timeout=10)
        mock.clock.advance(4)
        assert 5_000 < context.get_remaining_time_in_millis() <= 6_000
        deadline = context._epoch_deadline_time_in_ms
        assert deadline / 1000 - mock.clock.time() == pytest.approx(6, abs=1)
        late = of(timeout=10)
        assert late.get_remaining_time_in_millis() == 10_000
        assert late._epoch_deadline_time_in_ms / 1000 - mock.clock.time() == pytest.approx(10, abs=1)


def test_a_context_is_where_the_active_mock_is() -> None:
    with mock_lambda(region="eu-west-1", account_id="111122223333", seed=7):
        context = of()
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:111122223333:function:function"
    assert context.aws_request_id == of(seed=7).aws_request_id


def test_what_a_handler_logs_by_its_context_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    LambdaContext().log("hello")
    assert capsys.readouterr().out == "hello"


# Variables -----------------------------------------------------------------------------------------------------------


def test_the_variables_say_the_same_and_can_be_taken_back() -> None:
    context = of(function_name="orders", qualifier="3", memory_limit_in_mb="512", region="eu-west-1")
    before = dict(os.environ)
    with patch.dict(os.environ, context.environment):
        assert {name: value for name, value in os.environ.items() if before.get(name) != value} == {
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_VERSION": "3",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
            "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream_name,
            "AWS_REGION": "eu-west-1",
        }
    assert dict(os.environ) == before


# What can't be -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (
            {"Function_Name": "x"},
            "has no 'Function_Name'. Did you mean 'function_name'? It takes function_name, function_",
        ),
        ({"zzz": "x"}, "A LambdaContext has no 'zzz'. It takes function_name, "),
        ({"function_name": 7}, "LambdaContext: function_name is a string, and not 7."),
        ({"tenant_id": ""}, "LambdaContext: tenant_id is a string, and not ''."),
        ({"memory_limit_in_mb": "much"}, "LambdaContext: memory_limit_in_mb is a whole number of MB, and not 'much'."),
        ({"memory_limit_in_mb": True}, "memory_limit_in_mb is a whole number of MB, and not True."),
        ({"timeout": "3"}, "LambdaContext: timeout is a number of seconds, at least 0, and not '3'."),
        ({"timeout": True}, "timeout is a number of seconds, at least 0, and not True."),
        ({"timeout": -1}, "timeout is a number of seconds, at least 0, and not -1."),
        ({"timeout": float("nan")}, "timeout is a number of seconds, at least 0, and not nan."),
        ({"timeout": float("inf")}, "timeout is a number of seconds, at least 0, and not inf."),
        ({"client_context": {"client": "shop"}}, "client in a client_context is a mapping, and not 'shop'."),
        ({"client_context": "{}"}, "client_context is a mapping that has some of client, custom, env and w3c, and not"),
        ({"client_context": {"a": 1}}, "client_context is a mapping that has some of client, custom, env and w3c, and"),
        ({"region": "here"}, "lambda_mock: region must be a region's name, such as 'eu-west-1', and not 'here'."),
        ({"account_id": "1"}, "lambda_mock: account_id must be a string of 12 digits, and not '1'."),
    ],
)
def test_what_no_context_can_have_is_refused(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(complaint)):
        of(**values)
    with pytest.raises(LambdaMockError, match=re.escape(complaint)):
        of()(**values)


# The fixture ---------------------------------------------------------------------------------------------------------

FIXTURE = """
import pytest
from lambda_mock import LambdaMockError, current, handler_context

@pytest.fixture(scope="session")
def lambda_mock_config():
    return {"region": "eu-central-1", "account_id": "111122223333"}

def handler(event, context):
    return context.invoked_function_arn

def test_it_is_where_the_configuration_says(lambda_context):
    assert handler({}, lambda_context) == "arn:aws:lambda:eu-central-1:111122223333:function:function"
    other = lambda_context(function_name="orders")
    assert handler({}, other) == "arn:aws:lambda:eu-central-1:111122223333:function:orders"
    with pytest.raises(LambdaMockError):
        current()

@pytest.mark.lambda_mock(region="eu-west-1")
def test_a_marker_moves_it(lambda_context, mock_lambda):
    assert handler({}, lambda_context).startswith("arn:aws:lambda:eu-west-1:")
    assert mock_lambda.config.region == "eu-west-1"

@pytest.fixture
def slow(lambda_context, monkeypatch):
    now = handler_context.measured() + 60
    monkeypatch.setattr(handler_context, "measured", lambda: now)

def test_its_time_begins_with_the_test(lambda_context, slow):
    assert lambda_context.get_remaining_time_in_millis() == 3000

class TestOfAnotherKind:
    @pytest.fixture
    def lambda_context(self):
        return "mine"

    def test_a_fixture_of_that_name_may_be_anything(self, lambda_context):
        assert lambda_context == "mine"
"""


def test_the_fixture_is_a_context_and_activates_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FIXTURE)
    pytester.runpytest_inprocess("-p", "no:xdist").assert_outcomes(passed=4)


def test_a_run_of_pure_handlers_loads_neither_botocore_nor_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it(lambda_context):
            assert lambda_context.get_remaining_time_in_millis() > 0
            assert {"botocore", "boto3", "lambda_mock.mock", "lambda_mock.domain.store"} & set(sys.modules) == set()
        """
    )
    pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:randomly").assert_outcomes(passed=1)
