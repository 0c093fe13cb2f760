"""Runtimes: which ones a function may be created with, and what Lambda says of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion

# In the order in which AWS was recorded to print them, which is that of a hash table.
_PRINTED = (
    "nodejs20.x", "python3.14", "provided.al2023", "python3.12", "python3.13", "nodejs24.x", "nodejs22.x", "java25",
    "python3.10", "python3.11", "java21", "ruby3.3", "ruby3.4", "ruby3.2", "python3.8", "python3.9", "java17",
    "nodejs16.x", "dotnet10", "dotnet8", "java11", "dotnet6", "nodejs18.x", "provided.al2", "java8.al2",
)  # fmt: skip

# In botocore's model, and newer than the recorded list.
_NEWER = ("nodejs26.x", "python3.15", "ruby4.0", "java8.al2023", "java11.al2023", "java17.al2023")

CUSTOMER_MANAGED = "custom"
"""What the runtime of a function is called whose RuntimeConfig names the real one."""

_SUPPORTED = frozenset((*_PRINTED, *_NEWER, CUSTOMER_MANAGED))

_RETIRED = frozenset({
    "java8", "go1.x", "provided", "ruby2.7", "nodejs14.x", "nodejs12.x", "python3.7", "dotnetcore3.1",
    "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "python2.7", "python3.6",
    "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "ruby2.5",
})  # fmt: skip

_SNAP_START = frozenset({
    "python3.12", "python3.13", "python3.14", "python3.15",
    "java11", "java17", "java21", "java25", "java11.al2023", "java17.al2023", "dotnet8", "dotnet10",
})  # fmt: skip


def supported_or(runtime: str, otherwise: str) -> str:
    """The runtime, if Lambda has it."""
    return runtime if runtime in _SUPPORTED else otherwise


def check_runtime(runtime: str) -> None:
    """Refuse a runtime that Lambda doesn't know, or no longer takes."""
    if runtime in _RETIRED:
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. "
            "We recommend you use a supported runtime while creating or updating functions."
        )
    if runtime not in _SUPPORTED:
        raise InvalidParameterValueException(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(_PRINTED)}] or be a valid ARN"
        )


def check_runtime_config(runtime: str | None, config: Mapping[str, Any] | None) -> None:
    """Refuse a customer-managed runtime that nothing names, and the name of one that isn't used."""
    if runtime == CUSTOMER_MANAGED and config is None:
        raise InvalidParameterValueException(f"RuntimeConfig is required when Runtime is set to {CUSTOMER_MANAGED}.")
    if runtime != CUSTOMER_MANAGED and config is not None:
        raise InvalidParameterValueException(
            f"RuntimeConfig can only be specified when Runtime is set to {CUSTOMER_MANAGED}."
        )


def check_snap_start(runtime: str | None) -> None:
    """Refuse SnapStart for a runtime that can't do it, and for an image, which has none."""
    if runtime is None:
        raise InvalidParameterValueException("SnapStart is not supported for functions with packageType Image.")
    if runtime not in _SNAP_START:
        raise InvalidParameterValueException(f"{runtime} is not supported for SnapStart enabled functions.")


def runtime_version_arn(version: FunctionVersion) -> str | None:
    """The version of the runtime that a function's version runs on; None where Lambda doesn't keep the runtime."""
    runtime = version.configuration.runtime
    if runtime is None or runtime == CUSTOMER_MANAGED:
        return None
    return version.runtime_management.runtime_version_arn or _newest(runtime, version.function_arn.split(":", 4)[3])


@lru_cache(maxsize=512)
def _newest(runtime: str, region: str) -> str:
    digest = hashlib.sha256(runtime.encode()).hexdigest()
    return f"arn:{partition_of(region)}:lambda:{region}::runtime:{digest}"
