"""Several sources as one: of what each has to do first, the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import OpenQueue


class Turn(Protocol):
    """Something that is to be done at a moment."""

    @property
    def due(self) -> float:
        """The moment in epoch seconds; it may be past."""

    def work(self, drain: OpenQueue) -> None:
        """Do it."""


class Source(Protocol):
    """Whatever has something to do at moments of the mock's clock."""

    def notice(self) -> None:
        """See what is there."""

    def begin(self) -> None:
        """Events begin to be worked off; the time that passes from now on isn't the test's."""

    def rest(self) -> None:
        """Everything has been worked off."""

    def first(self, *, everything: bool) -> Turn | None:
        """What is to be done first; without `everything` only what is due by now, or whose waiting has an end."""


class Together:
    """Sources that have their turns by their moments; at the same one the first of them comes first."""

    __slots__ = ("_sources",)

    def __init__(self, *sources: Source) -> None:
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

    def first(self, *, everything: bool) -> Turn | None:
        """What is to be done first."""
        turns = [turn for source in self._sources if (turn := source.first(everything=everything)) is not None]
        return min(turns, key=lambda turn: turn.due) if turns else None
