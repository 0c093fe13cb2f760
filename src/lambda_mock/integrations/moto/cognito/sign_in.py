"""Users who sign in: what comes before it and after it, around moto's own flows.

Before a sign-in means before moto looks at the password, and after it when moto has accepted the last challenge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import Place, known
from lambda_mock.integrations.moto.cognito import challenges
from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.attempt import Attempt, current, making
from lambda_mock.integrations.moto.cognito.migration import migrate, migrate_for_a_new_password
from lambda_mock.integrations.moto.cognito.pools import MODELS, SERVICE, Pool, pool_by_client, pool_by_id, user_of
from lambda_mock.integrations.moto.cognito.pre_authentication import pre_authenticate
from lambda_mock.integrations.moto.cognito.triggers import ask, function_of

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_REFRESHING = {"REFRESH_TOKEN", "REFRESH_TOKEN_AUTH"}
_CUSTOM = "CUSTOM_AUTH"
_FLOWS = {"USER_PASSWORD_AUTH": True, "USER_SRP_AUTH": False}
"""The flows of InitiateAuth by which somebody signs in, and whether they bring the password along."""

_FLOWS_OF_ADMINS = {"ADMIN_NO_SRP_AUTH": True, "ADMIN_USER_PASSWORD_AUTH": True}
"""Those of AdminInitiateAuth."""

Parameters = Mapping[str, str]


def _initiate_auth(
    ours: Functions, wrapped: Any, backend: Any, client_id: str, auth_flow: str, auth_parameters: Parameters
) -> Any:
    pool = pool_by_client(backend, client_id)

    def by_moto(flow: str = auth_flow) -> Any:
        return wrapped(client_id, flow, auth_parameters)

    if pool is None:
        return by_moto()
    return _begin(ours, backend, pool, client_id, auth_flow, auth_parameters or {}, by_moto, _FLOWS)


def _admin_initiate_auth(
    ours: Functions,
    wrapped: Any,
    backend: Any,
    user_pool_id: str,
    client_id: str,
    auth_flow: str,
    auth_parameters: Parameters,
) -> Any:
    pool = pool_by_id(backend, user_pool_id)

    def by_moto(flow: str = auth_flow) -> Any:
        if flow != auth_flow:  # moto has this one for users only
            return backend.initiate_auth(client_id, flow, auth_parameters)
        return wrapped(user_pool_id, client_id, auth_flow, auth_parameters)

    with known(SERVICE):
        is_there = pool is not None and client_id in pool.kept.clients
    if pool is None or not is_there:
        return by_moto()
    return _begin(ours, backend, pool, client_id, auth_flow, auth_parameters or {}, by_moto, _FLOWS_OF_ADMINS)


def _begin(
    ours: Functions,
    backend: Any,
    pool: Pool,
    client_id: str,
    flow: str,
    parameters: Parameters,
    by_moto: Callable[..., Any],
    flows: Mapping[str, bool],
) -> Any:
    if flow == _CUSTOM and function_of(pool, challenges.DEFINE) is not None:
        return challenges.begin(ours, backend, pool, client_id, parameters, by_moto)
    if flow in flows and current() is None:
        username = parameters.get("USERNAME")
        if flows[flow] and username and pool.user(username) is None:
            migrate(ours, pool, client_id, username, parameters.get("PASSWORD"))
        pre_authenticate(ours, pool, client_id, username)
    occasion = "RefreshTokens" if flow in _REFRESHING else "Authentication"
    with making(Attempt(pool=pool, client_id=client_id, occasion=occasion)):
        return by_moto()


def _respond_to_auth_challenge(
    ours: Functions,
    wrapped: Any,
    backend: Any,
    session: str,
    client_id: str,
    challenge_name: str,
    challenge_responses: Parameters,
) -> Any:
    pool = pool_by_client(backend, client_id)

    def by_moto() -> Any:
        return wrapped(session, client_id, challenge_name, challenge_responses)

    if pool is None:
        return by_moto()
    responses = challenge_responses or {}
    waits = challenges.waiting(backend, session, challenge_name, responses)
    if waits is not None:
        return challenges.respond(ours, backend, *waits, client_id, challenge_name, responses, by_moto)
    occasion = "NewPasswordChallenge" if challenge_name == "NEW_PASSWORD_REQUIRED" else "Authentication"
    metadata = asked().client_metadata
    with making(Attempt(pool=pool, client_id=client_id, occasion=occasion, metadata=metadata)):
        return by_moto()


def _forgot_password(ours: Functions, wrapped: Any, backend: Any, client_id: str, username: str) -> Any:
    pool = pool_by_client(backend, client_id)
    if pool is not None and pool.user(username) is None:
        migrate_for_a_new_password(ours, pool, client_id, username)
    return wrapped(client_id, username)


def _create_refresh_token(ours: Functions, wrapped: Any, _: Any, client_id: str, username: str) -> Any:
    """Moto makes this token of a user who has signed in, before the others and not when they are refreshed."""
    attempt = current()
    if attempt is not None:
        user = user_of(attempt.pool.user(username))
        ask(
            ours,
            attempt.pool,
            "PostAuthentication",
            "Authentication",
            user_name=user.name,
            client_id=client_id,
            request={"userAttributes": user.attributes, "newDeviceUsed": False},
            metadata=attempt.metadata,
        )
    return wrapped(client_id, username)


PLACES = [
    Place(module=MODELS, owner="CognitoIdpBackend", name="initiate_auth", replacement=_initiate_auth),
    Place(module=MODELS, owner="CognitoIdpBackend", name="admin_initiate_auth", replacement=_admin_initiate_auth),
    Place(
        module=MODELS,
        owner="CognitoIdpBackend",
        name="respond_to_auth_challenge",
        replacement=_respond_to_auth_challenge,
    ),
    Place(module=MODELS, owner="CognitoIdpBackend", name="forgot_password", replacement=_forgot_password),
    Place(module=MODELS, owner="CognitoIdpUserPool", name="create_refresh_token", replacement=_create_refresh_token),
]
