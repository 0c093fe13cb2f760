"""Invoking: what each invocation type answers, which version runs, and what a function learns of its caller."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMock, MockConfig

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

IDENTITY = """
def handler(event, context):
    return {"text": TEXT, "arn": context.invoked_function_arn, "version": context.function_version}
"""
SAYS_ITS_ENVIRONMENT = """
import os

def handler(event, context):
    return [os.environ["AWS_LAMBDA_FUNCTION_VERSION"], os.environ["STAGE"]]
"""


def says(text: str) -> str:
    return IDENTITY.replace("TEXT", repr(text))


def invoked(aws: Account, name: str = "orders", **parameters: Any) -> Answer:
    """The whole answer, its payload read and parsed."""
    answer = aws.call("invoke", FunctionName=name, **parameters)
    content = answer["Payload"].read()
    return answer | {"Payload": json.loads(content) if content else content}


def succeeded(payload: Any, version: str = "$LATEST", **members: Any) -> Answer:
    return {"StatusCode": 200, "ExecutedVersion": version, "Payload": payload, "ResponseMetadata": 200} | members


def remember(mock: LambdaMock) -> list[Any]:
    """A function `orders` that appends its events to the list that is given back."""
    events: list[Any] = []
    mock.function("orders", lambda event, context: events.append(event))
    return events


# Invocation types ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"InvocationType": "RequestResponse"}])
def test_a_request_is_answered_with_what_the_function_returns(
    aws: Account, mock_lambda: LambdaMock, given: Answer
) -> None:
    mock_lambda.function("orders", lambda event, context: {"echo": event})
    assert invoked(aws, Payload=b'{"n": 1}', **given) == succeeded({"echo": {"n": 1}})


@pytest.mark.parametrize("result", [None, "text", 1.5, True, [], {"a": [1, {"b": None}]}, "ä€😀"])
def test_a_result_is_answered_as_json(aws: Account, mock_lambda: LambdaMock, result: Any) -> None:
    mock_lambda.function("orders", returns=result)
    assert invoked(aws) == succeeded(result)


def test_an_event_is_accepted_with_an_empty_answer(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    answer = invoked(aws, InvocationType="Event", Payload=b'{"n": 1}')
    assert answer == {"StatusCode": 202, "Payload": b"", "ResponseMetadata": 202}
    assert events == [{"n": 1}]


def test_an_event_that_fails_is_tried_three_times_under_one_request_id(aws: Account, mock_lambda: LambdaMock) -> None:
    attempts = []

    def fail(event: Any, context: Any) -> None:
        attempts.append(context.aws_request_id)
        raise ValueError

    mock_lambda.function("orders", fail)
    answer = aws.client.invoke(FunctionName="orders", InvocationType="Event")
    assert attempts == [answer["ResponseMetadata"]["RequestId"]] * 3


def test_an_event_runs_on_the_code_of_the_moment(aws: Account, mock_lambda: LambdaMock) -> None:
    ran = []

    def replaced(event: Any, context: Any) -> None:
        ran.append("old")
        mock_lambda.function("orders", lambda event, context: ran.append("new"))
        raise ValueError

    mock_lambda.function("orders", replaced)
    aws.client.invoke(FunctionName="orders", InvocationType="Event")
    assert ran == ["old", "new"]


def test_a_dry_run_runs_nothing_and_answers_nothing(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    assert invoked(aws, InvocationType="DryRun") == {"StatusCode": 204, "Payload": b"", "ResponseMetadata": 204}
    assert events == []


@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event", "DryRun"])
def test_every_invocation_type_looks_for_its_target(aws: Account, invocation_type: str) -> None:
    aws.create()
    parameters = {"FunctionName": "orders", "InvocationType": invocation_type}
    assert aws.refusal("invoke", Qualifier="live", **parameters) == aws.not_found(qualifier="live")
    assert aws.refusal("invoke", **(parameters | {"FunctionName": "nowhere"})) == aws.not_found("nowhere", "$LATEST")


# What runs -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("qualifier", "version"),
    [(None, "$LATEST"), ("$LATEST", "$LATEST"), ("1", "1"), ("live", "1"), ("edge", "$LATEST")],
)
def test_a_function_is_told_the_arn_that_was_invoked_and_the_version_that_runs(
    aws: Account, qualifier: str | None, version: str
) -> None:
    aws.create(code=says("one"), Publish=True)
    aws.alias("live", "1")
    aws.alias("edge", "$LATEST")
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    expected = succeeded({"text": "one", "arn": aws.arn(qualifier=qualifier), "version": version}, version)
    assert invoked(aws, **parameters) == expected
    assert invoked(aws, aws.arn(qualifier=qualifier)) == expected


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(("qualifier", "version"), [("$LATEST", "$LATEST"), ("1", "1"), ("live", "1")])
def test_the_environment_names_the_version_that_runs(aws: Account, qualifier: str, version: str) -> None:
    aws.create(
        code=SAYS_ITS_ENVIRONMENT,
        Environment={"Variables": {"STAGE": "test"}},
        Publish=True,
    )
    aws.alias("live", "1")
    assert invoked(aws, Qualifier=qualifier)["Payload"] == [version, "test"]


@pytest.mark.usefixtures("execution")
def test_versions_keep_running_their_own_code(aws: Account) -> None:
    aws.create(code=says("version1"))
    aws.publish(Description="First version description :)")
    aws.update_code(says("version2"))

    def results() -> dict[str, str]:
        known = [item["Version"] for item in aws.call("list_versions_by_function", FunctionName="orders")["Versions"]]
        return {version: invoked(aws, Qualifier=version)["Payload"]["text"] for version in known}

    assert results() == {"$LATEST": "version2", "1": "version1"}
    aws.publish(Description="Second version description :)")
    assert results() == {"$LATEST": "version2", "1": "version1", "2": "version2"}
    aws.update_code(says("version3"), Publish=True)
    assert results() == {"$LATEST": "version3", "1": "version1", "2": "version2", "3": "version3"}


@pytest.mark.usefixtures("execution")
def test_an_alias_runs_the_version_that_it_points_to_at_the_moment(aws: Account) -> None:
    aws.create(code=says("version1"), Publish=True)
    arn = aws.alias("alias1")["AliasArn"]
    by_name = succeeded({"text": "version1", "arn": arn, "version": "1"}, "1")
    assert invoked(aws, Qualifier="alias1") == invoked(aws, arn) == by_name
    aws.update_code(says("version2"))
    assert invoked(aws, arn) == by_name
    aws.publish()
    assert invoked(aws, arn) == by_name
    aws.call("update_alias", FunctionName="orders", Name="alias1", FunctionVersion="2")
    assert invoked(aws, arn) == succeeded({"text": "version2", "arn": arn, "version": "2"}, "2")


@pytest.mark.usefixtures("execution")
def test_a_new_handler_runs_from_then_on(aws: Account) -> None:
    aws.create(
        code="def handler(e, c): return 'handler'\n\ndef handler_two(e, c): return 'handler_two'\n", Publish=True
    )
    assert aws.result() == ('"handler"', "$LATEST")
    aws.configure(Handler="index.handler_two")
    assert aws.result() == ('"handler_two"', "$LATEST")
    assert aws.result("1") == ('"handler"', "1")


@pytest.mark.usefixtures("execution")
def test_a_function_that_is_created_anew_runs_its_new_code(aws: Account) -> None:
    aws.create(code=says("old"))
    assert invoked(aws)["Payload"]["text"] == "old"
    aws.call("delete_function", FunctionName="orders")
    aws.create(code=says("new"))
    assert invoked(aws)["Payload"]["text"] == "new"


# Weighted aliases ------------------------------------------------------------------------------------------------


def canary(aws: Account, weight: float) -> None:
    aws.release("one", "two")
    aws.alias("live", "1", RoutingConfig={"AdditionalVersionWeights": {"2": weight}})


def test_a_weighted_alias_sends_its_share_to_the_additional_version(aws: Account) -> None:
    canary(aws, 0.1)
    ran = Counter(aws.result("live")[1] for _ in range(500))
    assert set(ran) == {"1", "2"}
    assert 20 <= ran["2"] <= 90


@pytest.mark.parametrize(("weight", "version"), [(0.0, "1"), (1.0, "2")])
def test_a_share_of_nothing_or_all_is_meant_so(aws: Account, weight: float, version: str) -> None:
    canary(aws, weight)
    assert {aws.result("live")[1] for _ in range(50)} == {version}


@pytest.mark.usefixtures("execution")
def test_the_version_that_ran_is_named_and_its_code_has_run(aws: Account) -> None:
    canary(aws, 0.5)
    assert {aws.result("live") for _ in range(50)} == {('"one"', "1"), ('"two"', "2")}


def choices(client: Any, seed: int, *, between: Callable[[], object] = lambda: None) -> list[str]:
    """The versions that 40 invocations of a new mock's evenly weighted alias run."""
    with LambdaMock(MockConfig(seed=seed)) as mock:
        mock.function("orders", returns=1, Publish=True)
        mock.function("orders", returns=2, Publish=True)
        routing = {"AdditionalVersionWeights": {"2": 0.5}}
        client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1", RoutingConfig=routing)
        ran = []
        for _ in range(40):
            ran.append(client.invoke(FunctionName="orders:live")["ExecutedVersion"])
            between()
        return ran


def test_a_seed_repeats_the_choices_of_a_weighted_alias(lambda_client: Any) -> None:
    assert choices(lambda_client, 1) == choices(lambda_client, 1)
    assert choices(lambda_client, 1) != choices(lambda_client, 2)


def test_a_dry_run_makes_no_choice(lambda_client: Any) -> None:
    def dry_run() -> None:
        lambda_client.invoke(FunctionName="orders:live", InvocationType="DryRun")

    assert choices(lambda_client, 1, between=dry_run) == choices(lambda_client, 1)


# What comes with a request ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("execution")
def test_the_tail_of_the_log_comes_on_request(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    print('Lambda log message')\n", Publish=True)
    answer = invoked(aws, LogType="Tail", Qualifier="1")
    log = base64.b64decode(answer.pop("LogResult")).decode()
    assert answer == succeeded(None, "1")
    start, message, end, report, *_ = log.splitlines()
    request_id = start.split()[2]
    assert [start, message, end] == [
        f"START RequestId: {request_id} Version: 1",
        "Lambda log message",
        f"END RequestId: {request_id}",
    ]
    assert report.startswith(f"REPORT RequestId: {request_id}\tDuration: ")


@pytest.mark.usefixtures("execution")
def test_the_tail_is_the_last_4_kilobytes(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    print('x' * 10_000)\n")
    log = base64.b64decode(invoked(aws, LogType="Tail")["LogResult"])
    assert len(log) == 4096
    assert b"REPORT RequestId: " in log


@pytest.mark.parametrize("more", ["", "x"], ids=["even", "odd"])
def test_the_tail_begins_with_a_whole_character(aws: Account, more: str) -> None:
    aws.create(code=f"def handler(event, context):\n    print('é' * 5_000 + {more!r})\n")
    log = base64.b64decode(invoked(aws, LogType="Tail")["LogResult"])
    assert len(log) in {4095, 4096}
    assert log.decode().startswith("é")


def test_a_log_that_is_no_text_has_a_tail_all_the_same(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    context.log('\\ud800')\n")
    log = base64.b64decode(invoked(aws, LogType="Tail")["LogResult"]).decode()
    assert "\n\\ud800\n" in log


@pytest.mark.parametrize("given", [{"LogType": "None"}, {}, {"LogType": "Tail", "InvocationType": "Event"}])
def test_without_a_request_for_it_there_is_no_log(aws: Account, mock_lambda: LambdaMock, given: Answer) -> None:
    mock_lambda.function("orders", returns=None)
    assert "LogResult" not in invoked(aws, **given)


def context_of(client: Any) -> str:
    return base64.b64encode(json.dumps(client).encode()).decode()


def test_a_client_context_reaches_the_function(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: [context.client_context.custom, context.client_context.env])
    given = context_of({"custom": {"foo": "bar"}, "client": {"app_title": "shop"}, "env": {"fizz": "buzz"}})
    assert invoked(aws, ClientContext=given)["Payload"] == [{"foo": "bar"}, {"fizz": "buzz"}]


def test_without_a_client_context_there_is_none(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: context.client_context)
    assert invoked(aws)["Payload"] is None


def test_an_empty_client_context_is_none(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: context.client_context)
    assert invoked(aws, ClientContext="")["Payload"] is None


@pytest.mark.parametrize("given", ["no base64!", "x" * 3584])
def test_a_client_context_that_is_none_is_refused(aws: Account, mock_lambda: LambdaMock, given: str) -> None:
    events = remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", ClientContext=given)
    assert refusal["Error"]["Code"] == "InvalidRequestContentException"
    assert events == []


def test_the_request_id_of_the_answer_is_the_one_that_the_function_sees(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: context.aws_request_id)
    answer = aws.client.invoke(FunctionName="orders")
    assert json.loads(answer["Payload"].read()) == answer["ResponseMetadata"]["RequestId"] == aws.UUID


def test_the_context_describes_the_function(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function(
        "orders",
        lambda event, context: [context.function_name, context.memory_limit_in_mb, context.log_group_name],
        MemorySize=256,
    )
    assert invoked(aws)["Payload"] == ["orders", "256", "/aws/lambda/orders"]
