"""Signing in: what is asked before, told after, and brought along from an older directory."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.moto_cognito.conftest import ARN, BOB, PASSWORD, Pool, client, code_of, fails, refused

METADATA = {"device": "phone"}
ALL = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
BEFORE, AFTER = "PreAuthentication_Authentication", "PostAuthentication_Authentication"
TOKENS = "TokenGeneration_Authentication"
PROOF = {"PASSWORD_CLAIM_SIGNATURE": "s", "TIMESTAMP": "t"}


def attributes(sub: str, status: str = "CONFIRMED", **others: str) -> Any:
    return {"sub": sub, "cognito:user_status": status, **others}


def admin_sign_in(pool: Pool, flow: str = "ADMIN_USER_PASSWORD_AUTH", **members: Any) -> Any:
    asks = {"UserPoolId": pool.id, "ClientId": pool.client_id, "AuthFlow": flow, "AuthParameters": BOB, **members}
    return pool.cognito.admin_initiate_auth(**asks)


def test_a_sign_in_is_told_before_and_after_it_in_this_order(pool: Pool) -> None:
    pool.deploy(*ALL)
    sub = pool.with_user(email="bob@example.com")
    pool.sign_in(ClientMetadata=METADATA)
    user = attributes(sub, email="bob@example.com")
    groups: Any = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
    assert pool.told == [
        pool.event(BEFORE, {"userAttributes": user, "validationData": METADATA}, {}),
        pool.event(AFTER, {"userAttributes": user, "newDeviceUsed": False}, {}),
        pool.event(TOKENS, {"userAttributes": user, "groupConfiguration": groups}, {"claimsOverrideDetails": None}),
    ]


def test_an_administrator_signs_somebody_in_as_they_would(pool: Pool) -> None:
    pool.deploy(*ALL)
    sub = pool.with_user()
    admin_sign_in(pool, ClientMetadata=METADATA)
    before = {"userAttributes": attributes(sub), "validationData": METADATA}
    assert pool.told[0] == pool.event(BEFORE, before, {})
    assert pool.sources == [BEFORE, AFTER, TOKENS]
    pool.told.clear()
    admin_sign_in(pool, "ADMIN_NO_SRP_AUTH")
    assert pool.sources == [BEFORE, AFTER, TOKENS]


def test_a_function_can_keep_somebody_from_signing_in(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    pool.respond[BEFORE] = fails("closed on Sundays")
    expected = ("UserLambdaValidationException", "PreAuthentication failed with error closed on Sundays.")
    assert refused(pool.sign_in) == expected
    assert refused(lambda: admin_sign_in(pool)) == expected
    assert pool.sources == [BEFORE, BEFORE]


def test_no_tokens_without_the_function_that_comes_after(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    pool.respond[AFTER] = fails("no record")
    assert refused(pool.sign_in) == (
        "UserLambdaValidationException",
        "PostAuthentication failed with error no record.",
    )
    assert pool.sources == [BEFORE, AFTER]


def test_the_password_is_looked_at_after_the_function_has_agreed(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    wrong = {**BOB, "PASSWORD": "wrong"}
    assert refused(lambda: pool.sign_in(parameters=wrong))[0] == "NotAuthorizedException"
    assert pool.sources == [BEFORE]


def test_nobody_is_asked_about_a_name_that_nobody_has(pool: Pool) -> None:
    pool.deploy(*ALL)
    assert refused(pool.sign_in)[0] == "UserNotFoundException"
    assert pool.told == []


def test_a_client_that_hides_who_exists_asks_about_every_name(pool: Pool) -> None:
    pool.deploy(*ALL, PreventUserExistenceErrors="ENABLED")
    assert refused(pool.sign_in)[0] == "UserNotFoundException"
    sub = pool.with_user()
    pool.sign_in()
    nobody: Any = {"userAttributes": {}, "validationData": None, "userNotFound": True}
    somebody = {"userAttributes": attributes(sub), "validationData": None, "userNotFound": False}
    assert pool.told[:2] == [pool.event(BEFORE, nobody, {}), pool.event(BEFORE, somebody, {})]


def test_a_new_password_comes_between(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.cognito.admin_create_user(UserPoolId=pool.id, Username="bob", TemporaryPassword=PASSWORD)
    sub = pool.user()["sub"]
    challenge = pool.sign_in(ClientMetadata={"ignored": "afterwards"})
    assert (challenge["ChallengeName"], pool.sources) == ("NEW_PASSWORD_REQUIRED", [BEFORE])
    pool.cognito.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": "Another1!"},
        ClientMetadata=METADATA,
    )
    groups: Any = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
    user = attributes(sub)
    assert pool.told[1:] == [
        pool.event(AFTER, {"userAttributes": user, "newDeviceUsed": False, "clientMetadata": METADATA}, {}),
        pool.event(
            "TokenGeneration_NewPasswordChallenge",
            {"userAttributes": user, "groupConfiguration": groups, "clientMetadata": METADATA},
            {"claimsOverrideDetails": None},
        ),
    ]


def test_an_administrators_answer_to_a_challenge_is_one_too(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.cognito.admin_create_user(UserPoolId=pool.id, Username="bob", TemporaryPassword=PASSWORD)
    challenge = admin_sign_in(pool)
    pool.cognito.admin_respond_to_auth_challenge(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": "Another1!"},
        ClientMetadata=METADATA,
    )
    assert pool.sources == [BEFORE, AFTER, "TokenGeneration_NewPasswordChallenge"]
    assert pool.told[1]["request"]["clientMetadata"] == METADATA


def test_srp_is_told_at_its_beginning_and_at_its_end(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    challenge = pool.sign_in("USER_SRP_AUTH", {"USERNAME": "bob", "SRP_A": "a"})
    assert (challenge["ChallengeName"], pool.sources) == ("PASSWORD_VERIFIER", [BEFORE])
    block = challenge["ChallengeParameters"]["SECRET_BLOCK"]
    pool.answer(challenge, PASSWORD_CLAIM_SECRET_BLOCK=block, **PROOF)
    assert pool.sources == [BEFORE, AFTER, TOKENS]


def test_tokens_are_refreshed_without_a_sign_in(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    refresh = pool.sign_in()["AuthenticationResult"]["RefreshToken"]
    pool.told.clear()
    pool.sign_in("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh})
    admin_sign_in(pool, "REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh})
    assert pool.sources == ["TokenGeneration_RefreshTokens"] * 2


def test_what_moto_refuses_asks_no_function(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()
    assert refused(lambda: pool.sign_in("ADMIN_USER_PASSWORD_AUTH"))[0] == "InvalidParameterException"
    assert refused(lambda: admin_sign_in(pool, "USER_PASSWORD_AUTH"))[0] == "InvalidParameterException"
    assert refused(lambda: admin_sign_in(pool, ClientId="other"))[0] == "ResourceNotFoundException"
    assert refused(lambda: admin_sign_in(pool, UserPoolId="us-east-1_other"))[0] == "ResourceNotFoundException"
    assert pool.told == []


def test_a_function_may_sign_somebody_in_itself(pool: Pool) -> None:
    pool.deploy(*ALL)
    pool.with_user()

    def sign_in(event: Any) -> Any:
        pool.respond.clear()
        pool.sign_in()
        return event

    pool.respond[AFTER] = sign_in
    pool.sign_in()
    assert pool.sources == [BEFORE, AFTER, BEFORE, AFTER, TOKENS, TOKENS]


MIGRATION = "UserMigration_Authentication"
UNDECIDED = {
    "userAttributes": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
}
EMAIL = {"email": "bob@example.com", "email_verified": "true"}


def test_a_user_of_an_older_directory_is_taken_over_at_sign_in(pool: Pool) -> None:
    pool.deploy(*ALL, "UserMigration")
    pool.responds(MIGRATION, userAttributes={**EMAIL, "email_verified": True}, finalUserStatus="CONFIRMED")
    assert "AccessToken" in pool.sign_in(ClientMetadata=METADATA)["AuthenticationResult"]
    request = {"password": PASSWORD, "validationData": METADATA, "userAttributes": None}
    assert pool.told[0] == pool.event(MIGRATION, request, UNDECIDED)
    assert pool.sources == [MIGRATION, BEFORE, AFTER, TOKENS]
    assert pool.user() == {"status": "CONFIRMED", "sub": pool.user()["sub"], **EMAIL}
    pool.told.clear()
    pool.sign_in()
    assert pool.sources == [BEFORE, AFTER, TOKENS]


def test_an_administrator_brings_somebody_along_too(pool: Pool) -> None:
    pool.deploy("UserMigration")
    pool.responds(MIGRATION, userAttributes=EMAIL)
    assert "AccessToken" in admin_sign_in(pool)["AuthenticationResult"]
    assert pool.user()["status"] == "CONFIRMED"


def test_who_is_taken_over_may_have_to_set_a_new_password(pool: Pool) -> None:
    pool.deploy("UserMigration")
    pool.responds(MIGRATION, userAttributes=EMAIL, finalUserStatus="RESET_REQUIRED")
    assert refused(pool.sign_in) == ("PasswordResetRequiredException", "Password reset required for the user")
    assert pool.user()["status"] == "RESET_REQUIRED"


def test_who_is_taken_over_may_have_a_temporary_password(pool: Pool) -> None:
    pool.deploy("UserMigration")
    pool.responds(MIGRATION, userAttributes=EMAIL, finalUserStatus="FORCE_CHANGE_PASSWORD")
    assert pool.sign_in()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.parametrize("response", [{}, {"userAttributes": EMAIL, "finalUserStatus": "ARCHIVED"}])
def test_a_migration_without_a_user_is_none(pool: Pool, response: Any) -> None:
    pool.deploy("UserMigration")
    pool.responds(MIGRATION, **response)
    assert refused(pool.sign_in) == ("InvalidLambdaResponseException", "Unrecognizable lambda output")
    assert pool.names() == []


def test_a_function_that_does_not_know_the_user_either_says_so(pool: Pool) -> None:
    pool.deploy("UserMigration")
    pool.respond[MIGRATION] = fails("Bad password")
    assert refused(pool.sign_in) == (
        "UserLambdaValidationException",
        "UserMigration failed with error Bad password.",
    )
    assert pool.names() == []


def test_srp_brings_no_password_and_so_nobody_along(pool: Pool) -> None:
    pool.deploy("UserMigration")
    srp = {"USERNAME": "bob", "SRP_A": "a"}
    assert refused(lambda: pool.sign_in("USER_SRP_AUTH", srp))[0] == "UserNotFoundException"
    assert pool.told == []


def test_who_signs_in_by_email_gets_a_name_made_up(pool: Pool) -> None:
    pool.deploy("UserMigration", users={"UsernameAttributes": ["email"]})
    pool.responds(MIGRATION, userAttributes={**EMAIL, "username": "bobby"})
    pool.sign_in(parameters={"USERNAME": "bob@example.com", "PASSWORD": PASSWORD})
    user = pool.user("bob@example.com")
    assert (pool.names(), user) == ([user["sub"]], {"status": "CONFIRMED", "sub": user["sub"], **EMAIL})


def test_a_forgotten_password_brings_somebody_along(pool: Pool) -> None:
    pool.deploy("UserMigration")
    pool.responds("UserMigration_ForgotPassword", userAttributes=EMAIL)
    forgot = {"ClientId": pool.client_id, "Username": "bob"}
    answer = pool.cognito.forgot_password(**forgot, ClientMetadata=METADATA)
    request = {"password": None, "validationData": None, "userAttributes": None, "clientMetadata": METADATA}
    assert pool.told == [pool.event("UserMigration_ForgotPassword", request, UNDECIDED)]
    assert refused(pool.sign_in)[0] == "NotAuthorizedException"
    assert refused(lambda: pool.sign_in(parameters={"USERNAME": "bob"}))[0] == "NotAuthorizedException"
    pool.cognito.confirm_forgot_password(**forgot, ConfirmationCode=code_of(answer), Password=PASSWORD)
    assert "AccessToken" in pool.sign_in()["AuthenticationResult"]
    pool.cognito.forgot_password(**forgot)
    assert pool.sources == ["UserMigration_ForgotPassword"]


def test_a_forgotten_password_of_nobody_is_motos_matter_without_the_trigger(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.cognito.forgot_password(ClientId=pool.client_id, Username="bob")
    assert (pool.told, pool.names()) == ([], [])


def test_triggers_follow_the_alias_that_is_configured(pool: Pool) -> None:
    functions, ran = client("lambda"), []

    def handler(event: Any, context: Any) -> Any:
        ran.append((context.function_version, context.invoked_function_arn))
        return event

    for _ in range(2):
        pool.mock.function("versioned", handler, Publish=True)
        functions.update_function_configuration(FunctionName="versioned", Description="changed")
    arn = ARN.replace("triggers", "versioned:PROD")
    functions.create_alias(FunctionName="versioned", Name="PROD", FunctionVersion="1")
    pool.deploy("PreAuthentication", arn=arn)
    pool.with_user()
    pool.sign_in()
    functions.update_alias(FunctionName="versioned", Name="PROD", FunctionVersion="2")
    pool.sign_in()
    assert ran == [("1", arn), ("2", arn)]
