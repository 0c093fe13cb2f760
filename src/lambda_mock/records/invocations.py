"""The runs of functions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.records.criteria import Criteria, Criterion, Outcome, texts
from lambda_mock.records.listing import Records
from lambda_mock.records.texts import joined, short_of, shortened

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.records.keywords import FurtherInvocationCriteria, InvocationCriteria

# unittest's tracebacks end at the line of the test.
__unittest = True

# Frames of a stack trace that are in no code of the function's author.
_LIBRARIES = re.compile(r"site-packages|/lib/python3|/var/(lang|runtime)/|\(node:")
_TIMED_OUT = "Sandbox.Timedout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One run of a function.

    `account_id` is that of the function, whoever invoked it. `version` is what ran, `qualifier` the version or alias
    that the caller named, or None. `payload` and `result` are JSON text. `function_error` is None or `Unhandled`. `log`
    is the run's whole log, `duration` is in milliseconds, `source_arn` is what an event of another service came from (a
    bucket, a queue), else None. `time` is the start in epoch seconds. `attempt` counts from 1: AWS runs an event again
    that failed.
    """

    function: str
    version: str
    qualifier: str | None
    payload: bytes
    result: bytes
    function_error: str | None
    log: str
    duration: float
    request_id: str
    region: str
    account_id: str
    time: float
    attempt: int = 1
    invocation_type: str = "RequestResponse"
    source_arn: str | None = None

    @property
    def event(self) -> Any:
        """The event as the handler got it. Parsed anew each time, so that nobody can edit the record."""
        return json.loads(self.payload)

    @property
    def response(self) -> Any:
        """What the function returned, or AWS's object that says how it failed; bytes that are no JSON as they are."""
        try:
            return json.loads(self.result) if self.result else None
        except ValueError:
            return self.result

    @property
    def error_type(self) -> str | None:
        """The `errorType` of a run that failed, such as `ValueError`; None for one that didn't."""
        error_type: str | None = self._told("errorType")
        return error_type

    @property
    def error_message(self) -> str | None:
        """The `errorMessage` of a run that failed; None for one that didn't."""
        message = self._told("errorMessage")
        return message if isinstance(message, str) else None

    @property
    def outcome(self) -> str:
        """How it ended: `succeeded`, `timed out`, or `failed` in any other way, of which `error_type` tells more."""
        if self.function_error is None:
            return "succeeded"
        return "timed out" if self.error_type == _TIMED_OUT else "failed"

    @property
    def failed_at(self) -> str | None:
        """Where a run failed: of its stack trace the innermost place in code of the function's own.

        It is as the runtime wrote it; None for a run that didn't fail, or whose trace has no such place.
        """
        python, node = self._told("stackTrace"), self._told("trace")
        frames = [*reversed(python)] if isinstance(python, list) else node if isinstance(node, list) else []
        places = (frame for frame in frames if isinstance(frame, str) and frame.startswith(" "))
        return next((place for place in places if not _LIBRARIES.search(place)), None)

    def _told(self, member: str) -> Any:
        response = self.response if self.function_error is not None else None
        return response.get(member) if isinstance(response, dict) else None

    def __str__(self) -> str:
        event = shortened(self.payload.decode(errors="replace"))
        attempt = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        where = f" on version {self.version}" if self.version != self.qualifier else ""
        message = str(self._told("errorMessage") or "").removeprefix(f"RequestId: {self.request_id} Error: ")
        message = shortened(" ".join(message.split()))
        failure = ": ".join(filter(None, (self.error_type, message))) or self.function_error
        failed = "" if failure is None else f" → {failure}"
        source = f" from {short_of(self.source_arn)}" if self.source_arn else ""
        return f"{joined(self.function, self.qualifier)}{where}{attempt}{source} with {event}{failed}"


class Invocations(Records[Invocation]):
    """The runs of functions, whoever asked for them: each attempt of an event that was run again is one."""

    noun = "invocation"
    plural = "invocations"
    leading = "function"
    criteria: ClassVar[Criteria] = {
        **texts("function", weight=4),
        **texts("qualifier", optional=True, weight=2),
        **texts("version", weight=2),
        "payload": Criterion(read=attrgetter("event"), kind="json", weight=2),
        "outcome": Outcome(read=attrgetter("outcome"), choices=("succeeded", "failed", "timed out")),
        "response": Criterion(read=attrgetter("response"), kind="json", optional=True),
        **texts("error_type", "error_message", "function_error", optional=True),
        "log": Criterion(read=attrgetter("log"), kind="log"),
        "invocation_type": Criterion(read=attrgetter("invocation_type"), choices=("RequestResponse", "Event")),
        **texts("source_arn", optional=True),
        "attempt": Criterion(read=attrgetter("attempt"), kind="number"),
        "duration": Criterion(read=attrgetter("duration"), kind="number"),
        **texts("region", "account_id", "request_id"),
    }

    def _size(self, record: Invocation) -> int:
        return len(record.payload) + len(record.result) + len(record.log)

    def filter(self, **criteria: Unpack[InvocationCriteria]) -> Invocations:
        """The runs that meet all these criteria.

        - `function`, in any form of name: a qualifier, region or account in it counts as a criterion of its own
        - `qualifier`: the version or alias that was invoked, or None; `version`: what ran, a number or `$LATEST`
        - `payload`: the event as the handler got it, or JSON text as bytes
        - `outcome`: `succeeded`, `timed out`, or `failed` for any failure
        - `response`: what the function returned, or AWS's object that says how it failed
        - `error_type`, `error_message`, `function_error`: how it failed, or None
        - `log`: a part of the run's log
        - `invocation_type`: `RequestResponse` or `Event`; `source_arn`: the bucket, queue and so on that it came from
        - `attempt`: 1, and more for events that were run again; `duration` in milliseconds, for matchers
        - `region`, `account_id` (whose function ran), `request_id`

        A value means equality; `partial` asks for a part of a dict, a compiled pattern looks into text, and matchers of
        any library decide for themselves. A
        name that nothing ever had, but that is like one that something has, is a LambdaMockWarning.
        """
        return self._filter(criteria)

    def assert_invoked(
        self, function: str, *, times: int | None = None, **criteria: Unpack[FurtherInvocationCriteria]
    ) -> Invocations:
        """Fail unless the function ran: `times` times, or at least once. Gives the invocations that were found.

        The criteria are those of `filter`: `qualifier`, `version`, `payload` and others.
        """
        __tracebackhide__ = True
        return self._assert({"function": function, **criteria}, times)

    def assert_invoked_once(self, function: str, **criteria: Unpack[FurtherInvocationCriteria]) -> Invocation:
        """Fail unless the function ran exactly once so, and give that run. The criteria are those of `filter`."""
        __tracebackhide__ = True
        return self._once({"function": function, **criteria})

    def assert_not_invoked(self, function: str, **criteria: Unpack[FurtherInvocationCriteria]) -> None:
        """Fail if the function ran so. The criteria are those of `filter`.

        Where it could only hold, because there was never a function, version or alias of that name, it is a
        LambdaMockError.
        """
        __tracebackhide__ = True
        self._assert({"function": function, **criteria}, 0)
