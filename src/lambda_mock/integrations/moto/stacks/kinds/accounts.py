"""AWS::Lambda::CodeSigningConfig and CapacityProvider: what functions of an account share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.stacks.resource import Kind, Made, change_tags, only, tags_of
from lambda_mock.integrations.moto.stacks.waiting import not_stabilized

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Resource, Work

_LONGEST_NAME = 140


class CodeSigningConfigKind(Kind):
    """A code signing config, known by its ARN."""

    type = "AWS::Lambda::CodeSigningConfig"
    properties = ("AllowedPublishers", "CodeSigningPolicies", "Description", "Tags")
    required = ("AllowedPublishers",)
    attributes = ("CodeSigningConfigArn", "CodeSigningConfigId")

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateCodeSigningConfig."""
        given = only(properties, self.properties[:3])
        made = work("CreateCodeSigningConfig", Tags={**work.place.tags, **tags_of(properties)}, **given)[
            "CodeSigningConfig"
        ]
        return Made(physical_id=made["CodeSigningConfigArn"], attributes=only(made, self.attributes))

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateCodeSigningConfig."""
        arn = resource.physical_resource_id
        settings = {
            "Description": "",
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"},
            **only(properties, self.properties[:3]),
        }
        work("UpdateCodeSigningConfig", CodeSigningConfigArn=arn, **settings)
        change_tags(work, arn, resource.properties, properties)
        return Made(physical_id=arn, attributes=resource.attributes)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteCodeSigningConfig."""
        work("DeleteCodeSigningConfig", CodeSigningConfigArn=resource.physical_resource_id)


class CapacityProviderKind(Kind):
    """A capacity provider, known by its name."""

    type = "AWS::Lambda::CapacityProvider"
    name_property = "CapacityProviderName"
    properties = (
        "CapacityProviderName",
        "CapacityProviderScalingConfig",
        "InstanceRequirements",
        "KmsKeyArn",
        "PermissionsConfig",
        "PropagateTags",
        "Tags",
        "TelemetryConfig",
        "VpcConfig",
    )
    required = ("PermissionsConfig", "VpcConfig")
    fixed = ("CapacityProviderName", "VpcConfig", "InstanceRequirements", "PermissionsConfig", "KmsKeyArn")
    attributes = ("Arn", "State")

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateCapacityProvider."""
        name = properties.get("CapacityProviderName") or work.place.name(_LONGEST_NAME)
        given = {key: value for key, value in properties.items() if key not in {"CapacityProviderName", "Tags"}}
        work(
            "CreateCapacityProvider",
            CapacityProviderName=name,
            Tags={**work.place.tags, **tags_of(properties)},
            **given,
        )
        made = self._look(work, name)
        if made["State"] == "Failed":
            _delete(work, name)
            raise not_stabilized(work, "The capacity provider has failed")
        return Made(physical_id=name, attributes=made)

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateCapacityProvider."""
        name = resource.physical_resource_id
        settings = only(properties, ("CapacityProviderScalingConfig", "PropagateTags", "TelemetryConfig"))
        work("UpdateCapacityProvider", CapacityProviderName=name, **settings)
        change_tags(work, resource.attributes["Arn"], resource.properties, properties)
        return Made(physical_id=name, attributes=self._look(work, name))

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteCapacityProvider."""
        _delete(work, resource.physical_resource_id)

    def _look(self, work: Work, name: str) -> dict[str, Any]:
        found = work.settled(
            "GetCapacityProvider",
            lambda found: found["CapacityProvider"]["State"] != "Pending",
            CapacityProviderName=name,
        )
        provider = found["CapacityProvider"]
        return {"Arn": provider["CapacityProviderArn"], "State": provider["State"]}


def _delete(work: Work, name: str) -> None:
    """Delete one, and see it gone."""
    work("DeleteCapacityProvider", CapacityProviderName=name)
    work.settled("GetCapacityProvider", lambda _: False, CapacityProviderName=name)
