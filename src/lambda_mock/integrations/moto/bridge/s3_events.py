"""S3's events for EventBridge, which a bucket sends to the default bus of its account and region."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.events import buckets, buses
from lambda_mock.integrations.moto.bridge.s3 import name_of, now, object_of
from lambda_mock.integrations.moto.bridge.seam import Place, known

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions


def _send(_: Functions, __: Any, ___: Any, account_id: str, bucket: Any, event_name: Any, key: Any) -> None:
    with known("s3"):
        from moto.events.models import events_backends  # noqa: PLC0415 - moto is loaded

        event = _event(account_id, bucket, name_of(event_name), key)
        rules = list(events_backends[account_id][bucket.region_name].event_buses["default"].rules.values())
    for rule in rules:
        _send_by(rule, event)


def _send_by(rule: Any, event: Mapping[str, Any]) -> None:
    """Send it to the targets of a rule; what one of moto's comes to grief with is no matter of S3's."""
    try:
        rule.send_to_targets(event, transform_input=False)
    except (LambdaMockError, LambdaMockWarning):
        raise
    except Exception:  # noqa: BLE001, S110 - moto passes over it, too
        pass


def _event(account_id: str, bucket: Any, name: str, key: Any) -> Mapping[str, Any]:
    from moto.moto_api._internal import mock_random  # noqa: PLC0415 - moto is loaded

    return buses.envelope(
        event_id=str(mock_random.uuid4()),
        detail_type=buckets.detail_type(name),
        source="aws.s3",
        account_id=account_id,
        # A number, as moto's other targets take it.
        time=time.time(),
        region=bucket.region_name,
        resources=[bucket.arn],
        detail=buckets.detail(
            name,
            bucket=bucket.name,
            account_id=account_id,
            moment=now(),
            storage_class=key.storage_class if name.startswith("ObjectRestore") else None,
            **object_of(name, bucket, key),
        ),
    )


PLACES = [Place(module="moto.s3.notifications", name="_send_event_bridge_message", replacement=_send)]
