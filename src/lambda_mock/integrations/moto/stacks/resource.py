"""A resource of a stack, the kinds that there are, and what they work with.

Moto's parser asks a class for a resource, by methods of fixed names; a `Kind` knows what that means for Lambda.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from lambda_mock.errors import NotBuiltError, ResourceNotFoundException
from lambda_mock.integrations.moto.stacks.shaping import shaped

if TYPE_CHECKING:
    from lambda_mock.domain.ids import Ids
    from lambda_mock.integrations.moto.stacks.answers import Answers

Properties = Mapping[str, Any]

_MOST_LOOKS = 10


class Host(Protocol):
    """An active mock, as stacks see it."""

    def perform(
        self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str
    ) -> Mapping[str, Any]:
        """Perform an operation of Lambda's API for an account. Raises a ServiceError."""

    @property
    def ids(self) -> Ids:
        """A stream of ids for stacks alone."""

    @property
    def answers(self) -> Answers:
        """Where functions behind custom resources answer."""

    def input_shape(self, operation: str) -> Any:
        """The input of an operation, as botocore's model has it."""

    def at_once(self) -> AbstractContextManager[object]:
        """Has the next event that is sent here handled before anything else goes on, with all that comes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a resource belongs. `suffix` is what makes the names that CloudFormation gives unique.

    `stack_tags` are the stack's own, which all of its resources have.
    """

    account_id: str
    region: str
    stack_id: str
    logical_id: str
    suffix: str = ""
    stack_tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def stack_name(self) -> str:
        """The name of the stack."""
        return self.stack_id.split("/")[1]

    @property
    def tags(self) -> dict[str, str]:
        """What CloudFormation adds to the tags of a resource."""
        return {
            **self.stack_tags,
            "aws:cloudformation:stack-name": self.stack_name,
            "aws:cloudformation:stack-id": self.stack_id,
            "aws:cloudformation:logical-id": self.logical_id,
        }

    def name(self, limit: int) -> str:
        """The name of a resource that the template doesn't name."""
        room = (limit - len(self.suffix) - 2) // 2
        stack, logical = self.stack_name, self.logical_id
        # What one of the two doesn't need, the other one gets.
        left = max(room, 2 * room - len(logical))
        stack = stack[:left]
        return f"{stack}-{logical[: 2 * room - len(stack)]}-{self.suffix}"


@dataclass(slots=True, kw_only=True)
class Resource:
    """What a stack has made. Moto reads and sets some of it by these names; older ones have `type` for the type."""

    kind: Kind
    place: Place
    physical_resource_id: str
    properties: Properties
    attributes: Mapping[str, Any]
    logical_resource_id: str = ""
    cf_resource_type: str = ""
    type: str = ""

    def is_created(self) -> bool:
        """Nothing is left to be waited for."""
        return True

    def delete(self, *_: object) -> None:
        """Moto asks for this itself only when no mock is active any longer: nothing is left then."""

    def get_cfn_attribute(self, name: str) -> Any:
        """What Fn::GetAtt gives."""
        return self.kind.attribute(self, name)


class Work:
    """How a kind gets something done: operations of Lambda's API for the stack's account, in its region."""

    def __init__(self, host: Host, place: Place, declared: Mapping[str, Any]) -> None:
        self.host = host
        self.place = place
        self.declared = declared

    def __call__(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        """Perform an operation. What is None is left out."""
        given = {name: value for name, value in parameters.items() if value is not None}
        made = shaped(self.host.input_shape(operation), given, "")
        return self.host.perform(operation, made, region=self.place.region, account_id=self.place.account_id)

    def settled(self, operation: str, is_settled: Callable[[Mapping[str, Any]], bool], **parameters: Any) -> Any:
        """Look until a change has come to its end, as CloudFormation does; None where what was looked at is gone."""
        for _ in range(_MOST_LOOKS):
            try:
                found = self(operation, **parameters)
            except ResourceNotFoundException:
                return None
            if is_settled(found):
                break
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource that has come to be: its physical id, what Ref gives, and what Fn::GetAtt does."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


class Kind(ABC):
    """One resource type. A change of a property that is `fixed` needs a new resource; others happen in place."""

    type: ClassVar[str]
    properties: ClassVar[Sequence[str]]
    required: ClassVar[Sequence[str]] = ()
    fixed: ClassVar[Sequence[str]] = ()
    attributes: ClassVar[Sequence[str]] = ()
    name_property: ClassVar[str] = ""

    @abstractmethod
    def create(self, work: Work, properties: Properties) -> Made:
        """Make one."""

    @abstractmethod
    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """Change one in place."""

    @abstractmethod
    def delete(self, work: Work, resource: Resource) -> None:
        """Take one away. One that is gone already is fine: it may raise the error that says so."""

    def has(self, attribute: str) -> bool:
        """Whether a template may ask for an attribute."""
        return attribute in self.attributes

    def attribute(self, resource: Resource, name: str) -> Any:
        """What Fn::GetAtt gives for one."""
        if name not in self.attributes:
            message = f"lambda_mock doesn't know the attribute {name} of {self.type}."
            raise NotBuiltError(message)
        return resource.attributes.get(name)

    def needs_new(self, old: Properties, new: Properties) -> bool:
        """Whether a change takes a new resource."""
        return any(old.get(name) != new.get(name) for name in self.fixed)

    def complaint(self, properties: Properties) -> str | None:
        """What the type's schema has against properties; NotBuiltError for one that nobody here knows."""
        unknown = [name for name in properties if name not in self.properties]
        if unknown:
            message = (
                f"lambda_mock doesn't know the property {unknown[0]} of {self.type}. If it is no slip of the pen, "
                "leave it out of the template where the test can do without it."
            )
            raise NotBuiltError(message)
        missing = [name for name in self.required if name not in properties]
        return f": required key [{missing[0]}] not found" if missing else None


def only(properties: Properties, names: Sequence[str]) -> dict[str, Any]:
    """Those of the properties that have these names."""
    return {name: properties[name] for name in names if name in properties}


def tags_of(properties: Properties) -> dict[str, str]:
    """Tags as Lambda's API has them."""
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}


def change_tags(work: Work, arn: str, old: Properties, new: Properties) -> None:
    """Bring a resource's tags from those of old properties to those of new ones."""
    before, after = tags_of(old), tags_of(new)
    gone = sorted(set(before) - set(after))
    fresh = {key: value for key, value in after.items() if before.get(key) != value}
    if gone:
        work("UntagResource", Resource=arn, TagKeys=gone)
    if fresh:
        work("TagResource", Resource=arn, Tags=fresh)
