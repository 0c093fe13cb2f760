"""Cognito's events of a sign-in: before and after it, its tokens, and challenges of a pool's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lambda_mock.events.made_up import REGION, Event, refuse
from lambda_mock.events.user_pools import CLIENT, USER, Told, asked, attributes_of

SCOPE = "aws.cognito.signin.user.admin"
"""The scope of the tokens of everybody who signs in by Cognito's API."""

_DETAILS = {1: "claimsOverrideDetails", 2: "claimsAndScopeOverrideDetails", 3: "claimsAndScopeOverrideDetails"}


def undecided_tokens(version: int) -> Told:
    """What the function of PreTokenGeneration may decide, as it finds it."""
    return {_DETAILS[version]: None}


def cognito_pre_authentication(
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    validation_data: Told | None = None,
    user_not_found: bool | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """Somebody is about to sign in: `events.cognito_pre_authentication(user_name="bob")`.

    `validation_data` is the ClientMetadata of the call. `user_not_found` is told where the app client keeps to itself
    which users there are: such a user has no attributes. The other options are those of `events.cognito_pre_sign_up`.

    Source: "Pre authentication Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "PreAuthentication",
        "Authentication",
        {
            "userAttributes": {} if user_not_found else attributes_of(attributes),
            "validationData": validation_data,
            **_whether_found(user_not_found),
        },
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=None,
        region=region,
    )


def cognito_post_authentication(
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    new_device_used: bool = False,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """Somebody has signed in: `events.cognito_post_authentication(user_name="bob")`.

    The options are those of `events.cognito_pre_sign_up`.

    Source: "Post authentication Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "PostAuthentication",
        "Authentication",
        {"userAttributes": attributes_of(attributes), "newDeviceUsed": new_device_used},
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_pre_token_generation(
    occasion: Literal[
        "HostedAuth", "Authentication", "NewPasswordChallenge", "AuthenticateDevice", "RefreshTokens"
    ] = "Authentication",
    *,
    version: Literal[1, 2, 3] = 1,
    user_name: str = USER,
    attributes: Told | None = None,
    groups: Sequence[str] = (),
    roles: Sequence[str] = (),
    preferred_role: str | None = None,
    scopes: Sequence[str] = (SCOPE,),
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """Tokens are about to be made: `events.cognito_pre_token_generation(version=2, groups=["admins"])`.

    `version` is that of the event (`V1_0`, `V2_0`, `V3_0` in the pool); scopes are told from 2 on. `roles` are the ARNs
    of the groups' roles. The other options are those of `events.cognito_pre_sign_up`. LambdaMockError for another
    version or occasion.

    Source: "Pre token generation Lambda trigger" in the developer guide of Cognito.
    """
    if version not in _DETAILS:
        refuse("version of the event", version, map(str, _DETAILS))
    request: dict[str, Any] = {
        "userAttributes": attributes_of(attributes),
        "groupConfiguration": {
            "groupsToOverride": list(groups),
            "iamRolesToOverride": list(roles),
            "preferredRole": preferred_role,
        },
        **({} if version == 1 else {"scopes": list(scopes)}),
    }
    return asked(
        "PreTokenGeneration",
        occasion,
        request,
        occasions=("HostedAuth", "Authentication", "NewPasswordChallenge", "AuthenticateDevice", "RefreshTokens"),
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
        response=undecided_tokens(version),
        version=str(version),
    )


def cognito_define_auth_challenge(
    session: Sequence[Mapping[str, Any]] = (),
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    user_not_found: bool | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """The next challenge is to be chosen.

    `events.cognito_define_auth_challenge([events.challenge("CUSTOM_CHALLENGE", correct=True)])`. `session` has the
    challenges that are behind the user. The other options are those of `events.cognito_pre_authentication`.

    Source: "Define Auth challenge Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "DefineAuthChallenge",
        "Authentication",
        {**_user(attributes, user_not_found), "session": list(session), **_whether_found(user_not_found)},
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_create_auth_challenge(
    session: Sequence[Mapping[str, Any]] = (),
    *,
    challenge_name: str = "CUSTOM_CHALLENGE",
    user_name: str = USER,
    attributes: Told | None = None,
    user_not_found: bool | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """A challenge is to be made: `events.cognito_create_auth_challenge()`.

    The options are those of `events.cognito_define_auth_challenge`.

    Source: "Create Auth challenge Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "CreateAuthChallenge",
        "Authentication",
        {
            **_user(attributes, user_not_found),
            "challengeName": challenge_name,
            "session": list(session),
            **_whether_found(user_not_found),
        },
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def cognito_verify_auth_challenge(
    answer: str | None = "answer",
    private_parameters: Told | None = None,
    *,
    user_name: str = USER,
    attributes: Told | None = None,
    user_not_found: bool | None = None,
    client_metadata: Told | None = None,
    pool: str | None = None,
    client_id: str | None = CLIENT,
    region: str = REGION,
) -> Event:
    """An answer to a challenge is to be judged: `events.cognito_verify_auth_challenge("1234", {"code": "1234"})`.

    `private_parameters` are those that the challenge was created with. The other options are those of
    `events.cognito_define_auth_challenge`.

    Source: "Verify Auth challenge response Lambda trigger" in the developer guide of Cognito.
    """
    return asked(
        "VerifyAuthChallengeResponse",
        "Authentication",
        {
            **_user(attributes, user_not_found),
            "privateChallengeParameters": dict(private_parameters or {}),
            "challengeAnswer": answer,
            **_whether_found(user_not_found),
        },
        user_name=user_name,
        pool=pool,
        client_id=client_id,
        metadata=client_metadata,
        region=region,
    )


def challenge(name: str = "CUSTOM_CHALLENGE", *, correct: bool, metadata: str | None = None) -> Event:
    """A challenge that is behind a user, for the `session` of those that define and create challenges."""
    return {"challengeName": name, "challengeResult": correct, "challengeMetadata": metadata}


def _user(attributes: Told | None, user_not_found: bool | None) -> Told:  # noqa: FBT001 - private
    return {"userAttributes": {} if user_not_found else attributes_of(attributes)}


def _whether_found(user_not_found: bool | None) -> Told:  # noqa: FBT001 - private
    return {} if user_not_found is None else {"userNotFound": user_not_found}
