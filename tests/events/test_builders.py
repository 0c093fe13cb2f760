"""What holds for every builder, and that its events reach functions."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

import lambda_mock
from lambda_mock import LambdaMock, events

DOCS = Path(__file__).parents[2] / "docs"

# One call of each builder with nothing but what it must be given.
LEAST: dict[str, dict[str, Any]] = {
    "challenge": {"correct": True},
    "dynamodb_modify": {"old": {"id": "1", "n": 1}, "new": {"id": "1", "n": 2}},
    "tumbling_window": {"event": events.kinesis()},
    "unpack_cloudwatch_logs": {"event": events.cloudwatch_logs()},
}
NO_BUILDERS = {"KinesisRecord", "SqsMessage"}
BUILDERS = sorted(set(events.__all__) - NO_BUILDERS)
any_builder = pytest.mark.parametrize("name", BUILDERS)

# Which builders stand for what docs/beside-moto.md says that reaches functions.
SOURCES = {
    "S3": {"s3", "s3_put", "s3_copy", "s3_delete"},
    "S3 by EventBridge": {"s3_eventbridge", "cloudtrail"},
    "SNS": {"sns"},
    "CloudWatch Logs": {"cloudwatch_logs"},
    "EventBridge": {"eventbridge"},
    "EventBridge rules with a schedule": {"eventbridge_schedule"},
    "EventBridge Scheduler": {"scheduler"},
    "Secrets Manager": {"secrets_manager_rotation"},
    "SES": {"ses"},
    "Cognito user pools": {name for name in BUILDERS if name.startswith("cognito_")},
    "SQS, DynamoDB streams, Kinesis": {
        "sqs",
        "sns_to_sqs",
        "dynamodb",
        "dynamodb_insert",
        "dynamodb_modify",
        "dynamodb_remove",
        "kinesis",
        "tumbling_window",
    },
    "API Gateway": {"api_gateway", "api_gateway_v2"},
    "CloudFormation": {"cloudformation"},
    "Config": {"config_rule"},
}
NOT_A_SHAPE = {"Step Functions"}  # a task is given what the state machine says
BESIDE_THE_TABLE = {"function_url", "destination_success", "destination_failure", "stream_failure"}
NOT_DELIVERED = {"api_gateway_authorizer_request", "api_gateway_authorizer_token", "api_gateway_v2_authorizer"}
HELPERS = {"challenge", "unpack_cloudwatch_logs"}


def build(name: str, **arguments: Any) -> Any:
    return getattr(events, name)(**LEAST.get(name, {}), **arguments)


def first_column(document: str, heading: str) -> list[str]:
    section = (DOCS / document).read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")][1:]


@any_builder
def test_the_same_call_gives_the_same_event_and_a_new_one(name: str) -> None:
    first, text = build(name), json.dumps(build(name))
    assert json.dumps(first) == text
    wreck(first)
    assert json.dumps(build(name)) == text


def wreck(value: Any) -> None:
    """Change all that can be changed in an event."""
    for inner in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()):
        wreck(inner)
    if isinstance(value, dict | list):
        value.clear()


@any_builder
def test_nothing_in_an_event_is_there_twice(name: str) -> None:
    """So that a test which edits one place changes no other."""
    seen: set[int] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict | list):
            assert id(value) not in seen
            seen.add(id(value))
            for inner in value.values() if isinstance(value, dict) else value:
                look(inner)

    event = build(name)
    look(event)


@any_builder
def test_an_unknown_argument_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        build(name, colour="red")


@any_builder
def test_a_builder_says_what_it_gives_with_an_example_that_runs(name: str) -> None:
    told = inspect.getdoc(getattr(events, name)) or ""
    examples = re.findall(rf"`(events\.{name}\(.*?\))`", " ".join(told.split()))
    assert examples or name in HELPERS
    for example in examples:
        assert eval(example, {"events": events}), example  # noqa: S307 - our own documentation
    assert "Source: " in told or name in HELPERS or re.search(r"As `events\.|[Oo]ptions are those of `events\.", told)


def test_every_event_can_be_the_payload_of_an_invocation(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", lambda event, context: event)
    for name in BUILDERS:
        event = build(name)
        answer = lambda_client.invoke(FunctionName="orders", Payload=json.dumps(event))
        assert json.loads(answer["Payload"].read()) == event, name
    assert [run.event for run in mock_lambda.invocations] == [build(name) for name in BUILDERS]


def test_what_reaches_functions_has_a_builder() -> None:
    delivered = {source.partition(" to ")[0] for source in first_column("beside-moto.md", "What reaches functions")}
    assert delivered == {*SOURCES, *NOT_A_SHAPE}
    known = set().union(*SOURCES.values(), BESIDE_THE_TABLE, NOT_DELIVERED, HELPERS)
    assert known == set(BUILDERS)


def test_every_trigger_of_a_user_pool_that_runs_has_a_builder() -> None:
    triggers = [name for row in first_column("cognito.md", "Which triggers run") for name in re.findall(r"\w+", row)]
    sources = {build(name)["triggerSource"].partition("_")[0] for name in BUILDERS if name.startswith("cognito_")}
    assert {trigger.replace("PreToken", "Token") for trigger in triggers} == sources - {"CustomMessage"}


def test_the_page_names_every_builder_and_no_other() -> None:
    page = (DOCS / "event-builders.md").read_text("utf-8")
    assert set(re.findall(r"\bevents\.(\w+)", page)) == set(events.__all__)


def test_the_reference_has_every_builder() -> None:
    page = (DOCS / "reference" / "events.md").read_text("utf-8")
    assert set(re.findall(r"^::: lambda_mock\.events\.(\w+)$", page, re.MULTILINE)) == set(events.__all__)


def test_a_name_that_is_none_is_told_the_nearest() -> None:
    with pytest.raises(AttributeError) as caught:
        events.s3_putt  # type: ignore[attr-defined]  # noqa: B018
    told = "AttributeError: module 'lambda_mock.events' has no attribute 's3_putt'. Did you mean 's3_put'?\n"
    # Python's own suggestion isn't put behind ours.
    assert traceback.format_exception(caught.value)[-1] == told
    with pytest.raises(AttributeError, match=r"'lambda_mock\.events' has no attribute 'zzzzzzz'$"):
        events.zzzzzzz  # type: ignore[attr-defined]  # noqa: B018


def test_every_public_name_is_there() -> None:
    assert all(getattr(events, name) for name in events.__all__)
    assert events.__all__ == sorted(events.__all__)
    assert lambda_mock.events is events
    assert "events" in dir(lambda_mock)


def test_looking_through_them_as_freezegun_does_loads_none() -> None:
    assert set(dir(events)) == set(vars(events))


def test_a_builder_loads_nothing_but_what_it_needs() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "from lambda_mock import events; events.sqs('hello')\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(loaded - sys.stdlib_module_names))\n"
        "print('lambda_mock.events.mail' in sys.modules, 'lambda_mock.mock' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "lambda_mock\nFalse False\n"
