"""Changing `$LATEST`: its code and its configuration. A published version is out of reach of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.configuration_rules import Settings, check_features, updated
from lambda_mock.domain.neighbours.configurations import confirmed
from lambda_mock.operations.answers import changed_configuration
from lambda_mock.operations.function_layers import check_signatures, check_unzipped_size, with_layers
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.publishing import Publishing
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.source import CodeSource
from lambda_mock.operations.targets import settle_at_once, whole_function

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.function import Function


@operation("UpdateFunctionCode")
def update_function_code(
    ctx: Context,
    *,
    function_name: str,
    zip_file: bytes | None = None,
    s3_bucket: str | None = None,
    s3_key: str | None = None,
    s3_object_version: str | None = None,
    s3_object_storage_mode: str | None = None,
    image_uri: str | None = None,
    architectures: Sequence[str] | None = None,
    publish: bool = False,
    publish_to: str | None = None,
    dry_run: bool = False,
    revision_id: str | None = None,
    source_kms_key_arn: str | None = None,
) -> Answer:
    """Replace the code of `$LATEST`, and publish it in the same step if asked: nobody's update can come between."""
    function = _changeable(ctx, function_name, revision_id)
    source = CodeSource(
        zip_file=zip_file, s3_bucket=s3_bucket, s3_key=s3_key, s3_object_version=s3_object_version,
        s3_object_storage_mode=s3_object_storage_mode, image_uri=image_uri,
    )  # fmt: skip
    settings = function.latest.configuration
    source.check(settings.package_type, verb="updating")
    publishing = Publishing.of(settings, publish=publish, publish_to=publish_to)
    code = source.load_for(ctx, function.name, function.code_signing)
    changed = replace(
        settings,
        architectures=tuple(architectures or settings.architectures),
        source_kms_key_arn=source_kms_key_arn,
    )
    check_features(changed)
    ctx.store.capacity.check(changed)
    check_unzipped_size(ctx, code, changed)
    if dry_run:
        return changed_configuration(replace(function.latest, code=code, configuration=changed), function.arn)
    return _replace_code(ctx, function, code, changed, publishing)


def _replace_code(
    ctx: Context, function: Function, code: Code, settings: Configuration, publishing: Publishing
) -> Mapping[str, Any]:
    differs = code != function.latest.code or settings != function.latest.configuration
    more = publishing.required(function, code.stored) if publishing.wanted else 0
    ctx.store.storage.require(code.stored + more - function.latest.code.stored)
    function.update(
        now=ctx.backend.clock.time(),
        code=code,
        configuration=settings,
        publishable=differs or ctx.backend.rules.identical_code_publishes,
    )
    if not publishing.wanted:
        answer = changed_configuration(function.latest, function.arn)
        settle_at_once(ctx, function, None)
        return answer
    version = publishing.perform(function, pending=True)
    answer = changed_configuration(version, version.qualified_arn)
    settle_at_once(ctx, function, None, version.version)
    return answer


@operation("UpdateFunctionConfiguration")
def update_function_configuration(
    ctx: Context,
    *,
    function_name: str,
    role: str | None = None,
    handler: str | None = None,
    description: str | None = None,
    timeout: int | None = None,
    memory_size: int | None = None,
    vpc_config: Mapping[str, Any] | None = None,
    environment: Mapping[str, Any] | None = None,
    runtime: str | None = None,
    dead_letter_config: Mapping[str, Any] | None = None,
    kms_key_arn: str | None = None,
    tracing_config: Mapping[str, Any] | None = None,
    revision_id: str | None = None,
    layers: Sequence[str] | None = None,
    file_system_configs: Sequence[Mapping[str, Any]] | None = None,
    image_config: Mapping[str, Any] | None = None,
    ephemeral_storage: Mapping[str, Any] | None = None,
    snap_start: Mapping[str, Any] | None = None,
    logging_config: Mapping[str, Any] | None = None,
    capacity_provider_config: Mapping[str, Any] | None = None,
    durable_config: Mapping[str, Any] | None = None,
    runtime_config: Mapping[str, Any] | None = None,
    accelerator_config: Mapping[str, Any] | None = None,
) -> Answer:
    """Change the configuration of `$LATEST`; members that aren't given stay as they are."""
    refuse("UpdateFunctionConfiguration", DurableConfig=durable_config)
    function = _changeable(ctx, function_name, revision_id)
    settings = Settings(
        role=role, runtime=runtime, handler=handler, description=description, timeout=timeout, memory_size=memory_size,
        vpc_config=vpc_config, environment=environment, dead_letter_config=dead_letter_config, kms_key_arn=kms_key_arn,
        tracing_config=tracing_config, file_system_configs=file_system_configs, image_config=image_config,
        ephemeral_storage=ephemeral_storage, snap_start=snap_start, logging_config=logging_config, layers=layers,
        capacity_provider_config=capacity_provider_config, runtime_config=runtime_config,
        accelerator_config=accelerator_config,
    )  # fmt: skip
    changed = updated(function.latest.configuration, settings, limits=ctx.store.limits)
    ctx.store.capacity.check(changed)
    changed = with_layers(ctx, changed, layers)
    if layers is not None:
        check_signatures(function.code_signing, changed)
    check_unzipped_size(ctx, function.latest.code, changed)
    changed = confirmed(ctx.backend.neighbours, changed, settings, ctx.store)
    function.update(now=ctx.backend.clock.time(), configuration=changed)
    answer = changed_configuration(function.latest, function.arn)
    settle_at_once(ctx, function, None)
    return answer


def _changeable(ctx: Context, function_name: str, revision_id: str | None) -> Function:
    function = whole_function(ctx, function_name)
    function.check_settled()
    function.check_revision(revision_id)
    return function
