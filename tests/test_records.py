"""What was called and what ran: lists that threads may write to, filters, and assertions that say what came nearest."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from dirty_equals import IsInt

from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.names import Named, named
from lambda_mock.records import Archive, Call, Calls, Invocation, Invocations
from lambda_mock.records.deliveries import Deliveries, Delivery

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"


def call(operation: str = "Invoke", *, error: str | None = None, attempt: int = 1, **parameters: Any) -> Call:
    return Call(
        operation=operation,
        parameters=parameters,
        region="us-east-1",
        account_id="123456789012",
        request_id="f5e4b1f6-9a35-4d1c-8f0c-1f4e3d0f6b5a",
        attempt=attempt,
        error=error,
        time=1.0,
    )


def invocation(function: str = "orders", payload: bytes = b"{}", **changes: Any) -> Invocation:
    return Invocation(
        **{
            "function": function,
            "version": "1",
            "qualifier": "live",
            "payload": payload,
            "result": b'"done"',
            "function_error": None,
            "log": "START\nEND\n",
            "duration": 1.5,
            "request_id": "f5e4b1f6-9a35-4d1c-8f0c-1f4e3d0f6b5a",
            "region": "us-east-1",
            "account_id": "123456789012",
            "time": 1.0,
            **changes,
        }
    )


def failed(*, error_type: str = "ValueError", message: str = "no", **changes: Any) -> Invocation:
    result = f'{{"errorMessage": "{message}", "errorType": "{error_type}"}}'.encode()
    return invocation(result=result, function_error="Unhandled", **changes)


# Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", Named(function="orders")),
        ("orders:live", Named(function="orders", qualifier="live")),
        ("function:orders", Named(function="orders")),
        ("123456789012:function:orders:2", Named(function="orders", qualifier="2", account_id="123456789012")),
        ("123456789012:orders", Named(function="orders", account_id="123456789012")),
        (
            "us-east-1:123456789012:function:orders",
            Named(function="orders", region="us-east-1", account_id="123456789012"),
        ),
        ("us-east-1:function:orders", Named(function="orders", region="us-east-1")),
        ("my-service-1:live", Named(function="my-service-1", qualifier="live")),
        (ARN, Named(function="orders", region="us-east-1", account_id="123456789012")),
        (
            f"{ARN}:$LATEST",
            Named(function="orders", qualifier="$LATEST", region="us-east-1", account_id="123456789012"),
        ),
        ("arn:aws:s3:::bucket", Named(function="arn:aws:s3:::bucket")),
    ],
)
def test_a_function_is_known_by_every_form_of_its_name(text: str, expected: Named) -> None:
    assert named(text) == expected


def test_a_call_knows_the_function_and_the_qualifier_that_it_is_about() -> None:
    assert (call(FunctionName=f"{ARN}:live").function, call(FunctionName=f"{ARN}:live").qualifier) == ("orders", "live")
    assert call(FunctionName="orders", Qualifier="2").qualifier == "2"


def test_a_call_about_tags_names_its_function_by_the_resource() -> None:
    assert call("ListTags", Resource=ARN).function == "orders"


def test_a_call_about_a_policy_by_arn_names_its_function_by_the_resource() -> None:
    about = call("GetResourcePolicy", ResourceArn=f"{ARN}:live")
    assert (about.function, about.qualifier) == ("orders", "live")


@pytest.mark.parametrize(
    ("parameters", "owner_id"),
    [
        ({}, "123456789012"),
        ({"FunctionName": "orders"}, "123456789012"),
        ({"FunctionName": "210987654321:function:orders"}, "210987654321"),
        ({"Resource": ARN.replace("123456789012", "210987654321")}, "210987654321"),
    ],
)
def test_a_call_knows_whose_function_it_is_about(parameters: dict[str, Any], owner_id: str) -> None:
    assert call(**parameters).owner_id == owner_id


def test_an_account_in_a_name_is_that_of_the_function_and_not_of_the_caller() -> None:
    theirs = call(FunctionName="210987654321:function:orders")
    calls = Calls([theirs, call(FunctionName="orders")])
    assert calls.filter(function="210987654321:function:orders") == [theirs]
    assert calls.filter(function="210987654321:function:orders", account_id="123456789012") == [theirs]
    assert calls.filter(account_id="210987654321") == []
    runs = Invocations([invocation(), invocation(account_id="210987654321")])
    assert runs.filter(function="210987654321:function:orders") == [runs[1]]


def test_a_call_about_another_resource_names_no_function() -> None:
    assert call("ListTags", Resource="arn:aws:lambda:us-east-1:123456789012:event-source-mapping:1").function is None
    assert call("ListFunctions").function is None
    assert call("ListFunctions").qualifier is None


# Lists ----------------------------------------------------------------------------------------------------------------


def test_calls_are_kept_in_their_order_and_read_as_a_list() -> None:
    calls = Calls()
    first, second = call("CreateFunction"), call("Invoke")
    calls.append(first)
    calls.append(second)
    assert len(calls) == 2
    assert (calls[0], calls[-1], calls[1:]) == (first, second, (second,))
    assert list(calls) == [first, second]
    assert second in calls


def test_calls_compare_with_a_list() -> None:
    assert Calls([call("Invoke")]) == [call("Invoke")]
    assert Calls([call("Invoke")]) == Calls([call("Invoke")])
    assert Calls([call("Invoke")]) != [call("GetFunction")]
    assert Calls() != 0


def test_iterating_works_on_a_snapshot() -> None:
    calls = Calls([call("Invoke")])
    for _ in calls:
        calls.append(call("Invoke"))
    assert len(calls) == 2


def test_clearing_forgets_what_was_recorded_and_what_was_dropped() -> None:
    calls = Calls(limit=1)
    calls.append(call())
    calls.append(call())
    calls.clear()
    assert (len(calls), calls.dropped, calls.cleared) == (0, 0, 2)


def test_the_oldest_records_are_dropped_and_counted() -> None:
    calls = Calls(limit=2)
    for operation in ("CreateFunction", "GetFunction", "Invoke"):
        calls.append(call(operation))
    assert [each.operation for each in calls] == ["GetFunction", "Invoke"]
    assert calls.dropped == 1


def test_threads_lose_no_record() -> None:
    calls = Calls(limit=500)

    def record() -> None:
        for _ in range(500):
            calls.append(call())

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) + calls.dropped == 2000


@pytest.mark.parametrize(
    ("recorded", "kept"),
    [
        (call("UpdateFunctionCode", FunctionName="orders", ZipFile=b"PK.."), {"ZipFile": Archive(4)}),
        (call("CreateFunction", FunctionName="orders", Code={"ZipFile": b"PK.."}), {"Code": {"ZipFile": Archive(4)}}),
        (call("CreateFunction", FunctionName="orders", Code={"S3Key": "k"}), {"Code": {"S3Key": "k"}}),
    ],
)
def test_a_call_keeps_the_size_of_its_code_but_not_the_code(recorded: Call, kept: dict[str, Any]) -> None:
    calls = Calls()
    calls.append(recorded)
    assert calls[0].parameters == {"FunctionName": "orders", **kept}


def test_the_text_of_a_list_shows_its_last_records() -> None:
    calls = Calls(call("Invoke", FunctionName=f"f{number}") for number in range(7))
    assert repr(calls) == "<mock.calls: 7 | … | Invoke f2 | Invoke f3 | Invoke f4 | Invoke f5 | Invoke f6>"
    assert repr(Invocations()) == "<mock.invocations: 0>"


def test_a_call_reads_as_one_line() -> None:
    throttled = call("Invoke", FunctionName="orders", Qualifier="live", error="TooManyRequestsException", attempt=2)
    assert str(throttled) == "Invoke orders:live (attempt 2) → TooManyRequestsException"
    assert str(call("ListFunctions")) == "ListFunctions"


def test_an_invocation_reads_as_one_line() -> None:
    assert str(invocation(payload=b'{"id": 1}')) == 'orders:live on version 1 with {"id": 1}'
    assert str(failed(qualifier="1", attempt=2)) == "orders:1 (attempt 2) with {} → ValueError: no"
    assert str(invocation(payload=b"1" * 100)) == f"orders:live on version 1 with {'1' * 80}…"
    long = {"errorType": "ValueError", "errorMessage": f"two\nlines and{'!' * 100}"}
    failure = invocation(result=json.dumps(long).encode(), function_error="Unhandled")
    assert str(failure).endswith(f" → ValueError: two lines and{'!' * 67}…")
    assert str(invocation(result=b"[]", function_error="Unhandled")).endswith(" → Unhandled")
    request_id = invocation().request_id
    exited = failed(error_type="Runtime.ExitError", message=f"RequestId: {request_id} Error: Runtime exited")
    assert str(exited).endswith(" → Runtime.ExitError: Runtime exited")


# Invocations ----------------------------------------------------------------------------------------------------------


def test_an_invocation_gives_its_event_and_its_response_as_values() -> None:
    run = invocation(payload=b'{"id": 1}', result=b'{"ok": true}')
    assert (run.event, run.response, run.error_type) == ({"id": 1}, {"ok": True}, None)


def test_who_edits_an_event_leaves_the_record_as_it_is() -> None:
    run = invocation(payload=b'{"id": 1}')
    run.event["id"] = 2
    assert run.event == {"id": 1}


def test_a_failed_invocation_names_the_type_of_its_error() -> None:
    assert failed(error_type="Sandbox.Timedout").error_type == "Sandbox.Timedout"


HANDLER = '  File "/var/task/app.py", line 2, in handler\n    raise ValueError\n'
LIBRARY = '  File "/var/lang/lib/python3.12/json/decoder.py", line 355, in decode\n    raise ValueError\n'
NODE = ["RangeError: no such item", "    at parse (node:internal/url:1:2)", "    at handler (/var/task/app.mjs:5:9)"]


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"stackTrace": [LIBRARY, HANDLER]}, HANDLER),
        ({"stackTrace": [HANDLER, LIBRARY]}, HANDLER),
        ({"stackTrace": [LIBRARY]}, None),
        ({"trace": NODE}, NODE[2]),
        ({"stackTrace": [{"path": "main.go", "line": 7}]}, None),
        ({"stackTrace": []}, None),
        ({"stackTrace": "nowhere"}, None),
        ({}, None),
    ],
)
def test_a_failed_invocation_knows_where_in_the_functions_own_code_it_failed(
    told: dict[str, Any], place: str | None
) -> None:
    assert invocation(result=json.dumps(told).encode(), function_error="Unhandled").failed_at == place
    assert invocation(result=json.dumps(told).encode()).failed_at is None


def test_an_invocation_that_answered_with_bytes_gives_them_as_they_are() -> None:
    assert invocation(result=b"\xff\x00").response == b"\xff\x00"


def test_an_invocation_that_answered_nothing_has_no_response() -> None:
    assert invocation(result=b"").response is None
    assert invocation(result=b"", function_error="Unhandled").error_type is None


# Filters --------------------------------------------------------------------------------------------------------------


def test_calls_are_filtered_by_what_they_name() -> None:
    blue, green = (
        call(FunctionName="orders:blue"),
        call(FunctionName="orders", Qualifier="green", error="ServiceException"),
    )
    calls = Calls([blue, call("GetFunction", FunctionName="orders"), green])
    assert calls.filter(operation="Invoke") == [blue, green]
    assert calls.filter(operation="Invoke", qualifier="green") == [green]
    assert calls.filter(error="ServiceException") == [green]
    assert isinstance(calls.filter(), Calls)


def test_none_asks_for_what_has_no_value() -> None:
    well, badly = call(FunctionName="orders"), call(FunctionName="orders", error="ServiceException")
    assert Calls([well, badly]).filter(error=None) == [well]


@pytest.mark.parametrize("name", ["orders", ARN, "123456789012:function:orders"])
def test_a_function_can_be_asked_for_by_any_form_of_its_name(name: str) -> None:
    wanted = call(FunctionName=ARN)
    assert Calls([call(FunctionName="billing"), wanted]).filter(function=name) == [wanted]


def test_the_region_and_the_qualifier_in_a_name_are_criteria_too() -> None:
    calls = Calls([call(FunctionName="orders:live"), call(FunctionName="orders:blue")])
    assert calls.filter(function=f"{ARN}:live") == [calls[0]]
    assert calls.filter(function="arn:aws:lambda:eu-west-1:123456789012:function:orders") == []


def test_calls_about_no_function_can_be_asked_for() -> None:
    calls = Calls([call("ListFunctions"), call(FunctionName="orders")])
    assert calls.filter(function=None) == [calls[0]]


def test_a_filtered_list_can_be_filtered_again() -> None:
    invocations = Invocations([invocation(), invocation(version="2"), failed(version="2")])
    assert invocations.filter(version="2").filter(function_error="Unhandled") == [invocations[2]]
    assert invocations.filter(error_type="ValueError") == [invocations[2]]


def test_an_unknown_criterion_is_refused_with_the_nearest_one() -> None:
    known = "operation, function, qualifier, parameters, outcome, error, error_message, attempt, region, account_id"
    message = f"mock.calls can't be asked for 'qualfier'. Did you mean 'qualifier'? They can be asked for {known}"
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        Calls().filter(qualfier="live")  # type: ignore[call-arg]


# Assertions -----------------------------------------------------------------------------------------------------------


def refusal(assertion: Any, *arguments: Any, **criteria: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assertion(*arguments, **criteria)
    return str(caught.value)


def test_a_number_is_refused_where_records_have_text() -> None:
    with pytest.raises(LambdaMockError, match="version is a string, such as '1', and not 1"):
        Invocations([invocation(version="1")]).assert_not_invoked("orders", version=1)
    with pytest.raises(LambdaMockError, match="qualifier is a string"):
        Calls().filter(qualifier=1)


@pytest.mark.parametrize("times", [-1, "1", 1.0])
def test_a_number_of_times_that_can_not_be_is_refused(times: Any) -> None:
    with pytest.raises(LambdaMockError, match="times is a whole number"):
        Calls().assert_called("Invoke", times=times)


def test_an_assertion_gives_what_it_found() -> None:
    calls = Calls([call("GetFunction"), call("Invoke", FunctionName="orders")])
    assert calls.assert_called("Invoke", times=1, function="orders") == [calls[1]]
    assert Invocations([invocation()]).assert_invoked("orders") == [invocation()]


def test_assertions_hold_for_what_did_not_happen() -> None:
    Calls([call("Invoke")]).assert_not_called("GetFunction")
    Invocations([invocation()]).assert_not_invoked("orders", qualifier="blue")


def test_without_a_number_once_is_enough() -> None:
    calls = Calls([call("Invoke"), call("Invoke")])
    calls.assert_called("Invoke")
    assert "exactly 1 call " in refusal(calls.assert_called, "Invoke", times=1)


def test_a_failed_assertion_shows_what_was_expected_what_was_found_and_what_came_nearest() -> None:
    calls = Calls(
        [
            call("Invoke", FunctionName="orders:live", error="TooManyRequestsException"),
            call("Invoke", FunctionName="orders:blue"),
            call("ListFunctions"),
        ]
    )
    assert refusal(calls.assert_called, "Invoke", function="orders", qualifier="live", times=2) == (
        "Expected: exactly 2 calls with operation='Invoke', function='orders', qualifier='live'\n"
        "Found:    1 among 3\n"
        "  #1  Invoke orders:live → TooManyRequestsException\n"
        "Nearest (- expected, + found):\n"
        "  #2  Invoke orders:blue\n"
        "      - qualifier='live'\n"
        "      ?             ^^\n"
        "      + qualifier='blue'\n"
        "      ?            + ^"
    )


def test_the_nearest_are_those_that_differ_the_least() -> None:
    calls = Calls([call("GetFunction", FunctionName="orders:blue"), call("Invoke", FunctionName="orders:blue")])
    text = refusal(calls.assert_called, "Invoke", function="orders", qualifier="live")
    assert text.index("#2  Invoke orders:blue") < text.index("#1  GetFunction orders:blue")


def test_at_most_eight_near_misses_are_shown() -> None:
    calls = Calls(call("Invoke", FunctionName="orders:blue") for _ in range(11))
    text = refusal(calls.assert_called, "Invoke", function="orders:live")
    assert text.count("+ qualifier='blue'") == 8
    assert text.endswith("  … and 3 more")


def test_a_function_that_never_appears_is_answered_with_those_that_do() -> None:
    calls = Calls([call(FunctionName="billing"), call(FunctionName="orders")])
    assert "No call has function='ordres'. There are: 'orders', 'billing'" in refusal(
        calls.assert_called, "Invoke", function="ordres"
    )


def test_an_assertion_about_nothing_at_all_says_so() -> None:
    assert refusal(Calls().assert_called, "Invoke") == (
        "Expected: at least one call with operation='Invoke'\nFound:    none: there was no call at all"
    )


def test_what_should_not_have_happened_is_shown() -> None:
    calls = Calls(call("Invoke", FunctionName=f"f{number}") for number in range(1, 13))
    found = [f"  #{number}  Invoke f{number}" for number in range(1, 11)]
    lines = ["Expected: no call with operation='Invoke'", "Found:    12 among 12", *found, "  … and 2 more"]
    assert refusal(calls.assert_not_called, "Invoke") == "\n".join(lines)


FORGOTTEN = (
    "The oldest 1 are no longer kept, since only the last 1 are (option `records`), and of payloads, results and logs "
    "256 MB. clear() begins anew."
)


@pytest.fixture
def forgetful() -> Calls:
    return Calls([call("Invoke"), call("GetFunction")], limit=1)


def test_dropped_records_are_mentioned_and_counted_in_the_numbers(forgetful: Calls) -> None:
    lines = ["Expected: no call with operation='GetFunction'", "Found:    1 among 1", "  #2  GetFunction", FORGOTTEN]
    assert refusal(forgetful.assert_not_called, "GetFunction") == "\n".join(lines)


def test_what_was_dropped_may_have_been_what_should_not_have_happened(forgetful: Calls) -> None:
    lines = ["Expected: no call with operation='Invoke'", "Found:    none among 1", FORGOTTEN]
    assert refusal(forgetful.assert_not_called, "Invoke") == "\n".join(lines)
    assert FORGOTTEN in refusal(forgetful.assert_called, "GetFunction", times=1)
    assert FORGOTTEN in refusal(forgetful.assert_called, "Invoke")
    assert FORGOTTEN in refusal(forgetful.assert_in_order, "Invoke", "GetFunction")
    forgetful.assert_called("GetFunction")
    assert repr(forgetful) == "<mock.calls: 1 (1 older ones dropped) | GetFunction>"


@pytest.mark.parametrize(
    "ask",
    [
        lambda calls: calls.filter(operation="Invoke"),
        lambda calls: calls.values("operation"),
        lambda calls: calls.count_by("operation"),
        lambda calls: "Invoke" in calls,
        lambda calls: calls == ["GetFunction"],
    ],
    ids=["filter", "values", "count_by", "in", "equal"],
)
def test_who_reads_a_list_that_has_dropped_records_is_warned(forgetful: Calls, ask: Any) -> None:
    with pytest.warns(LambdaMockWarning, match=re.escape(f"mock.calls: {FORGOTTEN}")) as warned:
        ask(forgetful)
    assert warned[0].filename == __file__


def test_of_many_records_that_came_too_early_the_last_are_named() -> None:
    calls = Calls(call(operation) for operation in ["PublishVersion"] * 12 + ["Invoke"])
    text = refusal(calls.assert_in_order, "Invoke", "PublishVersion")
    assert "\nBefore:   #5, #6, #7, #8, #9, #10, #11, #12\n" in text
    assert text.endswith("  #10  PublishVersion\n  … and 3 more")


def test_clearing_lets_a_list_be_asked_anew(forgetful: Calls) -> None:
    forgetful.clear()
    forgetful.assert_not_called("Invoke")


def test_a_function_is_asked_for_by_the_event_that_it_got() -> None:
    invocations = Invocations([invocation(payload=b'{"id": 1}'), invocation(payload=b'{"id": 2}')])
    invocations.assert_invoked("orders", payload={"id": 2}, times=1)
    invocations.assert_invoked("orders", payload=b'{ "id": 2 }', times=1)
    invocations.assert_not_invoked("orders", payload=None)


def test_bytes_that_are_no_json_are_refused_as_a_payload() -> None:
    with pytest.raises(LambdaMockError, match=r"they are no JSON: b'{'"):
        Invocations().assert_invoked("orders", payload=b"{")


def test_a_near_miss_says_where_its_event_differs() -> None:
    runs = Invocations([invocation(payload=b'{"id": 1, "items": [1, 3], "urgent": true}')])
    text = refusal(runs.assert_invoked, "orders", payload={"id": 1, "items": [1, 2], "note": None})
    assert text.partition("found):\n")[2].splitlines() == [
        '  #1  orders:live on version 1 with {"id": 1, "items": [1, 3], "urgent": true}',
        "        payload={",
        "          'id': 1,",
        "          'items': [",
        "            1,",
        "      -     2,",
        "      ?     ^",
        "      +     3,",
        "      ?     ^",
        "          ],",
        "      -   'note': None,",
        "      +   'urgent': True,",
        "        }",
    ]


def test_the_nearest_event_comes_first() -> None:
    far, near = {"id": 2, "lines": [1, 3]}, {"id": 1, "lines": [1, 3]}
    runs = Invocations(invocation(payload=json.dumps(event).encode()) for event in (far, near))
    text = refusal(runs.assert_invoked, "orders", payload={"id": 1, "lines": [1, 2]})
    assert text.index("  #2  ") < text.index("  #1  ")


def test_a_wrong_qualifier_is_nearer_than_a_wrong_function() -> None:
    runs = Invocations([invocation("billing"), invocation(qualifier="blue")])
    text = refusal(runs.assert_invoked, "orders:live")
    assert text.index("  #2  ") < text.index("  #1  ")


def test_a_matcher_is_shown_as_it_was_given_whatever_it_has_met() -> None:
    runs = Invocations([invocation(payload=b"1"), invocation(payload=b"2")])
    text = refusal(runs.assert_invoked, "orders", payload=IsInt(gt=0), times=3)
    assert text.splitlines()[0] == "Expected: exactly 3 invocations with function='orders', payload=IsInt(gt=0)"


def test_long_values_are_cut_in_the_text() -> None:
    text = refusal(Invocations([invocation()]).assert_invoked, "orders", payload="x" * 5000)
    assert f"payload='{'x' * 998}…" in text.splitlines()[0]


def test_an_operation_that_lambda_does_not_have_is_refused() -> None:
    calls = Calls(operations=lambda: frozenset({"Invoke", "GetFunction"}))
    calls.assert_not_called("Invoke")
    with pytest.raises(LambdaMockError, match=r"no operation 'get_function'\. Did you mean 'GetFunction'\?"):
        calls.assert_not_called("get_function")
    with pytest.raises(LambdaMockError, match=r"no operation 'Invok'\. Did you mean 'Invoke'\?"):
        calls.filter(operation="Invok")
    with pytest.raises(LambdaMockError, match=r"no operation 'Publish'\.$"):
        calls.filter(operation="Publish")


# Deliveries -----------------------------------------------------------------------------------------------------------

QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead"


def delivery(**changes: Any) -> Delivery:
    return Delivery(
        **{
            "kind": "destination",
            "target": QUEUE,
            "body": b'{"version":"1.0"}',
            "condition": "Success",
            "error": None,
            "function": "orders",
            "qualifier": "$LATEST",
            "region": "us-east-1",
            "account_id": "123456789012",
            "request_id": "f5e4b1f6-9a35-4d1c-8f0c-1f4e3d0f6b5a",
            "time": 1.0,
            **changes,
        }
    )


def test_what_was_delivered_can_be_asked_for() -> None:
    lost = delivery(error="no such queue")
    letter = delivery(kind="dead letter", condition="RetriesExhausted", qualifier="live")
    deliveries = Deliveries([delivery(), letter, lost])
    assert list(deliveries.assert_delivered(QUEUE, times=2)) == [delivery(), letter]
    assert list(deliveries.assert_delivered(QUEUE, function="orders:live", kind="dead letter")) == [letter]
    assert list(deliveries.filter(error="no such queue")) == [lost]
    deliveries.assert_not_delivered(QUEUE, condition="EventAgeExceeded")
    with pytest.raises(AssertionError, match="Expected: no delivery with target="):
        deliveries.assert_not_delivered(QUEUE, condition="Success")


def test_what_was_not_delivered_is_named_when_it_is_asked_for() -> None:
    deliveries = Deliveries([delivery(error="no such queue")])
    text = f"destination of orders:$LATEST (Success) to {QUEUE} → no such queue"
    with pytest.raises(AssertionError, match=re.escape(text)):
        deliveries.assert_delivered(QUEUE)


def test_a_delivery_is_parsed_anew_each_time() -> None:
    sent = delivery()
    sent.record["version"] = "2.0"
    assert sent.record == {"version": "1.0"}


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"target": "dead"}, "mock.deliveries: target is the ARN of a destination, and not 'dead'."),
        (
            {"kind": "dead-letter"},
            "kind is 'destination', 'dead letter' or 'discarded', and not 'dead-letter'. Did you mean 'dead letter'?",
        ),
    ],
)
def test_a_delivery_that_can_not_be_is_refused(criteria: dict[str, Any], message: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(message)):
        Deliveries().filter(**criteria)


def test_a_run_of_an_event_says_where_that_came_from() -> None:
    queue = invocation(source_arn="arn:aws:sqs:us-east-1:123456789012:jobs")
    assert str(queue) == "orders:live on version 1 from sqs jobs with {}"
    assert str(invocation(source_arn="arn:aws:s3:::photos")) == "orders:live on version 1 from s3 photos with {}"
