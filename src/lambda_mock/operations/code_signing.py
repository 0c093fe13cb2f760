"""Code signing configs, and the functions that use them. Using another config touches no RevisionId."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.code_signing_config import (
    WARN,
    CodeSigningConfig,
    check_package_type,
    config_for_function,
    not_found,
    policy_in,
)
from lambda_mock.domain.tags import check_tags
from lambda_mock.operations.answers import timestamp
from lambda_mock.operations.pages import key_of, page
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.targets import check_latest_only, whole_function

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 10_000
_ID_LENGTH = 17

# The configs themselves ------------------------------------------------------------------------------------------


@operation("CreateCodeSigningConfig")
def create_code_signing_config(
    ctx: Context,
    *,
    allowed_publishers: Mapping[str, Any],
    description: str | None = None,
    code_signing_policies: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Answer:
    """Create a config, which only warns unless it is told to enforce."""
    check_tags(tags or {}, ctx.store.limits.tags)
    store = ctx.store
    config_id = f"csc-{store.ids.hexadecimal(_ID_LENGTH)}"
    config = CodeSigningConfig(
        config_id=config_id,
        arn=f"arn:{store.partition}:lambda:{store.region}:{store.account_id}:code-signing-config:{config_id}",
        publishers=tuple(allowed_publishers["SigningProfileVersionArns"]),
        policy=policy_in(code_signing_policies, WARN),
        description=description,
        last_modified=ctx.backend.clock.time(),
        tags=dict(tags or {}),
    )
    store.code_signing_configs[config.arn] = config
    return _described(config)


@operation("UpdateCodeSigningConfig")
def update_code_signing_config(
    ctx: Context,
    *,
    code_signing_config_arn: str,
    description: str | None = None,
    allowed_publishers: Mapping[str, Any] | None = None,
    code_signing_policies: Mapping[str, str] | None = None,
) -> Answer:
    """Change a config; what isn't given stays. It holds from the next deployment to each function that uses it."""
    config = _config(ctx, code_signing_config_arn)
    config.last_modified = ctx.backend.clock.time()
    config.policy = policy_in(code_signing_policies, config.policy)
    if description is not None:
        config.description = description
    if allowed_publishers is not None:
        config.publishers = tuple(allowed_publishers["SigningProfileVersionArns"])
    return _described(config)


@operation("GetCodeSigningConfig")
def get_code_signing_config(ctx: Context, *, code_signing_config_arn: str) -> Answer:
    """One config."""
    return _described(_config(ctx, code_signing_config_arn))


@operation("DeleteCodeSigningConfig")
def delete_code_signing_config(ctx: Context, *, code_signing_config_arn: str) -> Answer:
    """Delete a config that no function uses."""
    config = _config(ctx, code_signing_config_arn)
    config.check_unused()
    ctx.store.code_signing_configs.pop(config.arn)
    return None


@operation("ListCodeSigningConfigs")
def list_code_signing_configs(ctx: Context, *, marker: str | None = None, max_items: int = PAGE_LIMIT) -> Answer:
    """The configs by ARN."""
    entries = ((arn, _members(config)) for arn, config in ctx.store.code_signing_configs.after(key_of(marker)))
    items, next_marker = page(entries, max_items)
    return {"NextMarker": next_marker, "CodeSigningConfigs": items}


# The functions that use them -------------------------------------------------------------------------------------


@operation("PutFunctionCodeSigningConfig")
def put_function_code_signing_config(ctx: Context, *, code_signing_config_arn: str, function_name: str) -> Answer:
    """Let a config judge the function's packages from the next deployment on. The config is looked for first."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    config = config_for_function(ctx.store.code_signing_configs, code_signing_config_arn)
    function = _signable(ctx, function_name)
    function.sign_by(config)
    return {"CodeSigningConfigArn": config.arn, "FunctionName": function.name}


@operation("GetFunctionCodeSigningConfig")
def get_function_code_signing_config(ctx: Context, *, function_name: str) -> Answer:
    """The config that a function uses. Without one there is nothing in the answer, not even the function."""
    function = _signable(ctx, function_name)
    if function.code_signing is None:
        return {}
    return {"CodeSigningConfigArn": function.code_signing.arn, "FunctionName": function.name}


@operation("DeleteFunctionCodeSigningConfig")
def delete_function_code_signing_config(ctx: Context, *, function_name: str) -> Answer:
    """Let no config judge the function's packages any more; that none did is no error."""
    _signable(ctx, function_name).sign_by(None)
    return None


@operation("ListFunctionsByCodeSigningConfig")
def list_functions_by_code_signing_config(
    ctx: Context, *, code_signing_config_arn: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The unqualified ARNs of the functions that use a config, by name."""
    config = _config(ctx, code_signing_config_arn)
    items, next_marker = page(config.functions.after(key_of(marker)), max_items)
    return {"NextMarker": next_marker, "FunctionArns": items}


def _signable(ctx: Context, function_name: str) -> Function:
    """The function, which can't be one of an image."""
    function = whole_function(ctx, function_name)
    check_package_type(function.latest.configuration.package_type)
    return function


def _config(ctx: Context, arn: str) -> CodeSigningConfig:
    config = ctx.store.code_signing_configs.get(arn)
    if config is None:
        raise not_found(arn)
    return config


def _described(config: CodeSigningConfig) -> Answer:
    return {"CodeSigningConfig": _members(config)}


def _members(config: CodeSigningConfig) -> Mapping[str, Any]:
    return {**config.members(), "LastModified": timestamp(config.last_modified)}
