"""What another service brings to functions: delivered, refused, put off until its call is over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import AccessDeniedException, ResourceNotFoundException
from lambda_mock.intercept.active import interceptor

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

REGION, ACCOUNT = "us-east-1", "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
BUCKET = "arn:aws:s3:::invoices"


def trigger(arn: str = ARN, event: object = None, **changes: Any) -> Trigger:
    members: dict[str, Any] = {
        "function_arn": arn,
        "payload": json.dumps(event or {}).encode(),
        "principal": "s3.amazonaws.com",
        "source_arn": BUCKET,
        "source_account": ACCOUNT,
    }
    return Trigger(**{**members, **changes})


def functions(mock: LambdaMock) -> Functions:
    """The port, as an integration gets it."""
    return mock._activation.arrivals


def during(call: Any) -> Any:
    """A call of another service, as the wrap around botocore makes it."""
    active = interceptor.current()
    assert active is not None
    return active.during(call)


def released(mock: LambdaMock) -> Any:
    """A function that says which version it is, twice published, with an alias for the first one."""
    seen: list[str] = []
    mock.function("orders", lambda event, context: seen.append(context.function_version))
    client = boto3.client("lambda", region_name=REGION)
    client.publish_version(FunctionName="orders")
    client.update_function_configuration(FunctionName="orders", Description="two")
    client.publish_version(FunctionName="orders")
    client.create_alias(FunctionName="orders", Name="PROD", FunctionVersion="1")
    return client, seen


@pytest.mark.parametrize(
    ("qualifier", "expected"), [("", "$LATEST"), (":$LATEST", "$LATEST"), (":2", "2"), (":PROD", "1")]
)
def test_an_event_reaches_what_its_arn_names(mock_lambda: LambdaMock, qualifier: str, expected: str) -> None:
    _, seen = released(mock_lambda)
    functions(mock_lambda).send(trigger(ARN + qualifier))
    assert seen == [expected]
    (run,) = mock_lambda.invocations
    assert (run.invocation_type, run.source_arn, run.qualifier) == ("Event", BUCKET, qualifier[1:] or None)


def test_an_alias_leads_where_it_points_when_the_event_is_delivered() -> None:
    with mock_lambda(async_mode="manual") as mock:
        client, seen = released(mock)
        functions(mock).send(trigger(f"{ARN}:PROD"))
        client.update_alias(FunctionName="orders", Name="PROD", FunctionVersion="2")
        assert seen == []
        assert [run.version for run in mock.drain()] == ["2"]
    assert seen == ["2"]


def test_a_service_that_waits_gets_the_answer(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: {"got": event})
    answer = functions(mock_lambda).call(trigger(event={"a": 1}))
    assert (json.loads(answer.payload), answer.function_error) == ({"got": {"a": 1}}, None)
    (run,) = mock_lambda.invocations
    assert (run.invocation_type, run.source_arn) == ("RequestResponse", BUCKET)


def test_a_service_that_waits_gets_the_error(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", raises=ValueError("no"))
    answer = functions(mock_lambda).call(trigger())
    assert (json.loads(answer.payload)["errorType"], answer.function_error) == ("ValueError", "Unhandled")
    with pytest.raises(ResourceNotFoundException):
        functions(mock_lambda).call(trigger(f"{ARN}:gone"))


def test_it_is_known_what_is_there(mock_lambda: LambdaMock) -> None:
    released(mock_lambda)
    there = [suffix for suffix in ("", ":1", ":3", ":PROD", ":TEST", "s") if functions(mock_lambda).has(ARN + suffix)]
    assert there == ["", ":1", ":PROD"]
    for text in ("", "orders", "orders:PROD", BUCKET, "arn:aws:lambda:us-east-1:123456789012:function:"):
        assert not functions(mock_lambda).has(text)


def test_an_event_for_nobody_is_a_warning(mock_lambda: LambdaMock) -> None:
    with pytest.warns(
        LambdaMockWarning, match=r"An event of arn:aws:s3:::invoices that s3\.amazonaws\.com sends to .*:gone doesn't"
    ):
        functions(mock_lambda).send(trigger(f"{ARN}:gone"))
    with pytest.warns(LambdaMockWarning, match="There is no such function, version or alias"):
        functions(mock_lambda).send(trigger(f"{ARN}:gone", source_arn=None))
    assert not mock_lambda.invocations


def test_an_event_that_is_too_large_is_a_warning(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    with pytest.warns(LambdaMockWarning, match="RequestEntityTooLargeException"):
        functions(mock_lambda).send(trigger(event="x" * 1_048_577))
    assert not mock_lambda.invocations


def test_events_of_a_call_are_handled_when_it_has_its_answer(mock_lambda: LambdaMock) -> None:
    story: list[str] = []
    mock_lambda.function("orders", lambda event, context: story.append(event))

    def call() -> str:
        functions(mock_lambda).send(trigger(event="first"))
        functions(mock_lambda).send(trigger(event="second"))
        story.append("the call ends")
        return "answer"

    assert during(call) == "answer"
    assert story == ["the call ends", "first", "second"]


def test_what_a_function_brings_about_that_a_call_waits_for_is_handled_inside(mock_lambda: LambdaMock) -> None:
    story: list[str] = []
    mock_lambda.function("orders", lambda event, context: story.append(event))

    def ask(event: object, context: object) -> str:
        functions(mock_lambda).send(trigger(event="sent by the function"))
        return "done"

    mock_lambda.function("asked", ask)

    def call() -> None:
        functions(mock_lambda).call(trigger(ARN.replace("orders", "asked")))
        story.append("the call ends")

    during(call)
    assert story == ["sent by the function", "the call ends"]


def test_a_call_that_fails_brings_what_it_has_brought_until_then(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)

    def call() -> None:
        functions(mock_lambda).send(trigger())
        raise OSError("no connection")

    with pytest.raises(OSError, match="no connection"):
        during(call)
    mock_lambda.invocations.assert_invoked("orders", times=1)


def test_a_warning_that_is_an_error_costs_no_other_event(mock_lambda: LambdaMock) -> None:
    seen: list[Any] = []
    mock_lambda.function("orders", lambda event, context: seen.append(event))

    def call() -> None:
        for arn, event in ((f"{ARN}:gone", 1), (ARN, 2), (f"{ARN}:away", 3), (ARN, 4)):
            functions(mock_lambda).send(trigger(arn, event))

    with pytest.raises(LambdaMockWarning, match=":gone"):
        during(call)
    assert seen == [2, 4]


def test_operations_are_performed_for_an_account(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None, account_id="999999999999")
    found = functions(mock_lambda).perform(
        "GetFunctionConfiguration", {"FunctionName": "orders"}, region=REGION, account_id="999999999999"
    )
    assert found["FunctionName"] == "orders"
    with pytest.raises(ResourceNotFoundException):
        functions(mock_lambda).perform(
            "GetFunctionConfiguration", {"FunctionName": "orders"}, region=REGION, account_id=ACCOUNT
        )


class TestPolicies:
    """With `enforce_policies=True`."""

    @pytest.fixture
    def mock(self) -> Any:
        with mock_lambda(enforce_policies=True) as mock:
            yield mock

    def test_without_a_grant_nothing_is_delivered_and_the_grant_is_named(self, mock: LambdaMock) -> None:
        _, seen = released(mock)
        with pytest.warns(LambdaMockWarning) as warned:
            functions(mock).send(trigger(f"{ARN}:PROD"))
        missing = (
            "lambda_client.add_permission(FunctionName='orders', Qualifier='PROD', StatementId='s3-invoke', "
            "Action='lambda:InvokeFunction', Principal='s3.amazonaws.com', SourceArn='arn:aws:s3:::invoices', "
            "SourceAccount='123456789012')  # us-east-1, account 123456789012"
        )
        told, named = str(warned[0].message).splitlines()
        assert told == (
            f"An event of {BUCKET} that s3.amazonaws.com sends to {ARN}:PROD doesn't reach it. "
            "Its resource policy doesn't allow that. What is missing is"
        )
        assert named == f"  {missing}"
        assert seen == []
        (refusal,) = mock.refusals.assert_refused("orders:PROD", principal="s3.amazonaws.com")
        assert (refusal.missing, refusal.region, refusal.account_id) == (missing, REGION, ACCOUNT)
        assert str(refusal) == f"s3.amazonaws.com for {BUCKET} may not invoke orders:PROD; missing is\n      {missing}"

    def test_the_call_that_is_named_lets_it_in(self, mock: LambdaMock) -> None:
        client, seen = released(mock)
        with pytest.warns(LambdaMockWarning):
            functions(mock).send(trigger(f"{ARN}:PROD"))
        eval(mock.refusals[0].missing, {"lambda_client": client})  # noqa: S307
        functions(mock).send(trigger(f"{ARN}:PROD"))
        assert seen == ["1"]

    @pytest.mark.parametrize(
        ("granted", "reached"),
        [({}, ""), ({"Qualifier": "PROD"}, ":PROD"), ({"Qualifier": "1"}, ":1")],
    )
    def test_a_grant_is_for_one_qualifier(self, mock: LambdaMock, granted: dict[str, str], reached: str) -> None:
        client, _ = released(mock)
        client.add_permission(
            FunctionName="orders",
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            **granted,
        )
        assert [suffix for suffix in ("", ":1", ":2", ":PROD") if functions(mock).allows(trigger(ARN + suffix))] == [
            reached
        ]
        assert not mock.refusals

    @pytest.mark.parametrize(
        ("narrowed", "expected"),
        [
            ({"SourceArn": BUCKET}, True),
            ({"SourceArn": "arn:aws:s3:::others"}, False),
            ({"SourceAccount": ACCOUNT}, True),
            ({"SourceAccount": "999999999999"}, False),
            ({"Principal": "sns.amazonaws.com"}, False),
        ],
    )
    def test_a_grant_is_for_a_source(self, mock: LambdaMock, narrowed: dict[str, str], expected: bool) -> None:  # noqa: FBT001
        client, _ = released(mock)
        grant = {"Principal": "s3.amazonaws.com", "Action": "lambda:InvokeFunction", **narrowed}
        client.add_permission(FunctionName="orders", StatementId="s", **grant)
        assert functions(mock).allows(trigger()) is expected

    def test_a_service_that_waits_is_refused_in_lambdas_words(self, mock: LambdaMock) -> None:
        released(mock)
        with pytest.raises(AccessDeniedException, match="no resource-based policy allows the lambda:InvokeFunction"):
            functions(mock).call(trigger(source_arn=None, source_account=None))
        assert "SourceArn" not in mock.refusals[0].missing
        assert "Qualifier" not in mock.refusals[0].missing
        assert str(mock.refusals[0]).startswith("s3.amazonaws.com may not invoke orders; missing is")
        mock.refusals.assert_not_refused("orders:PROD")

    def test_without_the_option_nobody_asks(self) -> None:
        with mock_lambda() as mock:
            released(mock)
            functions(mock).send(trigger(f"{ARN}:PROD"))
            assert not mock.refusals
            mock.invocations.assert_invoked("orders", qualifier="PROD")
