"""SES receives what is sent in moto, by the rules of the active receipt rule set."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import moto.ses.models
import pytest
from botocore.exceptions import ClientError

from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    REGION,
    Orders,
    any_qualifier,
    client,
    enforced,
    topic,
)

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

SENDER = "Shop <shop@example.com>"

if not hasattr(moto.ses.models.SESBackend, "describe_active_receipt_rule_set"):
    pytest.skip("This moto has no active receipt rule set.", allow_module_level=True)


def act(arn: str = ARN, **members: str) -> dict[str, Any]:
    return {"LambdaAction": {"FunctionArn": arn, **members}}


def receive(*actions: Any, name: str = "rule", after: str | None = None, **members: Any) -> None:
    ses = client("ses")
    if not ses.list_receipt_rule_sets()["RuleSets"]:
        ses.verify_domain_identity(Domain="example.com")
        ses.create_receipt_rule_set(RuleSetName="rules")
        ses.set_active_receipt_rule_set(RuleSetName="rules")
    rule = {"Name": name, "Enabled": True, "Actions": list(actions), **members}
    ses.create_receipt_rule(RuleSetName="rules", Rule=rule, **({"After": after} if after else {}))


def send(*to: str, cc: list[str] | None = None, subject: str = "Hello") -> str:
    message_id: str = client("ses").send_email(
        Source=SENDER,
        Destination={"ToAddresses": list(to or ["Ann <ann@example.org>"]), "CcAddresses": cc or []},
        Message={"Subject": {"Data": subject}, "Body": {"Text": {"Data": "How are you?"}}},
    )["MessageId"]
    return message_id


def told(event: Any) -> Any:
    (record,) = event["Records"]
    assert (record["eventSource"], record["eventVersion"], set(record)) == (
        "aws:ses",
        "1.0",
        {"eventSource", "eventVersion", "ses"},
    )
    return record["ses"]


def recipients(orders: Orders) -> list[list[str]]:
    return [told(event)["receipt"]["recipients"] for event in orders.events]


def header(mail: Mapping[str, Any], name: str) -> list[str]:
    return [one["value"] for one in mail["headers"] if one["name"] == name]


@any_qualifier
def test_an_email_reaches_exactly_the_arn_of_the_action(orders: Orders, arn: str, version: str) -> None:
    receive(act(arn))
    send()
    assert [one[:2] for one in orders.told] == [(version, arn)]


def test_an_email_is_told_as_ses_tells_it(orders: Orders) -> None:
    receive(act(f"{ARN}:PROD"))
    message_id = send("Ann <ann@example.org>", "bob@example.org", cc=["Cem <cem@example.org>"])
    mail, receipt = (told(orders.events[0])[part] for part in ("mail", "receipt"))
    everyone = ["ann@example.org", "bob@example.org", "cem@example.org"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", mail["timestamp"])
    assert mail == {
        "timestamp": receipt["timestamp"],
        "source": f"{message_id}@amazonses.com",
        "messageId": mail["messageId"],
        "destination": everyone,
        "headersTruncated": False,
        "headers": mail["headers"],
        "commonHeaders": {
            "returnPath": f"{message_id}@amazonses.com",
            "from": [SENDER],
            "to": ["Ann <ann@example.org>", "bob@example.org"],
            "cc": ["Cem <cem@example.org>"],
            "date": header(mail, "Date")[0],
            "messageId": f"<{message_id}@email.amazonses.com>",
            "subject": "Hello",
        },
    }
    assert [header(mail, name) for name in ("Subject", "X-SES-Spam-Verdict", "Return-Path")] == [
        ["Hello"],
        ["PASS"],
        [f"<{message_id}@amazonses.com>"],
    ]
    assert receipt == {
        "timestamp": mail["timestamp"],
        "processingTimeMillis": 500,
        "recipients": everyone,
        "spamVerdict": {"status": "PASS"},
        "virusVerdict": {"status": "PASS"},
        "spfVerdict": {"status": "PASS"},
        "dkimVerdict": {"status": "PASS"},
        "dmarcVerdict": {"status": "GRAY"},
        "action": {"type": "Lambda", "functionArn": f"{ARN}:PROD", "invocationType": "Event"},
    }


def test_a_raw_email_keeps_its_headers(orders: Orders) -> None:
    receive(act())
    raw = (
        "From: shop@example.com\r\nTo: ann@example.org\r\nSubject: Raw\r\nX-Own: mine\r\n"
        "Message-ID: <own@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nHello"
    )
    client("ses").send_raw_email(RawMessage={"Data": raw})
    mail = told(orders.events[0])["mail"]
    assert header(mail, "X-Own") == ["mine"]
    assert (mail["commonHeaders"]["messageId"], mail["commonHeaders"]["date"], mail["destination"]) == (
        "<own@example.com>",
        "Sun, 22 Nov 2026 10:00:00 +0000",
        ["ann@example.org"],
    )


@pytest.mark.parametrize(
    ("conditions", "matched"),
    [
        ([], ["ann@example.org", "bob@eu.example.org"]),
        (["example.org"], ["ann@example.org"]),
        ([".example.org"], ["bob@eu.example.org"]),
        (["ANN@example.org", "example.net"], ["ann@example.org"]),
        (["example.net"], None),
    ],
)
def test_a_rule_is_about_its_recipients(orders: Orders, conditions: list[str], matched: list[str] | None) -> None:
    receive(act(), Recipients=conditions)
    send("ann@example.org", "bob@eu.example.org")
    assert recipients(orders) == ([] if matched is None else [matched])


def test_a_rule_that_is_switched_off_takes_no_email(orders: Orders) -> None:
    receive(act(), Enabled=False)
    send()
    assert orders.told == []


def test_without_an_active_rule_set_nothing_is_received(orders: Orders) -> None:
    receive(act())
    client("ses").set_active_receipt_rule_set()
    send()
    assert orders.told == []


@pytest.mark.parametrize(
    ("answer", "runs"),
    [
        ({"disposition": "CONTINUE"}, 3),
        (None, 3),
        ({"disposition": "stop_rule"}, 2),
        ({"disposition": "STOP_RULE_SET"}, 1),
    ],
)
def test_a_function_that_is_waited_for_decides_how_it_goes_on(orders: Orders, answer: Any, runs: int) -> None:
    receive(act(InvocationType="RequestResponse"), act())
    receive(act(), name="second", after="rule")
    orders.answer = answer
    send()
    assert len(orders.told) == runs
    types = [told(event)["receipt"]["action"]["invocationType"] for event in orders.events]
    assert types == ["RequestResponse", "Event", "Event"][:1] + ["Event"] * (runs - 1)


def test_a_function_that_fails_keeps_no_rule_from_going_on(mock: LambdaMock, orders: Orders) -> None:
    def fail(event: Any, context: Any) -> None:
        raise RuntimeError

    failing = mock.function("failing", fail)
    throttled = mock.function("throttled", fail)
    client("lambda").put_function_concurrency(FunctionName="throttled", ReservedConcurrentExecutions=0)
    receive(*(act(arn, InvocationType="RequestResponse") for arn in (failing, throttled)), act())
    send()
    assert len(orders.told) == 1


def test_stop_ends_the_rule_set_and_tells_its_topic(orders: Orders) -> None:
    topic_arn = topic(f"{ARN}:1")
    receive({"StopAction": {"Scope": "RuleSet", "TopicArn": topic_arn}})
    receive(act(), name="second", after="rule")
    send()
    ((version, _, event),) = orders.told
    notice = json.loads(event["Records"][0]["Sns"]["Message"])
    assert (version, notice["notificationType"], notice["receipt"]["action"]) == (
        "1",
        "Received",
        {"type": "Stop", "topicArn": topic_arn},
    )


def test_a_topic_that_is_gone_by_then_is_told_nothing(orders: Orders) -> None:
    topic_arn = topic(ARN)
    receive({"SNSAction": {"TopicArn": topic_arn}}, act(f"{ARN}:PROD"))
    client("sns").delete_topic(TopicArn=topic_arn)
    send()
    assert orders.versions == ["1"]


@pytest.mark.parametrize("encoding", ["UTF-8", "Base64"])
def test_a_topic_is_told_the_whole_email(orders: Orders, encoding: str) -> None:
    topic_arn = topic(ARN)
    receive({"SNSAction": {"TopicArn": topic_arn, "Encoding": encoding}})
    send(subject="Hi")
    (event,) = orders.events
    sns = event["Records"][0]["Sns"]
    notice = json.loads(sns["Message"])
    content = base64.b64decode(notice["content"]).decode() if encoding == "Base64" else notice["content"]
    assert sns["Subject"] == "Amazon SES Email Receipt Notification"
    assert ("Subject: Hi" in content, "How are you?" in content) == (True, True)
    assert notice["receipt"]["action"] == {"type": "SNS", "topicArn": topic_arn, "encoding": encoding.upper()}


def test_the_topic_of_an_action_is_told_of_it(orders: Orders) -> None:
    topic_arn = topic(f"{ARN}:1")
    receive(act(f"{ARN}:2", TopicArn=topic_arn))
    send()
    assert orders.versions == ["1", "2"]
    assert told(orders.events[1])["receipt"]["action"]["topicArn"] == topic_arn


def test_actions_that_need_no_function_are_none_of_ours(orders: Orders) -> None:
    receive({"AddHeaderAction": {"HeaderName": "X-A", "HeaderValue": "b"}}, act())
    send()
    assert len(orders.told) == 1


@pytest.mark.parametrize("arn", [f"{ARN}:TEST", f"{ARN}s"])
def test_a_rule_for_a_function_that_is_not_there_is_refused(orders: Orders, arn: str) -> None:
    with pytest.raises(ClientError, match=f"Invalid Lambda function: {arn}"):
        receive(act(arn))


@enforced
def test_a_rule_needs_a_grant_on_exactly_the_alias(mock: LambdaMock, orders: Orders) -> None:
    source = f"arn:aws:ses:{REGION}:{ACCOUNT}:receipt-rule-set/rules:receipt-rule/rule"
    receive(act(f"{ARN}:PROD", InvocationType="RequestResponse"))
    send()
    mock.refusals.assert_refused("orders", principal="ses.amazonaws.com", source_arn=source, qualifier="PROD")
    orders.grant("ses.amazonaws.com", "PROD", SourceArn=source, SourceAccount=ACCOUNT)
    send()
    assert orders.versions == ["1"]
