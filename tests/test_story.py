"""The story of a mock: its calls and the runs that they led to, as the report of a failed test tells it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import datetime, timezone
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from lambda_mock.records import Calls, Invocations
from lambda_mock.records.spans import span
from lambda_mock.section_colours import coloured
from lambda_mock.story import story

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_mock import LambdaMock

HERE = re.compile(r'File ".*?test_story\.py", line \d+')


def told(lines: Iterable[str]) -> str:
    """The story without what differs from run to run."""
    text = re.sub(r"\d+\.\d ms", "N ms", "\n".join(lines))
    return HERE.sub('File "test_story.py", line N', text)


def of(mock: LambdaMock, **options: Any) -> str:
    return told(story(mock.calls, mock.invocations, **options))


def expected(text: str) -> str:
    return "\n".join(f"  {line}" for line in cleandoc(text).splitlines())


def orders(event: Any, context: Any) -> Any:
    for line in event.get("print", ()):
        sys.stdout.write(f"{line}\n")
    return {"total": event["total"]}


def test_without_calls_and_runs_there_is_nothing_to_tell(mock_lambda: LambdaMock) -> None:
    assert story(mock_lambda.calls, mock_lambda.invocations) == []


def test_a_run_stands_beneath_the_call_that_led_to_it(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", orders, Publish=True)
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    lambda_client.invoke(FunctionName="orders:live", Payload='{"total": 15, "print": ["a", "b", "c"]}')
    lambda_client.invoke(FunctionName="orders", Payload='{"print": ["looking", "for it"]}')
    lambda_client.invoke(FunctionName="orders", InvocationType="DryRun")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName="ordrs")
    assert of(mock_lambda) == expected("""
        #1  CreateAlias orders:live
        #2  Invoke orders:live
            └─ version 1 · N ms · {"total": 15, "print": ["a", "b", "c"]} → {"total": 15}
                 │ … 1 more in the log of this run
                 │ b
                 │ c
        #3  Invoke orders
            └─ $LATEST · N ms · {"print": ["looking", "for it"]} ✗ KeyError: 'total'
                 File "test_story.py", line N, in orders
                   return {"total": event["total"]}
                 │ looking
                 │ for it
        #4  Invoke orders as a dry run
        #5  Invoke ordrs ✗ ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:ordrs:$LATEST
    """)  # noqa: E501 - as it is told


def test_attempts_that_fail_alike_tell_once_where(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.clock.freeze()
    mock_lambda.function("orders", orders)
    lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    lambda_client.list_functions()
    assert of(mock_lambda) == expected("""
        #1  Invoke orders as an event
            ├─ $LATEST · N ms · {} ✗ KeyError: 'total'
            ├─ attempt 2, 1 min later · $LATEST · N ms · {} ✗ KeyError: 'total'
            └─ attempt 3, 2 min later · $LATEST · N ms · {} ✗ KeyError: 'total'
                 File "test_story.py", line N, in orders
                   return {"total": event["total"]}
        #2  ListFunctions
    """)


def test_attempts_that_fail_otherwise_each_tell_where(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    @mock_lambda.function("orders")
    def fails(event: Any, context: Any) -> None:
        raise ValueError(len(mock_lambda.invocations))

    lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    text = of(mock_lambda)
    assert text.count('      │    File "test_story.py", line N, in fails\n') == 2
    assert text.count("raise ValueError(len(mock_lambda.invocations))") == 3


def test_a_retried_call_and_time_that_passes_are_told(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.clock.freeze()
    mock_lambda.fail("ListFunctions", "TooManyRequestsException")
    lambda_client.list_functions()
    mock_lambda.clock.advance(3661)
    lambda_client.get_account_settings()
    lines = of(mock_lambda).splitlines()
    assert lines[0] == "  #1  ListFunctions ✗ TooManyRequestsException (mock.fail)"
    assert lines[-3:] == ["  #2  ListFunctions (attempt 2)", "  ⋯   1 h 1 min later", "  #3  GetAccountSettings"]


TAKEN = "Alias already exists: arn:aws:lambda:us-east-1:123456789012:function:orders:live"
MISSING = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders"


def test_what_a_fault_did_to_a_call_is_told(mock_lambda: LambdaMock) -> None:
    mock_lambda.clock.freeze()
    config = Config(
        region_name="us-east-1",
        read_timeout=5,
        connect_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    client = boto3.client("lambda", config=config)
    mock_lambda.function("orders", returns=1, Publish=True)
    alias: Any = {"FunctionName": "orders", "Name": "live", "FunctionVersion": "1"}
    mock_lambda.fail("CreateAlias", "ConnectTimeoutError")
    mock_lambda.fail("CreateAlias", "ReadTimeoutError", when="after")
    with pytest.raises(client.exceptions.ResourceConflictException):
        client.create_alias(**alias)
    mock_lambda.fail("CreateAlias", "ConnectionClosedError", when="after")
    with pytest.raises(client.exceptions.ResourceConflictException):
        client.create_alias(**alias)
    mock_lambda.fail("DeleteAlias", "ServiceException", when="after")
    client.delete_alias(FunctionName="orders", Name="live")
    mock_lambda.fail("Invoke", latency=8)
    client.invoke(FunctionName="orders")
    for _ in range(4):
        mock_lambda.fail("ListFunctions", latency=2)
        client.list_functions()
    client.list_functions()
    lines = [line for line in of(mock_lambda).splitlines() if "⋯" not in line]
    assert "\n".join(lines) == expected(f"""
        #1  CreateAlias orders:live ✗ ConnectTimeoutError (mock.fail)
        #2  CreateAlias orders:live (attempt 2) ✗ ReadTimeoutError (mock.fail: after its effect)
        #3  CreateAlias orders:live (attempt 3) ✗ ResourceConflictException: {TAKEN}
        #4  CreateAlias orders:live ✗ ConnectionClosedError (mock.fail: in place of ResourceConflictException)
        #5  CreateAlias orders:live (attempt 2) ✗ ResourceConflictException: {TAKEN}
        #6  DeleteAlias orders:live ✗ ServiceException (mock.fail: after its effect)
        #7  DeleteAlias orders:live (attempt 2)
        #8  Invoke orders ✗ ReadTimeoutError (mock.fail: 8 s of latency, the client hung up, after its effect)
            └─ 5 s later · $LATEST · N ms · {{}} → 1
        #9  Invoke orders (attempt 2)
            └─ $LATEST · N ms · {{}} → 1
        #10 to #13  ListFunctions, 4 times within 6 s (mock.fail: 2 s of latency)
        #14  ListFunctions
    """)


def test_a_fault_that_had_nothing_to_come_after_is_not_told(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.fail("GetFunction", "ServiceException", when="after")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName="orders")
    assert of(mock_lambda) == f"  #1  GetFunction orders ✗ ResourceNotFoundException: {MISSING}"


def test_calls_are_told_as_they_began_also_where_the_clock_was_set_back(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    mock_lambda.function("orders", orders)
    mock_lambda.function("outer", lambda event, context: lambda_client.invoke(FunctionName="orders") and 1)
    with mock_lambda.clock.freeze(at=datetime(2026, 5, 4, tzinfo=timezone.utc)) as clock:
        lambda_client.get_account_settings()
        clock.advance(3600)
        lambda_client.get_account_settings()
        clock.freeze(at=datetime(2026, 5, 1, tzinfo=timezone.utc))
        clock.resume()
        lambda_client.invoke(FunctionName="outer")
        clock.advance(60)
        lambda_client.get_account_settings()
    text = re.sub(r"\n {6}.*", "", of(mock_lambda))
    assert text == expected("""
        #1  GetAccountSettings
        ⋯   1 h later
        #2  GetAccountSettings
        ⋯   the clock was set back by 3 d 1 h
        #4  Invoke outer
        #3  Invoke orders
        ⋯   1 min later
        #5  GetAccountSettings
    """)


def test_what_goes_well_again_and_again_is_one_line(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", orders, Publish=True)
    for number in [*range(5), "none", *range(3)]:
        given = {} if number == "none" else {"total": number}
        lambda_client.invoke(FunctionName="orders", Qualifier="$LATEST", Payload=json.dumps(given))
    lambda_client.invoke(FunctionName="orders", Qualifier="1", Payload='{"total": 0}')
    for _ in range(4):
        lambda_client.list_functions()
    assert of(mock_lambda) == expected("""
        #1 to #5  Invoke orders:$LATEST, 5 times
            └─ $LATEST ×5
        #6  Invoke orders:$LATEST
            └─ $LATEST · N ms · {} ✗ KeyError: 'total'
                 File "test_story.py", line N, in orders
                   return {"total": event["total"]}
        #7  Invoke orders:$LATEST
            └─ $LATEST · N ms · {"total": 0} → {"total": 0}
        #8  Invoke orders:$LATEST
            └─ $LATEST · N ms · {"total": 1} → {"total": 1}
        #9  Invoke orders:$LATEST
            └─ $LATEST · N ms · {"total": 2} → {"total": 2}
        #10  Invoke orders:1
            └─ version 1 · N ms · {"total": 0} → {"total": 0}
        #11 to #14  ListFunctions, 4 times
    """)


@pytest.mark.lambda_mock(seed=3)
def test_calls_of_an_alias_in_one_line_tell_its_split(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", returns=1, Publish=True)
    mock_lambda.function("orders", returns=2, Publish=True)
    lambda_client.create_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    for _ in range(20):
        lambda_client.invoke(FunctionName="orders:live")
    ran = [run.version for run in mock_lambda.invocations]
    split = " · ".join(f"version {version} ×{ran.count(version)}" for version in dict.fromkeys(ran))
    assert of(mock_lambda).splitlines()[1:] == [
        "  #2 to #21  Invoke orders:live, 20 times",
        f"      └─ {split}",
    ]


def test_the_beginning_of_a_long_story_is_counted(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", orders)
    for number in range(40):
        lambda_client.invoke(FunctionName="orders", Payload=json.dumps({"total": 0} if number % 2 else {}))
    lines = of(mock_lambda).splitlines()
    assert lines[0] == "  …   25 calls and 25 runs (13 failed) before"
    assert lines[1] == "  #26  Invoke orders"
    assert len(lines) == 45


def test_calls_that_have_a_line_each_are_counted_one_by_one(lambda_client: Any, mock_lambda: LambdaMock) -> None:
    for _ in range(6):
        for list_some in (*3 * [lambda_client.list_functions], *3 * [lambda_client.list_layers]):
            list_some()
    lines = of(mock_lambda).splitlines()
    assert (lines[0], len(lines)) == ("  …   21 calls before", 16)


def test_of_a_story_that_is_too_long_the_last_call_is_told_at_any_rate(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    @mock_lambda.function("orders")
    def fails(event: Any, context: Any) -> None:
        sys.stdout.write("line\n" * 100)
        raise ValueError(len(mock_lambda.invocations))

    for _ in range(3):
        lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    lines = of(mock_lambda).splitlines()
    assert lines[0] == "  …   2 calls and 6 runs (6 failed) before"
    assert lines[1] == "  #3  Invoke orders as an event"
    assert lines.count("      │    │ … 92 more in the log of this run") == 2


def test_what_happened_before_the_test_began_is_counted_alone(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", returns=1)
    lambda_client.invoke(FunctionName="orders")
    since = len(mock_lambda.calls), len(mock_lambda.invocations)
    lambda_client.list_functions()
    assert of(mock_lambda, since=since) == expected("""
        …   1 call and 1 run of earlier tests
        #2  ListFunctions
    """)


def test_what_is_no_longer_kept_is_counted(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    for _ in range(5):
        lambda_client.list_functions()
    calls = Calls(limit=3)
    for call in mock_lambda.calls:
        calls.append(call)
    assert told(story(calls, Invocations())) == expected("""
        …   2 calls that are no longer kept
        #3  ListFunctions
        #4  ListFunctions
        #5  ListFunctions
    """)


def test_runs_that_no_call_led_to_tell_what_they_are_for(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", returns=None)
    lambda_client.invoke(FunctionName="orders")
    [run] = mock_lambda.invocations
    queue = "arn:aws:sqs:us-east-1:123456789012:incoming"
    runs = [replace(run, source_arn=queue, request_id=f"r{number}") for number in range(5)]
    assert told(story(Calls(), Invocations(runs[:1]))) == expected("""
        ··  orders ran for sqs incoming
            └─ $LATEST · N ms · {} → null
    """)
    assert told(story(Calls(), Invocations(runs))) == expected("""
        ··  orders ran for sqs incoming, 5 times
            └─ $LATEST ×5
    """)
    odd = [replace(run, source_arn="nothing", request_id="1"), replace(run, source_arn=None, request_id="2")]
    assert told(story(Calls(), Invocations(odd))) == expected("""
        ··  orders ran for nothing
            └─ $LATEST · N ms · {} → null
        ··  orders ran
            └─ $LATEST · N ms · {} → null
    """)


def test_what_a_function_says_about_itself_stands_for_nothing_else(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", orders)
    hostile = ["\x1b[31mred\x1b[0m", "tab\there", "x" * 200, "", "[ERROR] not one of Lambda's"]
    lambda_client.invoke(FunctionName="orders", Payload=json.dumps({"print": hostile, "text": "<&>\x00" + "y" * 100}))
    lines = of(mock_lambda).splitlines()
    assert "\x1b" not in "".join(lines)
    assert lines[-3:] == [
        "           │  [31mred [0m",
        "           │ tab  here",
        f"           │ {'x' * 109}…",
    ]
    assert lines[1].endswith("… ✗ KeyError: 'total'")


def test_a_log_of_json_is_told_without_lambdas_own_lines(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", orders, LoggingConfig={"LogFormat": "JSON"})
    lambda_client.invoke(FunctionName="orders", Payload='{"total": 1, "print": ["one"]}')
    assert of(mock_lambda).splitlines()[2:] == ["           │ one"]


def test_a_failure_without_type_or_message_is_told_as_lambda_does(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", raises=ValueError)
    lambda_client.invoke(FunctionName="orders")
    [run] = mock_lambda.invocations
    odd = [replace(run, result=text, request_id=str(number)) for number, text in enumerate((b"[]", b"{}", b"no JSON"))]
    lines = told(story(Calls(), Invocations([run, *odd]))).splitlines()
    assert [line.partition("✗ ")[2] for line in lines if "✗" in line] == ["ValueError", *["Unhandled"] * 3]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (1, "1 s"), (59.6, "1 min"), (150, "2 min 30 s"), (3600, "1 h"), (93_784, "1 d 2 h")],
)
def test_lengths_of_time_have_two_units_at_most(seconds: float, text: str) -> None:
    assert span(seconds) == text


def markup(text: str, **how: bool) -> str:
    return f"<{' '.join(how)}>{text}</>"


def test_colours_are_for_what_matters() -> None:
    text = cleandoc("""
        seed 0 · us-east-1 · account 123456789012

        us-east-1 · account 123456789012
        ╭─ orders ─── python3.13 · app.handler ─╮
        │  live ─┬─ 90% ───▶ 1        ● 3f2a    │
        │        └─ 10% ───▶ 2        ● 3f2b  Pending │
        │  SQS q ──▶ orders  Disabled           │
        ╰───────────────────────────────────────╯

        What happened:
          …   3 calls before
          #4 to #8  ListFunctions, 5 times
          #9  Invoke orders ✗ TooManyRequestsException
              ├─ $LATEST · 0.1 ms · {} ✗ KeyError: 'x'
              │    │ a line
              └─ version 1 · 0.1 ms · {} → 1
                   │ another
    """)
    assert coloured(text, markup) == cleandoc("""
        <light>seed 0 · us-east-1 · account 123456789012</>

        us-east-1 · account 123456789012
        ╭─ <bold>orders</> ─── python3.13 · app.handler ─╮
        │  <cyan>live</> ─┬─ <yellow>90%</> ───▶ 1        ● 3f2a    │
        │        └─ <yellow>10%</> ───▶ 2        ● 3f2b  <yellow>Pending</> │
        │  SQS q ──▶ orders  <red>Disabled</>           │
        ╰───────────────────────────────────────╯

        <bold>What happened:</>
        <light>  …   3 calls before</>
        <light>  #4 to #8</>  ListFunctions, 5 times
        <light>  #9</>  Invoke orders <red>✗ TooManyRequestsException</>
              ├─ $LATEST · 0.1 ms · {} <red>✗ KeyError: 'x'</>
        <light>      │    │ a line</>
              └─ version 1 · 0.1 ms · {} → 1
        <light>           │ another</>
    """)
