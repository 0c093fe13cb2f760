"""The kinds of event sources: how each is recognised, what a mapping of it shows by default, and what it may be told.

One row a kind. SQS, the two streams and self-managed Kafka are as AWS was recorded; the others follow the documentation
in the service model, and the record of Kafka where that is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lambda_mock.errors import InvalidParameterValueException

NO_RECORDS = "No records processed"

_ANYWHERE = frozenset({"TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"})
_FAILURES = frozenset(
    {"DestinationConfig", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "MaximumRetryAttempts"}
)
_SHARDS = frozenset({"ParallelizationFactor", "TumblingWindowInSeconds"})
_ACCESS = frozenset({"SourceAccessConfigurations"})
_KAFKA = _FAILURES | _ACCESS | {"Topics", "LoggingConfig", "FunctionResponseTypes", "ProvisionedPollerConfig"}

_SQS_TWICE = 'An event source mapping with SQS arn (" {source} ") and function (" {name} ") already exists.'
_STREAM_TWICE = 'The event source arn (" {source} ") and function (" {name} ") provided mapping already exists.'
_KAFKA_TWICE = (
    'An event source mapping with event source ("{source}"), function ("{function_arn}"), topics ("{topics}") '
    "already exists."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """One kind of event source.

    `members` are those settings of RESTRICTED that it has, `positions` the starting positions that it takes (none: it
    has no StartingPosition), `group` the member that holds the id of its consumer group, `twice` what a second mapping
    of the same source is told.
    """

    name: str
    arn: re.Pattern[str] | None
    defaults: Mapping[str, Any]
    members: frozenset[str]
    positions: frozenset[str] = frozenset()
    position_required: bool = False
    group: str | None = None
    reason: str = "USER_INITIATED"
    first_result: str | None = NO_RECORDS
    twice: str = _STREAM_TWICE


def _arn_of(service: str, resource: str) -> re.Pattern[str]:
    return re.compile(rf"arn:[^:]+:{service}:[^:]*:[^:]*:{resource}")


def _table(**members: Any) -> Mapping[str, Any]:
    return MappingProxyType(members)


_STREAM_DEFAULTS = _table(
    BatchSize=100,
    BisectBatchOnFunctionError=False,
    DestinationConfig={"OnFailure": {}},
    FunctionResponseTypes=(),
    MaximumBatchingWindowInSeconds=0,
    MaximumRecordAgeInSeconds=-1,
    MaximumRetryAttempts=-1,
    ParallelizationFactor=1,
    TumblingWindowInSeconds=0,
)

SQS = SourceKind(
    name="SQS",
    arn=_arn_of("sqs", ".+"),
    defaults=_table(BatchSize=10, FunctionResponseTypes=(), MaximumBatchingWindowInSeconds=0),
    members=frozenset({"FunctionResponseTypes", "ProvisionedPollerConfig", "ScalingConfig"}),
    first_result=None,
    twice=_SQS_TWICE,
)
KINESIS = SourceKind(
    name="Kinesis",
    arn=_arn_of("kinesis", "stream/.+"),
    defaults=_STREAM_DEFAULTS,
    members=_FAILURES | _SHARDS | {"FunctionResponseTypes"},
    positions=_ANYWHERE,
    position_required=True,
    reason="User action",
)
DYNAMODB = SourceKind(
    name="DynamoDB",
    arn=_arn_of("dynamodb", "table/.+/stream/.+"),
    defaults=_STREAM_DEFAULTS,
    members=KINESIS.members,
    positions=_ANYWHERE - {"AT_TIMESTAMP"},
    position_required=True,
    reason="User action",
)
SELF_MANAGED_KAFKA = SourceKind(
    name="self-managed Kafka",
    arn=None,
    defaults=_table(BatchSize=100, StartingPosition="TRIM_HORIZON"),
    members=_KAFKA | {"SelfManagedEventSource", "SelfManagedKafkaEventSourceConfig"},
    positions=_ANYWHERE,
    group="SelfManagedKafkaEventSourceConfig",
    twice=_KAFKA_TWICE,
)
MSK = SourceKind(
    name="MSK",
    arn=_arn_of("kafka", "(?:cluster|vpc-connection)/.+"),
    defaults=SELF_MANAGED_KAFKA.defaults,
    members=_KAFKA | {"AmazonManagedKafkaEventSourceConfig"},
    positions=_ANYWHERE,
    group="AmazonManagedKafkaEventSourceConfig",
    twice=_KAFKA_TWICE,
)
MQ = SourceKind(
    name="MQ",
    arn=_arn_of("mq", "broker:.+"),
    defaults=_table(BatchSize=100),
    members=_ACCESS | {"Queues"},
)
DOCUMENTDB = SourceKind(
    name="DocumentDB",
    arn=_arn_of("rds", "cluster:.+"),
    defaults=SELF_MANAGED_KAFKA.defaults,
    members=_ACCESS | {"DocumentDBEventSourceConfig"},
    positions=_ANYWHERE,
)

_BY_ARN = (SQS, KINESIS, DYNAMODB, MSK, MQ, DOCUMENTDB)
RESTRICTED: frozenset[str] = frozenset().union(*(kind.members for kind in (*_BY_ARN, SELF_MANAGED_KAFKA)))
"""The settings that only some kinds have."""


def kind_of(settings: Mapping[str, Any]) -> SourceKind:
    """The kind of source that a mapping with these settings reads, or InvalidParameterValueException."""
    arn = settings.get("EventSourceArn")
    if arn is not None:
        for kind in _BY_ARN:
            if kind.arn is not None and kind.arn.fullmatch(arn):
                return kind
    elif settings.get("SelfManagedEventSource"):
        return SELF_MANAGED_KAFKA
    raise InvalidParameterValueException("Unrecognized event source.")


def addresses(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the records come from: the ARN of the source, or the bootstrap servers of a self-managed one."""
    arn = settings.get("EventSourceArn")
    if arn is not None:
        return (arn,)
    endpoints: Mapping[str, list[str]] = settings["SelfManagedEventSource"].get("Endpoints", {})
    return tuple(server for servers in endpoints.values() for server in servers)
