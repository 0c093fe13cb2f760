"""S3's events: notifications of buckets, and what S3 tells EventBridge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from lambda_mock.domain.arn import partition_of
from lambda_mock.events.buses import envelope
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, refuse, uuid_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond, to_the_second

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
_COMPLETED = "ObjectRestore:Completed"
_KINDS = (
    *_REASONS,
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
    "ObjectAcl:Put",
    "ObjectRestore:Post",
    _COMPLETED,
    "ObjectRestore:Delete",
    "LifecycleExpiration:Delete",
    "LifecycleExpiration:DeleteMarkerCreated",
    "LifecycleTransition",
    "IntelligentTiering",
)


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
    if kind != _COMPLETED:
        told["source-ip-address"] = SOURCE_ADDRESS
    if kind in _REASONS:
        told["reason"] = _REASONS[kind]
    if name == "ObjectRemoved":
        told["deletion-type"] = "Delete Marker Created" if kind.endswith("DeleteMarkerCreated") else _FOR_GOOD
    if name == "ObjectRestore":
        told["source-storage-class"] = storage_class
    return told


_FOR_GOOD = "Permanently Deleted"


# Builders -------------------------------------------------------------------------------------------------------------


def s3(
    kind: str = "ObjectCreated:Put",
    bucket: str = "bucket",
    key: str = "key",
    *,
    body: bytes | str = b"",
    size: int | None = None,
    etag: str | None = None,
    version_id: str | None = None,
    sequencer: str | None = None,
    configuration_id: str = "notification",
    restored_until: Moment | None = None,
    storage_class: str = "GLACIER",
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What a bucket notifies of any kind of event, such as `events.s3("ObjectRestore:Completed", "photos", "cat.jpg")`.

    `kind` is the event's name without `s3:`. `size` (bytes) and `etag` are those of `body` where they aren't given;
    what is gone has neither. `key` is given as it is, and stands in the event with its letters encoded, as S3 does it.
    `version_id` is for buckets that keep versions. A later `at` makes a greater `sequencer`. Only what is restored has
    `restored_until`, a day later without it, and `storage_class`. LambdaMockError for a kind that S3 doesn't have.

    Source: "Event message structure" in the user guide of S3.
    """
    kind = _known(kind)
    moment = epoch(at)
    until = to_the_millisecond(moment + _A_DAY if restored_until is None else epoch(restored_until))
    return notification(
        kind,
        bucket=bucket,
        bucket_arn=f"arn:{partition_of(region)}:s3:::{bucket}",
        key=key,
        size=_size(body) if size is None else size,
        etag=_etag(kind, body, etag),
        version_id=version_id,
        sequencer=sequencer or _sequencer(moment),
        configuration_id=configuration_id,
        region=region,
        account_id=account_id,
        moment=to_the_millisecond(moment),
        restored=(until, storage_class) if kind == _COMPLETED else None,
    )


_A_DAY = 86_400


def s3_put(
    bucket: str = "bucket",
    key: str = "key",
    *,
    body: bytes | str = b"",
    size: int | None = None,
    etag: str | None = None,
    version_id: str | None = None,
    sequencer: str | None = None,
    configuration_id: str = "notification",
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An object was put: `events.s3_put("photos", "in/cat.jpg", body=b"...")`. The options are those of `events.s3`."""
    return s3(
        "ObjectCreated:Put",
        bucket,
        key,
        body=body,
        size=size,
        etag=etag,
        version_id=version_id,
        sequencer=sequencer,
        configuration_id=configuration_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def s3_copy(
    bucket: str = "bucket",
    key: str = "key",
    *,
    body: bytes | str = b"",
    size: int | None = None,
    etag: str | None = None,
    version_id: str | None = None,
    sequencer: str | None = None,
    configuration_id: str = "notification",
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An object was copied to this key: `events.s3_copy("photos", "cat.jpg")`. The options are those of `events.s3`."""
    return s3(
        "ObjectCreated:Copy",
        bucket,
        key,
        body=body,
        size=size,
        etag=etag,
        version_id=version_id,
        sequencer=sequencer,
        configuration_id=configuration_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def s3_delete(
    bucket: str = "bucket",
    key: str = "key",
    *,
    delete_marker: bool = False,
    version_id: str | None = None,
    sequencer: str | None = None,
    configuration_id: str = "notification",
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An object was deleted, or only hidden by a `delete_marker`: `events.s3_delete("photos", "cat.jpg")`.

    The other options are those of `events.s3`.
    """
    return s3(
        "ObjectRemoved:DeleteMarkerCreated" if delete_marker else "ObjectRemoved:Delete",
        bucket,
        key,
        version_id=version_id,
        sequencer=sequencer,
        configuration_id=configuration_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def s3_eventbridge(
    kind: str = "ObjectCreated:Put",
    bucket: str = "bucket",
    key: str = "key",
    *,
    body: bytes | str = b"",
    size: int | None = None,
    etag: str | None = None,
    version_id: str | None = None,
    sequencer: str | None = None,
    storage_class: str = "GLACIER",
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What S3 tells EventBridge of an event: `events.s3_eventbridge("ObjectCreated:Put", "photos", "cat.jpg")`.

    The options are those of `events.s3`; the key stands in it as it is.

    Source: "EventBridge event message structure" in the user guide of S3.
    """
    kind = _known(kind)
    moment = epoch(at)
    return envelope(
        event_id=event_id or uuid_of("s3", kind, bucket, key, moment),
        detail_type=detail_type(kind),
        source="aws.s3",
        account_id=account_id,
        time=to_the_second(moment),
        region=region,
        resources=[f"arn:{partition_of(region)}:s3:::{bucket}"],
        detail=detail(
            kind,
            bucket=bucket,
            key=key,
            size=_size(body) if size is None else size,
            etag=_etag(kind, body, etag),
            version_id=version_id,
            sequencer=sequencer or _sequencer(moment),
            account_id=account_id,
            moment=to_the_millisecond(moment),
            storage_class=storage_class,
        ),
    )


def _known(kind: str) -> str:
    name = kind.removeprefix("s3:")
    if name not in _KINDS:
        refuse("event of S3", kind, _KINDS)
    return name


def _encoded(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _size(body: bytes | str) -> int:
    return len(_encoded(body))


def _etag(kind: str, body: bytes | str, given: str | None) -> str | None:
    if not has_etag(kind):
        return None
    return given or hashlib.md5(_encoded(body), usedforsecurity=False).hexdigest()


def _sequencer(moment: float) -> str:
    return f"{int(moment * 1_000_000):018X}"
