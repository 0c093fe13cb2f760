"""SES's events: an email that was received, as functions and topics are told of it."""

from __future__ import annotations

import email.message
import email.policy
import email.utils
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, uuid_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond

_LISTS = {"from": "From", "to": "To", "cc": "Cc", "bcc": "Bcc", "replyTo": "Reply-To"}
_TEXTS = {"date": "Date", "messageId": "Message-ID", "subject": "Subject"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An email that has come in, sent by SES itself: its id there, its headers in order, and all of it as text."""

    sent_as: str
    headers: Sequence[tuple[str, str]]
    content: str
    recipients: Sequence[str]
    moment: datetime
    region: str

    @property
    def sender(self) -> str:
        """The sender on the envelope, which is SES."""
        return f"{self.sent_as}@amazonses.com"


def composed(
    sent_as: str,
    source: str,
    subject: str,
    body: str,
    destinations: Mapping[str, Sequence[str]],
    region: str,
    moment: datetime,
) -> Received:
    """An email that was given in parts, and has come at a moment."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = source
    for header, member in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if destinations.get(member):
            message[header] = ", ".join(destinations[member])
    message["Subject"] = subject
    message["MIME-Version"] = "1.0"
    message.set_content(body)
    recipients = [address for addresses in destinations.values() for address in addresses]
    return received(sent_as, message.as_string(), recipients, region, moment)


def received(sent_as: str, content: str, recipients: Sequence[str], region: str, moment: datetime) -> Received:
    """An email that was given as a whole, and has come at a moment."""
    parsed = email.message_from_string(content, policy=email.policy.compat32)
    for header, value in (
        ("Message-ID", f"<{sent_as}@email.amazonses.com>"),
        ("Date", email.utils.format_datetime(moment)),
    ):
        if header not in parsed:
            parsed[header] = value
    headers = [(name, str(value)) for name, value in parsed.items()]
    bare = list(dict.fromkeys(email.utils.parseaddr(address)[1].lower() for address in recipients))
    return Received(
        sent_as=sent_as,
        headers=headers,
        content=parsed.as_string(),
        recipients=bare,
        moment=moment,
        region=region,
    )


def notice(
    mail: Received, recipients: Sequence[str], action: Mapping[str, Any], processing_millis: int = 500
) -> dict[str, Any]:
    """What SES tells of an email and of its receipt, for those recipients that a rule is about."""
    timestamp = to_the_millisecond(mail.moment.timestamp())
    mail_id = hashlib.sha256(mail.sent_as.encode()).hexdigest()[:40]
    return {
        "mail": {
            "timestamp": timestamp,
            "source": mail.sender,
            "messageId": mail_id,
            "destination": list(mail.recipients),
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in [*_added(mail, mail_id), *mail.headers]],
            "commonHeaders": _common_headers(mail),
        },
        "receipt": {
            "timestamp": timestamp,
            "processingTimeMillis": processing_millis,
            "recipients": list(recipients),
            **{f"{check}Verdict": {"status": "PASS"} for check in ("spam", "virus", "spf", "dkim")},
            "dmarcVerdict": {"status": "GRAY"},
            "action": dict(action),
        },
    }


def _added(mail: Received, mail_id: str) -> list[tuple[str, str]]:
    """The headers that SES puts before those of the email."""
    by = (
        f"from a1-1.smtp-out.amazonses.com (a1-1.smtp-out.amazonses.com [127.0.0.1]) by inbound-smtp.{mail.region}."
        f"amazonaws.com with SMTP id {mail_id} for {mail.recipients[0]}; {email.utils.format_datetime(mail.moment)}"
    )
    return [
        ("Return-Path", f"<{mail.sender}>"),
        ("Received", by),
        ("X-SES-Spam-Verdict", "PASS"),
        ("X-SES-Virus-Verdict", "PASS"),
    ]


def _common_headers(mail: Received) -> dict[str, Any]:
    by_name = {name.lower(): value for name, value in reversed(mail.headers)}
    common: dict[str, Any] = {"returnPath": mail.sender}
    for member, header in _LISTS.items():
        if header.lower() in by_name:
            pairs = email.utils.getaddresses([by_name[header.lower()]])
            common[member] = [email.utils.formataddr(pair) for pair in pairs]
    common |= {member: by_name[header.lower()] for member, header in _TEXTS.items() if header.lower() in by_name}
    return common


def record(told: Mapping[str, Any]) -> Event:
    """The event of a function that takes an action of a receipt rule."""
    return {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": told}]}


def lambda_action(function_arn: str, *, topic_arn: str | None, waits: bool) -> dict[str, Any]:
    """An action of a receipt rule that invokes a function, and maybe `waits` for its answer."""
    return {
        "type": "Lambda",
        **({"topicArn": topic_arn} if topic_arn else {}),
        "functionArn": function_arn,
        "invocationType": "RequestResponse" if waits else "Event",
    }


# Builders -------------------------------------------------------------------------------------------------------------


def ses(
    subject: str = "Hello",
    body: str = "How are you?",
    *,
    source: str = "sender@example.com",
    to: Sequence[str] = ("recipient@example.com",),
    cc: Sequence[str] = (),
    raw: str | None = None,
    recipients: Sequence[str] | None = None,
    waits: bool = False,
    topic: str | None = None,
    function: str = "function",
    processing_millis: int = 500,
    message_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An email that SES has received, for a receipt rule with a Lambda action.

    `events.ses("Hi", source="bob@example.com", to=["ann@example.com"])`. `raw` is a whole email in place of subject,
    body and source. `recipients` are those whom the rule is about, all recipients without it. SES `waits` for the
    function if the action's invocation type is RequestResponse. `function` and `topic`, which the action tells of the
    email, are names or ARNs. SES doesn't tell functions the body.

    Source: "Lambda function action" in the developer guide of SES.
    """
    moment = datetime.fromtimestamp(epoch(at), tz=timezone.utc)
    function_arn = arn_of("function", function, "lambda", region, account_id, before="function:")
    topic_arn = topic and arn_of("topic", topic, "sns", region, account_id)
    everybody = [*to, *cc]
    sent_as = message_id or f"0100{uuid_of('ses', raw, subject, body, source, everybody)}-000000"
    if raw is None:
        mail = composed(
            sent_as, source, subject, body, {"ToAddresses": list(to), "CcAddresses": list(cc)}, region, moment
        )
    else:
        mail = received(sent_as, raw, everybody, region, moment)
    action = lambda_action(function_arn, topic_arn=topic_arn, waits=waits)
    about = mail.recipients if recipients is None else recipients
    return record(notice(mail, about, action, processing_millis))
