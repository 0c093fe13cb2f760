"""S3's events for EventBridge, which a bucket sends to the default bus of its account and region."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.integrations.moto.bridge.s3 import SOURCE_ADDRESS, name_of, now, request_id, sequencer
from lambda_mock.integrations.moto.bridge.seam import Place, known

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "LifecycleExpiration": "Object Deleted",
    "ObjectRestore:Post": "Object Restore Initiated",
    "ObjectRestore:Completed": "Object Restore Completed",
    "ObjectRestore:Delete": "Object Restore Expired",
    "LifecycleTransition": "Object Storage Class Changed",
    "IntelligentTiering": "Object Access Tier Changed",
    "ObjectAcl": "Object ACL Updated",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}


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

    return {
        "version": "0",
        "id": str(mock_random.uuid4()),
        "detail-type": _DETAIL_TYPES.get(name) or _DETAIL_TYPES[name.partition(":")[0]],
        "source": "aws.s3",
        "account": account_id,
        # A number, as moto's other targets take it.
        "time": time.time(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": _detail(account_id, bucket, name, key),
    }


def _detail(account_id: str, bucket: Any, name: str, key: Any) -> Mapping[str, Any]:
    kind = name.partition(":")[0]
    there: dict[str, Any] = {"key": key.name}
    if kind in {"ObjectCreated", "ObjectRestore"}:
        there["size"] = key.size
    if kind != "ObjectRemoved":
        there["etag"] = key.etag.replace('"', "")
    if bucket.is_versioned:
        there["version-id"] = str(key.version_id)
    if kind in {"ObjectCreated", "ObjectRemoved"}:
        there["sequencer"] = sequencer()
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": there,
        "request-id": request_id(now()),
        "requester": account_id,
    }
    if name != "ObjectRestore:Completed":
        detail["source-ip-address"] = SOURCE_ADDRESS
    if name in _REASONS:
        detail["reason"] = _REASONS[name]
    if kind == "ObjectRemoved":
        detail["deletion-type"] = (
            "Delete Marker Created" if name.endswith("DeleteMarkerCreated") else "Permanently Deleted"
        )
    if kind == "ObjectRestore":
        detail["source-storage-class"] = key.storage_class
    return detail


PLACES = [Place(module="moto.s3.notifications", name="_send_event_bridge_message", replacement=_send)]
