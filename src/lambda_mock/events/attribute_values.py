"""DynamoDB's attribute values: from plain Python to typed ones, and how large they are."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Context, Decimal, DecimalException, Inexact, Overflow, Subnormal
from typing import Any

from lambda_mock.errors import LambdaMockError

Item = Mapping[str, Any]
"""An item by the names of its attributes: plain values throughout, or typed ones such as `{"S": "x"}` throughout."""

_DIGITS_A_BYTE = 2
_OF_A_CONTAINER = 3
_NUMBERS = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, Overflow, Subnormal])
_TYPES: Mapping[str, tuple[type, ...]] = {
    "S": (str,),
    "N": (str,),
    "B": (bytes, bytearray, str),
    "BOOL": (bool,),
    "NULL": (bool,),
    "L": (list, tuple),
    "M": (Mapping,),
    "SS": (list, tuple, AbstractSet),
    "NS": (list, tuple, AbstractSet),
    "BS": (list, tuple, AbstractSet),
}


def typed_item(parameter: str, item: Item) -> dict[str, Any]:
    """An item with typed values, bytes in base64. LambdaMockError for one that mixes typed and plain values."""
    typed = {name: _is_typed(value) for name, value in item.items()}
    if item and all(typed.values()):
        return {name: _given(value) for name, value in item.items()}
    if any(typed.values()):
        first, second = (
            next(name for name, is_typed in typed.items() if is_typed is wanted) for wanted in (True, False)
        )
        raise LambdaMockError(
            f"{parameter}: {first!r} has a type and {second!r} has none, so that "
            "a map can't be told from a typed value. Give all values of an item plain, or all with their types."
        )
    return {name: _typed(f"{parameter}[{name!r}]", value) for name, value in item.items()}


def _is_typed(value: Any) -> bool:
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    return isinstance(content, _TYPES.get(kind, ()))


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "M":
        return {kind: {name: _given(each) for name, each in content.items()}}
    if kind == "L":
        return {kind: [_given(each) for each in content]}
    if kind in {"SS", "NS", "BS"}:
        return {kind: [_in_base64(each) for each in _in_order(content)]}
    return {kind: _in_base64(content)}


def _in_base64(content: Any) -> Any:
    """Bytes in base64; anything else as it is."""
    return base64.b64encode(content).decode() if isinstance(content, bytes | bytearray) else content


def _in_order(content: Any) -> list[Any]:
    """What is in a set in an order that is always the same."""
    return sorted(content) if isinstance(content, AbstractSet) else list(content)


def _typed(where: str, value: Any) -> dict[str, Any]:  # noqa: PLR0911 - one line a type
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes | bytearray):
        return {"B": _in_base64(value)}
    if isinstance(value, int | float | Decimal):
        return {"N": _number(where, value)}
    if isinstance(value, Mapping):
        return {"M": {name: _typed(f"{where}[{name!r}]", each) for name, each in value.items()}}
    if isinstance(value, list | tuple):
        return {"L": [_typed(f"{where}[{place}]", each) for place, each in enumerate(value)]}
    if isinstance(value, AbstractSet):
        return _typed_set(where, value)
    raise _no_value(where, value)


def _typed_set(where: str, value: AbstractSet[Any]) -> dict[str, Any]:
    kinds = {kind for each in value for kind in _typed(where, each)}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise LambdaMockError(
            f"{where}: a set has texts, numbers or bytes, at least one and of one kind, not {value!r}."
        )
    (kind,) = kinds
    return {f"{kind}S": [_typed(where, each)[kind] for each in _in_order(value)]}


def _number(where: str, value: float | Decimal) -> str:
    """A number as DynamoDB writes it: without an exponent and without needless zeros."""
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise _no_value(where, value)
    try:
        # Zero has no sign there.
        return format(_NUMBERS.add(exact, 0).normalize(_NUMBERS), "f")
    except DecimalException:
        raise LambdaMockError(
            f"{where}: DynamoDB has numbers of 38 digits at most, between 1E-130 and 1E+126, and not {value!r}."
        ) from None


def _no_value(where: str, value: object) -> LambdaMockError:
    return LambdaMockError(
        f"{where}: DynamoDB has no value like {value!r}. It has texts, finite numbers, bytes, truth values, None, "
        "lists, maps and sets."
    )


# How large they are ---------------------------------------------------------------------------------------------------


def size_of_item(item: Mapping[str, Any]) -> int:
    """The size of a typed item as DynamoDB counts it: names in UTF-8, and values."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind in {"L", "M"}:
        inner = [_size_of_value(each) for each in content] if kind == "L" else [size_of_item(content)]
        return _OF_A_CONTAINER + len(content) + sum(inner)
    if kind in {"SS", "NS", "BS"}:
        return sum(_SIZES[kind[0]](each) for each in content)
    return _SIZES[kind](content) if kind in _SIZES else 1


def _size_of_number(text: str) -> int:
    digits = len("".join(letter for letter in text.lower().partition("e")[0] if letter.isdigit()).strip("0"))
    return 1 + (digits + 1) // _DIGITS_A_BYTE + text.startswith("-")


def _size_of_binary(text: str) -> int:
    """The length of what base64 stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")


_SIZES: Mapping[str, Callable[[str], int]] = {
    "S": lambda text: len(text.encode()),
    "N": _size_of_number,
    "B": _size_of_binary,
}
