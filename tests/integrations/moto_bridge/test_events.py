"""Rules of EventBridge reach functions: by put_events, on any bus, with what each target is to be told."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from lambda_mock import LambdaMock, LambdaMockWarning
from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    REGION,
    Orders,
    any_qualifier,
    client,
    enforced,
    put,
    rule,
)

RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/rule"


def queue(name: str = "q") -> tuple[str, str]:
    return client("sqs").create_queue(QueueName=name)["QueueUrl"], f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def bodies(url: str) -> list[Any]:
    answer = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@any_qualifier
def test_an_event_reaches_exactly_the_arn_of_the_target(orders: Orders, arn: str, version: str) -> None:
    rule(arn)
    assert put()["FailedEntryCount"] == 0
    assert [told[:2] for told in orders.told] == [(version, arn)]


def test_an_event_is_whole(orders: Orders) -> None:
    rule(ARN)
    moment = datetime(2026, 11, 22, 10, 0, 0, tzinfo=timezone.utc)
    answer = put({"order": 7}, Resources=["arn:aws:s3:::photos"], Time=moment)
    assert orders.events == [
        {
            "version": "0",
            "id": answer["Entries"][0]["EventId"],
            "detail-type": "Order placed",
            "source": "shop",
            "account": ACCOUNT,
            "time": "2026-11-22T10:00:00Z",
            "region": REGION,
            "resources": ["arn:aws:s3:::photos"],
            "detail": {"order": 7},
        }
    ]


def test_an_event_without_a_time_has_that_of_its_arrival(orders: Orders) -> None:
    rule(ARN)
    before = datetime.now(timezone.utc).replace(microsecond=0)
    put()
    moment = datetime.fromisoformat(orders.events[0]["time"].replace("Z", "+00:00"))
    assert before <= moment <= datetime.now(timezone.utc)


def test_a_pattern_decides(orders: Orders) -> None:
    rule(ARN, pattern={"source": ["shop"], "detail": {"order": [{"numeric": [">", 5]}]}})
    for order in (3, 7):
        put({"order": order})
    put({"order": 9}, Source="elsewhere")
    assert [event["detail"]["order"] for event in orders.events] == [7]


def test_a_pattern_may_be_about_time_as_text(orders: Orders) -> None:
    rule(ARN, pattern={"time": [{"prefix": "2026-11"}]})
    for month in (10, 11):
        put({"month": month}, Time=datetime(2026, month, 1, tzinfo=timezone.utc))
    assert [event["detail"]["month"] for event in orders.events] == [11]


def test_a_pattern_looks_into_lists_of_objects(orders: Orders) -> None:
    rule(ARN, pattern={"detail": {"items": {"sku": ["b"], "count": [{"numeric": [">", 1]}]}}})
    put({"items": [{"sku": "a", "count": 2}, {"sku": "b", "count": 1}]})
    put({"items": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}]})
    assert [event["detail"]["items"][1]["count"] for event in orders.events] == [2]


def test_a_pattern_that_eventbridge_would_refuse_is_a_warning(orders: Orders) -> None:
    rule(ARN, pattern={"source": [{"starts-with": "sh"}]})
    with pytest.warns(LambdaMockWarning, match=f"EventBridge would refuse the pattern of {RULE}"):
        put()
    assert orders.told == []


def test_a_rule_that_is_disabled_sends_nothing_until_it_is_enabled(orders: Orders) -> None:
    events = rule(ARN, State="DISABLED")
    put({"n": 1})
    events.enable_rule(Name="rule")
    put({"n": 2})
    events.disable_rule(Name="rule")
    put({"n": 3})
    assert [event["detail"]["n"] for event in orders.events] == [2]


def test_a_rule_with_a_schedule_alone_takes_no_events(orders: Orders) -> None:
    rule(ARN, ScheduleExpression="rate(5 minutes)")
    put()
    assert orders.told == []


def test_each_bus_has_its_own_rules(orders: Orders) -> None:
    client("events").create_event_bus(Name="own")
    rule(f"{ARN}:PROD", EventBusName="own")
    put({"on": "default"})
    put({"on": "own"}, EventBusName="own")
    assert [(version, event["detail"]) for version, _, event in orders.told] == [("1", {"on": "own"})]


def test_an_event_is_handed_on_to_another_bus(orders: Orders) -> None:
    bus = client("events").create_event_bus(Name="own")["EventBusArn"]
    rule(bus)
    rule(ARN, name="there", EventBusName="own")
    put({"order": 1})
    assert [event["detail"] for event in orders.events] == [{"order": 1}]


def test_an_archive_is_replayed_to_functions(orders: Orders) -> None:
    events = rule(ARN)
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    archive = events.create_archive(ArchiveName="archive", EventSourceArn=bus)["ArchiveArn"]
    put({"order": 7})
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=datetime(2020, 1, 1, tzinfo=timezone.utc),
        EventEndTime=datetime(2040, 1, 1, tzinfo=timezone.utc),
        Destination={"Arn": bus},
    )
    first, second = orders.events
    assert second == {**first, "id": second["id"], "replay-name": "again"}
    assert second["id"] != first["id"]


def test_targets_of_all_kinds_are_served_by_one_rule(orders: Orders) -> None:
    url, queue_arn = queue()
    rule(f"{ARN}:PROD", queue_arn, f"{ARN}:2")
    put({"order": 1})
    assert orders.versions == ["1", "2"]
    assert [body["detail"] for body in bodies(url)] == [{"order": 1}]
    targets = client("events").list_targets_by_rule(Rule="rule")["Targets"]
    assert [target["Arn"] for target in targets] == [f"{ARN}:PROD", queue_arn, f"{ARN}:2"]


def test_a_rule_without_functions_goes_on_through_moto(orders: Orders) -> None:
    url, queue_arn = queue()
    rule(queue_arn)
    put({"order": 1})
    assert [body["detail"] for body in bodies(url)] == [{"order": 1}]


def test_each_target_is_told_what_it_asks_for(orders: Orders) -> None:
    transformer = {
        "InputPathsMap": {"order": "$.detail.order", "type": "$.detail-type"},
        "InputTemplate": '{"text": "<type>: <order>", "order": <order>, "rule": <aws.events.rule-name>}',
    }
    rule(
        {"Arn": ARN, "Input": '{"fixed": true}'},
        {"Arn": ARN, "InputPath": "$.detail"},
        {"Arn": ARN, "InputTransformer": transformer},
    )
    put({"order": 7})
    assert orders.events == [
        {"fixed": True},
        {"order": 7},
        {"text": "Order placed: 7", "order": 7, "rule": "rule"},
    ]


def test_predefined_variables_tell_of_the_rule_and_the_event(orders: Orders) -> None:
    names = ("rule-arn", "rule-name", "event", "event.json", "event.ingestion-time")
    template = "{" + ", ".join(f'"{name}": <aws.events.{name}>' for name in names) + "}"
    rule(ARN, {"Arn": ARN, "InputTransformer": {"InputTemplate": template}})
    put(Time=datetime(2020, 1, 1, tzinfo=timezone.utc))
    event, told = orders.events
    arrived = datetime.fromisoformat(told["event.ingestion-time"].replace("Z", "+00:00"))
    assert event["time"] == "2020-01-01T00:00:00Z"
    assert arrived > datetime(2024, 1, 1, tzinfo=timezone.utc)
    assert told == {
        "rule-arn": RULE,
        "rule-name": "rule",
        "event": {name: value for name, value in event.items() if name != "detail"},
        "event.json": event,
        "event.ingestion-time": told["event.ingestion-time"],
    }


# What can't be delivered -----------------------------------------------------------------------------------------


def test_a_function_that_is_not_there_is_a_warning(orders: Orders) -> None:
    rule(f"{ARN}:TEST", ARN)
    with pytest.warns(LambdaMockWarning, match="orders:TEST"):
        put()
    assert orders.versions == ["2"]


def dead_letters(url: str) -> list[tuple[Any, dict[str, str]]]:
    answer = client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"])
    return [
        (
            json.loads(message["Body"]),
            {name: value["StringValue"] for name, value in message["MessageAttributes"].items()},
        )
        for message in answer.get("Messages", [])
    ]


def test_an_event_for_a_function_that_is_not_there_is_a_dead_letter(orders: Orders) -> None:
    url, queue_arn = queue()
    rule({"Arn": f"{ARN}:TEST", "DeadLetterConfig": {"Arn": queue_arn}}, ARN)
    put({"order": 7})
    ((event, attributes),) = dead_letters(url)
    assert [event] == orders.events
    assert attributes == {
        "RULE_ARN": RULE,
        "TARGET_ARN": f"{ARN}:TEST",
        "ERROR_CODE": "NO_RESOURCE",
        "ERROR_MESSAGE": f"Function not found: {ARN}:TEST",
    }


def test_a_dead_letter_queue_that_is_not_there_is_a_warning(orders: Orders) -> None:
    nowhere = f"arn:aws:sqs:{REGION}:{ACCOUNT}:nowhere"
    rule({"Arn": f"{ARN}:TEST", "DeadLetterConfig": {"Arn": nowhere}}, ARN)
    with pytest.warns(LambdaMockWarning, match=r"dead-letter queue arn:aws:sqs:us-east-1:123456789012:nowhere"):
        put()
    assert orders.versions == ["2"]


@pytest.mark.parametrize("template", ['{"order": <order>', "[<order>", '"<order>" and "more"'])
def test_what_a_template_makes_has_to_be_json(orders: Orders, template: str) -> None:
    url, queue_arn = queue()
    transformer = {"InputPathsMap": {"order": "$.detail.order"}, "InputTemplate": template}
    rule({"Arn": ARN, "InputTransformer": transformer, "DeadLetterConfig": {"Arn": queue_arn}})
    put({"order": 7})
    assert [attributes["ERROR_CODE"] for _, attributes in dead_letters(url)] == ["INVALID_JSON"]
    assert orders.told == []


def test_what_a_template_spoils_is_a_warning_where_there_is_no_dead_letter_queue(orders: Orders) -> None:
    rule({"Arn": ARN, "InputTransformer": {"InputTemplate": "{"}}, ARN)
    with pytest.warns(LambdaMockWarning, match="makes no JSON of the event: {"):
        put()
    assert len(orders.told) == 1


@enforced
def test_a_rule_needs_a_grant_on_exactly_the_alias(mock: LambdaMock, orders: Orders) -> None:
    url, queue_arn = queue()
    rule({"Arn": f"{ARN}:PROD", "DeadLetterConfig": {"Arn": queue_arn}})
    orders.grant("events.amazonaws.com", SourceArn=RULE)
    put({"n": 1})
    ((event, attributes),) = dead_letters(url)
    assert (event["detail"], attributes["ERROR_CODE"]) == ({"n": 1}, "NO_PERMISSIONS")
    mock.refusals.assert_refused("orders", qualifier="PROD", principal="events.amazonaws.com", times=1)
    orders.grant("events.amazonaws.com", "PROD", SourceArn=RULE)
    put({"n": 2})
    assert [event["detail"]["n"] for event in orders.events] == [2]


@enforced
def test_a_rule_without_a_grant_is_a_refusal_that_names_it(mock: LambdaMock, orders: Orders) -> None:
    rule(f"{ARN}:PROD")
    with pytest.warns(LambdaMockWarning, match=r"Principal='events.amazonaws.com', SourceArn='" + RULE):
        put()
    mock.refusals.assert_refused("orders", qualifier="PROD", principal="events.amazonaws.com", source_arn=RULE)


def test_events_that_a_function_sends_reach_functions(mock: LambdaMock, orders: Orders) -> None:
    rule(f"{ARN}:PROD", pattern={"source": ["shop"]})
    arn = mock.function("till", lambda event, context: put({"from": "till"})["FailedEntryCount"])
    rule(arn, name="till", pattern={"source": ["customer"]})
    put(Source="customer")
    assert [event["detail"] for event in orders.events] == [{"from": "till"}]
