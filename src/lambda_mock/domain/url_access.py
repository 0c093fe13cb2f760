"""Who may send requests to a function URL: a decision of the policies of exactly what the URL is for.

Since October 2025 it takes two grants: to use the URL, and to invoke the function by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.access import AccountAsker, Request, decide, listed

if TYPE_CHECKING:
    from lambda_mock.domain.access import Asker
    from lambda_mock.domain.callers import Caller


@dataclass(frozen=True, slots=True)
class AnybodyAsker:
    """Whoever sends a request without signing it."""

    def known(self, region: str) -> Mapping[str, str]:  # noqa: ARG002  # of the port
        """Nothing but that it is no service."""
        return {"aws:principalisawsservice": "false"}

    def is_named(self, principal: Mapping[str, Any], *, anybody: bool) -> bool:  # noqa: ARG002  # of the port
        """Whether everybody is meant."""
        return "*" in listed(principal.get("AWS", []))


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlGrant:
    """One of the two grants: an action, the condition key that comes with it, and how AddPermission names that."""

    action: str
    key: str
    member: str
    value: str | bool

    @property
    def besides(self) -> Mapping[str, str]:
        """The condition key with its value."""
        return {self.key: str(self.value) if isinstance(self.value, str) else str(self.value).lower()}


def grants_needed(auth_type: str) -> tuple[UrlGrant, UrlGrant]:
    """What it takes to reach a function by a URL of that auth type."""
    return (
        UrlGrant(
            action="lambda:InvokeFunctionUrl",
            key="lambda:functionurlauthtype",
            member="FunctionUrlAuthType",
            value=auth_type,
        ),
        UrlGrant(
            action="lambda:InvokeFunction",
            key="lambda:invokedviafunctionurl",
            member="InvokedViaFunctionUrl",
            value=True,
        ),
    )


def grants_missing(
    statements: Iterable[Mapping[str, Any]],
    caller: Caller | None,
    auth_type: str,
    *,
    arn: str,
    tags: Mapping[str, str],
    region: str,
    now: float,
) -> list[UrlGrant]:
    """Those of the two grants that statements don't give a caller, or where it is None anybody."""
    asker: Asker = AnybodyAsker() if caller is None else AccountAsker(caller)
    statements = list(statements)

    def lacks(grant: UrlGrant) -> bool:
        request = Request(
            asker=asker, action=grant.action, resource=arn, region=region, now=now, tags=tags, besides=grant.besides
        )
        return decide(statements, request) != "allowed"

    return list(filter(lacks, grants_needed(auth_type)))


def written(grant: UrlGrant, name: str, alias: str | None, principal: str) -> str:
    """The call that gives a grant, as one would write it in a test."""
    members = {
        "FunctionName": name,
        **({} if alias is None else {"Qualifier": alias}),
        "StatementId": f"url-{grant.action.partition(':')[2]}",
        "Action": grant.action,
        "Principal": principal,
        grant.member: grant.value,
    }
    return f"lambda_client.add_permission({', '.join(f'{member}={value!r}' for member, value in members.items())})"
