"""Events and what is set for them: how often they are tried, how old they may get, and who is told of their outcome."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock import LambdaMockWarning
from lambda_mock.records.deliveries import Delivery

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

QUEUE = "arn:aws:sqs:us-east-1:123456789012:outcomes"
TOPIC = "arn:aws:sns:us-east-1:123456789012:outcomes"
ELSEWHERE = [QUEUE, TOPIC, "arn:aws:events:us-east-1:123456789012:event-bus/outcomes", "arn:aws:s3:::outcomes"]
OTHER_ACCOUNT = "210987654321"
SAYS_WHAT_FAILED = """
def handler(event, context):
    if event.get("raise_error"):
        raise Exception("intentional failure")
    return {"hello": "world"}
"""
FAILURE = {
    "errorMessage": "intentional failure",
    "errorType": "Exception",
    "stackTrace": [
        '  File "/var/task/index.py", line 4, in handler\n    raise Exception("intentional failure")\n',
    ],
}


@pytest.fixture(autouse=True)
def _at_one_moment(mock_lambda: LambdaMock) -> None:
    """Only what Lambda waits for moves the clock."""
    mock_lambda.clock.freeze()
    mock_lambda.clock.advance(2_000_000_000 - mock_lambda.clock.time())


@pytest.fixture
def told(mock_lambda: LambdaMock) -> list[Any]:
    """The records that come to the function `told`."""
    records: list[Any] = []
    mock_lambda.function("told", lambda event, context: records.append(event))
    return records


def send(aws: Account, event: Any = None, name: str = "orders") -> str:
    """Send an event, and give its request id."""
    payload = json.dumps({} if event is None else event)
    answer = aws.client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    return str(answer["ResponseMetadata"]["RequestId"])


def put(aws: Account, name: str = "orders", **members: Any) -> None:
    aws.call("put_function_event_invoke_config", FunctionName=name, **members)


def other_client() -> Any:
    """A client of another account."""
    return boto3.client(
        "lambda", region_name="us-east-1", aws_access_key_id=OTHER_ACCOUNT, aws_secret_access_key="secret"
    )


def destined(aws: Account, *sides: str, name: str = "told") -> Answer:
    """The member that names a function as the destination of those sides."""
    return {"DestinationConfig": {side: {"Destination": aws.arn(name)} for side in sides}}


def attempts(mock: LambdaMock, name: str = "orders") -> list[int]:
    return [invocation.attempt for invocation in mock.invocations.filter(function=name)]


def failing(mock: LambdaMock, takes: float = 0, name: str = "orders") -> list[float]:
    """A function that takes some time and fails; gives the moments at which it is tried, in seconds from now."""
    begun, moments = mock.clock.time(), []

    def fail(event: Any, context: Any) -> None:
        moments.append(mock.clock.time() - begun)
        mock.clock.advance(takes)
        raise ValueError

    mock.function(name, fail, Timeout=900, Publish=True)
    return moments


# How often and how long -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("retries", "moments"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180]), (None, [0, 60, 180])])
def test_an_event_that_fails_is_tried_again_as_often_as_was_set(
    aws: Account, mock_lambda: LambdaMock, retries: int | None, moments: list[int]
) -> None:
    tried = failing(mock_lambda)
    if retries is not None:
        put(aws, MaximumRetryAttempts=retries)
    send(aws)
    assert tried == pytest.approx(moments)


@pytest.mark.parametrize(
    ("age", "takes", "moments"),
    [(60, 0, [0]), (61, 0, [0, 60]), (61, 2, [0]), (180, 0, [0, 60]), (181, 0, [0, 60, 180]), (60, 100, [0])],
)
def test_an_event_is_not_tried_again_once_it_has_reached_its_age(
    aws: Account, mock_lambda: LambdaMock, age: int, takes: int, moments: list[int]
) -> None:
    tried = failing(mock_lambda, takes)
    put(aws, MaximumEventAgeInSeconds=age)
    send(aws)
    assert tried == pytest.approx(moments)


def test_the_config_of_the_qualifier_that_was_invoked_counts(aws: Account, mock_lambda: LambdaMock) -> None:
    tried = failing(mock_lambda)
    aws.alias("live", "1")
    put(aws, MaximumRetryAttempts=1)
    put(aws, "orders:live", MaximumRetryAttempts=0)
    counts = {}
    for name in ("orders", "orders:$LATEST", "orders:live", "orders:1"):
        tried.clear()
        send(aws, name=name)
        counts[name] = len(tried)
    assert counts == {"orders": 2, "orders:$LATEST": 2, "orders:live": 1, "orders:1": 3}


def test_a_config_that_changes_meanwhile_counts_from_then_on(aws: Account, mock_lambda: LambdaMock) -> None:
    tried = []

    def fail(event: Any, context: Any) -> None:
        tried.append(event)
        put(aws, MaximumRetryAttempts=0)
        raise ValueError

    mock_lambda.function("orders", fail)
    send(aws)
    assert len(tried) == 1


def test_requests_are_answered_as_ever(aws: Account, mock_lambda: LambdaMock, told: list[Any]) -> None:
    failing(mock_lambda)
    put(aws, MaximumRetryAttempts=2, **destined(aws, "OnSuccess", "OnFailure"))
    assert aws.client.invoke(FunctionName="orders")["FunctionError"] == "Unhandled"
    assert attempts(mock_lambda) == [1]
    assert told == []


# The record -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1", "live"])
def test_a_success_is_told_with_the_event_and_its_result(aws: Account, told: list[Any], qualifier: str | None) -> None:
    aws.create(code=SAYS_WHAT_FAILED, Publish=True)
    aws.alias("live", "1")
    name = "orders" if qualifier is None else f"orders:{qualifier}"
    put(aws, name, **destined(aws, "OnSuccess", "OnFailure"))
    request_id = send(aws, {"mode": "success"}, name)
    expected = {
        "version": "1.0",
        "timestamp": "2033-05-18T03:33:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": aws.arn(qualifier=qualifier or "$LATEST"),
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"mode": "success"},
        "responseContext": {"statusCode": 200, "executedVersion": "1" if qualifier in {"1", "live"} else "$LATEST"},
        "responsePayload": {"hello": "world"},
    }
    assert told == [expected]
    assert json.dumps(told[0]) == json.dumps(expected)


@pytest.mark.parametrize(("retries", "count", "minute"), [(0, 1, "33:20"), (1, 2, "34:20"), (None, 3, "36:20")])
def test_a_failure_is_told_after_the_last_attempt(
    aws: Account, told: list[Any], retries: int | None, count: int, minute: str
) -> None:
    aws.create(code=SAYS_WHAT_FAILED)
    setting: Answer = {} if retries is None else {"MaximumRetryAttempts": retries}
    put(aws, **setting, **destined(aws, "OnSuccess", "OnFailure"))
    request_id = send(aws, {"raise_error": 1})
    expected = {
        "version": "1.0",
        "timestamp": f"2033-05-18T03:{minute}.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": aws.arn(qualifier="$LATEST"),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": count,
        },
        "requestPayload": {"raise_error": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": FAILURE | {"requestId": request_id},
    }
    assert told == [expected]


def test_an_event_that_got_too_old_is_told_with_the_end_of_its_last_attempt(aws: Account, told: list[Any]) -> None:
    aws.create(code=SAYS_WHAT_FAILED)
    put(aws, MaximumEventAgeInSeconds=61, **destined(aws, "OnSuccess", "OnFailure"))
    request_id = send(aws, {"raise_error": 1})
    expected = {
        "version": "1.0",
        "timestamp": "2033-05-18T03:36:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": aws.arn(qualifier="$LATEST"),
            "condition": "EventAgeExceeded",
            "approximateInvokeCount": 2,
        },
        "requestPayload": {"raise_error": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": FAILURE | {"requestId": request_id},
    }
    assert told == [expected]


def test_an_event_that_may_not_run_at_all_is_told_without_a_response(
    aws: Account, mock_lambda: LambdaMock, told: list[Any]
) -> None:
    aws.create()
    put(aws, **destined(aws, "OnSuccess", "OnFailure"))
    aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=0)
    request_id = send(aws)
    expected = {
        "version": "1.0",
        "timestamp": "2033-05-18T03:33:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": aws.arn(qualifier="$LATEST"),
            "condition": "ZeroReservedConcurrency",
            "approximateInvokeCount": 0,
        },
        "requestPayload": {},
    }
    assert told == [expected]
    assert attempts(mock_lambda) == []


def test_an_event_that_may_not_run_again_is_told_with_the_end_of_its_last_attempt(
    aws: Account, mock_lambda: LambdaMock, told: list[Any]
) -> None:
    def fail(event: Any, context: Any) -> None:
        aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=0)
        raise ValueError

    mock_lambda.function("orders", fail)
    put(aws, **destined(aws, "OnFailure"))
    send(aws)
    assert told[0]["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert told[0]["requestContext"]["approximateInvokeCount"] == 1
    assert told[0]["responseContext"]["functionError"] == "Unhandled"
    assert attempts(mock_lambda) == [1]


def test_an_event_that_got_too_old_before_its_turn_is_told_without_a_response(
    aws: Account, mock_lambda: LambdaMock, told: list[Any]
) -> None:
    def long(event: Any, context: Any) -> None:
        send(aws)
        mock_lambda.clock.advance(60)

    mock_lambda.function("long", long, Timeout=900)
    mock_lambda.function("orders", returns=None)
    put(aws, MaximumEventAgeInSeconds=60, **destined(aws, "OnFailure"))
    send(aws, name="long")
    assert [record["requestContext"]["condition"] for record in told] == ["EventAgeExceeded"]
    assert told[0]["requestContext"]["approximateInvokeCount"] == 0
    assert not {"responseContext", "responsePayload"} & set(told[0])
    assert attempts(mock_lambda) == []


@pytest.mark.parametrize(
    ("result", "shown"), [(None, None), ("ä€😀", "ä€😀"), ([1.5], [1.5]), (b"no JSON", "no JSON"), (b"\xff", "\ufffd")]
)
def test_a_record_holds_any_result(
    aws: Account, mock_lambda: LambdaMock, told: list[Any], result: Any, shown: Any
) -> None:
    mock_lambda.function("orders", lambda event, context: result)
    put(aws, **destined(aws, "OnSuccess"))
    send(aws)
    assert [record["responsePayload"] for record in told] == [shown]


@pytest.mark.parametrize("event", [None, 1.5, "honey", [], {"a": None}])
def test_a_record_holds_any_event(aws: Account, mock_lambda: LambdaMock, told: list[Any], event: Any) -> None:
    mock_lambda.function("orders", returns=None)
    put(aws, **destined(aws, "OnSuccess"))
    aws.client.invoke(FunctionName="orders", InvocationType="Event", Payload=json.dumps(event))
    assert [record["requestPayload"] for record in told] == [event]


# Where it goes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["OnSuccess", "OnFailure"])
def test_only_the_side_that_was_set_is_told(aws: Account, told: list[Any], side: str) -> None:
    aws.create(code=SAYS_WHAT_FAILED)
    put(aws, MaximumRetryAttempts=0, **destined(aws, side))
    send(aws)
    send(aws, {"raise_error": 1})
    condition = {"OnSuccess": "Success", "OnFailure": "RetriesExhausted"}[side]
    assert [record["requestContext"]["condition"] for record in told] == [condition]


def test_an_alias_tells_only_the_destinations_of_its_own(aws: Account, told: list[Any]) -> None:
    aws.create(code=SAYS_WHAT_FAILED, Publish=True)
    aws.alias("live", "1")
    put(aws, **destined(aws, "OnSuccess"))
    put(aws, "orders:1", **destined(aws, "OnSuccess"))
    send(aws, name="orders:live")
    assert told == []


def test_a_destination_is_the_qualifier_that_was_named(aws: Account, mock_lambda: LambdaMock) -> None:
    seen: list[Any] = []

    def told(event: Any, context: Any) -> None:
        seen.append((context.invoked_function_arn, context.function_version))

    mock_lambda.function("told", told, Publish=True)
    mock_lambda.function("orders", returns=None)
    aws.alias("live", "1", "told")
    put(aws, **destined(aws, "OnSuccess", name="told:live"))
    send(aws)
    assert seen == [(aws.arn("told", "live"), "1")]


def test_a_destination_is_an_event_with_a_request_id_and_retries_of_its_own(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    tried = failing(mock_lambda, name="told")
    mock_lambda.function("orders", returns=None)
    put(aws, **destined(aws, "OnSuccess"))
    put(aws, "told", MaximumRetryAttempts=1)
    request_id = send(aws)
    invocations = mock_lambda.invocations.filter(function="told")
    assert tried == pytest.approx([0, 60])
    assert [invocation.invocation_type for invocation in invocations] == ["Event", "Event"]
    assert len({invocation.request_id for invocation in invocations} | {request_id}) == 2


def test_a_destination_waits_for_what_was_sent_before(aws: Account, mock_lambda: LambdaMock) -> None:
    order: list[str] = []

    def orders(event: Any, context: Any) -> None:
        order.append("orders")
        send(aws, name="other")

    mock_lambda.function("orders", orders)
    mock_lambda.function("other", lambda event, context: order.append("other"))
    mock_lambda.function("told", lambda event, context: order.append("told"))
    put(aws, **destined(aws, "OnSuccess"))
    send(aws)
    assert order == ["orders", "other", "told"]


def test_destinations_can_have_destinations(aws: Account, mock_lambda: LambdaMock, told: list[Any]) -> None:
    mock_lambda.function("orders", returns="first")
    mock_lambda.function("bills", returns="second")
    put(aws, **destined(aws, "OnSuccess", name="bills"))
    put(aws, "bills", **destined(aws, "OnSuccess"))
    send(aws)
    assert [record["responsePayload"] for record in told] == ["second"]
    assert told[0]["requestPayload"]["responsePayload"] == "first"


def test_functions_that_tell_each_other_for_ever_are_stopped(aws: Account, mock_lambda: LambdaMock) -> None:
    for name in ("orders", "bills"):
        mock_lambda.function(name, returns=None)
    put(aws, **destined(aws, "OnSuccess", name="bills"))
    put(aws, "bills", **destined(aws, "OnSuccess", name="orders"))
    send(aws)
    assert len(attempts(mock_lambda)) == len(attempts(mock_lambda, "bills")) == 16


def test_functions_that_may_not_run_do_not_tell_each_other_for_ever(aws: Account, mock_lambda: LambdaMock) -> None:
    for name in ("orders", "bills"):
        aws.create(name)
        aws.call("put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=0)
    put(aws, **destined(aws, "OnFailure", name="bills"))
    put(aws, "bills", **destined(aws, "OnFailure", name="orders"))
    send(aws)
    assert attempts(mock_lambda) == attempts(mock_lambda, "bills") == []


def test_a_destination_that_was_deleted_is_told_nothing(aws: Account, mock_lambda: LambdaMock, told: list[Any]) -> None:
    mock_lambda.function("orders", returns=None)
    put(aws, **destined(aws, "OnSuccess"))
    aws.call("delete_function", FunctionName="told")
    with pytest.warns(
        LambdaMockWarning, match=rf"{aws.arn('told')}, .*DestinationDeliveryFailures.*Function not found"
    ):
        send(aws)
    assert told == []
    assert [delivery.error for delivery in mock_lambda.deliveries] == [
        f"ResourceNotFoundException: Function not found: {aws.arn('told')}"
    ]


def test_a_function_that_deletes_itself_tells_nobody(aws: Account, mock_lambda: LambdaMock, told: list[Any]) -> None:
    mock_lambda.function("orders", lambda event, context: aws.call("delete_function", FunctionName="orders"))
    put(aws, **destined(aws, "OnSuccess", "OnFailure"))
    send(aws)
    assert attempts(mock_lambda) == [1]
    assert told == []


# In other accounts and regions ----------------------------------------------------------------------------------------


def test_a_destination_may_be_in_another_region(aws: Account, mock_lambda: LambdaMock) -> None:
    records: list[Any] = []
    arn = mock_lambda.function("told", lambda event, context: records.append(event), region="eu-west-1")
    mock_lambda.function("orders", returns="done")
    put(aws, DestinationConfig={"OnSuccess": {"Destination": arn}})
    send(aws)
    assert [record["responsePayload"] for record in records] == ["done"]
    assert [invocation.region for invocation in mock_lambda.invocations] == ["us-east-1", "eu-west-1"]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_destination_in_another_account_has_to_let_the_sender_in(
    aws: Account, mock_lambda: LambdaMock, *, allowed: bool
) -> None:
    records: list[Any] = []
    arn = mock_lambda.function("told", lambda event, context: records.append(event), account_id=OTHER_ACCOUNT)
    if allowed:
        grant = {"StatementId": "in", "Action": "lambda:InvokeFunction", "Principal": "123456789012"}
        other_client().add_permission(FunctionName="told", **grant)
    mock_lambda.function("orders", returns="done")
    put(aws, DestinationConfig={"OnSuccess": {"Destination": arn}})
    if allowed:
        send(aws)
    else:
        refusal = (
            "User: arn:aws:sts::123456789012:assumed-role/lambda-role/orders is not authorized to perform: "
            rf"lambda:InvokeFunction on resource: {arn} because no resource-based policy allows"
        )
        with pytest.warns(LambdaMockWarning, match=refusal):
            send(aws)
    assert [record["responsePayload"] for record in records] == (["done"] if allowed else [])


@pytest.mark.parametrize("qualifier", ["live", "7"])
def test_a_destination_whose_qualifier_is_gone_is_told_nothing(
    aws: Account, mock_lambda: LambdaMock, told: list[Any], qualifier: str
) -> None:
    mock_lambda.function("orders", returns=None)
    arn = aws.arn("told", qualifier).replace("us-east-1", "eu-west-1")
    mock_lambda.function("told", returns=None, region="eu-west-1")
    put(aws, DestinationConfig={"OnSuccess": {"Destination": arn}})
    with pytest.warns(LambdaMockWarning, match=f"Function not found: {arn}"):
        send(aws)


def test_a_record_that_is_too_large_for_an_event_is_not_sent_to_a_function(
    aws: Account, mock_lambda: LambdaMock, told: list[Any]
) -> None:
    mock_lambda.function("orders", returns="a" * 1_048_576)
    put(aws, **destined(aws, "OnSuccess"))
    with pytest.warns(LambdaMockWarning, match="RequestEntityTooLargeException: .* too large for the Event invocation"):
        send(aws)
    assert told == []


# Where nobody has queues and topics -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arn", ELSEWHERE)
def test_without_anybody_to_ask_a_record_counts_as_delivered(aws: Account, mock_lambda: LambdaMock, arn: str) -> None:
    aws.create(code=SAYS_WHAT_FAILED, Publish=True)
    put(aws, "orders:1", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})
    request_id = send(aws, {"raise_error": 1}, "orders:1")
    record = {
        "version": "1.0",
        "timestamp": "2033-05-18T03:33:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": aws.arn(qualifier="1"),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"raise_error": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"},
        "responsePayload": {
            "errorMessage": FAILURE["errorMessage"],
            "errorType": FAILURE["errorType"],
            "requestId": request_id,
            "stackTrace": FAILURE["stackTrace"],
        },
    }
    (delivery,) = mock_lambda.deliveries
    assert delivery.time == pytest.approx(2_000_000_000)
    expected = Delivery(
        kind="destination",
        target=arn,
        body=json.dumps(record, separators=(",", ":")).encode(),
        condition="RetriesExhausted",
        error=None,
        function="orders",
        qualifier="1",
        region="us-east-1",
        account_id="123456789012",
        request_id=request_id,
        time=delivery.time,
    )
    assert delivery == expected
    assert delivery.record == record


@pytest.mark.parametrize("arn", [f"{QUEUE}.fifo", f"{TOPIC}.fifo"])
def test_queues_and_topics_that_keep_an_order_take_no_records(aws: Account, mock_lambda: LambdaMock, arn: str) -> None:
    mock_lambda.function("orders", returns=None)
    put(aws, DestinationConfig={"OnSuccess": {"Destination": arn}})
    with pytest.warns(LambdaMockWarning, match="FIFO"):
        send(aws)
    mock_lambda.deliveries.assert_not_delivered(arn)


@pytest.mark.parametrize("arn", [QUEUE, TOPIC])
@pytest.mark.parametrize("fails", [True, False])
def test_a_topic_is_told_of_a_failure_without_payloads_that_are_too_large(
    aws: Account, mock_lambda: LambdaMock, arn: str, *, fails: bool
) -> None:
    aws.create(code=SAYS_WHAT_FAILED)
    put(
        aws,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}} if fails else {"OnSuccess": {"Destination": arn}},
    )
    send(aws, {"raise_error": fails, "long": "a" * 262_144})
    (delivery,) = mock_lambda.deliveries
    payloads = {"requestPayload", "responsePayload"} & set(delivery.record)
    assert len(payloads) == (0 if fails and arn == TOPIC else 2)
    assert {"version", "timestamp", "requestContext", "responseContext"} <= set(delivery.record)


# Dead letters ---------------------------------------------------------------------------------------------------------


def test_the_dead_letter_is_the_event_with_its_error_beside_it(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=SAYS_WHAT_FAILED, DeadLetterConfig={"TargetArn": QUEUE})
    put(aws, MaximumRetryAttempts=0)
    request_id = send(aws, {"raise_error": 1})
    (delivery,) = mock_lambda.deliveries
    assert delivery.time == pytest.approx(2_000_000_000)
    expected = Delivery(
        kind="dead letter",
        target=QUEUE,
        body=b'{"raise_error": 1}',
        condition="RetriesExhausted",
        error=None,
        function="orders",
        qualifier="$LATEST",
        region="us-east-1",
        account_id="123456789012",
        request_id=request_id,
        time=delivery.time,
        attributes={"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "intentional failure"},
    )
    assert delivery == expected


@pytest.mark.parametrize(
    ("message", "kept"), [("a" * 1025, "a" * 1024), ("a" + "ä" * 512, "a" + "ä" * 511), ("", None)]
)
def test_a_dead_letter_has_the_first_kilobyte_of_the_message(
    aws: Account, mock_lambda: LambdaMock, message: str, kept: str | None
) -> None:
    mock_lambda.function("orders", raises=ValueError(message), DeadLetterConfig={"TargetArn": TOPIC})
    send(aws)
    (delivery,) = mock_lambda.deliveries.assert_delivered(TOPIC, kind="dead letter")
    assert delivery.attributes.get("ErrorMessage") == kept


def test_an_event_that_succeeds_leaves_no_dead_letter(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=SAYS_WHAT_FAILED, DeadLetterConfig={"TargetArn": QUEUE})
    send(aws)
    assert list(mock_lambda.deliveries) == []


def test_a_failure_goes_to_the_destination_and_to_the_dead_letters(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=SAYS_WHAT_FAILED, DeadLetterConfig={"TargetArn": QUEUE})
    put(aws, DestinationConfig={"OnFailure": {"Destination": QUEUE}})
    send(aws, {"raise_error": 1})
    assert [(delivery.kind, delivery.condition) for delivery in mock_lambda.deliveries] == [
        ("destination", "RetriesExhausted"),
        ("dead letter", "RetriesExhausted"),
    ]


def test_an_event_that_got_too_old_is_a_dead_letter_with_the_error_of_its_last_attempt(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    aws.create(code=SAYS_WHAT_FAILED, DeadLetterConfig={"TargetArn": QUEUE})
    put(aws, MaximumEventAgeInSeconds=60)
    send(aws, {"raise_error": 1})
    (delivery,) = mock_lambda.deliveries
    assert delivery.condition == "EventAgeExceeded"
    assert (delivery.attributes["ErrorCode"], delivery.attributes["ErrorMessage"]) == ("200", "intentional failure")


def test_an_event_that_may_not_run_at_all_is_a_dead_letter_at_once(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(DeadLetterConfig={"TargetArn": QUEUE})
    aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=0)
    request_id = send(aws)
    (delivery,) = mock_lambda.deliveries
    assert delivery.condition == "ZeroReservedConcurrency"
    assert delivery.time == pytest.approx(2_000_000_000)
    assert delivery.attributes == {"RequestID": request_id, "ErrorCode": "429", "ErrorMessage": "Rate Exceeded."}


def test_an_event_that_got_too_old_before_its_turn_is_a_dead_letter_without_an_error(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    def long(event: Any, context: Any) -> None:
        send(aws)
        mock_lambda.clock.advance(60)

    mock_lambda.function("long", long, Timeout=900)
    mock_lambda.function("orders", returns=None, DeadLetterConfig={"TargetArn": QUEUE})
    put(aws, MaximumEventAgeInSeconds=60)
    send(aws, name="long")
    (delivery,) = mock_lambda.deliveries
    assert delivery.attributes == {"RequestID": delivery.request_id}


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"{QUEUE}.fifo", "Lambda sends nothing to FIFO queues and FIFO topics."),
        ("arn:aws:kinesis:us-east-1:123456789012:stream/dead", "Lambda sends nothing to this service."),
        ("arn:aws:lambda:us-east-1:123456789012:function:dead", "Lambda sends nothing to this service."),
    ],
)
def test_a_dead_letter_that_its_target_does_not_take_is_dropped(
    aws: Account, mock_lambda: LambdaMock, target: str, why: str
) -> None:
    mock_lambda.function("orders", raises=ValueError, DeadLetterConfig={"TargetArn": target})
    with pytest.warns(LambdaMockWarning, match=f"dead letter of .* to {target}, .*DeadLetterErrors.*{why}"):
        send(aws)
    assert [delivery.error for delivery in mock_lambda.deliveries] == [why]


def test_all_versions_have_the_dead_letter_target_of_latest(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=SAYS_WHAT_FAILED, DeadLetterConfig={"TargetArn": QUEUE}, Publish=True)
    aws.configure(DeadLetterConfig={"TargetArn": TOPIC})
    for name in ("orders:1", "orders"):
        put(aws, name, MaximumRetryAttempts=0)
        send(aws, {"raise_error": 1}, name)
    assert [delivery.target for delivery in mock_lambda.deliveries] == [TOPIC, TOPIC]


def test_an_event_for_an_alias_that_is_gone_is_no_dead_letter(aws: Account, mock_lambda: LambdaMock) -> None:
    def fail(event: Any, context: Any) -> None:
        aws.call("delete_alias", FunctionName="orders", Name="live")
        raise ValueError

    mock_lambda.function("orders", fail, Publish=True, DeadLetterConfig={"TargetArn": QUEUE})
    aws.alias("live", "1")
    put(aws, "orders:live", MaximumRetryAttempts=0)
    send(aws, name="orders:live")
    assert attempts(mock_lambda) == [1]
    assert list(mock_lambda.deliveries) == []


# Loops ----------------------------------------------------------------------------------------------------------------


def test_an_event_that_is_stopped_in_a_loop_is_told_and_is_a_dead_letter(
    aws: Account, mock_lambda: LambdaMock, told: list[Any]
) -> None:
    mock_lambda.function(
        "orders", lambda event, context: send(aws, {"round": 1}) and None, DeadLetterConfig={"TargetArn": QUEUE}
    )
    put(aws, **destined(aws, "OnFailure"))
    send(aws)
    assert len(attempts(mock_lambda)) == 16
    assert [(record["requestContext"]["condition"], record["requestPayload"]) for record in told] == [
        ("RecursiveLoopDetected", {"round": 1})
    ]
    (delivery,) = mock_lambda.deliveries.filter(kind="dead letter")
    assert delivery.attributes["ErrorCode"] == "400"
    assert "recursive loop" in delivery.attributes["ErrorMessage"]


def test_functions_that_tell_each_other_of_failures_for_ever_are_stopped(aws: Account, mock_lambda: LambdaMock) -> None:
    for name in ("orders", "bills"):
        mock_lambda.function(name, raises=ValueError)
        put(aws, name, MaximumRetryAttempts=0)
    put(aws, MaximumRetryAttempts=0, **destined(aws, "OnFailure", name="bills"))
    put(aws, "bills", MaximumRetryAttempts=0, **destined(aws, "OnFailure", name="orders"))
    send(aws)
    assert len(attempts(mock_lambda)) == len(attempts(mock_lambda, "bills")) == 16
