"""What moto's parser takes for the class of a resource: it is asked by moto's names, and has a kind do the work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import ResourceNotFoundException, ServiceError
from lambda_mock.integrations.moto.stacks.active import stacks
from lambda_mock.integrations.moto.stacks.custom import CustomKind
from lambda_mock.integrations.moto.stacks.failures import ResourceError, misshapen, refused
from lambda_mock.integrations.moto.stacks.kinds.accounts import CapacityProviderKind, CodeSigningConfigKind
from lambda_mock.integrations.moto.stacks.kinds.functions import FunctionKind
from lambda_mock.integrations.moto.stacks.kinds.grants import (
    LayerVersionKind,
    LayerVersionPermissionKind,
    PermissionKind,
)
from lambda_mock.integrations.moto.stacks.kinds.releases import AliasKind, VersionKind
from lambda_mock.integrations.moto.stacks.kinds.wiring import EventInvokeConfigKind, EventSourceMappingKind, UrlKind
from lambda_mock.integrations.moto.stacks.resource import Place, Resource, Work
from lambda_mock.integrations.moto.stacks.shaping import WrongTypeError

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Host, Kind, Made

_KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        AliasKind(),
        CapacityProviderKind(),
        CodeSigningConfigKind(),
        EventInvokeConfigKind(),
        EventSourceMappingKind(),
        FunctionKind(),
        LayerVersionKind(),
        LayerVersionPermissionKind(),
        PermissionKind(),
        UrlKind(),
        VersionKind(),
    )
}


@cache
def model_of(resource_type: str) -> Model | None:
    """The class of a resource type that is ours; None for one that isn't."""
    if resource_type == CustomKind.type or resource_type.startswith("Custom::"):
        return Model(CustomKind(resource_type))
    kind = _KINDS.get(resource_type)
    return None if kind is None else Model(kind)


class Model:
    """One resource type, as moto's parser knows types."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def has_cfn_attr(self, attr: str) -> bool:
        """Whether Fn::GetAtt may ask for an attribute."""
        return self.kind.has(attr)

    def create_from_cloudformation_json(
        self,
        resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,
        region_name: str,
        **about: str,
    ) -> Resource:
        """Make one."""
        place = Place(
            account_id=account_id,
            region=region_name,
            stack_id=about["StackId"],
            logical_id=about["LogicalId"],
            suffix=resource_name.rpartition("-")[2],
            stack_tags=_tags_of_stack(account_id, region_name, about["StackId"]),
        )
        return self._make(place, cloudformation_json)

    def update_from_cloudformation_json(
        self,
        original_resource: Resource,
        new_resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,  # noqa: ARG002 - moto's name; the resource knows
        region_name: str,  # noqa: ARG002
    ) -> Resource:
        """Change one, or make another one in its place. The old one stays, and the caller takes it away."""
        new = cloudformation_json["Properties"]
        old = original_resource.properties
        if new == old:
            return original_resource
        if self.kind.needs_new(old, new):
            self._refuse_same_name(old, new, original_resource)
            place = replace(original_resource.place, suffix=new_resource_name.rpartition("-")[2])
            return self._make(place, cloudformation_json)
        return self.changed(original_resource, cloudformation_json)

    def changed(self, resource: Resource, declared: Mapping[str, Any]) -> Resource:
        """The resource after a change in place."""
        properties = declared["Properties"]

        def change(work: Work) -> Made:
            self._check(resource.place, properties)
            try:
                return self.kind.change(work, resource, properties)
            except ServiceError:
                # Some of the change may have happened.
                half_changed.append(replace(resource, properties=properties))
                raise

        half_changed: list[Resource] = []
        try:
            return self._resource(resource.place, properties, self._do(resource.place, declared, change))
        except ResourceError as error:
            error.resource = error.resource or next(iter(half_changed), None)
            raise

    def delete(self, resource: Resource) -> None:
        """Take one away. What isn't there any longer is gone."""

        def take_away(work: Work) -> None:
            try:
                self.kind.delete(work, resource)
            except ResourceNotFoundException:
                return

        self._do(resource.place, {}, take_away)

    def _make(self, place: Place, declared: Mapping[str, Any]) -> Resource:
        properties = declared["Properties"]

        def make(work: Work) -> Made:
            self._check(place, properties)
            return self.kind.create(work, properties)

        return self._resource(place, properties, self._do(place, declared, make, creating=True))

    def _check(self, place: Place, properties: Mapping[str, Any]) -> None:
        problem = self.kind.complaint(properties)
        if problem is not None:
            raise misshapen(place.logical_id, problem)

    def _resource(self, place: Place, properties: Mapping[str, Any], made: Made) -> Resource:
        return Resource(
            kind=self.kind,
            place=place,
            physical_resource_id=made.physical_id,
            properties=properties,
            attributes=made.attributes,
            logical_resource_id=place.logical_id,
        )

    def _do(
        self, place: Place, declared: Mapping[str, Any], act: Callable[[Work], Any], *, creating: bool = False
    ) -> Any:
        """Have the kind act; what Lambda refuses is the failure of the resource."""
        host = _host()
        try:
            return act(Work(host, place, declared))
        except ServiceError as error:
            told = refused(error, host.ids.uuid(), host.ids.uuid(), creating=creating)
            raise told.of(place.logical_id, self.kind.type) from error
        except WrongTypeError as error:
            raise misshapen(place.logical_id, str(error)).of(place.logical_id, self.kind.type) from error
        except ResourceError as error:
            raise error.of(place.logical_id, self.kind.type) from error.__cause__

    def _refuse_same_name(self, old: Mapping[str, Any], new: Mapping[str, Any], resource: Resource) -> None:
        name = self.kind.name_property
        if name and name in new and old.get(name) == new[name]:
            raise ResourceError(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {new[name]} and update the stack again."
            ).of(resource.logical_resource_id, self.kind.type)


def _host() -> Host:
    host = stacks.current()
    assert host is not None  # noqa: S101 - models are only given out while there is one
    return host


def _tags_of_stack(account_id: str, region: str, stack_id: str) -> Mapping[str, str]:
    backends: Any = sys.modules["moto.cloudformation.models"].cloudformation_backends
    tags: Mapping[str, str] = backends[account_id][region].get_stack(stack_id).tags
    return {str(key): str(value) for key, value in tags.items()}
