"""Several sources as one: of what each has to do first, the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_mock.execution.sources import Poll, Sources


class Together:
    """Sources that have their turns by their moments; at the same one the first of them comes first."""

    __slots__ = ("_sources",)

    def __init__(self, *sources: Sources) -> None:
        self._sources = sources

    def notice(self) -> None:
        """See what is there."""
        for source in self._sources:
            source.notice()

    def begin(self) -> None:
        """Events begin to be worked off."""
        for source in self._sources:
            source.begin()

    def rest(self) -> None:
        """Everything has been worked off."""
        for source in self._sources:
            source.rest()

    def first(self, *, everything: bool) -> Poll | None:
        """What is to be done first."""
        turns = [turn for source in self._sources if (turn := source.first(everything=everything)) is not None]
        return min(turns, key=lambda turn: turn.due) if turns else None
