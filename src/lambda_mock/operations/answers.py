"""How a version is shown: the members of a FunctionConfiguration, all of them in an answer and fewer in a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.runtimes import runtime_version_arn

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.version import FunctionVersion


def configuration(version: FunctionVersion, function_arn: str) -> Mapping[str, Any]:
    """One version as GetFunction shows it, under the ARN that the caller used. Remembered, since reads come again."""
    memo = version.answers.get((function_arn, "alone"))
    if memo is None:
        memo = version.answers[function_arn, "alone"] = changed_configuration(version, function_arn)
    return memo


def list_item(version: FunctionVersion, function_arn: str) -> Mapping[str, Any]:
    """One version as a list shows it: without its states and its runtime's version."""
    memo = version.answers.get((function_arn, "listed"))
    if memo is None:
        memo = version.answers[function_arn, "listed"] = _described(version, function_arn)
    return memo


def timestamp(seconds: float) -> str:
    """A moment as FunctionConfiguration writes it: `2015-07-16T00:34:31.322+0000`."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def changed_configuration(version: FunctionVersion, function_arn: str) -> Mapping[str, Any]:
    """One version as CreateFunction and the others that change it show it: each is shown so only once."""
    members = _described(version, function_arn)
    runtime_version = runtime_version_arn(version)
    if runtime_version is not None:
        members["RuntimeVersionConfig"] = {"RuntimeVersionArn": runtime_version}
    members["State"] = version.state.value
    if version.state.reason is not None:
        members["StateReason"] = version.state.reason
        members["StateReasonCode"] = version.state.reason_code
    if version.last_update is not None:
        members["LastUpdateStatus"] = version.last_update.value
        if version.last_update.reason is not None:
            members["LastUpdateStatusReason"] = version.last_update.reason
            members["LastUpdateStatusReasonCode"] = version.last_update.reason_code
    return members


def _described(version: FunctionVersion, function_arn: str) -> dict[str, Any]:
    settings = version.configuration
    members: dict[str, Any] = {
        "FunctionName": version.function_name,
        "FunctionArn": function_arn,
        "Role": settings.role,
        "CodeSize": version.code.size,
        "Description": settings.description,
        "Timeout": settings.timeout,
        "MemorySize": settings.memory_size,
        "LastModified": timestamp(version.last_modified),
        "CodeSha256": version.code.sha256,
        "Version": version.version,
        "TracingConfig": {"Mode": settings.tracing_mode},
        "RevisionId": version.revision_id,
        "PackageType": settings.package_type,
        "Architectures": settings.architectures,
        "EphemeralStorage": {"Size": settings.ephemeral_storage},
        "SnapStart": _snap_start(version),
        "LoggingConfig": settings.logging,
        **settings.echoed,
    }
    if settings.package_type == "Zip":
        members["Runtime"] = settings.runtime
        members["Handler"] = settings.handler
    elif settings.image_config:
        members["ImageConfigResponse"] = {"ImageConfig": settings.image_config}
    if settings.environment is not None:
        members["Environment"] = {"Variables": settings.environment}
    if settings.layers:
        members["Layers"] = [
            {"Arn": layer.arn, "CodeSize": layer.code.size, **signature(layer.code)} for layer in settings.layers
        ]
    if settings.dead_letter_target is not None:
        members["DeadLetterConfig"] = {"TargetArn": settings.dead_letter_target}
    members |= signature(version.code)
    return members


def signature(code: Code) -> Mapping[str, str | None]:
    """By whom and in which job a package was signed; nothing where it wasn't."""
    if code.signature is None:
        return {}
    return {"SigningProfileVersionArn": code.signature.profile_version_arn, "SigningJobArn": code.signature.job_arn}


def _snap_start(version: FunctionVersion) -> Mapping[str, str] | None:
    if version.configuration.capacity_provider is not None:
        return None
    status = "On" if version.has_snapshot else "Off"
    return {"ApplyOn": version.configuration.snap_start, "OptimizationStatus": status}
