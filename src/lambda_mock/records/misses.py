"""What an assertion about records says when it fails: what was expected, what was found, and what came nearest.

It knows records only by their text and by the criteria that it is given. The text is made when an assertion has failed,
and can be made again with more or less detail, and with colour: pytest's plugin knows what was asked for.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_mock.records.diff import Detail, cut, diff, distance

if TYPE_CHECKING:
    from lambda_mock.records.criteria import Criteria

_MOST_NAMED = 12
_PLAIN = (str, int, type(None))
_OBJECT = re.compile(r"\s*\{.*\}\s*", re.DOTALL)

Retell = Callable[[Detail], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a test expects of the records: `times` of them (None: at least one) that have all the `wanted` values."""

    noun: str
    plural: str
    wanted: Mapping[str, object]
    criteria: Criteria
    times: int | None
    _texts: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Spell out what is more than a word: some matchers show what they met last, once they were compared."""
        texts = {name: repr(value) for name, value in self.wanted.items() if not isinstance(value, _PLAIN)}
        object.__setattr__(self, "_texts", texts)

    def matches(self, record: object) -> bool:
        """Whether the record is one of those that the test asks for."""
        return all(self.criteria[name].read(record) == value for name, value in self.wanted.items())

    def is_met_by(self, found: int) -> bool:
        """Whether that many matching records are as expected."""
        return found > 0 if self.times is None else found == self.times

    def found_in(self, record: object) -> dict[str, object]:
        """What the record has in place of each value that is asked for."""
        return {name: self.criteria[name].read(record) for name in self.wanted}

    def listed(self, detail: Detail) -> str:
        """What is asked for, as the keyword arguments that asked for it."""
        return ", ".join(
            f"{name}={cut(self._texts.get(name) or repr(value), detail.width)}" for name, value in self.wanted.items()
        )

    def failure(self, records: Sequence[object], dropped: int, forgotten: str, unknown: object, detail: Detail) -> str:
        """The whole text of the failed assertion. Records are numbered as they came, the `dropped` ones included."""
        numbered = list(enumerate(records, start=dropped + 1))
        found = [(number, record) for number, record in numbered if self.matches(record)]
        lines = [
            f"Expected: {self._counted()} with {self.listed(detail)}",
            f"Found:    {len(found) or 'none'}"
            + (f" among {len(records)}" if records else f": there was no {self.noun} at all"),
            *some((f"  #{number}  {record}" for number, record in found), len(found), detail),
        ]
        if forgotten:
            lines.append(forgotten)
        if self.times is None or len(found) < self.times:
            lines += [
                *([sentence(unknown)] if unknown else self._never_seen(records)),
                *self._json_as_text(),
                *self.nearest(numbered, detail),
            ]
        return "\n".join(lines)

    def _counted(self) -> str:
        words = {None: f"at least one {self.noun}", 0: f"no {self.noun}", 1: f"exactly 1 {self.noun}"}
        return words.get(self.times, f"exactly {self.times} {self.plural}")

    def _never_seen(self, records: Sequence[object]) -> Iterator[str]:
        """For each word that no record has: what there is instead, the most similar ones first."""
        for name, value in self.wanted.items():
            criterion = self.criteria[name]
            if criterion.kind != "text":
                continue
            seen = {repr(criterion.read(record)) for record in records}
            if seen and not any(criterion.read(record) == value for record in records):
                wanted = self._texts.get(name) or repr(value)
                similar = difflib.get_close_matches(wanted, seen, n=3)
                known = similar + sorted(seen.difference(similar))
                yield f"No {self.noun} has {name}={wanted}. There are: {', '.join(known[:_MOST_NAMED])}"

    def _json_as_text(self) -> Iterator[str]:
        """What to do where JSON is asked for as boto3 takes it: a text is an event, too, and not what it spells."""
        for name, value in self.wanted.items():
            if self.criteria[name].kind == "json" and isinstance(value, str) and _OBJECT.fullmatch(value):
                yield f"{name} is asked for as text, and that is no object: give it as a dict, or the JSON as bytes."

    def nearest(self, numbered: Sequence[tuple[int, object]], detail: Detail) -> list[str]:
        """Those that have at least one of the values and are the least far from the others, with what differs."""
        misses = []
        for number, record in numbered:
            wrong = [name for name, value in self.wanted.items() if self.criteria[name].read(record) != value]
            if 0 < len(wrong) < len(self.wanted):
                misses.append((sum(self._distance(name, record) for name in wrong), number, record, wrong))
        if not misses:
            return []
        misses.sort(key=lambda miss: miss[:2])
        lines = ["Nearest (- expected, + found):"]
        for _, number, record, wrong in misses[: detail.records]:
            lines.append(f"  #{number}  {record}")
            for name in wrong:
                found = self.criteria[name].read(record)
                lines += [f"      {line}" for line in diff(f"{name}=", self.wanted[name], found, detail)]
        more = len(misses) - detail.records
        return lines if more <= 0 else [*lines, f"  … and {more} more"]

    def _distance(self, name: str, record: object) -> float:
        """From half to the whole weight of a criterion, by how much of the value is as it should be."""
        return self.criteria[name].weight * (1 + distance(self.wanted[name], self.criteria[name].read(record))) / 2


def unmet(retell: Retell) -> AssertionError:
    """The error of an assertion, which carries with it how its text is made: see `retell_of`."""
    error = AssertionError(retell(Detail()))
    vars(error)["_retell"] = retell
    return error


def retell_of(error: BaseException) -> Retell | None:
    """What makes the text of an assertion of ours anew; None for any other error."""
    found: Retell | None = vars(error).get("_retell")
    return found


def some(lines: Iterator[str], number: int, detail: Detail) -> list[str]:
    """The first lines, and how many more there are of them."""
    most = detail.records + 2
    shown = [line for _, line in zip(range(most), lines, strict=False)]
    return shown if number <= most else [*shown, f"  … and {number - most} more"]


def sentence(text: object) -> str:
    """The text with a capital letter."""
    words = str(text)
    return words[0].upper() + words[1:]
