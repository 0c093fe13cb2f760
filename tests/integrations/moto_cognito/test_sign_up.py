"""Signing up, being created and being confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.moto_cognito.conftest import PASSWORD, Pool, code_of, fails, refused

EMAIL = [{"Name": "email", "Value": "bob@example.com"}]
PHONE = [{"Name": "phone_number", "Value": "+12065550100"}]
UNDECIDED = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
METADATA = {"campaign": "spring"}


def test_pre_sign_up_is_told_all_that_the_new_user_gave(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.sign_up(UserAttributes=EMAIL, ValidationData=[{"Name": "age", "Value": "33"}], ClientMetadata=METADATA)
    request = {
        "userAttributes": {"email": "bob@example.com"},
        "validationData": {"age": "33"},
        "clientMetadata": METADATA,
    }
    assert pool.told == [pool.event("PreSignUp_SignUp", request, UNDECIDED)]
    assert pool.mock.invocations[0].source_arn == pool.arn


def test_what_the_new_user_did_not_give_is_null_or_missing(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.sign_up()
    request: Any = {"userAttributes": {}, "validationData": None}
    assert pool.told == [pool.event("PreSignUp_SignUp", request, UNDECIDED)]


def test_a_new_user_who_is_let_in_unchanged_is_unconfirmed(pool: Pool) -> None:
    pool.deploy("PreSignUp", "PostConfirmation", users={"AutoVerifiedAttributes": ["email"]})
    answer = pool.sign_up(UserAttributes=EMAIL)
    sub = pool.user()["sub"]
    assert pool.user() == {"status": "UNCONFIRMED", "email": "bob@example.com", "sub": sub}
    assert (answer["UserConfirmed"], answer["UserSub"]) == (False, sub)
    assert "CodeDeliveryDetails" in answer
    assert pool.sources == ["PreSignUp_SignUp"]


def test_a_function_can_confirm_and_verify_a_new_user(pool: Pool) -> None:
    pool.deploy("PreSignUp", "PostConfirmation", users={"AutoVerifiedAttributes": ["email"]})
    pool.responds("PreSignUp_SignUp", autoConfirmUser=True, autoVerifyEmail="true", autoVerifyPhone=True)
    answer = pool.sign_up(UserAttributes=EMAIL + PHONE, ClientMetadata=METADATA)
    user = pool.user()
    assert (answer["UserConfirmed"], answer.get("CodeDeliveryDetails")) == (True, None)
    assert user == {
        "status": "CONFIRMED",
        "email": "bob@example.com",
        "email_verified": "true",
        "phone_number": "+12065550100",
        "phone_number_verified": "true",
        "sub": user["sub"],
    }
    attributes = {key: value for key, value in user.items() if key != "status"}
    request = {"userAttributes": {**attributes, "cognito:user_status": "CONFIRMED"}, "clientMetadata": METADATA}
    assert pool.sources == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    assert pool.told[1] == pool.event("PostConfirmation_ConfirmSignUp", request, {})


def test_a_function_that_raises_keeps_the_user_out(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.respond["PreSignUp_SignUp"] = fails("Employees only")
    expected = ("UserLambdaValidationException", "PreSignUp failed with error Employees only.")
    assert refused(pool.sign_up) == expected
    assert pool.names() == []
    del pool.respond["PreSignUp_SignUp"]
    pool.sign_up()
    assert pool.names() == ["bob"]


@pytest.mark.parametrize(
    ("attributes", "response", "message"),
    [
        (
            EMAIL,
            {"autoVerifyEmail": True},
            "Phone or email cannot be auto verified, when user is not being auto confirmed.",
        ),
        (
            EMAIL,
            {"autoConfirmUser": True, "autoVerifyPhone": True},
            "The user has no phone_number that could be verified automatically.",
        ),
        (EMAIL, {"autoConfirmUser": "perhaps"}, "Unrecognizable lambda output"),
        (EMAIL, {"autoConfirmUser": 1}, "Unrecognizable lambda output"),
    ],
    ids=["not confirmed", "no such attribute", "no yes or no", "a number"],
)
def test_a_decision_that_cannot_be_carried_out_keeps_the_user_out(
    pool: Pool, attributes: Any, response: Any, message: str
) -> None:
    pool.deploy("PreSignUp")
    pool.responds("PreSignUp_SignUp", **response)
    assert refused(lambda: pool.sign_up(UserAttributes=attributes)) == ("InvalidLambdaResponseException", message)
    assert pool.names() == []


def test_the_user_is_not_in_the_pool_while_the_function_decides(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    seen = []

    def look(event: Any) -> Any:
        seen.append(pool.names())
        return event

    pool.respond["PreSignUp_SignUp"] = look
    pool.sign_up()
    assert seen == [[]]


def test_a_function_that_takes_the_name_itself_leaves_it_to_nobody_else(pool: Pool) -> None:
    pool.deploy("PreSignUp")

    def take(event: Any) -> Any:
        pool.respond.clear()
        pool.sign_up()
        return event

    pool.respond["PreSignUp_SignUp"] = take
    assert refused(pool.sign_up) == ("UsernameExistsException", "User already exists")
    assert pool.names() == ["bob"]


def test_moto_checks_a_sign_up_before_the_function_does(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    weak = {"ClientId": pool.client_id, "Username": "bob", "Password": "password"}
    assert refused(lambda: pool.cognito.sign_up(**weak))[0] == "InvalidPasswordException"
    pool.sign_up()
    assert refused(pool.sign_up)[0] == "UsernameExistsException"
    assert pool.sources == ["PreSignUp_SignUp"]


def test_who_signs_up_by_email_has_a_made_up_name(pool: Pool) -> None:
    pool.deploy("PreSignUp", users={"UsernameAttributes": ["email"]})
    sub = pool.sign_up("bob@example.com")["UserSub"]
    request = {"userAttributes": {"email": "bob@example.com"}, "validationData": None}
    assert pool.told == [pool.event("PreSignUp_SignUp", request, UNDECIDED, userName=sub)]


def test_a_created_user_is_decided_on_too_but_not_confirmed(pool: Pool) -> None:
    pool.deploy("PreSignUp", "PostConfirmation")
    pool.responds("PreSignUp_AdminCreateUser", autoConfirmUser=True, autoVerifyEmail=True)
    create = {"UserPoolId": pool.id, "Username": "bob", "UserAttributes": EMAIL}
    pool.cognito.admin_create_user(**create, ValidationData=[{"Name": "age", "Value": "33"}], ClientMetadata=METADATA)
    request = {
        "userAttributes": {"email": "bob@example.com"},
        "validationData": {"age": "33"},
        "clientMetadata": METADATA,
    }
    event = pool.event("PreSignUp_AdminCreateUser", request, UNDECIDED, client_id="CLIENT_ID_NOT_APPLICABLE")
    assert pool.told == [event]
    sub = pool.user()["sub"]
    assert pool.user() == {"status": "FORCE_CHANGE_PASSWORD", "email": "bob@example.com", "sub": sub}
    pool.cognito.admin_create_user(**create, MessageAction="RESEND")
    assert pool.told == [event]


def test_a_function_can_refuse_a_user_who_is_created(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.respond["PreSignUp_AdminCreateUser"] = fails("no")
    expected = ("UserLambdaValidationException", "PreSignUp failed with error no.")
    assert refused(lambda: pool.cognito.admin_create_user(UserPoolId=pool.id, Username="bob")) == expected
    assert pool.names() == []


def confirm(pool: Pool, operation: str) -> Any:
    """Confirm bob in one of three ways; the event that comes of it."""
    by_client = {"ClientId": pool.client_id, "Username": "bob", "ConfirmationCode": "1", "ClientMetadata": METADATA}
    if operation == "confirm_sign_up":
        pool.cognito.confirm_sign_up(**by_client)
    elif operation == "admin_confirm_sign_up":
        pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob", ClientMetadata=METADATA)
    else:
        pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob")
        pool.told.clear()
        by_client["ConfirmationCode"] = code_of(pool.cognito.forgot_password(ClientId=pool.client_id, Username="bob"))
        pool.cognito.confirm_forgot_password(**by_client, Password=PASSWORD)


@pytest.mark.parametrize(
    ("operation", "occasion", "client_id"),
    [
        ("confirm_sign_up", "ConfirmSignUp", None),
        ("admin_confirm_sign_up", "ConfirmSignUp", "CLIENT_ID_NOT_APPLICABLE"),
        ("confirm_forgot_password", "ConfirmForgotPassword", None),
    ],
)
def test_post_confirmation_is_told_of_everybody_who_is_confirmed(
    pool: Pool, operation: str, occasion: str, client_id: str | None
) -> None:
    pool.deploy("PostConfirmation")
    sub = pool.sign_up(UserAttributes=EMAIL)["UserSub"]
    assert pool.told == []
    confirm(pool, operation)
    attributes = {"email": "bob@example.com", "sub": sub, "cognito:user_status": "CONFIRMED"}
    request = {"userAttributes": attributes, "clientMetadata": METADATA}
    assert pool.told == [pool.event(f"PostConfirmation_{occasion}", request, {}, client_id=client_id)]


def test_a_user_stays_confirmed_where_post_confirmation_fails(pool: Pool) -> None:
    pool.deploy("PostConfirmation")
    pool.sign_up()
    pool.respond["PostConfirmation_ConfirmSignUp"] = fails("no welcome")
    expected = ("UserLambdaValidationException", "PostConfirmation failed with error no welcome.")
    assert refused(lambda: confirm(pool, "confirm_sign_up")) == expected
    assert pool.user()["status"] == "CONFIRMED"


def test_a_function_may_work_on_the_pool_that_asks_it(pool: Pool) -> None:
    pool.deploy("PostConfirmation")
    pool.cognito.create_group(UserPoolId=pool.id, GroupName="customers")

    def join(event: Any) -> Any:
        asks = {"UserPoolId": event["userPoolId"], "Username": event["userName"]}
        pool.cognito.admin_add_user_to_group(**asks, GroupName="customers")
        return event

    pool.respond["PostConfirmation_ConfirmSignUp"] = join
    pool.sign_up()
    confirm(pool, "confirm_sign_up")
    groups = pool.cognito.admin_list_groups_for_user(UserPoolId=pool.id, Username="bob")["Groups"]
    assert [group["GroupName"] for group in groups] == ["customers"]


def test_confirming_nobody_asks_no_function(pool: Pool) -> None:
    pool.deploy("PostConfirmation")
    assert refused(lambda: confirm(pool, "confirm_sign_up"))[0] == "UserNotFoundException"
    assert pool.told == []


def test_a_pool_without_triggers_is_motos_alone(pool: Pool) -> None:
    pool.deploy()
    pool.sign_up()
    confirm(pool, "admin_confirm_sign_up")
    confirm(pool, "confirm_sign_up")
    confirm(pool, "confirm_forgot_password")
    assert "AccessToken" in pool.sign_in()["AuthenticationResult"]
    pool.cognito.admin_create_user(UserPoolId=pool.id, Username="eve", TemporaryPassword=PASSWORD)
    challenge = pool.sign_in(parameters={"USERNAME": "eve", "PASSWORD": PASSWORD})
    answer = pool.answer(challenge, USERNAME="eve", NEW_PASSWORD="Another1!")
    assert "AccessToken" in answer["AuthenticationResult"]
    assert pool.told == []


def test_what_a_function_asks_meanwhile_has_metadata_of_its_own(pool: Pool) -> None:
    pool.deploy("PreSignUp", "PostConfirmation")

    def create(event: Any) -> Any:
        pool.cognito.admin_create_user(UserPoolId=pool.id, Username="eve", ClientMetadata={"inner": "yes"})
        return {**event, "response": {"autoConfirmUser": True}}

    pool.respond["PreSignUp_SignUp"] = create
    pool.sign_up(ClientMetadata=METADATA)
    assert [event["request"]["clientMetadata"] for event in pool.told] == [METADATA, {"inner": "yes"}, METADATA]
