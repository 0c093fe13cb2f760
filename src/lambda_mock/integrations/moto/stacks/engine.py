"""How a stack with resources of ours is updated and deleted: in the order of what needs what, as CloudFormation does.

Moto removes first, then adds, then changes, each in the template's order: an alias would lose its version before it
moves on, and a version would be published before the function has its new code. Stacks without a resource of ours go
moto's own way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.integrations.moto.stacks.failures import ResourceError
from lambda_mock.integrations.moto.stacks.models import Model, model_of
from lambda_mock.integrations.moto.stacks.references import in_order, needs
from lambda_mock.integrations.moto.stacks.resource import Resource

_KEPT = ("Retain", "RetainExceptOnCreate")


def has_ours(*templates: Mapping[str, Any]) -> bool:
    """Whether a resource of ours is in one of these `Resources`."""
    return any(
        model_of(str(declared.get("Type"))) is not None for resources in templates for declared in resources.values()
    )


class Update:
    """One update of moto's map of a stack's resources, which is undone where it fails."""

    def __init__(self, resources: Any, parsing: Any) -> None:
        self._map = resources
        self._parsing = parsing
        self._made: dict[str, Any] = resources._parsed_resources  # noqa: SLF001
        self._before = dict(self._made)
        self._old: Mapping[str, Any] = resources._resource_json_map  # noqa: SLF001
        self._undoing: list[Callable[[], object]] = []
        self._replaced: list[tuple[str, Resource]] = []
        self._moved: set[str] = set()

    def run(self, template: Mapping[str, Any], parameters: Mapping[str, Any] | None) -> None:
        """Make the resources those of `template`, and take away what is left over."""
        modified = set(self._map.build_resource_diff(template, parameters)["Modify"])
        earlier = self._map._template, self._map.input_parameters  # noqa: SLF001
        self._declare(template, parameters)
        new = template["Resources"]
        try:
            for logical_id in in_order(new):
                if self._is_wanted(new[logical_id]):
                    self._bring(logical_id, new[logical_id], modified)
        except ResourceError as error:
            self._map.input_parameters = earlier[1]
            self._declare(*earlier)
            self._undo(error)
            raise
        self._clean_up(new)

    def _declare(self, template: Mapping[str, Any], parameters: Mapping[str, Any] | None) -> None:
        resources = self._map
        resources._template = template  # noqa: SLF001
        if parameters:
            resources.input_parameters = parameters
        resources.load_mapping()
        resources.load_parameters()
        resources.load_conditions()
        resources._resource_json_map = template.get("Resources", {})  # noqa: SLF001

    def _is_wanted(self, declared: Mapping[str, Any]) -> bool:
        condition = declared.get("Condition")
        return condition is None or bool(self._map.lazy_condition_map[condition])

    def _bring(self, logical_id: str, declared: Mapping[str, Any], modified: set[str]) -> None:
        """Make one resource what the template says, new or changed."""
        there = self._made.get(logical_id)
        try:
            if there is None:
                self._create(logical_id)
            elif isinstance(there, Resource) or logical_id in modified or self._follows(declared):
                self._change(logical_id, declared, there)
        except ResourceError as error:
            raise error.of(logical_id, str(declared["Type"])) from error.__cause__

    def _create(self, logical_id: str) -> None:
        before = set(self._made)
        try:
            self._map[logical_id]
        finally:
            for fresh in [name for name in self._made if name not in before]:
                self._undoing.append(lambda fresh=fresh: self._remove(fresh, self._made.pop(fresh)))  # type: ignore[misc]

    def _change(self, logical_id: str, declared: Mapping[str, Any], there: Any) -> None:
        if self._old[logical_id]["Type"] != declared["Type"]:
            raise ResourceError(
                "Update of resource type is not permitted. The new template modifies resource type of the "
                f"following resources: [{logical_id}]"
            )
        old_id = getattr(there, "physical_resource_id", None)
        changed = self._updated(logical_id, declared)
        if changed is None or (changed is there and isinstance(there, Resource)):
            return
        self._made[logical_id] = changed
        if changed.physical_resource_id != old_id:
            self._moved.add(logical_id)
        if isinstance(there, Resource) and logical_id in self._moved:
            self._replaced.append((logical_id, there))
            self._undoing.append(lambda: self._put_back(logical_id, there))
        else:
            self._undoing.append(lambda: self._change_back(logical_id, there))

    def _updated(self, logical_id: str, declared: Mapping[str, Any]) -> Any:
        where = {"account_id": self._map._account_id, "region_name": self._map._region_name}  # noqa: SLF001
        return self._parsing.parse_and_update_resource(logical_id, declared, self._map, **where)

    def _follows(self, declared: Mapping[str, Any]) -> bool:
        """Whether a resource names one that has been replaced."""
        return not self._moved.isdisjoint(needs(declared, self._map._resource_json_map))  # noqa: SLF001

    def _undo(self, error: ResourceError) -> None:
        half_made, logical_id = error.resource, error.logical_id
        if half_made is not None and logical_id in self._before:
            self._quietly(lambda: _change_back(half_made, self._before[logical_id]))
        elif half_made is not None:
            self._quietly(lambda: _delete(half_made))
        for step in reversed(self._undoing):
            self._quietly(step)

    def _put_back(self, logical_id: str, old: Resource) -> None:
        _delete(self._made[logical_id])
        self._made[logical_id] = old

    def _change_back(self, logical_id: str, old: Any) -> None:
        if isinstance(old, Resource):
            _change_back(self._made[logical_id], old)
            self._made[logical_id] = old
        else:
            self._made[logical_id] = self._updated(logical_id, self._old[logical_id])

    def _clean_up(self, new: Mapping[str, Any]) -> None:
        """Take away what was replaced, and what the template no longer has. What can't be taken away stays behind."""
        for logical_id, replaced in reversed(self._replaced):
            if self._old[logical_id].get("UpdateReplacePolicy") not in _KEPT:
                self._quietly(lambda replaced=replaced: _delete(replaced))  # type: ignore[misc]
        for logical_id in reversed(in_order(self._old)):
            gone = logical_id not in new or not self._is_wanted(new[logical_id])
            if gone and self._made.get(logical_id) is not None:
                resource = self._made.pop(logical_id)
                if self._old[logical_id].get("DeletionPolicy") not in _KEPT:
                    self._quietly(lambda name=logical_id, resource=resource: self._remove(name, resource))  # type: ignore[misc]

    def _remove(self, logical_id: str, resource: Any) -> None:
        declared = self._old.get(logical_id) or self._map._resource_json_map.get(logical_id)  # noqa: SLF001
        remove(self._map, resource, declared)

    def _quietly(self, step: Callable[[], object]) -> None:
        try:
            step()
        except LambdaMockError:
            raise
        except Exception:  # noqa: BLE001 - ResourceError, or whatever moto's resources raise
            # CloudFormation goes on as well, and leaves behind what it couldn't take away.
            return


def delete_all(resources: Any) -> None:
    """Delete what is in moto's map of a stack's resources, each before those that it needs.

    The first failure is raised when all is done that could be done without the resource that failed.
    """
    declared, made = resources._resource_json_map, resources._parsed_resources  # noqa: SLF001
    needed: set[str] = set()
    failure: Exception | None = None
    for logical_id in reversed(in_order(declared)):
        resource = made.get(logical_id)
        kept = declared[logical_id].get("DeletionPolicy") in _KEPT
        if resource is None or kept:
            continue
        try:
            if logical_id in needed:
                needed.update(needs(declared[logical_id], declared))
                continue
            remove(resources, resource, declared[logical_id])
            del made[logical_id]
        except LambdaMockError:
            raise
        except Exception as error:  # noqa: BLE001 - ResourceError, or whatever moto's resources raise
            failure = failure or error
            needed.update(needs(declared[logical_id], declared))
    if failure is not None:
        raise failure


def remove(resources: Any, resource: Any, declared: Any) -> None:
    """Take one resource away, ours or moto's."""
    if isinstance(resource, Resource):
        _delete(resource)
    else:
        resources._delete_resource(resource, declared)  # noqa: SLF001


def _delete(resource: Resource) -> None:
    Model(resource.kind).delete(resource)


def _change_back(resource: Resource, old: Resource) -> None:
    Model(resource.kind).changed(resource, {"Properties": old.properties})
