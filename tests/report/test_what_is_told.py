"""What the page tells of each test: its calls and runs, how functions changed, and where traffic went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.report.pages import Page

if TYPE_CHECKING:
    import pytest

IMPORTS = """
import json, threading
import boto3, pytest
from botocore.exceptions import ClientError
from lambda_mock import current, mock_lambda

def aws(service="lambda"):
    return boto3.client(service, region_name="us-east-1")

def release(weight=None):
    "Two versions of `orders`, and an alias that leads to the first and with a weight to the second."
    current().function("orders", returns=1, Publish=True)
    aws().create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    current().function("orders", returns=2, Publish=True)
    if weight:
        shift(weight)

def shift(weight):
    aws().update_alias(FunctionName="orders", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": weight}})

def invoke(times=1, **arguments):
    for _ in range(times):
        aws().invoke(FunctionName="orders", Qualifier="live", **arguments)
"""


def page_of(pytester: pytest.Pytester, body: str, *arguments: str, **outcomes: int) -> Page:
    pytester.makepyfile(IMPORTS + body)
    result = pytester.runpytest_inprocess("--lambda-mock-report=page.html", "-p", "no:randomly", *arguments)
    result.assert_outcomes(**outcomes)
    return Page(pytester.path / "page.html")


def test_every_way_into_a_mock_is_told_and_a_test_without_one_is_counted(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_fixture(mock_lambda, lambda_client):
    lambda_client.list_functions()

@mock_lambda(region="eu-west-1", seed=7)
def test_decorator():
    boto3.client("lambda", region_name="eu-west-1").list_layers()

def test_two_mocks():
    with mock_lambda():
        aws().list_functions()
        with mock_lambda():
            aws().list_layers()

def test_without():
    assert False

def test_fails(mock_lambda):
    assert aws().list_functions()["Functions"]
""",
        passed=3,
        failed=2,
    )
    assert page.outcomes == {
        "test_fails": "failed", "test_fixture": "passed", "test_decorator": "passed", "test_two_mocks": "passed",
    }  # fmt: skip
    assert page.story("test_fixture") == ["c ListFunctions"]
    assert page.data("test_decorator")["mocks"] == [["eu-west-1", "123456789012", 7]]
    assert page.story("test_two_mocks") == ["c ListFunctions", "mock 2: c ListLayers"]
    assert page.data("test_fails")["failure"].endswith("AssertionError")
    assert "tests 4 calls 5 runs 0 deliveries 0 errors 0 1 failed 3 passed" in page.words
    assert "1 test used no mock and is not shown" in page.words


def test_what_comes_of_a_call_stands_beneath_it(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_nested(mock_lambda):
    mock_lambda.function("inner", raises=ValueError("no stock"))
    mock_lambda.function("outer", lambda event, context: print("hello") or aws().invoke(FunctionName="inner") and 1)
    mock_lambda.fail("Invoke", "TooManyRequestsException", function="outer")
    mock_lambda.override("orders", print, "live")
    aws().invoke(FunctionName="outer", Payload=b'{"id": 7}')
    sent = "arn:aws:sqs:us-east-1:123456789012:sent"
    aws().put_function_event_invoke_config(
        FunctionName="inner", MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": sent}}
    )
    aws().invoke(FunctionName="inner", InvocationType="Event")
    with pytest.raises(ClientError):
        aws().get_function(FunctionName="nothing")

@pytest.mark.lambda_mock(async_mode="manual")
def test_drained(mock_lambda):
    mock_lambda.function("orders", returns=1)
    aws().invoke(FunctionName="orders", InvocationType="Event")
    mock_lambda.drain()

def test_lost(mock_lambda):
    mock_lambda.function("orders", returns=1)
    mock_lambda.fail("GetFunction", "ReadTimeoutError", when="after")
    aws().get_function(FunctionName="orders")
""",
        passed=3,
    )
    assert page.story("test_nested") == [
        "a CreateFunction inner",
        "a CreateFunction outer",
        "a mock.fail: Invoke outer → TooManyRequestsException",
        "a mock.override('orders', 'live')",
        "c Invoke outer via mock.fail → TooManyRequestsException",
        "c Invoke outer attempt 2",
        "  r outer on $LATEST",
        "    c Invoke inner",
        "      r inner on $LATEST → ValueError",
        "c PutFunctionEventInvokeConfig inner",
        "c Invoke inner",
        "  r inner on $LATEST via event → ValueError",
        "  r inner on $LATEST attempt 2 via event → ValueError",
        "  d arn:aws:sqs:us-east-1:123456789012:sent inner:$LATEST via destination: RetriesExhausted",
        "c GetFunction nothing → ResourceNotFoundException",
    ]
    run = next(event for event in page.events("test_nested") if event["n"] == "outer" and event["k"] == "r")
    assert (run["q"], run["o"], run["l"]) == ('{"id": 7}', "1", "hello\n")
    failed = page.events("test_nested")[-1]
    assert failed["o"].startswith("Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing")
    assert page.story("test_drained")[2:] == ["a mock.drain()", "  r orders on $LATEST via event"]
    assert page.story("test_lost")[1:] == [
        "a mock.fail: GetFunction → ReadTimeoutError after its effect",
        "c GetFunction orders via mock.fail: after its effect → ReadTimeoutError",
        "c GetFunction orders attempt 2",
    ]
    lost, arrived = page.events("test_lost")[2:]
    assert ("o" in lost, "o" in arrived) == (False, True)


def test_an_answer_that_was_lost_is_an_error_whose_effect_is_there(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_lost(mock_lambda):
    mock_lambda.function("orders", returns=1, Publish=True)
    mock_lambda.fail("CreateAlias", "ReadTimeoutError", when="after")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        aws().create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
""",
        passed=1,
    )
    assert page.story("test_lost")[1:] == [
        "a mock.fail: CreateAlias → ReadTimeoutError after its effect",
        "c CreateAlias orders:live via mock.fail: after its effect → ReadTimeoutError",
        "c CreateAlias orders:live attempt 2 → ResourceConflictException",
    ]
    assert page.steps("test_lost")[-1][::2] == ("CreateAlias", "$LATEST 1, live→1")
    assert "calls 2 runs 0 deliveries 0 errors 2" in page.words
    assert "→ ReadTimeoutError (mock.fail: after its effect)" in page.text


def test_what_happens_in_a_shared_mock_belongs_to_the_test_in_which_it_happens(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
@pytest.fixture(scope="module")
def shared():
    with mock_lambda() as mock:
        release()
        yield mock

def test_one(shared):
    invoke()

def test_two(shared):
    shift(0.25)

def test_three(shared):
    aws().delete_function(FunctionName="orders")
""",
        passed=3,
    )
    assert page.story("test_one")[-2:] == ["c Invoke orders:live", "  r orders live on 1"]
    assert page.story("test_two") == ["c UpdateAlias orders:live"]
    assert page.steps("test_two") == [
        ("as the test began", "orders", "$LATEST 1 2, live→1"),
        ("UpdateAlias", "orders", "$LATEST 1 2, live→1 2:0.25"),
    ]
    assert page.steps("test_three")[-1] == ("DeleteFunction", "orders", "gone")


def test_each_change_is_a_step_that_names_what_made_it(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_it(mock_lambda):
    release(0.1)
    shift(0.1)
    mock_lambda.fail("UpdateAlias", "ServiceException", times=5)
    with pytest.raises(ClientError):
        shift(0.2)
    for number in range(6):
        mock_lambda.function("orders", returns=number, Publish=True)
""",
        passed=1,
    )
    steps = page.steps("test_it")
    assert steps[:4] == [
        ("CreateFunction", "orders", "$LATEST 1"),
        ("CreateAlias", "orders", "$LATEST 1, live→1"),
        ("UpdateFunctionCode", "orders", "$LATEST 1 2, live→1"),
        ("UpdateAlias", "orders", "$LATEST 1 2, live→1 2:0.1"),
    ]
    assert steps[-1] == ("UpdateFunctionCode", "orders", "$LATEST 1 2 4 5 6 7 8, 1 more, live→1 2:0.1")
    assert len(steps) == 10


def test_traffic_is_expected_by_the_weights_that_were_in_force_for_each_run(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_it(mock_lambda):
    release(0.1)
    invoke(20)
    shift(0.5)
    invoke(20)
    aws().invoke(FunctionName="orders", Qualifier="1")
    aws().invoke(FunctionName="orders")

def test_a_function_that_moves_its_own_alias(mock_lambda):
    release()
    mock_lambda.override("orders", lambda event, context: shift(1.0))
    invoke()
    invoke()

def test_events_that_move_it(mock_lambda):
    release()
    def handler(event, context):
        shift(1.0)
        raise ValueError
    mock_lambda.override("orders", handler)
    invoke(InvocationType="Event")

def test_without_weights(mock_lambda):
    release()
    invoke()
""",
        passed=4,
    )
    (split,) = page.data("test_it")["splits"]
    one, two = split.pop("rows")
    assert split == {"f": 0, "a": "live", "runs": 40}
    assert one["seen"] + two["seen"] == 40
    assert {name: one[name] for name in ("v", "w", "mean")} == {"v": "1", "w": [0.9, 0.5], "mean": 28.0}
    assert {name: two[name] for name in ("v", "w", "mean", "low", "high")} == {
        "v": "2", "w": [0.1, 0.5], "mean": 12.0, "low": 7, "high": 17,
    }  # fmt: skip
    for name, runs in (("test_a_function_that_moves_its_own_alias", 2), ("test_events_that_move_it", 3)):
        (split,) = page.data(name)["splits"]
        certain = {"low": 1, "high": 1, "chance": 1.0}
        assert split["runs"] == runs
        assert split["rows"][0] == {"v": "1", "w": [1.0, 0.0], "seen": 1, "mean": 1.0, **certain}
    assert "splits" not in page.data("test_without_weights")


def test_calls_of_threads_and_errors_that_are_no_answers_are_told(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
from lambda_mock import LambdaMockError

def test_it(mock_lambda):
    @mock_lambda.function("orders")
    def handler(event, context):
        thread = threading.Thread(target=lambda: aws().list_functions())
        thread.start()
        thread.join()
    aws().invoke(FunctionName="orders")
    mock_lambda.function("image", returns=1)
    aws().create_function(FunctionName="node", Role="arn:aws:iam::123456789012:role/r", PackageType="Image",
                          Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:latest"})
    with pytest.raises(LambdaMockError):
        aws().invoke(FunctionName="node")
""",
        passed=1,
    )
    told = page.story("test_it")
    assert "c ListFunctions" in [line.strip() for line in told]
    assert told[-1] == "c Invoke → LambdaMockError"
    assert "a container image" in page.events("test_it")[-1]["o"]


def test_what_no_call_has_led_to_stands_for_itself(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
import requests

def test_it(mock_lambda):
    release(0.5)
    url = aws().create_function_url_config(FunctionName="orders", Qualifier="live", AuthType="NONE")["FunctionUrl"]
    assert requests.get(url).status_code == 200
""",
        passed=1,
    )
    assert page.story("test_it")[-1].startswith("r orders live on ")
    assert page.data("test_it")["splits"][0]["runs"] == 1


def test_what_many_events_would_make_of_the_page_is_cut_with_a_count(pytester: pytest.Pytester) -> None:
    page = page_of(
        pytester,
        """
def test_it(mock_lambda):
    mock_lambda.function("loop", lambda event, context: [aws.list_functions() for _ in range(60)] and None)
    globals()["aws"] = boto3.client("lambda", region_name="us-east-1")
    aws.invoke(FunctionName="loop")
    for number in range(510):
        aws.list_functions()
    aws.invoke(FunctionName="loop", Payload=json.dumps("x" * 10_000))
""",
        passed=1,
    )
    events = page.data("test_it")["events"]
    assert (len(events), events[200]) == (501, {"k": "g", "c": 13})
    (run,) = events[1]["e"]
    assert (len(run["e"]), run["e"][20]) == (51, {"k": "g", "c": 10})
    (last,) = events[-1]["e"]
    assert last["q"].endswith("xxx… (8002 more)")
    assert len(last["q"]) < 2020
    assert "632 calls" in page.words
