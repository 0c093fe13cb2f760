"""EventBridge: rules of event buses with functions as targets. Other targets go on through moto.

A rule decides on the whole event, as functions get it, in EventBridge's whole pattern language; what a target can't be
sent goes to its dead-letter queue.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lambda_mock.domain.neighbours.port import NeighbourError
from lambda_mock.domain.patterns import OF_RULES, InvalidPatternError, Pattern, compiled
from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import warn
from lambda_mock.events.buses import api_call
from lambda_mock.events.moments import to_the_second
from lambda_mock.integrations.moto.bridge.backends import invoking, may_reach
from lambda_mock.integrations.moto.bridge.inputs import InvalidInputError, input_for
from lambda_mock.integrations.moto.bridge.seam import Place, known
from lambda_mock.integrations.moto.delivery import send_message

PRINCIPAL = "events.amazonaws.com"

_MEMBERS = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name")


def _send_to_targets(
    ours: Functions,
    wrapped: Any,
    rule: Any,
    original_event: Mapping[str, Any],
    transform_input: bool = True,  # noqa: FBT001, FBT002 - moto's
) -> None:
    with known("events"):
        targets: Sequence[Mapping[str, Any]] = rule.targets
        ahead = [target for target in targets if _is_function(target["Arn"])]
    if not ahead:
        wrapped(original_event, transform_input)
        return
    deliver(ours, rule, original_event)
    others = [target for target in targets if target not in ahead]
    if others:
        without = copy.copy(rule)
        without.targets = others
        without.send_to_targets(original_event, transform_input)


def deliver(ours: Functions, rule: Any, event: Mapping[str, Any]) -> None:
    """Send an event to those targets of a rule that are functions, if the rule is enabled and it meets its pattern."""
    with known("events"):
        whole = _whole(event)
        if rule.state == "DISABLED" or not matches(rule, whole):
            return
        arrived = _as_text(event.get("ingestion-time", time.time()))
    send_to_functions(ours, rule, whole, arrived)


def send_to_functions(ours: Functions, rule: Any, whole: Mapping[str, Any], arrived: str) -> None:
    """Send an event to those targets of a rule that are functions, each what its target makes of it.

    `arrived` is when EventBridge got it, as events tell their time.
    """
    with known("events"):
        targets = [target for target in rule.targets if _is_function(target["Arn"])]
        ready = [(target, *_trigger(rule, target, whole, arrived)) for target in targets]
    for target, trigger, spoilt in ready:
        dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        failure = spoilt or (_failure(ours, trigger) if dead_letters else None)
        if failure is None:
            ours.send(trigger)
        elif dead_letters:
            _to_dead_letters(dead_letters, rule, target, whole, *failure)
        else:
            _warn(rule, target, f"drops it. {failure[1]}")


def matches(rule: Any, event: Mapping[str, Any]) -> bool:
    """Whether a rule has a pattern, and an event meets it; a rule that has a schedule alone takes no events."""
    text = rule.event_pattern.dump()
    if not text:
        return False
    try:
        return _pattern(text).matches(event)
    except InvalidPatternError as error:
        warn(f"EventBridge would refuse the pattern of {rule.arn}, so that no event meets it. {error}")
        return False


@lru_cache
def _pattern(text: str) -> Pattern:
    return compiled(text, OF_RULES)


def _is_function(arn: str) -> bool:
    return arn.split(":")[2:3] == ["lambda"]


def _whole(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event as targets get it: moto keeps its time as a number, and adds members that stay inside on AWS."""
    whole = {member: event[member] for member in _MEMBERS if member in event}
    return whole | {"time": _as_text(whole["time"])}


def _as_text(told: Any) -> str:
    try:
        return to_the_second(float(told))
    except ValueError:
        return str(told)


def _trigger(
    rule: Any, target: Mapping[str, Any], event: Mapping[str, Any], arrived: str
) -> tuple[Trigger, tuple[str, str] | None]:
    predefined = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": arrived,
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }
    failure = None
    payload = b""
    try:
        payload = input_for(target, event, predefined)
    except InvalidInputError as error:
        failure = ("INVALID_JSON", str(error))
    trigger = Trigger(
        function_arn=target["Arn"],
        payload=payload,
        principal=PRINCIPAL,
        source_arn=rule.arn,
        source_account=rule.account_id,
    )
    return trigger, failure


def _failure(ours: Functions, trigger: Trigger) -> tuple[str, str] | None:
    """Why a trigger can't be delivered, as EventBridge tells it in dead letters: a code and a text."""
    if not ours.has(trigger.function_arn):
        return "NO_RESOURCE", f"Function not found: {trigger.function_arn}"
    if not may_reach(ours, trigger):
        return "NO_PERMISSIONS", f"{PRINCIPAL} isn't allowed to invoke {trigger.function_arn}."
    return None


def _to_dead_letters(
    queue_arn: str, rule: Any, target: Mapping[str, Any], event: Mapping[str, Any], code: str, message: str
) -> None:
    attributes = {
        "RULE_ARN": ("String", rule.arn),
        "TARGET_ARN": ("String", target["Arn"]),
        "ERROR_CODE": ("String", code),
        "ERROR_MESSAGE": ("String", message),
    }
    try:
        send_message(queue_arn, json.dumps(event), attributes, None)
    except NeighbourError as error:
        _warn(rule, target, f"can't send it to its dead-letter queue {queue_arn} either. {error}")


def _warn(rule: Any, target: Mapping[str, Any], what: str) -> None:
    warn(f"EventBridge can't deliver an event of {rule.arn} to {target['Arn']}, and {what}")


def _send_api_call(
    ours: Functions, wrapped: Any, _: Any, source: str, event_name: str, region: str, resources: Any, detail: Any
) -> None:
    """CreateBucket, the one call of an API of which moto tells EventBridge, as CloudTrail tells it on AWS.

    There it takes a trail, so that as in moto only rules hear of it that name the call.
    """
    with known("events"):
        from moto.events.models import events_backends  # noqa: PLC0415 - moto is loaded

        account_id = detail["requester"]
        rules = [
            rule
            for rule in events_backends[account_id][region].event_buses["default"].rules.values()
            if event_name in rule.event_pattern.get_pattern().get("detail", {}).get("eventName", ())
        ]
        event = _api_call(event_name, account_id, region, detail)
    for rule in rules:
        deliver(ours, rule, event)
    before = invoking.set(lambda *_: b"")
    try:
        wrapped(source, event_name, region, resources, detail)
    finally:
        invoking.reset(before)


def _api_call(event_name: str, account_id: str, region: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    from moto.moto_api._internal import mock_random  # noqa: PLC0415 - moto is loaded

    return api_call(
        "s3.amazonaws.com",
        event_name,
        {"bucketName": detail["bucket"]["name"]},
        event_id=str(mock_random.uuid4()),
        call_id=str(mock_random.uuid4()),
        request_id=detail["request-id"],
        account_id=account_id,
        region=region,
        moment=to_the_second(time.time()),
    )


PLACES = [
    Place(module="moto.events.models", owner="Rule", name="send_to_targets", replacement=_send_to_targets),
    Place(module="moto.events.notifications", name="_send_safe_notification", replacement=_send_api_call),
]
