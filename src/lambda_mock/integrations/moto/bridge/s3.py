"""S3: notifications of buckets for functions, with the whole of the event, and the check of a new configuration.

Moto decides which configuration an event of an object meets. What it leaves out of a record is added for its queues and
topics too, since it reaches functions by them as well.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.events import buckets
from lambda_mock.events.moments import to_the_millisecond
from lambda_mock.integrations.moto.bridge.backends import may_reach
from lambda_mock.integrations.moto.bridge.seam import Place, Replacement, known

PRINCIPAL = "s3.amazonaws.com"

_NOTIFICATIONS = "moto.s3.notifications"
_SKIP = "SkipDestinationValidation"
_left_out: ContextVar[tuple[str, ...]] = ContextVar("lambda_mock_left_out", default=())
_sequence = itertools.count(0x0055AED6DCD90281E5)


def sequencer() -> str:
    """What orders the events of a key: a later one is greater as text, within one process."""
    return f"{next(_sequence):018X}"


def _creating(*beside: str) -> Replacement:
    """What makes an object, and none of the events `beside` that moto sends for steps of that."""

    def create(_: Functions, wrapped: Any, __: Any, *args: Any, **kwargs: Any) -> Any:
        before = _left_out.set((*_left_out.get(), *beside))
        try:
            return wrapped(*args, **kwargs)
        finally:
            _left_out.reset(before)

    return create


def _send_event(_: Functions, wrapped: Any, __: Any, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    if not name_of(event_name).startswith(_left_out.get()):
        wrapped(account_id, event_name, bucket, key)


def _whole_event(
    _: Functions, __: Any, ___: Any, event_name: Any, bucket: Any, key: Any, notification_id: str
) -> Mapping[str, Any]:
    with known("s3"):
        name = name_of(event_name)
        return buckets.notification(
            name,
            bucket=bucket.name,
            bucket_arn=bucket.arn,
            configuration_id=notification_id,
            region=bucket.region_name,
            account_id=bucket.account_id,
            moment=now(),
            restored=_restored(key) if name == "ObjectRestore:Completed" else None,
            **object_of(name, bucket, key),
        )


def name_of(event_name: Any) -> str:
    """What happened, as records have it: `ObjectCreated:Put`."""
    return str(getattr(event_name, "value", event_name)).removeprefix("s3:")


def now() -> str:
    """The present moment in S3's form."""
    return to_the_millisecond(time.time())


def object_of(name: str, bucket: Any, key: Any) -> dict[str, Any]:
    """What is told of an object: what is gone has no size, and a version only where the bucket keeps versions."""
    return {
        "key": key.name,
        "size": key.size if buckets.has_size(name) else None,
        "etag": key.etag.replace('"', "") if buckets.has_etag(name) else None,
        "version_id": str(key.version_id) if bucket.is_versioned else None,
        "sequencer": sequencer(),
    }


def _restored(key: Any) -> tuple[str, str]:
    """Until when an object is restored, and its storage class."""
    return to_the_millisecond(parsedate_to_datetime(key.expiry_date).timestamp()), key.storage_class


def _send(ours: Functions, _: Any, __: Any, account_id: str, event_body: Any, fn_arn: str, *___: Any) -> None:
    with known("s3"):
        (record,) = event_body["Records"]
        source_arn = record["s3"]["bucket"]["arn"]
    ours.send(
        Trigger(
            function_arn=fn_arn,
            payload=json.dumps(event_body).encode(),
            principal=PRINCIPAL,
            source_arn=source_arn,
            source_account=account_id,
        )
    )


def _configuration_from_body(_: Functions, wrapped: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
    """The configuration that a request brings, and with it whether its destinations are to be believed."""
    configuration = wrapped(*args, **kwargs)
    with known("s3"):
        skips = str(response.headers.get("x-amz-skip-destination-validation", "")).lower() == "true"
    if configuration and skips:
        configuration = {**configuration, _SKIP: True}
    return configuration


def _put_configuration(
    ours: Functions, wrapped: Any, s3: Any, bucket_name: str, notification_config: Any, *args: Any, **kwargs: Any
) -> Any:
    bucket = s3.get_bucket(bucket_name)
    with known("s3"):
        configured = notification_config or {}
        arns = [one["CloudFunction"] for one in configured.get("CloudFunctionConfiguration") or ()]
        # That a function is elsewhere moto says.
        here = [arn for arn in arns if arn.split(":")[3] == bucket.region_name]
    if not configured.get(_SKIP):
        for arn in here:
            _check(ours, arn, bucket)
    return wrapped(bucket_name, notification_config, *args, **kwargs)


def _check(ours: Functions, arn: str, bucket: Any) -> None:
    trigger = Trigger(
        function_arn=arn,
        payload=b"{}",
        principal=PRINCIPAL,
        source_arn=bucket.arn,
        source_account=bucket.account_id,
    )
    if not may_reach(ours, trigger):
        from moto.s3.exceptions import S3ClientError  # noqa: PLC0415 - moto is loaded

        raise S3ClientError("InvalidArgument", "Unable to validate the following destination configurations")


PLACES = [
    *(
        Place(module=module, owner=owner, name=name, replacement=_creating("ObjectTagging", "ObjectAcl", *others))
        for module, owner, name, others in (
            ("moto.s3.responses", "S3Response", "put_object", ()),
            ("moto.s3.responses", "S3Response", "copy_object", ()),
            ("moto.s3.models", "S3Backend", "complete_multipart_upload", ("ObjectCreated:Put", "ObjectCreated:Post")),
        )
    ),
    Place(module=_NOTIFICATIONS, name="send_event", replacement=_send_event),
    Place(module=_NOTIFICATIONS, name="_get_s3_event", replacement=_whole_event),
    Place(module=_NOTIFICATIONS, name="_invoke_awslambda", replacement=_send),
    Place(
        module="moto.s3.responses",
        owner="S3Response",
        name="_notification_config_from_body",
        replacement=_configuration_from_body,
    ),
    Place(
        module="moto.s3.models",
        owner="S3Backend",
        name="put_bucket_notification_configuration",
        replacement=_put_configuration,
    ),
]
