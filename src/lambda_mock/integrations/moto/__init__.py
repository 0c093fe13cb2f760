"""Lambda's neighbours where moto is active, read in process where the test made them.

No question imports moto: a service whose module nobody has loaded has nothing in it. What is brought to a service loads
it, as the first call of the test would. In server mode moto keeps its
state elsewhere and counts as absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.integrations.moto import compute, delivery, logs, queues, resources, storage, streams
from lambda_mock.integrations.moto.state import is_active, reach, read, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_mock.domain.neighbours.port import Attributes, Neighbours, Shard, StreamRecord
    from lambda_mock.domain.neighbours.queues import Queue


def moto_where_active() -> Neighbours | None:
    """The services of moto while a `mock_aws` is active, else None."""
    return _MOTO if is_active() else None


class _Moto:
    """The services of an active moto; those that it was told to leave alone know nothing."""

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes | None:
        return read("s3", lambda: storage.object_in_s3(bucket, key, version, account_id, region))

    def has(self, arn: str) -> bool | None:
        service = "".join(arn.split(":")[2:3])
        finds = resources.FINDERS.get(service)
        return None if finds is None else read(service, lambda: finds(arn))

    def trust_policy(self, role_arn: str) -> str | None:
        return read("iam", lambda: resources.trust_policy(role_arn))

    def vpc_of_subnet(self, subnet_id: str, *, account_id: str, region: str) -> str | None:
        return read("ec2", lambda: compute.vpc_of_subnet(subnet_id, account_id, region))

    def vpc_of_security_group(self, group_id: str, *, account_id: str, region: str) -> str | None:
        return read("ec2", lambda: compute.vpc_of_security_group(group_id, account_id, region))

    def key_state(self, key_arn: str) -> str | None:
        return read("kms", lambda: resources.key_state(key_arn))

    def visibility_timeout(self, queue_arn: str) -> int | None:
        return read("sqs", lambda: resources.visibility_timeout(queue_arn))

    def queue(self, queue_arn: str) -> Queue | None:
        return reach("sqs", lambda: queues.queue(queue_arn))

    def shards(self, stream_arn: str) -> Sequence[Shard] | None:
        return read(streams.service_of(stream_arn), lambda: streams.shards(stream_arn))

    def stream_records(self, stream_arn: str, shard_id: str, after: str | None) -> Sequence[StreamRecord] | None:
        return read(streams.service_of(stream_arn), lambda: streams.records(stream_arn, shard_id, after))

    def retention(self, stream_arn: str) -> float | None:
        return read(streams.service_of(stream_arn), lambda: streams.retention(stream_arn))

    def image_digest(
        self, repository: str, *, tag: str | None, digest: str | None, account_id: str, region: str
    ) -> str | None:
        return read("ecr", lambda: compute.image_digest(repository, tag, digest, account_id, region))

    def send_message(self, queue_arn: str, body: str, attributes: Attributes, *, trace: str) -> bool | None:
        return delivery.send_message(queue_arn, body, attributes, trace)

    def publish(self, topic_arn: str, message: str, attributes: Attributes) -> bool | None:
        return delivery.publish(topic_arn, message, attributes)

    def put_event(self, bus_arn: str, *, detail_type: str, resources: Sequence[str], detail: str) -> bool | None:
        return delivery.put_event(bus_arn, detail_type, resources, detail)

    def put_object(self, bucket: str, key: str, body: bytes, *, account_id: str, region: str) -> bool | None:
        return delivery.put_object(bucket, key, body, account_id, region)

    def keep_log(
        self, group: str, stream: str, events: Sequence[tuple[float, str]], *, account_id: str, region: str
    ) -> None:
        write("logs", lambda: logs.keep(group, stream, events, account_id, region))


_MOTO = _Moto()
