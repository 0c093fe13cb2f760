"""Users who are about to sign in: the pre authentication trigger may keep them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.pools import Pool, user_of
from lambda_mock.integrations.moto.cognito.triggers import ask, function_of

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_TRIGGER = "PreAuthentication"


def pre_authenticate(ours: Functions, pool: Pool, client_id: str, username: str | None) -> None:
    """Ask the function whether a user may sign in. Of a name that nobody has, only where that is kept a secret."""
    if function_of(pool, _TRIGGER) is None:
        return
    kept, hides = pool.user(username), pool.hides_who_exists(client_id)
    if kept is None and not hides:
        return
    user = None if kept is None else user_of(kept)
    ask(
        ours,
        pool,
        _TRIGGER,
        "Authentication",
        user_name=username if user is None else user.name,
        client_id=client_id,
        request={
            "userAttributes": {} if user is None else user.attributes,
            "validationData": asked().client_metadata,
            **({"userNotFound": user is None} if hides else {}),
        },
    )
