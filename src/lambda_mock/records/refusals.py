"""The events and requests that a resource policy has kept from a function, for assertions and failure reports."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_mock.records.criteria import Criteria, texts
from lambda_mock.records.listing import Records

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.records.keywords import FurtherRefusalCriteria, RefusalCriteria

# unittest's tracebacks end at the line of the test.
__unittest = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that another service wanted to bring to a function, and that no policy of it allows.

    `principal` is the service, `source_arn` and `source_account` are what it acted for. `function`, `qualifier` (None
    where none was named), `region` and `account_id` are what it was for; `missing` is the AddPermission call that would
    let it in. `time` is in epoch seconds.
    """

    principal: str
    source_arn: str | None
    source_account: str | None
    function: str
    qualifier: str | None
    region: str
    account_id: str
    missing: str
    time: float

    def __str__(self) -> str:
        name = self.function if self.qualifier is None else f"{self.function}:{self.qualifier}"
        source = "" if self.source_arn is None else f" for {self.source_arn}"
        missing = textwrap.indent(self.missing, "      ")
        return f"{self.principal}{source} may not invoke {name}; missing is\n{missing}"


class Refusals(Records[Refusal]):
    """What policies have refused, in order."""

    noun = "refusal"
    plural = "refusals"
    leading = "function"
    criteria: ClassVar[Criteria] = {
        **texts("function", weight=3),
        **texts("qualifier", optional=True, weight=2),
        **texts("principal", weight=2),
        **texts("source_arn", "source_account", optional=True),
        **texts("region", "account_id"),
    }

    def filter(self, **criteria: Unpack[RefusalCriteria]) -> Refusals:
        """What meets all these criteria.

        - `function`, `qualifier`, `region`, `account_id` of what it was for
        - `principal`: the service; `source_arn`, `source_account`: what it acted for

        Values are taken as by `mock.invocations.filter`.
        """
        return self._filter(criteria)

    def assert_refused(
        self, function: str, *, times: int | None = None, **criteria: Unpack[FurtherRefusalCriteria]
    ) -> Refusals:
        """Fail unless something for that function was refused: `times` times, or at least once. Gives what it was.

        The criteria are those of `filter`.
        """
        __tracebackhide__ = True
        return self._assert({"function": function, **criteria}, times)

    def assert_refused_once(self, function: str, **criteria: Unpack[FurtherRefusalCriteria]) -> Refusal:
        """Fail unless exactly one thing for that function was refused, and give it."""
        __tracebackhide__ = True
        return self._once({"function": function, **criteria})

    def assert_not_refused(self, function: str, **criteria: Unpack[FurtherRefusalCriteria]) -> None:
        """Fail if something for that function was refused. The criteria are those of `filter`."""
        __tracebackhide__ = True
        self._assert({"function": function, **criteria}, 0)
