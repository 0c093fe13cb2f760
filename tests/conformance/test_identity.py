"""How functions are named: the forms a name may take, whom it reaches, and under which ARN each operation answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."
LATEST_ONLY = (
    "Current operation does not support versions other than $LATEST. "
    "Please set the version to $LATEST or do not set a version in your request."
)
UNQUALIFIED = [
    "orders",
    "function:orders",
    "123456789012:function:orders",
    "arn:aws:lambda:us-east-1:123456789012:function:orders",
]
UPDATES: dict[str, dict[str, Any]] = {
    "update_function_code": {"ZipFile": b"any"},
    "update_function_configuration": {"Timeout": 10},
    "publish_version": {},
    "create_alias": {"Name": "live", "FunctionVersion": "1"},
    "get_alias": {"Name": "live"},
    "update_alias": {"Name": "live"},
    "delete_alias": {"Name": "live"},
    "list_aliases": {},
}
READING = ["get_function", "get_function_configuration", "invoke", "delete_function"]
# Every operation that names a function, with what else it needs.
ALL: dict[str, dict[str, Any]] = {name: {} for name in (*READING, "list_versions_by_function")} | UPDATES


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1", "live"])
@pytest.mark.parametrize("name", UNQUALIFIED)
def test_a_function_is_found_by_every_form_of_its_name(aws: Account, name: str, qualifier: str | None) -> None:
    aws.release("one")
    aws.alias("live", "1")
    suffix = "" if qualifier is None else f":{qualifier}"
    assert aws.shown(name=name + suffix)["FunctionArn"] == aws.arn(qualifier=qualifier)


@pytest.mark.parametrize("name", UNQUALIFIED)
def test_a_function_is_created_under_every_form_of_its_name(aws: Account, name: str) -> None:
    assert aws.create(name) == aws.answer(201, aws.configuration("orders", **aws.PENDING))


def test_an_arn_that_ends_before_the_name_is_that_of_a_function_called_function(aws: Account) -> None:
    assert aws.create(aws.arn().removesuffix(":orders")) == aws.answer(
        201, aws.configuration("function", **aws.PENDING)
    )


@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
@pytest.mark.parametrize("name", ["my-service-1", "us-east-1", "us-gov-west-1"])
def test_a_function_may_be_named_like_a_region(aws: Account, name: str, qualifier: str) -> None:
    aws.create(name, Publish=True)
    aws.alias("live", "1", name)
    for form in (name, f"function:{name}", aws.arn(name)):
        assert aws.shown(name=f"{form}:{qualifier}")["FunctionArn"] == aws.arn(name, qualifier)


@pytest.mark.parametrize("name", ["us-east-1:123456789012:function:orders", "us-east-1:function:orders"])
def test_a_region_may_stand_in_front_of_a_partial_arn(aws: Account, name: str) -> None:
    aws.create()
    assert aws.shown(name=name)["FunctionArn"] == aws.arn()
    assert aws.refusal("get_function", FunctionName=name.replace("us-east-1", "eu-west-1"))["Error"]["Message"] == (
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    )


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_a_function_is_created_as_a_whole(aws: Account, qualifier: str) -> None:
    assert aws.refused_creation(f"orders:{qualifier}") == aws.invalid(LATEST_ONLY)


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration", "invoke"])
def test_the_same_qualifier_may_be_given_twice(aws: Account, operation: str) -> None:
    aws.release("one")
    assert aws.call(operation, FunctionName="orders:1", Qualifier="1")["ResponseMetadata"] == 200


@pytest.mark.parametrize("operation", READING)
def test_two_different_qualifiers_are_refused(aws: Account, operation: str) -> None:
    aws.release("one", "two")
    refusal = aws.refusal(operation, FunctionName="orders:1", Qualifier="2")
    assert refusal == aws.invalid(MISMATCH)


@pytest.mark.parametrize("operation", READING)
def test_two_different_qualifiers_are_refused_before_the_region_is_looked_at(aws: Account, operation: str) -> None:
    elsewhere = "arn:aws:lambda:eu-west-1:123456789012:function:orders:1"
    assert aws.refusal(operation, FunctionName=elsewhere, Qualifier="2") == aws.invalid(MISMATCH)


@pytest.mark.parametrize(
    "named", [{"FunctionName": "nowhere:$LATEST"}, {"FunctionName": "nowhere", "Qualifier": "$LATEST"}]
)
def test_deleting_latest_is_refused_before_the_function_is_looked_for(aws: Account, named: dict[str, str]) -> None:
    assert aws.refusal("delete_function", **named) == aws.invalid(
        "$LATEST version cannot be deleted without deleting the function."
    )


@pytest.mark.parametrize("qualifier", ["live", "$LATEST", "1"])
def test_the_region_is_looked_at_before_what_is_to_be_deleted(aws: Account, qualifier: str) -> None:
    elsewhere = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
    assert aws.refusal("delete_function", FunctionName=elsewhere, Qualifier=qualifier) == aws.error(
        "ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    )


@pytest.mark.parametrize("operation", ALL)
def test_a_function_of_another_region_is_not_reachable(aws: Account, operation: str) -> None:
    elsewhere = "arn:aws:lambda:ap-southeast-1:123456789012:function:orders"
    assert aws.refusal(operation, FunctionName=elsewhere, **ALL[operation]) == aws.error(
        "ResourceNotFoundException", "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"
    )


def test_a_function_cannot_be_created_in_another_region(aws: Account) -> None:
    elsewhere = "arn:aws:lambda:ap-southeast-1:123456789012:function:orders"
    assert aws.refused_creation(elsewhere) == aws.error(
        "ResourceNotFoundException", "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"
    )


def test_a_function_cannot_be_created_in_another_account(aws: Account) -> None:
    assert aws.refused_creation("210987654321:function:orders") == aws.error("AccessDeniedException", None)


@pytest.mark.parametrize("operation", UPDATES)
@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_what_acts_on_the_function_takes_no_version_or_alias(aws: Account, operation: str, qualifier: str) -> None:
    aws.release("one")
    aws.alias("live", "1")
    refusal = aws.refusal(operation, FunctionName=f"orders:{qualifier}", **UPDATES[operation])
    assert refusal == aws.invalid(LATEST_ONLY)


@pytest.mark.parametrize(
    "operation", ["update_function_configuration", "publish_version", "create_alias", "list_aliases"]
)
def test_what_acts_on_the_function_takes_latest(aws: Account, operation: str) -> None:
    aws.create(Publish=True)
    assert (
        aws.call(operation, FunctionName=aws.arn(qualifier="$LATEST"), **UPDATES[operation])["ResponseMetadata"] < 300
    )


def test_a_dot_may_be_in_the_name_of_a_function_that_is_read(aws: Account) -> None:
    assert aws.refusal("get_function", FunctionName="my.function") == aws.not_found("my.function")


def test_a_plain_name_over_64_characters_cannot_be_created(aws: Account) -> None:
    assert aws.refused_creation("a" * 65) == aws.invalid(
        f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


def test_a_name_of_64_characters_can_be_created(aws: Account) -> None:
    assert aws.create("a" * 64)["FunctionArn"] == aws.arn("a" * 64)


def test_an_arn_over_140_characters_cannot_be_created(aws: Account) -> None:
    assert aws.refused_creation(aws.arn("a" * 100)) == aws.misshapen(
        f"Value '{aws.arn('a' * 100)}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 140"
    )


# What isn't there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration"])
@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1221", "aliasdoesnotexist"])
def test_a_missing_function_is_named_as_it_was_asked_for(aws: Account, operation: str, qualifier: str | None) -> None:
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    refusal = aws.refusal(operation, FunctionName="nowhere", **parameters)
    assert refusal == aws.not_found("nowhere", qualifier)


@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration", "invoke"])
@pytest.mark.parametrize("qualifier", ["1221", "aliasdoesnotexist", "$latest", "$LATEST.PUBLISHED", "01"])
def test_a_missing_version_or_alias_is_named(aws: Account, operation: str, qualifier: str) -> None:
    aws.release("one")
    refusal = aws.refusal(operation, FunctionName="orders", Qualifier=qualifier)
    assert refusal == aws.not_found(qualifier=qualifier)


def test_invoking_a_missing_function_misses_its_latest(aws: Account) -> None:
    assert aws.refusal("invoke", FunctionName="nowhere") == aws.not_found("nowhere", "$LATEST")


@pytest.mark.parametrize("qualifier", [None, "1221"])
def test_deleting_a_missing_function_misses_it_unqualified(aws: Account, qualifier: str | None) -> None:
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    assert aws.refusal("delete_function", FunctionName="nowhere", **parameters) == aws.not_found("nowhere")


@pytest.mark.parametrize(
    "operation",
    [
        "update_function_code",
        "update_function_configuration",
        "publish_version",
        "list_versions_by_function",
        "list_aliases",
    ],
)
def test_a_missing_function_cannot_be_changed_or_listed(aws: Account, operation: str) -> None:
    assert aws.refusal(operation, FunctionName="nowhere", **ALL[operation]) == aws.not_found("nowhere")


def test_creating_an_alias_of_a_missing_function_misses_its_target(aws: Account) -> None:
    refusal = aws.refusal("create_alias", FunctionName="nowhere", Name="live", FunctionVersion="1")
    assert refusal == aws.not_found("nowhere", "1")


@pytest.mark.parametrize("name", ["orders", "nowhere"])
def test_a_missing_alias_cannot_be_found(aws: Account, name: str) -> None:
    aws.create()
    assert aws.refusal("get_alias", FunctionName=name, Name="live") == aws.error(
        "ResourceNotFoundException", f"Cannot find alias arn: {aws.arn(name, 'live')}"
    )


@pytest.mark.parametrize("name", ["orders", "nowhere"])
def test_a_missing_alias_cannot_be_updated(aws: Account, name: str) -> None:
    aws.create()
    assert aws.refusal("update_alias", FunctionName=name, Name="live") == aws.error(
        "ResourceNotFoundException", f"Alias not found: {aws.arn(name, 'live')}"
    )


# Under which ARN, and as which version, each operation answers -----------------------------------------------------


def identity(answer: Any) -> tuple[str, str]:
    return answer["FunctionArn"], answer["Version"]


def test_creating_answers_the_unqualified_arn(aws: Account) -> None:
    assert identity(aws.create()) == (aws.arn(), "$LATEST")
    assert identity(aws.create("invoices", Publish=True)) == (aws.arn("invoices"), "1")


def test_updating_answers_the_unqualified_arn(aws: Account) -> None:
    aws.create()
    assert identity(aws.configure(Timeout=10)) == (aws.arn(), "$LATEST")
    assert identity(aws.update_code("changed")) == (aws.arn(), "$LATEST")


def test_publishing_answers_the_versions_arn(aws: Account) -> None:
    aws.create()
    assert identity(aws.publish()) == (aws.arn(qualifier="1"), "1")
    assert identity(aws.update_code("changed", Publish=True)) == (aws.arn(qualifier="2"), "2")


@pytest.mark.parametrize(
    ("qualifier", "version"),
    [(None, "$LATEST"), ("$LATEST", "$LATEST"), ("1", "1"), ("live", "1"), ("edge", "$LATEST")],
)
@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration"])
def test_reading_answers_the_arn_that_was_asked_for(
    aws: Account, operation: str, qualifier: str | None, version: str
) -> None:
    aws.release("one")
    aws.alias("live", "1")
    aws.alias("edge", "$LATEST")
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    answer = aws.call(operation, FunctionName="orders", **parameters)
    assert identity(answer.get("Configuration", answer)) == (aws.arn(qualifier=qualifier), version)


def test_an_alias_shows_the_whole_of_its_version(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    assert aws.shown("live") == aws.shown("1") | {"FunctionArn": aws.arn(qualifier="live")}


def test_listing_functions_answers_unqualified_arns(aws: Account) -> None:
    aws.release("one")
    [item] = aws.call("list_functions")["Functions"]
    assert identity(item) == (aws.arn(), "$LATEST")


def test_listing_all_versions_answers_qualified_arns(aws: Account) -> None:
    aws.release("one")
    expected = [(aws.arn(qualifier="$LATEST"), "$LATEST"), (aws.arn(qualifier="1"), "1")]
    listed = aws.call("list_functions", FunctionVersion="ALL")["Functions"]
    assert [identity(item) for item in listed] == expected
    listed = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [identity(item) for item in listed] == expected
