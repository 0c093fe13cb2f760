"""The events and requests that a resource policy has kept from a function, for assertions and failure reports."""

from __future__ import annotations

import operator
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_mock.records.listing import Records

if TYPE_CHECKING:
    from lambda_mock.records.misses import Criteria


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
    criteria: ClassVar[Criteria] = {
        name: operator.attrgetter(name)
        for name in ("function", "qualifier", "principal", "source_arn", "source_account", "region", "account_id")
    }

    def assert_refused(self, function: str, *, times: int | None = None, **criteria: object) -> Refusals:
        """Fail unless something for that function was refused: `times` times, or at least once. Gives what it was."""
        __tracebackhide__ = True
        return self._assert({"function": function, **criteria}, times)

    def assert_not_refused(self, function: str, **criteria: object) -> None:
        """Fail if something for that function was refused."""
        __tracebackhide__ = True
        self._assert({"function": function, **criteria}, 0)

    def _wanted(self, name: str, value: object) -> object:  # noqa: ARG002  # of the base
        return value
