"""The API requests that a mock has answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.errors import ERRORS, LambdaMockError
from lambda_mock.names import account_named_in, function_named_in, qualifier_named_in
from lambda_mock.records.criteria import Criteria, Criterion, Outcome, nearest, texts
from lambda_mock.records.listing import LIMIT, MOST_BYTES, Records
from lambda_mock.records.texts import joined

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.records.keywords import CallCriteria, FurtherCallCriteria
    from lambda_mock.records.known import Names, Unknown
    from lambda_mock.records.misses import Expectation

# unittest's tracebacks end at the line of the test.
__unittest = True

_WITH_CODE = frozenset({"CreateFunction", "UpdateFunctionCode", "PublishLayerVersion"})
# Of what these would make nobody expects that it was there.
_CREATING = frozenset({"CreateFunction", "CreateAlias", "PublishVersion"})
_THROTTLED = 429
_THROTTLES = frozenset(code for code, error in ERRORS.items() if error.status == _THROTTLED)


@dataclass(frozen=True, slots=True)
class Archive:
    """What a recorded call keeps of a code archive: how many bytes it had. Whole ones would fill the memory."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API request: `parameters` by AWS's names, `time` in epoch seconds.

    `attempt` counts from 1; botocore's retries are calls of their own. `account_id` is the account that called, and
    `owner_id` the one that it called upon: another one only where the call names a function of another account.
    `error` is None, AWS's code, or the client's own error where the answer was lost. `error_message` is what AWS said.
    `fault` says what `mock.fail` did to it, and is None where that did nothing: not every error was ordered.
    """

    operation: str
    parameters: Mapping[str, Any]
    region: str
    account_id: str
    request_id: str
    attempt: int
    error: str | None
    time: float
    error_message: str | None = None
    fault: str | None = None

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

    @property
    def outcome(self) -> str:
        """How it ended: `succeeded`, `throttled`, or `failed` with any other error of AWS's.

        An Invoke of a function that failed has succeeded as a call: it is the run that failed.
        """
        return "succeeded" if self.error is None else "throttled" if self.error in _THROTTLES else "failed"

    def __str__(self) -> str:
        about = joined(self.function, self.qualifier)
        attempt = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        error = "" if self.error is None else f" → {self.error}"
        return f"{self.operation}{about and ' ' + about}{attempt}{error}"


class Calls(Records[Call]):
    """The API requests that a mock has answered, each attempt of a retried one for itself.

    `operations` gives the names that there are, `members` the parameters of one, and `errors` what calls can end with;
    where they are given, asking for any other one is refused.
    """

    noun = "call"
    plural = "calls"
    leading = "operation"
    criteria: ClassVar[Criteria] = {
        **texts("operation", weight=4),
        **texts("function", optional=True, weight=3),
        **texts("qualifier", optional=True, weight=2),
        "parameters": Criterion(read=attrgetter("parameters"), kind="members"),
        "outcome": Outcome(read=attrgetter("outcome"), choices=("succeeded", "failed", "throttled")),
        **texts("error", "error_message", optional=True),
        "attempt": Criterion(read=attrgetter("attempt"), kind="number"),
        **texts("region", "account_id", "owner_id", "request_id"),
    }
    account_in_names = "owner_id"

    def __init__(
        self,
        records: Iterable[Call] = (),
        *,
        operations: Callable[[], Collection[str]] | None = None,
        members: Callable[[str], Collection[str]] | None = None,
        errors: Callable[[], Collection[str]] | None = None,
        names: Callable[[], Names] | None = None,
        limit: int = LIMIT,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._operations = operations
        self._members = members
        self._errors = errors
        super().__init__(records, names=names, limit=limit, most_bytes=most_bytes)

    def append(self, record: Call) -> None:
        """Keep one more call, without the bytes of the code in it."""
        if record.operation in _WITH_CODE:
            record = replace(record, parameters=_without_archives(record.parameters))
        super().append(record)

    def _size(self, record: Call) -> int:
        payload = record.parameters.get("Payload")
        return 0 if payload is None else len(payload)

    def filter(self, **criteria: Unpack[CallCriteria]) -> Calls:
        """The calls that meet all these criteria.

        - `operation`, by AWS's name
        - `function`, in any form of name: a qualifier, region or account in it counts as a criterion of its own
        - `qualifier`: the version or alias that the call names, or None
        - `parameters`: those that matter, by AWS's names, at any depth; others may be there
        - `outcome`: `succeeded`, `throttled`, or `failed` for any error
        - `error`: AWS's code, or None; `error_message`: what AWS said with it
        - `attempt`: 1, and more for botocore's retries
        - `region`, `account_id` (who called), `owner_id` (whose function it is about), `request_id`

        A value means equality; a compiled pattern looks into text, and matchers of any library decide for themselves. A
        name that nothing ever had, but that is like one that something has, is a LambdaMockWarning.
        """
        return self._filter(criteria)

    def assert_called(
        self, operation: str, *, times: int | None = None, **criteria: Unpack[FurtherCallCriteria]
    ) -> Calls:
        """Fail unless the operation was called: `times` times, or at least once. Gives the calls that were found.

        The criteria are those of `filter`.
        """
        __tracebackhide__ = True
        return self._assert({"operation": operation, **criteria}, times)

    def assert_called_once(self, operation: str, **criteria: Unpack[FurtherCallCriteria]) -> Call:
        """Fail unless there was exactly one such call, and give it. The criteria are those of `filter`."""
        __tracebackhide__ = True
        return self._once({"operation": operation, **criteria})

    def assert_not_called(self, operation: str, **criteria: Unpack[FurtherCallCriteria]) -> None:
        """Fail if there was such a call. The criteria are those of `filter`.

        Where it could only hold, because there was never a function, version or alias of that name, it is a
        LambdaMockError.
        """
        __tracebackhide__ = True
        self._assert({"operation": operation, **criteria}, 0)

    def _unknown(self, expected: Expectation, records: Sequence[Call]) -> Unknown | None:
        if expected.wanted.get("operation") in _CREATING:
            return None
        return super()._unknown(expected, records)

    def _wanted(self, name: str, value: object, criteria: Mapping[str, object]) -> object:
        wanted = super()._wanted(name, value, criteria)
        if name == "operation" and isinstance(value, str):
            self._check_operation(value)
        if name == "error" and isinstance(value, str):
            self._check_error(value)
        if name == "parameters" and isinstance(value, Mapping):
            self._check_members(value, criteria.get("operation"))
        return wanted

    def _check_operation(self, name: str) -> None:
        if self._operations is None or name in self._operations():
            return
        known = sorted(self._operations())
        by_method = {operation.lower(): operation for operation in known}.get(name.replace("_", "").lower())
        hint = f" Did you mean {by_method!r}?" if by_method else nearest(name, known)
        raise LambdaMockError(f"Lambda has no operation {name!r}.{hint}")

    def _check_error(self, code: str) -> None:
        if self._errors is not None and code not in self._errors():
            raise LambdaMockError(f"mock.calls: no call ends with {code!r}.{nearest(code, self._errors())}")

    def _check_members(self, parameters: Mapping[Any, object], operation: object) -> None:
        if self._members is None or not isinstance(operation, str):
            return
        known = self._members(operation)
        for name in parameters:
            if name not in known:
                there = f" It has {', '.join(known)}." if known else ""
                raise LambdaMockError(f"{operation} has no parameter {name!r}.{nearest(name, known)}{there}")


def _without_archives(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_archives(value)
        if isinstance(value, Mapping) and "ZipFile" in value
        else Archive(len(value))
        if name == "ZipFile"
        else value
        for name, value in parameters.items()
    }
