"""Assertions about what a client has called and what has run, by everything that can be asked."""

from __future__ import annotations

import io
import json
import re
import traceback
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import boto3
import pytest
from dirty_equals import IsInstance, IsPartialDict, IsPositive

from lambda_mock import (
    Call,
    Delivery,
    Invocation,
    LambdaMock,
    LambdaMockError,
    LambdaMockWarning,
    current,
    mock_lambda,
    partial,
)
from lambda_mock.records import Archive, Calls, Invocations
from lambda_mock.records.deliveries import Deliveries
from lambda_mock.records.keywords import CallCriteria, DeliveryCriteria, InvocationCriteria, RefusalCriteria
from lambda_mock.records.refusals import Refusal, Refusals

DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"
WELL = {"item": "honey", "order": {"id": 7, "customer": {"name": "Ada"}}}


def handler(event: Any, context: Any) -> Any:
    print("asked for", event["item"])  # noqa: T201 - its log is asked for
    if event["item"] != "honey":
        raise KeyError(event["item"])
    return {"total": 15, "items": [event["item"]]}


def sell(mock: LambdaMock) -> LambdaMock:
    """Calls 1 to 6, and runs: honey on 1 by `live`, wax on 1 by `blue` three times, honey on $LATEST."""
    client: Any = boto3.client("lambda", region_name="us-east-1")
    mock.function("orders", handler, Publish=True, DeadLetterConfig={"TargetArn": DEAD})
    mock.function("billing", returns=None)
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    client.create_alias(FunctionName="orders", Name="blue", FunctionVersion="1")
    client.invoke(FunctionName="orders:live", Payload=json.dumps(WELL))
    client.invoke(FunctionName="orders", Qualifier="blue", InvocationType="Event", Payload=b'{"item": "wax"}')
    mock.fail("Invoke", "ServiceException", message="Out of order.")
    client.invoke(FunctionName="orders", Payload=b'{"item": "honey"}')
    return mock


@pytest.fixture
def shop(mock_lambda: LambdaMock) -> LambdaMock:
    """What has happened, for tests that go on from there."""
    return sell(mock_lambda)


@pytest.fixture(scope="module")
def past() -> LambdaMock:
    """What has happened, for tests that only ask."""
    with mock_lambda() as mock:
        sell(mock)
    return mock


# What can be asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"operation": "Invoke"}, [3, 4, 5, 6]),
        ({"operation": re.compile("^Create")}, [1, 2]),
        ({"function": "orders", "qualifier": "live"}, [1, 3]),
        ({"qualifier": None}, [5, 6]),
        ({"qualifier": re.compile("live|blue")}, [1, 2, 3, 4]),
        ({"parameters": {"Name": "blue"}}, [2]),
        ({"operation": "Invoke", "parameters": {"InvocationType": "Event", "Payload": IsInstance(bytes)}}, [4]),
        ({"parameters": partial({"FunctionVersion": re.compile("[0-9]")})}, [1, 2]),
        ({"parameters": IsPartialDict(Name="live")}, [1]),
        ({"outcome": "succeeded"}, [1, 2, 3, 4, 6]),
        ({"outcome": "failed"}, [5]),
        ({"error": "ServiceException"}, [5]),
        ({"error_message": "Out of order."}, [5]),
        ({"error_message": re.compile("order")}, [5]),
        ({"attempt": 2}, [6]),
        ({"attempt": IsPositive, "operation": "CreateAlias"}, [1, 2]),
        ({"request_id": ANY, "region": "us-east-1", "account_id": "123456789012", "owner_id": ANY, "attempt": 2}, [6]),
    ],
    ids=repr,
)
def test_calls_are_found_by(past: LambdaMock, criteria: Any, numbers: list[int]) -> None:
    assert list(past.calls.filter(**criteria)) == [past.calls[number - 1] for number in numbers]


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"function": "orders:live"}, [1]),
        ({"version": "1"}, [1, 2, 3, 4]),
        ({"version": "$LATEST", "qualifier": None}, [5]),
        ({"payload": WELL}, [1]),
        ({"payload": json.dumps(WELL).encode()}, [1]),
        ({"payload": {"item": ANY}}, [2, 3, 4, 5]),
        ({"payload": partial({"order": {"customer": {"name": re.compile("^A")}}})}, [1]),
        ({"payload": partial({"item": "honey"})}, [1, 5]),
        ({"outcome": "failed", "attempt": 1}, [2]),
        ({"outcome": "succeeded"}, [1, 5]),
        ({"response": {"total": 15, "items": ["honey"]}}, [1, 5]),
        ({"response": partial({"total": pytest.approx(15.0)})}, [1, 5]),
        ({"response": partial({"errorType": "KeyError"})}, [2, 3, 4]),
        ({"error_type": "KeyError"}, [2, 3, 4]),
        ({"error_message": "'wax'", "function_error": "Unhandled"}, [2, 3, 4]),
        ({"error_message": None}, [1, 5]),
        ({"log": "asked for wax"}, [2, 3, 4]),
        ({"log": "asked for w.x"}, []),
        ({"log": re.compile(r"for \w+ey$", re.MULTILINE)}, [1, 5]),
        ({"invocation_type": "Event"}, [2, 3, 4]),
        ({"source_arn": None, "attempt": 3}, [4]),
        ({"duration": pytest.approx(0, abs=60_000), "attempt": 2}, [3]),
    ],
    ids=repr,
)
def test_runs_are_found_by(past: LambdaMock, criteria: Any, numbers: list[int]) -> None:
    assert list(past.invocations.filter(**criteria)) == [past.invocations[number - 1] for number in numbers]


def test_a_throttled_call_has_failed_and_is_told_from_other_failures(shop: LambdaMock, lambda_client: Any) -> None:
    shop.fail("Invoke", "TooManyRequestsException")
    shop.calls.clear()
    lambda_client.invoke(FunctionName="billing")
    assert shop.calls.values("outcome") == ["throttled", "succeeded"]
    assert shop.calls.filter(outcome="failed") == shop.calls.filter(outcome="throttled") == [shop.calls[0]]


def test_a_function_that_ran_out_of_time_is_told_from_other_failures(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    mock_lambda.function("slow", lambda event, context: mock_lambda.clock.advance(60), Timeout=1)
    lambda_client.invoke(FunctionName="slow")
    assert mock_lambda.invocations.last.outcome == "timed out"
    mock_lambda.invocations.assert_invoked_once("slow", outcome="failed", error_type="Sandbox.Timedout")


def test_deliveries_are_found_by_what_was_sent(past: LambdaMock) -> None:
    sent = past.deliveries.assert_delivered_once(DEAD, kind="dead letter", record={"item": "wax"})
    assert sent is past.deliveries.last
    assert past.deliveries.filter(attributes={"ErrorMessage": "'wax'"}, target=re.compile("dead$")) == [sent]
    assert past.deliveries.filter(record=partial({"item": "honey"})) == []


def test_refusals_are_found_by_whom_they_kept_out() -> None:
    refusal = Refusal(
        principal="s3.amazonaws.com", source_arn="arn:aws:s3:::photos", source_account=None, function="orders",
        qualifier=None, region="us-east-1", account_id="123456789012", missing="client.add_permission()", time=1.0,
    )  # fmt: skip
    refusals = Refusals([refusal])
    assert (
        refusals.assert_refused_once("orders", principal="s3.amazonaws.com", source_arn=re.compile("photos")) is refusal
    )
    refusals.assert_not_refused("orders", qualifier="live")
    assert refusals.filter(principal=re.compile("^s3"), source_account=None) == [refusal]
    with pytest.raises(AssertionError, match="Expected: exactly 2 refusals with function='orders'"):
        refusals.assert_refused("orders", times=2)


@pytest.mark.parametrize(
    ("kind", "keywords"),
    [
        (Calls, CallCriteria),
        (Invocations, InvocationCriteria),
        (Deliveries, DeliveryCriteria),
        (Refusals, RefusalCriteria),
    ],
)
def test_type_checkers_know_all_criteria_and_the_docstring_of_filter_names_them(kind: Any, keywords: Any) -> None:
    names = {name for each in keywords.__mro__ for name in getattr(each, "__annotations__", ())}
    assert names == set(kind.criteria)
    assert {name for name in names if f"`{name}`" not in kind.filter.__doc__} == set()


# What makes no sense --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"outcome": "timed out"}, "outcome is 'succeeded', 'failed' or 'throttled', and not 'timed out'."),
        ({"outcome": "throtled"}, "and not 'throtled'. Did you mean 'throttled'?"),
        ({"operation": None}, "mock.calls: operation is never None."),
        ({"function": ["orders"]}, "function is a string, such as '1', and not ['orders']."),
        ({"attempt": "2"}, "mock.calls: attempt is a number, and not '2'."),
        ({"attempt": True}, "mock.calls: attempt is a number, and not True."),
        ({"parameters": ["Name"]}, "parameters is a dict of the members that matter, and not ['Name']."),
        ({"parameters": re.compile("x")}, "parameters isn't text, so no pattern matches it: give partial(...)"),
        ({"operation": "CreateAlias", "parameters": {"name": "x"}}, "CreateAlias has no parameter 'name'."),
        (
            {"operation": "CreateAlias", "parameters": {"Nam": "x"}},
            "has no parameter 'Nam'. Did you mean 'Name'? It has",
        ),
        ({"operation": "create_alias"}, "Lambda has no operation 'create_alias'. Did you mean 'CreateAlias'?"),
        ({"error": "TooManyRequestException"}, "no call ends with 'TooManyRequestException'. Did you mean 'TooMany"),
        ({"error": "ReadTimeout"}, "mock.calls: no call ends with 'ReadTimeout'. Did you mean 'ReadTimeoutError'?"),
        (
            {"function": "orders:live", "qualifier": "1"},
            "mock.calls: function='orders:live' means qualifier='live', and qualifier='1' is asked for beside it.",
        ),
    ],
    ids=repr,
)
def test_what_no_call_can_be_is_refused(past: LambdaMock, criteria: Any, message: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        past.calls.filter(**criteria)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"outcome": "throttled"}, "outcome is 'succeeded', 'failed' or 'timed out', and not 'throttled'."),
        ({"version": None}, "mock.invocations: version is never None."),
        ({"invocation_type": "DryRun"}, "invocation_type is 'RequestResponse' or 'Event', and not 'DryRun'."),
        ({"payload": {"id": re.compile("7")}}, "payload: a pattern in plain values matches nothing"),
        ({"payload": [{"id": re.compile("7")}]}, "payload: a pattern in plain values matches nothing"),
        ({"payload": re.compile("7")}, "payload isn't text, so no pattern matches it"),
        ({"payload": b"{"}, "payload is given as bytes, and they are no JSON: b'{'"),
        ({"log": 7}, "log is a string, such as '1', and not 7."),
        ({"log": re.compile(b"7")}, "mock.invocations: log is text, in which a pattern of bytes finds nothing: b'7'."),
        ({"payload": {"ids": {7}}}, "payload: in JSON there is no set, so nothing is equal to {7}."),
        ({"payload": [b"7"]}, "payload: in JSON there is no bytes, so nothing is equal to b'7'."),
        ({"payload": {7: "id"}}, "payload: in JSON the members of an object are named by text, and not by 7."),
        ({"function": "222222222222:orders", "account_id": "1"}, "means account_id='222222222222', and account_id='1'"),
    ],
    ids=repr,
)
def test_what_no_run_can_be_is_refused(past: LambdaMock, criteria: Any, message: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        past.invocations.filter(**criteria)


def test_what_a_name_says_may_be_said_beside_it(past: LambdaMock) -> None:
    past.calls.assert_called_once("CreateAlias", function="orders:live", qualifier="live")


def test_a_tuple_stands_for_a_list_of_json_and_a_class_of_the_tests_own_for_itself(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    class Anything(dict[str, Any]):
        __hash__ = None

        def __eq__(self, other: object) -> bool:
            return True

    mock_lambda.function("orders", returns=None)
    lambda_client.invoke(FunctionName="orders", Payload=b'{"ids": [1, [2]], "of": {"name": "Ada"}}')
    of: dict[str, Any]
    for of in ({"name": "Ada"}, {"name": ANY}, Anything()):
        mock_lambda.invocations.assert_invoked_once("orders", payload={"ids": (1, (2,)), "of": of})


def test_a_response_of_bytes_is_asked_for_as_it_is() -> None:
    assert Invocations().filter(response=b"\xff") == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("assert_caled", "'Calls' object has no attribute 'assert_caled'. Did you mean 'assert_called'?"),
        ("assert_invoked", "has no attribute 'assert_invoked'. Did you mean 'mock.invocations.assert_invoked'?"),
        ("wibble", "'Calls' object has no attribute 'wibble'."),
        ("_assert_caled", "'Calls' object has no attribute '_assert_caled'."),
    ],
)
def test_a_misspelt_assertion_is_no_attribute(past: LambdaMock, name: str, message: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(past.calls, name)
    assert str(caught.value).endswith(message)
    # Python's own suggestion isn't put behind ours.
    assert traceback.format_exception(caught.value)[-1].endswith(f"{message}\n")


def test_json_as_boto3_takes_it_is_told_to_be_text(past: LambdaMock) -> None:
    with pytest.raises(AssertionError) as caught:
        past.invocations.assert_invoked("orders", payload='{"count": 2}')
    hint = "\npayload is asked for as text, and that is no object: give it as a dict, or the JSON as bytes.\n"
    assert hint in str(caught.value)
    with pytest.raises(AssertionError) as caught:
        past.invocations.assert_invoked("orders", payload="{count")
    assert "as text" not in str(caught.value)


def test_type_checkers_know_a_misspelt_assertion_too(past: LambdaMock) -> None:
    with pytest.raises(AttributeError):
        past.calls.assert_caled("Invoke")  # type: ignore[attr-defined]


# Names that never were ------------------------------------------------------------------------------------------------

NO_FUNCTION = "there was never a function 'ordres'. Did you mean 'orders'? There is or was 'billing', 'orders'."
NO_ALIAS = "'orders' never had a version or alias 'livee'. Did you mean 'live'? There is or was '1', '$LATEST', "
REFUSED = "An assertion that can't fail is refused."


def test_a_function_that_never_was_fails_an_assertion_with_those_that_were(past: LambdaMock) -> None:
    with pytest.raises(AssertionError) as caught:
        past.invocations.assert_invoked("ordres")
    lines = [
        "Expected: at least one invocation with function='ordres'",
        "Found:    none among 5",
        f"T{NO_FUNCTION[1:]}",
    ]
    assert str(caught.value) == "\n".join(lines)


@pytest.mark.parametrize(
    ("assertion", "message"),
    [
        (lambda mock: mock.invocations.assert_not_invoked("ordres"), f"mock.invocations: {NO_FUNCTION} {REFUSED}"),
        (lambda mock: mock.invocations.assert_invoked("ordres", times=0), NO_FUNCTION),
        (lambda mock: mock.calls.assert_not_called("DeleteFunction", function="ordres"), f"mock.calls: {NO_FUNCTION}"),
        (lambda mock: mock.deliveries.assert_not_delivered(DEAD, function="ordres"), NO_FUNCTION),
        (lambda mock: mock.refusals.assert_not_refused("ordres"), NO_FUNCTION),
        (lambda mock: mock.invocations.assert_not_invoked("orders:livee"), NO_ALIAS),
        (
            lambda mock: mock.invocations.assert_not_invoked("shipping"),
            "there was never a function 'shipping'. There is",
        ),
        (
            lambda mock: mock.invocations.assert_not_invoked("orders", version="2"),
            "'orders' never had a version '2'. There is or was '1', '$LATEST'.",
        ),
        (
            lambda mock: mock.invocations.assert_not_invoked("orders", version="live"),
            "'orders' never had a version 'live'. There is or was '1', '$LATEST'.",
        ),
        (
            lambda mock: mock.calls.assert_not_called("Invoke", qualifier="greeen"),
            "no function ever had a version or alias 'greeen'. There is or was",
        ),
    ],
    ids=[
        "not invoked",
        "invoked no times",
        "not called",
        "not delivered",
        "not refused",
        "alias",
        "like no other",
        "version",
        "alias for a version",
        "alias of any",
    ],
)
def test_what_could_only_hold_is_refused(past: LambdaMock, assertion: Any, message: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        assertion(past)


def test_without_any_function_it_is_said_that_there_was_none(mock_lambda: LambdaMock) -> None:
    with pytest.raises(LambdaMockError, match=r"there was never a function 'orders'\. There was none at all\."):
        mock_lambda.invocations.assert_not_invoked("orders")


def test_what_is_gone_can_be_asked_for(shop: LambdaMock, lambda_client: Any) -> None:
    shop.function("shipping", returns=None, Publish=True)
    lambda_client.create_alias(FunctionName="shipping", Name="tmp", FunctionVersion="1")
    lambda_client.delete_alias(FunctionName="shipping", Name="tmp")
    shop.invocations.assert_not_invoked("shipping:tmp")
    lambda_client.delete_function(FunctionName="shipping")
    shop.invocations.assert_not_invoked("shipping:tmp", version="1")
    shop.function("shipping", returns=None)
    shop.invocations.assert_not_invoked("shipping", qualifier="$LATEST", version="1")


def test_a_name_that_a_call_has_said_can_be_asked_for(shop: LambdaMock, lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName="order", Qualifier="liv")
    shop.calls.assert_called_once("Invoke", function="order", outcome="failed")
    shop.calls.assert_not_called("DeleteFunction", function="order", qualifier="liv")


def test_that_something_was_not_made_can_be_asserted_of_any_name(mock_lambda: LambdaMock) -> None:
    mock_lambda.calls.assert_not_called("CreateFunction", function="orders")
    mock_lambda.calls.assert_not_called("CreateAlias", function="orders", qualifier="live")


@pytest.mark.parametrize(
    "ask",
    [lambda invocations: invocations.filter(function="ordres"), lambda invocations: "ordres" in invocations],
    ids=["filter", "in"],
)
def test_who_looks_for_a_name_that_is_like_another_is_warned(past: LambdaMock, ask: Any) -> None:
    with pytest.warns(LambdaMockWarning, match=re.escape(f"mock.invocations: {NO_FUNCTION}")) as warned:
        assert not ask(past.invocations)
    assert warned[0].filename == __file__


def test_a_step_of_a_name_that_never_was_says_so(past: LambdaMock) -> None:
    with pytest.raises(AssertionError, match=re.escape(f"function='ordres'\nT{NO_FUNCTION[1:]}\nAll:\n")):
        past.invocations.assert_in_order("orders", "ordres")


def test_a_filter_by_a_name_that_is_like_no_other_finds_nothing(past: LambdaMock) -> None:
    assert past.invocations.filter(function="shipping") == []
    assert past.invocations.filter(function=re.compile("ordres")) == []


def test_functions_of_other_accounts_and_regions_can_be_asked_for(shop: LambdaMock) -> None:
    shop.function("far", returns=None, region="eu-west-1", account_id="210987654321")
    shop.invocations.assert_not_invoked("far")


# Comparing with plain values ------------------------------------------------------------------------------------------


def test_records_turn_into_plain_values(past: LambdaMock) -> None:
    assert past.invocations.values("version") == ["1", "1", "1", "1", "$LATEST"]
    assert past.calls.values("operation", "error")[2:] == [
        ("Invoke", None),
        ("Invoke", None),
        ("Invoke", "ServiceException"),
        ("Invoke", None),
    ]


def test_records_are_counted_by_what_they_have(past: LambdaMock) -> None:
    assert past.invocations.count_by("version") == {"1": 4, "$LATEST": 1}
    assert past.calls.count_by("operation", "error")["Invoke", None] == 3


def test_records_compare_with_dicts_of_what_matters_and_with_bare_names(past: LambdaMock) -> None:
    assert past.calls == ["CreateAlias", {"qualifier": "blue"}, "Invoke", ANY, {"error": ANY}, past.calls[5]]
    assert past.invocations.filter(attempt=1) == ["orders:live", {"payload": {"item": "wax"}}, "orders"]
    assert past.calls != ["CreateAlias"]
    assert past.calls.filter(attempt=2) != ["CreateAlias"]
    assert past.calls != "CreateAlias"


def test_a_record_is_among_others_by_what_matters(past: LambdaMock) -> None:
    calls: Any = past.calls  # a type checker holds that only a Call can be among them
    assert "CreateAlias" in calls
    assert {"operation": "Invoke", "attempt": 2} in calls
    assert "DeleteFunction" not in calls
    assert calls[0] in calls
    assert 7 not in calls
    assert "billing" not in past.invocations.values("function")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda calls: calls.values(), "mock.calls have values of operation, function, qualifier, parameters"),
        (lambda calls: calls.values("version"), "mock.calls can't be asked for 'version'."),
        (lambda calls: calls.count_by("parameters"), "mock.calls: parameters can't be counted by"),
        (lambda calls: calls.assert_in_order(), "mock.calls.assert_in_order takes the steps in their order."),
        (lambda calls: calls.assert_in_order(7), "asked for by a dict of criteria or by text, and not by 7."),
        (lambda calls: "Invok" in calls, "Lambda has no operation 'Invok'. Did you mean 'Invoke'?"),
    ],
    ids=["no values", "unknown value", "not countable", "no steps", "no step", "no operation"],
)
def test_what_can_not_be_compared_is_refused(past: LambdaMock, ask: Any, message: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        ask(past.calls)


# Once, last, in order -------------------------------------------------------------------------------------------------


def test_what_happened_once_is_given(past: LambdaMock) -> None:
    called = past.calls.assert_called_once("Invoke", qualifier="live")
    assert (type(called), called.parameters["FunctionName"]) == (Call, "orders:live")
    run = past.invocations.assert_invoked_once("orders", payload=WELL)
    assert (type(run), run.version) == (Invocation, "1")
    assert type(past.deliveries.assert_delivered_once(DEAD)) is Delivery
    with pytest.raises(
        AssertionError, match="Expected: exactly 1 invocation with function='orders', qualifier='blue'\n"
    ):
        past.invocations.assert_invoked_once("orders:blue")


def test_the_last_record_is_at_hand(past: LambdaMock) -> None:
    assert past.calls.last is past.calls[-1]
    with pytest.raises(AssertionError, match="There was no refusal at all"):
        _ = past.refusals.last


def test_records_came_in_order_whatever_was_between_them(past: LambdaMock) -> None:
    found = past.calls.assert_in_order("CreateAlias", {"operation": "Invoke", "qualifier": "live"}, {"attempt": 2})
    assert found == [past.calls[0], past.calls[2], past.calls[5]]
    assert isinstance(found, Calls)
    past.invocations.assert_in_order("orders:live", "orders:blue", "orders")


def test_records_that_came_in_another_order_are_shown_beside_the_steps(past: LambdaMock) -> None:
    with pytest.raises(AssertionError) as caught:
        past.calls.assert_in_order("CreateAlias", {"operation": "Invoke", "attempt": 2}, "CreateAlias", "Invoke")
    assert str(caught.value) == (
        "Expected, in this order:\n"
        "    #1  operation='CreateAlias'\n"
        "    #6  operation='Invoke', attempt=2\n"
        "     —  operation='CreateAlias'\n"
        "     —  operation='Invoke'\n"
        "Found:    no call behind #6 with operation='CreateAlias'\n"
        "Before:   #1, #2\n"
        "All:\n"
        "  #1  CreateAlias orders:live\n"
        "  #2  CreateAlias orders:blue\n"
        "  #3  Invoke orders:live\n"
        "  #4  Invoke orders:blue\n"
        "  #5  Invoke orders → ServiceException\n"
        "  #6  Invoke orders (attempt 2)"
    )


def test_one_record_is_not_two_steps(past: LambdaMock) -> None:
    with pytest.raises(AssertionError, match="Found:    no call behind #2 with operation='CreateAlias'"):
        past.calls.assert_in_order("CreateAlias", "CreateAlias", "CreateAlias")


def test_a_step_of_a_name_that_is_like_no_other_did_not_come(past: LambdaMock) -> None:
    with pytest.raises(AssertionError, match="Found:    no invocation behind #1 with function='shipping'"):
        past.invocations.assert_in_order("orders", "shipping")


def test_a_first_step_that_never_came_is_shown_with_what_came_nearest(past: LambdaMock) -> None:
    with pytest.raises(AssertionError) as caught:
        past.calls.assert_in_order({"operation": "CreateAlias", "parameters": {"FunctionVersion": "2", "Name": "live"}})
    assert "     —  operation='CreateAlias', parameters={'FunctionVersion': '2', 'Name': 'live'}\n" in str(caught.value)
    assert "Found:    no call with operation='CreateAlias', parameters=" in str(caught.value)
    assert "Nearest (- expected, + found):\n  #1  CreateAlias orders:live\n        parameters={\n" in str(caught.value)


# How much is kept -----------------------------------------------------------------------------------------------------


def test_the_number_of_records_is_an_option(lambda_client: Any) -> None:
    with mock_lambda(records=2) as mock:
        for _ in range(3):
            lambda_client.list_functions()
        assert (len(mock.calls), mock.calls.dropped) == (2, 1)
        mock.calls.clear()
        lambda_client.list_functions()
        mock.calls.assert_not_called("Invoke")


def test_large_payloads_push_out_old_records_but_never_the_last_one(past: LambdaMock) -> None:
    run = past.invocations[0]
    runs = Invocations([run, run, run], most_bytes=2 * len(run.payload + run.result + run.log.encode()))
    assert (len(runs), runs.dropped) == (2, 1)
    assert len(Invocations([run, run], most_bytes=1)) == 1
    runs.clear()
    runs.append(run)
    runs.append(run)
    assert (len(runs), runs.dropped) == (2, 0)
    calls = Calls([past.calls[2], past.calls[3]], most_bytes=len(past.calls[2].parameters["Payload"]))
    assert list(calls) == [past.calls[3]]
    assert len(Deliveries([*past.deliveries, *past.deliveries], most_bytes=1)) == 1


def test_code_is_kept_as_its_size_and_a_payload_of_a_file_as_its_bytes(
    mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path
) -> None:
    mock_lambda.function("orders", returns=None)
    with pytest.raises(lambda_client.exceptions.InvalidParameterValueException):
        lambda_client.update_function_code(FunctionName="orders", ZipFile=bytearray(b"no zip"))
    assert mock_lambda.calls.last.parameters["ZipFile"] == Archive(6)
    (tmp_path / "event.json").write_bytes(b'{"id": 7}')
    with (tmp_path / "event.json").open("rb") as file:
        lambda_client.invoke(FunctionName="orders", Payload=file)
    assert mock_lambda.calls.last.parameters["Payload"] == b'{"id": 7}'
    mock_lambda.invocations.assert_invoked_once("orders", payload={"id": 7})


# Without pytest -------------------------------------------------------------------------------------------------------


def test_a_traceback_of_unittest_ends_at_the_line_of_the_test() -> None:
    @mock_lambda
    class Orders(unittest.TestCase):
        def test_it(self) -> None:
            current().function("orders", returns=None)
            current().invocations.assert_invoked("orders")

        def test_last(self) -> None:
            _ = current().calls.last

    told = io.StringIO()
    unittest.TextTestRunner(stream=told).run(unittest.defaultTestLoader.loadTestsFromTestCase(Orders))
    text = told.getvalue()
    assert (
        '    current().invocations.assert_invoked("orders")\n'
        "AssertionError: Expected: at least one invocation with function='orders'\n"
        "Found:    none: there was no invocation at all\n"
    ) in re.sub(r"\n *[\^~]+\n", "\n", text)
    assert "AssertionError: There was no call at all.\n" in text
    assert "listing.py" not in text
