"""What happened: every API call and every invocation, kept in order for assertions and failure reports.

Recording costs next to nothing; whatever is made of a record is made when somebody asks.
"""

from __future__ import annotations

import difflib
import json
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.errors import LambdaMockError
from lambda_mock.names import account_named_in, function_named_in, qualifier_named_in
from lambda_mock.records.listing import LIMIT, Records

if TYPE_CHECKING:
    from lambda_mock.records.misses import Criteria

_LONGEST_TEXT_SHOWN = 80
_WITH_CODE = frozenset({"CreateFunction", "UpdateFunctionCode", "PublishLayerVersion"})
_UNSET: Any = object()
# Frames of a stack trace that are in no code of the function's author.
_LIBRARIES = re.compile(r"site-packages|/lib/python3|/var/(lang|runtime)/|\(node:")


@dataclass(frozen=True, slots=True)
class Archive:
    """What a recorded call keeps of a code archive: how many bytes it had. Whole ones would fill the memory."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API request: `parameters` by AWS's names, `error` AWS's code or None, `time` in epoch seconds.

    `attempt` counts from 1; botocore's retries are calls of their own. `account_id` is the account that called, and
    `owner_id` the one that it called upon: another one only where the call names a function of another account.
    """

    operation: str
    parameters: Mapping[str, Any]
    region: str
    account_id: str
    request_id: str
    attempt: int
    error: str | None
    time: float

    @property
    def function(self) -> str | None:
        """The bare name of the function that the call is about, or None."""
        return function_named_in(self.parameters)

    @property
    def owner_id(self) -> str:
        """The account whose function the call is about: the caller's own unless the call names another."""
        return account_named_in(self.parameters) or self.account_id

    @property
    def qualifier(self) -> str | None:
        """The version or alias that the call names, or None."""
        return qualifier_named_in(self.parameters)

    def __str__(self) -> str:
        about = _joined(self.function, self.qualifier)
        attempt = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        return f"{self.operation}{about and ' ' + about}{attempt}{_outcome(self.error)}"


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
        event = _shortened(self.payload.decode(errors="replace"))
        attempt = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        where = f" on version {self.version}" if self.version != self.qualifier else ""
        message = str(self._told("errorMessage") or "").removeprefix(f"RequestId: {self.request_id} Error: ")
        message = _shortened(" ".join(message.split()))
        failure = ": ".join(filter(None, (self.error_type, message))) or self.function_error
        source = f" from {_short_of(self.source_arn)}" if self.source_arn else ""
        return f"{_joined(self.function, self.qualifier)}{where}{attempt}{source} with {event}{_outcome(failure)}"


class Calls(Records[Call]):
    """The API requests that a mock has answered, each attempt of a retried one for itself.

    `operations` gives the names that there are; where it is given, asking for any other one is refused.
    """

    noun = "call"
    criteria: ClassVar[Criteria] = {
        name: operator.attrgetter(name)
        for name in ("operation", "function", "qualifier", "region", "account_id", "owner_id", "error")
    }
    account_in_names = "owner_id"

    def __init__(
        self,
        records: Iterable[Call] = (),
        *,
        operations: Callable[[], Collection[str]] | None = None,
        limit: int = LIMIT,
    ) -> None:
        super().__init__(records, limit=limit)
        self._operations = operations

    def append(self, record: Call) -> None:
        """Keep one more call, without the bytes of the code in it."""
        if record.operation in _WITH_CODE:
            record = replace(record, parameters=_without_archives(record.parameters))
        super().append(record)

    def assert_called(self, operation: str, *, times: int | None = None, **criteria: object) -> Calls:
        """Fail unless the operation was called: `times` times, or at least once. Gives the calls that were found."""
        __tracebackhide__ = True
        return self._assert({"operation": operation, **criteria}, times)

    def assert_not_called(self, operation: str, **criteria: object) -> None:
        """Fail if the operation was called."""
        __tracebackhide__ = True
        self._assert({"operation": operation, **criteria}, 0)

    def _wanted(self, name: str, value: object) -> object:
        if name != "operation" or self._operations is None or value in self._operations():
            return value
        known = sorted(self._operations())
        by_method = {operation.lower(): operation for operation in known}.get(str(value).replace("_", "").lower())
        near = [by_method] if by_method else difflib.get_close_matches(str(value), known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise LambdaMockError(f"Lambda has no operation {value!r}.{hint}")


class Invocations(Records[Invocation]):
    """The runs of functions, whoever asked for them: each attempt of an event that was run again is one."""

    noun = "invocation"
    criteria: ClassVar[Criteria] = {
        **{
            name: operator.attrgetter(name)
            for name in ("function", "qualifier", "version", "region", "account_id", "function_error", "error_type")
        },
        "payload": operator.attrgetter("event"),
    }

    def assert_invoked(
        self,
        function: str,
        *,
        qualifier: str | None = _UNSET,
        version: str = _UNSET,
        payload: Any = _UNSET,
        times: int | None = None,
        **criteria: object,
    ) -> Invocations:
        """Fail unless the function ran: `times` times, or at least once. Gives the invocations that were found.

        `payload` is the event as the handler gets it, or JSON text as bytes. `qualifier=None` means without one.
        """
        __tracebackhide__ = True
        return self._assert(_asked(function, qualifier, version, payload, criteria), times)

    def assert_not_invoked(
        self,
        function: str,
        *,
        qualifier: str | None = _UNSET,
        version: str = _UNSET,
        payload: Any = _UNSET,
        **criteria: object,
    ) -> None:
        """Fail if the function ran."""
        __tracebackhide__ = True
        self._assert(_asked(function, qualifier, version, payload, criteria), 0)

    def _wanted(self, name: str, value: object) -> object:
        if name != "payload" or not isinstance(value, bytes):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise LambdaMockError(
                f"The payload asked for is given as bytes, and they are no JSON: {value!r}"
            ) from error


def _asked(
    function: str, qualifier: object, version: object, payload: object, further: Mapping[str, object]
) -> dict[str, object]:
    given = {"qualifier": qualifier, "version": version, "payload": payload}
    return {"function": function, **{name: value for name, value in given.items() if value is not _UNSET}, **further}


def _without_archives(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_archives(value)
        if isinstance(value, Mapping) and "ZipFile" in value
        else Archive(len(value))
        if name == "ZipFile"
        else value
        for name, value in parameters.items()
    }


def _joined(function: str | None, qualifier: str | None) -> str:
    return ":".join(filter(None, (function, qualifier)))


def _short_of(arn: str) -> str:
    """The service and the resource of an ARN, which tell in a line of text where an event came from."""
    _, _, service, _, _, resource = arn.split(":", 5)
    return f"{service} {resource}"


def _shortened(text: str) -> str:
    return f"{text[:_LONGEST_TEXT_SHOWN]}…" if len(text) > _LONGEST_TEXT_SHOWN else text


def _outcome(error: str | None) -> str:
    return "" if error is None else f" → {error}"
