"""AWS::Lambda::Function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import ServiceError
from lambda_mock.integrations.moto.stacks.failures import ResourceError
from lambda_mock.integrations.moto.stacks.inline_code import package
from lambda_mock.integrations.moto.stacks.resource import Kind, Made, change_tags, only, tags_of
from lambda_mock.integrations.moto.stacks.shaping import WrongTypeError
from lambda_mock.integrations.moto.stacks.waiting import wait_for_code

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Resource, Work

_LONGEST_NAME = 64

_TEXT_LOGS = {"LogFormat": "Text"}

# What a setting goes back to when a template no longer has it. None: it can't be taken back.
_SETTINGS: dict[str, Any] = {
    "CapacityProviderConfig": None,
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "DurableConfig": None,
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "FileSystemConfigs": [],
    "Handler": None,
    "ImageConfig": {},
    "KmsKeyArn": "",
    "Layers": [],
    "LoggingConfig": {},
    "MemorySize": 128,
    "Role": None,
    "Runtime": None,
    "SnapStart": {"ApplyOn": "None"},
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
_AT_CREATION = ("Architectures", "CodeSigningConfigArn", "PackageType", "TenancyConfig")
_BESIDE = ("ReservedConcurrentExecutions", "RuntimeManagementConfig", "RecursiveLoop", "FunctionScalingConfig")
_IN_THE_API = {"KmsKeyArn": "KMSKeyArn"}
_SNAPSHOTS = ("SnapStartResponse", "SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus")


class FunctionKind(Kind):
    """A function: its code and configuration are `$LATEST`, and what is beside them has operations of its own."""

    type = "AWS::Lambda::Function"
    name_property = "FunctionName"
    properties = ("Code", "FunctionName", "Tags", "PublishToLatestPublished", *_AT_CREATION, *_BESIDE, *_SETTINGS)
    required = ("Code", "Role")
    fixed = ("FunctionName", "PackageType", "TenancyConfig")
    attributes = ("Arn", *_SNAPSHOTS)

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateFunction, and then what it doesn't take."""
        name = properties.get("FunctionName") or work.place.name(_LONGEST_NAME)
        publishes = str(properties.get("PublishToLatestPublished", "")).lower() == "true"
        made = work(
            "CreateFunction",
            FunctionName=name,
            Code=_code(properties),
            Tags={**work.place.tags, **tags_of(properties)},
            Publish=publishes or None,
            PublishTo="LATEST_PUBLISHED" if publishes else None,
            **_by_api_names(only(properties, (*_AT_CREATION, *_SETTINGS))),
        )
        try:
            wait_for_code(work, name)
            self._set_beside(work, name, {}, properties)
        except (ServiceError, ResourceError):
            work("DeleteFunction", FunctionName=name)
            raise
        return Made(physical_id=name, attributes=_attributes(made))

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateFunctionConfiguration, UpdateFunctionCode and the rest: whichever has something to do."""
        name, old = resource.physical_resource_id, resource.properties
        settings = {
            setting: properties.get(setting, default)
            for setting, default in _SETTINGS.items()
            if old.get(setting) != properties.get(setting) and properties.get(setting, default) is not None
        }
        if "LoggingConfig" in settings:
            # The API merges it, a template says all of it.
            settings["LoggingConfig"] = {"LogGroup": f"/aws/lambda/{name}", **_TEXT_LOGS, **settings["LoggingConfig"]}
        made = None
        if settings:
            made = work("UpdateFunctionConfiguration", FunctionName=name, **_by_api_names(settings))
            wait_for_code(work, name)
        if any(old.get(what) != properties.get(what) for what in ("Code", "Architectures")):
            code = _code(properties)
            if "Architectures" in old or "Architectures" in properties:
                code["Architectures"] = properties.get("Architectures", ["x86_64"])
            made = work("UpdateFunctionCode", FunctionName=name, **code)
            wait_for_code(work, name)
        self._set_beside(work, name, old, properties)
        if old.get("CodeSigningConfigArn") != properties.get("CodeSigningConfigArn"):
            _change_signing(work, name, properties.get("CodeSigningConfigArn"))
        change_tags(work, resource.attributes["Arn"], old, properties)
        return Made(physical_id=name, attributes=resource.attributes if made is None else _attributes(made))

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteFunction, with all versions and aliases."""
        work("DeleteFunction", FunctionName=resource.physical_resource_id)

    def _set_beside(self, work: Work, name: str, old: Properties, new: Properties) -> None:
        if old.get("ReservedConcurrentExecutions") != new.get("ReservedConcurrentExecutions"):
            reserved = new.get("ReservedConcurrentExecutions")
            if reserved is None:
                work("DeleteFunctionConcurrency", FunctionName=name)
            else:
                work("PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=reserved)
        if old.get("RuntimeManagementConfig") != new.get("RuntimeManagementConfig"):
            runtime = new.get("RuntimeManagementConfig", {"UpdateRuntimeOn": "Auto"})
            work("PutRuntimeManagementConfig", FunctionName=name, **runtime)
        if old.get("RecursiveLoop") != new.get("RecursiveLoop"):
            loop = new.get("RecursiveLoop", "Terminate")
            work("PutFunctionRecursionConfig", FunctionName=name, RecursiveLoop=loop)
        if old.get("FunctionScalingConfig") != new.get("FunctionScalingConfig"):
            scaling = new.get("FunctionScalingConfig", {})
            work(
                "PutFunctionScalingConfig",
                FunctionName=name,
                Qualifier="$LATEST.PUBLISHED",
                FunctionScalingConfig=scaling,
            )


def _code(properties: Properties) -> dict[str, Any]:
    """Where the code is, as operations have it."""
    code = properties["Code"]
    if not isinstance(code, Mapping):
        raise WrongTypeError("/Code: expected type: JSONObject, found: String")
    if "ZipFile" in code:
        runtime = str(properties.get("Runtime", ""))
        if not runtime.startswith(("python", "nodejs")):
            raise ResourceError("ZipFile can only be used when Runtime is set to either of nodejs, python.")
        return {**code, "ZipFile": package(str(code["ZipFile"]), runtime)}
    return dict(code)


def _change_signing(work: Work, name: str, arn: str | None) -> None:
    if arn is None:
        work("DeleteFunctionCodeSigningConfig", FunctionName=name)
    else:
        work("PutFunctionCodeSigningConfig", FunctionName=name, CodeSigningConfigArn=arn)


def _by_api_names(properties: Properties) -> dict[str, Any]:
    return {_IN_THE_API.get(name, name): value for name, value in properties.items()}


def _attributes(configuration: Mapping[str, Any]) -> dict[str, Any]:
    snap_start = configuration.get("SnapStart") or {}
    attributes = {f"SnapStartResponse.{name}": value for name, value in snap_start.items()}
    # A function that is published at once is told by its version.
    arn = ":".join(configuration["FunctionArn"].split(":")[:7])
    return {"Arn": arn, "SnapStartResponse": snap_start, **attributes}
