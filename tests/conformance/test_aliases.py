"""Aliases: their shape, their names, what they may point to, and how they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

NAME_PATTERN = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"
WEIGHTS_PATH = "routingConfig.additionalVersionWeights"


def weights(**numbers: float) -> Answer:
    """A routing config: `weights(v2=0.5)`."""
    return {"AdditionalVersionWeights": {name.removeprefix("v"): weight for name, weight in numbers.items()}}


def names(aws: Account, **parameters: Any) -> list[str]:
    listed = aws.call("list_aliases", FunctionName="orders", **parameters)["Aliases"]
    return [alias["Name"] for alias in listed]


def change(aws: Account, **members: Any) -> Answer:
    return aws.call("update_alias", FunctionName="orders", Name="live", **members)


# Shape -----------------------------------------------------------------------------------------------------------


def test_an_alias_is_answered_by_all_operations_alike(aws: Account) -> None:
    aws.release("one", "two")
    created = aws.alias("live", Description="custom-alias", RoutingConfig=weights(v2=0.2))
    expected = aws.alias_configuration(Description="custom-alias", RoutingConfig=weights(v2=0.2))
    assert created == aws.answer(201, expected)
    assert aws.call("get_alias", FunctionName="orders", Name="live") == created | {"ResponseMetadata": 200}
    listed = aws.call("list_aliases", FunctionName="orders")
    assert listed == aws.answer(200, {"Aliases": [expected | {"RevisionId": created["RevisionId"]}]})


def test_an_alias_without_a_description_has_an_empty_one(aws: Account) -> None:
    aws.release("one")
    assert aws.alias() == aws.answer(201, aws.alias_configuration())


def test_an_empty_routing_config_disappears(aws: Account) -> None:
    aws.release("one")
    assert aws.alias(RoutingConfig=weights()) == aws.answer(201, aws.alias_configuration())


def test_deleting_an_alias_answers_nothing(aws: Account) -> None:
    aws.release("one")
    aws.alias()
    assert aws.call("delete_alias", FunctionName="orders", Name="live") == aws.answer(204, {})
    assert names(aws) == []


@pytest.mark.parametrize("name", ["orders", "nowhere"])
def test_deleting_a_missing_alias_is_no_error(aws: Account, name: str) -> None:
    aws.create()
    assert aws.call("delete_alias", FunctionName=name, Name="live") == aws.answer(204, {})


# Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2024-01-02", "live", "LIVE", "a_b-c", "1a", "a" * 128])
def test_an_alias_may_be_named_so(aws: Account, name: str) -> None:
    aws.release("one")
    assert aws.alias(name)["AliasArn"] == aws.arn(qualifier=name)


@pytest.mark.parametrize("name", ["2024", "$LATEST", "a.b", "a b"])
def test_an_alias_may_not_be_named_like_a_version_or_with_other_characters(aws: Account, name: str) -> None:
    aws.release("one")
    refusal = aws.refusal("create_alias", FunctionName="orders", Name=name, FunctionVersion="1")
    assert refusal == aws.misshapen(
        f"Value '{name}' at 'name' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
    )


def test_an_alias_has_a_name_of_128_characters_at_most(aws: Account) -> None:
    aws.release("one")
    refusal = aws.refusal("create_alias", FunctionName="orders", Name="a" * 129, FunctionVersion="1")
    assert refusal == aws.misshapen(
        f"Value '{'a' * 129}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 128"
    )


def test_the_name_of_an_alias_is_taken_only_once(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("custom")
    refusal = aws.refusal("create_alias", FunctionName="orders", Name="custom", FunctionVersion="2")
    assert refusal == aws.error("ResourceConflictException", f"Alias already exists: {aws.arn(qualifier='custom')}")
    assert aws.call("get_alias", FunctionName="orders", Name="custom")["FunctionVersion"] == "1"


def test_two_functions_may_have_aliases_of_one_name(aws: Account) -> None:
    aws.release("one")
    aws.release("one", name="invoices")
    aws.alias("live")
    assert aws.alias("live", name="invoices")["AliasArn"] == aws.arn("invoices", "live")


# Targets ---------------------------------------------------------------------------------------------------------


def between(value: str) -> str:
    return (
        f"Value '{value}' at '{WEIGHTS_PATH}' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, "
        "Member must not be null]"
    )


LATEST_AS_KEY = (
    f"Value '{{$LATEST=0.5}}' at '{WEIGHTS_PATH}' failed to satisfy constraint: Map keys must satisfy constraint: "
    "[Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, "
    "Member must satisfy regular expression pattern: [0-9]+]"
)
TOO_MANY = "Number of items in AdditionalVersionWeights cannot be greater than 1"
TWICE = "Invalid function version 1. Function version 1 is already included in routing configuration."
LATEST_IS_ALONE = "$LATEST is not supported for an alias pointing to more than 1 version"

# What an alias of a function with versions 1 and 2 may not point to, and how it is refused.
REFUSED: dict[str, tuple[Answer, Any]] = {
    "missing version": ({"FunctionVersion": "10"}, lambda aws: aws.not_found(qualifier="10")),
    "missing additional version": (
        {"FunctionVersion": "1", "RoutingConfig": weights(v10=0.5)},
        lambda aws: aws.not_found(qualifier="10"),
    ),
    "two additional versions": (
        {"FunctionVersion": "1", "RoutingConfig": weights(v1=0.5, v2=0.5)},
        lambda aws: aws.invalid(TOO_MANY),
    ),
    "the same version twice": (
        {"FunctionVersion": "1", "RoutingConfig": weights(v1=0.5)},
        lambda aws: aws.invalid(TWICE),
    ),
    "$LATEST and another": (
        {"FunctionVersion": "$LATEST", "RoutingConfig": weights(v1=0.5)},
        lambda aws: aws.invalid(LATEST_IS_ALONE, typed=False),
    ),
    "$LATEST as the other": (
        {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"$LATEST": 0.5}}},
        lambda aws: aws.misshapen(LATEST_AS_KEY),
    ),
    "weight too high": (
        {"FunctionVersion": "1", "RoutingConfig": weights(v2=2.0)},
        lambda aws: aws.misshapen(between("{2=2.0}")),
    ),
    "weight too low": (
        {"FunctionVersion": "1", "RoutingConfig": weights(v2=-1.0)},
        lambda aws: aws.misshapen(between("{2=-1.0}")),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_alias_cannot_be_created_for_what_is_no_target(aws: Account, unchecked: Account, case: str) -> None:
    aws.release("one", "two")
    members, expected = REFUSED[case]
    assert unchecked.refusal("create_alias", FunctionName="orders", Name="live", **members) == expected(aws)
    assert names(aws) == []


@pytest.mark.parametrize("case", REFUSED)
def test_an_alias_cannot_be_moved_to_what_is_no_target(aws: Account, unchecked: Account, case: str) -> None:
    aws.release("one", "two")
    before = aws.alias("live", "2")
    members, expected = REFUSED[case]
    assert unchecked.refusal("update_alias", FunctionName="orders", Name="live", **members) == expected(aws)
    assert aws.call("get_alias", FunctionName="orders", Name="live") == before | {"ResponseMetadata": 200}


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_the_bounds_of_a_weight_are_weights(aws: Account, weight: float) -> None:
    aws.release("one", "two")
    assert aws.alias(RoutingConfig=weights(v2=weight))["RoutingConfig"] == weights(v2=weight)


def test_versions_of_different_roles_do_not_share_an_alias(aws: Account) -> None:
    aws.release("one")
    aws.configure(Role=f"{aws.ROLE}-2")
    aws.publish()
    parameters: Answer = {
        "FunctionName": "orders",
        "Name": "live",
        "FunctionVersion": "1",
        "RoutingConfig": weights(v2=0.5),
    }
    refusal = aws.refusal("create_alias", **parameters)
    assert refusal == aws.invalid("Specified versions must be associated with the same execution role")


def test_versions_of_different_dead_letter_queues_do_not_share_an_alias(aws: Account) -> None:
    aws.release("one")
    aws.configure(DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead-letters"})
    aws.publish()
    parameters: Answer = {
        "FunctionName": "orders",
        "Name": "live",
        "FunctionVersion": "1",
        "RoutingConfig": weights(v2=0.5),
    }
    assert aws.refusal("create_alias", **parameters) == aws.invalid(
        "Specified versions must have the same dead-letter queue configuration, or no dead-letter queue configuration"
    )


def test_an_alias_may_move_to_versions_that_it_could_not_share(aws: Account) -> None:
    aws.release("one")
    aws.configure(Role=f"{aws.ROLE}-2")
    aws.publish()
    aws.alias("live", "1")
    assert change(aws, FunctionVersion="2")["FunctionVersion"] == "2"


# Changing --------------------------------------------------------------------------------------------------------


def test_what_a_change_leaves_out_stays(aws: Account) -> None:
    aws.release("one", "two", "three")
    aws.alias(Description="custom-alias", RoutingConfig=weights(v2=0.2))
    expected = aws.alias_configuration(Description="custom-alias", RoutingConfig=weights(v2=0.2))
    assert change(aws) == aws.answer(200, expected)
    assert change(aws, Description="") == aws.answer(200, expected | {"Description": ""})
    assert change(aws, FunctionVersion="3") == aws.answer(200, expected | {"Description": "", "FunctionVersion": "3"})


def test_an_empty_routing_config_clears_the_weights(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias(RoutingConfig=weights(v2=0.2))
    assert change(aws, RoutingConfig=weights()) == aws.answer(200, aws.alias_configuration())


def test_a_canary_is_promoted_in_one_step(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias(RoutingConfig=weights(v2=0.1))
    promoted = change(aws, FunctionVersion="2", RoutingConfig=weights())
    assert promoted == aws.answer(200, aws.alias_configuration(FunctionVersion="2"))


def test_an_alias_that_is_deleted_is_gone_under_its_arn_too(aws: Account) -> None:
    aws.release("one")
    arn = aws.alias()["AliasArn"]
    aws.call("delete_alias", FunctionName="orders", Name="live")
    assert aws.refusal("get_function", FunctionName=arn) == aws.not_found(qualifier="live")


# Lives -----------------------------------------------------------------------------------------------------------


def test_the_life_of_aliases(aws: Account) -> None:
    aws.create(Environment={"Variables": {"testenv": "staging"}}, Publish=True)
    aws.configure(Environment={"Variables": {"testenv": "prod"}})
    aws.publish()

    given: dict[str, Answer] = {
        "aliasname1_1": {"Description": "custom-alias", "RoutingConfig": weights(v2=0.2)},
        "aliasname1_2": {"Description": "custom-alias"},
        "aliasname1_3": {},
        "aliasname2": {"Description": "custom-alias", "FunctionVersion": "2"},
    }
    shown = {name: aws.alias_configuration(name, **members) for name, members in given.items()}
    for name, members in given.items():
        parameters = {"FunctionName": "orders", "Name": name, "FunctionVersion": "1"} | members
        created = aws.call("create_alias", **parameters)
        assert created == aws.answer(201, shown[name])
        assert aws.call("get_alias", FunctionName="orders", Name=name) == created | {"ResponseMetadata": 200}
    assert aws.call("list_aliases", FunctionName="orders")["Aliases"] == list(shown.values())

    version = aws.configuration(
        qualifier="aliasname1_1", Version="1", Environment={"Variables": {"testenv": "staging"}}, **aws.ACTIVE
    )
    for named in (
        {"FunctionName": "orders", "Qualifier": "aliasname1_1"},
        {"FunctionName": aws.arn(qualifier="aliasname1_1")},
    ):
        assert aws.call("get_function", **named)["Configuration"] == version
    for named in ({"FunctionName": "orders", "Qualifier": "nothing"}, {"FunctionName": aws.arn(qualifier="nothing")}):
        assert aws.refusal("get_function", **named) == aws.not_found(qualifier="nothing")

    shown["aliasname1_1"].pop("RoutingConfig")
    cleared = aws.call("update_alias", FunctionName="orders", Name="aliasname1_1", RoutingConfig=weights())
    assert cleared == aws.answer(200, shown["aliasname1_1"])
    again = aws.call("update_alias", FunctionName="orders", Name="aliasname1_2", FunctionVersion="1")
    assert again == aws.answer(200, shown["aliasname1_2"])
    assert aws.call("list_aliases", FunctionName="orders")["Aliases"] == list(shown.values())
    assert names(aws, FunctionVersion="1") == ["aliasname1_1", "aliasname1_2", "aliasname1_3"]

    aws.call("delete_alias", FunctionName="orders", Name="aliasname1_1")
    assert names(aws) == ["aliasname1_2", "aliasname1_3", "aliasname2"]
