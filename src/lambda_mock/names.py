"""Names of functions as calls and tests write them: a bare name, with a qualifier, a partial ARN or a whole one.

Nothing is refused here. Whether a name means anything in some account and region is for `domain.arn` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# As in `domain.arn`: a region without `arn:` in front of it is one only where an account or `function:` follows.
_NAMED = re.compile(
    r"(?P<arn>arn:[^:]*:lambda:)?(?:(?P<region>[a-z]+(?:-[a-z]+)+-\d):(?(arn)|(?=\d{12}:|function:)))?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name says of a function; None where it leaves something open."""

    function: str | None = None
    qualifier: str | None = None
    region: str | None = None
    account_id: str | None = None

    def covers(self, other: Named) -> bool:
        """Whether `other` says all that this one says; what this one leaves open may be anything."""
        return (
            self.function in {None, other.function}
            and self.qualifier in {None, other.qualifier}
            and self.region in {None, other.region}
            and self.account_id in {None, other.account_id}
        )

    def __str__(self) -> str:
        return ":".join(filter(None, (self.region, self.account_id, self.function, self.qualifier)))


ANY = Named()
"""What leaves everything open."""


@lru_cache(maxsize=1024)
def named(text: str) -> Named:
    """Take any form of name apart. What has none of the forms is a bare name as it stands."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return Named(function=text)
    return Named(
        function=found["name"], qualifier=found["qualifier"], region=found["region"], account_id=found["account"]
    )


def function_named_in(parameters: Mapping[str, Any]) -> str | None:
    """The bare name of the function that a call is about, or None where it is about none."""
    text = _function_in(parameters)
    return None if text is None else named(text).function


def qualifier_named_in(parameters: Mapping[str, Any]) -> str | None:
    """The version or alias that a call names, beside the function's name or in it."""
    # Only the operations on aliases have a Name.
    beside = parameters.get("Qualifier", parameters.get("Name"))
    if beside is not None:
        return str(beside)
    text = _function_in(parameters)
    return None if text is None else named(text).qualifier


def account_named_in(parameters: Mapping[str, Any]) -> str | None:
    """The account that a call names together with the function, or None where it leaves it open."""
    text = _function_in(parameters)
    return None if text is None else named(text).account_id


def named_in(parameters: Mapping[str, Any], *, region: str, account_id: str) -> Named:
    """All that a call from that region and account names: the function's account is the caller's unless it says so."""
    return Named(
        function=function_named_in(parameters),
        qualifier=qualifier_named_in(parameters),
        region=region,
        account_id=account_named_in(parameters) or account_id,
    )


def _function_in(parameters: Mapping[str, Any]) -> str | None:
    text = parameters.get("FunctionName")
    if text is None:
        # The operations on tags and on policies by ARN, which take the ARNs of other things too.
        text = parameters.get("Resource", parameters.get("ResourceArn"))
        if text is None or ":function:" not in str(text):
            return None
    return str(text)
