"""AWS::Lambda::Permission, LayerVersion and LayerVersionPermission: layers, and who may use what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.stacks.resource import Kind, Made, only

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Resource, Work

_LONGEST_STATEMENT_ID = 100


class _Lasting(Kind):
    """A kind of which nothing changes in place."""

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """Nothing is left to change: every property is fixed."""
        raise NotImplementedError


class PermissionKind(_Lasting):
    """A statement in the policy of a function, a version or an alias, whichever its FunctionName names."""

    type = "AWS::Lambda::Permission"
    properties = fixed = (
        "Action",
        "EventSourceToken",
        "FunctionName",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn",
    )
    required = ("FunctionName", "Action", "Principal")
    attributes = ("Id",)

    def create(self, work: Work, properties: Properties) -> Made:
        """AddPermission."""
        statement_id = work.place.name(_LONGEST_STATEMENT_ID)
        work("AddPermission", StatementId=statement_id, **properties)
        return Made(physical_id=statement_id, attributes={"Id": statement_id})

    def delete(self, work: Work, resource: Resource) -> None:
        """RemovePermission."""
        work(
            "RemovePermission",
            FunctionName=resource.properties["FunctionName"],
            StatementId=resource.physical_resource_id,
        )


class LayerVersionKind(_Lasting):
    """A version of a layer; a change of anything publishes another one."""

    type = "AWS::Lambda::LayerVersion"
    properties = fixed = (
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Content",
        "Description",
        "LayerName",
        "LicenseInfo",
    )
    required = ("Content",)
    attributes = ("LayerVersionArn",)

    def create(self, work: Work, properties: Properties) -> Made:
        """PublishLayerVersion."""
        given = {"LayerName": work.place.logical_id, **properties}
        arn = work("PublishLayerVersion", **given)["LayerVersionArn"]
        return Made(physical_id=arn, attributes={"LayerVersionArn": arn})

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteLayerVersion."""
        work("DeleteLayerVersion", **_layer_version(resource.physical_resource_id))


class LayerVersionPermissionKind(_Lasting):
    """A statement in the policy of a layer version."""

    type = "AWS::Lambda::LayerVersionPermission"
    properties = fixed = ("Action", "LayerVersionArn", "OrganizationId", "Principal")
    required = ("LayerVersionArn", "Action", "Principal")
    attributes = ("Id",)

    def create(self, work: Work, properties: Properties) -> Made:
        """AddLayerVersionPermission."""
        arn, statement_id = properties["LayerVersionArn"], work.place.name(_LONGEST_STATEMENT_ID)
        work(
            "AddLayerVersionPermission",
            **_layer_version(arn),
            StatementId=statement_id,
            **only(properties, ("Action", "OrganizationId", "Principal")),
        )
        known_as = f"{arn}#{statement_id}"
        return Made(physical_id=known_as, attributes={"Id": known_as})

    def delete(self, work: Work, resource: Resource) -> None:
        """RemoveLayerVersionPermission."""
        arn, _, statement_id = resource.physical_resource_id.partition("#")
        work("RemoveLayerVersionPermission", **_layer_version(arn), StatementId=statement_id)


def _layer_version(arn: str) -> dict[str, Any]:
    layer, _, version = arn.rpartition(":")
    return {"LayerName": layer, "VersionNumber": version}
