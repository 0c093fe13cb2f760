"""Execution roles: whether Lambda may assume one.

A trust policy that IAM itself would never take, such as the placeholder texts of many a test, says nothing and is
believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.errors import AccessDeniedException, InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood

_LAMBDA = {"*", "lambda.amazonaws.com", "lambda.amazonaws.com.cn"}
_ASSUME = "sts:assumerole"


def check_role(neighbourhood: Neighbourhood, role_arn: str, account_id: str) -> None:
    """Refuse a role that is another account's, isn't there, or doesn't trust Lambda."""
    if role_arn in neighbourhood.roles:
        return
    try:
        policy = neighbourhood.ask(lambda them: them.trust_policy(role_arn))
    except MissingError:
        trusts = False
    else:
        if policy is None:
            return
        trusts = _trusts_lambda(policy)
    if role_arn.split(":")[4] != account_id:
        raise AccessDeniedException("Cross-account pass role is not allowed.")
    if not trusts:
        raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")


def _trusts_lambda(policy: str) -> bool:
    statements = list(_statements(policy))
    effects = {statement.get("Effect") for statement in statements if _is_about_lambda(statement)}
    return not statements or ("Allow" in effects and "Deny" not in effects)


def _statements(policy: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy; none where it isn't one."""
    try:
        document = json.loads(policy)
    except ValueError:
        return
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    for statement in _each(statements):
        if isinstance(statement, Mapping):
            yield statement


def _is_about_lambda(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = _each(principal.get("Service") if isinstance(principal, Mapping) else principal)
    actions = [str(action).lower() for action in _each(statement.get("Action"))]
    return not _LAMBDA.isdisjoint(map(str, services)) and any(fnmatchcase(_ASSUME, action) for action in actions)


def _each(members: Any) -> list[Any]:
    """The members of a list, where a policy may also write a single one by itself."""
    if members is None:
        return []
    return members if isinstance(members, list) else [members]
