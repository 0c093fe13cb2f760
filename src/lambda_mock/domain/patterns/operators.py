"""The operators of event patterns: what each takes, and which single values of an event it matches.

A value here is what JSON has beside objects and arrays: text, a number, true, false or null. A number is never a
boolean, and 1 is 1.0.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lambda_mock.domain.patterns.grammar import InvalidPatternError, Members

Test = Callable[[object], bool]

_FURTHEST = 5_000_000_000
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
_FROM, _UP_TO = frozenset({">", ">="}), frozenset({"<", "<="})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one field may be: `test` for a value that is there, `absent` whether it may also be missing."""

    test: Test
    absent: bool


def leaf(items: list[object], allowed: frozenset[str]) -> Leaf:
    """Compile the list of what a field may be; `allowed` are the operators that may be in it."""
    if not items:
        raise InvalidPatternError("Empty arrays are not allowed")
    plain = [item for item in items if not isinstance(item, Members)]
    tests = [_exactly(plain)] if plain else []
    absent = False
    for item in items:
        if isinstance(item, Members):
            name, operand = _only(item, allowed)
            if name == "exists" and operand is False:
                absent = True
            else:
                tests.append(_OPERATORS[name](operand, allowed))
    return Leaf(test=_any(tests), absent=absent)


def _only(members: Members, allowed: frozenset[str]) -> tuple[str, object]:
    """The operator of an object that has to have exactly one, and what it is given."""
    if len(members) != 1:
        raise InvalidPatternError("Only one key allowed in match expression")
    ((name, operand),) = members
    if name not in allowed:
        raise InvalidPatternError(f"Unrecognized match type {name}")
    return name, operand


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)


def is_number(value: object) -> bool:
    """Whether JSON calls this a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _exactly(items: Iterable[object]) -> Test:
    """A test for one of these values, kept apart by what they are, since Python takes True for 1."""
    texts, numbers, words = set(), set(), []
    for item in items:
        if isinstance(item, str):
            texts.add(item)
        elif item is None or isinstance(item, bool):
            words.append(item)
        elif isinstance(item, int | float):
            numbers.add(item)
        else:
            raise InvalidPatternError("Match value must be String, number, true, false, or null")

    def test(value: object) -> bool:
        if isinstance(value, str):
            return value in texts
        if value is None or isinstance(value, bool):
            return value in words
        return value in numbers

    return test


def _text(operand: object) -> str:
    if not isinstance(operand, str):
        raise InvalidPatternError("The operand must be a string")
    return operand


def _prefix(operand: object, _: frozenset[str]) -> Test:
    text, fold = _cased(operand)
    return lambda value: isinstance(value, str) and fold(value).startswith(text)


def _suffix(operand: object, _: frozenset[str]) -> Test:
    text, fold = _cased(operand)
    return lambda value: isinstance(value, str) and fold(value).endswith(text)


def _cased(operand: object) -> tuple[str, Callable[[str], str]]:
    """The text of a prefix or suffix, and what values are put through before they are compared."""
    if isinstance(operand, Members):
        _, inner = _only(operand, frozenset({"equals-ignore-case"}))
        return _text(inner).lower(), str.lower
    return _text(operand), str


def _ignoring_case(operand: object, _: frozenset[str]) -> Test:
    text = _text(operand).lower()
    return lambda value: isinstance(value, str) and value.lower() == text


def _exists(operand: object, _: frozenset[str]) -> Test:
    if operand is not True:
        raise InvalidPatternError("exists match pattern must be either true or false.")
    return lambda _: True


def _wildcard(operand: object, _: frozenset[str]) -> Test:
    first, *others = _pieces(_text(operand))
    if not others:
        return lambda value: value == first
    *middle, last = others

    def test(value: object) -> bool:
        if not isinstance(value, str) or not value.startswith(first):
            return False
        position = len(first)
        for piece in middle:
            found = value.find(piece, position)
            if found < 0:
                return False
            position = found + len(piece)
        return value.endswith(last) and len(value) - len(last) >= position

    return test


def _pieces(text: str) -> list[str]:
    """What stands between the asterisks. A backslash makes an asterisk, or a backslash, an ordinary character."""
    pieces = [""]
    characters = iter(text)
    star_before = False
    for character in characters:
        is_star = character == "*"
        if is_star and star_before:
            raise InvalidPatternError("Consecutive wildcard characters")
        star_before = is_star
        if is_star:
            pieces.append("")
            continue
        if character == "\\":
            character = next(characters, "")  # noqa: PLW2901
            if character not in {"*", "\\"}:
                raise InvalidPatternError("Invalid escape character")
        pieces[-1] += character
    return pieces


def _bound(operand: object) -> float:
    """A number that values can be compared with: AWS keeps those from -5e9 to 5e9."""
    if isinstance(operand, bool) or not isinstance(operand, int | float):
        raise InvalidPatternError("The operand must be numeric")
    if not -_FURTHEST <= operand <= _FURTHEST:
        raise InvalidPatternError("Value must be between -5.0E9 and 5.0E9, inclusive")
    return operand


def _numeric(operand: object, _: frozenset[str]) -> Test:
    """One comparison with its bound (`[">", 1]`), or a lower one and then an upper one."""
    if not isinstance(operand, list) or len(operand) not in {2, 4}:
        raise InvalidPatternError("Value of numeric must be an array of one or two comparisons")
    signs = [_text(sign) for sign in operand[::2]]
    bounds = [_bound(each) for each in operand[1::2]]
    if any(sign not in _SIGNS for sign in signs):
        raise InvalidPatternError("Unrecognized numeric range operator")
    if len(signs) == 1:
        return _compared(_SIGNS[signs[0]], bounds[0])
    if signs[0] not in _FROM or signs[1] not in _UP_TO:
        raise InvalidPatternError("Bad numeric range operator")
    if not bounds[0] < bounds[1]:
        raise InvalidPatternError("Bottom must be less than top")
    lower, upper = (_compared(_SIGNS[sign], bound) for sign, bound in zip(signs, bounds, strict=True))
    return lambda value: lower(value) and upper(value)


def _compared(compare: Callable[[float, float], bool], bound: float) -> Test:
    def test(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return -_FURTHEST <= value <= _FURTHEST and compare(value, bound)

    return test


def _cidr(operand: object, _: frozenset[str]) -> Test:
    """Addresses from the one that is written to the last one of its network."""
    address, slash, bits = _text(operand).partition("/")
    try:
        network = ipaddress.ip_network(operand, strict=False)  # type: ignore[arg-type]
        lowest = ipaddress.ip_address(address)
    except ValueError:
        raise InvalidPatternError(f"Malformed CIDR {operand}") from None
    if not slash or not bits.isdecimal() or network.prefixlen == network.max_prefixlen:
        raise InvalidPatternError(f"Malformed CIDR {operand}")
    bottom, top = int(lowest), int(network.broadcast_address)

    def test(value: object) -> bool:
        if not isinstance(value, str):
            return False
        try:
            found = ipaddress.ip_address(value)
        except ValueError:
            return False
        return found.version == network.version and bottom <= int(found) <= top

    return test


def _anything_but(operand: object, allowed: frozenset[str]) -> Test:
    """Every value that is there but these: texts, or numbers, or what one of some operators matches."""
    if isinstance(operand, Members):
        name, inner = _only(operand, allowed & _EXCLUDING)
        texts = inner if isinstance(inner, list) else [inner]
        if not texts or (name in {"prefix", "suffix"} and "" in texts):
            raise InvalidPatternError("Null prefix/suffix not allowed")
        excluded = _any([_OPERATORS[name](_text(text), allowed) for text in texts])
    else:
        values = operand if isinstance(operand, list) else [operand]
        if not values or not (all(isinstance(value, str) for value in values) or all(map(_is_bound, values))):
            raise InvalidPatternError("Inside anything but list, either all values are number or string")
        excluded = _exactly(values)
    return lambda value: not excluded(value)


def _is_bound(value: object) -> bool:
    return is_number(value) and _bound(value) == value


_OPERATORS: Final[Mapping[str, Callable[[object, frozenset[str]], Test]]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _ignoring_case,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
_EXCLUDING = frozenset({"equals-ignore-case", "prefix", "suffix", "wildcard"})

OF_RULES: Final = frozenset(_OPERATORS)
"""The operators of EventBridge's rules: all there are."""

OF_FILTERS: Final = OF_RULES - {"cidr", "wildcard"}
"""The operators of an event source mapping's filters."""

RESERVED: Final = OF_RULES | frozenset(_SIGNS)
"""Names that no field inside `$or` can have."""
