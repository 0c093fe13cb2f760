"""What the model demands of parameters, and AWS's words where they fall short.

The checks run over values that `decode` made. They say yes or no first; only a no is walked again for its words:

    message    := N " validation error(s) detected: " item ("; " item)*
    item       := "Value '" text "' at '" path "' failed to satisfy constraint: " constraint

A missing value is `Value null`, a sensitive one just `Value`. Items come in the model's order, and for one member
length before pattern. A path is made of lowerCamel names; in a list of structures also of `<number from 1>.member`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import ValidationException
from lambda_mock.wire import aws_model
from lambda_mock.wire.java import matcher, text_of

if TYPE_CHECKING:
    from botocore.model import OperationModel

Check = Callable[[Mapping[str, Any]], None]

_NOT_NULL = "Member must not be null"
_NUMBERS = frozenset({"integer", "long", "double", "float"})


def compile_check(operation: OperationModel) -> Check:
    """A function that raises ValidationException if parameters of this operation break a constraint of its model."""
    shape = operation.input_shape
    rule = _structure(shape, operation.name) if shape is not None else None

    def check(parameters: Mapping[str, Any]) -> None:
        if rule is not None and not rule.accepts(parameters):
            items = list(rule.items(parameters, ""))
            plural = "s" if len(items) > 1 else ""
            raise ValidationException(f"{len(items)} validation error{plural} detected: {'; '.join(items)}")

    return check


@dataclass(frozen=True, slots=True)
class _Constraint:
    """One demand on a value: its words, and whether a value meets it."""

    text: str
    accepts: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class _Value:
    """Demands on a value as a whole, even if it is a list or a map: each that isn't met is an item."""

    constraints: tuple[_Constraint, ...]
    sensitive: bool = False

    def accepts(self, value: Any) -> bool:
        return all(constraint.accepts(value) for constraint in self.constraints)

    def items(self, value: Any, path: str) -> Iterator[str]:
        for constraint in self.constraints:
            if not constraint.accepts(value):
                yield _item("" if self.sensitive else f" '{text_of(value)}'", path, constraint.text)


@dataclass(frozen=True, slots=True)
class _Structure:
    """Demands on the members of a structure, in the model's order: name, whether required, and the member's own."""

    members: tuple[tuple[str, bool, _Rule | None], ...]

    def accepts(self, value: Mapping[str, Any]) -> bool:
        for name, required, rule in self.members:
            member = value.get(name)
            if member is None:
                if required:
                    return False
            elif rule is not None and not rule.accepts(member):
                return False
        return True

    def items(self, value: Mapping[str, Any], path: str) -> Iterator[str]:
        for name, required, rule in self.members:
            member = value.get(name)
            place = f"{path}{name[0].lower()}{name[1:]}"
            if member is None:
                if required:
                    yield _item(" null", place, _NOT_NULL)
            elif rule is not None:
                yield from rule.items(member, f"{place}." if isinstance(rule, _Structure) else place)


@dataclass(frozen=True, slots=True)
class _Structures:
    """Demands on a list of structures: on the list as a whole, and on each of them under a path of its own."""

    whole: _Value
    each: _Structure

    def accepts(self, value: list[Any]) -> bool:
        return self.whole.accepts(value) and all(item is not None and self.each.accepts(item) for item in value)

    def items(self, value: list[Any], path: str) -> Iterator[str]:
        yield from self.whole.items(value, path)
        for number, item in enumerate(value, 1):
            place = f"{path}.{number}.member"
            if item is None:
                yield _item(" null", place, _NOT_NULL)
            else:
                yield from self.each.items(item, f"{place}.")


_Rule = _Value | _Structure | _Structures


def _item(value: str, path: str, constraint: str) -> str:
    return f"Value{value} at '{path}' failed to satisfy constraint: {constraint}"


def _structure(shape: Any, operation: str = "") -> _Structure:
    required = frozenset(shape.required_members)
    members = []
    for name in aws_model.member_order(operation, shape.members):
        member = shape.members[name]
        ours = (operation, name) in aws_model.CHECKED_BY_THE_OPERATION
        rule = None if ours else _rule(member, aws_model.shape_name(operation, name, member.name))
        if rule is not None or name in required:
            members.append((name, name in required, rule))
    return _Structure(tuple(members))


def _rule(shape: Any, name: str) -> _Rule | None:
    if shape.type_name == "structure":
        structure = _structure(shape)
        return structure if structure.members else None
    if shape.type_name == "list" and shape.member.type_name == "structure":
        return _Structures(_Value(_bounds(shape, name)), _structure(shape.member))
    constraints = _constraints(shape, name)
    return _Value(constraints, bool(shape.metadata.get("sensitive"))) if constraints else None


def _constraints(shape: Any, name: str) -> tuple[_Constraint, ...]:
    further = _OF_TYPE.get(shape.type_name)
    return (*_bounds(shape, name), *(further(shape, name) if further else ()))


def _bounds(shape: Any, name: str) -> tuple[_Constraint, ...]:
    traits = aws_model.traits(name, shape.metadata)
    measured, size = ("value", _itself) if shape.type_name in _NUMBERS else ("length", len)
    bounds = []
    if (most := traits.get("max")) is not None:
        text = f"Member must have {measured} less than or equal to {_limit(shape, most)}"
        bounds.append(_Constraint(text, lambda value: size(value) <= most))
    if (least := traits.get("min")) is not None:
        text = f"Member must have {measured} greater than or equal to {_limit(shape, least)}"
        bounds.append(_Constraint(text, lambda value: size(value) >= least))
    return tuple(bounds)


def _itself(value: Any) -> Any:
    return value


def _limit(shape: Any, limit: float) -> str:
    return text_of(float(limit) if shape.type_name in {"double", "float"} else limit)


def _of_string(shape: Any, name: str) -> tuple[_Constraint, ...]:
    if shape.enum:
        return (_enum(aws_model.enum_order(name, shape.enum)),)
    pattern = aws_model.traits(name, shape.metadata).get("pattern")
    if pattern is None:
        return ()
    text = f"Member must satisfy regular expression pattern: {pattern}"
    return (_Constraint(text, lambda value: matcher(pattern)(value) is not None),)


def _enum(values: list[str]) -> _Constraint:
    return _Constraint(f"Member must satisfy enum value set: [{', '.join(values)}]", frozenset(values).__contains__)


def _of_list(shape: Any, name: str) -> tuple[_Constraint, ...]:
    if name in aws_model.PLAIN_ENUM_LISTS:
        printed = aws_model.PLAIN_ENUM_LISTS[name]
        known = {*printed, *shape.member.enum}
        return (_Constraint(_enum(list(printed)).text, known.issuperset),)
    return _of_all("Member", shape.member, iter, nullable=name in aws_model.LISTS_OF_NULLABLE)


def _of_map(shape: Any, _name: str) -> tuple[_Constraint, ...]:
    keys = _of_all("Map keys", shape.key, iter, nullable=True)
    return keys + _of_all("Map value", shape.value, lambda value: value.values(), nullable=False)


def _of_all(
    whose: str, shape: Any, parts: Callable[[Any], Iterable[Any]], *, nullable: bool
) -> tuple[_Constraint, ...]:
    """What a list or a map demands of its members, keys or values: one constraint that lists theirs in full."""
    rule = _Value(_constraints(shape, shape.name))
    listed = [constraint.text for constraint in rule.constraints] + ([] if nullable else [_NOT_NULL])
    if not listed:
        return ()

    def accepts(value: Any) -> bool:
        return all(nullable if part is None else rule.accepts(part) for part in parts(value))

    return (_Constraint(f"{whose} must satisfy constraint: [{', '.join(listed)}]", accepts),)


_OF_TYPE: Mapping[str, Callable[[Any, str], tuple[_Constraint, ...]]] = {
    "string": _of_string,
    "list": _of_list,
    "map": _of_map,
}
