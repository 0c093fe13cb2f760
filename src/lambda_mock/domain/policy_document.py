"""Policy documents that a caller has written: what one has to look like to become the policy of a function.

Nobody has recorded what AWS says about a bad one; the words of this module are the one place where they were chosen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from lambda_mock.domain.access import listed
from lambda_mock.domain.conditions import is_operator, wildcard
from lambda_mock.domain.policy import ACCOUNT, IDENTITY, SERVICE, URL_ACTION, Policy, compact, invalid_principal
from lambda_mock.errors import InvalidParameterValueException, PublicPolicyException

_VERSIONS = {"2012-10-17", "2008-10-17"}
_STATEMENT = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_ONE_OF = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_ACTION = re.compile(r"\*|lambda:[a-z*?]+", re.IGNORECASE)
_FORMS: Mapping[str, re.Pattern[str]] = {
    "AWS": re.compile(rf"\*|{ACCOUNT.pattern}|{IDENTITY.pattern}"),
    "Service": SERVICE,
    "Federated": re.compile(".+"),
}


def parsed(text: str, arn: str, *, revision_id: str) -> Policy:
    """The policy that a document makes for the resource `arn`, with its statements as they were given.

    InvalidParameterValueException for what isn't a policy of that resource, and PublicPolicyException for one that
    lets everybody in.
    """
    document = _document(text)
    statements = document.pop("Statement", None)
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        raise _invalid("it has no Statement")
    _check_head(document)
    for statement in statements:
        _check_statement(statement, arn)
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(sids) != len(set(sids)):
        raise _invalid("two statements have the same Sid")
    if any(map(_lets_everybody_in, statements)):
        raise PublicPolicyException(
            "Lambda blocked the creation of this policy because it would grant public access to your function."
        )
    return Policy(statements=statements, revision_id=revision_id, head=document)


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_constant=_no_json)
        compact(document).encode()
    except (ValueError, RecursionError):
        raise _invalid("it is not valid JSON") from None
    if not isinstance(document, dict):
        raise _invalid("it is not a JSON object")
    return document


def _no_json(constant: str) -> None:
    raise ValueError(constant)


def _check_head(head: Mapping[str, Any]) -> None:
    for name, value in head.items():
        if name not in {"Version", "Id"}:
            raise _invalid(f"it has an unknown element {name}")
        if not isinstance(value, str) or (name == "Version" and value not in _VERSIONS):
            raise _invalid(f"its {name} is not a valid one")


def _check_statement(statement: object, arn: str) -> None:
    if not isinstance(statement, dict):
        raise _invalid("a statement is not a JSON object")
    for name in statement:
        if name not in _STATEMENT:
            raise _invalid(f"a statement has an unknown element {name}")
    if not isinstance(statement.get("Sid", ""), str):
        raise _invalid("a Sid is not a string")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _invalid("an Effect is neither Allow nor Deny")
    for element, opposite in _ONE_OF:
        if (element in statement) is (opposite in statement):
            raise _invalid(f"a statement needs one of {element} and {opposite}")
    _check_principal(_either(statement, "Principal"))
    _check_all(_either(statement, "Action"), "an Action", lambda action: _ACTION.fullmatch(action) is not None)
    _check_all(_either(statement, "Resource"), "a Resource", lambda resource: _is_within(resource, arn))
    _check_conditions(statement.get("Condition", {}))


def _either(statement: Mapping[str, Any], element: str) -> Any:
    return statement.get(element, statement.get(f"Not{element}"))


def _check_all(values: Any, what: str, is_valid: Callable[[str], bool]) -> None:
    texts = listed(values)
    if not texts or not all(isinstance(text, str) and is_valid(text) for text in texts):
        raise _invalid(f"{what} is not a valid one")


def _is_within(resource: str, arn: str) -> bool:
    """Whether an element `Resource` can mean the resource that has the policy, or a version or alias of it."""
    return wildcard(resource, arn) or resource.startswith(f"{arn}:")


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise invalid_principal()
    for kind, names in principal.items():
        for name in listed(names) or [""]:
            if kind not in _FORMS or not isinstance(name, str) or not _FORMS[kind].fullmatch(name):
                raise invalid_principal()


def _check_conditions(conditions: Any) -> None:
    if not isinstance(conditions, dict):
        raise _invalid("a Condition is not a JSON object")
    for operator, keys in conditions.items():
        if not is_operator(operator):
            raise _invalid(f"a Condition has an unknown operator {operator}")
        if not isinstance(keys, dict) or not keys:
            raise _invalid(f"the {operator} of a Condition has no keys")
        for values in keys.values():
            texts = listed(values)
            if not texts or not all(isinstance(text, (str, bool, int, float)) for text in texts):
                raise _invalid(f"the {operator} of a Condition has a value that is no text")


def _lets_everybody_in(statement: Mapping[str, Any]) -> bool:
    """Whether a statement lets all the world do more than call the function's URL, under no condition at all."""
    if statement["Effect"] == "Deny" or statement.get("Condition"):
        return False
    principal = statement.get("Principal", "*")  # who isn't named in a NotPrincipal is all the world, too
    if principal != "*" and "*" not in listed(principal.get("AWS", [])):
        return False
    return listed(statement.get("Action", "*")) != [URL_ACTION]


def _invalid(why: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(f"The provided policy document was invalid: {why}.")
