"""Custom authentication: challenges that functions define, make and look at."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from lambda_mock import NotBuiltError
from tests.integrations.moto_cognito.conftest import PASSWORD, Pool, claims, refused

TRIGGERS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
DEFINE, CREATE, VERIFY = (f"{trigger}_Authentication" for trigger in TRIGGERS)
AFTER = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
METADATA = {"device": "phone"}
UNDEFINED = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
UNMADE = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}
NAME = {"USERNAME": "bob"}
SRP = {"USERNAME": "bob", "SRP_A": "a", "CHALLENGE_NAME": "SRP_A"}


def result(name: str, *, correct: bool = True, metadata: str | None = None) -> Any:
    return {"challengeName": name, "challengeResult": correct, "challengeMetadata": metadata}


def define(event: Any) -> Any:
    """Three tries at one question, after the password if it comes first."""
    past = event["request"]["session"]
    tries = [one for one in past if one["challengeName"] == "CUSTOM_CHALLENGE"]
    if tries and tries[-1]["challengeResult"]:
        response: Any = {"issueTokens": True, "failAuthentication": False}
    elif len(tries) == 3:
        response = {"issueTokens": False, "failAuthentication": True}
    elif past and past[-1]["challengeName"] == "SRP_A":
        response = {"challengeName": "PASSWORD_VERIFIER", "issueTokens": False, "failAuthentication": False}
    else:
        response = {"challengeName": "CUSTOM_CHALLENGE", "issueTokens": False, "failAuthentication": False}
    return {**event, "response": response}


def create(event: Any) -> Any:
    number = len(event["request"]["session"]) + 1
    made = {"number": number}, {"answer": f"five {number}"}, f"QUESTION_{number}"
    return {**event, "response": dict(zip(UNMADE, made, strict=True))}


def verify(event: Any) -> Any:
    request = event["request"]
    correct = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return {**event, "response": {"answerCorrect": correct}}


def questions(pool: Pool, *more: str, **members: Any) -> str:
    """A pool that asks questions, and bob in it; gives his sub."""
    pool.deploy(*TRIGGERS, *more, **members)
    pool.respond.update({DEFINE: define, CREATE: create, VERIFY: verify})
    return pool.with_user()


def test_a_flow_of_ones_own_runs_from_question_to_tokens(pool: Pool) -> None:
    sub = questions(pool, *AFTER)
    first = pool.sign_in("CUSTOM_AUTH", NAME, ClientMetadata={"told": "before only"})
    assert (first["ChallengeName"], first["ChallengeParameters"]) == ("CUSTOM_CHALLENGE", {"number": "1", **NAME})
    user = {"sub": sub, "cognito:user_status": "CONFIRMED"}
    before = {"userAttributes": user, "validationData": {"told": "before only"}}
    assert pool.told == [
        pool.event("PreAuthentication_Authentication", before, {}),
        pool.event(DEFINE, {"userAttributes": user, "session": []}, UNDEFINED),
        pool.event(CREATE, {"userAttributes": user, "challengeName": "CUSTOM_CHALLENGE", "session": []}, UNMADE),
    ]
    pool.told.clear()
    second = pool.answer(first, ANSWER="four")
    past = [result("CUSTOM_CHALLENGE", correct=False, metadata="QUESTION_1")]
    asked = {"userAttributes": user, "privateChallengeParameters": {"answer": "five 1"}, "challengeAnswer": "four"}
    again = {"userAttributes": user, "challengeName": "CUSTOM_CHALLENGE", "session": past}
    assert pool.told == [
        pool.event(VERIFY, asked, {"answerCorrect": None}),
        pool.event(DEFINE, {"userAttributes": user, "session": past}, UNDEFINED),
        pool.event(CREATE, again, UNMADE),
    ]
    pool.told.clear()
    answer = pool.cognito.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=second["Session"],
        ChallengeResponses={**NAME, "ANSWER": "five 2"},
        ClientMetadata=METADATA,
    )
    assert claims(answer["AuthenticationResult"]["IdToken"])["cognito:username"] == "bob"
    last = [VERIFY, DEFINE, "PostAuthentication_Authentication", "TokenGeneration_Authentication"]
    assert pool.sources == last
    assert [event["request"]["clientMetadata"] for event in pool.told] == [METADATA] * 4


def test_a_function_may_end_the_flow(pool: Pool) -> None:
    questions(pool)
    challenge = pool.sign_in("CUSTOM_AUTH", NAME)
    for _ in range(2):
        challenge = pool.answer(challenge, ANSWER="wrong")
    expected = ("NotAuthorizedException", "Incorrect username or password.")
    assert refused(lambda: pool.answer(challenge, ANSWER="wrong")) == expected


def test_a_session_has_one_answer(pool: Pool) -> None:
    questions(pool)
    challenge = pool.sign_in("CUSTOM_AUTH", NAME)
    pool.answer(challenge, ANSWER="wrong")
    assert refused(lambda: pool.answer(challenge, ANSWER="five 1"))[0] == "ResourceNotFoundException"


def test_an_administrator_goes_the_same_way(pool: Pool) -> None:
    questions(pool)
    asks = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    challenge = pool.cognito.admin_initiate_auth(**asks, AuthFlow="CUSTOM_AUTH", AuthParameters=NAME)
    answer = pool.cognito.admin_respond_to_auth_challenge(
        **asks,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=challenge["Session"],
        ChallengeResponses={**NAME, "ANSWER": "five 1"},
    )
    assert "AccessToken" in answer["AuthenticationResult"]


@pytest.mark.parametrize("by_admin", [False, True])
def test_the_password_may_come_first(pool: Pool, by_admin: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    questions(pool, "PreAuthentication")
    if by_admin:
        asks = {"UserPoolId": pool.id, "ClientId": pool.client_id, "AuthParameters": SRP}
        challenge = pool.cognito.admin_initiate_auth(**asks, AuthFlow="CUSTOM_AUTH")
    else:
        challenge = pool.sign_in("CUSTOM_AUTH", SRP)
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    assert pool.sources == ["PreAuthentication_Authentication", DEFINE]
    assert pool.told[1]["request"]["session"] == [result("SRP_A")]
    block = challenge["ChallengeParameters"]["SECRET_BLOCK"]
    proof = {"PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": "s"}
    assert refused(lambda: pool.answer(challenge, **proof))[0] == "ResourceNotFoundException"
    question = pool.answer(challenge, **proof, TIMESTAMP="t")
    assert pool.told[-1]["request"]["session"] == [result("SRP_A"), result("PASSWORD_VERIFIER")]
    assert "AccessToken" in pool.answer(question, ANSWER="five 3")["AuthenticationResult"]


def test_tokens_may_be_given_without_any_question(pool: Pool) -> None:
    questions(pool)
    pool.responds(DEFINE, issueTokens=True)
    assert "AccessToken" in pool.sign_in("CUSTOM_AUTH", NAME)["AuthenticationResult"]


@pytest.mark.parametrize(
    ("source", "response"),
    [
        (DEFINE, {}),
        (DEFINE, {"challengeName": "PASSWORD_VERIFIER"}),
        (DEFINE, {"issueTokens": "perhaps"}),
        (CREATE, {"publicChallengeParameters": "text"}),
        (CREATE, {"privateChallengeParameters": ["a"]}),
    ],
)
def test_a_step_that_is_none_is_refused(pool: Pool, source: str, response: Any) -> None:
    questions(pool)
    pool.responds(source, **response)
    expected = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", NAME)) == expected


def test_challenges_of_aws_other_than_the_password_are_not_built(pool: Pool) -> None:
    questions(pool)
    pool.responds(DEFINE, challengeName="SMS_MFA")
    with pytest.raises(NotBuiltError, match=r"can't put SMS_MFA into a custom authentication flow yet"):
        pool.sign_in("CUSTOM_AUTH", NAME)


def test_a_flow_needs_all_of_its_functions(pool: Pool) -> None:
    pool.deploy("DefineAuthChallenge")
    pool.respond[DEFINE] = define
    pool.with_user()
    message = "Custom auth lambda trigger is not configured for the user pool."
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", NAME)) == ("InvalidParameterException", message)


def test_another_challenge_than_the_open_one_is_not_answered(pool: Pool) -> None:
    questions(pool)
    challenge = pool.sign_in("CUSTOM_AUTH", NAME)
    other = {**challenge, "ChallengeName": "NEW_PASSWORD_REQUIRED"}
    expected = ("NotAuthorizedException", "Invalid session for the user.")
    assert refused(lambda: pool.answer(other, NEW_PASSWORD=PASSWORD)) == expected


def test_another_client_does_not_answer(pool: Pool) -> None:
    questions(pool)
    challenge = pool.sign_in("CUSTOM_AUTH", NAME)
    asked = pool.id
    pool.deploy(*TRIGGERS)
    assert asked != pool.id
    assert refused(lambda: pool.answer(challenge, ANSWER="five 1"))[0] == "ResourceNotFoundException"


def test_who_may_not_sign_in_is_asked_nothing(pool: Pool) -> None:
    questions(pool)
    pool.told.clear()
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", {"USERNAME": "eve"}))[0] == "UserNotFoundException"
    pool.sign_up("new")
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", {"USERNAME": "new"}))[0] == "UserNotConfirmedException"
    pool.cognito.admin_disable_user(UserPoolId=pool.id, Username="bob")
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", NAME)) == ("NotAuthorizedException", "User is disabled.")
    assert pool.told == []


def test_a_client_with_a_secret_has_to_know_it(pool: Pool) -> None:
    questions(pool, GenerateSecret=True)
    described = pool.cognito.describe_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)
    secret = described["UserPoolClient"]["ClientSecret"]
    digest = hmac.new(secret.encode(), f"bob{pool.client_id}".encode(), hashlib.sha256).digest()
    assert refused(lambda: pool.sign_in("CUSTOM_AUTH", NAME)) == (
        "NotAuthorizedException",
        f"Unable to verify secret hash for client {pool.client_id}",
    )
    proof = {**NAME, "SECRET_HASH": base64.b64encode(digest).decode()}
    assert pool.sign_in("CUSTOM_AUTH", proof)["ChallengeName"] == "CUSTOM_CHALLENGE"


def test_a_client_that_hides_who_exists_says_so_to_the_functions(pool: Pool) -> None:
    questions(pool, PreventUserExistenceErrors="ENABLED")
    pool.answer(pool.sign_in("CUSTOM_AUTH", NAME), ANSWER="five 1")
    assert [event["request"]["userNotFound"] for event in pool.told] == [False] * 4


def test_a_pool_without_the_trigger_leaves_the_flow_to_moto(pool: Pool) -> None:
    pool.deploy("PreAuthentication")
    pool.with_user()
    asks = {"UserPoolId": pool.id, "ClientId": pool.client_id, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": NAME}
    code, message = refused(lambda: pool.cognito.admin_initiate_auth(**asks))
    assert (code, message, pool.told) == ("InvalidParameterException", "Initiate Auth method not supported", [])
