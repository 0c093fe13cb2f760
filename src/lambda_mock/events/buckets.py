"""S3's events: notifications of buckets, and what S3 tells EventBridge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from lambda_mock.events.made_up import Event

SOURCE_ADDRESS = "127.0.0.1"

_VERSION = "2.1"
_LATER_VERSION = "2.3"
_KINDS_OF_LATER_VERSION = frozenset(
    {"ObjectAcl", "ObjectTagging", "LifecycleExpiration", "LifecycleTransition", "IntelligentTiering"}
)
_WITH_SIZE = frozenset({"ObjectCreated", "ObjectRestore"})
_WITH_SEQUENCER = frozenset({"ObjectCreated", "ObjectRemoved"})
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
COMPLETED = "ObjectRestore:Completed"
KINDS = (
    *_REASONS,
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
    "ObjectAcl:Put",
    "ObjectRestore:Post",
    COMPLETED,
    "ObjectRestore:Delete",
    "LifecycleExpiration:Delete",
    "LifecycleExpiration:DeleteMarkerCreated",
    "LifecycleTransition",
    "IntelligentTiering",
)
"""The events of objects, without `s3:`."""


def has_size(kind: str) -> bool:
    """Whether an event tells the size of its object."""
    return kind.partition(":")[0] in _WITH_SIZE


def has_etag(kind: str) -> bool:
    """Whether an event tells the hash of its object."""
    return kind.partition(":")[0] != "ObjectRemoved"


def request_id(moment: str) -> str:
    """An id of S3's form for the request at a moment."""
    return hashlib.sha256(moment.encode()).hexdigest()[:16].upper()


def notification(
    kind: str,
    *,
    bucket: str,
    bucket_arn: str,
    key: str,
    size: int | None,
    etag: str | None,
    version_id: str | None,
    sequencer: str,
    configuration_id: str,
    region: str,
    account_id: str,
    moment: str,
    restored: tuple[str, str] | None = None,
) -> Event:
    """What a bucket notifies: `kind` is such as `ObjectCreated:Put`, and `moment` is to the millisecond.

    `restored` is until when an object is restored, and its storage class.
    """
    name = kind.partition(":")[0]
    record: dict[str, Any] = {
        "eventVersion": _LATER_VERSION if name in _KINDS_OF_LATER_VERSION else _VERSION,
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": moment,
        "eventName": kind,
        "userIdentity": {"principalId": f"AWS:{account_id}"},
        "requestParameters": {"sourceIPAddress": SOURCE_ADDRESS},
        "responseElements": {
            "x-amz-request-id": request_id(moment),
            "x-amz-id-2": hashlib.sha512(moment.encode()).hexdigest()[:76],
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": _owner(account_id)}, "arn": bucket_arn},
            "object": {
                "key": quote_plus(key, safe="/"),
                **_members(kind, size, sequencer, {"eTag": etag, "versionId": version_id}),
            },
        },
    }
    if restored is not None:
        until, storage_class = restored
        about = {"lifecycleRestorationExpiryTime": until, "lifecycleRestoreStorageClass": storage_class}
        record["glacierEventData"] = {"restoreEventData": about}
    return {"Records": [record]}


def _members(kind: str, size: int | None, sequencer: str, told: Mapping[str, str | None]) -> dict[str, Any]:
    """What an event says of its object: of one that is gone no size, and a version only where there are versions."""
    members: dict[str, Any] = {"size": size} if has_size(kind) else {}
    members |= {name: value for name, value in told.items() if value is not None}
    if kind.partition(":")[0] in _WITH_SEQUENCER:
        members["sequencer"] = sequencer
    return members


def _owner(account_id: str) -> str:
    """The canonical id that stands for an account."""
    return "A" + hashlib.sha256(account_id.encode()).hexdigest()[:13].upper()


def detail_type(kind: str) -> str:
    """What EventBridge calls a kind of event."""
    return _DETAIL_TYPES.get(kind) or _DETAIL_TYPES[kind.partition(":")[0]]


def detail(
    kind: str,
    *,
    bucket: str,
    key: str,
    size: int | None,
    etag: str | None,
    version_id: str | None,
    sequencer: str,
    account_id: str,
    moment: str,
    storage_class: str | None,
) -> dict[str, Any]:
    """What S3 tells EventBridge of an event, with `moment` to the millisecond."""
    name = kind.partition(":")[0]
    told: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, **_members(kind, size, sequencer, {"etag": etag, "version-id": version_id})},
        "request-id": request_id(moment),
        "requester": account_id,
    }
    if kind != COMPLETED:
        told["source-ip-address"] = SOURCE_ADDRESS
    if kind in _REASONS:
        told["reason"] = _REASONS[kind]
    if name == "ObjectRemoved":
        told["deletion-type"] = "Delete Marker Created" if kind.endswith("DeleteMarkerCreated") else _FOR_GOOD
    if name == "ObjectRestore":
        told["source-storage-class"] = storage_class
    return told


_FOR_GOOD = "Permanently Deleted"
