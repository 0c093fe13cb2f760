"""Whether records came in some order, with whatever else in between, and where that ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.records.misses import Expectation, sentence, some

if TYPE_CHECKING:
    from lambda_mock.records.diff import Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Steps, each a record that is expected behind that of the step before."""

    steps: Sequence[Expectation]
    noun: str

    def find(self, records: Sequence[object]) -> list[int | None]:
        """The place of the first record for each step; None from the first step on for which there is none left."""
        found: list[int | None] = []
        start = 0
        for step in self.steps:
            places = (place for place in range(start, len(records)) if step.matches(records[place]))
            place = None if found and found[-1] is None else next(places, None)
            found.append(place)
            start = 0 if place is None else place + 1
        return found

    def failure(self, records: Sequence[object], dropped: int, note: object, detail: Detail) -> str:
        """The steps with the numbers of what was found for them, and what came nearest to the one that is missing.

        `note` is what else is known of that one, or None.
        """
        found = self.find(records)
        missing = found.index(None)
        last = found[missing - 1] if missing else None
        start = 0 if last is None else last + 1
        numbered = list(enumerate(records, start=dropped + 1))
        lines = ["Expected, in this order:"]
        for place, step in zip(found, self.steps, strict=True):
            number = "   —" if place is None else f"#{place + dropped + 1}".rjust(4)
            lines.append(f"  {number}  {step.listed(detail)}")
        behind = f" behind #{start + dropped}" if start else ""
        lines.append(f"Found:    no {self.noun}{behind} with {self.steps[missing].listed(detail)}")
        if note is not None:
            lines.append(sentence(note))
        earlier = [number for number, record in numbered[:start] if self.steps[missing].matches(record)]
        if earlier:
            lines.append(f"Before:   {', '.join(f'#{number}' for number in earlier[-detail.records :])}")
        lines += self.steps[missing].nearest(numbered[start:], detail)
        lines += ["All:", *some((f"  #{number}  {record}" for number, record in numbered), len(records), detail)]
        return "\n".join(lines)
