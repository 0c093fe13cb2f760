"""Provisioned concurrency: what may ask for it, how it is shown, how it follows an alias, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.conftest import Like

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

observed = pytest.mark.lambda_mock(lifecycle="observed")
small = pytest.mark.lambda_mock(limits={"concurrent_executions": 20, "unreserved_concurrent_executions": 5})

# Unlike other moments in texts, this one has no milliseconds.
SECONDS = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000")
NO_CONFIG = "No Provisioned Concurrency Config found for this function"
NEITHER = "The function resource provided must be an alias or a published version."
UNPUBLISHED = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
PROVISIONED_VERSION = "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
PROVISIONED_ALIAS = "Version is pointed by a Provisioned Concurrency alias"
WEIGHTED = "Alias with weights can not be used with Provisioned Concurrency"
OVER_RESERVED = (
    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
)
NUMBER = {"ProvisionedConcurrentExecutions": 1}
CALLS: list[Any] = [
    pytest.param("put_provisioned_concurrency_config", NUMBER, id="put"),
    pytest.param("get_provisioned_concurrency_config", {}, id="get"),
    pytest.param("delete_provisioned_concurrency_config", {}, id="delete"),
]


def config(requested: int, allocated: int, status: str = "READY") -> Answer:
    return {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AllocatedProvisionedConcurrentExecutions": allocated,
        "AvailableProvisionedConcurrentExecutions": allocated,
        "Status": status,
        "LastModified": SECONDS,
    }


def members(qualifier: str, number: int) -> dict[str, Any]:
    return {"FunctionName": "orders", "Qualifier": qualifier, "ProvisionedConcurrentExecutions": number}


def put(aws: Account, qualifier: str, number: int = 1) -> Answer:
    return aws.call("put_provisioned_concurrency_config", **members(qualifier, number))


def refused(aws: Account, qualifier: str, number: int = 1) -> Answer:
    return aws.refusal("put_provisioned_concurrency_config", **members(qualifier, number))


def get(aws: Account, qualifier: str) -> Answer:
    return aws.call("get_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)


def missing(aws: Account, qualifier: str) -> Answer:
    return aws.refusal("get_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)


def delete(aws: Account, qualifier: str) -> Answer:
    return aws.call("delete_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)


def listed(aws: Account) -> Any:
    answer = aws.call("list_provisioned_concurrency_configs", FunctionName="orders")
    return answer["ProvisionedConcurrencyConfigs"]


def move(aws: Account, version: str | None = None, weights: dict[str, float] | None = None) -> dict[str, Any]:
    moved: dict[str, Any] = {"FunctionName": "orders", "Name": "live"}
    if version is not None:
        moved["FunctionVersion"] = version
    if weights is not None:
        moved["RoutingConfig"] = {"AdditionalVersionWeights": weights}
    return moved


def reserve(aws: Account, number: int) -> Answer:
    return aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=number)


def unreserved(aws: Account) -> Any:
    return aws.call("get_account_settings")["AccountLimit"]["UnreservedConcurrentExecutions"]


def no_config(aws: Account) -> Answer:
    return aws.error("ProvisionedConcurrencyConfigNotFoundException", NO_CONFIG)


def no_alias(aws: Account, name: str, alias: str) -> Answer:
    return aws.error("ResourceNotFoundException", f"Cannot find alias arn: {aws.arn(name, alias)}")


def conflict(aws: Account, message: str) -> Answer:
    return aws.error("ResourceConflictException", message)


# Setting, showing and deleting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_what_is_asked_for_is_under_way_in_the_answer_and_ready_afterwards(aws: Account, qualifier: str) -> None:
    aws.release("one")
    aws.alias()
    assert put(aws, qualifier, 5) == aws.answer(202, config(5, 0, "IN_PROGRESS"))
    assert get(aws, qualifier) == aws.answer(200, config(5, 5))


@observed
@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_observed_it_is_under_way_until_it_was_read(aws: Account, qualifier: str) -> None:
    aws.release("one")
    aws.alias()
    aws.shown("1")
    put(aws, qualifier, 5)
    item = {"FunctionArn": aws.arn(qualifier=qualifier), **config(5, 0, "IN_PROGRESS")}
    assert [listed(aws), listed(aws)] == [[item], [item]]
    assert get(aws, qualifier) == aws.answer(200, config(5, 0, "IN_PROGRESS"))
    assert get(aws, qualifier) == aws.answer(200, config(5, 5))


def test_a_number_is_replaced_by_another_and_what_is_there_stays_until_then(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    aws.release("one")
    put(aws, "1", 5)
    before = get(aws, "1")["LastModified"]
    mock_lambda.clock.advance(60)
    assert put(aws, "1", 2) == aws.answer(202, config(2, 5, "IN_PROGRESS"))
    after = get(aws, "1")
    assert after == aws.answer(200, config(2, 2))
    assert after["LastModified"] > before
    assert unreserved(aws) == 998


def test_a_config_is_shown_in_whole_seconds(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.clock.freeze()
    mock_lambda.clock.advance(2_000_000_000.875 - mock_lambda.clock.time())
    aws.release("one")
    assert put(aws, "1")["LastModified"] == "2033-05-18T03:33:20+0000"


def test_a_config_is_deleted(aws: Account) -> None:
    aws.release("one")
    put(aws, "1", 5)
    assert delete(aws, "1") == aws.answer(204, {})
    assert missing(aws, "1") == no_config(aws)
    assert listed(aws) == []
    assert unreserved(aws) == 1000


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_without_a_config_there_is_none_to_get_and_none_to_delete(aws: Account, qualifier: str) -> None:
    aws.release("one")
    aws.alias()
    assert missing(aws, qualifier) == no_config(aws)
    assert delete(aws, qualifier) == aws.answer(204, {})


def test_the_configs_are_listed_by_version_and_then_by_alias(aws: Account) -> None:
    aws.release(*[str(number) for number in range(1, 12)])
    aws.alias("live", "3")
    aws.alias("beta", "4")
    for qualifier in ("live", "11", "beta", "2"):
        put(aws, qualifier)
    expected = [{"FunctionArn": aws.arn(qualifier=each), **config(1, 1)} for each in ("2", "11", "beta", "live")]
    answer = aws.call("list_provisioned_concurrency_configs", FunctionName="orders")
    assert answer == aws.answer(200, {"ProvisionedConcurrencyConfigs": expected})
    pages = aws.client.get_paginator("list_provisioned_concurrency_configs").paginate(
        FunctionName="orders", PaginationConfig={"PageSize": 1}
    )
    assert [page["ProvisionedConcurrencyConfigs"] for page in pages] == [[item] for item in expected]


def test_a_page_of_configs_begins_behind_what_was_deleted_meanwhile(aws: Account) -> None:
    aws.release("one", "two", "three")
    for qualifier in ("1", "2", "3"):
        put(aws, qualifier)
    first = aws.call("list_provisioned_concurrency_configs", FunctionName="orders", MaxItems=2)
    delete(aws, "2")
    rest = aws.call("list_provisioned_concurrency_configs", FunctionName="orders", Marker=first["NextMarker"])
    assert [item["FunctionArn"] for item in rest["ProvisionedConcurrencyConfigs"]] == [aws.arn(qualifier="3")]


def test_a_function_has_no_configs_at_first(aws: Account) -> None:
    aws.create()
    expected = aws.answer(200, {"ProvisionedConcurrencyConfigs": []})
    assert aws.call("list_provisioned_concurrency_configs", FunctionName="orders") == expected
    assert aws.call("list_provisioned_concurrency_configs", FunctionName="orders:live") == expected


def test_the_version_gets_a_new_revision_and_nothing_else_does(aws: Account) -> None:
    aws.release("one")
    alias = aws.alias()["RevisionId"]
    version, latest = aws.shown("1"), aws.shown()
    put(aws, "live")
    after = aws.shown("1")
    assert after["RevisionId"] != version["RevisionId"]
    assert after | {"RevisionId": ""} == version | {"RevisionId": ""}
    assert aws.shown() == latest
    assert aws.call("get_alias", FunctionName="orders", Name="live")["RevisionId"] == alias
    assert aws.publish()["RevisionId"] == after["RevisionId"]


# What isn't there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "given"), CALLS)
@pytest.mark.parametrize("name", ["orders", "missing"])
def test_a_missing_alias_and_a_missing_version_are_missed_in_different_words(
    aws: Account, operation: str, given: dict[str, Any], name: str
) -> None:
    aws.create()
    for alias in ("noalias", "2024-01"):
        assert aws.refusal(operation, FunctionName=name, Qualifier=alias, **given) == no_alias(aws, name, alias)
    for version in ("10", "$oops"):
        refusal = aws.refusal(operation, FunctionName=name, Qualifier=version, **given)
        assert refusal == aws.not_found(name, version)


def test_the_configs_of_a_missing_function_are_not_found(aws: Account) -> None:
    refusal = aws.refusal("list_provisioned_concurrency_configs", FunctionName="missing")
    assert refusal == aws.not_found("missing")


@pytest.mark.parametrize(("operation", "given"), CALLS)
@pytest.mark.parametrize("name", ["orders", "missing"])
def test_latest_is_refused_in_two_ways_before_the_function_is_looked_up(
    aws: Account, operation: str, given: dict[str, Any], name: str
) -> None:
    aws.create()
    expected = aws.invalid(UNPUBLISHED if given else NEITHER)
    assert aws.refusal(operation, FunctionName=name, Qualifier="$LATEST", **given) == expected


@pytest.mark.parametrize(("operation", "given"), CALLS)
def test_a_qualifier_in_the_name_has_to_be_the_same(aws: Account, operation: str, given: dict[str, Any]) -> None:
    aws.release("one")
    refusal = aws.refusal(operation, FunctionName="orders:live", Qualifier="$LATEST", **given)
    message = "The derived qualifier from the function name does not match the specified qualifier."
    assert refusal == aws.invalid(message)
    put(aws, "1")
    answer = aws.call(operation, FunctionName=aws.arn(qualifier="1"), Qualifier="1", **given)
    assert answer["ResponseMetadata"] in {200, 202, 204}


@pytest.mark.parametrize(("operation", "given"), CALLS)
def test_a_function_of_another_region_is_out_of_reach(aws: Account, operation: str, given: dict[str, Any]) -> None:
    elsewhere = aws.arn().replace("us-east-1", "eu-west-1")
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    refusal = aws.refusal(operation, FunctionName=elsewhere, Qualifier="$LATEST", **given)
    assert refusal == aws.error("ResourceNotFoundException", message)


def test_nothing_can_be_asked_for_in_numbers_below_one(unchecked: Account) -> None:
    assert refused(unchecked, "noalias", 0) == unchecked.misshapen(
        "Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    )


# What can't be provisioned -------------------------------------------------------------------------------------------


def test_an_alias_is_refused_where_its_version_asks_itself(aws: Account) -> None:
    aws.release("one")
    aws.alias()
    put(aws, "1")
    assert refused(aws, "live") == conflict(aws, PROVISIONED_VERSION)
    assert missing(aws, "live") == no_config(aws)
    delete(aws, "1")
    assert put(aws, "live")["ResponseMetadata"] == 202


def test_a_version_is_refused_where_an_alias_of_it_asks(aws: Account) -> None:
    aws.release("one")
    aws.alias()
    put(aws, "live")
    assert refused(aws, "1") == conflict(aws, PROVISIONED_ALIAS)
    assert missing(aws, "1") == no_config(aws)


def test_two_aliases_can_not_ask_for_the_same_version(aws: Account) -> None:
    aws.release("one")
    aws.alias("live")
    aws.alias("beta")
    put(aws, "live")
    assert refused(aws, "beta") == conflict(aws, PROVISIONED_VERSION)


def test_two_versions_each_have_their_own(aws: Account) -> None:
    aws.release("one", "two")
    put(aws, "1", 3)
    put(aws, "2", 4)
    assert get(aws, "1") == aws.answer(200, config(3, 3))
    assert unreserved(aws) == 993


def test_an_alias_of_latest_is_refused(aws: Account) -> None:
    aws.create()
    aws.alias("live", "$LATEST")
    assert refused(aws, "live") == aws.invalid(UNPUBLISHED)


def test_an_alias_with_weights_is_refused(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias(RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert refused(aws, "live") == aws.invalid(WEIGHTED)
    assert delete(aws, "live") == aws.answer(204, {})


def test_a_snapstart_version_is_refused(aws: Account) -> None:
    aws.create(SnapStart={"ApplyOn": "PublishedVersions"}, Publish=True)
    message = "Provisioned Concurrency is not supported for functions with SnapStart."
    assert refused(aws, "1") == aws.invalid(message)


@observed
def test_a_version_that_is_still_being_made_is_refused(aws: Account) -> None:
    aws.create()
    aws.shown()
    aws.update_code("changed", Publish=True)
    message = (
        "The operation cannot be performed at this time. The function is currently in the following state: Pending"
    )
    assert refused(aws, "1") == conflict(aws, message)
    aws.shown("1")
    assert put(aws, "1")["ResponseMetadata"] == 202


# Aliases that move ---------------------------------------------------------------------------------------------------


def test_what_an_alias_has_moves_with_it(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias()
    put(aws, "live", 3)
    before = get(aws, "live")
    assert aws.call("update_alias", **move(aws, "2")) == aws.answer(200, aws.alias_configuration(FunctionVersion="2"))
    assert get(aws, "live") == before
    assert missing(aws, "2") == no_config(aws)
    assert refused(aws, "2") == conflict(aws, PROVISIONED_ALIAS)
    assert put(aws, "1")["ResponseMetadata"] == 202


@observed
def test_observed_a_move_is_under_way_with_all_that_there_was(aws: Account) -> None:
    aws.release("one")
    for qualifier in ("1", None):
        aws.shown(qualifier)
    aws.update_code("def handler(event, context):\n    return 'two'\n", Publish=True)
    aws.alias()
    put(aws, "live", 3)
    get(aws, "live")
    aws.call("update_alias", **move(aws, "2"))
    assert get(aws, "live") == aws.answer(200, config(3, 3, "IN_PROGRESS"))
    assert get(aws, "live") == aws.answer(200, config(3, 3))


@observed
def test_an_alias_that_stays_where_it_is_moves_nothing(aws: Account) -> None:
    aws.release("one")
    aws.shown("1")
    aws.alias()
    put(aws, "live", 3)
    get(aws, "live")
    aws.call("update_alias", FunctionName="orders", Name="live", Description="changed")
    assert get(aws, "live") == aws.answer(200, config(3, 3))


def test_a_provisioned_alias_does_not_move_to_latest(aws: Account) -> None:
    aws.release("one")
    aws.alias()
    put(aws, "live")
    assert aws.refusal("update_alias", **move(aws, "$LATEST")) == aws.invalid(UNPUBLISHED)
    assert aws.call("get_alias", FunctionName="orders", Name="live")["FunctionVersion"] == "1"


def test_a_provisioned_alias_does_not_move_to_a_provisioned_version(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias()
    put(aws, "live")
    put(aws, "2")
    assert aws.refusal("update_alias", **move(aws, "2")) == conflict(aws, PROVISIONED_VERSION)
    delete(aws, "2")
    assert aws.call("update_alias", **move(aws, "2"))["FunctionVersion"] == "2"


def test_a_provisioned_alias_may_get_weights_and_its_config_can_not_be_changed_then(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias()
    put(aws, "live")
    weighted = {"AdditionalVersionWeights": {"2": 0.5}}
    expected = aws.answer(200, aws.alias_configuration(RoutingConfig=weighted))
    assert aws.call("update_alias", **move(aws, weights={"2": 0.5})) == expected
    assert refused(aws, "live", 2) == aws.invalid(WEIGHTED)
    refusal = aws.refusal("delete_provisioned_concurrency_config", FunctionName="orders", Qualifier="live")
    assert refusal == aws.invalid(WEIGHTED)
    assert get(aws, "live") == aws.answer(200, config(1, 1))
    aws.call("update_alias", **move(aws, weights={}))
    assert delete(aws, "live") == aws.answer(204, {})


def test_a_provisioned_alias_shifts_its_weights_between_the_same_versions(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias()
    put(aws, "live")
    for version, weights in (("1", {"2": 0.1}), ("1", {"2": 0.9}), ("2", {"1": 0.1}), ("2", {})):
        assert aws.call("update_alias", **move(aws, version, weights))["FunctionVersion"] == version
    assert put(aws, "1")["ResponseMetadata"] == 202


def test_no_third_version_comes_into_a_provisioned_alias_while_it_has_weights(aws: Account) -> None:
    aws.release("one", "two", "three")
    aws.alias()
    put(aws, "live")
    aws.call("update_alias", **move(aws, "2", {"1": 0.9}))
    expected = aws.invalid("Invalid alias configuration for Provisioned Concurrency")
    assert aws.refusal("update_alias", **move(aws, "3", {"2": 0.9})) == expected
    assert aws.refusal("update_alias", **move(aws, weights={"3": 0.9})) == expected
    assert aws.call("update_alias", **move(aws, "3", {}))["FunctionVersion"] == "3"


def test_an_alias_that_is_not_provisioned_moves_as_it_likes(aws: Account) -> None:
    aws.release("one", "two", "three")
    aws.alias(RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    put(aws, "3")
    assert aws.call("update_alias", **move(aws, "3", {"1": 0.5}))["FunctionVersion"] == "3"
    assert aws.call("update_alias", **move(aws, "$LATEST", {}))["FunctionVersion"] == "$LATEST"


# What goes, goes with it ---------------------------------------------------------------------------------------------


def test_a_deleted_alias_takes_its_config_along(aws: Account) -> None:
    aws.release("one")
    aws.alias()
    put(aws, "live")
    aws.call("delete_alias", FunctionName="orders", Name="live")
    assert missing(aws, "live") == no_alias(aws, "orders", "live")
    assert listed(aws) == []
    assert unreserved(aws) == 1000
    aws.alias()
    assert missing(aws, "live") == no_config(aws)


def test_a_deleted_version_takes_its_config_along(aws: Account) -> None:
    aws.release("one", "two")
    put(aws, "1", 3)
    assert aws.call("delete_function", FunctionName="orders", Qualifier="1") == aws.deletion()
    assert missing(aws, "1") == aws.not_found("orders", "1")
    assert listed(aws) == []
    assert unreserved(aws) == 1000


@pytest.mark.parametrize("reserved", [None, 10])
def test_a_deleted_function_takes_its_configs_along(aws: Account, reserved: int | None) -> None:
    aws.release("one", "two")
    put(aws, "1", 3)
    put(aws, "2", 4)
    if reserved is not None:
        reserve(aws, reserved)
    aws.call("delete_function", FunctionName="orders")
    assert unreserved(aws) == 1000
    aws.release("one")
    assert listed(aws) == []


# What there is to take -----------------------------------------------------------------------------------------------


def test_a_function_provisions_no_more_than_it_has_reserved(aws: Account) -> None:
    aws.release("one", "two")
    reserve(aws, 2)
    assert refused(aws, "1", 3) == aws.invalid(OVER_RESERVED)
    put(aws, "1", 2)
    assert refused(aws, "1", 3) == aws.invalid(OVER_RESERVED)
    assert refused(aws, "2", 1) == aws.invalid(OVER_RESERVED)
    put(aws, "1", 1)
    assert put(aws, "2", 1)["ResponseMetadata"] == 202


def test_a_function_reserves_no_less_than_it_has_provisioned(aws: Account) -> None:
    aws.release("one", "two")
    put(aws, "1", 1)
    put(aws, "2", 1)
    refusal = aws.refusal("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=1)
    assert refusal == aws.invalid(
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
        typed=False,
    )
    assert aws.call("get_function_concurrency", FunctionName="orders") == aws.answer(200, {})
    reserve(aws, 2)
    assert aws.call("get_function_concurrency", FunctionName="orders") == aws.answer(
        200, {"ReservedConcurrentExecutions": 2}
    )


def test_provisioned_concurrency_comes_out_of_what_the_account_has_unless_it_is_reserved(aws: Account) -> None:
    aws.release("one")
    put(aws, "1", 30)
    assert unreserved(aws) == 970
    reserve(aws, 100)
    assert unreserved(aws) == 900
    put(aws, "1", 60)
    assert unreserved(aws) == 900
    aws.call("delete_function_concurrency", FunctionName="orders")
    assert unreserved(aws) == 940


def too_many(aws: Account, unreserved_concurrency: int) -> Answer:
    return aws.invalid(
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
        f"[{unreserved_concurrency}].",
        typed=False,
    )


def too_few_left(aws: Account, least: int) -> Answer:
    return aws.invalid(
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        f"minimum value of [{least}].",
        typed=False,
    )


def test_no_more_is_provisioned_than_the_account_has(aws: Account) -> None:
    aws.release("one")
    assert refused(aws, "1", 1001) == too_many(aws, 1000)
    assert refused(aws, "1", 901) == too_few_left(aws, 100)
    assert put(aws, "1", 900)["ResponseMetadata"] == 202


@small
def test_the_limits_of_the_test_hold_and_what_is_replaced_counts_as_free(aws: Account) -> None:
    aws.release("one", "two")
    put(aws, "1", 10)
    assert refused(aws, "2", 11) == too_many(aws, 10)
    assert refused(aws, "2", 6) == too_few_left(aws, 5)
    assert refused(aws, "1", 21) == too_many(aws, 20)
    assert put(aws, "1", 15)["ResponseMetadata"] == 202


def test_other_functions_can_not_reserve_what_is_provisioned(aws: Account) -> None:
    aws.release("one")
    aws.create("bills")
    put(aws, "1", 600)
    refusal = aws.refusal("put_function_concurrency", FunctionName="bills", ReservedConcurrentExecutions=301)
    assert refusal["Error"]["Message"].startswith("Specified ReservedConcurrentExecutions for function decreases")
    assert reserve(aws, 900)["ResponseMetadata"] == 200
