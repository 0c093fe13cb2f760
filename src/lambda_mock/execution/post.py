"""The post: brings what Lambda tells about an event to the destination and the dead-letter target that were set.

Where nobody keeps queues, topics, buses and buckets the delivery is believed to succeed, as the ARN was believed. What
can't be delivered is gone, as on AWS, which counts it in a metric; here it is a warning. Every delivery is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from lambda_mock.domain.neighbours.port import NeighbourError
from lambda_mock.errors import ServiceError, warn
from lambda_mock.execution.destinations import SUCCESS, Ending, error_attributes, record

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.neighbours.port import Attributes
    from lambda_mock.execution.executor import Event

DESTINATION = "destination"
DEAD_LETTER = "dead letter"
DISCARDED = "discarded"
"""What nobody is told: records that were given up, where no destination is set for that."""

_LARGEST_SNS_MESSAGE = 262_144
_FAILURES = {
    DESTINATION: ("the record", "DestinationDeliveryFailures"),
    DEAD_LETTER: ("the dead letter", "DeadLetterErrors"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something that Lambda sends about an event, or a batch of records: `to` is an ARN, `body` JSON text.

    `function_arn` is qualified, and whose event it was. `condition` is how that ended, at the `moment` in epoch
    seconds. In a bucket it is put into a `folder`. `onward` makes an event of it, where it can go to a function.
    """

    kind: str
    to: str
    body: bytes
    function_arn: str
    request_id: str
    condition: str
    moment: float
    folder: str
    trace: str = ""
    attributes: Attributes = field(default_factory=dict)
    onward: Callable[[str, bytes], Event] | None = None

    @property
    def service(self) -> str:
        """The service that the ARN is of, such as `sqs`."""
        return "".join(self.to.split(":")[2:3])


class Post:
    """Delivers by way of the neighbours, and to functions by the event itself.

    `random_uuid` is the random part of the keys of objects. `on_delivery` is told of every letter, and why it couldn't
    be delivered, or None.
    """

    __slots__ = ("_neighbourhood", "_on_delivery", "_random_uuid")

    def __init__(
        self,
        neighbourhood: Neighbourhood,
        random_uuid: Callable[[], str],
        on_delivery: Callable[[Letter, str | None], None],
    ) -> None:
        self._neighbourhood = neighbourhood
        self._random_uuid = random_uuid
        self._on_delivery = on_delivery

    def tell(self, event: Event, ending: Ending) -> Iterator[Event]:
        """Deliver what is to be told about the end of an event; gives the events that this makes for functions."""
        for letter in _letters(event, ending):
            onward, why_not = self._delivered(letter)
            self._tell(letter, why_not)
            if onward is not None:
                yield onward

    def send(self, letter: Letter) -> None:
        """Deliver what is to be told about records that were given up; without a destination it is only reported."""
        self._tell(letter, self._delivered(letter)[1] if letter.to else None)

    def new_id(self) -> str:
        """An id for a request that nobody has made, since Lambda had no reason to."""
        return self._random_uuid()

    def _tell(self, letter: Letter, why_not: str | None) -> None:
        self._on_delivery(letter, why_not)
        if why_not is not None:
            _warn(letter, why_not)

    def _delivered(self, letter: Letter) -> tuple[Event | None, str | None]:
        """The event that a letter has become for a function, and why it couldn't be delivered: None each if not so."""
        try:
            if letter.service == "lambda" and letter.onward is not None:
                return letter.onward(letter.to, letter.body), None
            send = _SENDERS.get(letter.service)
            if send is None:
                return None, "Lambda sends nothing to this service."
            if letter.to.endswith(".fifo"):
                return None, "Lambda sends nothing to FIFO queues and FIFO topics."
            send(self, letter)
        except ServiceError as error:
            return None, f"{error.code}: {error.message}"
        except NeighbourError as error:
            return None, str(error)
        return None, None

    def _to_queue(self, letter: Letter) -> None:
        body, trace = letter.body.decode(), letter.trace
        self._neighbourhood.ask(lambda them: them.send_message(letter.to, body, letter.attributes, trace=trace))

    def _to_topic(self, letter: Letter) -> None:
        message = letter.body.decode()
        self._neighbourhood.ask(lambda them: them.publish(letter.to, message, letter.attributes))

    def _to_bus(self, letter: Letter) -> None:
        result = "Success" if letter.condition == SUCCESS else "Failure"
        self._neighbourhood.ask(
            lambda them: them.put_event(
                letter.to,
                detail_type=f"Lambda Function Invocation Result - {result}",
                resources=[letter.to, letter.function_arn],
                detail=letter.body.decode(),
            )
        )

    def _to_bucket(self, letter: Letter) -> None:
        region, account_id = letter.function_arn.split(":")[3:5]
        moment = datetime.fromtimestamp(letter.moment, tz=timezone.utc)
        key = f"{letter.folder}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{self._random_uuid()}"
        bucket = letter.to.rpartition(":")[2]
        self._neighbourhood.ask(
            lambda them: them.put_object(bucket, key, letter.body, account_id=account_id, region=region)
        )


_SENDERS: Mapping[str, Callable[[Post, Letter], None]] = {
    "events": Post._to_bus,  # noqa: SLF001 - its own table
    "s3": Post._to_bucket,  # noqa: SLF001
    "sns": Post._to_topic,  # noqa: SLF001
    "sqs": Post._to_queue,  # noqa: SLF001
}


def _letters(event: Event, ending: Ending) -> Iterator[Letter]:
    settings = event.settings()
    succeeded = ending.condition == SUCCESS
    destination = settings.on_success if succeeded else settings.on_failure
    if destination:
        letter = _letter(event, ending, kind=DESTINATION, to=destination, body=record(event, ending))
        if letter.service == "sns" and not succeeded and len(letter.body) > _LARGEST_SNS_MESSAGE:
            letter = replace(letter, body=record(event, ending, payloads=False))
        yield replace(letter, onward=event.onward)
    target = "" if succeeded else event.dead_letter_target()
    if target:
        letter = _letter(event, ending, kind=DEAD_LETTER, to=target, body=event.payload)
        yield replace(letter, attributes=error_attributes(event, ending))


def _letter(event: Event, ending: Ending, *, kind: str, to: str, body: bytes) -> Letter:
    return Letter(
        kind=kind,
        to=to,
        body=body,
        function_arn=event.qualified_arn,
        request_id=event.request_id,
        condition=ending.condition,
        moment=ending.moment,
        folder=f"aws/lambda/async/{event.qualified_arn.split(':')[6]}",
        trace=event.trace,
    )


def _warn(letter: Letter, why: str) -> None:
    what, metric = _FAILURES[letter.kind]
    warn(
        f"Lambda can't send {what} of an event for {letter.function_arn} ({letter.condition}) to "
        f"{letter.to}, and drops it; AWS counts that in {metric}. {why}"
    )
