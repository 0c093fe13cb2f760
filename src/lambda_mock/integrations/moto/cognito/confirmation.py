"""Users who were confirmed, or have set a new password: the post confirmation trigger is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import Place, tolerated
from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.pools import MODELS, SERVICE, Pool, pool_by_client, pool_by_id, user_of
from lambda_mock.integrations.moto.cognito.triggers import ask

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions


def confirmed(ours: Functions, pool: Pool, user: Any, occasion: str, client_id: str | None) -> None:
    """Tell a pool's function of a user who is confirmed by now."""
    seen = None
    with tolerated(SERVICE):
        seen = user_of(user)
    if seen is not None:
        ask(
            ours,
            pool,
            "PostConfirmation",
            occasion,
            user_name=seen.name,
            client_id=client_id,
            request={"userAttributes": seen.attributes},
            metadata=asked().client_metadata,
        )


def _confirm_sign_up(ours: Functions, wrapped: Any, backend: Any, client_id: str, username: str) -> Any:
    pool = pool_by_client(backend, client_id)
    user = pool and pool.user(username)
    answer = wrapped(client_id, username)
    if pool is not None:
        confirmed(ours, pool, user, "ConfirmSignUp", client_id)
    return answer


def _admin_confirm_sign_up(ours: Functions, wrapped: Any, backend: Any, user_pool_id: str, username: str) -> Any:
    pool = pool_by_id(backend, user_pool_id)
    user = pool and pool.user(username)
    answer = wrapped(user_pool_id, username)
    if pool is not None:
        confirmed(ours, pool, user, "ConfirmSignUp", None)
    return answer


def _confirm_forgot_password(
    ours: Functions, wrapped: Any, backend: Any, client_id: str, username: str, *others: Any
) -> Any:
    pool = pool_by_client(backend, client_id)
    user = pool and pool.user(username)
    answer = wrapped(client_id, username, *others)
    if pool is not None:
        confirmed(ours, pool, user, "ConfirmForgotPassword", client_id)
    return answer


PLACES = [
    Place(module=MODELS, owner="CognitoIdpBackend", name="confirm_sign_up", replacement=_confirm_sign_up),
    Place(module=MODELS, owner="CognitoIdpBackend", name="admin_confirm_sign_up", replacement=_admin_confirm_sign_up),
    Place(
        module=MODELS, owner="CognitoIdpBackend", name="confirm_forgot_password", replacement=_confirm_forgot_password
    ),
]
