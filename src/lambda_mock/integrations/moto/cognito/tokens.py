"""Tokens: the pre token generation trigger changes the claims of those that moto makes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_mock.events.sign_ins import SCOPE, undecided_tokens
from lambda_mock.integrations.moto.bridge.seam import Place, known
from lambda_mock.integrations.moto.cognito.attempt import Attempt, current
from lambda_mock.integrations.moto.cognito.pools import MODELS, SERVICE, Pool, models, unrecognizable, user_of
from lambda_mock.integrations.moto.cognito.triggers import ask, function_of, mapping, names

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_TRIGGER = "PreTokenGeneration"
_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}

_KEPT = frozenset(
    {
        *("acr", "amr", "at_hash", "aud", "auth_time", "azp", "cognito:username", "exp", "iat", "identities", "iss"),
        *("jti", "nbf", "nonce", "origin_jti", "sub", "token_use"),
    }
)
"""Claims that no function can change."""

_KEPT_OF_ACCESS = _KEPT | {"client_id", "device_key", "event_id", "scope", "username", "version"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change of one token."""

    add: Mapping[str, Any] = field(default_factory=dict)
    suppress: Iterable[str] = ()
    add_scopes: Iterable[str] = ()
    suppress_scopes: Iterable[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a function has changed of the tokens of one call; `groups` is None where they are left as they are."""

    of_id: Change = field(default_factory=Change)
    of_access: Change = field(default_factory=Change)
    groups: Mapping[str, Any] | None = None


def _create_jwt(
    ours: Functions, wrapped: Any, kept: Any, client_id: str, username: str, token_use: str, *others: Any, **more: Any
) -> Any:
    attempt = current()
    if attempt is None:
        return wrapped(client_id, username, token_use, *others, **more)
    if attempt.overrides is None:
        attempt.overrides = _asked_for(ours, attempt, username)
    token, *rest = wrapped(client_id, username, token_use, *others, **more)
    if attempt.overrides == Overrides():
        return (token, *rest)
    with known(SERVICE):
        header, claims = (_decoded(part) for part in token.split(".")[:2])
        changed = _changed(claims, attempt.overrides, token_use)
        return (models().jwt.encode(header, changed, kept.json_web_key), *rest)


def _asked_for(ours: Functions, attempt: Attempt, username: str) -> Overrides:
    arn, version = _configured(attempt.pool)
    if arn is None:
        return Overrides()
    moto_user = attempt.pool.user(username)
    user = user_of(moto_user)
    member = "claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails"
    request: dict[str, Any] = {"userAttributes": user.attributes, "groupConfiguration": _groups_of(moto_user)}
    if version != "1":
        request["scopes"] = [SCOPE]
    response = ask(
        ours,
        attempt.pool,
        _TRIGGER,
        attempt.occasion,
        user_name=user.name,
        client_id=attempt.client_id,
        request=request,
        response=undecided_tokens(int(version)),
        metadata=attempt.metadata,
        version=version,
        arn=arn,
    )
    return _overrides(mapping(response or {}, member), version)


def _configured(pool: Pool) -> tuple[str | None, str]:
    detailed = pool.triggers.get("PreTokenGenerationConfig") or {}
    version = _VERSIONS.get(detailed.get("LambdaVersion", "V1_0"), "1")
    return detailed.get("LambdaArn") or function_of(pool, _TRIGGER), version


def _groups_of(user: Any) -> Mapping[str, Any]:
    with known(SERVICE):
        groups = sorted(user.groups, key=lambda group: (_precedence(group), group.group_name))
        roles = [group.role_arn for group in groups if group.role_arn]
        preferred = [group.role_arn for group in groups if group.role_arn and group.precedence is not None]
    return {
        "groupsToOverride": [group.group_name for group in groups],
        "iamRolesToOverride": roles,
        "preferredRole": preferred[0] if preferred else None,
    }


def _precedence(group: Any) -> float:
    return float("inf") if group.precedence is None else float(group.precedence)


def _overrides(details: Mapping[str, Any], version: str) -> Overrides:
    groups = None
    if "groupOverrideDetails" in details:
        told = mapping(details, "groupOverrideDetails")
        groups = {**told, **{name: names(told, name) for name in ("groupsToOverride", "iamRolesToOverride")}}
    if version == "1":
        change = _change(details)
        if not all(isinstance(value, str) for value in change.add.values()):
            raise unrecognizable()
        return Overrides(of_id=change, groups=groups)
    of_id, of_access = mapping(details, "idTokenGeneration"), mapping(details, "accessTokenGeneration")
    return Overrides(of_id=_change(of_id), of_access=_change(of_access), groups=groups)


def _change(told: Mapping[str, Any]) -> Change:
    return Change(
        add=mapping(told, "claimsToAddOrOverride"),
        suppress=tuple(names(told, "claimsToSuppress")),
        add_scopes=tuple(names(told, "scopesToAdd")),
        suppress_scopes=tuple(names(told, "scopesToSuppress")),
    )


def _changed(claims: Mapping[str, Any], overrides: Overrides, token_use: str) -> Mapping[str, Any]:
    """The claims of a token after a change; what is both added and suppressed is suppressed."""
    is_access = token_use == "access"  # noqa: S105 - no password
    change, kept = (overrides.of_access, _KEPT_OF_ACCESS) if is_access else (overrides.of_id, _KEPT)
    changed = dict(claims)
    if overrides.groups is not None:
        _set(changed, "cognito:groups", overrides.groups["groupsToOverride"])
        if not is_access:
            _set(changed, "cognito:roles", overrides.groups["iamRolesToOverride"])
            _set(changed, "cognito:preferred_role", overrides.groups.get("preferredRole"))
    changed.update({name: value for name, value in change.add.items() if name not in kept})
    for name in change.suppress:
        if name not in kept:
            changed.pop(name, None)
    if is_access and (change.add_scopes or change.suppress_scopes):
        scopes = [*changed.get("scope", SCOPE).split(), *change.add_scopes]
        left = [scope for scope in dict.fromkeys(scopes) if scope not in set(change.suppress_scopes)]
        _set(changed, "scope", " ".join(left))
    return changed


def _set(claims: dict[str, Any], name: str, value: Any) -> None:
    """Set a claim; an empty one isn't there."""
    if value:
        claims[name] = value
    else:
        claims.pop(name, None)


def _decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


PLACES = [Place(module=MODELS, owner="CognitoIdpUserPool", name="create_jwt", replacement=_create_jwt)]
