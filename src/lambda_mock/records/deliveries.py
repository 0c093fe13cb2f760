"""What Lambda has sent to destinations and dead-letter targets, for assertions and failure reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.errors import LambdaMockError
from lambda_mock.records.criteria import Criteria, Criterion, texts
from lambda_mock.records.listing import Records

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.records.keywords import DeliveryCriteria, FurtherDeliveryCriteria

# unittest's tracebacks end at the line of the test.
__unittest = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that Lambda sent about an event, or a batch of records, that has come to its end.

    `kind` is `destination` or `dead letter`, `target` the ARN that it was sent to; records of a stream that were given
    up without a destination are `discarded`, and `target` is empty. `body` is JSON text: AWS's record of
    the outcome for a destination, the event for dead letters, beside which `attributes` say what went wrong.
    `condition` is why: `Success`, `RetriesExhausted`, `EventAgeExceeded` and so on. `error` is None where it was
    delivered, or where nobody in this test has queues and topics; else it says why it could not be. `function`,
    `qualifier` (`$LATEST` where none was named), `region` and `account_id` are what the event was sent to, and
    `request_id` is the event's. `time` is in epoch seconds.
    """

    kind: str
    target: str
    body: bytes
    condition: str
    error: str | None
    function: str
    qualifier: str
    region: str
    account_id: str
    request_id: str
    time: float
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def record(self) -> Any:
        """The body as an object, parsed anew each time, so that nobody can edit what was sent."""
        return json.loads(self.body)

    def __str__(self) -> str:
        failed = "" if self.error is None else f" → {self.error}"
        to = f" to {self.target}" if self.target else ""
        return f"{self.kind} of {self.function}:{self.qualifier} ({self.condition}){to}{failed}"


class Deliveries(Records[Delivery]):
    """What was sent to destinations and dead-letter targets, in the order in which it was sent."""

    noun = "delivery"
    plural = "deliveries"
    leading = "target"
    criteria: ClassVar[Criteria] = {
        **texts("target", weight=3),
        "kind": Criterion(read=attrgetter("kind"), choices=("destination", "dead letter", "discarded"), weight=2),
        **texts("condition"),
        "record": Criterion(read=attrgetter("record"), kind="json"),
        "attributes": Criterion(read=attrgetter("attributes"), kind="members"),
        **texts("function", weight=2),
        **texts("qualifier", "region", "account_id", "request_id"),
        **texts("error", optional=True),
    }

    def _size(self, record: Delivery) -> int:
        return len(record.body)

    def filter(self, **criteria: Unpack[DeliveryCriteria]) -> Deliveries:
        """What meets all these criteria.

        - `target`: the ARN that it was sent to, empty for what was discarded
        - `kind`: `destination`, `dead letter` or `discarded`; `condition`: why, such as `RetriesExhausted`
        - `record`: what was sent, as an object; `attributes`: those that matter
        - `error`: why it could not be delivered, or None
        - `function`, `qualifier`, `region`, `account_id`, `request_id` of the event

        Values are taken as by `mock.invocations.filter`.
        """
        return self._filter(criteria)

    def assert_delivered(
        self, target: str, *, times: int | None = None, **criteria: Unpack[FurtherDeliveryCriteria]
    ) -> Deliveries:
        """Fail unless something was delivered to that ARN: `times` times, or at least once. Gives what was found.

        The criteria are those of `filter`.
        """
        __tracebackhide__ = True
        return self._assert({"target": target, "error": None, **criteria}, times)

    def assert_delivered_once(self, target: str, **criteria: Unpack[FurtherDeliveryCriteria]) -> Delivery:
        """Fail unless exactly one thing was delivered to that ARN, and give it. The criteria are those of `filter`."""
        __tracebackhide__ = True
        return self._once({"target": target, "error": None, **criteria})

    def assert_not_delivered(self, target: str, **criteria: Unpack[FurtherDeliveryCriteria]) -> None:
        """Fail if something was delivered to that ARN. The criteria are those of `filter`."""
        __tracebackhide__ = True
        self._assert({"target": target, "error": None, **criteria}, 0)

    def _wanted(self, name: str, value: object, criteria: Mapping[str, object]) -> object:
        if name == "target" and isinstance(value, str) and value and not value.startswith("arn:"):
            raise LambdaMockError(f"{self._name}: target is the ARN of a destination, and not {value!r}.")
        return super()._wanted(name, value, criteria)
