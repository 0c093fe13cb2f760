"""Reserved concurrency: how it is set, shown and given back, and which invocations it lets run.

Functions that meet a refusal have a long timeout: botocore waits between its retries, on the mock's clock.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"
UNQUALIFIED_ONLY = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
    "Please specify either a function name or an unqualified function ARN."
)
TOO_FEW_LEFT = (
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
    "minimum value of [100]."
)
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("put_function_concurrency", {"ReservedConcurrentExecutions": 1}),
    ("get_function_concurrency", {}),
    ("delete_function_concurrency", {}),
]


def reserve(aws: Account, number: int, name: str = "orders") -> dict[str, Any]:
    return aws.call("put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=number)


def reserved(aws: Account, name: str = "orders") -> dict[str, Any]:
    return aws.call("get_function_concurrency", FunctionName=name)


def unreserved(aws: Account) -> Any:
    return aws.call("get_account_settings")["AccountLimit"]["UnreservedConcurrentExecutions"]


def throttled(aws: Account) -> dict[str, Any]:
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    return aws.error("TooManyRequestsException", "Rate Exceeded.") | {"Reason": reason}


def refusal(aws: Account, **members: Any) -> dict[str, Any]:
    """The error that an Invoke is refused with, once botocore has given up retrying."""
    return aws.refusal("invoke", **{"FunctionName": "orders"} | members)


# Setting it ----------------------------------------------------------------------------------------------------------


def test_nothing_is_reserved_at_first(aws: Account) -> None:
    aws.create()
    assert reserved(aws) == aws.answer(200, {})
    assert "Concurrency" not in aws.call("get_function", FunctionName="orders")


@pytest.mark.parametrize("number", [0, 1, 900])
def test_what_is_reserved_is_shown(aws: Account, number: int) -> None:
    aws.create()
    expected = aws.answer(200, {"ReservedConcurrentExecutions": number})
    assert reserve(aws, number) == expected
    assert reserved(aws) == expected


def test_a_second_reservation_takes_the_place_of_the_first(aws: Account) -> None:
    aws.create()
    reserve(aws, 900)
    reserve(aws, 800)
    assert reserved(aws) == aws.answer(200, {"ReservedConcurrentExecutions": 800})
    assert unreserved(aws) == 200


@pytest.mark.parametrize("number", [0, 3])
def test_get_function_shows_the_reservation_without_a_qualifier_only(aws: Account, number: int) -> None:
    aws.create(Publish=True)
    aws.alias()
    reserve(aws, number)
    assert aws.call("get_function", FunctionName="orders") == aws.answer(
        200,
        {
            "Code": {"RepositoryType": "S3", "Location": aws.LINK},
            "Concurrency": {"ReservedConcurrentExecutions": number},
            "Configuration": aws.configuration(**aws.ACTIVE),
        },
    )
    for qualifier in ("$LATEST", "1", "live"):
        assert "Concurrency" not in aws.call("get_function", FunctionName="orders", Qualifier=qualifier)


def test_a_reservation_is_given_back(aws: Account) -> None:
    aws.create()
    reserve(aws, 3)
    assert aws.call("delete_function_concurrency", FunctionName="orders") == aws.answer(204, {})
    assert reserved(aws) == aws.answer(200, {})
    assert unreserved(aws) == 1000


def test_giving_back_what_is_not_reserved_is_no_error(aws: Account) -> None:
    aws.create()
    assert aws.call("delete_function_concurrency", FunctionName="orders") == aws.answer(204, {})


def test_a_reservation_changes_no_revision_and_makes_no_new_version(aws: Account) -> None:
    aws.create(Publish=True)
    before = aws.shown()
    reserve(aws, 3)
    assert aws.shown() == before
    assert aws.publish()["Version"] == "1"


@pytest.mark.parametrize(("operation", "members"), CALLS)
@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
def test_every_qualifier_is_refused(aws: Account, operation: str, members: dict[str, Any], qualifier: str) -> None:
    aws.create()
    assert aws.refusal(operation, FunctionName=aws.arn(qualifier=qualifier), **members) == aws.invalid(UNQUALIFIED_ONLY)


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_a_qualifier_is_refused_before_the_function_is_looked_up(
    aws: Account, operation: str, members: dict[str, Any]
) -> None:
    assert aws.refusal(operation, FunctionName="missing:1", **members) == aws.invalid(UNQUALIFIED_ONLY)


@pytest.mark.parametrize("number", [-1, 1, 5000])
def test_a_reservation_for_a_missing_function_names_latest_whatever_the_number(unchecked: Account, number: int) -> None:
    refused = unchecked.refusal("put_function_concurrency", FunctionName="missing", ReservedConcurrentExecutions=number)
    assert refused == unchecked.not_found("missing", "$LATEST")


def test_a_reservation_is_not_negative(unchecked: Account) -> None:
    unchecked.create()
    refused = unchecked.refusal("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=-1)
    assert refused == unchecked.misshapen(
        "Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: "
        "Member must have value greater than or equal to 0"
    )


def test_a_reservation_has_a_number(unchecked: Account) -> None:
    unchecked.create()
    assert unchecked.refusal("put_function_concurrency", FunctionName="orders") == unchecked.misshapen(
        "Value null at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must not be null"
    )


@pytest.mark.parametrize("operation", ["get_function_concurrency", "delete_function_concurrency"])
def test_the_reservation_of_a_missing_function_is_not_found(aws: Account, operation: str) -> None:
    assert aws.refusal(operation, FunctionName="missing") == aws.not_found("missing")


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_a_function_of_another_region_is_out_of_reach(aws: Account, operation: str, members: dict[str, Any]) -> None:
    elsewhere = aws.arn().replace("us-east-1", "eu-west-1")
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    expected = aws.error("ResourceNotFoundException", message)
    assert aws.refusal(operation, FunctionName=elsewhere, **members) == expected


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_an_unqualified_arn_names_the_function(aws: Account, operation: str, members: dict[str, Any]) -> None:
    aws.create()
    assert aws.call(operation, FunctionName=aws.arn(), **members)["ResponseMetadata"] in {200, 204}


# The account ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [901, 1001])
def test_a_hundred_have_to_stay_unreserved(aws: Account, number: int) -> None:
    aws.create()
    refused = aws.refusal("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=number)
    assert refused == aws.invalid(TOO_FEW_LEFT, typed=False)
    assert reserved(aws) == aws.answer(200, {})


def test_the_reservations_of_all_functions_count_together(aws: Account) -> None:
    aws.create()
    aws.create("bills")
    reserve(aws, 600)
    refused = aws.refusal("put_function_concurrency", FunctionName="bills", ReservedConcurrentExecutions=301)
    assert refused == aws.invalid(TOO_FEW_LEFT, typed=False)
    reserve(aws, 300, "bills")
    assert unreserved(aws) == 100


def test_a_deleted_function_gives_its_reservation_back(aws: Account) -> None:
    aws.create()
    reserve(aws, 900)
    aws.call("delete_function", FunctionName="orders")
    assert unreserved(aws) == 1000
    aws.create()
    assert reserved(aws) == aws.answer(200, {})


def test_each_region_has_its_own_concurrency(aws: Account) -> None:
    aws.create()
    reserve(aws, 900)
    settings = boto3.client("lambda", region_name="eu-west-1").get_account_settings()
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000


# Invoking ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1", "live"])
def test_with_nothing_reserved_for_it_no_qualifier_of_a_function_runs(
    aws: Account, mock_lambda: LambdaMock, qualifier: str | None
) -> None:
    aws.create(Publish=True)
    aws.alias()
    reserve(aws, 0)
    members = {} if qualifier is None else {"Qualifier": qualifier}
    assert refusal(aws, **members) == throttled(aws)
    assert len(mock_lambda.invocations) == 0


def test_botocore_tries_a_throttled_invocation_again(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create()
    reserve(aws, 0)
    config = Config(region_name="us-east-1", retries={"mode": "standard", "total_max_attempts": 3})
    begun = mock_lambda.clock.time()
    client = boto3.client("lambda", config=config)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName="orders")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2
    assert [call.attempt for call in mock_lambda.calls.filter(operation="Invoke")] == [1, 2, 3]
    assert mock_lambda.clock.time() > begun


def test_overrides_and_callables_are_throttled_as_zips_are(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="deployed")
    reserve(aws, 0)
    assert refusal(aws) == throttled(aws)
    with mock_lambda.override("orders", lambda event, context: "override"):
        assert refusal(aws) == throttled(aws)


def test_a_function_that_only_an_override_could_run_is_throttled_before_that(aws: Account) -> None:
    aws.create(PackageType="Image")
    reserve(aws, 0)
    assert refusal(aws) == throttled(aws)


def test_a_dry_run_runs_nothing_and_is_not_throttled(aws: Account) -> None:
    aws.create()
    reserve(aws, 0)
    assert aws.call("invoke", FunctionName="orders", InvocationType="DryRun")["ResponseMetadata"] == 204


def test_a_throttled_function_runs_again_once_its_reservation_is_given_back(aws: Account) -> None:
    aws.release("one")
    reserve(aws, 0)
    assert refusal(aws) == throttled(aws)
    aws.call("delete_function_concurrency", FunctionName="orders")
    assert aws.result() == ('"one"', "$LATEST")


def test_runs_that_have_ended_leave_room_for_others(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", raises=ValueError("no"))
    reserve(aws, 1)
    for _ in range(3):
        assert aws.call("invoke", FunctionName="orders")["FunctionError"] == "Unhandled"


@pytest.mark.parametrize("number", [1, 3])
def test_one_run_more_than_reserved_is_refused_where_a_function_invokes_itself(
    aws: Account, mock_lambda: LambdaMock, number: int
) -> None:
    refused = []

    @mock_lambda.function("orders", Timeout=900)
    def handler(event: int, context: object) -> int:
        if event > number:
            return 0
        try:
            return 1 + int(json.load(aws.client.invoke(FunctionName="orders", Payload=str(event + 1))["Payload"]))
        except aws.client.exceptions.TooManyRequestsException as error:
            refused.append(error.response["Reason"])
            return 1

    reserve(aws, number)
    assert json.load(aws.call("invoke", FunctionName="orders", Payload=b"1")["Payload"]) == number
    assert refused == ["ReservedFunctionConcurrentInvocationLimitExceeded"]


def test_one_run_more_than_reserved_is_refused_where_threads_invoke(aws: Account, mock_lambda: LambdaMock) -> None:
    running, go_on = threading.Event(), threading.Event()

    @mock_lambda.function("orders", Timeout=900)
    def handler(event: object, context: object) -> str:
        running.set()
        return "done" if go_on.wait(30) else "alone"

    reserve(aws, 1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(aws.result)
        assert running.wait(30)
        second = refusal(aws)
        go_on.set()
        assert first.result() == ('"done"', "$LATEST")
    assert second == throttled(aws)
    assert aws.result() == ('"done"', "$LATEST")


def test_versions_and_aliases_share_the_reservation_of_their_function(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Publish=True, Timeout=900)
    def handler(event: object, context: object) -> Any:
        return refusal(aws, Qualifier="1") == throttled(aws)

    reserve(aws, 1)
    assert aws.result("$LATEST") == ("true", "$LATEST")


def test_other_functions_run_beside_one_that_is_throttled(aws: Account) -> None:
    aws.create()
    aws.release("runs", name="bills")
    reserve(aws, 0)
    assert aws.result(name="bills") == ('"runs"', "$LATEST")


def test_a_reservation_counts_the_runs_that_are_in_flight_already(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Timeout=900)
    def handler(event: object, context: object) -> bool:
        reserve(aws, 1)
        return refusal(aws) == throttled(aws)

    assert [aws.result(), aws.result()] == [("true", "$LATEST")] * 2


def test_a_reservation_that_a_run_gives_back_leaves_nothing_counted(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Timeout=900)
    def handler(event: object, context: object) -> None:
        aws.call("delete_function_concurrency", FunctionName="orders")

    for _ in range(3):
        reserve(aws, 1)
        assert aws.result() == ("null", "$LATEST")


# Events --------------------------------------------------------------------------------------------------------------


def test_an_event_for_a_function_with_nothing_reserved_is_accepted_and_never_tried(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    aws.create()
    reserve(aws, 0)
    before = mock_lambda.clock.time()
    assert aws.call("invoke", FunctionName="orders", InvocationType="Event")["ResponseMetadata"] == 202
    assert len(mock_lambda.invocations) == 0
    assert mock_lambda.clock.time() - before < 60


def test_an_event_is_not_tried_again_once_nothing_is_reserved(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Timeout=900)
    def handler(event: object, context: object) -> None:
        reserve(aws, 0)
        raise ValueError("broken")

    aws.call("invoke", FunctionName="orders", InvocationType="Event")
    assert [run.attempt for run in mock_lambda.invocations] == [1]


def test_an_event_for_a_function_with_nothing_reserved_is_a_dead_letter(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(DeadLetterConfig={"TargetArn": QUEUE})
    reserve(aws, 0)
    aws.call("invoke", FunctionName="orders", InvocationType="Event")
    mock_lambda.deliveries.assert_delivered(QUEUE, kind="dead letter", condition="ZeroReservedConcurrency", times=1)


def test_an_event_waits_for_its_turn_where_a_synchronous_invocation_is_refused(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    handled = []

    @mock_lambda.function("orders", Timeout=900)
    def handler(event: Any, context: object) -> None:
        if event == "sent":
            handled.append(event)
        else:
            aws.call("invoke", FunctionName="orders", InvocationType="Event", Payload=b'"sent"')

    reserve(aws, 1)
    assert aws.result() == ("null", "$LATEST")
    assert handled == ["sent"]


def test_an_event_that_is_being_handled_takes_up_concurrency(aws: Account, mock_lambda: LambdaMock) -> None:
    refused = []

    @mock_lambda.function("orders", Timeout=900)
    def handler(event: object, context: object) -> None:
        refused.append(refusal(aws))

    reserve(aws, 1)
    aws.call("invoke", FunctionName="orders", InvocationType="Event")
    assert refused == [throttled(aws)]
