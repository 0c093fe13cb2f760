"""The claims of tokens, as the pre token generation trigger leaves them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.moto_cognito.conftest import ARN, Pool, claims, fails, refused

TRIGGER = "PreTokenGeneration"
SOURCE = "TokenGeneration_Authentication"
SCOPE = "aws.cognito.signin.user.admin"
ROLE = "arn:aws:iam::123456789012:role/"


def tokens(pool: Pool) -> tuple[Any, Any]:
    """The claims of bob's ID token and of his access token."""
    result = pool.sign_in()["AuthenticationResult"]
    return claims(result["IdToken"]), claims(result["AccessToken"])


def second_version(pool: Pool, version: str = "V2_0", **legacy: str) -> None:
    pool.deploy(config={"PreTokenGenerationConfig": {"LambdaArn": ARN, "LambdaVersion": version}, **legacy})
    pool.with_user(email="bob@example.com")


def in_groups(pool: Pool) -> None:
    """Put bob into three groups, of which `staff` precedes."""
    for name, role, precedence in (("buyers", "buyer", 7), ("staff", "worker", 1), ("guests", None, None)):
        given: Any = {"RoleArn": ROLE + role, "Precedence": precedence} if role else {}
        pool.cognito.create_group(UserPoolId=pool.id, GroupName=name, **given)
        pool.cognito.admin_add_user_to_group(UserPoolId=pool.id, Username="bob", GroupName=name)


def test_a_function_adds_claims_to_the_id_token_and_takes_others_away(pool: Pool) -> None:
    pool.deploy(TRIGGER, ReadAttributes=["email", "nickname"])
    pool.with_user(email="bob@example.com", nickname="b")
    plain, access = tokens(pool)
    change = {"claimsToAddOrOverride": {"tenant": "acme", "email": "x"}, "claimsToSuppress": ["email"]}
    pool.responds(SOURCE, claimsOverrideDetails=change)
    changed, same = tokens(pool)
    assert (plain["email"], plain["nickname"]) == ("bob@example.com", "b")
    assert {key: changed.get(key) for key in ("tenant", "email", "nickname")} == {
        "tenant": "acme",
        "email": None,
        "nickname": "b",
    }
    assert set(changed) == set(plain) - {"email"} | {"tenant"}
    assert set(same) == set(access)
    assert same["origin_jti"] == changed["origin_jti"]


def test_the_changed_tokens_are_those_that_moto_knows(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    pool.responds(SOURCE, claimsOverrideDetails={"groupOverrideDetails": {"groupsToOverride": ["a"]}})
    result = pool.sign_in()["AuthenticationResult"]
    assert claims(result["AccessToken"])["cognito:groups"] == ["a"]
    assert pool.cognito.get_user(AccessToken=result["AccessToken"])["Username"] == "bob"


def test_claims_that_say_who_and_when_stay_as_they_are(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    plain, _ = tokens(pool)
    change = {"claimsToAddOrOverride": {"sub": "x", "aud": "x", "nonce": "x"}, "claimsToSuppress": ["iss", "none"]}
    pool.responds(SOURCE, claimsOverrideDetails=change)
    changed, _ = tokens(pool)
    assert set(changed) == set(plain)
    assert [changed[name] for name in ("sub", "aud", "iss")] == [plain[name] for name in ("sub", "aud", "iss")]


def test_the_event_has_the_groups_with_the_one_that_precedes_first(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    in_groups(pool)
    tokens(pool)
    assert pool.told[0]["request"]["groupConfiguration"] == {
        "groupsToOverride": ["staff", "buyers", "guests"],
        "iamRolesToOverride": [f"{ROLE}worker", f"{ROLE}buyer"],
        "preferredRole": f"{ROLE}worker",
    }


@pytest.mark.parametrize("details", [{}, None], ids=["empty", "null"])
def test_groups_that_are_replaced_by_nothing_are_gone(pool: Pool, details: Any) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    in_groups(pool)
    pool.responds(SOURCE, claimsOverrideDetails={"groupOverrideDetails": details})
    assert [token.get("cognito:groups") for token in tokens(pool)] == [None, None]


def test_groups_that_are_not_spoken_of_stay(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    in_groups(pool)
    pool.responds(SOURCE, claimsOverrideDetails={"claimsToAddOrOverride": {"a": "b"}})
    assert [sorted(token["cognito:groups"]) for token in tokens(pool)] == [["buyers", "guests", "staff"]] * 2


def test_groups_are_replaced_in_both_tokens_and_roles_in_one(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    groups = {"groupsToOverride": ["x"], "iamRolesToOverride": [f"{ROLE}x"], "preferredRole": f"{ROLE}x"}
    pool.responds(SOURCE, claimsOverrideDetails={"groupOverrideDetails": groups})
    found = [{key: value for key, value in token.items() if key in OF_GROUPS} for token in tokens(pool)]
    of_id = {"cognito:groups": ["x"], "cognito:roles": [f"{ROLE}x"], "cognito:preferred_role": f"{ROLE}x"}
    assert found == [of_id, {"cognito:groups": ["x"]}]


OF_GROUPS = {"cognito:groups", "cognito:roles", "cognito:preferred_role"}


@pytest.mark.parametrize(("version", "number"), [("V2_0", "2"), ("V3_0", "3")])
def test_the_second_version_speaks_of_scopes_and_of_both_tokens(pool: Pool, version: str, number: str) -> None:
    second_version(pool, version, PreTokenGeneration=ARN)
    sub = pool.user()["sub"]
    change = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"plan": {"seats": 3}}},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"plan": ["a", 1], "client_id": "x", "scope": "x"},
            "claimsToSuppress": ["username", "none"],
            "scopesToAdd": ["orders/read", SCOPE],
            "scopesToSuppress": ["openid"],
        },
    }
    pool.responds(SOURCE, claimsAndScopeOverrideDetails=change)
    of_id, access = tokens(pool)
    request = {
        "userAttributes": {"sub": sub, "email": "bob@example.com", "cognito:user_status": "CONFIRMED"},
        "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None},
        "scopes": [SCOPE],
    }
    response = {"claimsAndScopeOverrideDetails": None}
    assert pool.told == [pool.event(SOURCE, request, response, version=number)]
    assert of_id["plan"] == {"seats": 3}
    assert {key: access[key] for key in ("plan", "scope", "username", "client_id")} == {
        "plan": ["a", 1],
        "scope": f"{SCOPE} orders/read",
        "username": "bob",
        "client_id": pool.client_id,
    }


def test_a_token_may_be_left_without_any_scope(pool: Pool) -> None:
    second_version(pool)
    change = {"accessTokenGeneration": {"scopesToSuppress": [SCOPE]}}
    pool.responds(SOURCE, claimsAndScopeOverrideDetails=change)
    of_id, access = tokens(pool)
    assert "scope" not in access
    assert "plan" not in of_id


def test_the_detailed_configuration_may_ask_for_the_first_version(pool: Pool) -> None:
    second_version(pool, "V1_0")
    pool.responds(SOURCE, claimsOverrideDetails={"claimsToAddOrOverride": {"a": "b"}})
    assert tokens(pool)[0]["a"] == "b"
    assert pool.told[0]["version"] == "1"


@pytest.mark.parametrize(
    "details",
    [
        "text",
        {"claimsToAddOrOverride": ["a"]},
        {"claimsToAddOrOverride": {"a": 1}},
        {"claimsToSuppress": "email"},
        {"claimsToSuppress": [1]},
        {"groupOverrideDetails": {"groupsToOverride": "x"}},
        {"groupOverrideDetails": []},
    ],
)
def test_changes_of_another_form_make_no_tokens(pool: Pool, details: Any) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    pool.responds(SOURCE, claimsOverrideDetails=details)
    assert refused(pool.sign_in) == ("InvalidLambdaResponseException", "Unrecognizable lambda output")


def test_a_function_that_raises_makes_no_tokens(pool: Pool) -> None:
    pool.deploy(TRIGGER)
    pool.with_user()
    pool.respond[SOURCE] = fails("no tenant")
    expected = ("UserLambdaValidationException", "PreTokenGeneration failed with error no tenant.")
    assert refused(pool.sign_in) == expected


def test_tokens_are_left_alone_without_the_trigger(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.with_user()
    of_id, _ = tokens(pool)
    assert (of_id["cognito:username"], pool.told) == ("bob", [])
