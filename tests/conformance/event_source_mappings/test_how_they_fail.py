"""Mappings whose changes fail: Lambda switches them off and says why. And how they are told apart among many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.event_source_mappings.conftest import QUEUE

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.event_source_mappings.conftest import Mappings

# The tests here are about states, and wait for themselves.
pytestmark = pytest.mark.lambda_mock(lifecycle="instant")

lifecycles = pytest.mark.parametrize(
    "lifecycle",
    [
        pytest.param("instant", marks=pytest.mark.lambda_mock(lifecycle="instant")),
        pytest.param("observed", marks=pytest.mark.lambda_mock(lifecycle="observed")),
    ],
)
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
REASON = "Connection error. Please check your event source connection configuration."


def fail(mock: LambdaMock, function: str = "orders", **order: Any) -> None:
    mock.fail_transition(function, of="EventSourceMapping", reason=REASON, **order)


def settled(mappings: Mappings, uuid: str) -> Answer:
    mappings.get(uuid)
    return mappings.get(uuid)


@pytest.fixture
def mappings(aws: Account, mappings: Mappings) -> Mappings:
    """The same, once the function and its version have been seen to be Active."""
    for qualifier in (None, "1"):
        aws.shown(qualifier)
    return mappings


@lifecycles
@pytest.mark.parametrize("source", [QUEUE, STREAM])
def test_a_mapping_that_can_not_be_made_is_disabled(
    mappings: Mappings, mock_lambda: LambdaMock, source: str, lifecycle: str
) -> None:
    fail(mock_lambda)
    created = mappings.create(source)
    assert created["State"] == "Creating"
    shown = settled(mappings, created["UUID"])
    assert shown == {**created, "State": "Disabled", "StateTransitionReason": REASON, "ResponseMetadata": 200}


def test_a_mapping_that_failed_is_deleted_by_its_user(mappings: Mappings, mock_lambda: LambdaMock) -> None:
    fail(mock_lambda)
    uuid = mappings.created()
    deleted = mappings.delete(uuid)
    assert (deleted["State"], deleted["StateTransitionReason"]) == ("Deleting", "USER_INITIATED")


@lifecycles
@pytest.mark.parametrize(
    ("before", "change", "under_way"),
    [
        ({}, {"BatchSize": 5}, "Updating"),
        ({}, {"Enabled": False}, "Disabling"),
        ({"Enabled": False}, {"Enabled": True}, "Enabling"),
    ],
)
def test_a_change_that_fails_leaves_a_mapping_disabled_with_its_settings(
    mappings: Mappings, mock_lambda: LambdaMock, before: Answer, change: Answer, under_way: str, lifecycle: str
) -> None:
    uuid = mappings.created(**before)
    settled(mappings, uuid)
    fail(mock_lambda)
    answer = mappings.update(uuid, **change)
    assert (answer["State"], answer["StateTransitionReason"]) == (under_way, "USER_INITIATED")
    shown = settled(mappings, uuid)
    assert (shown["State"], shown["StateTransitionReason"]) == ("Disabled", REASON)
    assert shown["BatchSize"] == change.get("BatchSize", 10)


def test_a_mapping_that_failed_can_be_enabled_again(mappings: Mappings, mock_lambda: LambdaMock) -> None:
    fail(mock_lambda)
    uuid = mappings.created()
    answer = mappings.update(uuid, Enabled=True)
    assert (answer["State"], answer["StateTransitionReason"]) == ("Enabling", "USER_INITIATED")
    shown = mappings.get(uuid)
    assert (shown["State"], shown["StateTransitionReason"]) == ("Enabled", "USER_INITIATED")


def test_a_deletion_does_not_fail(aws: Account, mappings: Mappings, mock_lambda: LambdaMock) -> None:
    uuid = mappings.created()
    fail(mock_lambda)
    assert mappings.delete(uuid)["State"] == "Deleting"
    assert aws.refusal("get_event_source_mapping", UUID=uuid) == mappings.gone()
    assert mappings.get(mappings.created())["State"] == "Disabled"


@pytest.mark.parametrize(
    ("qualifier", "fails"),
    [(None, {"orders", "orders:$LATEST", "orders:live"}), ("live", {"orders:live"})],
)
def test_an_order_is_for_the_function_version_or_alias_that_is_named(
    mappings: Mappings, mock_lambda: LambdaMock, qualifier: str | None, fails: set[str]
) -> None:
    fail(mock_lambda, qualifier=qualifier, times=9)
    fail(mock_lambda, "bills")
    states = {
        name: mappings.get(mappings.created(FunctionName=name))["State"]
        for name in ("orders", "orders:$LATEST", "orders:live")
    }
    assert {name for name, state in states.items() if state == "Disabled"} == fails


def test_an_order_for_a_function_spares_its_mappings_and_the_other_way_round(
    aws: Account, mappings: Mappings, mock_lambda: LambdaMock
) -> None:
    mock_lambda.fail_transition("orders")
    assert mappings.get(mappings.created())["State"] == "Enabled"
    assert aws.configure(Timeout=10)["LastUpdateStatus"] == "InProgress"
    assert aws.shown()["LastUpdateStatus"] == "Failed"
    fail(mock_lambda)
    aws.configure(Timeout=11)
    assert aws.shown()["LastUpdateStatus"] == "Successful"


def test_a_failure_without_words_is_by_lambda(mappings: Mappings, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders", of="EventSourceMapping")
    assert mappings.get(mappings.created())["StateTransitionReason"] == "LAMBDA_INITIATED"


# Among many ----------------------------------------------------------------------------------------------------------


def test_a_mapping_that_moved_to_another_function_makes_room(aws: Account, mappings: Mappings) -> None:
    aws.create("bills")
    uuid = mappings.created()
    mappings.update(uuid, FunctionName="bills")
    assert mappings.ids(FunctionName="orders") == set()
    assert mappings.ids(FunctionName="bills") == {uuid}
    other = mappings.created()
    twice = f'An event source mapping with SQS arn (" {QUEUE} ") and function (" bills ")'
    assert mappings.update_refusal(other, FunctionName="bills") == mappings.conflict(twice, uuid)
    mappings.delete(uuid)
    assert mappings.ids(FunctionName="bills") == set()
    assert mappings.update(other, FunctionName="bills")["FunctionArn"] == aws.arn("bills")


def test_lists_of_one_function_and_of_one_source_are_paged_alike(aws: Account, mappings: Mappings) -> None:
    queues = [f"{QUEUE}-{number}" for number in range(5)]
    for name in ("orders:1", "orders:live"):
        for queue in queues:
            mappings.created(queue, FunctionName=name)
    for chosen, number in (
        ({"FunctionName": "orders:live"}, 5),
        ({"EventSourceArn": queues[3]}, 2),
        ({"FunctionName": "orders:1", "EventSourceArn": queues[3]}, 1),
        ({}, 10),
    ):
        pages = aws.client.get_paginator("list_event_source_mappings").paginate(
            **chosen, PaginationConfig={"PageSize": 2}
        )
        found = [mapping["UUID"] for page in pages for mapping in page["EventSourceMappings"]]
        assert found == sorted(found)
        assert len(set(found)) == number


def test_a_server_that_is_named_twice_is_one(aws: Account, mappings: Mappings) -> None:
    uuid = mappings.created(**mappings.kafka("kafka:1000", "kafka:1000"))
    assert mappings.ids(FunctionName="orders") == {uuid}
    mappings.delete(uuid)
    assert mappings.ids(FunctionName="orders") == set()
    assert mappings.created(**mappings.kafka("kafka:1000"))
