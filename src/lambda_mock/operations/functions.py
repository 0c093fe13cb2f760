"""Functions: creating, reading, updating and deleting them, and listing them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.code_signing_config import check_package_type, config_for_function
from lambda_mock.domain.configuration_rules import Settings, created
from lambda_mock.domain.function import Function, not_found
from lambda_mock.domain.idleness import rest
from lambda_mock.domain.neighbours.configurations import confirmed
from lambda_mock.domain.tags import check_tags
from lambda_mock.domain.version import LATEST, LATEST_PUBLISHED, FunctionVersion
from lambda_mock.errors import InvalidParameterValueException, ResourceConflictException
from lambda_mock.operations.answers import changed_configuration, configuration, list_item
from lambda_mock.operations.function_layers import check_signatures, check_unzipped_size, with_layers
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.pages import key_of, number_of, page
from lambda_mock.operations.publishing import Publishing
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.source import CodeSource
from lambda_mock.operations.targets import check_latest_only, settle_at_once

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.domain.configuration import Configuration

PAGE_LIMIT = 50
_LONGEST_NAME = 64


@operation("CreateFunction")
def create_function(
    ctx: Context,
    *,
    function_name: str,
    role: str,
    code: Mapping[str, Any],
    runtime: str | None = None,
    handler: str | None = None,
    description: str | None = None,
    timeout: int | None = None,
    memory_size: int | None = None,
    publish: bool = False,
    publish_to: str | None = None,
    vpc_config: Mapping[str, Any] | None = None,
    package_type: str = "Zip",
    dead_letter_config: Mapping[str, Any] | None = None,
    environment: Mapping[str, Any] | None = None,
    kms_key_arn: str | None = None,
    tracing_config: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    layers: Sequence[str] | None = None,
    file_system_configs: Sequence[Mapping[str, Any]] | None = None,
    code_signing_config_arn: str | None = None,
    image_config: Mapping[str, Any] | None = None,
    architectures: Sequence[str] = ("x86_64",),
    ephemeral_storage: Mapping[str, Any] | None = None,
    snap_start: Mapping[str, Any] | None = None,
    logging_config: Mapping[str, Any] | None = None,
    tenancy_config: Mapping[str, Any] | None = None,
    capacity_provider_config: Mapping[str, Any] | None = None,
    durable_config: Mapping[str, Any] | None = None,
    runtime_config: Mapping[str, Any] | None = None,
    accelerator_config: Mapping[str, Any] | None = None,
) -> Answer:
    """Create a function, and version 1 with it if asked; the answer has the unqualified ARN either way."""
    refuse("CreateFunction", DurableConfig=durable_config)
    settings = Settings(
        role=role, runtime=runtime, handler=handler, description=description, timeout=timeout, memory_size=memory_size,
        vpc_config=vpc_config, environment=environment, dead_letter_config=dead_letter_config, kms_key_arn=kms_key_arn,
        tracing_config=tracing_config, file_system_configs=file_system_configs, image_config=image_config,
        ephemeral_storage=ephemeral_storage, snap_start=snap_start, logging_config=logging_config, layers=layers,
        source_kms_key_arn=code.get("SourceKMSKeyArn"), tenancy_config=tenancy_config, runtime_config=runtime_config,
        capacity_provider_config=capacity_provider_config, accelerator_config=accelerator_config,
    )  # fmt: skip
    name = _new_name(ctx, function_name)
    source = CodeSource.of(code)
    source.check(package_type, verb="creating")
    initial = created(
        settings, name=name, package_type=package_type, architectures=architectures, limits=ctx.store.limits
    )
    ctx.store.capacity.check(initial)
    publishing = Publishing.of(initial, publish=publish, publish_to=publish_to)
    initial = with_layers(ctx, initial, layers)
    check_tags(tags or {}, ctx.store.limits.tags)
    signing = _signing_for(ctx, name, initial, code_signing_config_arn)
    initial = confirmed(ctx.backend.neighbours, initial, settings, ctx.store)
    loaded = source.load_for(ctx, name, signing)
    check_unzipped_size(ctx, loaded, initial)
    return _create(ctx, name, loaded, initial, tags or {}, signing, publishing)


def _create(
    ctx: Context,
    name: str,
    code: Code,
    settings: Configuration,
    tags: Mapping[str, str],
    signing: CodeSigningConfig | None,
    publishing: Publishing,
) -> Mapping[str, Any]:
    ctx.store.storage.require(code.stored * (2 if publishing.wanted else 1))
    if publishing.wanted:
        ctx.store.capacity.require_room(settings, name)
    function = ctx.store.create(name, code=code, configuration=settings, now=ctx.backend.clock.time())
    function.tags.update(tags)
    function.sign_by(signing)
    # With a version, too, the answer is `$LATEST`'s in all but the number: in its ARN and its RevisionId.
    answer = changed_configuration(function.latest, function.arn)
    version = publishing.perform(function, pending=True) if publishing.wanted else function.latest
    settle_at_once(ctx, function, None, version.version)
    return {**answer, "Version": version.version}


def _signing_for(ctx: Context, name: str, settings: Configuration, signing_arn: str | None) -> CodeSigningConfig | None:
    """The code signing config of a new function, once its name is free and the config takes its layers."""
    signing = None
    if signing_arn is not None:
        check_package_type(settings.package_type)
        signing = config_for_function(ctx.store.code_signing_configs, signing_arn)
    if name in ctx.store.functions:
        raise ResourceConflictException(f"Function already exist: {name}")
    check_signatures(signing, settings)
    return signing


def _new_name(ctx: Context, function_name: str) -> str:
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    if len(reference.name) > _LONGEST_NAME:
        raise InvalidParameterValueException(
            f"1 validation error detected: Value '{reference.name}' at 'functionName' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST_NAME}"
        )
    return reference.name


@operation("GetFunction")
def get_function(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """A function's configuration, a link to its code and, unless a version is named, tags and concurrency."""
    function, named = _found(ctx, function_name, qualifier)
    rest(function, named, ctx.backend.clock.time())
    version = function.at(named)
    answer: dict[str, Any] = {
        "Configuration": configuration(version, ctx.store.arn(function.name, named)),
        "Code": _code(ctx, version),
    }
    if function.tags and named is None and ctx.tags_withheld is None:
        answer["Tags"] = function.tags
    elif function.tags and named is None:
        answer["TagsError"] = {"ErrorCode": "AccessDeniedException", "Message": ctx.tags_withheld}
    if function.limits.reserved is not None and named is None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.limits.reserved}
    function.settle(named)
    return answer


@operation("GetFunctionConfiguration")
def get_function_configuration(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """The configuration of `$LATEST`, of a version, or of an alias's version, under the ARN that was asked for."""
    function, named = _found(ctx, function_name, qualifier)
    rest(function, named, ctx.backend.clock.time())
    answer = configuration(function.at(named), ctx.store.arn(function.name, named))
    function.settle(named)
    return answer


def _found(ctx: Context, function_name: str, qualifier: str | None) -> tuple[Function, str | None]:
    reference = ctx.store.reference(function_name, qualifier)
    function = ctx.store.functions.get(reference.name)
    if function is None:
        raise not_found(ctx.store.arn(reference.name, reference.qualifier))
    return function, reference.qualifier


def _code(ctx: Context, version: FunctionVersion) -> Mapping[str, Any]:
    code = version.code
    if code.image_uri is not None:
        return {"RepositoryType": "ECR", "ImageUri": code.image_uri, "ResolvedImageUri": code.resolved_image_uri}
    if code.s3_object is not None:
        return {"RepositoryType": "S3", "ResolvedS3Object": code.s3_object.members(), **_source_key(version)}
    location = ctx.backend.code.link(
        code,
        account_id=ctx.store.account_id,
        region=ctx.store.region,
        now=ctx.backend.clock.time(),
        name=version.function_name,
    )
    return {"RepositoryType": "S3", "Location": location, **_source_key(version)}


def _source_key(version: FunctionVersion) -> Mapping[str, str]:
    key = version.configuration.source_kms_key_arn
    return {"SourceKMSKeyArn": key} if key else {}


@operation("DeleteFunction")
def delete_function(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """Delete a function with all that hangs on it, or one version of it. An alias and `$LATEST` are refused."""
    reference = ctx.store.reference(function_name, qualifier)
    number = reference.qualifier
    if number == LATEST:
        raise InvalidParameterValueException("$LATEST version cannot be deleted without deleting the function.")
    if number is not None and not number.isdecimal() and "$" not in number:
        raise InvalidParameterValueException("Deletion of aliases is not currently supported.")
    function = ctx.store.function(reference.name)
    managed = function.latest.configuration.capacity_provider is not None
    if number is None:
        ctx.store.delete(reference.name)
    elif number.isdecimal() or (number == LATEST_PUBLISHED and function.latest_published is not None):
        function.delete_version(number)
    else:
        raise not_found(ctx.store.arn(reference.name, number))
    # Instances are given back after the answer.
    return {"StatusCode": 202 if managed else 204}


@operation("ListFunctions")
def list_functions(
    ctx: Context,
    *,
    master_region: str | None = None,
    function_version: str | None = None,
    marker: str | None = None,
    max_items: int = PAGE_LIMIT,
) -> Answer:
    """The functions by name, or with `FunctionVersion=ALL` every version of each; at most 50 in a page."""
    every = function_version is not None
    if master_region is not None:
        if not every:
            raise InvalidParameterValueException("FunctionVersion must be set to ALL when MasterRegion is specified.")
        return {"Functions": []}
    entries = _every_version(ctx, key_of(marker)) if every else _every_function(ctx, key_of(marker))
    items, next_marker = page(entries, min(max_items, PAGE_LIMIT))
    return {"NextMarker": next_marker, "Functions": items}


def _every_function(ctx: Context, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, function in ctx.store.functions.after(after):
        yield name, list_item(function.latest, function.arn)


def _every_version(ctx: Context, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Entries with keys `name:position`."""
    name, _, number = (after or "").partition(":")
    reached = ctx.store.functions.get(name)
    if reached is not None:
        yield from _versions_after(reached, number_of(number))
    for _, function in ctx.store.functions.after(name or None):
        yield from _versions_after(function, 0)


def _versions_after(function: Function, position: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for found, version in function.listed(position):
        yield f"{function.name}:{found}", list_item(version, version.qualified_arn)
