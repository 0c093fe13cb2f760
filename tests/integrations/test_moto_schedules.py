"""Rules with a schedule, and schedules of EventBridge Scheduler, come round on the mock's clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMockWarning, mock_lambda

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_mock import LambdaMock

REGION, ACCOUNT = "eu-west-1", "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:sweep"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scheduler"


@pytest.fixture(params=["ours inside", "ours outside"])
def mock(request: pytest.FixtureRequest) -> Iterator[LambdaMock]:
    mock = mock_lambda(region=REGION)
    inside, outside = (mock, mock_aws()) if request.param == "ours inside" else (mock_aws(), mock)
    with outside, inside:
        mock.function("sweep", returns=None, Publish=True)
        yield mock


def client(service: str) -> Any:
    session: Any = boto3.session.Session(region_name=REGION)
    return session.client(service)


def events(mock: LambdaMock) -> list[Any]:
    found = [run.event for run in mock.invocations]
    mock.invocations.clear()
    return found


def rule(expression: str = "rate(5 minutes)", arn: str = ARN, **target: Any) -> str:
    found: str = client("events").put_rule(Name="nightly", ScheduleExpression=expression)["RuleArn"]
    client("events").put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": arn, **target}])
    return found


def schedule(expression: str = "rate(5 minutes)", arn: str = ARN, **settings: Any) -> str:
    target = {"Arn": arn, "RoleArn": ROLE, **settings.pop("target", {})}
    found: str = client("scheduler").create_schedule(
        Name="nightly",
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
        **settings,
    )["ScheduleArn"]
    return found


def told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_a_rule_sends_a_scheduled_event(mock: LambdaMock) -> None:
    mock.clock.freeze()
    rule_arn = rule()
    due = mock.clock.now() + timedelta(minutes=5)
    mock.clock.advance(299)
    assert events(mock) == []
    mock.clock.advance(1)
    (event,) = events(mock)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": told(due),
        "region": REGION,
        "resources": [rule_arn],
        "detail": {},
    }


def test_a_rule_sends_what_its_target_says(mock: LambdaMock) -> None:
    rule(Input=json.dumps({"job": "sweep"}))
    mock.clock.advance(600)
    assert events(mock) == [{"job": "sweep"}] * 2
    assert events(mock) == []


def test_a_rule_keeps_an_alias_that_is_moved(mock: LambdaMock) -> None:
    lambda_client = client("lambda")
    lambda_client.create_alias(FunctionName="sweep", Name="PROD", FunctionVersion="1")
    rule(arn=f"{ARN}:PROD")
    mock.clock.advance(300)
    lambda_client.update_function_configuration(FunctionName="sweep", Description="two")
    lambda_client.publish_version(FunctionName="sweep")
    lambda_client.update_alias(FunctionName="sweep", Name="PROD", FunctionVersion="2")
    mock.clock.advance(300)
    assert [run.version for run in mock.invocations] == ["1", "2"]


def test_a_rule_that_is_switched_off_or_gone_sends_nothing(mock: LambdaMock) -> None:
    rule()
    client("events").disable_rule(Name="nightly")
    mock.clock.advance(300)
    client("events").enable_rule(Name="nightly")
    mock.clock.advance(300)
    assert len(events(mock)) == 1
    client("events").remove_targets(Rule="nightly", Ids=["1"])
    client("events").delete_rule(Name="nightly")
    mock.clock.advance(600)
    assert events(mock) == []


def test_a_rule_needs_a_grant_where_policies_decide() -> None:
    with mock_lambda(region=REGION, enforce_policies=True) as mock, mock_aws():
        mock.function("sweep", returns=None)
        rule_arn = rule()
        with pytest.warns(LambdaMockWarning, match="events.amazonaws.com sends to"):
            mock.clock.advance(300)
        client("lambda").add_permission(
            FunctionName="sweep",
            StatementId="rule",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule_arn,
        )
        mock.clock.advance(300)
        assert len(events(mock)) == 1


def test_a_schedule_sends_an_event_that_says_who_it_is(mock: LambdaMock) -> None:
    mock.clock.freeze()
    due = mock.clock.now()
    schedule_arn = schedule()
    (run,) = mock.invocations
    assert (run.invocation_type, run.source_arn) == ("Event", schedule_arn)
    (event,) = events(mock)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": told(due),
        "region": REGION,
        "resources": [schedule_arn],
        "detail": "{}",
    }


def test_a_schedule_fills_in_its_context_attributes(mock: LambdaMock) -> None:
    mock.clock.freeze()
    given = {
        "at": "<aws.scheduler.scheduled-time>",
        "by": "<aws.scheduler.schedule-arn>",
        "try": "<aws.scheduler.attempt-number>",
        "run": "<aws.scheduler.execution-id>",
        "other": "<aws.scheduler.unknown>",
    }
    schedule_arn = schedule(target={"Input": json.dumps(given)})
    first = events(mock)[0]["run"]
    due = mock.clock.now() + timedelta(minutes=5)
    mock.clock.advance(300)
    (event,) = events(mock)
    assert event.pop("run") != first
    assert event == {"at": told(due), "by": schedule_arn, "try": "1", "other": "<aws.scheduler.unknown>"}


@pytest.mark.parametrize("invocation_type", ["Event", "RequestResponse", None])
@pytest.mark.parametrize("name", ["sweep", f"{ACCOUNT}:function:sweep", ARN])
def test_a_universal_target_invokes_as_its_parameters_say(
    mock: LambdaMock, name: str, invocation_type: str | None
) -> None:
    parameters: dict[str, Any] = {"FunctionName": name, "Qualifier": "1", "Payload": '{"a": 1}'}
    if invocation_type is not None:
        parameters["InvocationType"] = invocation_type
    schedule(arn="arn:aws:scheduler:::aws-sdk:lambda:invoke", target={"Input": json.dumps(parameters)})
    (run,) = mock.invocations
    assert (run.version, run.event) == ("1", {"a": 1})
    assert run.invocation_type == (invocation_type or "RequestResponse")


def test_what_lambda_refuses_to_a_universal_target_is_a_warning(mock: LambdaMock) -> None:
    client("lambda").put_function_concurrency(FunctionName="sweep", ReservedConcurrentExecutions=0)
    parameters = json.dumps({"FunctionName": "sweep"})
    with pytest.warns(LambdaMockWarning, match=r"nightly has come round.*TooManyRequestsException: Rate Exceeded"):
        schedule(arn="arn:aws:scheduler:::aws-sdk:lambda:invoke", target={"Input": parameters})


@pytest.mark.parametrize("given", ["no JSON", "[]", "{}"])
def test_a_universal_target_that_names_no_function_is_a_warning(mock: LambdaMock, given: str) -> None:
    with pytest.warns(LambdaMockWarning, match="isn't an object that names a function"):
        schedule(arn="arn:aws:scheduler:::aws-sdk:lambda:invoke", target={"Input": given})
    assert events(mock) == []


def test_a_universal_target_of_another_service_is_none_of_ours(mock: LambdaMock) -> None:
    schedule(arn="arn:aws:scheduler:::aws-sdk:sqs:sendMessage", target={"Input": "{}"})
    mock.clock.advance(300)
    assert events(mock) == []


def test_a_schedule_asks_no_policy_but_its_role(mock: LambdaMock) -> None:
    with mock_lambda(region=REGION, enforce_policies=True) as strict:
        strict.function("sweep", returns=None)
        schedule()
        strict.clock.advance(300)
        assert len(events(strict)) == 2


def test_a_schedule_of_one_time_is_deleted_where_it_says_so(mock: LambdaMock) -> None:
    later = datetime.now(timezone.utc) + timedelta(days=1)
    at = f"at({later:%Y-%m-%dT%H:%M:%S})"
    schedule(at, ActionAfterCompletion="DELETE", State="ENABLED")
    mock.clock.advance(86400 * 2)
    assert len(events(mock)) == 1
    assert client("scheduler").list_schedules()["Schedules"] == []
    schedule(at)
    mock.clock.advance(86400)
    assert events(mock) == []
    assert len(client("scheduler").list_schedules()["Schedules"]) == 1


def test_a_schedule_has_dates_and_a_time_zone(mock: LambdaMock) -> None:
    today = mock.clock.now()
    schedule(
        "cron(30 9 * * ? *)",
        ScheduleExpressionTimezone="Asia/Kolkata",
        StartDate=today + timedelta(days=2),
        EndDate=today + timedelta(days=4),
    )
    mock.clock.advance(86400 * 10)
    times = [event["time"] for event in events(mock)]
    assert [time[11:] for time in times] == ["04:00:00Z", "04:00:00Z"]


def test_a_schedule_that_is_switched_off_sends_nothing(mock: LambdaMock) -> None:
    schedule(State="DISABLED")
    mock.clock.advance(600)
    assert events(mock) == []


def test_a_schedule_for_nobody_is_a_warning(mock: LambdaMock) -> None:
    with pytest.warns(LambdaMockWarning, match=r"scheduler.amazonaws.com sends to .*:sweeps"):
        schedule(arn=f"{ARN}s")


def test_the_picture_shows_what_comes_round_and_when(mock: LambdaMock) -> None:
    mock.clock.freeze()
    mock.function("unscheduled", returns=None)
    rule(arn=f"{ARN}:1")
    schedule("rate(2 hours)")
    client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression="at(2000-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
            "RoleArn": ROLE,
            "Input": json.dumps({"FunctionName": "sweep"}),
        },
    )
    mock.clock.advance(90)
    lines = [line.strip("│ ") for line in mock.describe().splitlines() if "rate" in line or "at(" in line]
    assert lines == [
        "rule nightly rate(5 minutes) ──▶ 1  in 3 min 30 s",
        "schedule default/nightly rate(2 hours) ──▶ sweep  in 1 h 58 min",
        "schedule default/once at(2000-01-01T00:00:00) ──▶ sweep  over",
    ]
