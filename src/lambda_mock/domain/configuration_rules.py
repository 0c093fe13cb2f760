"""What may be in a configuration: the rules that CreateFunction and UpdateFunctionConfiguration share.

`Settings` are the members of a request as they came, None for those that weren't given; `created` and `updated` turn
them into a `Configuration`, which shares no container with them, or raise what AWS answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain import managed_instances
from lambda_mock.domain.configuration import Configuration
from lambda_mock.domain.runtimes import CUSTOMER_MANAGED, check_runtime, check_runtime_config, check_snap_start
from lambda_mock.domain.tenancy import check_isolation
from lambda_mock.errors import InvalidParameterValueException, ValidationException

if TYPE_CHECKING:
    from lambda_mock.limits import Limits

_UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables you have provided"
)
_RESERVED_KEYS = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
})  # fmt: skip

_PLAIN = (
    "role", "runtime", "handler", "description", "timeout", "memory_size", "image_config", "source_kms_key_arn",
)  # fmt: skip

# The model's ranges reach further: for managed instances, and for storage beside an accelerator.
_ORDINARY_TIMEOUT, _ORDINARY_MEMORY, _ORDINARY_STORAGE = 900, 10240, 10240

# For subnets that no neighbour knows: all are of one VPC, so that a function that moves between two keeps its own.
_VPC = "vpc-0a1b2c3d4e5f60718"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The members of a request that make a configuration, by their AWS names in snake_case."""

    role: str | None = None
    runtime: str | None = None
    handler: str | None = None
    description: str | None = None
    timeout: int | None = None
    memory_size: int | None = None
    vpc_config: Mapping[str, Any] | None = None
    environment: Mapping[str, Any] | None = None
    dead_letter_config: Mapping[str, Any] | None = None
    kms_key_arn: str | None = None
    tracing_config: Mapping[str, Any] | None = None
    file_system_configs: Sequence[Mapping[str, Any]] | None = None
    image_config: Mapping[str, Any] | None = None
    layers: Sequence[str] | None = None
    ephemeral_storage: Mapping[str, Any] | None = None
    snap_start: Mapping[str, Any] | None = None
    logging_config: Mapping[str, Any] | None = None
    source_kms_key_arn: str | None = None
    tenancy_config: Mapping[str, Any] | None = None
    capacity_provider_config: Mapping[str, Any] | None = None
    runtime_config: Mapping[str, Any] | None = None
    accelerator_config: Mapping[str, Any] | None = None


def created(
    settings: Settings, *, name: str, package_type: str, architectures: Sequence[str], limits: Limits
) -> Configuration:
    """The configuration of a new function."""
    if package_type == "Zip" and not (settings.runtime and settings.handler):
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    initial = Configuration(
        role=settings.role or "",
        package_type=package_type,
        architectures=tuple(architectures),
        logging={"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
        echoed={} if settings.tenancy_config is None else {"TenancyConfig": deepcopy(settings.tenancy_config)},
    )
    if settings.capacity_provider_config is not None:
        initial = replace(
            initial,
            memory_size=managed_instances.LEAST_MEMORY,
            logging=_logging(initial.logging, {"LogFormat": "JSON"}),
            echoed={**initial.echoed, "CapacityProviderConfig": settings.capacity_provider_config},
        )
    return updated(initial, settings, limits=limits)


def updated(current: Configuration, settings: Settings, *, limits: Limits) -> Configuration:
    """`current` with what was given changed, and everything else as it was."""
    _check(settings, current, limits)
    plain = {name: deepcopy(value) for name in _PLAIN if (value := getattr(settings, name)) is not None}
    changed = replace(
        current,
        **plain,
        environment=_environment(current.environment, settings.environment),
        ephemeral_storage=_member(settings.ephemeral_storage, "Size", current.ephemeral_storage),
        tracing_mode=_member(settings.tracing_config, "Mode", current.tracing_mode),
        snap_start=_member(settings.snap_start, "ApplyOn", current.snap_start),
        dead_letter_target=_member(settings.dead_letter_config, "TargetArn", current.dead_letter_target) or None,
        logging=_logging(current.logging, settings.logging_config),
        echoed=_echoed(current, settings),
    )
    if changed.snap_start == "PublishedVersions":
        check_snap_start(changed.runtime)
    check_runtime_config(changed.runtime, changed.echoed.get("RuntimeConfig"))
    check_features(changed)
    return changed


def check_features(configuration: Configuration) -> None:
    """Refuse what doesn't go together: architectures, too, change with the code."""
    check_isolation(configuration)
    if configuration.capacity_provider is not None:
        managed_instances.check_managed(configuration)
    managed_instances.check_accelerator(configuration)


def _check(settings: Settings, current: Configuration, limits: Limits) -> None:
    if current.package_type == "Image" and (settings.runtime or settings.handler or settings.layers):
        raise InvalidParameterValueException(
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
        )
    if current.package_type == "Zip" and settings.image_config:
        raise InvalidParameterValueException(
            "Please don't provide ImageConfig when the intended function PackageType is Zip."
        )
    if settings.runtime is not None:
        check_runtime(settings.runtime)
    if settings.capacity_provider_config is not None and current.capacity_provider is None:
        raise InvalidParameterValueException("CapacityProviderConfig isn't supported for Lambda Default functions.")
    _check_sizes(settings, current)
    if settings.environment is not None:
        check_environment(settings.environment.get("Variables", {}), limits.environment_size)


def _check_sizes(settings: Settings, current: Configuration) -> None:
    if current.capacity_provider is None:
        _check_limit("timeout", settings.timeout, _ORDINARY_TIMEOUT)
        _check_limit("memorySize", settings.memory_size, _ORDINARY_MEMORY)
    if settings.accelerator_config is None and "AcceleratorConfig" not in current.echoed:
        storage = _member(settings.ephemeral_storage, "Size", None)
        _check_limit("ephemeralStorage.size", storage, _ORDINARY_STORAGE)


def _check_limit(path: str, value: int | None, limit: int) -> None:
    if value is not None and value > limit:
        raise ValidationException(
            f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: "
            f"Member must have value less than or equal to {limit}"
        )


def check_environment(variables: Mapping[str, str], limit: int) -> None:
    """Refuse reserved names, and more than `limit` bytes of variables measured as compact JSON."""
    reserved = [key for key in variables if key in _RESERVED_KEYS]
    if reserved:
        raise InvalidParameterValueException(
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode(errors="surrogatepass")) > limit:
        raise InvalidParameterValueException(
            f"{_UNABLE} exceeded the {limit / 1024:g}KB limit. String measured: {measured}"
        )


def _member(given: Mapping[str, Any] | None, name: str, current: Any) -> Any:
    return current if given is None else given.get(name, current)


def _environment(current: Mapping[str, str] | None, given: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    return current if given is None or "Variables" not in given else dict(given["Variables"])


def _logging(current: Mapping[str, str], given: Mapping[str, Any] | None) -> Mapping[str, str]:
    """LoggingConfig merges what is given into what is there; the levels belong to JSON and go with it."""
    if given is None:
        return current
    merged = {**current, **given}
    levels = [name for name in ("ApplicationLogLevel", "SystemLogLevel") if name in given]
    if merged["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **merged}
    if levels:
        raise InvalidParameterValueException(
            'LogLevel is not supported when LogFormat is set to "Text". '
            'Remove LogLevel from your request or change the LogFormat to "JSON" and try again.'
        )
    return {name: merged[name] for name in ("LogFormat", "LogGroup")}


def _echoed(current: Configuration, settings: Settings) -> Mapping[str, Any]:
    echoed = dict(current.echoed)
    managed = _managed(current, settings)
    if managed is not None:
        echoed["CapacityProviderConfig"] = managed
    if settings.accelerator_config is not None:
        echoed["AcceleratorConfig"] = deepcopy(settings.accelerator_config)
    if settings.runtime_config is not None:
        echoed["RuntimeConfig"] = deepcopy(settings.runtime_config)
    elif settings.runtime not in {None, CUSTOMER_MANAGED}:
        echoed.pop("RuntimeConfig", None)
    for name, value in (("KMSKeyArn", settings.kms_key_arn), ("FileSystemConfigs", settings.file_system_configs)):
        if value:
            echoed[name] = deepcopy(value)
        elif value is not None:
            echoed.pop(name, None)
    if settings.vpc_config is not None:
        vpc = _vpc(deepcopy(settings.vpc_config), echoed.get("VpcConfig"))
        if vpc is not None:
            echoed["VpcConfig"] = vpc
    return echoed


def _managed(current: Configuration, settings: Settings) -> Mapping[str, Any] | None:
    """CapacityProviderConfig as answered; None for an ordinary function."""
    runtime, memory_size = settings.runtime or current.runtime, settings.memory_size or current.memory_size
    if settings.capacity_provider_config is not None:
        return managed_instances.completed(settings.capacity_provider_config, runtime, memory_size)
    if current.capacity_provider is not None:
        return managed_instances.resized(current, runtime, memory_size)
    return None


def _vpc(given: Mapping[str, Any], current: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """VpcConfig as answered; None where it was never set and nothing is set now."""
    merged = {"Ipv6AllowedForDualStack": False, **(current or {}), **given}
    subnets, groups = merged.get("SubnetIds", []), merged.get("SecurityGroupIds", [])
    if bool(subnets) != bool(groups):
        raise InvalidParameterValueException("SubnetIds and SecurityIds must coexist or be both empty list.")
    if not subnets and current is None:
        return None
    return {
        "SubnetIds": subnets,
        "SecurityGroupIds": groups,
        "VpcId": _VPC if subnets else "",
        "Ipv6AllowedForDualStack": merged["Ipv6AllowedForDualStack"],
    }
