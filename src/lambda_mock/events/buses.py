"""EventBridge's events: of a bus, of rules and schedules that come round, and of API calls as CloudTrail tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.events.made_up import (
    ACCOUNT,
    REGION,
    Event,
    account_in,
    arn_of,
    plain,
    region_in,
    uuid_of,
)
from lambda_mock.events.moments import Moment, epoch, to_the_second

SCHEDULED = "Scheduled Event"
API_CALL = "AWS API Call via CloudTrail"


def envelope(
    *,
    event_id: str,
    detail_type: str,
    source: str,
    account_id: str,
    time: object,
    region: str,
    resources: Sequence[str],
    detail: object,
) -> Event:
    """An event of EventBridge, whose time is to the second."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": time,
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }


def come_round(source: str, arn: str, *, event_id: str, moment: float) -> Event:
    """What a rule with a schedule sends (`aws.events`), or a schedule without an Input (`aws.scheduler`)."""
    return envelope(
        event_id=event_id,
        detail_type=SCHEDULED,
        source=source,
        account_id=account_in(arn),
        time=to_the_second(moment),
        region=region_in(arn),
        resources=[arn],
        detail={} if source == "aws.events" else "{}",
    )


def api_call(
    event_source: str,
    event_name: str,
    parameters: object,
    *,
    event_id: str,
    call_id: str,
    request_id: str,
    account_id: str,
    region: str,
    moment: str,
) -> Event:
    """A call of an API, with `moment` to the second."""
    return envelope(
        event_id=event_id,
        detail_type=API_CALL,
        source=f"aws.{event_source.partition('.')[0]}",
        account_id=account_id,
        time=moment,
        region=region,
        resources=[],
        detail={
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "Root",
                "principalId": account_id,
                "arn": f"arn:{partition_of(region)}:iam::{account_id}:root",
                "accountId": account_id,
            },
            "eventTime": moment,
            "eventSource": event_source,
            "eventName": event_name,
            "awsRegion": region,
            "sourceIPAddress": "127.0.0.1",
            "userAgent": "Boto3",
            "requestParameters": parameters,
            "responseElements": None,
            "requestID": request_id,
            "eventID": call_id,
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account_id,
            "eventCategory": "Management",
        },
    )


# Builders -------------------------------------------------------------------------------------------------------------


def eventbridge(
    detail: Mapping[str, Any] | None = None,
    *,
    source: str = "my.application",
    detail_type: str = "Something Happened",
    resources: Sequence[str] = (),
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An event that an application has put on a bus: `events.eventbridge({"order": 1}, source="shop")`.

    It is what a rule sends whose target changes nothing of it.

    Source: "Events" in the user guide of EventBridge.
    """
    given = plain("detail", dict(detail or {}))
    moment = epoch(at)
    return envelope(
        event_id=event_id or uuid_of("eventbridge", source, detail_type, given, moment),
        detail_type=detail_type,
        source=source,
        account_id=account_id,
        time=to_the_second(moment),
        region=region,
        resources=resources,
        detail=given,
    )


def eventbridge_schedule(
    rule: str = "rule",
    *,
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What a rule with a schedule sends when it comes round: `events.eventbridge_schedule("nightly")`.

    `rule` is its name or ARN.

    Source: "Creating a rule that runs on a schedule" in the user guide of EventBridge.
    """
    arn = arn_of("rule", rule, "events", region, account_id, before="rule/")
    moment = epoch(at)
    return come_round("aws.events", arn, event_id=event_id or uuid_of(arn, moment), moment=moment)


def scheduler(
    schedule: str = "schedule",
    *,
    group: str = "default",
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What EventBridge Scheduler sends for a schedule without an Input: `events.scheduler("nightly")`.

    Its `detail` is a text. A schedule with an Input sends that, and nothing around it. `schedule` is a name or ARN.

    Source: "Templated targets" in the user guide of EventBridge Scheduler.
    """
    arn = arn_of("schedule", schedule, "scheduler", region, account_id, before=f"schedule/{group}/")
    moment = epoch(at)
    return come_round("aws.scheduler", arn, event_id=event_id or uuid_of(arn, moment), moment=moment)


def cloudtrail(
    event_name: str = "CreateBucket",
    parameters: Mapping[str, Any] | None = None,
    *,
    event_source: str = "s3.amazonaws.com",
    event_id: str | None = None,
    call_id: str | None = None,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A call of an AWS API, as CloudTrail tells EventBridge: `events.cloudtrail("CreateBucket", {"bucketName": "b"})`.

    Somebody who writes it, the root user, has made the call. `event_source` is the service as CloudTrail names it.

    Source: "AWS service events delivered via AWS CloudTrail" in the user guide of EventBridge.
    """
    given = None if parameters is None else plain("parameters", dict(parameters))
    moment = to_the_second(epoch(at))
    made_of = (event_source, event_name, given, moment)
    return api_call(
        event_source,
        event_name,
        given,
        event_id=event_id or uuid_of("event", *made_of),
        call_id=call_id or uuid_of("call", *made_of),
        request_id=request_id or uuid_of("request", *made_of),
        account_id=account_id,
        region=region,
        moment=moment,
    )
