"""What `mock.fail` can order beyond an error: which calls, when, how slowly, and answers that never arrive."""

from __future__ import annotations

import http.client
import io
import json
import zipfile
from contextlib import closing
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError, WaiterError

from lambda_mock import LambdaMock, LambdaMockError, mock_lambda
from lambda_mock.errors import ERRORS
from lambda_mock.faults import NETWORK_ERRORS
from lambda_mock.wire.lambda_model import error_codes, operation_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/orders/invocations"
TEXTS = {
    "ConnectTimeoutError": f'Connect timeout on endpoint URL: "{URL}"',
    "ConnectionClosedError": (f'Connection was closed before we received a valid response from endpoint URL: "{URL}".'),
    "EndpointConnectionError": f'Could not connect to the endpoint URL: "{URL}"',
    "ReadTimeoutError": f'Read timeout on endpoint URL: "{URL}"',
    "SSLError": (
        f"SSL validation failed for {URL} [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed "
        "certificate"
    ),
}
CODE = io.BytesIO()
with zipfile.ZipFile(CODE, "w") as archive:
    archive.writestr("app.py", "def handler(event, context):\n    return None\n")
NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)
ROLE = "arn:aws:iam::123456789012:role/orders"


@lru_cache
def client_of(attempts: int = 1, mode: Any = "standard", **options: Any) -> Any:
    retries: Any = {"mode": mode, "total_max_attempts": attempts}
    return boto3.client("lambda", config=Config(region_name="us-east-1", retries=retries, **options))


@pytest.fixture(params=["fast", "wire"])
def mock(request: pytest.FixtureRequest) -> Iterator[LambdaMock]:
    """A mock whose calls take either lane, with a clock that only what happens on it moves."""
    with mock_lambda(lane=request.param) as mock:
        mock.clock.freeze(at=NEW_YEAR)
        mock.function("orders", returns="done", Publish=True)
        mock.calls.clear()
        yield mock


@pytest.fixture
def fast() -> Iterator[LambdaMock]:
    with mock_lambda() as mock:
        mock.clock.freeze(at=NEW_YEAR)
        mock.function("orders", returns="done", Publish=True)
        mock.calls.clear()
        yield mock


def outcomes(mock: LambdaMock) -> list[tuple[str, str | None, int]]:
    return [(call.operation, call.error, call.attempt) for call in mock.calls]


def passed(mock: LambdaMock) -> float:
    return (mock.clock.now() - NEW_YEAR).total_seconds()


def struck(call: Callable[[], object], calls: int) -> list[bool]:
    """Which of so many calls fail."""

    def fails() -> bool:
        try:
            call()
        except ClientError:
            return True
        return False

    return [fails() for _ in range(calls)]


# Which calls ---------------------------------------------------------------------------------------------------------


def test_every_third_call_fails_for_as_long_as_it_is_ordered(fast: LambdaMock) -> None:
    fault = fast.fail("Invoke", "ServiceException", every=3)
    client = client_of()
    assert struck(lambda: client.invoke(FunctionName="orders"), 7) == [False, False, True, False, False, True, False]
    assert fault.struck == 2


def test_every_second_call_fails_so_many_times_only(fast: LambdaMock) -> None:
    fast.fail("Invoke", "ServiceException", times=1, every=2)
    assert struck(lambda: client_of().invoke(FunctionName="orders"), 4) == [False, True, False, False]


def test_attempts_of_botocore_are_calls_that_count(fast: LambdaMock) -> None:
    fast.fail("Invoke", "ServiceException", every=2)
    for _ in range(3):
        client_of(attempts=3).invoke(FunctionName="orders")
    errors = [call.error for call in fast.calls]
    assert errors == [None, "ServiceException", None, "ServiceException", None]


def test_a_fault_lasts_until_it_is_removed(fast: LambdaMock) -> None:
    fault = fast.fail("Invoke", "ServiceException", times="always")
    client = client_of()
    assert struck(lambda: client.invoke(FunctionName="orders"), 3) == [True, True, True]
    fault.remove()
    fault.remove()
    assert struck(lambda: client.invoke(FunctionName="orders"), 1) == [False]


def test_a_fault_lasts_as_long_as_its_block(fast: LambdaMock) -> None:
    client = client_of()
    with fast.fail("Invoke", "ServiceException", times="always") as fault:
        assert struck(lambda: client.invoke(FunctionName="orders"), 2) == [True, True]
    with fast.fail("Invoke", "ServiceException", times=5) as other:
        assert struck(lambda: client.invoke(FunctionName="orders"), 1) == [True]
    assert struck(lambda: client.invoke(FunctionName="orders"), 1) == [False]
    assert (fault.struck, other.struck) == (2, 1)


def test_what_is_left_to_chance_is_drawn_from_the_seed() -> None:
    client = client_of()

    def drawn(seed: int) -> list[bool]:
        with mock_lambda(seed=seed) as mock:
            mock.function("orders", returns=None)
            mock.fail("Invoke", "ServiceException", rate=0.25)
            return struck(lambda: client.invoke(FunctionName="orders"), 100)

    first = drawn(1)
    assert 10 <= sum(first) <= 40
    assert drawn(1) == first != drawn(2)


def test_two_faults_left_to_chance_are_drawn_apart(fast: LambdaMock) -> None:
    fast.fail("Invoke", "ServiceException", rate=0.5)
    fast.fail("GetFunction", "ServiceException", rate=0.5)
    client = client_of()
    invoked = struck(lambda: client.invoke(FunctionName="orders"), 30)
    assert struck(lambda: client.get_function(FunctionName="orders"), 30) != invoked


def test_a_rate_of_one_is_every_call(fast: LambdaMock) -> None:
    fast.fail("Invoke", "ServiceException", times=2, rate=1)
    assert struck(lambda: client_of().invoke(FunctionName="orders"), 3) == [True, True, False]


def test_the_fault_that_was_ordered_first_strikes_first(fast: LambdaMock) -> None:
    fast.fail("Invoke", "ServiceException", times=2)
    fast.fail("Invoke", "TooManyRequestsException")
    with pytest.raises(client_of().exceptions.TooManyRequestsException):
        client_of(attempts=3).invoke(FunctionName="orders")
    assert client_of().invoke(FunctionName="orders")["StatusCode"] == 200


def test_what_is_badly_formed_is_refused_before_a_fault_strikes(fast: LambdaMock) -> None:
    fault = fast.fail("GetFunction", "ServiceException")
    with pytest.raises(ClientError, match="ValidationException"):
        client_of().get_function(FunctionName="no name at all!")
    with pytest.raises(ClientError, match="ServiceException"):
        client_of().get_function(FunctionName="nowhere")
    assert fault.struck == 1


# Latency -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("latency", [2.5, timedelta(seconds=2, milliseconds=500)])
def test_a_call_takes_its_time_on_the_clock_and_then_its_course(mock: LambdaMock, latency: Any) -> None:
    mock.fail("UpdateFunctionConfiguration", latency=latency)
    answer = client_of().update_function_configuration(FunctionName="orders", Timeout=5)
    assert answer["LastModified"] == "2024-01-01T00:00:02.500+0000"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Mon, 01 Jan 2024 00:00:02 GMT"
    assert [call.time for call in mock.calls] == [NEW_YEAR.timestamp()]


def test_a_call_that_fails_by_itself_takes_its_time_first(mock: LambdaMock) -> None:
    mock.fail("GetFunction", latency=5)
    with pytest.raises(client_of().exceptions.ResourceNotFoundException):
        client_of().get_function(FunctionName="nowhere")
    assert passed(mock) == 5


def test_latencies_add_up_and_an_error_comes_after_them(fast: LambdaMock) -> None:
    fast.fail("Invoke", latency=2, times="always")
    fast.fail("Invoke", latency=3)
    fast.fail("Invoke", "ServiceException", latency=10)
    assert struck(lambda: client_of().invoke(FunctionName="orders"), 2) == [True, False]
    assert passed(fast) == 17


def test_a_function_that_calls_a_slow_service_runs_out_of_time(fast: LambdaMock) -> None:
    client = client_of()
    fast.function("caller", lambda event, context: client.invoke(FunctionName="orders")["StatusCode"], Timeout=3)
    fast.fail("Invoke", latency=5, function="orders")
    failure = json.loads(client.invoke(FunctionName="caller")["Payload"].read())
    assert failure["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_a_client_hangs_up_on_who_is_slower_than_its_read_timeout(mock: LambdaMock, mode: str) -> None:
    mock.fail("Invoke", latency=61)
    answer = client_of(attempts=2, mode=mode, read_timeout=20).invoke(FunctionName="orders")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert outcomes(mock) == [("Invoke", "ReadTimeoutError", 1), ("Invoke", None, 2)]
    assert len(mock.invocations) == 2
    assert 20 <= passed(mock) < 41
    mock.fail("Invoke", latency=20)
    assert client_of(read_timeout=20).invoke(FunctionName="orders")["StatusCode"] == 200


def test_an_error_that_comes_too_late_is_not_seen(mock: LambdaMock) -> None:
    for when in ("before", "after"):
        mock.fail("PublishVersion", "ServiceException", latency=61, when=when)
        with pytest.raises(ReadTimeoutError):
            client_of().publish_version(FunctionName="orders")
    mock.fail("GetFunction", latency=61)
    with pytest.raises(ReadTimeoutError):
        client_of().get_function(FunctionName="nowhere")


# The network ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORK_ERRORS)
def test_an_answer_that_does_not_arrive_is_botocores_own_exception(mock: LambdaMock, name: str) -> None:
    mock.fail("Invoke", name)
    with pytest.raises(getattr(botocore.exceptions, name)) as caught:
        client_of().invoke(FunctionName="orders")
    assert type(caught.value).__name__ == name
    assert str(caught.value) == TEXTS[name]
    assert outcomes(mock) == [("Invoke", name, 1)]
    assert len(mock.invocations) == 0


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("name", ["ConnectionClosedError", "EndpointConnectionError"])
def test_botocore_tries_again_as_it_does_when_the_network_fails(mock: LambdaMock, name: str, mode: str) -> None:
    mock.fail("Invoke", name, times=2)
    answer = client_of(attempts=3, mode=mode).invoke(FunctionName="orders")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert answer["Payload"].read() == b'"done"'
    assert outcomes(mock) == [("Invoke", name, 1), ("Invoke", name, 2), ("Invoke", None, 3)]


@pytest.mark.parametrize(
    ("name", "seconds"), [("ReadTimeoutError", 7), ("ConnectTimeoutError", 3), ("ConnectionClosedError", 0)]
)
def test_a_timeout_takes_as_long_as_the_client_waits(mock: LambdaMock, name: str, seconds: int) -> None:
    mock.fail("Invoke", name)
    with pytest.raises(getattr(botocore.exceptions, name)):
        client_of(read_timeout=7, connect_timeout=3).invoke(FunctionName="orders")
    assert passed(mock) == seconds


def test_a_client_waits_no_longer_for_an_answer_that_would_have_been_slow(mock: LambdaMock) -> None:
    mock.fail("Invoke", latency=5)
    mock.fail("Invoke", "ReadTimeoutError")
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        client_of(read_timeout=7).invoke(FunctionName="orders")
    assert passed(mock) == 7


def test_a_timeout_of_the_request_itself_is_the_one_that_counts(mock: LambdaMock) -> None:
    def patient(params: dict[str, Any], **_: Any) -> None:
        params["context"]["read_timeout"] = 900

    client = client_of.__wrapped__()
    client.meta.events.register("before-call.lambda.Invoke", patient)
    mock.fail("Invoke", latency=600)
    assert client.invoke(FunctionName="orders")["StatusCode"] == 200


def test_who_hooks_into_the_end_of_a_call_sees_that_no_answer_came(mock: LambdaMock) -> None:
    seen: list[str] = []
    client = client_of.__wrapped__()
    client.meta.events.register("after-call-error.lambda", lambda exception, **_: seen.append(type(exception).__name__))
    mock.fail("Invoke", "ConnectionClosedError")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        client.invoke(FunctionName="orders")
    assert seen == ["ConnectionClosedError"]


def test_another_process_finds_its_connection_closed(fast: LambdaMock) -> None:
    fast.fail("ListFunctions", "ReadTimeoutError", when="after")
    fast.fail("ListFunctions", latency=600)
    for expected in (http.client.RemoteDisconnected, None):
        with closing(http.client.HTTPConnection(urlsplit(fast.endpoint_url).netloc, timeout=60)) as connection:
            connection.request("GET", "/2015-03-31/functions")
            if expected is None:
                assert connection.getresponse().status == 200
            else:
                with pytest.raises(expected):
                    connection.getresponse()
    assert fast.calls.values("error", "error_message") == [("ReadTimeoutError", None), (None, None)]
    assert passed(fast) == 600


# After the effect ----------------------------------------------------------------------------------------------------

LOST = pytest.mark.parametrize("error", ["ServiceException", "ConnectionClosedError", "ReadTimeoutError"])


@LOST
def test_a_function_is_created_and_the_retry_meets_it(mock: LambdaMock, error: str) -> None:
    code = {"S3Bucket": "packages", "S3Key": "app.zip"}
    mock.s3_object("packages", "app.zip", CODE.getvalue())
    mock.fail("CreateFunction", error, when="after")
    client = client_of(attempts=2)
    with pytest.raises(client.exceptions.ResourceConflictException) as caught:
        client.create_function(FunctionName="new", Runtime="python3.12", Handler="app.handler", Code=code, Role=ROLE)
    response: Any = caught.value.response
    assert response["Error"]["Message"] == "Function already exist: new"
    assert outcomes(mock)[-2:] == [("CreateFunction", error, 1), ("CreateFunction", "ResourceConflictException", 2)]


@LOST
def test_a_function_runs_twice(mock: LambdaMock, error: str) -> None:
    mock.fail("Invoke", error, when="after")
    assert client_of(attempts=2).invoke(FunctionName="orders")["StatusCode"] == 200
    assert len(mock.invocations) == 2


@LOST
def test_an_event_is_handled_twice(mock: LambdaMock, error: str) -> None:
    mock.fail("Invoke", error, when="after")
    client_of(attempts=2).invoke(FunctionName="orders", InvocationType="Event")
    assert [run.invocation_type for run in mock.invocations] == ["Event", "Event"]


@LOST
def test_a_streamed_response_is_lost_and_streamed_again(mock: LambdaMock, error: str) -> None:
    mock.fail("InvokeWithResponseStream", error, when="after")
    answer = client_of(attempts=2).invoke_with_response_stream(FunctionName="orders")
    assert [list(event) for event in answer["EventStream"]] == [["PayloadChunk"], ["InvokeComplete"]]
    assert len(mock.invocations) == 2


@LOST
def test_a_version_is_published_once_for_all_that(mock: LambdaMock, error: str) -> None:
    mock.function("orders", returns="new")
    mock.fail("PublishVersion", error, when="after")
    assert client_of(attempts=2).publish_version(FunctionName="orders")["Version"] == "2"
    versions = client_of().list_versions_by_function(FunctionName="orders")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1", "2"]


@LOST
def test_an_alias_has_moved_and_the_retry_comes_with_an_old_revision(mock: LambdaMock, error: str) -> None:
    client = client_of(attempts=2)
    mock.function("orders", returns="new", Publish=True)
    revision = client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")["RevisionId"]
    mock.fail("UpdateAlias", error, when="after", function="orders:live")
    with pytest.raises(client.exceptions.PreconditionFailedException):
        client.update_alias(FunctionName="orders", Name="live", FunctionVersion="2", RevisionId=revision)
    assert client.get_alias(FunctionName="orders", Name="live")["FunctionVersion"] == "2"


@pytest.mark.parametrize(
    ("method", "parameters", "second"),
    [
        ("create_alias", {"Name": "beta", "FunctionVersion": "1"}, "ResourceConflictException"),
        (
            "add_permission",
            {"StatementId": "all", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"},
            "ResourceConflictException",
        ),
        ("delete_function", {}, "ResourceNotFoundException"),
        ("update_alias", {"Name": "live", "FunctionVersion": "$LATEST"}, None),
        ("put_function_concurrency", {"ReservedConcurrentExecutions": 1}, None),
    ],
)
def test_a_second_attempt_meets_what_the_first_has_done(
    fast: LambdaMock, method: str, parameters: dict[str, Any], second: str | None
) -> None:
    client_of().create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    fast.fail("".join(map(str.capitalize, method.split("_"))), "ConnectionClosedError", when="after")
    assert struck(lambda: getattr(client_of(2), method)(FunctionName="orders", **parameters), 1) == [second is not None]
    assert [call.error for call in fast.calls][-2:] == ["ConnectionClosedError", second]


def test_a_second_layer_version_is_made(fast: LambdaMock) -> None:
    fast.fail("PublishLayerVersion", "ConnectionClosedError", when="after")
    answer = client_of(2).publish_layer_version(LayerName="tools", Content={"ZipFile": CODE.getvalue()})
    assert answer["Version"] == 2


def test_a_tag_is_put_again(fast: LambdaMock) -> None:
    arn = client_of().get_function(FunctionName="orders")["Configuration"]["FunctionArn"]
    fast.fail("TagResource", "ServiceException", when="after")
    client_of(2).tag_resource(Resource=arn, Tags={"team": "a"})
    assert client_of().list_tags(Resource=arn)["Tags"] == {"team": "a"}


def test_an_error_of_the_call_itself_is_the_answer_and_the_fault_strikes_the_next(mock: LambdaMock) -> None:
    fault = mock.fail("GetFunction", "ServiceException", when="after", message="lost", times=1)
    with pytest.raises(client_of().exceptions.ResourceNotFoundException):
        client_of().get_function(FunctionName="nowhere")
    assert fault.struck == 0
    with pytest.raises(ClientError, match="lost"):
        client_of().get_function(FunctionName="orders")
    assert client_of().get_function(FunctionName="orders")["Configuration"]["State"] == "Active"


def test_then_it_is_still_behind_those_that_were_ordered_before_it(fast: LambdaMock) -> None:
    first = fast.fail("GetFunction", "TooManyRequestsException", function="orders")
    last = fast.fail("GetFunction", "ServiceException", when="after")
    with pytest.raises(client_of().exceptions.ResourceNotFoundException):
        client_of().get_function(FunctionName="nowhere")
    with pytest.raises(client_of().exceptions.TooManyRequestsException):
        client_of().get_function(FunctionName="orders")
    assert (first.struck, last.struck) == (1, 0)


def test_so_does_one_without_end(fast: LambdaMock) -> None:
    fault = fast.fail("GetFunction", "ServiceException", when="after", times="always")
    with pytest.raises(client_of().exceptions.ResourceNotFoundException):
        client_of().get_function(FunctionName="nowhere")
    assert fault.struck == 0
    assert struck(lambda: client_of().get_function(FunctionName="orders"), 2) == [True, True]


def test_where_no_answer_arrives_the_error_of_the_call_itself_does_not_either(mock: LambdaMock) -> None:
    mock.fail("GetFunction", "ConnectionClosedError", when="after")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        client_of().get_function(FunctionName="nowhere")


def test_an_error_after_the_effect_has_nothing_of_the_answer_in_its_place(mock: LambdaMock) -> None:
    mock.fail("Invoke", "ServiceException", when="after")
    with pytest.raises(ClientError) as caught:
        client_of().invoke(FunctionName="orders")
    response: Any = caught.value.response
    assert "x-amzn-trace-id" not in response["ResponseMetadata"]["HTTPHeaders"]
    assert response["Error"] == {
        "Code": "ServiceException",
        "Message": "The AWS Lambda service encountered an internal error.",
    }


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("ExpiredTokenException", "The security token included in the request is expired"),
        ("UnrecognizedClientException", "The security token included in the request is invalid."),
    ],
)
def test_credentials_can_have_become_bad(mock: LambdaMock, error: str, message: str) -> None:
    mock.fail("Invoke", error)
    with pytest.raises(ClientError) as caught:
        client_of(attempts=3).invoke(FunctionName="orders")
    response: Any = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert {**response, "ResponseMetadata": {}} == {
        "Error": {"Code": error, "Message": message},
        "ResponseMetadata": {},
    }


# Waiters and pages ---------------------------------------------------------------------------------------------------


def test_waiters_and_pages_meet_faults_as_calls_do(mock: LambdaMock) -> None:
    client = client_of(attempts=2)
    mock.function("invoices", returns=None)
    mock.fail("ListFunctions", "TooManyRequestsException", every=2, times=1)
    pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1})
    assert [function["FunctionName"] for page in pages for function in page["Functions"]] == ["invoices", "orders"]

    mock.fail("GetFunction", "ConnectionClosedError")
    client.get_waiter("function_active_v2").wait(FunctionName="orders")
    with mock.fail("GetFunction", "ServiceException", times="always"), pytest.raises(WaiterError):
        client.get_waiter("function_active_v2").wait(FunctionName="orders")
    mock.fail("GetFunction", "ConnectionClosedError", times="always")
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        client.get_waiter("function_active_v2").wait(FunctionName="orders")


# What is told of a fault ---------------------------------------------------------------------------------------------


def test_a_fault_says_how_often_it_struck_and_complains_where_it_did_not(fast: LambdaMock) -> None:
    fault = fast.fail("Invoke", "ServiceException", times=3, function="orders:live")
    for name in ("orders", "orders", "orders:1"):
        client_of().invoke(FunctionName=name)
    with pytest.raises(AssertionError) as caught:
        fault.assert_struck()
    assert str(caught.value) == (
        "mock.fail: Invoke orders:live → ServiceException was to strike at least once, and struck never.\n"
        "Calls that it was for: none.\n"
        "Calls of Invoke that it wasn't for: us-east-1:123456789012:orders (2 times), "
        "us-east-1:123456789012:orders:1 (once)."
    )
    struck(lambda: client_of().invoke(FunctionName="orders:live"), 1)
    fault.assert_struck()
    fault.assert_struck(times=1)
    with pytest.raises(AssertionError, match="was to strike 3 times, and struck once"):
        fault.assert_struck(3)


def test_a_complaint_lists_so_many_other_calls_and_no_more(fast: LambdaMock) -> None:
    fault = fast.fail("Invoke", "ServiceException", every=2, function="orders")
    client_of().invoke(FunctionName="orders")
    for number in range(6):
        fast.function(f"other{number}", returns=None)
        client_of().invoke(FunctionName=f"other{number}")
    with pytest.raises(AssertionError) as caught:
        fault.assert_struck(2)
    _, was_for, others = str(caught.value).splitlines()
    assert was_for == "Calls that it was for: 1."
    assert (others.count("(once)"), others[-4:]) == (5, ", ….")


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        ({"error": "ServiceException", "times": 2}, "ServiceException, 2 times"),
        ({"error": "ServiceException", "times": "always"}, "ServiceException, always"),
        (
            {"error": "ServiceException", "when": "after", "every": 3},
            "ServiceException after its effect, every 3rd call",
        ),
        ({"error": "ReadTimeoutError", "every": 2, "times": 1}, "ReadTimeoutError, every 2nd call, once"),
        ({"error": "ServiceException", "every": 21, "times": 4}, "ServiceException, every 21st call, 4 times"),
        ({"error": "ServiceException", "every": 11}, "ServiceException, every 11th call"),
        ({"error": "ServiceException", "every": 1}, "ServiceException, always"),
        ({"error": "ServiceException", "rate": 0.125}, "ServiceException, 12.5% of the calls"),
        ({"latency": 2.5}, "2.5 s of latency"),
        (
            {"error": "ServiceException", "latency": timedelta(minutes=1), "when": "after"},
            "ServiceException after its effect, with 60 s of latency",
        ),
    ],
)
def test_what_was_ordered_and_has_not_happened_stands_in_the_picture(order: dict[str, Any], shown: str) -> None:
    with mock_lambda() as mock:
        fault = mock.fail("Invoke", **order)
        assert mock.describe().splitlines()[-1] == f"  Invoke → {shown}"
        fault.remove()
        assert mock.describe().splitlines()[-1] == f"  Invoke → {shown}, removed before it struck"


def test_what_has_happened_stands_there_no_more(fast: LambdaMock) -> None:
    with fast.fail("GetFunction", "ServiceException", times=5):
        fast.fail("GetFunction", latency=1, times="always")
        struck(lambda: client_of().get_function(FunctionName="orders"), 1)
        assert fast.describe().splitlines()[-1] == "  GetFunction → ServiceException, 4 times"
    assert "GetFunction" not in fast.describe()


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        ({}, "name the error that Invoke is to fail with, or give a latency."),
        ({"when": "after", "latency": 1}, "when='after' says when an error comes. Name one."),
        (
            {"error": "ServiceException", "when": "afterwards"},
            "when is 'before' (the effect) or 'after', and not 'afterwards'. Did you mean 'after'?",
        ),
        (
            {"error": "EndpointConnectionError", "when": "after"},
            (
                "EndpointConnectionError can't come after the effect, since the request never gets to Lambda. "
                "What can is ConnectionClosedError, ReadTimeoutError."
            ),
        ),
        (
            {"error": "ReadTimeoutError", "latency": 5},
            "ReadTimeoutError takes as long as the client's read_timeout. Leave out latency.",
        ),
        (
            {"error": "ConnectTimeoutError", "latency": 5},
            "ConnectTimeoutError takes as long as the client's connect_timeout. Leave out latency.",
        ),
        (
            {"error": "ReadTimeoutError", "message": "late"},
            "ReadTimeoutError has no message of AWS's. Leave out message='late'.",
        ),
        ({"error": "ReadTimeoutError", "Reason": "late"}, "ReadTimeoutError has no member 'Reason'."),
        ({"error": "ServiceException", "message": 5}, "message is a text, and not 5."),
        *(
            (
                {"error": "ServiceException", "function": name},
                f"no function can have the name {name!r}. It is such as 'orders', 'orders:live' or an ARN.",
            )
            for name in ("", "orders:", ":live", "my orders", "arn:aws:lambda:us-east-1:123456789012:layer:orders:1")
        ),
        (
            {"latency": 5, "message": "late"},
            "a call that only takes its time has no message of AWS's. Leave out message='late'.",
        ),
        (
            {"error": "ServiceException", "evry": 3},
            "ServiceException has no member 'evry'. Did you mean 'every'?",
        ),
        (
            {"error": "ServiceException", "every": 3, "rate": 0.5},
            "every= and rate= are two ways to choose. Give one of them.",
        ),
        *(
            (
                {"error": "ServiceException", "times": times},
                f"times must be a whole number, at least 1, or 'always', and not {times!r}.{hint}",
            )
            for times, hint in ((0, ""), (True, ""), (2.0, ""), ("allways", " Did you mean 'always'?"))
        ),
        *(
            (
                {"error": "ServiceException", "every": every},
                f"every must be a whole number, at least 1, and not {every!r}.",
            )
            for every in (0, True, 1.5, "3")
        ),
        *(
            (
                {"error": "ServiceException", "rate": rate},
                f"rate is a share, more than 0 and at most 1, and not {rate!r}.",
            )
            for rate in (0, 1.1, True, "10%", float("nan"))
        ),
        *(
            (
                {"error": "ServiceException", "latency": latency},
                f"latency is a number of seconds or a timedelta, more than 0, and not {latency!r}.",
            )
            for latency in (0, -1, True, "5", float("inf"), float("nan"), timedelta(0))
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, Any], complaint: str) -> None:
    with mock_lambda() as mock, pytest.raises(LambdaMockError) as caught:
        mock.fail("Invoke", **order)
    assert str(caught.value) == f"mock.fail: {complaint}"


def test_an_error_that_can_not_be_is_refused_with_those_that_can() -> None:
    with mock_lambda() as mock, pytest.raises(LambdaMockError) as caught:
        mock.fail("ListFunctions", "ReadTimeout")
    assert str(caught.value) == (
        "mock.fail: ListFunctions can't raise 'ReadTimeout'. Did you mean 'ReadTimeoutError'? It can raise "
        "AccessDeniedException, ExpiredTokenException, InvalidParameterValueException, RequestEntityTooLargeException, "
        "ServiceException, TooManyRequestsException, UnrecognizedClientException, ValidationException. On the way "
        "there can be ConnectTimeoutError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError, SSLError."
    )


def test_every_error_of_every_operation_can_be_ordered() -> None:
    with mock_lambda() as mock:
        for operation in operation_names():
            unmodelled = {code for code, kind in ERRORS.items() if not kind.modelled}
            for error in {*error_codes(operation), *unmodelled, *NETWORK_ERRORS}:
                mock.fail(operation, error)
