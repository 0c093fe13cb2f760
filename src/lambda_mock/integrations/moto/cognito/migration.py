"""Users of an older directory, whom the user migration trigger brings along when they first come."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import known
from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.pools import SERVICE, Pool, models, refusal, status, unrecognizable
from lambda_mock.integrations.moto.cognito.triggers import ask, mapping

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_TRIGGER = "UserMigration"
_STATUSES = {"CONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"}


def migrate(ours: Functions, pool: Pool, client_id: str, username: str, password: str | None) -> None:
    """Have a user made who signs in with a password, and isn't in the pool."""
    response = _ask(ours, pool, "Authentication", client_id, username, password, validation=asked().client_metadata)
    if response is None:
        return
    final = response.get("finalUserStatus") or "CONFIRMED"
    if final not in _STATUSES:
        raise unrecognizable()
    _make(pool, username, password, response, final)
    if final == "RESET_REQUIRED":
        raise refusal("PasswordResetRequiredException", "Password reset required for the user")


def migrate_for_a_new_password(ours: Functions, pool: Pool, client_id: str, username: str) -> None:
    """Have a user made who has forgotten the password, and isn't in the pool: with one that nobody knows."""
    metadata = asked().client_metadata
    response = _ask(ours, pool, "ForgotPassword", client_id, username, None, metadata=metadata)
    if response is not None:
        _make(pool, username, str(uuid.uuid4()), response, "CONFIRMED")


def _ask(
    ours: Functions,
    pool: Pool,
    occasion: str,
    client_id: str,
    username: str,
    password: str | None,
    *,
    validation: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Mapping[str, Any] | None:
    return ask(
        ours,
        pool,
        _TRIGGER,
        occasion,
        user_name=username,
        client_id=client_id,
        request={"password": password, "validationData": validation, "userAttributes": None},
        metadata=metadata,
    )


def _make(pool: Pool, username: str, password: str | None, response: Mapping[str, Any], final: str) -> None:
    attributes = mapping(response, "userAttributes")
    if not attributes:
        raise unrecognizable()
    given = [{"Name": name, "Value": _text(value)} for name, value in attributes.items() if name != "username"]
    with known(SERVICE):
        named = None if pool.kept.extended_config.get("UsernameAttributes") else username
        user = models().CognitoIdpUser(pool.id, named, password, status(final), given)
        pool.kept.users[user.username] = user


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
