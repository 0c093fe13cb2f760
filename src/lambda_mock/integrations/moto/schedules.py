"""What moto keeps of schedules, and never carries out: those of EventBridge Scheduler, and rules with an expression."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lambda_mock.domain.neighbours.port import Schedule
from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import ServiceError, warn
from lambda_mock.events.buses import come_round
from lambda_mock.events.moments import to_the_second
from lambda_mock.integrations.moto.bridge.events import send_to_functions
from lambda_mock.integrations.moto.state import backends, read

_PRINCIPAL = "scheduler.amazonaws.com"
_UNIVERSAL = re.compile(r"arn:[^:]+:scheduler:::aws-sdk:lambda:invoke")
_ATTRIBUTE = re.compile(r"<aws\.scheduler\.([a-z-]+)>")
_FUNCTION = re.compile(r"arn:[^:]+:lambda:[^:]+:\d{12}:function:.+")


def of_rules() -> Sequence[Schedule]:
    """The rules of EventBridge that are switched on, have an expression, and functions among their targets."""
    return read("events", lambda: list(_rules())) or []


def of_scheduler() -> Sequence[Schedule]:
    """The schedules of EventBridge Scheduler that are switched on, and invoke a function."""
    return read("scheduler", lambda: list(_schedules())) or []


def _rules() -> Iterator[Schedule]:
    for backend in backends("events"):
        for rule in backend.event_buses["default"].rules.values():
            if rule.scheduled_expression and rule.state != "DISABLED":
                yield Schedule(
                    arn=rule.arn,
                    expression=rule.scheduled_expression,
                    fire=partial(_fire_rule, rule),
                    over=_nothing,
                    functions=tuple(target["Arn"] for target in rule.targets if _FUNCTION.fullmatch(target["Arn"])),
                )


def _fire_rule(rule: Any, functions: Functions, moment: float) -> None:
    event = come_round("aws.events", rule.arn, event_id=_id_of(rule.arn, moment), moment=moment)
    send_to_functions(functions, rule, event, event["time"])


def _schedules() -> Iterator[Schedule]:
    for backend in backends("scheduler"):
        for group in backend.schedule_groups.values():
            for schedule in group.schedules.values():
                invokes = _FUNCTION.fullmatch(schedule.target["Arn"]) or _UNIVERSAL.fullmatch(schedule.target["Arn"])
                if schedule.state == "ENABLED" and invokes:
                    # What comes round once has no use for other dates, and they are ignored.
                    once = schedule.schedule_expression.startswith("at(")
                    yield Schedule(
                        arn=schedule.arn,
                        expression=schedule.schedule_expression,
                        at_once=True,
                        zone=schedule.schedule_expression_timezone,
                        begins=None if once else _epoch(schedule.start_date),
                        ends=None if once else _epoch(schedule.end_date),
                        fire=partial(_fire_schedule, schedule),
                        over=_over(group, schedule),
                        functions=_invoked(schedule),
                    )


def _fire_schedule(schedule: Any, functions: Functions, moment: float) -> None:
    region, account_id = schedule.arn.split(":")[3:5]
    function_arn: str = schedule.target["Arn"]
    payload = _input(schedule, moment)
    waits = False
    if _UNIVERSAL.fullmatch(function_arn):
        parameters = _parameters(payload)
        if parameters is None:
            _warn(schedule.arn, "The input isn't an object that names a function.")
            return
        function_arn = _arn(parameters, function_arn.split(":")[1], region, account_id)
        payload = parameters.get("Payload", "{}")
        waits = parameters.get("InvocationType", "RequestResponse") == "RequestResponse"
    trigger = Trigger(
        function_arn=function_arn,
        payload=payload.encode(),
        principal=_PRINCIPAL,
        source_arn=schedule.arn,
        source_account=account_id,
        in_a_role=True,
    )
    if waits and functions.has(function_arn):
        try:
            functions.call(trigger)
        except ServiceError as error:
            _warn(schedule.arn, f"{error.code}: {error.message}")
    else:
        functions.send(trigger)


def _invoked(schedule: Any) -> tuple[str, ...]:
    """The function that a schedule leads to, as far as that can be seen before it comes round."""
    target: str = schedule.target["Arn"]
    if not _UNIVERSAL.fullmatch(target):
        return (target,)
    parameters = _parameters(schedule.target.get("Input") or "")
    region, account_id = schedule.arn.split(":")[3:5]
    return () if parameters is None else (_arn(parameters, target.split(":")[1], region, account_id),)


def _parameters(payload: str) -> Mapping[str, Any] | None:
    """The parameters of an Invoke; None where they aren't any."""
    try:
        parameters = json.loads(payload)
    except ValueError:
        return None
    return parameters if isinstance(parameters, dict) and "FunctionName" in parameters else None


def _warn(arn: str, why: str) -> None:
    warn(f"{arn} has come round, and can't invoke its function. {why}")


def _input(schedule: Any, moment: float) -> str:
    """What the schedule sends: its Input, with the context attributes filled in, or an event that says who it is."""
    given: str | None = schedule.target.get("Input")
    if given is None:
        event_id = _id_of(schedule.arn, moment)
        return json.dumps(come_round("aws.scheduler", schedule.arn, event_id=event_id, moment=moment))
    values = {
        "schedule-arn": schedule.arn,
        "scheduled-time": to_the_second(moment),
        "execution-id": _id_of(schedule.arn, moment),
        "attempt-number": "1",
    }
    return _ATTRIBUTE.sub(lambda match: values.get(match[1], match[0]), given)


def _arn(parameters: Mapping[str, Any], partition: str, region: str, account_id: str) -> str:
    """The function that the parameters of an Invoke name, as an ARN."""
    name: str = parameters["FunctionName"]
    if not name.startswith("arn:"):
        name = f"arn:{partition}:lambda:{region}:{account_id}:function:{name.rpartition('function:')[2]}"
    qualifier = parameters.get("Qualifier")
    return f"{name}:{qualifier}" if qualifier else name


def _over(group: Any, schedule: Any) -> Callable[[], None]:
    def over() -> None:
        if schedule.action_after_completion == "DELETE":
            group.schedules.pop(schedule.name, None)

    return over


def _id_of(arn: str, moment: float) -> str:
    """The same for the same moment of the same schedule, so that a test can be repeated."""
    return str(uuid5(NAMESPACE_URL, f"{arn} {moment}"))


def _epoch(moment: object) -> float | None:
    """A date of Scheduler, which moto keeps as it was sent, in epoch seconds."""
    return None if moment is None else float(str(moment))


def _nothing() -> None:
    """A rule never ends by itself."""
