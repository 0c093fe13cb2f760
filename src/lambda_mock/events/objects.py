"""What happens to objects of S3, as tests build it."""

from __future__ import annotations

import hashlib

from lambda_mock.domain.arn import partition_of
from lambda_mock.events.buckets import COMPLETED, KINDS, detail, detail_type, has_etag, notification
from lambda_mock.events.buses import envelope
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, refuse, uuid_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond, to_the_second

_A_DAY = 86_400


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
        restored=(until, storage_class) if kind == COMPLETED else None,
    )


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
    if name not in KINDS:
        refuse("event of S3", kind, KINDS)
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
