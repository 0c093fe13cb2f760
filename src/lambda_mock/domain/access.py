"""Whether resource policies let another account or a service do something: IAM's evaluation, as far as a mock knows.

Of a direct call it knows the account, the time, the region, and the function with its tags. Nobody knows the
organisations, so an account counts as a member of whichever is asked for. Of a service that brings an event it knows
what the event comes from, and whose that is. Everything else that a condition can ask about (the source address) is
absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lambda_mock.domain.conditions import ANYTHING, hold, wildcard

if TYPE_CHECKING:
    from lambda_mock.domain.callers import Caller

Decision = Literal["allowed", "denied", "nothing said"]


class Asker(Protocol):
    """Who asks, as statements name them."""

    def known(self, region: str) -> Mapping[str, str]:
        """The condition keys that it gives a value, in lower case."""

    def is_named(self, principal: Mapping[str, Any], *, anybody: bool) -> bool:
        """Whether an element Principal that isn't `*` means it; `anybody` tells how to take what nobody knows."""


@dataclass(frozen=True, slots=True)
class AccountAsker:
    """A user, a role or the root of an account.

    Who in its account the caller is may be unknown. It then counts as whomever a statement that allows names, and as
    nobody in particular whom one denies.
    """

    caller: Caller

    def known(self, region: str) -> Mapping[str, str]:
        """Account, identity and organisation."""
        return {
            "aws:principalaccount": self.caller.account_id,
            "aws:principalarn": self.caller.arns[-1] if self.caller.arns else self.caller.shown(region),
            "aws:principalorgid": ANYTHING,
            "aws:principalorgpaths": ANYTHING,
            "aws:principalisawsservice": "false",
        }

    def is_named(self, principal: Mapping[str, Any], *, anybody: bool) -> bool:
        """Whether one of the principals of the kind `AWS` means the caller."""
        return any(_is(each, self.caller, anybody=anybody) for each in listed(principal.get("AWS", [])))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAsker:
    """An AWS service, by its name in policies, and what it acts for."""

    principal: str
    source_arn: str | None
    source_account: str | None

    def known(self, region: str) -> Mapping[str, str]:  # noqa: ARG002  # of the port
        """The service, and the source as far as there is one."""
        source = {"aws:sourcearn": self.source_arn, "aws:sourceaccount": self.source_account}
        return {
            "aws:principalisawsservice": "true",
            "aws:principalservicename": self.principal,
            **{key: value for key, value in source.items() if value is not None},
        }

    def is_named(self, principal: Mapping[str, Any], *, anybody: bool) -> bool:  # noqa: ARG002  # of the port
        """Whether one of the principals of the kind `Service` is this one; `AWS: *` is everybody."""
        return self.principal in listed(principal.get("Service", [])) or "*" in listed(principal.get("AWS", []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for: an action such as `lambda:InvokeFunction` on an ARN, and what is known besides."""

    asker: Asker
    action: str
    resource: str
    region: str
    now: float
    tags: Mapping[str, str]
    besides: Mapping[str, str] = field(default_factory=dict)

    def known(self) -> Mapping[str, str]:
        """The condition keys that have a value, in lower case."""
        moment = datetime.fromtimestamp(self.now, timezone.utc)
        owner = self.resource.split(":")[4]
        return {
            **self.asker.known(self.region),
            "aws:viaawsservice": "false",
            "aws:requestedregion": self.region,
            "aws:resourceaccount": owner,
            "aws:securetransport": "true",
            "aws:currenttime": moment.isoformat(timespec="seconds"),
            "aws:epochtime": str(int(self.now)),
            **{f"aws:resourcetag/{key}".lower(): value for key, value in self.tags.items()},
            **self.besides,
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
        and _principal_applies(statement, request.asker)
        and hold(statement.get("Condition", {}), known)
    )


def _meets(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    """Whether an element matches, or its opposite (`NotAction`, `NotResource`) doesn't."""
    if element in statement:
        return any(map(matches, listed(statement[element])))
    return not any(map(matches, listed(statement[f"Not{element}"])))


def _principal_applies(statement: Mapping[str, Any], asker: Asker) -> bool:
    """Whether a statement is about whoever asks."""
    allows = statement["Effect"] == "Allow"
    if "Principal" in statement:
        return _names(statement["Principal"], asker, anybody=allows)
    return not _names(statement["NotPrincipal"], asker, anybody=not allows)


def _names(principal: str | Mapping[str, Any], asker: Asker, *, anybody: bool) -> bool:
    if isinstance(principal, str):
        return True  # "*", the only text that there is
    return asker.is_named(principal, anybody=anybody)


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
