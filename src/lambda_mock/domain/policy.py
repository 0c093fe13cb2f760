"""The resource policy of a function, version or alias: who else may use it.

A policy is a value: adding or removing a statement makes a new one, with a RevisionId of its own, and the last
statement to go takes the policy with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lambda_mock.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)

# What a principal can be: an account, a user or role, a service.
ACCOUNT = re.compile(r"\d{12}")
IDENTITY = re.compile(r"arn:aws[a-zA-Z-]*:(iam|sts)::.+")
SERVICE = re.compile(r"[a-zA-Z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)")
URL_ACTION = "lambda:InvokeFunctionUrl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What AddPermission asks for: one principal, one action, and what narrows them down."""

    principal: str
    action: str
    source_arn: str | None = None
    source_account: str | None = None
    function_url_auth_type: str | None = None
    principal_org_id: str | None = None
    event_source_token: str | None = None
    invoked_via_function_url: bool | None = None

    def statement(self, sid: str, resource: str, partition: str) -> Mapping[str, Any]:
        """The statement for the ARN `resource`, with its keys in AWS's order.

        InvalidParameterValueException for a principal that can't exist, and for an auth type with another action than
        InvokeFunctionUrl.
        """
        if self.function_url_auth_type is not None and self.action != URL_ACTION:
            raise InvalidParameterValueException(f"FunctionUrlAuthType is only supported for {URL_ACTION} action")
        statement = {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": _principal(self.principal, partition),
            "Action": self.action,
            "Resource": resource,
        }
        conditions = self._conditions()
        return {**statement, "Condition": conditions} if conditions else statement

    def _conditions(self) -> Mapping[str, Mapping[str, str]]:
        via_url = None if self.invoked_via_function_url is None else str(self.invoked_via_function_url).lower()
        table = {
            "StringEquals": {
                "AWS:SourceAccount": self.source_account,
                "lambda:FunctionUrlAuthType": self.function_url_auth_type,
                "aws:PrincipalOrgID": self.principal_org_id,
                "lambda:EventSourceToken": self.event_source_token,
            },
            "ArnLike": {"AWS:SourceArn": self.source_arn},
            "Bool": {"lambda:InvokedViaFunctionUrl": via_url},
        }
        given = {
            operator: {key: value for key, value in keys.items() if value is not None}
            for operator, keys in table.items()
        }
        return {operator: keys for operator, keys in given.items() if keys}


def _principal(principal: str, partition: str) -> str | Mapping[str, str]:
    if principal == "*":
        return principal
    if ACCOUNT.fullmatch(principal):
        return {"AWS": f"arn:{partition}:iam::{principal}:root"}
    if IDENTITY.fullmatch(principal):
        return {"AWS": principal}
    if SERVICE.fullmatch(principal):
        return {"Service": principal}
    raise invalid_principal()


def invalid_principal() -> InvalidParameterValueException:
    """The refusal of a principal that can't exist."""
    return InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The statements in the order they came, the RevisionId that they have together, and what stands around them.

    `head` is the members of the document before its statements. AddPermission writes what AWS writes there;
    PutResourcePolicy keeps what it was given.
    """

    statements: Sequence[Mapping[str, Any]]
    revision_id: str
    head: Mapping[str, str] = field(default_factory=lambda: {"Version": "2012-10-17", "Id": "default"})

    @property
    def text(self) -> str:
        """The policy document as JSON."""
        return compact({**self.head, "Statement": list(self.statements)})

    def without(self, sid: str, *, revision_id: str) -> Policy | None:
        """The policy less one statement, or None where none is left. Unknown: ResourceNotFoundException."""
        left = [statement for statement in self.statements if statement.get("Sid") != sid]
        if len(left) == len(self.statements):
            raise ResourceNotFoundException(f"Statement {sid} is not found in resource policy.")
        return replace(self, statements=left, revision_id=revision_id) if left else None

    def checked(self, limit: int) -> Policy:
        """The policy itself, unless it is longer than `limit` bytes: PolicyLengthExceededException."""
        length = len(self.text.encode())
        if length > limit:
            raise PolicyLengthExceededException(f"The final policy size ({length}) is bigger than the limit ({limit}).")
        return self


def extended(policy: Policy | None, statement: Mapping[str, Any], *, revision_id: str, limit: int) -> Policy:
    """The policy with one statement more, or the first one of a new policy.

    An id that is taken: ResourceConflictException; longer than `limit` bytes: PolicyLengthExceededException.
    """
    before = policy or Policy(statements=(), revision_id=revision_id)
    sid = statement["Sid"]
    if any(present.get("Sid") == sid for present in before.statements):
        raise ResourceConflictException(
            f"The statement id ({sid}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
    longer = replace(before, statements=[*before.statements, statement], revision_id=revision_id)
    return longer.checked(limit)


def check_revision(given: str | None, expected: str | None, *, api: str = "GetPolicy") -> None:
    """Refuse the RevisionId of a caller who hasn't seen the policy as it is; `api` is what AWS advises to call.

    None expects that there is no policy to have seen.
    """
    if given is not None and given != expected:
        raise PreconditionFailedException(
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the {api} API to retrieve the latest Revision Id"
        )


def compact(document: object) -> str:
    """JSON without a blank too many, which is how AWS writes statements and policies."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
