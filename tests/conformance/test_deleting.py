"""Deleting: a function with everything that hangs on it, or one version, and what may not be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"


def versions(aws: Account) -> list[str]:
    return [item["Version"] for item in aws.call("list_versions_by_function", FunctionName="orders")["Versions"]]


def blocked_by(aws: Account, *aliases: str) -> dict[str, Any]:
    return aws.error(
        "ResourceConflictException",
        f"Unable to delete version because the following aliases reference it: [{', '.join(aliases)}]",
    )


@pytest.mark.parametrize("name", ["orders", "arn:aws:lambda:us-east-1:123456789012:function:orders"])
def test_deleting_a_function_answers_204(aws: Account, name: str) -> None:
    aws.create()
    assert aws.call("delete_function", FunctionName=name) == aws.deletion()
    assert aws.refusal("get_function", FunctionName="orders") == aws.not_found()


def test_a_deleted_function_leaves_no_version_and_no_alias_behind(aws: Account) -> None:
    aws.release("one")
    aws.alias("live")
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert versions(aws) == ["$LATEST"]
    assert aws.call("list_aliases", FunctionName="orders")["Aliases"] == []


def test_a_deleted_function_leaves_no_policy_and_no_tags_behind(aws: Account) -> None:
    aws.create(Tags={"team": "shop"})
    aws.call(
        "add_permission",
        FunctionName="orders",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert "Tags" not in aws.call("get_function", FunctionName="orders")
    assert aws.refusal("get_policy", FunctionName="orders") == aws.error(
        "ResourceNotFoundException", "The resource you requested does not exist."
    )


def test_event_source_mappings_outlive_their_function(aws: Account) -> None:
    aws.create()
    uuid = aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=QUEUE)["UUID"]
    aws.call("delete_function", FunctionName="orders")
    mapping = aws.call("get_event_source_mapping", UUID=uuid)
    assert (mapping["State"], mapping["FunctionArn"]) == ("Enabled", aws.arn())


def test_deleting_one_function_leaves_the_others(aws: Account) -> None:
    aws.release("one")
    aws.release("one", name="bills")
    aws.call("delete_function", FunctionName="orders")
    assert aws.result("1", name="bills") == ('"one"', "1")


# Versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [{"FunctionName": "orders", "Qualifier": "2"}, {"FunctionName": "orders:2"}])
def test_deleting_a_version_leaves_the_others(aws: Account, named: dict[str, str]) -> None:
    aws.release("one", "two", "three")
    assert aws.call("delete_function", **named) == aws.deletion()
    assert versions(aws) == ["$LATEST", "1", "3"]
    assert [aws.result(number) for number in ("1", "3")] == [('"one"', "1"), ('"three"', "3")]


@pytest.mark.parametrize("number", ["7", "01", "0"])
def test_deleting_a_version_that_is_not_there_is_no_error(aws: Account, number: str) -> None:
    aws.release("one")
    assert aws.call("delete_function", FunctionName="orders", Qualifier=number) == aws.deletion()
    assert versions(aws) == ["$LATEST", "1"]


def test_deleting_latest_alone_is_refused(aws: Account) -> None:
    aws.release("one")
    assert aws.refusal("delete_function", FunctionName="orders", Qualifier="$LATEST") == aws.invalid(
        "$LATEST version cannot be deleted without deleting the function."
    )
    assert versions(aws) == ["$LATEST", "1"]


@pytest.mark.parametrize("name", ["orders", "nowhere"])
@pytest.mark.parametrize("alias", ["live", "missing"])
def test_deleting_a_function_by_an_alias_is_refused(aws: Account, name: str, alias: str) -> None:
    aws.release("one")
    aws.alias("live")
    refusal = aws.refusal("delete_function", FunctionName=name, Qualifier=alias)
    assert refusal == aws.invalid("Deletion of aliases is not currently supported.")
    assert aws.result("live")[1] == "1"


def test_a_qualifier_with_a_dollar_that_is_not_latest_is_a_version_that_is_not_there(aws: Account) -> None:
    aws.create()
    refusal = aws.refusal("delete_function", FunctionName="orders", Qualifier="$latest")
    assert refusal == aws.not_found(qualifier="$latest")


def test_a_version_is_kept_for_all_aliases_that_point_to_it(aws: Account) -> None:
    aws.release("one", "two")
    for alias in ("live", "blue"):
        aws.alias(alias, "1")
    aws.alias("next", "2")
    assert aws.refusal("delete_function", FunctionName="orders", Qualifier="1") == blocked_by(aws, "blue", "live")
    assert versions(aws) == ["$LATEST", "1", "2"]


def test_a_version_is_kept_for_an_alias_that_only_sends_it_a_share(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
    assert aws.refusal("delete_function", FunctionName="orders", Qualifier="2") == blocked_by(aws, "live")


@pytest.mark.parametrize("freed_by", ["deleting", "moving"])
def test_a_version_can_be_deleted_once_no_alias_needs_it(aws: Account, freed_by: str) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    if freed_by == "deleting":
        aws.call("delete_alias", FunctionName="orders", Name="live")
    else:
        aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    aws.call("delete_function", FunctionName="orders", Qualifier="1")
    assert versions(aws) == ["$LATEST", "2"]


def test_a_deleted_version_leaves_no_policy_for_a_later_one_to_find(aws: Account) -> None:
    aws.release("one", "two")
    permission = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    aws.call("add_permission", FunctionName="orders", Qualifier="1", **permission)
    aws.call("delete_function", FunctionName="orders", Qualifier="1")
    assert aws.refusal("get_policy", FunctionName="orders", Qualifier="1") == aws.error(
        "ResourceNotFoundException", "The resource you requested does not exist."
    )


def test_an_alias_that_is_created_anew_has_no_policy(aws: Account) -> None:
    aws.release("one")
    aws.alias("live")
    permission = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    aws.call("add_permission", FunctionName="orders", Qualifier="live", **permission)
    aws.call("delete_alias", FunctionName="orders", Name="live")
    aws.alias("live")
    assert aws.refusal("get_policy", FunctionName="orders", Qualifier="live") == aws.error(
        "ResourceNotFoundException", "The resource you requested does not exist."
    )
