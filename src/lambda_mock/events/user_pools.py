"""Cognito's events: what a user pool tells the functions of its triggers, and those about users who come to be.

Sign-ins are in `sign_ins`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from lambda_mock.events.made_up import REGION, Event, digits_of, plain, refuse, uuid_of

Told = Mapping[str, Any]
"""What callers of Cognito give to triggers, by name."""

UNDECIDED: Mapping[str, Mapping[str, Any]] = {
    "PreSignUp": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    "PostConfirmation": {},
    "UserMigration": {
        "userAttributes": None,
        "forceAliasCreation": None,
        "enableSMSMFA": None,
        "finalUserStatus": None,
        "messageAction": None,
        "desiredDeliveryMediums": None,
    },
    "CustomMessage": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    "PreAuthentication": {},
    "PostAuthentication": {},
    "DefineAuthChallenge": {"challengeName": None, "issueTokens": None, "failAuthentication": None},
    "CreateAuthChallenge": {
        "publicChallengeParameters": None,
        "privateChallengeParameters": None,
        "challengeMetadata": None,
    },
    "VerifyAuthChallengeResponse": {"answerCorrect": None},
}
"""What a function may decide, by trigger, as it finds it. That of PreTokenGeneration goes by its version."""

_SOURCES = {"PreTokenGeneration": "TokenGeneration"}
"""The triggers whose `triggerSource` begins with another name."""

_NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
_SDK = "aws-sdk-unknown-unknown"


def trigger_event(
    trigger: str,
    occasion: str,
    *,
    region: str,
    pool_id: str,
    user_name: str | None,
    client_id: str | None,
    request: Told,
    response: Told,
    metadata: Told | None,
    version: str = "1",
) -> Event:
    """What the function of a trigger is asked; `occasion` is the second half of `triggerSource`.

    `metadata` is the client's, for the triggers that are told of it.
    """
    return {
        "version": version,
        "triggerSource": f"{_SOURCES.get(trigger, trigger)}_{occasion}",
        "region": region,
        "userPoolId": pool_id,
        "userName": user_name,
        "callerContext": {"awsSdkVersion": _SDK, "clientId": client_id or _NO_CLIENT},
        "request": {**request, **({"clientMetadata": metadata} if metadata else {})},
        "response": response,
    }


# Builders -------------------------------------------------------------------------------------------------------------

USER = "ann"
CLIENT = digits_of(26, "client")
_EMAIL = f"{USER}@example.com"


def pool_of(pool: str | None, region: str) -> str:
    """The id of a pool, made up if none is given."""
    return pool or f"{region}_{digits_of(9, 'pool')}"


def attributes_of(given: Told | None, status: str = "CONFIRMED") -> Told:
    """The attributes of a user who has signed up, made up if none are given."""
    if given is not None:
        return dict(plain("attributes", dict(given)))
    sub = uuid_of("user", USER)
    return {"sub": sub, "email": _EMAIL, "email_verified": "true", "cognito:user_status": status}


def asked(
    trigger: str,
    occasion: str,
    request: Told,
    *,
    occasions: tuple[str, ...] = ("Authentication",),
    user_name: str,
    pool: str | None,
    client_id: str | None,
    metadata: Told | None,
    region: str,
    response: Told | None = None,
    version: str = "1",
) -> Event:
    """The event of a trigger on one of its occasions. LambdaMockError for another occasion."""
    if occasion not in occasions:
        refuse(f"occasion of {trigger}", occasion, occasions)
    return trigger_event(
        trigger,
        occasion,
        region=region,
        pool_id=pool_of(pool, region),
        user_name=user_name,
        client_id=client_id,
        request=plain("the request", dict(request)),
        response=dict(UNDECIDED[trigger] if response is None else response),
        metadata=metadata and plain("client_metadata", dict(metadata)),
        version=version,
    )


def cognito_pre_sign_up(
    occasion: Literal["SignUp", "AdminCreateUser", "ExternalProvider"] = "SignUp",
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    validation_data: Told | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """Somebody is about to sign up: `events.cognito_pre_sign_up(attributes={"email": "ann@example.com"})`.

    `occasion` is the second half of `triggerSource`. `attributes` are all that is told of the user, made up if they
    aren't given. `pool` is the pool's id; a `client_id` of None is that of calls by administrators, which name no app
    client. LambdaMockError for an occasion that the trigger doesn't have.

    Source: "Pre sign-up Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "PreSignUp",
        occasion,
        {"userAttributes": {"email": _EMAIL} if attributes is None else attributes, "validationData": validation_data},
        occasions=("SignUp", "AdminCreateUser", "ExternalProvider"),
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_post_confirmation(
    occasion: Literal["ConfirmSignUp", "ConfirmForgotPassword"] = "ConfirmSignUp",
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """Somebody was confirmed, or has set a new password: `events.cognito_post_confirmation("ConfirmForgotPassword")`.

    The options are those of `events.cognito_pre_sign_up`.

    Source: "Post confirmation Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "PostConfirmation",
        occasion,
        {"userAttributes": attributes_of(attributes)},
        occasions=("ConfirmSignUp", "ConfirmForgotPassword"),
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_user_migration(
    occasion: Literal["Authentication", "ForgotPassword"] = "Authentication",
    *,
    user_name: str = USER,
    password: str | None = None,
    validation_data: Told | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """A name that the pool doesn't have signs in, or has forgotten its password.

    `events.cognito_user_migration(user_name="bob", password="Passw0rd!")`. Who has forgotten it has no `password`; who
    signs in has one, made up if it isn't given. The other options are those of `events.cognito_pre_sign_up`.

    Source: "Migrate user Lambda trigger" in the developer guide of Cognito.
    """
    made_up = "Passw0rd!" if occasion == "Authentication" else None
    return asked(
        "UserMigration",
        occasion,
        {
            "password": made_up if password is None else password,
            "validationData": validation_data,
            "userAttributes": None,
        },
        occasions=("Authentication", "ForgotPassword"),
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_custom_message(
    occasion: Literal[
        "SignUp",
        "AdminCreateUser",
        "ResendCode",
        "ForgotPassword",
        "UpdateUserAttribute",
        "VerifyUserAttribute",
        "Authentication",
    ] = "SignUp",
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """A message is about to be sent: `events.cognito_custom_message("ForgotPassword")`.

    `codeParameter`, and `usernameParameter` of AdminCreateUser, are what the function puts in for the code and the
    name. The options are those of `events.cognito_pre_sign_up`.

    Source: "Custom message Lambda trigger" in the developer guide of Cognito. moto sends no messages, so that no such
    event comes by itself.
    """
    return asked(
        "CustomMessage",
        occasion,
        {
            "userAttributes": attributes_of(attributes, "UNCONFIRMED" if occasion == "SignUp" else "CONFIRMED"),
            "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}",
            "usernameParameter": "{username}" if occasion == "AdminCreateUser" else None,
        },
        occasions=(
            "SignUp",
            "AdminCreateUser",
            "ResendCode",
            "ForgotPassword",
            "UpdateUserAttribute",
            "VerifyUserAttribute",
            "Authentication",
        ),
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )
