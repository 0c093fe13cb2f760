"""What a poller is, and what it is given to work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lambda_mock.polling.queues import Queues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.lineage import OpenQueue, Run
    from lambda_mock.execution.post import Post


class Poller(Protocol):
    """Reads one source for one mapping. `mapping` is set anew whenever it was changed."""

    mapping: EventSourceMapping

    def look(self) -> None:
        """See what has come into the source, while it is still known which run has brought it, if one did."""

    def due(self) -> float | None:
        """The moment at which it has something to do next, which may be past; None while nothing is there for it."""

    def has_an_end(self) -> bool:
        """Whether it may wait for that moment by itself, since its waiting comes to an end.

        Records that are gathered for a while, and retries that are counted, are waited for. What would go on until
        records expire is done when the test lets the time pass.
        """

    def work(self, drain: OpenQueue) -> None:
        """Do what is due: one batch at the most. The run that it makes belongs to `drain`."""

    def blocked(self) -> Iterable[str]:
        """What waits, and for what, as lines for whoever wants to know why nothing happens."""


class Resolve(Protocol):
    """How a poller finds what to run."""

    def __call__(self, function_arn: str, payload: bytes, source_arn: str) -> InvocationRequest:
        """The run of the version behind a mapping's function ARN at this moment. Raises ServiceError."""


class RunBatch(Protocol):
    """How a poller has a batch run."""

    def __call__(self, request: InvocationRequest, *, cause: Run | None, drain: OpenQueue) -> InvocationResult:
        """Run it to its end. A ServiceError is Lambda's refusal to run it at all, for now (throttles) or for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all pollers of a mock share.

    `note` keeps a mapping's new LastProcessingResult, in the store of the mapping, unless it is deleted by then.
    `queues` are those of SQS that mappings read.
    """

    clock: Clock
    neighbours: Neighbourhood
    resolve: Resolve
    run: RunBatch
    post: Post
    note: Callable[[Store, EventSourceMapping, str], None]
    queues: Queues = field(init=False)

    def __post_init__(self) -> None:
        """Let all mappings of a queue see the same."""
        object.__setattr__(self, "queues", Queues(self.clock, self.neighbours))


class MakePoller(Protocol):
    """Makes the poller of a mapping, which begins to read where the mapping says."""

    def __call__(self, mapping: EventSourceMapping, store: Store, means: Means) -> Poller:
        """The poller of a mapping that has just been seen for the first time."""
