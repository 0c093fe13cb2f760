"""Event source mappings: creating, changing and listing what feeds a function from a queue or a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lambda_mock.domain.clock import milliseconds
from lambda_mock.domain.event_source_mapping import EventSourceMapping, Transition
from lambda_mock.domain.event_source_settings import changed, check_members, initial
from lambda_mock.domain.event_sources import kind_of
from lambda_mock.domain.neighbours.sources import check_source
from lambda_mock.domain.tags import check_tags
from lambda_mock.domain.tenancy import check_caller
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException
from lambda_mock.operations.pages import key_of, page
from lambda_mock.operations.registry import Answer, Context, operation

PAGE_LIMIT = 100

Members = Mapping[str, Any]


@operation("CreateEventSourceMapping")
def create_event_source_mapping(
    ctx: Context,
    *,
    function_name: str,
    event_source_arn: str | None = None,
    enabled: bool = True,
    batch_size: int | None = None,
    filter_criteria: Members | None = None,
    kms_key_arn: str | None = None,
    metrics_config: Members | None = None,
    logging_config: Members | None = None,
    scaling_config: Members | None = None,
    maximum_batching_window_in_seconds: int | None = None,
    parallelization_factor: int | None = None,
    starting_position: str | None = None,
    starting_position_timestamp: float | None = None,
    destination_config: Members | None = None,
    maximum_record_age_in_seconds: int | None = None,
    bisect_batch_on_function_error: bool | None = None,
    maximum_retry_attempts: int | None = None,
    tags: Mapping[str, str] | None = None,
    tumbling_window_in_seconds: int | None = None,
    topics: Sequence[str] | None = None,
    queues: Sequence[str] | None = None,
    source_access_configurations: Sequence[Members] | None = None,
    self_managed_event_source: Members | None = None,
    function_response_types: Sequence[str] | None = None,
    amazon_managed_kafka_event_source_config: Members | None = None,
    self_managed_kafka_event_source_config: Members | None = None,
    document_db_event_source_config: Members | None = None,
    provisioned_poller_config: Members | None = None,
) -> Answer:
    """Map a queue or stream to a function, version or alias."""
    given = _given(
        EventSourceArn=event_source_arn, BatchSize=batch_size, FilterCriteria=filter_criteria, KMSKeyArn=kms_key_arn,
        MetricsConfig=metrics_config, LoggingConfig=logging_config, ScalingConfig=scaling_config,
        MaximumBatchingWindowInSeconds=maximum_batching_window_in_seconds, ParallelizationFactor=parallelization_factor,
        StartingPosition=starting_position, StartingPositionTimestamp=starting_position_timestamp,
        DestinationConfig=destination_config, MaximumRecordAgeInSeconds=maximum_record_age_in_seconds,
        BisectBatchOnFunctionError=bisect_batch_on_function_error, MaximumRetryAttempts=maximum_retry_attempts,
        TumblingWindowInSeconds=tumbling_window_in_seconds, Topics=topics, Queues=queues,
        SourceAccessConfigurations=source_access_configurations, SelfManagedEventSource=self_managed_event_source,
        FunctionResponseTypes=function_response_types, ProvisionedPollerConfig=provisioned_poller_config,
        AmazonManagedKafkaEventSourceConfig=amazon_managed_kafka_event_source_config,
        SelfManagedKafkaEventSourceConfig=self_managed_kafka_event_source_config,
        DocumentDBEventSourceConfig=document_db_event_source_config,
    )  # fmt: skip
    return _create(ctx, function_name, given, enabled=enabled, tags=tags or {})


def _create(ctx: Context, function_name: str, given: Members, *, enabled: bool, tags: Mapping[str, str]) -> Answer:
    kind = kind_of(given)
    check_members(kind, given)
    function_arn = _existing(ctx, function_name)
    store, now = ctx.store, ctx.backend.clock.time()
    uuid = store.ids.uuid()
    mapping = EventSourceMapping(
        uuid=uuid,
        arn=f"arn:{store.partition}:lambda:{store.region}:{store.account_id}:event-source-mapping:{uuid}",
        kind=kind,
        function_arn=function_arn,
        settings=initial(kind, given, uuid, store.limits, now),
        enabled=enabled,
        last_modified=now,
        last_result=kind.first_result,
        tags=dict(tags),
    )
    check_tags(tags, ctx.store.limits.tags)
    _check_source(ctx, mapping)
    mapping.check_unique(store.mappings)
    return _begun(ctx, mapping)


@operation("GetEventSourceMapping")
def get_event_source_mapping(ctx: Context, *, uuid: str) -> Answer:
    """One mapping. Where changes are observed, this shows the change that is under way, and ends it."""
    mapping = _found(ctx, uuid)
    if mapping.transition is not None:
        _settle(ctx, mapping)
    return _described(mapping)


@operation("UpdateEventSourceMapping")
def update_event_source_mapping(
    ctx: Context,
    *,
    uuid: str,
    function_name: str | None = None,
    enabled: bool | None = None,
    batch_size: int | None = None,
    filter_criteria: Members | None = None,
    kms_key_arn: str | None = None,
    metrics_config: Members | None = None,
    logging_config: Members | None = None,
    scaling_config: Members | None = None,
    maximum_batching_window_in_seconds: int | None = None,
    parallelization_factor: int | None = None,
    destination_config: Members | None = None,
    maximum_record_age_in_seconds: int | None = None,
    bisect_batch_on_function_error: bool | None = None,
    maximum_retry_attempts: int | None = None,
    tumbling_window_in_seconds: int | None = None,
    source_access_configurations: Sequence[Members] | None = None,
    function_response_types: Sequence[str] | None = None,
    amazon_managed_kafka_event_source_config: Members | None = None,
    self_managed_kafka_event_source_config: Members | None = None,
    document_db_event_source_config: Members | None = None,
    provisioned_poller_config: Members | None = None,
) -> Answer:
    """Change a mapping, switch it on or off, or point it at another function, version or alias."""
    given = _given(
        BatchSize=batch_size, FilterCriteria=filter_criteria, KMSKeyArn=kms_key_arn, MetricsConfig=metrics_config,
        LoggingConfig=logging_config, ScalingConfig=scaling_config, ParallelizationFactor=parallelization_factor,
        MaximumBatchingWindowInSeconds=maximum_batching_window_in_seconds, DestinationConfig=destination_config,
        MaximumRecordAgeInSeconds=maximum_record_age_in_seconds, MaximumRetryAttempts=maximum_retry_attempts,
        BisectBatchOnFunctionError=bisect_batch_on_function_error, TumblingWindowInSeconds=tumbling_window_in_seconds,
        SourceAccessConfigurations=source_access_configurations, FunctionResponseTypes=function_response_types,
        AmazonManagedKafkaEventSourceConfig=amazon_managed_kafka_event_source_config,
        SelfManagedKafkaEventSourceConfig=self_managed_kafka_event_source_config,
        DocumentDBEventSourceConfig=document_db_event_source_config, ProvisionedPollerConfig=provisioned_poller_config,
    )  # fmt: skip
    return _update(ctx, uuid, function_name, given, enabled=enabled)


def _update(ctx: Context, uuid: str, function_name: str | None, given: Members, *, enabled: bool | None) -> Answer:
    mapping = _found(ctx, uuid)
    mapping.check_settled("update")
    check_members(mapping.kind, given)
    updated = mapping.updated(
        function_arn=mapping.function_arn if function_name is None else _existing(ctx, function_name),
        settings=changed(mapping.kind, mapping.settings, given, ctx.store.limits),
        enabled=enabled,
        now=ctx.backend.clock.time(),
    )
    if function_name is not None:
        _check_source(ctx, updated)
    updated.check_unique(ctx.store.mappings)
    return _begun(ctx, updated)


@operation("DeleteEventSourceMapping")
def delete_event_source_mapping(ctx: Context, *, uuid: str) -> Answer:
    """Delete a mapping."""
    mapping = _found(ctx, uuid)
    mapping.check_settled("delete")
    return _begun(ctx, mapping.deleted(ctx.backend.clock.time()))


@operation("ListEventSourceMappings")
def list_event_source_mappings(
    ctx: Context,
    *,
    event_source_arn: str | None = None,
    function_name: str | None = None,
    marker: str | None = None,
    max_items: int = PAGE_LIMIT,
) -> Answer:
    """The mappings by id, of one source, of one function as named, or all; at most 100 in a page.

    Neither source nor function has to exist. Nothing settles by being listed.
    """
    function_arn = None if function_name is None else _named(ctx, function_name)
    entries = (
        (uuid, _listed(mapping))
        for uuid, mapping in ctx.store.mappings.listed_after(function_arn or event_source_arn, key_of(marker))
        if function_arn in {None, mapping.function_arn}
        and event_source_arn in {None, mapping.settings.get("EventSourceArn")}
    )
    items, next_marker = page(entries, min(max_items, PAGE_LIMIT))
    return {"NextMarker": next_marker, "EventSourceMappings": items}


def _given(**members: Any) -> Members:
    return {name: value for name, value in members.items() if value is not None}


def _found(ctx: Context, uuid: str) -> EventSourceMapping:
    mapping = ctx.store.mappings.get(uuid)
    if mapping is None:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return mapping


def _named(ctx: Context, function_name: str) -> str:
    """The ARN that a caller means, with the qualifier where one was named."""
    reference = ctx.store.reference(function_name)
    return ctx.store.arn(reference.name, reference.qualifier)


def _existing(ctx: Context, function_name: str) -> str:
    """The ARN that a caller means. Nothing there: InvalidParameterValueException, where others answer 404."""
    reference = ctx.store.reference(function_name)
    try:
        version = ctx.store.function(reference.name).at(reference.qualifier)
    except ResourceNotFoundException:
        raise InvalidParameterValueException("Function does not exist") from None
    check_caller(version.configuration, "Event source mappings")
    return ctx.store.arn(reference.name, reference.qualifier)


def _check_source(ctx: Context, mapping: EventSourceMapping) -> None:
    """Refuse a queue or stream that isn't there for the function that the mapping names, which is."""
    arn = mapping.settings.get("EventSourceArn")
    if arn is not None:
        reference = ctx.store.reference(mapping.function_arn)
        version = ctx.store.function(reference.name).at(reference.qualifier)
        check_source(ctx.backend.neighbours, mapping.kind, arn, version.configuration.timeout)


def _begun(ctx: Context, mapping: EventSourceMapping) -> Answer:
    """Keep a mapping with its change under way, and end that at once unless the test wants to observe it."""
    ctx.store.mappings[mapping.uuid] = mapping
    if not ctx.backend.rules.observed:
        _settle(ctx, mapping)
    return _described(mapping)


def _settle(ctx: Context, mapping: EventSourceMapping) -> None:
    """Bring what is under way to its end. A deletion always succeeds; anything else fails where the test says so."""
    failure = None
    if mapping.transition is not Transition.DELETING:
        reference = ctx.store.reference(mapping.function_arn)
        failure = ctx.store.failures.strike("EventSourceMapping", reference.name, reference.qualifier or LATEST)
    settled = mapping.settled(None if failure is None else failure.reason)
    if settled is None:
        ctx.store.mappings.pop(mapping.uuid)
    else:
        ctx.store.mappings[mapping.uuid] = settled


def _described(mapping: EventSourceMapping) -> Members:
    members = {
        **mapping.settings,
        "UUID": mapping.uuid,
        "EventSourceMappingArn": mapping.arn,
        "FunctionArn": mapping.function_arn,
        "LastModified": milliseconds(mapping.last_modified),
        "State": mapping.state,
        "StateTransitionReason": mapping.reason,
    }
    if mapping.last_result is not None:
        members["LastProcessingResult"] = mapping.last_result
    return members


def _listed(mapping: EventSourceMapping) -> Members:
    """A mapping in a list, which doesn't decrypt filters."""
    hidden = {"FilterCriteria"} if "KMSKeyArn" in mapping.settings else set()
    return {name: value for name, value in _described(mapping).items() if name not in hidden}
