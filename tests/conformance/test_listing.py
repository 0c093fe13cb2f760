"""Lists: what an item shows, in which order, and how pages follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

PAGED: dict[str, tuple[str, dict[str, str]]] = {
    "list_functions": ("Functions", {}),
    "list_versions_by_function": ("Versions", {"FunctionName": "orders"}),
    "list_aliases": ("Aliases", {"FunctionName": "orders"}),
}


def names(aws: Account, **parameters: Any) -> list[str]:
    return [item["FunctionName"] for item in aws.call("list_functions", **parameters)["Functions"]]


def three_of_each(aws: Account) -> None:
    """Three functions; three versions and three aliases of `orders`."""
    aws.create("bills")
    aws.create("carts")
    aws.release("one", "two")
    for alias in ("blue", "green", "live"):
        aws.alias(alias)


def identity(item: Answer) -> str:
    """Whatever tells the items of a list apart."""
    return str(item.get("AliasArn") or item["FunctionArn"])


# Functions -------------------------------------------------------------------------------------------------------


def test_no_functions_are_an_empty_list(aws: Account) -> None:
    assert aws.call("list_functions") == aws.answer(200, {"Functions": []})


def test_functions_are_listed_without_states_and_runtime_version(aws: Account) -> None:
    aws.create(Environment={"Variables": {}}, Publish=True)
    aws.create("bills", code="other", Environment={"Variables": {}})
    environment: Answer = {"Environment": {"Variables": {}}}
    assert aws.call("list_functions") == aws.answer(
        200,
        {"Functions": [aws.list_item("bills", code="other", **environment), aws.list_item("orders", **environment)]},
    )


def test_all_versions_of_all_functions_are_listed_with_qualified_arns(aws: Account) -> None:
    aws.create(Environment={"Variables": {}}, Publish=True)
    aws.create("returns", code="other")
    assert aws.call("list_functions", FunctionVersion="ALL")["Functions"] == [
        aws.list_item("orders", "$LATEST", Environment={"Variables": {}}),
        aws.list_item("orders", "1", Environment={"Variables": {}}, Version="1"),
        aws.list_item("returns", "$LATEST", code="other"),
    ]


def test_functions_are_listed_by_name(aws: Account) -> None:
    for name in ("orders", "bills", "Zebra", "carts"):
        aws.create(name)
    assert names(aws) == ["Zebra", "bills", "carts", "orders"]


def test_only_what_is_left_is_listed(aws: Account) -> None:
    three_of_each(aws)
    aws.call("delete_function", FunctionName="carts")
    assert names(aws) == ["bills", "orders"]


def test_no_function_is_a_replica_of_one_in_a_master_region(aws: Account) -> None:
    aws.create()
    assert aws.call("list_functions", MasterRegion="us-east-1", FunctionVersion="ALL")["Functions"] == []


def test_a_master_region_goes_with_all_versions(aws: Account) -> None:
    refusal = aws.refusal("list_functions", MasterRegion="us-east-1")
    assert refusal == aws.invalid("FunctionVersion must be set to ALL when MasterRegion is specified.")


# Versions --------------------------------------------------------------------------------------------------------


def test_versions_are_listed_by_number_behind_latest(aws: Account) -> None:
    aws.release(*[str(number) for number in range(1, 12)])
    listed = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [item["Version"] for item in listed] == ["$LATEST", *[str(number) for number in range(1, 12)]]


def test_versions_are_listed_without_states_and_runtime_version(aws: Account) -> None:
    aws.create(Publish=True)
    assert aws.call("list_versions_by_function", FunctionName="orders") == aws.answer(
        200, {"Versions": [aws.list_item(qualifier="$LATEST"), aws.list_item(qualifier="1", Version="1")]}
    )


# Aliases ---------------------------------------------------------------------------------------------------------


def test_aliases_are_listed_by_name(aws: Account) -> None:
    aws.release("one")
    for alias in ("live", "blue", "green"):
        aws.alias(alias)
    listed = aws.call("list_aliases", FunctionName="orders")
    assert listed == aws.answer(200, {"Aliases": [aws.alias_configuration(name) for name in ("blue", "green", "live")]})


def test_aliases_of_a_version_are_those_that_have_it_as_their_main_target(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    aws.alias("next", "2")
    aws.alias("edge", "$LATEST")
    listed = {
        version: [
            alias["Name"]
            for alias in aws.call("list_aliases", FunctionName="orders", FunctionVersion=version)["Aliases"]
        ]
        for version in ("1", "2", "3", "$LATEST")
    }
    assert listed == {"1": ["live"], "2": ["next"], "3": [], "$LATEST": ["edge"]}


# Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", PAGED)
def test_botocores_paginator_collects_all_pages(aws: Account, operation: str) -> None:
    three_of_each(aws)
    member, parameters = PAGED[operation]
    paginator = aws.client.get_paginator(operation)
    found = paginator.paginate(PaginationConfig={"PageSize": 2}, **parameters).build_full_result()[member]
    assert [identity(item) for item in found] == [identity(item) for item in aws.call(operation, **parameters)[member]]


def test_all_versions_of_all_functions_come_in_pages_too(aws: Account) -> None:
    aws.release("one", "two")
    aws.release("one", name="bills")
    paginator = aws.client.get_paginator("list_functions")
    for size in (1, 2, 3, 5):
        found = paginator.paginate(FunctionVersion="ALL", PaginationConfig={"PageSize": size}).build_full_result()[
            "Functions"
        ]
        assert [(item["FunctionName"], item["Version"]) for item in found] == [
            ("bills", "$LATEST"), ("bills", "1"), ("orders", "$LATEST"), ("orders", "1"), ("orders", "2"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("items", "operation", "expected"),
    [
        (None, "list_functions", 50),
        (10_000, "list_functions", 50),
        (51, "list_functions", 50),
        (49, "list_functions", 49),
    ],
)
def test_functions_come_50_to_a_page_at_most(
    aws: Account, mock_lambda: LambdaMock, items: int | None, operation: str, expected: int
) -> None:
    for number in range(55):
        mock_lambda.function(f"function-{number:02}", returns=None)
    page = aws.call("list_functions", **({} if items is None else {"MaxItems": items}))
    assert len(page["Functions"]) == expected
    rest = aws.call("list_functions", Marker=page["NextMarker"])
    assert [len(rest["Functions"]), "NextMarker" in rest] == [55 - expected, False]


def test_versions_come_50_to_a_page_at_most(aws: Account) -> None:
    aws.create()
    for _ in range(52):
        aws.configure()
        aws.publish()
    page = aws.call("list_versions_by_function", FunctionName="orders", MaxItems=10_000)
    assert [item["Version"] for item in page["Versions"]] == ["$LATEST", *[str(number) for number in range(1, 50)]]
    rest = aws.call("list_versions_by_function", FunctionName="orders", Marker=page["NextMarker"])
    assert [item["Version"] for item in rest["Versions"]] == ["50", "51", "52"]


def test_more_than_50_aliases_fit_into_a_page(aws: Account) -> None:
    aws.release("one")
    for number in range(60):
        aws.alias(f"alias-{number:02}")
    assert len(aws.call("list_aliases", FunctionName="orders", MaxItems=10_000)["Aliases"]) == 60


def test_a_page_follows_the_last_one_whatever_happened_meanwhile(aws: Account) -> None:
    three_of_each(aws)
    marker = aws.call("list_functions", MaxItems=2)["NextMarker"]
    aws.call("delete_function", FunctionName="carts")
    aws.create("apples")
    aws.create("pears")
    assert names(aws, Marker=marker) == ["orders", "pears"]


def test_a_page_of_all_versions_goes_on_after_a_function_that_is_gone(aws: Account) -> None:
    aws.release("one", "two", name="bills")
    aws.create("orders")
    marker = aws.call("list_functions", FunctionVersion="ALL", MaxItems=2)["NextMarker"]
    aws.call("delete_function", FunctionName="bills")
    assert names(aws, FunctionVersion="ALL", Marker=marker) == ["orders"]


def test_a_marker_that_was_changed_is_refused(aws: Account) -> None:
    three_of_each(aws)
    marker = aws.call("list_functions", MaxItems=1)["NextMarker"]
    assert aws.refusal("list_functions", Marker=f"!{marker}") == aws.invalid("Invalid pagination token")


def test_a_marker_of_another_list_is_refused(aws: Account) -> None:
    three_of_each(aws)
    of_functions = aws.call("list_functions", MaxItems=2)["NextMarker"]
    expected = aws.invalid("Invalid pagination token")
    assert aws.refusal("list_versions_by_function", FunctionName="orders", Marker=of_functions) == expected
    assert aws.refusal("list_functions", FunctionVersion="ALL", Marker=of_functions) == expected
