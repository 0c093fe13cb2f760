"""What EventBridge makes of an event for one target: as it is, a part of it, a constant, or a template filled in.

It knows nothing of moto and nothing of Lambda: an event and a target's settings in, JSON text out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_STEP = re.compile(r"""\.?([^.\[\]'"]+)|\[(\d+|\*)\]|\[['"](.+?)['"]\]""")
_MISSING = object()


class InvalidInputError(Exception):
    """What a template makes of the event isn't JSON."""


def input_for(target: Mapping[str, Any], event: Mapping[str, Any], predefined: Mapping[str, Any]) -> bytes:
    """The JSON text that a target is sent; `predefined` are the variables that every template has."""
    if target.get("Input"):
        return str(target["Input"]).encode()
    if target.get("InputPath"):
        found = at(event, target["InputPath"])
        return json.dumps(None if found is _MISSING else found).encode()
    transformer = target.get("InputTransformer")
    if transformer:
        variables = {name: at(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
        return _filled(transformer["InputTemplate"], {**variables, **predefined})
    return json.dumps(event).encode()


def at(event: Any, path: str) -> Any:
    """What a JSONPath of dots, `[n]` and `[*]` leads to; of several matches all, in a list."""
    found: list[Any] = [event]
    several = False
    for name, index, quoted in _STEP.findall(path.removeprefix("$")):
        several = several or index == "*"
        found = [inner for value in found for inner in _inside(value, name or quoted, index)]
    if several:
        return found
    return found[0] if found else _MISSING


def _inside(value: Any, name: str, index: str) -> list[Any]:
    if name:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return []
    return value if index == "*" else value[int(index) : int(index) + 1]


def _filled(template: str, variables: Mapping[str, Any]) -> bytes:
    """The template with its variables, which in quotes are text, and elsewhere JSON; lines of text become one text."""
    pieces: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        pieces.append(template[end : match.start()])
        in_quotes = _is_open("".join(pieces))
        pieces.append(_written(variables.get(match[1], _MISSING), in_quotes=in_quotes))
        end = match.end()
    text = "".join([*pieces, template[end:]])
    try:
        return json.dumps(json.loads(text, strict=False)).encode()
    except ValueError:
        return json.dumps(_lines(text)).encode()


def _lines(text: str) -> str:
    """Texts in quotes, one a line, as one text; what has no quotes at all is text as it stands."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        return "\n".join(str(json.loads(line, strict=False)) for line in lines)
    except ValueError:
        if text.lstrip()[:1] in {"{", "[", '"'}:
            raise InvalidInputError(f"The input transformer makes no JSON of the event: {text}") from None
        return text


def _is_open(text: str) -> bool:
    """Whether a text ends inside of quotes."""
    return len(re.findall(r'(?<!\\)"', text.replace(r"\\", ""))) % 2 == 1


def _written(value: Any, *, in_quotes: bool) -> str:
    if value is _MISSING:
        return "" if in_quotes else '""'
    if not in_quotes:
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value)[1:-1]
    # Quotes inside of quotes are left out.
    return json.dumps(value, separators=(",", ":")).replace('"', "")
