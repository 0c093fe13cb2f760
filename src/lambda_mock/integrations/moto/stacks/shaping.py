"""From a template's values to the input of an operation: CloudFormation takes "256" for a number, and boto3 doesn't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_mock.errors import NotBuiltError

_TRUTH = {"true": True, "false": False, True: True, False: False}
_NAMES = {"integer": "Integer", "long": "Integer", "float": "Number", "double": "Number", "boolean": "Boolean"}


class WrongTypeError(Exception):
    """A value isn't of the type that the property has; the text is CloudFormation's."""


def shaped(shape: Any, value: Any, path: str) -> Any:
    """`value` as botocore's model has it in `shape`; members that the model lacks are a NotBuiltError."""
    make = _MAKERS.get(shape.type_name)
    return value if make is None else make(shape, value, path)


def _structure(shape: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _wrong(path, "JSONObject", value)
    unknown = sorted(set(value) - set(shape.members))
    if unknown:
        named = f"{path}/{unknown[0]}"[1:].replace("/", ".")
        message = (
            f"lambda_mock doesn't know {named} of CloudFormation, or the installed botocore "
            "doesn't. If it is no slip of the pen, leave it out of the template where the test can do without."
        )
        raise NotBuiltError(message)
    return {name: shaped(shape.members[name], member, f"{path}/{name}") for name, member in value.items()}


def _list(shape: Any, value: Any, path: str) -> Any:
    if not isinstance(value, list):
        raise _wrong(path, "JSONArray", value)
    # What AWS::NoValue stood for is left out.
    return [shaped(shape.member, item, f"{path}/{place}") for place, item in enumerate(value) if item is not None]


def _map(shape: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise _wrong(path, "JSONObject", value)
    return {str(name): shaped(shape.value, member, f"{path}/{name}") for name, member in value.items()}


def _string(_shape: Any, value: Any, path: str) -> Any:
    if isinstance(value, Mapping | list):
        raise _wrong(path, "String", value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(shape: Any, value: Any, path: str) -> Any:
    make: Any = int if shape.type_name in {"integer", "long"} else float
    try:
        if not isinstance(value, bool):
            return make(value)
    except (TypeError, ValueError):
        pass
    raise _wrong(path, _NAMES[shape.type_name], value)


def _boolean(_shape: Any, value: Any, path: str) -> Any:
    try:
        return _TRUTH[value.lower() if isinstance(value, str) else value]
    except (KeyError, TypeError):
        raise _wrong(path, "Boolean", value) from None


_MAKERS: dict[str, Any] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
}


def _wrong(path: str, expected: str, value: Any) -> WrongTypeError:
    kinds = ((bool, "Boolean"), (int, "Integer"), (float, "Number"), (str, "String"), (list, "JSONArray"))
    found = next((name for kind, name in kinds if isinstance(value, kind)), "JSONObject")
    return WrongTypeError(f"{path}: expected type: {expected}, found: {found}")
