"""Function URLs as Lambda keeps them: made, changed, shown, listed, deleted; one for the function, one an alias."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock import mock_lambda as mocked
from tests.conformance.conftest import Like

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

URL = Like(r"https://[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws/")
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."
CORS = {
    "AllowCredentials": True,
    "AllowHeaders": ["x-token"],
    "AllowMethods": ["GET", "POST"],
    "AllowOrigins": ["https://shop.example"],
    "ExposeHeaders": ["date"],
    "MaxAge": 60,
}


@pytest.fixture
def aws(aws: Account, mock_lambda: LambdaMock) -> Account:
    """An account with the function `orders` (version 1, alias `live`), at a moment that doesn't pass."""
    mock_lambda.clock.freeze()
    aws.create(Publish=True)
    aws.alias("live", "1")
    return aws


def on(verb: str, aws: Account, qualifier: str | None = None, **members: Any) -> Answer:
    named = {} if qualifier is None else {"Qualifier": qualifier}
    return aws.call(f"{verb}_function_url_config", FunctionName="orders", **named, **members)


def create(aws: Account, qualifier: str | None = None, **members: Any) -> Answer:
    return on("create", aws, qualifier, **{"AuthType": "NONE", **members})


def refused(verb: str, aws: Account, name: str = "orders", **members: Any) -> Answer:
    required = {"AuthType": "NONE"} if verb == "create" else {}
    return aws.refusal(f"{verb}_function_url_config", FunctionName=name, **required, **members)


def listed(aws: Account, **members: Any) -> Answer:
    return aws.call("list_function_url_configs", FunctionName="orders", **members)


def arns(answer: Answer) -> list[str]:
    return [config["FunctionArn"] for config in answer["FunctionUrlConfigs"]]


def now(mock: LambdaMock) -> str:
    return f"{datetime.fromtimestamp(mock.clock.time(), tz=timezone.utc):%Y-%m-%dT%H:%M:%S.%f}000Z"


def created(aws: Account, mock: LambdaMock, qualifier: str | None = None, **members: Any) -> Answer:
    """A URL as CreateFunctionUrlConfig shows it, made now."""
    expected: Answer = {
        "FunctionUrl": URL,
        "FunctionArn": aws.arn(qualifier=qualifier),
        "AuthType": "NONE",
        "CreationTime": now(mock),
    }
    return expected | members


def shown(aws: Account, mock: LambdaMock, qualifier: str | None = None, **members: Any) -> Answer:
    """A URL as the calls that read it show it, made now."""
    return created(aws, mock, qualifier, LastModifiedTime=now(mock), InvokeMode="BUFFERED") | members


def not_there(aws: Account) -> Answer:
    return aws.error("ResourceNotFoundException", "The resource you requested does not exist.")


def no_function(aws: Account) -> Answer:
    return aws.error("ResourceNotFoundException", "Function does not exist")


# Making and showing ---------------------------------------------------------------------------------------------------


def test_a_new_url_shows_neither_its_invoke_mode_nor_when_it_was_changed(aws: Account, mock_lambda: LambdaMock) -> None:
    assert create(aws) == aws.answer(201, created(aws, mock_lambda))


def test_a_url_that_is_read_shows_both(aws: Account, mock_lambda: LambdaMock) -> None:
    url = create(aws)["FunctionUrl"]
    assert on("get", aws) == aws.answer(200, shown(aws, mock_lambda, FunctionUrl=url))


def test_a_url_of_an_alias_has_the_arn_of_the_alias(aws: Account, mock_lambda: LambdaMock) -> None:
    assert create(aws, "live") == aws.answer(201, created(aws, mock_lambda, "live"))
    assert on("get", aws, "live") == aws.answer(200, shown(aws, mock_lambda, "live"))


@pytest.mark.parametrize("name", ["orders:live", "function:orders:live"])
def test_the_alias_may_be_part_of_the_name(aws: Account, mock_lambda: LambdaMock, name: str) -> None:
    answer = aws.call("create_function_url_config", FunctionName=name, AuthType="NONE")
    assert answer == aws.answer(201, created(aws, mock_lambda, "live"))
    assert aws.call("get_function_url_config", FunctionName=aws.arn(qualifier="live"), Qualifier="live") == on(
        "get", aws, "live"
    )


def test_the_function_and_its_aliases_have_urls_of_their_own(aws: Account) -> None:
    aws.alias("next", "$LATEST")
    urls = {create(aws)["FunctionUrl"], create(aws, "live")["FunctionUrl"], create(aws, "next")["FunctionUrl"]}
    assert len(urls) == 3


def test_an_invoke_mode_is_shown_everywhere_once_it_was_given(aws: Account, mock_lambda: LambdaMock) -> None:
    mode = {"InvokeMode": "RESPONSE_STREAM"}
    assert create(aws, **mode) == aws.answer(201, created(aws, mock_lambda, **mode))
    assert on("get", aws) == aws.answer(200, shown(aws, mock_lambda, **mode))
    assert on("update", aws, AuthType="NONE")["InvokeMode"] == "RESPONSE_STREAM"
    assert on("update", aws, InvokeMode="BUFFERED")["InvokeMode"] == "BUFFERED"


@pytest.mark.parametrize("cors", [CORS, {"AllowOrigins": ["*"]}, {"MaxAge": 0}, {"AllowCredentials": False}])
def test_cors_settings_are_shown_as_they_were_given(aws: Account, mock_lambda: LambdaMock, cors: Answer) -> None:
    assert create(aws, Cors=cors) == aws.answer(201, created(aws, mock_lambda, Cors=cors))
    assert on("get", aws) == aws.answer(200, shown(aws, mock_lambda, Cors=cors))
    assert listed(aws)["FunctionUrlConfigs"] == [shown(aws, mock_lambda, Cors=cors)]


def test_empty_cors_settings_are_none(aws: Account, mock_lambda: LambdaMock) -> None:
    assert create(aws, Cors={}) == aws.answer(201, created(aws, mock_lambda))


def test_a_second_url_is_refused(aws: Account) -> None:
    create(aws)
    create(aws, "live")
    for qualifier in (None, "live"):
        named = {} if qualifier is None else {"Qualifier": qualifier}
        message = (
            f"Failed to create function url config for [functionArn = {aws.arn(qualifier=qualifier)}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function"
        )
        assert refused("create", aws, **named) == aws.error("ResourceConflictException", message)


def test_urls_come_from_the_seed() -> None:
    client = boto3.client("lambda", region_name="us-east-1")

    def url(seed: int) -> str:
        with mocked(seed=seed) as mock:
            mock.function("orders", returns=None)
            answer = client.create_function_url_config(FunctionName="orders", AuthType="NONE")
            return str(answer["FunctionUrl"])

    assert url(1) == url(1) != url(2)


def test_a_url_changes_no_revision_id(aws: Account) -> None:
    before = aws.shown()["RevisionId"], aws.call("get_alias", FunctionName="orders", Name="live")["RevisionId"]
    create(aws)
    create(aws, "live")
    on("update", aws, "live", AuthType="AWS_IAM")
    on("delete", aws)
    assert before == (
        aws.shown()["RevisionId"],
        aws.call("get_alias", FunctionName="orders", Name="live")["RevisionId"],
    )


# Changing -------------------------------------------------------------------------------------------------------------


def test_an_update_keeps_the_url_and_what_is_not_given(aws: Account, mock_lambda: LambdaMock) -> None:
    made = create(aws, Cors=CORS)
    mock_lambda.clock.advance(60)
    expected = {**made, "AuthType": "AWS_IAM", "LastModifiedTime": now(mock_lambda)}
    assert on("update", aws, AuthType="AWS_IAM") == aws.answer(200, expected)
    assert on("get", aws) == aws.answer(200, {**expected, "InvokeMode": "BUFFERED"})


def test_an_update_replaces_all_cors_settings(aws: Account) -> None:
    create(aws, Cors=CORS)
    assert on("update", aws, Cors={"AllowMethods": ["PUT"]})["Cors"] == {"AllowMethods": ["PUT"]}
    assert on("get", aws)["Cors"] == {"AllowMethods": ["PUT"]}


def test_an_update_with_empty_cors_settings_removes_them(aws: Account) -> None:
    create(aws, Cors=CORS)
    assert "Cors" not in on("update", aws, Cors={})
    assert "Cors" not in on("get", aws)


def test_an_update_of_an_alias_leaves_the_other_url_alone(aws: Account) -> None:
    create(aws)
    create(aws, "live")
    assert on("update", aws, "live", AuthType="AWS_IAM")["FunctionArn"] == aws.arn(qualifier="live")
    assert (on("get", aws)["AuthType"], on("get", aws, "live")["AuthType"]) == ("NONE", "AWS_IAM")


# Deleting -------------------------------------------------------------------------------------------------------------


def test_deleting_the_url_of_the_function_leaves_the_one_of_an_alias(aws: Account, mock_lambda: LambdaMock) -> None:
    create(aws)
    create(aws, "live")
    assert on("delete", aws) == aws.answer(204, {})
    assert refused("get", aws) == refused("delete", aws) == not_there(aws)
    assert on("get", aws, "live") == aws.answer(200, shown(aws, mock_lambda, "live"))


def test_a_url_that_is_made_anew_is_another_one(aws: Account) -> None:
    before = create(aws)["FunctionUrl"]
    on("delete", aws)
    assert create(aws)["FunctionUrl"] != before


def test_an_alias_takes_its_url_with_it(aws: Account) -> None:
    create(aws)
    create(aws, "live")
    aws.call("delete_alias", FunctionName="orders", Name="live")
    assert refused("get", aws, Qualifier="live") == not_there(aws)
    aws.alias("live", "1")
    assert refused("get", aws, Qualifier="live") == not_there(aws)
    assert arns(listed(aws)) == [aws.arn()]


def test_an_alias_that_moves_keeps_its_url(aws: Account) -> None:
    url = create(aws, "live")["FunctionUrl"]
    aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="$LATEST")
    assert on("get", aws, "live")["FunctionUrl"] == url


def test_a_function_takes_its_urls_with_it(aws: Account) -> None:
    create(aws)
    create(aws, "live")
    aws.call("delete_function", FunctionName="orders")
    assert refused("get", aws) == not_there(aws)
    aws.create(Publish=True)
    aws.alias("live", "2")
    assert refused("get", aws) == refused("get", aws, Qualifier="live") == not_there(aws)
    assert listed(aws) == aws.answer(200, {"FunctionUrlConfigs": []})


# Listing --------------------------------------------------------------------------------------------------------------


def test_a_function_without_urls_has_an_empty_list(aws: Account) -> None:
    assert listed(aws) == aws.answer(200, {"FunctionUrlConfigs": []})


def test_a_list_has_the_url_of_the_function_first_and_then_those_of_aliases_by_name(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    aws.alias("beta", "1")
    create(aws, "live")
    create(aws, "beta", InvokeMode="RESPONSE_STREAM")
    create(aws)
    expected = [
        shown(aws, mock_lambda),
        shown(aws, mock_lambda, "beta", InvokeMode="RESPONSE_STREAM"),
        shown(aws, mock_lambda, "live"),
    ]
    assert listed(aws) == aws.answer(200, {"FunctionUrlConfigs": expected})
    paginator = aws.client.get_paginator("list_function_url_configs")
    pages = paginator.paginate(FunctionName="orders", PaginationConfig={"PageSize": 1})
    assert [arns(page) for page in pages] == [[aws.arn()], [aws.arn(qualifier="beta")], [aws.arn(qualifier="live")]]


def test_a_marker_goes_on_behind_the_last_url_whatever_has_changed(aws: Account) -> None:
    aws.alias("beta", "1")
    create(aws)
    create(aws, "live")
    first = listed(aws, MaxItems=1)
    assert arns(first) == [aws.arn()]
    on("delete", aws)
    create(aws, "beta")
    second = listed(aws, MaxItems=2, Marker=first["NextMarker"])
    assert arns(second) == [aws.arn(qualifier="beta"), aws.arn(qualifier="live")]
    assert "NextMarker" not in second


def test_a_page_has_50_urls_at_the_most(aws: Account) -> None:
    for number in range(51):
        aws.alias(f"stage-{number:02d}", "1")
        create(aws, f"stage-{number:02d}")
    first = listed(aws)
    assert len(first["FunctionUrlConfigs"]) == 50
    assert arns(listed(aws, Marker=first["NextMarker"])) == [aws.arn(qualifier="stage-50")]
    assert aws.refusal("list_function_url_configs", FunctionName="orders", MaxItems=51) == aws.misshapen(
        "Value '51' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 50"
    )


def test_a_list_takes_the_name_of_an_alias_which_has_to_be_there(aws: Account) -> None:
    create(aws)
    named = aws.call("list_function_url_configs", FunctionName="orders:live")
    assert named == listed(aws)
    assert aws.refusal("list_function_url_configs", FunctionName="orders:nothing") == no_function(aws)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nobody", "arn:aws:lambda:us-east-1:123456789012:function:nobody"])
def test_a_missing_function_is_told_in_two_ways(aws: Account, name: str) -> None:
    assert refused("create", aws, name) == refused("update", aws, name) == no_function(aws)
    assert refused("get", aws, name) == refused("delete", aws, name) == not_there(aws)
    assert aws.refusal("list_function_url_configs", FunctionName=name) == no_function(aws)


def test_a_missing_alias_is_told_in_two_ways(aws: Account) -> None:
    create(aws)
    named = {"Qualifier": "nothing"}
    assert refused("create", aws, **named) == refused("update", aws, **named) == no_function(aws)
    assert refused("get", aws, **named) == refused("delete", aws, **named) == not_there(aws)


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
@pytest.mark.parametrize("named", [{}, {"Qualifier": "live"}])
def test_where_no_url_is_none_is_found(aws: Account, verb: str, named: Answer) -> None:
    assert refused(verb, aws, **named) == not_there(aws)


@pytest.mark.parametrize("verb", ["create", "get", "update", "delete"])
@pytest.mark.parametrize("name", ["orders", "nobody"])
@pytest.mark.parametrize("qualifier", ["1", "2", "$LATEST"])
def test_versions_have_no_urls_and_are_not_even_looked_for(aws: Account, verb: str, name: str, qualifier: str) -> None:
    item = f"Value '{qualifier}' at 'qualifier' failed to satisfy constraint: "
    pattern = r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"
    assert refused(verb, aws, name, Qualifier=qualifier) == aws.misshapen(
        f"{item}Member must satisfy regular expression pattern: {pattern}"
    )


@pytest.mark.parametrize("verb", ["create", "get", "update", "delete"])
def test_two_qualifiers_have_to_agree(aws: Account, verb: str) -> None:
    assert refused(verb, aws, aws.arn(qualifier="live"), Qualifier="next") == aws.invalid(MISMATCH)
    assert refused(verb, aws, "nobody:live", Qualifier="next") == aws.invalid(MISMATCH)


@pytest.mark.parametrize("verb", ["create", "get", "update", "delete"])
def test_a_function_of_another_region_is_out_of_reach(aws: Account, verb: str) -> None:
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    elsewhere = aws.arn().replace("us-east-1", "eu-west-1")
    assert refused(verb, aws, elsewhere) == aws.error("ResourceNotFoundException", message)


@pytest.mark.parametrize("name", ["orders:1", "orders:$LATEST", "o" * 65])
def test_a_name_that_no_url_can_have_is_refused(aws: Account, name: str) -> None:
    pattern = (
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?"
        r"(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?"
    )
    item = f"Value '{name}' at 'functionName' failed to satisfy constraint: "
    assert refused("get", aws, name) == aws.misshapen(
        f"{item}Member must satisfy regular expression pattern: {pattern}"
    )


def test_auth_types_and_invoke_modes_are_those_of_the_model(aws: Account) -> None:
    assert refused("update", aws, AuthType="SECRET", InvokeMode="STREAM") == aws.misshapen(
        "Value 'SECRET' at 'authType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [NONE, AWS_IAM]",
        "Value 'STREAM' at 'invokeMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]",
    )
