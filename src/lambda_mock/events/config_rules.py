"""AWS Config's events: what a custom rule is asked to evaluate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, digits_of, plain, text_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond


def config_rule(
    configuration_item: Mapping[str, Any] | None = None,
    *,
    parameters: Mapping[str, str] | None = None,
    rule: str = "rule",
    event_left_scope: bool = False,
    result_token: str = "result-token",  # noqa: S107 - a made-up one
    role: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What AWS Config asks a custom rule: `events.config_rule({"resourceType": "AWS::S3::Bucket", "resourceId": "b"})`.

    With a configuration item, a change of that resource is to be evaluated; without one it is the rule's turn by its
    schedule. What the item doesn't say of itself is made up. `parameters` are the rule's. `invokingEvent` and
    `ruleParameters` are JSON texts in the event.

    Source: "Example events for AWS Config rules" in the developer guide of AWS Config. moto evaluates no rules, so that
    no such event comes by itself.
    """
    moment = to_the_millisecond(epoch(at))
    partition = partition_of(region)
    rule_id = f"config-rule-{digits_of(6, rule)}"
    if configuration_item is None:
        invoking: dict[str, Any] = {
            "awsAccountId": account_id,
            "notificationCreationTime": moment,
            "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        }
    else:
        item = plain("configuration_item", dict(configuration_item))
        invoking = {
            "configurationItemDiff": {"changedProperties": {}, "changeType": "UPDATE"},
            "configurationItem": {**_made_up(region, account_id, moment), **item},
            "notificationCreationTime": moment,
            "messageType": "ConfigurationItemChangeNotification",
            "recordVersion": "1.3",
        }
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(invoking),
        "ruleParameters": text_of("parameters", dict(parameters or {})),
        "resultToken": result_token,
        "eventLeftScope": event_left_scope,
        "executionRoleArn": role or f"arn:{partition}:iam::{account_id}:role/config-role",
        "configRuleArn": f"arn:{partition}:config:{region}:{account_id}:config-rule/{rule_id}",
        "configRuleName": rule,
        "configRuleId": rule_id,
        "accountId": account_id,
    }


def _made_up(region: str, account_id: str, moment: str) -> dict[str, Any]:
    return {
        "relatedEvents": [],
        "relationships": [],
        "configuration": {},
        "supplementaryConfiguration": {},
        "tags": {},
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": moment,
        "configurationItemStatus": "OK",
        "awsAccountId": account_id,
        "awsRegion": region,
        "resourceType": "AWS::S3::Bucket",
        "resourceId": "bucket",
        "resourceName": None,
        "ARN": f"arn:{partition_of(region)}:s3:::bucket",
        "availabilityZone": "Regional",
        "configurationStateId": 1,
        "configurationStateMd5Hash": "",
        "resourceCreationTime": moment,
    }
