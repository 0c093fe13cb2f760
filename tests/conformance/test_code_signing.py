"""Code signing configs as Lambda keeps them, and the functions that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.conftest import DATE, Like

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

PREFIX = "arn:aws:lambda:us-east-1:123456789012:code-signing-config"
ID = Like("csc-[a-z0-9]{17}")
ARN = Like(f"{PREFIX}:csc-[a-z0-9]{{17}}")
UNKNOWN = f"{PREFIX}:csc-0123456789abcdef0"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/AbCdEf1234"
OTHER = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/bakery/0123456789"
NO_IMAGES = "Code signing is not supported for functions created with container images."


def create(aws: Account, *profiles: str, **members: Any) -> Answer:
    publishers = {"SigningProfileVersionArns": list(profiles or [PROFILE])}
    return aws.call("create_code_signing_config", AllowedPublishers=publishers, **members)


def arn_of(answer: Answer) -> str:
    return str(answer["CodeSigningConfig"]["CodeSigningConfigArn"])


def on(verb: str, aws: Account, arn: str, **members: Any) -> Answer:
    return aws.call(f"{verb}_code_signing_config", CodeSigningConfigArn=arn, **members)


def put(aws: Account, arn: str, name: str = "orders") -> Answer:
    return aws.call("put_function_code_signing_config", CodeSigningConfigArn=arn, FunctionName=name)


def used(aws: Account, name: str = "orders") -> Answer:
    return aws.call("get_function_code_signing_config", FunctionName=name)


def users(aws: Account, arn: str, **members: Any) -> Answer:
    return aws.call("list_functions_by_code_signing_config", CodeSigningConfigArn=arn, **members)


def shown(policy: str = "Warn", *profiles: str, **members: Any) -> Answer:
    """A config as every call shows it."""
    expected: Answer = {
        "CodeSigningConfigId": ID,
        "CodeSigningConfigArn": ARN,
        "AllowedPublishers": {"SigningProfileVersionArns": list(profiles or [PROFILE])},
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": policy},
        "LastModified": DATE,
    }
    return expected | members


def not_found(aws: Account, arn: str = UNKNOWN) -> Answer:
    message = f"The Lambda code signing configuration {arn} can not be found."
    return aws.error("ResourceNotFoundException", message, typed=False)


def not_found_for_a_function(aws: Account, arn: str = UNKNOWN) -> Answer:
    return aws.error(
        "CodeSigningConfigNotFoundException",
        f"The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}.",
    )


# The configs themselves -----------------------------------------------------------------------------------------------


def test_a_config_only_warns_unless_it_is_told_to_enforce(aws: Account) -> None:
    assert create(aws) == aws.answer(201, {"CodeSigningConfig": shown()})
    assert create(aws, CodeSigningPolicies={}) == aws.answer(201, {"CodeSigningConfig": shown()})


def test_a_config_shows_what_it_was_given(aws: Account) -> None:
    made = create(
        aws,
        PROFILE,
        OTHER,
        Description="trusted",
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
        Tags={"team": "shop"},
    )
    expected = shown("Enforce", PROFILE, OTHER, Description="trusted")
    assert made == aws.answer(201, {"CodeSigningConfig": expected})
    assert on("get", aws, arn_of(made)) == aws.answer(200, {"CodeSigningConfig": made["CodeSigningConfig"]})


def test_the_arn_ends_with_the_id(aws: Account) -> None:
    config = create(aws)["CodeSigningConfig"]
    assert config["CodeSigningConfigArn"] == f"{PREFIX}:{config['CodeSigningConfigId']}"
    assert create(aws)["CodeSigningConfig"]["CodeSigningConfigId"] != config["CodeSigningConfigId"]


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"Description": "by few"}, {"Description": "by few"}),
        ({"Description": ""}, {"Description": ""}),
        (
            {"AllowedPublishers": {"SigningProfileVersionArns": [OTHER]}},
            {"AllowedPublishers": {"SigningProfileVersionArns": [OTHER]}},
        ),
        (
            {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"}},
            {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"}},
        ),
        ({"CodeSigningPolicies": {}}, {}),
        ({}, {}),
    ],
)
def test_an_update_keeps_what_is_not_given(
    aws: Account, mock_lambda: LambdaMock, given: Answer, changed: Answer
) -> None:
    policies = {"UntrustedArtifactOnDeployment": "Enforce"}
    made = create(aws, Description="trusted", CodeSigningPolicies=policies)
    mock_lambda.clock.advance(60)
    updated = on("update", aws, arn_of(made), **given)
    config = updated["CodeSigningConfig"]
    assert config["LastModified"] > made["CodeSigningConfig"]["LastModified"]
    expected = {**made["CodeSigningConfig"], "LastModified": DATE, **changed}
    assert updated == aws.answer(200, {"CodeSigningConfig": expected})
    assert on("get", aws, arn_of(made)) == updated


def test_a_deleted_config_is_gone(aws: Account) -> None:
    arn = arn_of(create(aws))
    assert on("delete", aws, arn) == aws.answer(204, {})
    assert aws.refusal("get_code_signing_config", CodeSigningConfigArn=arn) == not_found(aws, arn)
    assert aws.call("list_code_signing_configs") == aws.answer(200, {"CodeSigningConfigs": []})


def test_a_config_that_is_used_is_not_deleted(aws: Account) -> None:
    arn = arn_of(create(aws))
    aws.create(CodeSigningConfigArn=arn)
    message = f"The code signing configuration {arn} is in use by one or more functions and cannot be deleted."
    assert aws.refusal("delete_code_signing_config", CodeSigningConfigArn=arn) == aws.error(
        "ResourceConflictException", message
    )
    aws.call("delete_function_code_signing_config", FunctionName="orders")
    assert on("delete", aws, arn) == aws.answer(204, {})


def test_configs_are_listed_by_arn(aws: Account) -> None:
    made = [create(aws, Description=str(number))["CodeSigningConfig"] for number in range(3)]
    made.sort(key=lambda config: str(config["CodeSigningConfigArn"]))
    assert aws.call("list_code_signing_configs") == aws.answer(200, {"CodeSigningConfigs": made})
    pages = aws.client.get_paginator("list_code_signing_configs").paginate(PaginationConfig={"PageSize": 1})
    assert [page["CodeSigningConfigs"] for page in pages] == [[config] for config in made]


def test_a_marker_goes_on_behind_the_last_config_though_it_was_deleted(aws: Account) -> None:
    arns = sorted(arn_of(create(aws)) for _ in range(3))
    marker = aws.call("list_code_signing_configs", MaxItems=1)["NextMarker"]
    on("delete", aws, arns[0])
    rest = aws.call("list_code_signing_configs", Marker=marker)
    assert [config["CodeSigningConfigArn"] for config in rest["CodeSigningConfigs"]] == arns[1:]
    assert "NextMarker" not in rest


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_a_missing_config_is_told_without_a_type(aws: Account, operation: str) -> None:
    assert aws.refusal(f"{operation}_code_signing_config", CodeSigningConfigArn=UNKNOWN) == not_found(aws)
    parameters = {"CodeSigningConfigArn": UNKNOWN}
    assert aws.refusal("list_functions_by_code_signing_config", **parameters) == not_found(aws)


def test_a_config_is_not_found_from_another_region(aws: Account) -> None:
    elsewhere = arn_of(create(aws)).replace("us-east-1", "eu-west-1")
    assert aws.refusal("get_code_signing_config", CodeSigningConfigArn=elsewhere) == not_found(aws, elsewhere)


def test_the_arn_of_a_config_has_its_pattern(aws: Account) -> None:
    pattern = (
        r"arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}"
        r":code-signing-config:csc-[a-z0-9]{17}"
    )
    item = "Value 'csc-1' at 'codeSigningConfigArn' failed to satisfy constraint: "
    assert aws.refusal("get_code_signing_config", CodeSigningConfigArn="csc-1") == aws.misshapen(
        f"{item}Member must satisfy regular expression pattern: {pattern}"
    )


# The functions that use them ------------------------------------------------------------------------------------------


def test_a_function_uses_the_config_that_was_put(aws: Account) -> None:
    aws.create()
    arn = arn_of(create(aws))
    expected = aws.answer(200, {"CodeSigningConfigArn": arn, "FunctionName": "orders"})
    assert put(aws, arn) == expected
    assert used(aws) == expected
    assert users(aws, arn) == aws.answer(200, {"FunctionArns": [aws.arn()]})


def test_a_function_can_be_created_with_a_config(aws: Account) -> None:
    arn = arn_of(create(aws))
    assert aws.create(CodeSigningConfigArn=arn) == aws.answer(201, aws.configuration(**aws.PENDING))
    assert used(aws) == aws.answer(200, {"CodeSigningConfigArn": arn, "FunctionName": "orders"})


def test_without_a_config_the_answer_is_empty(aws: Account) -> None:
    aws.create()
    assert used(aws) == aws.answer(200, {})


def test_a_function_uses_one_config_at_a_time(aws: Account) -> None:
    aws.create()
    first, second = arn_of(create(aws)), arn_of(create(aws))
    put(aws, first)
    put(aws, second)
    assert used(aws)["CodeSigningConfigArn"] == second
    assert users(aws, first)["FunctionArns"] == []
    assert users(aws, second)["FunctionArns"] == [aws.arn()]
    assert put(aws, second)["CodeSigningConfigArn"] == second
    assert users(aws, second)["FunctionArns"] == [aws.arn()]


def test_a_function_stops_using_a_config_as_often_as_one_likes(aws: Account) -> None:
    arn = arn_of(create(aws))
    aws.create(CodeSigningConfigArn=arn)
    for _ in range(2):
        assert aws.call("delete_function_code_signing_config", FunctionName="orders") == aws.answer(204, {})
    assert used(aws) == aws.answer(200, {})
    assert users(aws, arn)["FunctionArns"] == []


def test_a_deleted_function_uses_no_config(aws: Account) -> None:
    arn = arn_of(create(aws))
    aws.create(CodeSigningConfigArn=arn)
    aws.call("delete_function", FunctionName="orders")
    assert users(aws, arn)["FunctionArns"] == []
    aws.create()
    assert used(aws) == aws.answer(200, {})


def test_the_users_of_a_config_are_listed_by_name(aws: Account) -> None:
    arn = arn_of(create(aws))
    for name in ("orders", "bills", "cakes"):
        aws.create(name, CodeSigningConfigArn=arn)
    aws.create("others")
    expected = [aws.arn("bills"), aws.arn("cakes"), aws.arn("orders")]
    assert users(aws, arn) == aws.answer(200, {"FunctionArns": expected})
    paginator = aws.client.get_paginator("list_functions_by_code_signing_config")
    pages = paginator.paginate(CodeSigningConfigArn=arn, PaginationConfig={"PageSize": 1})
    assert [page["FunctionArns"] for page in pages] == [[one] for one in expected]


def test_another_config_changes_no_revision_id_and_makes_no_new_version(aws: Account) -> None:
    aws.create(Publish=True)
    before = aws.shown()["RevisionId"]
    put(aws, arn_of(create(aws)))
    assert aws.shown()["RevisionId"] == before
    assert aws.publish()["Version"] == "1"


def test_a_missing_config_is_told_before_a_missing_function(aws: Account) -> None:
    aws.create()
    for name in ("orders", "nobody"):
        refusal = aws.refusal("put_function_code_signing_config", CodeSigningConfigArn=UNKNOWN, FunctionName=name)
        assert refusal == not_found_for_a_function(aws)
    assert used(aws) == aws.answer(200, {})


def test_no_function_is_created_with_a_missing_config(aws: Account) -> None:
    assert aws.refused_creation(CodeSigningConfigArn=UNKNOWN) == not_found_for_a_function(aws)
    assert aws.call("list_functions")["Functions"] == []


def each_refusal(aws: Account, name: str) -> list[Answer]:
    """What the operations on a function's config answer for a function that none of them takes."""
    config = arn_of(create(aws))
    return [
        aws.refusal("put_function_code_signing_config", CodeSigningConfigArn=config, FunctionName=name),
        aws.refusal("get_function_code_signing_config", FunctionName=name),
        aws.refusal("delete_function_code_signing_config", FunctionName=name),
    ]


def test_a_missing_function_is_named(aws: Account) -> None:
    assert each_refusal(aws, "nobody") == [aws.not_found("nobody")] * 3


def test_a_function_of_another_region_is_out_of_reach(aws: Account) -> None:
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    expected = aws.error("ResourceNotFoundException", message)
    assert each_refusal(aws, aws.arn().replace("us-east-1", "eu-west-1")) == [expected] * 3


def test_versions_and_aliases_have_no_config_of_their_own(aws: Account) -> None:
    aws.create(Publish=True)
    expected = aws.invalid(
        "Current operation does not support versions other than $LATEST. "
        "Please set the version to $LATEST or do not set a version in your request."
    )
    assert each_refusal(aws, "orders:1") == [expected] * 3
    assert put(aws, arn_of(create(aws)), "orders:$LATEST")["FunctionName"] == "orders"


def test_an_image_can_not_be_signed(aws: Account) -> None:
    aws.create(PackageType="Image")
    assert each_refusal(aws, "orders") == [aws.invalid(NO_IMAGES)] * 3
    config = arn_of(create(aws))
    assert aws.refused_creation("bills", PackageType="Image", CodeSigningConfigArn=config) == aws.invalid(NO_IMAGES)
