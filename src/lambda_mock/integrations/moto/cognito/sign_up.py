"""Users who sign up, or are created: the pre sign-up trigger decides whether they may, and whether they are confirmed.

moto makes the user first, for its own checks. While the function runs the user isn't in the pool, as on AWS: functions
look there whether somebody has the address already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import Place, tolerated
from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.confirmation import confirmed
from lambda_mock.integrations.moto.cognito.pools import (
    MODELS,
    SERVICE,
    Pool,
    User,
    new_user_of,
    pool_by_client,
    pool_by_id,
    refusal,
    status,
)
from lambda_mock.integrations.moto.cognito.triggers import ask, flag, function_of

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_TRIGGER = "PreSignUp"
_VERIFIED = {"autoVerifyEmail": "email", "autoVerifyPhone": "phone_number"}


def _sign_up(
    ours: Functions, wrapped: Any, backend: Any, client_id: str, username: str, password: str, attributes: Any
) -> Any:
    pool = pool_by_client(backend, client_id)
    user, details = wrapped(client_id, username, password, attributes)
    if pool is None:
        return user, details
    response = _admitted(ours, pool, user, "SignUp", client_id)
    if response is not None and flag(response, "autoConfirmUser"):
        confirmed(ours, pool, user, "ConfirmSignUp", client_id)
        return user, None
    return user, details


def _admin_create_user(
    ours: Functions,
    wrapped: Any,
    backend: Any,
    user_pool_id: str,
    username: str,
    message_action: str | None,
    *others: Any,
) -> Any:
    pool = pool_by_id(backend, user_pool_id)
    user = wrapped(user_pool_id, username, message_action, *others)
    if pool is not None and message_action != "RESEND":
        _admitted(ours, pool, user, "AdminCreateUser", None)
    return user


def _admitted(ours: Functions, pool: Pool, user: Any, occasion: str, client_id: str | None) -> Any:
    """Have the function, if there is one, decide on a new user. What it responds."""
    new = None
    if function_of(pool, _TRIGGER) is not None:
        with tolerated(SERVICE):
            new = new_user_of(user)
            users = pool.kept.users
            users.pop(new.name, None)
    if new is None:
        return None
    response = ask(
        ours,
        pool,
        _TRIGGER,
        occasion,
        user_name=new.name,
        client_id=client_id,
        request={"userAttributes": new.attributes, "validationData": asked().validation_data},
        metadata=asked().client_metadata,
    )
    if client_id is not None and response is not None:
        _take(response, user, new)
    if new.name in users:
        raise refusal("UsernameExistsException", "User already exists")
    users[new.name] = user
    return response


def _take(response: Any, user: Any, new: User) -> None:
    """What a function may decide of somebody who signs up themselves."""
    confirms = flag(response, "autoConfirmUser")
    verified = [attribute for member, attribute in _VERIFIED.items() if flag(response, member)]
    if verified and not confirms:
        message = "Phone or email cannot be auto verified, when user is not being auto confirmed."
        raise refusal("InvalidLambdaResponseException", message)
    for attribute in verified:
        if not new.attributes.get(attribute):
            message = f"The user has no {attribute} that could be verified automatically."
            raise refusal("InvalidLambdaResponseException", message)
    with tolerated(SERVICE):
        user.update_attributes([{"Name": f"{attribute}_verified", "Value": "true"} for attribute in verified])
        if confirms:
            user.status = status("CONFIRMED")


PLACES = [
    Place(module=MODELS, owner="CognitoIdpBackend", name="sign_up", replacement=_sign_up),
    Place(module=MODELS, owner="CognitoIdpBackend", name="admin_create_user", replacement=_admin_create_user),
]
