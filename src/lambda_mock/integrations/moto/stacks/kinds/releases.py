"""AWS::Lambda::Version and AWS::Lambda::Alias: what a release is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import NotBuiltError, ServiceError
from lambda_mock.integrations.moto.stacks.failures import ResourceError, handler_message
from lambda_mock.integrations.moto.stacks.resource import Kind, Made, only
from lambda_mock.integrations.moto.stacks.waiting import not_stabilized, wait_for_code

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Resource, Work

_CODE_DEPLOY = "CodeDeployLambdaAliasUpdate"


class VersionKind(Kind):
    """A version: a snapshot of `$LATEST`, taken when the resource is made. Hardly anything of it ever changes."""

    type = "AWS::Lambda::Version"
    properties = (
        "CodeSha256",
        "Description",
        "FunctionName",
        "FunctionScalingConfig",
        "ProvisionedConcurrencyConfig",
        "RuntimePolicy",
    )
    required = ("FunctionName",)
    fixed = ("FunctionName", "Description", "CodeSha256", "ProvisionedConcurrencyConfig", "RuntimePolicy")
    attributes = ("Version", "FunctionArn")

    def create(self, work: Work, properties: Properties) -> Made:
        """PublishVersion. Where nothing has changed since the last one, CloudFormation refuses to take that one."""
        name = properties["FunctionName"]
        before = {version["Version"] for version in _versions(work, name)}
        made = work("PublishVersion", **only(properties, ("FunctionName", "Description", "CodeSha256")))
        version, arn = made["Version"], made["FunctionArn"]
        if version in before:
            told = (
                f"A version for this Lambda function exists ( {version} ). Modify the function to create a new version."
            )
            raise ResourceError(handler_message(told, work.host.ids.uuid(), "AlreadyExists"))
        try:
            wait_for_code(work, arn)
            if "ProvisionedConcurrencyConfig" in properties:
                _provision(work, name, version, properties["ProvisionedConcurrencyConfig"])
            if "RuntimePolicy" in properties:
                policy = properties["RuntimePolicy"]
                work("PutRuntimeManagementConfig", FunctionName=name, Qualifier=version, **policy)
            if "FunctionScalingConfig" in properties:
                _scale(work, name, version, properties["FunctionScalingConfig"])
        except (ServiceError, ResourceError):
            work("DeleteFunction", FunctionName=name, Qualifier=version)
            raise
        return Made(physical_id=arn, attributes={"Version": version, "FunctionArn": arn})

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """PutFunctionScalingConfig: all the rest needs a new version."""
        version = resource.attributes["Version"]
        _scale(work, properties["FunctionName"], version, properties.get("FunctionScalingConfig", {}))
        return Made(physical_id=resource.physical_resource_id, attributes=resource.attributes)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteFunction of that version."""
        work("DeleteFunction", FunctionName=resource.physical_resource_id)


class AliasKind(Kind):
    """An alias, which moves when a template says so, and keeps its ARN."""

    type = "AWS::Lambda::Alias"
    properties = (
        "Description",
        "FunctionName",
        "FunctionVersion",
        "Name",
        "ProvisionedConcurrencyConfig",
        "RoutingConfig",
    )
    required = ("FunctionName", "FunctionVersion", "Name")
    fixed = ("FunctionName", "Name")
    attributes = ("AliasArn",)

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateAlias, and provisioned concurrency."""
        names = only(properties, ("FunctionName", "Name"))
        made = work(
            "CreateAlias", **names, **only(properties, ("FunctionVersion", "Description")), **_routing(properties)
        )
        try:
            if "ProvisionedConcurrencyConfig" in properties:
                _provision(work, names["FunctionName"], names["Name"], properties["ProvisionedConcurrencyConfig"])
        except (ServiceError, ResourceError):
            work("DeleteAlias", **names)
            raise
        return Made(physical_id=made["AliasArn"], attributes={"AliasArn": made["AliasArn"]})

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateAlias, and provisioned concurrency."""
        old, names = resource.properties, only(properties, ("FunctionName", "Name"))
        if _CODE_DEPLOY in work.declared.get("UpdatePolicy", {}):
            message = (
                f"lambda_mock doesn't do {_CODE_DEPLOY}: no CodeDeploy is there that could shift the traffic of "
                f"{work.place.logical_id} and call its hooks. Leave the UpdatePolicy out of the template of the test, "
                "and the alias moves at once."
            )
            raise NotBuiltError(message)
        work(
            "UpdateAlias",
            **names,
            FunctionVersion=properties["FunctionVersion"],
            Description=properties.get("Description", ""),
            **(_routing(properties) or {"RoutingConfig": {"AdditionalVersionWeights": {}}}),
        )
        provisioned = properties.get("ProvisionedConcurrencyConfig")
        if provisioned != old.get("ProvisionedConcurrencyConfig"):
            if provisioned is None:
                _unprovision(work, names["FunctionName"], names["Name"])
            else:
                _provision(work, names["FunctionName"], names["Name"], provisioned)
        return Made(physical_id=resource.physical_resource_id, attributes=resource.attributes)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteAlias."""
        work("DeleteAlias", **only(resource.properties, ("FunctionName", "Name")))


def _versions(work: Work, name: str) -> list[Mapping[str, Any]]:
    page = work("ListVersionsByFunction", FunctionName=name)
    found = list(page["Versions"])
    while page.get("NextMarker"):
        page = work("ListVersionsByFunction", FunctionName=name, Marker=page["NextMarker"])
        found += page["Versions"]
    return found


def _routing(properties: Properties) -> dict[str, Any]:
    """The weights by version, which a template lists."""
    if "RoutingConfig" not in properties:
        return {}
    weights = properties["RoutingConfig"].get("AdditionalVersionWeights", ())
    by_version = {str(weight["FunctionVersion"]): weight["FunctionWeight"] for weight in weights}
    return {"RoutingConfig": {"AdditionalVersionWeights": by_version}}


def _provision(work: Work, name: str, qualifier: str, config: Mapping[str, Any]) -> None:
    which = {"FunctionName": name, "Qualifier": qualifier}
    work("PutProvisionedConcurrencyConfig", **which, **config)
    found = work.settled("GetProvisionedConcurrencyConfig", lambda found: found["Status"] != "IN_PROGRESS", **which)
    if found is not None and found["Status"] == "FAILED":
        _unprovision(work, name, qualifier)
        raise not_stabilized(work, found.get("StatusReason"))


def _unprovision(work: Work, name: str, qualifier: str) -> None:
    work("DeleteProvisionedConcurrencyConfig", FunctionName=name, Qualifier=qualifier)


def _scale(work: Work, name: str, version: str, config: Mapping[str, Any]) -> None:
    work("PutFunctionScalingConfig", FunctionName=name, Qualifier=version, FunctionScalingConfig=config)
