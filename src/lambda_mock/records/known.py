"""Whether the functions and qualifiers that a test asks for were ever there, and which ones may have been meant.

`assert_not_invoked("ordres")` would hold for ever where the function is called `orders`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lambda_mock.records.criteria import nearest

Names = Mapping[str, Collection[str]]
"""The functions that there are or were, each with its versions and aliases, those that are gone included."""

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A name that nothing ever had: a sentence about it, and whether another one is so similar that it was meant."""

    text: str
    meant: bool

    @classmethod
    def among(
        cls, wanted: Mapping[str, object], names: Names, seen: Callable[[str], Collection[object]]
    ) -> Unknown | None:
        """The first one of those that are asked for; what records name, as `seen` tells, is known in any case."""
        function = wanted.get("function")
        if isinstance(function, str) and function not in names and function not in seen("function"):
            return _unknown(f"there was never a function {function!r}.", function, names)
        of_all = {each for qualifiers in names.values() for each in qualifiers}
        known = names.get(function, of_all) if isinstance(function, str) else of_all
        for criterion, what in (("qualifier", "version or alias"), ("version", "version")):
            asked = wanted.get(criterion)
            if criterion == "version":
                known = {each for each in known if each.isdecimal() or each.startswith("$")}
            if isinstance(asked, str) and asked not in known and asked not in seen(criterion):
                whose = repr(function) if isinstance(function, str) else "no function"
                never = "never" if isinstance(function, str) else "ever"
                return _unknown(f"{whose} {never} had a {what} {asked!r}.", asked, known)
        return None

    def __str__(self) -> str:
        return self.text


def _unknown(text: str, name: str, known: Collection[str]) -> Unknown:
    hint = nearest(name, known)
    listed = sorted(known, key=lambda each: (not each.isdecimal(), len(each) if each.isdecimal() else 0, each))
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    there = (
        f" There is or was {', '.join(map(repr, listed[:_MOST_NAMED]))}{more}." if listed else " There was none at all."
    )
    return Unknown(text=f"{text}{hint}{there}", meant=bool(hint))
