"""What may stand for a value in an assertion without being equal to it; it works wherever `==` decides, nested as well.

Matchers of other libraries do so too, and nothing here knows of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import methodcaller
from typing import Any, ClassVar

from lambda_mock.errors import LambdaMockError

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)


class Partial:
    """A part of a value, equal to whatever has it: what `partial` gives."""

    __slots__ = ("expected",)

    def __init__(self, expected: Mapping[str, Any] | Sequence[Any]) -> None:
        self.expected: Mapping[str, Any] | Sequence[Any] = expected

    def __eq__(self, other: object) -> bool:
        return self.expected == other.expected if isinstance(other, Partial) else covers(self.expected, other)

    __hash__: ClassVar[None]  # type: ignore[assignment]  # of what it holds there is none

    def __repr__(self) -> str:
        return f"partial({self.expected!r})"


def partial(expected: Mapping[str, Any] | Sequence[Any]) -> Partial:
    """Equal to every value that has the members of `expected`, whatever else is there, at any depth.

    Of a dict the members that are named have to be there, and others may be. A list has to have as many elements, each
    with what is asked of it. A compiled regular expression matches text, or bytes if it is of bytes, that it finds
    something in. Every other value has to be equal, and matchers such as `unittest.mock.ANY` and those of dirty-equals
    are asked.

        mock.invocations.assert_invoked("orders", payload=partial({"order": {"id": 7}}))
        assert run.response == partial({"lines": [{"sku": re.compile("^honey-")}, {"sku": "wax"}]})
    """
    if not isinstance(expected, (Mapping, list, tuple)):
        raise LambdaMockError(f"partial takes a dict or a list, and not {expected!r}: of that nothing can be left out.")
    return Partial(expected)


def covers(expected: Any, found: Any) -> bool:
    """Whether `found` has all that `expected` has, as `partial` means it."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and covers(value, found[name]) for name, value in expected.items()
        )
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(found, (list, tuple))
            and len(found) == len(expected)
            and all(covers(value, found[index]) for index, value in enumerate(expected))
        )
    if isinstance(expected, re.Pattern):
        return isinstance(found, type(expected.pattern)) and expected.search(found) is not None
    return bool(found == expected)
