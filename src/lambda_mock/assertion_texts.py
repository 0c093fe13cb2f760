"""How pytest tells of a failed assertion about records: as long as `-v` asks for, and with the colours of the terminal.

The texts are made by `records`, which doesn't know pytest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from lambda_mock.matchers import Partial
from lambda_mock.records.diff import Detail, cut, diff
from lambda_mock.records.listing import Records
from lambda_mock.records.misses import retell_of

_SHORT_SIDE = 30
_MOST_LEVELS = 3
_OF_CI = ("CI", "BUILD_NUMBER")
_ABSENT: Any = object()


def retell(error: BaseException, config: Any) -> None:
    """Give an assertion of ours the text that pytest was asked for; any other error stays as it is."""
    found = retell_of(error)
    if found is None:
        return
    level = _level(config)
    text = found(Detail(level=level, highlight=_highlight(config)))
    plain = found(Detail(level=level))
    fuller = next((more for more in range(level + 1, _MOST_LEVELS) if found(Detail(level=more)) != plain), None)
    error.args = (text if fuller is None else f"{text}\nUse -{'v' * fuller} to see more.",)


def explain(config: Any, op: str, left: object, right: object) -> list[str] | None:
    """Lines for pytest about a comparison in which records or a `partial` take part; None for any other one."""
    detail = Detail(level=_level(config), highlight=_highlight(config))
    lines = _explained(op, left, right, detail)
    if lines is None:
        return None
    longest = _SHORT_SIDE if detail.level < _MOST_LEVELS - 1 else detail.width
    hint = ["Use -v to get more diff"] if detail.level < 1 else []
    return [f"{cut(repr(left), longest)} {op} {cut(repr(right), longest)}", "", *lines, *hint]


def _explained(op: str, left: object, right: object, detail: Detail) -> list[str] | None:
    if op == "in" and isinstance(right, Records) and isinstance(left, (str, Mapping)):
        return right.told_missing(left, detail).splitlines()
    if op != "==":
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Records) and isinstance(other, (list, tuple, Records)):
            rest = ["", "Full diff (- expected, + found):", *_of_lists(one, other, detail)] if detail.level else []
            return [*_first_difference(one, other, detail), *rest]
        if isinstance(other, Partial):
            return diff("", other, one, detail)
    return None


def _first_difference(records: Records[Any], wanted: Any, detail: Detail) -> list[str]:
    """The first place at which both differ, or what one has more: pytest shows only a few lines."""
    found = list(records)
    for place, (value, record) in enumerate(zip(wanted, found, strict=False)):
        equal, one, other = records.compared(record, value)
        if not equal:
            return [f"At index {place} is {cut(str(record), detail.width)}", *_differing(one, other, detail)]
    more = len(found) - len(wanted)
    if more > 0:
        return [f"There {_are(more)} more, first: {cut(str(found[len(wanted)]), detail.width)}"]
    if more < 0:
        return [f"There {_are(-more)} missing, first: {cut(repr(wanted[len(found)]), detail.width)}"]
    return ["By now both are equal: what was missing was recorded after they had been compared."]


def _differing(wanted: Any, found: Any, detail: Detail) -> list[str]:
    if not isinstance(wanted, dict):
        return diff("", wanted, found, detail)
    wrong = (name for name in wanted if found[name] != wanted[name])
    return [line for name in wrong for line in diff(f"{name}=", wanted[name], found[name], detail)]


def _are(number: int) -> str:
    return "is 1" if number == 1 else f"are {number}"


def _of_lists(records: Records[Any], wanted: Any, detail: Detail) -> list[str]:
    """Place by place: what the list says, and what the record there has in place of it."""
    expected: list[object] = []
    found: list[object] = []
    for value, record in zip_longest(wanted, records, fillvalue=_ABSENT):
        if record is _ABSENT:
            expected.append(value)
        elif value is _ABSENT:
            found.append(records.in_short(record))
        else:
            equal, one, other = records.compared(record, value)
            expected.append(other if equal else one)
            found.append(other)
    return diff("", expected, found, detail)


def _level(config: Any) -> int:
    """How much is asked for, at least `-v` where CI runs the tests, which pytest tells by the same variables."""
    least = int(any(os.environ.get(name) for name in _OF_CI))
    if not hasattr(config.option, "verbose"):  # without a terminal, in pytest 8
        return least
    level: int = config.get_verbosity("assertions")
    return max(level, least)


def _highlight(config: Any) -> Callable[[str], str]:
    """The colours that pytest has for a diff, where it writes to a terminal that takes them."""
    if not config.pluginmanager.has_plugin("terminalreporter"):
        return str
    highlight = getattr(config.get_terminal_writer(), "_highlight", None)
    return str if highlight is None else lambda text: str(highlight(text, lexer="diff"))
