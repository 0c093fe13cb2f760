"""Whether resource policies let another account do something: IAM's evaluation, as far as a mock knows a request.

Of a direct call it knows the account, the time, the region, and the function with its tags. Nobody knows the
organisations, so an account counts as a member of whichever is asked for. Everything else that a condition can ask
about (the source address, a source ARN) is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from lambda_mock.domain.conditions import ANYTHING, hold, wildcard

if TYPE_CHECKING:
    from lambda_mock.domain.callers import Caller

Decision = Literal["allowed", "denied", "nothing said"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for: an action such as `lambda:InvokeFunction` on an ARN, and what is known besides."""

    caller: Caller
    action: str
    resource: str
    region: str
    now: float
    tags: Mapping[str, str]

    def known(self) -> Mapping[str, str]:
        """The condition keys that have a value, in lower case."""
        moment = datetime.fromtimestamp(self.now, timezone.utc)
        owner = self.resource.split(":")[4]
        return {
            "aws:principalaccount": self.caller.account_id,
            "aws:principalarn": self.caller.arns[-1] if self.caller.arns else self.caller.shown(self.region),
            "aws:principalorgid": ANYTHING,
            "aws:principalorgpaths": ANYTHING,
            "aws:principalisawsservice": "false",
            "aws:viaawsservice": "false",
            "aws:requestedregion": self.region,
            "aws:resourceaccount": owner,
            "aws:securetransport": "true",
            "aws:currenttime": moment.isoformat(timespec="seconds"),
            "aws:epochtime": str(int(self.now)),
            **{f"aws:resourcetag/{key}".lower(): value for key, value in self.tags.items()},
        }


def decide(statements: Iterable[Mapping[str, Any]], request: Request) -> Decision:
    """What policy statements say to a request: one that denies outweighs all that allow."""
    known = request.known()
    effects = {statement["Effect"] for statement in statements if _applies(statement, request, known)}
    if "Deny" in effects:
        return "denied"
    return "allowed" if effects else "nothing said"


def _applies(statement: Mapping[str, Any], request: Request, known: Mapping[str, str]) -> bool:
    return (
        _meets(statement, "Action", lambda pattern: wildcard(pattern, request.action, exact_case=False))
        and _meets(statement, "Resource", lambda pattern: wildcard(pattern, request.resource))
        and _principal_applies(statement, request.caller)
        and hold(statement.get("Condition", {}), known)
    )


def _meets(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    """Whether an element matches, or its opposite (`NotAction`, `NotResource`) doesn't."""
    if element in statement:
        return any(map(matches, listed(statement[element])))
    return not any(map(matches, listed(statement[f"Not{element}"])))


def _principal_applies(statement: Mapping[str, Any], caller: Caller) -> bool:
    """Whether a statement is about the caller.

    Who in its account the caller is may be unknown. It then counts as whomever a statement that allows names, and as
    nobody in particular whom one denies.
    """
    allows = statement["Effect"] == "Allow"
    if "Principal" in statement:
        return _names(statement["Principal"], caller, anybody=allows)
    return not _names(statement["NotPrincipal"], caller, anybody=not allows)


def _names(principal: str | Mapping[str, Any], caller: Caller, *, anybody: bool) -> bool:
    if isinstance(principal, str):
        return True  # "*", the only text that there is
    return any(_is(each, caller, anybody=anybody) for each in listed(principal.get("AWS", [])))


def _is(principal: str, caller: Caller, *, anybody: bool) -> bool:
    if principal in {"*", caller.account_id, *caller.arns}:
        return True
    parts = principal.split(":", 5)
    if parts[4:5] != [caller.account_id]:
        return False
    return parts[5:] == ["root"] or (anybody and not caller.arns)


def listed(value: Any) -> list[Any]:
    """One or several of something, as policies write it, as a list."""
    return value if isinstance(value, list) else [value]
