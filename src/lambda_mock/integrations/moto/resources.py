"""What Lambda names by ARN, as moto keeps it: roles, keys, queues, topics, buses, buckets and streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.integrations.moto.state import backend, backend_of
from lambda_mock.integrations.moto.storage import has_bucket


def trust_policy(role_arn: str) -> str:
    """The trust policy of a role, as it was given. Raises MissingError."""
    _, partition, _, _, account_id, _ = role_arn.split(":", 5)
    iam = backend("iam", account_id, partition)
    for role in () if iam is None else iam.get_roles():
        if role.arn == role_arn:
            return str(role.assume_role_policy_document)
    raise MissingError(role_arn)


def key_state(key_arn: str) -> str:
    """The state of a key. Raises MissingError, for an alias too."""
    kms, resource = backend_of("kms", key_arn)
    key = None if kms is None else kms.keys.get(resource.removeprefix("key/"))
    if key is None:
        raise MissingError(key_arn)
    return str(key.key_state)


def visibility_timeout(queue_arn: str) -> int:
    """The visibility timeout of a queue, in seconds. Raises MissingError."""
    sqs, name = backend_of("sqs", queue_arn)
    queue = None if sqs is None else sqs.queues.get(name)
    if queue is None:
        raise MissingError(queue_arn)
    return int(queue.visibility_timeout)


def _has_queue(arn: str) -> bool:
    sqs, name = backend_of("sqs", arn)
    return sqs is not None and name in sqs.queues


def _has_topic(arn: str) -> bool:
    sns, _ = backend_of("sns", arn)
    return sns is not None and arn in sns.topics


def _has_event_bus(arn: str) -> bool:
    events, resource = backend_of("events", arn)
    name = resource.removeprefix("event-bus/")
    return name == "default" or (events is not None and name in events.event_buses)


def _has_stream(arn: str) -> bool:
    kinesis, resource = backend_of("kinesis", arn)
    if kinesis is None:
        return False
    name, _, consumer = resource.removeprefix("stream/").partition("/")
    stream = kinesis.streams.get(name)
    return stream is not None and (not consumer or stream.get_consumer_by_arn(arn) is not None)


def _has_stream_of_table(arn: str) -> bool:
    dynamodb, resource = backend_of("dynamodb", arn)
    _, name, _, label = resource.split("/", 3)
    table = None if dynamodb is None else dynamodb.tables.get(name)
    return table is not None and table.latest_stream_label == label


FINDERS: Mapping[str, Callable[[str], bool]] = {
    "dynamodb": _has_stream_of_table,
    "events": _has_event_bus,
    "kinesis": _has_stream,
    "s3": has_bucket,
    "sns": _has_topic,
    "sqs": _has_queue,
}
"""By the service in an ARN, which is also moto's name of it: whether the resource is there."""
