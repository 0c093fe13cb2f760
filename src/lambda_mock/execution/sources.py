"""The port to whatever has something to do at moments of the mock's clock, beside the events that wait.

The queues and streams of event source mappings are such, and so are schedules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import OpenQueue


class Poll(Protocol):
    """Something that a source has to do at the moment `due`, such as to read a batch and have it run."""

    @property
    def due(self) -> float:
        """The moment in epoch seconds; it may be past."""

    def work(self, drain: OpenQueue) -> None:
        """Do it. The runs that it makes belong to `drain`, and so does what their functions send."""


class Sources(Protocol):
    """Whatever has something to do at such moments."""

    def notice(self) -> None:
        """See what is there by now: mappings and where each begins to read, schedules and when each begins."""

    def begin(self) -> None:
        """Events begin to be worked off; the time that passes from now on isn't the test's."""

    def rest(self) -> None:
        """Everything has been worked off."""

    def first(self, *, everything: bool) -> Poll | None:
        """What is to be done first; without `everything` only what is due by now, or whose waiting has an end."""


class NoSources:
    """There are none."""

    def notice(self) -> None:
        """Nothing is there to be seen."""

    def begin(self) -> None:
        """Nothing will be done."""

    def rest(self) -> None:
        """Nothing was done."""

    def first(self, *, everything: bool) -> None:
        """Nothing is to be done."""
