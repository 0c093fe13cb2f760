"""Watching a mock: each call, run and delivery becomes an event beneath what has led to it, and changes become steps.

An event is told when it ends, and by then what came of it has been told. What a run belongs beneath is a frame, which
the thread of control carries along: a call that is being answered, or another doing of the mock's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

from lambda_mock.execution.lineage import current
from lambda_mock.names import account_named_in, function_named_in, qualifier_named_in
from lambda_mock.reporting.pictures import Key, Picture, picture_of, survey
from lambda_mock.reporting.story import Bounded, Event, Story, children
from lambda_mock.reporting.texts import as_json, beginning, clean, ending, name_of

if TYPE_CHECKING:
    from lambda_mock.activation import Activation
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run
    from lambda_mock.mock import LambdaMock
    from lambda_mock.records import Call, Invocation
    from lambda_mock.records.deliveries import Delivery
    from lambda_mock.wire.reply import Exchange, Reply

_Answer = TypeVar("_Answer")

# What they name stands in the event's own line.
_NAMES = {"FunctionName", "Qualifier", "Name"}
# Of these lines the event itself tells what they say.
_FRAME_OF_LOG = re.compile(r"^(?:START RequestId: .*|END RequestId: .*|REPORT RequestId: .*)\n?", re.MULTILINE)


class _Frame:
    """Something that is being done, and what came of it. `pictures` are the functions as they stood when it began.

    After each run they are those of that moment: whatever the frame leads to next starts from there.
    """

    __slots__ = ("call", "children", "number", "pictures", "run", "time", "watch")

    def __init__(self, watch: PageWatch) -> None:
        self.watch = watch
        self.number = watch.story.next_number()
        self.children = children()
        self.run = current()
        self.call: Call | None = None
        self.time = watch.now()
        self.pictures = watch.pictures


_open: ContextVar[_Frame | None] = ContextVar("lambda_mock_frame", default=None)


class PageWatch:
    """Tells the story of one mock to `story_of_now`, which gives that of the test that runs."""

    def __init__(self, activation: Activation, story_of_now: Callable[[], Story]) -> None:
        self._clock = activation.clock
        self._backend = activation.backend
        self._config = cast("LambdaMock", activation.owner).config
        self._story_of_now = story_of_now
        self._inside: dict[int, tuple[Run, Bounded]] = {}
        self._stood: Mapping[Key, Picture] = {}
        self.pictures: Mapping[Key, Picture | None] = {}
        _ = self.story

    def now(self) -> float:
        """The moment by the mock's clock."""
        return self._clock.time()

    @property
    def story(self) -> Story:
        """The story of the test that runs; when it first hears of this mock, all functions are looked at."""
        story = self._story_of_now()
        _, is_new = self._number()
        if is_new:
            self._stood = self.pictures = survey(self._backend)
        return story

    # What the activation tells ------------------------------------------------------------------------------------

    def answer(self, answering: Callable[[Exchange], Reply], exchange: Exchange) -> Reply:
        """Let a call be answered, and note it with what came of it meanwhile."""
        frame, error, answered = _Frame(self), None, ""
        token = _open.set(frame)
        try:
            reply = answering(exchange)
            error, answered = _came_of(reply)
        except BaseException as raised:
            error, answered = type(raised).__name__, beginning(str(raised))
            raise
        finally:
            _open.reset(token)
            self._note_call(frame, exchange, error, answered)
        return reply

    def hearing(self, keep: Callable[[Call], None]) -> Callable[[Call], None]:
        """Remember the call that is being answered, and pass it on to who keeps them."""

        def hear(call: Call) -> None:
            frame = self._frame()
            if frame is not None:
                frame.call = call
            keep(call)

        return hear

    def performed(self, operation: str, parameters: Mapping[str, Any], region: str, account_id: str) -> None:
        """Note an operation that the mock itself has performed."""
        event = _event("arranged", self.story.next_number(), operation, self.now())
        event.update(_some(about=_about(parameters), asked=as_json(parameters)))
        self._place(event)
        self._look(event, parameters, region, account_id)

    def arranged(self, what: str) -> None:
        """Note what the test has arranged."""
        self._place(_event("arranged", self.story.next_number(), name_of(what), self.now()))

    def during(self, what: str, doing: Callable[[], _Answer]) -> _Answer:
        """Do something that may lead to runs, and note them beneath it."""
        frame = _Frame(self)
        token = _open.set(frame)
        try:
            return doing()
        finally:
            _open.reset(token)
            event = _event("arranged", frame.number, what, frame.time)
            event["took"] = _milliseconds(self.now() - frame.time)
            self._place(event, frame.children)

    def ran(self, request: InvocationRequest, invocation: Invocation) -> None:
        """Note a run, and where the alias that led to it led at that moment."""
        story, frame = self.story, self._frame()
        error = invocation.function_error and (invocation.error_type or invocation.function_error)
        story.ran(invocation.function, invocation.duration, error)
        event = _event("run", story.next_number(), invocation.function, invocation.time)
        event.update(_told_by(invocation), took=round(invocation.duration, 3), **_some(error=error))
        key = Key(invocation.account_id, invocation.region, invocation.function)
        in_force = (self.pictures if frame is None else frame.pictures).get(key)
        alias = in_force.alias(invocation.qualifier) if in_force is not None and invocation.qualifier else None
        if alias is not None:
            story.went(self._function(key), alias, invocation.version)
        _, came_of_it = self._inside.pop(id(request), (None, None))
        self._place(event, came_of_it)
        if frame is not None:
            frame.pictures = self.pictures

    def delivered(self, delivery: Delivery) -> None:
        """Note a delivery."""
        story = self.story
        story.delivered()
        event = _event("delivery", story.next_number(), delivery.target or delivery.kind, delivery.time)
        about = f"{delivery.function}:{delivery.qualifier}"
        via = f"{delivery.kind}: {delivery.condition}"
        event.update(_some(error=delivery.error, about=about, via=via, asked=beginning(delivery.body)))
        self._place(event)

    # What becomes of it -------------------------------------------------------------------------------------------

    def _note_call(self, frame: _Frame, exchange: Exchange, error: str | None, answered: str) -> None:
        operation, call = exchange.operation.name, frame.call
        self.story.called(operation, error)
        event = _event("call", frame.number, operation, frame.time)
        event["took"] = _milliseconds(self.now() - frame.time)
        event.update(_some(error=error, answered=answered, attempt=exchange.attempt - 1 and exchange.attempt))
        if call is not None:
            parameters = call.parameters
            if any(child["kind"] == "run" for child in frame.children.events()):
                parameters = _without_payload(parameters)
                event.pop("answered", None)
            if parameters.keys() <= _NAMES:
                parameters = {}
            event.update(_some(about=_about(call.parameters), asked=parameters and as_json(parameters), via=call.fault))
            self._look(event, call.parameters, call.region, call.account_id)
        self._place(event, frame.children)

    def _look(self, event: Event, parameters: Mapping[str, Any], region: str, account_id: str) -> None:
        """See whether the function that a call is about has changed."""
        name = function_named_in(parameters)
        if name is None or event["name"].startswith("Invoke"):
            return
        key = Key(account_named_in(parameters) or account_id, region, name)
        before, after = self.pictures.get(key), picture_of(self._backend, key)
        if after != before:
            self.pictures = {**self.pictures, key: after}
            self.story.step(event["id"], self._function(key), after)

    def _function(self, key: Key) -> int:
        mock, _ = self._number()
        return self.story.function(mock, key, self._stood.get(key))

    def _number(self) -> tuple[int, bool]:
        config = self._config
        return self._story_of_now().mock(self, config.region, config.account_id, config.seed)

    def _frame(self) -> _Frame | None:
        """The frame of this mock that is open here."""
        frame = _open.get()
        return frame if frame is not None and frame.watch is self else None

    def _place(self, event: Event, came_of_it: Bounded | None = None) -> None:
        """Put an event beneath the run or the frame that has led to it, whichever of them is the inner one."""
        event["mock"], _ = self._number()
        if came_of_it is not None:
            event.update(_some(children=came_of_it.events()))
        run, frame = current(), self._frame()
        if frame is not None and frame.run is run:
            frame.children.append(event)
        elif run is not None and not run.ended:
            self._inside.setdefault(id(run.request), (run, children()))[1].append(event)
        else:
            self.story.event(event)


def _came_of(reply: Reply) -> tuple[str | None, str]:
    """The error of a call as its record has it, and what was answered."""
    if reply.lost is not None:
        return reply.lost, ""
    if reply.error is not None:
        return reply.error.code, clean(reply.error.message or "")
    return None, as_json(_without_payload(reply.members))


def _event(kind: str, number: int, name: str, time: float) -> Event:
    return {"id": number, "kind": kind, "name": name_of(name), "time": round(time, 6)}


def _some(**members: object) -> dict[str, object]:
    """Those that say something."""
    return {name: value for name, value in members.items() if value}


def _told_by(invocation: Invocation) -> dict[str, object]:
    sent = "event" if invocation.invocation_type == "Event" else None
    return {
        "version": invocation.version,
        **_some(
            about=invocation.qualifier,
            attempt=invocation.attempt - 1 and invocation.attempt,
            via=invocation.source_arn or sent,
            asked=beginning(invocation.payload),
            answered=beginning(invocation.result),
            log=ending(_FRAME_OF_LOG.sub("", invocation.log)),
        ),
    }


def _about(parameters: Mapping[str, Any]) -> str | None:
    named = ":".join(filter(None, (function_named_in(parameters), qualifier_named_in(parameters))))
    return name_of(named) if named else None


def _without_payload(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a run shows, or nobody has read yet, needs no place in the call that led to it."""
    return {name: value for name, value in members.items() if name not in {"Payload", "EventStream", "LogResult"}}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
