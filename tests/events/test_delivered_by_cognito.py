"""What a builder gives of each trigger of a user pool is what the mock delivers."""

from __future__ import annotations

import json
from typing import Any

from lambda_mock import events
from tests.integrations.moto_cognito.conftest import BOB, PASSWORD, Pool, config, pool
from tests.integrations.moto_cognito.test_challenges import TRIGGERS, create, define, verify
from tests.integrations.moto_cognito.test_tokens import in_groups

__all__ = ["config", "pool"]

METADATA = {"device": "phone"}


def same(built: Any, delivered: Any) -> None:
    assert json.dumps(built, indent=1) == json.dumps(delivered, indent=1)


def of(pool: Pool, event: Any, **more: Any) -> dict[str, Any]:
    """Who is told of, and by whom."""
    return {"pool": pool.id, "client_id": pool.client_id, "user_name": event["userName"], **more}


def test_users_who_sign_up_and_are_confirmed(pool: Pool) -> None:
    pool.deploy("PreSignUp", "PostConfirmation")
    attributes = [{"Name": "email", "Value": "bob@example.com"}]
    pool.sign_up(UserAttributes=attributes, ValidationData=[{"Name": "v", "Value": "1"}], ClientMetadata=METADATA)
    pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob", ClientMetadata=METADATA)
    pool.cognito.admin_create_user(UserPoolId=pool.id, Username="eve")
    signed_up, confirmed, created = pool.told
    same(
        events.cognito_pre_sign_up(
            attributes={"email": "bob@example.com"},
            validation_data={"v": "1"},
            client_metadata=METADATA,
            **of(pool, signed_up),
        ),
        signed_up,
    )
    told = confirmed["request"]["userAttributes"]
    same(
        events.cognito_post_confirmation(
            attributes=told, client_metadata=METADATA, **of(pool, confirmed, client_id=None)
        ),
        confirmed,
    )
    same(events.cognito_pre_sign_up("AdminCreateUser", attributes={}, **of(pool, created, client_id=None)), created)


def test_users_who_sign_in(pool: Pool) -> None:
    pool.deploy("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
    pool.with_user(email="bob@example.com")
    in_groups(pool)
    pool.sign_in(ClientMetadata=METADATA)
    before, after, tokens = (
        next(event for event in pool.told if event["triggerSource"].startswith(name))
        for name in ("PreAuthentication", "PostAuthentication", "TokenGeneration")
    )
    attributes = before["request"]["userAttributes"]
    same(events.cognito_pre_authentication(attributes=attributes, validation_data=METADATA, **of(pool, before)), before)
    same(events.cognito_post_authentication(attributes=attributes, **of(pool, after)), after)
    role = "arn:aws:iam::123456789012:role/"
    same(
        events.cognito_pre_token_generation(
            attributes=attributes,
            groups=["staff", "buyers", "guests"],
            roles=[f"{role}worker", f"{role}buyer"],
            preferred_role=f"{role}worker",
            **of(pool, tokens),
        ),
        tokens,
    )


def test_tokens_of_the_second_version(pool: Pool) -> None:
    from tests.integrations.moto_cognito.test_tokens import second_version

    second_version(pool)
    pool.sign_in()
    (event,) = pool.told
    attributes = event["request"]["userAttributes"]
    same(events.cognito_pre_token_generation(version=2, attributes=attributes, **of(pool, event)), event)


def test_users_of_an_older_directory(pool: Pool) -> None:
    pool.deploy("UserMigration", "PreAuthentication", PreventUserExistenceErrors="ENABLED")
    migrated = {"userAttributes": {"email": "bob@example.com"}, "finalUserStatus": "CONFIRMED"}
    pool.responds("UserMigration_Authentication", **migrated)
    pool.responds("UserMigration_ForgotPassword", **migrated)
    pool.cognito.forgot_password(ClientId=pool.client_id, Username="ann", ClientMetadata=METADATA)
    pool.sign_in(ClientMetadata=METADATA)
    forgotten, signing_in, authenticating = pool.told
    same(events.cognito_user_migration("ForgotPassword", client_metadata=METADATA, **of(pool, forgotten)), forgotten)
    same(events.cognito_user_migration(password=PASSWORD, validation_data=METADATA, **of(pool, signing_in)), signing_in)
    attributes = authenticating["request"]["userAttributes"]
    same(
        events.cognito_pre_authentication(
            attributes=attributes, validation_data=METADATA, user_not_found=False, **of(pool, authenticating)
        ),
        authenticating,
    )


def test_challenges_of_a_pools_own(pool: Pool) -> None:
    pool.deploy(*TRIGGERS, PreventUserExistenceErrors="ENABLED")
    for trigger, responds in zip(TRIGGERS, (define, create, verify), strict=True):
        pool.respond[f"{trigger}_Authentication"] = responds
    pool.with_user()
    challenge = pool.sign_in("CUSTOM_AUTH", {"USERNAME": BOB["USERNAME"]})
    pool.answer(challenge, ANSWER="five 1")
    defined, created, verified, last = pool.told
    about = of(pool, defined, attributes=defined["request"]["userAttributes"], user_not_found=False)
    same(events.cognito_define_auth_challenge(**about), defined)
    same(events.cognito_create_auth_challenge(**about), created)
    same(events.cognito_verify_auth_challenge("five 1", {"answer": "five 1"}, **about), verified)
    behind = [events.challenge(correct=True, metadata="QUESTION_1")]
    same(events.cognito_define_auth_challenge(behind, **about), last)
