"""How SES receives an email: by the rules of the active receipt rule set, which moto keeps, and by their actions.

Of the actions those of functions, of topics and Stop are taken.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import ServiceError
from lambda_mock.events.mail import Received, lambda_action, notice, record

PRINCIPAL = "ses.amazonaws.com"

_SUBJECT = "Amazon SES Email Receipt Notification"
_STOP_RULE = "STOP_RULE"
_STOP_RULE_SET = "STOP_RULE_SET"


def receive(ours: Functions, ses: Any, active: Any, mail: Received) -> None:
    """Go through the rules of the active set."""
    for rule in list(active.rules):
        recipients = _recipients(rule, mail.recipients) if _is_on(rule) else ()
        if recipients and _take(ours, ses, active.name, rule, mail, recipients) == _STOP_RULE_SET:
            return


def _is_on(rule: Mapping[str, Any]) -> bool:
    return str(rule.get("Enabled", False)).lower() == "true"


def _recipients(rule: Mapping[str, Any], recipients: Sequence[str]) -> list[str]:
    """Those recipients of an email whom a rule is about: by address, by domain, or (`.example.com`) by subdomain."""
    conditions = [condition.lower() for condition in rule.get("Recipients") or ()]
    return [address for address in recipients if not conditions or any(_is_about(one, address) for one in conditions)]


def _is_about(condition: str, address: str) -> bool:
    domain = address.rpartition("@")[2]
    return domain.endswith(condition) if condition.startswith(".") else condition in {address, domain}


def _take(
    ours: Functions, ses: Any, rule_set: str, rule: Mapping[str, Any], mail: Received, recipients: Sequence[str]
) -> str | None:
    """Take the actions of a rule in their order; what they have to say on those that would come next."""
    region, account_id = ses.region_name, ses.account_id
    source_arn = (
        f"arn:{partition_of(region)}:ses:{region}:{account_id}:receipt-rule-set/{rule_set}:receipt-rule/{rule['Name']}"
    )
    for action in rule.get("Actions") or ():
        disposition = None
        for kind, settings in action.items():
            take = _ACTIONS.get(kind)
            if take is not None:
                disposition = take(ours, source_arn, account_id, settings, mail, recipients)
        if disposition in {_STOP_RULE, _STOP_RULE_SET}:
            return disposition
    return None


def _invoke(
    ours: Functions,
    source_arn: str,
    account_id: str,
    settings: Mapping[str, Any],
    mail: Received,
    recipients: Sequence[str],
) -> str | None:
    waits = settings.get("InvocationType") == "RequestResponse"
    action = lambda_action(settings["FunctionArn"], topic_arn=settings.get("TopicArn"), waits=waits)
    told = notice(mail, recipients, action)
    trigger = Trigger(
        function_arn=settings["FunctionArn"],
        payload=json.dumps(record(told)).encode(),
        principal=PRINCIPAL,
        source_arn=source_arn,
        source_account=account_id,
    )
    _tell(settings.get("TopicArn"), told)
    if not waits:
        ours.send(trigger)
        return None
    try:
        response = ours.call(trigger)
    except ServiceError:
        return None
    return None if response.function_error else _disposition(response.payload)


def _disposition(payload: bytes) -> str | None:
    answer = json.loads(payload)
    said = answer.get("disposition") if isinstance(answer, dict) else None
    return None if said is None else str(said).upper()


def _publish(
    _: Functions, __: str, ___: str, settings: Mapping[str, Any], mail: Received, recipients: Sequence[str]
) -> None:
    encoding = settings.get("Encoding") or "UTF-8"
    told = notice(mail, recipients, {"type": "SNS", "topicArn": settings["TopicArn"], "encoding": encoding.upper()})
    content = mail.content
    if encoding == "Base64":
        content = base64.b64encode(content.encode()).decode()
    _tell(settings["TopicArn"], told | {"content": content})


def _stop(
    _: Functions, __: str, ___: str, settings: Mapping[str, Any], mail: Received, recipients: Sequence[str]
) -> str:
    topic_arn = settings.get("TopicArn")
    action = {"type": "Stop", **({"topicArn": topic_arn} if topic_arn else {})}
    _tell(topic_arn, notice(mail, recipients, action))
    return _STOP_RULE_SET


def _tell(topic_arn: str | None, told: Mapping[str, Any]) -> None:
    if not topic_arn:
        return
    from moto.sns.models import sns_backends  # noqa: PLC0415 - moto is loaded

    region, account_id = topic_arn.split(":")[3:5]
    topic = sns_backends[account_id][region].topics.get(topic_arn)
    if topic is not None:
        topic.publish(json.dumps({"notificationType": "Received", **told}), subject=_SUBJECT)


_ACTIONS = {"LambdaAction": _invoke, "SNSAction": _publish, "StopAction": _stop}
