"""Event invoke configs as Lambda keeps them: one for each qualifier, set, changed, shown, listed and deleted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

QUEUE = "arn:aws:sqs:us-east-1:123456789012:outcomes"
TOPIC = "arn:aws:sns:us-east-1:123456789012:outcomes"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/outcomes"
BUCKET = "arn:aws:s3:::outcomes"
NOTHING_GIVEN = "You must specify at least one of error handling or destination setting."
ITSELF = "You can't specify the function as a destination for itself."
DESTINATION_PATTERN = (
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)


@pytest.fixture
def aws(aws: Account, mock_lambda: LambdaMock) -> Account:
    """An account with functions `orders` (version 1, alias `live`) and `bills`, at a moment that doesn't pass."""
    mock_lambda.clock.freeze()
    aws.create(Publish=True)
    aws.alias("live", "1")
    aws.create("bills")
    return aws


def put(aws: Account, qualifier: str | None = None, **members: Any) -> Answer:
    return on("put", aws, qualifier, **members)


def get(aws: Account, qualifier: str | None = None) -> Answer:
    return on("get", aws, qualifier)


def on(verb: str, aws: Account, qualifier: str | None = None, **members: Any) -> Answer:
    named = {} if qualifier is None else {"Qualifier": qualifier}
    return aws.call(f"{verb}_function_event_invoke_config", FunctionName="orders", **named, **members)


def refused(verb: str, aws: Account, name: str = "orders", **members: Any) -> Answer:
    return aws.refusal(f"{verb}_function_event_invoke_config", FunctionName=name, **members)


def listed(aws: Account, **members: Any) -> list[str]:
    answer = aws.call("list_function_event_invoke_configs", FunctionName="orders", **members)
    return [config["FunctionArn"] for config in answer["FunctionEventInvokeConfigs"]]


def shown(aws: Account, mock: LambdaMock, qualifier: str = "$LATEST", **members: Any) -> Answer:
    """A config as AWS shows it, last changed now."""
    expected: Answer = {
        "LastModified": datetime.fromtimestamp(round(mock.clock.time(), 3), tz=timezone.utc),
        "FunctionArn": aws.arn(qualifier=qualifier),
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
    }
    return expected | members


def has_none(aws: Account, qualifier: str = "$LATEST", name: str = "orders") -> Answer:
    arn = aws.arn(name, qualifier)
    return aws.error("ResourceNotFoundException", f"The function {arn} doesn't have an EventInvokeConfig")


def no_function(aws: Account) -> Answer:
    return aws.error("ResourceNotFoundException", "The function doesn't exist.")


# Setting and showing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"MaximumRetryAttempts": 0},
        {"MaximumEventAgeInSeconds": 60},
        {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600},
        {"DestinationConfig": {"OnSuccess": {"Destination": TOPIC}, "OnFailure": {"Destination": BUCKET}}},
    ],
)
def test_a_config_shows_both_destinations_and_only_the_numbers_that_were_set(
    aws: Account, mock_lambda: LambdaMock, given: Answer
) -> None:
    expected = aws.answer(200, shown(aws, mock_lambda, **given))
    assert put(aws, **given) == expected
    assert get(aws) == expected


@pytest.mark.parametrize("side", ["OnSuccess", "OnFailure"])
@pytest.mark.parametrize("arn", [QUEUE, TOPIC, BUS])
def test_a_queue_topic_or_event_bus_is_taken_as_a_destination(aws: Account, side: str, arn: str) -> None:
    answer = put(aws, DestinationConfig={side: {"Destination": arn}})
    assert answer["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}} | {side: {"Destination": arn}}


@pytest.mark.parametrize("given", [None, "$LATEST", "1", "live"])
def test_the_function_arn_is_always_qualified(aws: Account, mock_lambda: LambdaMock, given: str | None) -> None:
    put(aws, given, MaximumRetryAttempts=1)
    expected = aws.answer(200, shown(aws, mock_lambda, given or "$LATEST", MaximumRetryAttempts=1))
    assert get(aws, given) == expected
    assert aws.call("get_function_event_invoke_config", FunctionName=aws.arn(qualifier=given)) == expected


def test_putting_replaces_all_that_was_set(aws: Account, mock_lambda: LambdaMock) -> None:
    put(aws, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": QUEUE}})
    put(aws, MaximumEventAgeInSeconds=60)
    assert get(aws) == aws.answer(200, shown(aws, mock_lambda, MaximumEventAgeInSeconds=60))


def test_updating_keeps_what_is_not_given(aws: Account, mock_lambda: LambdaMock) -> None:
    put(aws, MaximumEventAgeInSeconds=60)
    assert on("update", aws, MaximumEventAgeInSeconds=60) == get(aws)
    mock_lambda.clock.advance(5)
    expected = aws.answer(200, shown(aws, mock_lambda, MaximumEventAgeInSeconds=60, MaximumRetryAttempts=0))
    assert on("update", aws, MaximumRetryAttempts=0) == expected
    assert get(aws) == expected


def test_updating_one_destination_keeps_the_other(aws: Account) -> None:
    put(aws, DestinationConfig={"OnSuccess": {"Destination": TOPIC}})
    on("update", aws, DestinationConfig={"OnFailure": {"Destination": QUEUE}})
    both = {"OnSuccess": {"Destination": TOPIC}, "OnFailure": {"Destination": QUEUE}}
    assert on("update", aws, MaximumRetryAttempts=1)["DestinationConfig"] == both


@pytest.mark.parametrize("nothing", [{}, {"Destination": ""}])
def test_an_empty_destination_in_an_update_removes_it(aws: Account, nothing: Answer) -> None:
    put(aws, DestinationConfig={"OnSuccess": {"Destination": TOPIC}})
    answer = on("update", aws, DestinationConfig={"OnSuccess": nothing})
    assert answer["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}


# Whose it is ----------------------------------------------------------------------------------------------------------


def test_a_version_does_not_inherit_the_config_of_latest(aws: Account) -> None:
    put(aws, MaximumRetryAttempts=0)
    aws.configure(Description="changed")
    assert aws.publish()["Version"] == "2"
    assert refused("get", aws, Qualifier="2") == has_none(aws, "2")


def test_latest_version_and_alias_have_each_their_own(aws: Account) -> None:
    for age, qualifier in enumerate(["$LATEST", "1", "live"], start=60):
        put(aws, qualifier, MaximumEventAgeInSeconds=age)
    ages = [get(aws, qualifier)["MaximumEventAgeInSeconds"] for qualifier in ("$LATEST", "1", "live")]
    assert ages == [60, 61, 62]


def test_a_config_goes_with_its_version(aws: Account) -> None:
    aws.configure(Description="changed")
    aws.publish()
    put(aws, "2", MaximumRetryAttempts=0)
    aws.call("delete_function", FunctionName="orders", Qualifier="2")
    assert refused("get", aws, Qualifier="2") == has_none(aws, "2")
    assert listed(aws) == []


def test_a_config_goes_with_its_alias_and_does_not_come_back_with_it(aws: Account) -> None:
    put(aws, "live", MaximumRetryAttempts=0)
    aws.call("delete_alias", FunctionName="orders", Name="live")
    aws.alias("live", "1")
    assert refused("get", aws, Qualifier="live") == has_none(aws, "live")


def test_a_config_goes_with_its_function(aws: Account) -> None:
    put(aws, MaximumRetryAttempts=0)
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert refused("get", aws) == has_none(aws)


def test_a_config_leaves_the_function_as_it_is(aws: Account) -> None:
    before = [aws.shown(qualifier) for qualifier in (None, "1")]
    put(aws, MaximumRetryAttempts=0)
    put(aws, "1", MaximumRetryAttempts=0)
    assert [aws.shown(qualifier) for qualifier in (None, "1")] == before
    assert aws.publish()["Version"] == "1"


# Deleting -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
def test_a_config_that_was_deleted_is_gone_and_no_other(aws: Account, qualifier: str) -> None:
    for each in ("$LATEST", "1", "live"):
        put(aws, each, MaximumRetryAttempts=0)
    assert on("delete", aws, qualifier) == aws.answer(204, {})
    assert refused("delete", aws, Qualifier=qualifier) == has_none(aws, qualifier)
    assert aws.arn(qualifier=qualifier) not in listed(aws)
    assert len(listed(aws)) == 2


# Listing --------------------------------------------------------------------------------------------------------------


def test_configs_are_listed_as_they_are_shown(aws: Account, mock_lambda: LambdaMock) -> None:
    put(aws, MaximumRetryAttempts=0)
    assert aws.call("list_function_event_invoke_configs", FunctionName="orders") == aws.answer(
        200, {"FunctionEventInvokeConfigs": [shown(aws, mock_lambda, MaximumRetryAttempts=0)]}
    )


def test_a_function_without_configs_lists_none(aws: Account) -> None:
    empty = aws.answer(200, {"FunctionEventInvokeConfigs": []})
    assert aws.call("list_function_event_invoke_configs", FunctionName="orders") == empty


def in_order(aws: Account) -> list[str]:
    """Set the configs of all qualifiers there are, and give their ARNs in the order in which AWS lists them."""
    for number in range(2, 11):
        aws.configure(Description=str(number))
        aws.publish()
    aws.alias("canary", "2")
    for qualifier in ("live", "10", "canary", "2", "$LATEST"):
        put(aws, qualifier, MaximumRetryAttempts=0)
    return [aws.arn(qualifier=qualifier) for qualifier in ("$LATEST", "2", "10", "canary", "live")]


def test_a_list_begins_with_latest_then_versions_by_number_then_aliases(aws: Account) -> None:
    assert in_order(aws) == listed(aws)


@pytest.mark.parametrize("size", [1, 2, 5, 50])
def test_pages_of_any_size_make_up_the_whole_list(aws: Account, size: int) -> None:
    whole = in_order(aws)
    pages = aws.client.get_paginator("list_function_event_invoke_configs").paginate(
        FunctionName="orders", PaginationConfig={"PageSize": size}
    )
    arns = [[config["FunctionArn"] for config in each["FunctionEventInvokeConfigs"]] for each in pages]
    assert arns == [whole[begin : begin + size] for begin in range(0, len(whole), size)]


def test_a_page_has_fifty_at_the_most(unchecked: Account) -> None:
    unchecked.create()
    answer = unchecked.refusal("list_function_event_invoke_configs", FunctionName="orders", MaxItems=51)
    assert answer == unchecked.misshapen(
        "Value '51' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 50"
    )


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["put", "update"])
@pytest.mark.parametrize("name", ["orders", "nowhere"])
def test_setting_nothing_is_refused_before_the_function_is_looked_up(aws: Account, verb: str, name: str) -> None:
    assert refused(verb, aws, name) == aws.invalid(NOTHING_GIVEN)


@pytest.mark.parametrize("verb", ["put", "update"])
@pytest.mark.parametrize(("name", "named"), [("nowhere", {}), ("orders", {"Qualifier": "gone"}), ("orders:7", {})])
def test_setting_needs_a_function_and_its_qualifier(aws: Account, verb: str, name: str, named: Answer) -> None:
    assert refused(verb, aws, name, MaximumRetryAttempts=0, **named) == no_function(aws)


def test_updating_needs_a_config(aws: Account) -> None:
    assert refused("update", aws, MaximumRetryAttempts=0) == has_none(aws)
    assert refused("update", aws, Qualifier="live", MaximumRetryAttempts=0) == has_none(aws, "live")


@pytest.mark.parametrize("verb", ["get", "delete"])
@pytest.mark.parametrize(
    ("name", "qualifier"),
    [("orders", "$LATEST"), ("orders", "1221"), ("orders", "gone"), ("nowhere", "$LATEST"), ("nowhere", "live")],
)
def test_where_there_is_no_config_nobody_says_why(aws: Account, verb: str, name: str, qualifier: str) -> None:
    assert refused(verb, aws, name, Qualifier=qualifier) == has_none(aws, qualifier, name)
    if qualifier == "$LATEST":
        assert refused(verb, aws, name) == has_none(aws, qualifier, name)


def test_listing_needs_a_function(aws: Account) -> None:
    assert aws.refusal("list_function_event_invoke_configs", FunctionName="nowhere") == no_function(aws)


@pytest.mark.parametrize("verb", ["put", "update", "get", "delete"])
def test_two_qualifiers_that_differ_are_refused(aws: Account, verb: str) -> None:
    setting: Answer = {"MaximumRetryAttempts": 0} if verb in {"put", "update"} else {}
    assert refused(verb, aws, "orders:live", Qualifier="1", **setting) == aws.invalid(
        "The derived qualifier from the function name does not match the specified qualifier."
    )


def test_a_function_of_another_region_is_out_of_reach(aws: Account) -> None:
    elsewhere = aws.arn().replace("us-east-1", "eu-west-1")
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    assert refused("get", aws, elsewhere) == aws.error("ResourceNotFoundException", message)


@pytest.mark.parametrize("name", ["nowhere", "bills:1", "bills:live"])
@pytest.mark.parametrize("side", ["OnSuccess", "OnFailure"])
def test_a_function_that_is_not_there_is_no_destination(aws: Account, name: str, side: str) -> None:
    arn = aws.arn(name)
    answer = refused("put", aws, DestinationConfig={side: {"Destination": arn}})
    assert answer == aws.invalid(f"The destination ARN {arn} is invalid.")


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_layer_is_no_destination(aws: Account, region: str) -> None:
    arn = f"arn:aws:lambda:{region}:123456789012:layer:libraries:1"
    answer = refused("put", aws, DestinationConfig={"OnSuccess": {"Destination": arn}})
    assert answer == aws.invalid(f"The destination ARN {arn} is invalid.")


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1", "live"])
@pytest.mark.parametrize("verb", ["put", "update"])
def test_a_function_is_no_destination_for_itself(aws: Account, qualifier: str | None, verb: str) -> None:
    put(aws, MaximumRetryAttempts=1)
    destination = {"OnFailure": {"Destination": aws.arn(qualifier=qualifier)}}
    assert refused(verb, aws, DestinationConfig=destination) == aws.invalid(ITSELF)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        (
            {"OnSuccess": {"Destination": "arn:aws:iam:us-east-1:123456789012:function:orders"}},
            "onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:123456789012:function:orders), onFailure=null",
        ),
        ({"OnSuccess": {"Destination": BUCKET}}, f"onSuccess=OnSuccess(destination={BUCKET}), onFailure=null"),
        ({"OnFailure": {"Destination": "kafka://t"}}, "onSuccess=null, onFailure=OnFailure(destination=kafka://t)"),
        (
            {"OnSuccess": {}, "OnFailure": {"Destination": "kafka://t"}},
            "onSuccess=OnSuccess(destination=null), onFailure=OnFailure(destination=kafka://t)",
        ),
    ],
)
def test_a_service_that_takes_no_outcomes_is_no_destination(aws: Account, given: Answer, printed: str) -> None:
    message = f"The provided destination config DestinationConfig({printed}) is invalid."
    assert refused("put", aws, DestinationConfig=given) == aws.invalid(message)


def test_a_destination_that_is_no_arn_is_refused_with_the_pattern(aws: Account) -> None:
    arn = "arn:aws:_-/!lambda:us-east-1:123456789012:function:bills"
    assert refused("put", aws, DestinationConfig={"OnFailure": {"Destination": arn}}) == aws.misshapen(
        f"Value '{arn}' at 'destinationConfig.onFailure.destination' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {DESTINATION_PATTERN}"
    )


@pytest.mark.parametrize(
    ("member", "value", "limit"),
    [
        ("MaximumRetryAttempts", 3, "less than or equal to 2"),
        ("MaximumEventAgeInSeconds", 59, "greater than or equal to 60"),
        ("MaximumEventAgeInSeconds", 21601, "less than or equal to 21600"),
    ],
)
def test_numbers_out_of_range_are_refused(unchecked: Account, member: str, value: int, limit: str) -> None:
    unchecked.create()
    given: Answer = {member: value}
    assert refused("put", unchecked, **given) == unchecked.misshapen(
        f"Value '{value}' at 'm{member[1:]}' failed to satisfy constraint: Member must have value {limit}"
    )


def test_a_refusal_changes_nothing(aws: Account) -> None:
    put(aws, MaximumRetryAttempts=1)
    before = get(aws)
    refused("put", aws, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": aws.arn()}})
    refused("update", aws, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": aws.arn()}})
    refused("put", aws, "orders")
    assert get(aws) == before
