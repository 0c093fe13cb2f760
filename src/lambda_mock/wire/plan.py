"""Plans: how a value of a shape becomes a fresh copy of itself, compiled from the model once a shape.

One walk over a shape serves decoding, parsing and encoding alike; they differ only in what they do to the leaves. A
plan keeps the model's order of members, and drops members that are null or that the model doesn't know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape

Conversion = Callable[[Any], Any]
"""A value in, the value as it leaves out; never the same container."""

Leaves = Mapping[str, Conversion]
"""What happens to values by the type of their shape; a type that isn't named is taken as it is.

For `structure`, `list` and `map` it is what happens before the copy is made, such as a check of the type.
"""

_FEW_MEMBERS = 8
_MOST_LAYOUTS = 64

# What to do with mappings that have certain keys in a certain order: a dict of the model's order, which is empty where
# they have it already; the keys that the model doesn't know; the members that need a conversion.
_Layout = tuple[dict[str, None], tuple[str, ...], tuple[tuple[str, Conversion], ...]]


def compile_plan(shape: Shape, leaves: Leaves) -> Conversion | None:
    """The plan for values of `shape`, or None where they can be taken as they are."""
    before = leaves.get(shape.type_name)
    compiler = _CONTAINERS.get(shape.type_name)
    if compiler is None:
        return before
    copied = compiler(shape, leaves)
    if before is None:
        return copied
    return lambda value: copied(before(value))


def compile_members(members: Iterable[tuple[str, Shape]], leaves: Leaves) -> Conversion:
    """The plan for a structure of these members, given in the model's order."""
    conversions = {name: compile_plan(shape, leaves) for name, shape in members}
    return _by_member(conversions) if len(conversions) <= _FEW_MEMBERS else _by_layout(conversions)


def _by_member(conversions: Mapping[str, Conversion | None]) -> Conversion:
    pairs = tuple(conversions.items())

    def convert(value: Mapping[str, Any]) -> dict[str, Any]:
        fresh = {}
        for name, conversion in pairs:
            member = value.get(name)
            if member is not None:
                fresh[name] = member if conversion is None else conversion(member)
        return fresh

    return convert


def _by_layout(conversions: Mapping[str, Conversion | None]) -> Conversion:
    # A large structure comes with the same few sets of keys again and again, and most of the model's members absent. To
    # look up its keys and copy it as it stands costs a fraction of asking for each member.
    layouts: dict[tuple[str, ...], _Layout] = {}

    def convert(value: Mapping[str, Any]) -> dict[str, Any]:
        keys = tuple(value)
        try:
            ordered, unknown, converted = layouts[keys]
        except KeyError:
            if len(layouts) >= _MOST_LAYOUTS:
                layouts.clear()
            ordered, unknown, converted = layouts[keys] = _lay_out(keys, conversions)
        fresh = {**ordered, **value}
        for name in unknown:
            del fresh[name]
        if None in fresh.values():
            fresh = {name: member for name, member in fresh.items() if member is not None}
            converted = tuple(pair for pair in converted if pair[0] in fresh)
        for name, conversion in converted:
            fresh[name] = conversion(fresh[name])
        return fresh

    return convert


def _lay_out(keys: tuple[str, ...], conversions: Mapping[str, Conversion | None]) -> _Layout:
    given = frozenset(keys)
    names = tuple(name for name in conversions if name in given)
    converted = tuple((name, conversion) for name in names if (conversion := conversions[name]) is not None)
    unknown = tuple(key for key in keys if key not in conversions)
    return (dict.fromkeys(() if names == keys else names), unknown, converted)


def _compile_structure(shape: Any, leaves: Leaves) -> Conversion:
    return compile_members(shape.members.items(), leaves)


def _compile_list(shape: ListShape, leaves: Leaves) -> Conversion:
    convert = compile_plan(shape.member, leaves)
    if convert is None:
        return list
    return lambda value: [None if item is None else convert(item) for item in value]


def _compile_map(shape: MapShape, leaves: Leaves) -> Conversion:
    convert = compile_plan(shape.value, leaves)
    if convert is None:
        return dict
    return lambda value: {key: None if item is None else convert(item) for key, item in value.items()}


_CONTAINERS: dict[str, Callable[[Any, Leaves], Conversion]] = {
    "structure": _compile_structure,
    "list": _compile_list,
    "map": _compile_map,
}
