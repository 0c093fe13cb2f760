"""Which resources of a template need which others: by Ref, Fn::GetAtt, Fn::Sub and DependsOn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_IN_TEXT = re.compile(r"\$\{([^!{}]+)\}")


def in_order(resources: Mapping[str, Any]) -> list[str]:
    """The logical ids, each after those that it needs; otherwise as the template has them."""
    ordered: dict[str, None] = {}
    entered: set[str] = set()

    def enter(logical_id: str) -> None:
        if logical_id in entered:
            return
        entered.add(logical_id)
        for needed in needs(resources[logical_id], resources):
            enter(needed)
        ordered[logical_id] = None

    for logical_id in resources:
        enter(logical_id)
    return list(ordered)


def needs(resource: Mapping[str, Any], resources: Mapping[str, Any]) -> list[str]:
    """The logical ids of resources that a resource needs, once each."""
    after = resource.get("DependsOn", [])
    named = [after] if isinstance(after, str) else list(after)
    named += _named(resource.get("Properties", {}))
    return [logical_id for logical_id in dict.fromkeys(named) if logical_id in resources]


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name == "Ref":
                yield str(member)
            elif name == "Fn::GetAtt":
                yield str(member if isinstance(member, str) else member[0]).partition(".")[0]
            elif name == "Fn::Sub":
                text = member if isinstance(member, str) else member[0]
                yield from (found.partition(".")[0] for found in _IN_TEXT.findall(text))
                yield from _named([] if isinstance(member, str) else member[1:])
            else:
                yield from _named(member)
