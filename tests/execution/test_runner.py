"""Which code answers an invocation, and what the runner reports of it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.execution.conftest import Lambda

OWNER = ("123456789012", "eu-west-1", "f")


def says(word: str) -> Callable[[object, object], str]:
    return lambda event, context: word


def test_every_run_is_reported_with_request_result_attempt_and_beginning(aws: Lambda) -> None:
    aws.clock.freeze()
    begun = aws.clock.time()
    request = aws.request(aws.of_callable(lambda event, context: aws.clock.advance(1)))
    result = aws.runner.run(request)
    assert aws.runs == [(request, result, 1, begun)]
    assert result.duration >= 0


def test_a_callable_runs_in_the_thread_that_invokes(aws: Lambda) -> None:
    assert aws.answer(aws.of_callable(lambda event, context: threading.get_ident())) == threading.get_ident()


def test_versions_keep_their_callables(aws: Lambda) -> None:
    first, second = aws.of_callable(says("one"), version="1"), aws.of_callable(says("two"), version="2")
    assert [aws.answer(version) for version in (first, second, first)] == ["one", "two", "one"]


def test_a_callable_has_a_new_environment_after_its_process_has_ended(aws: Lambda) -> None:
    def handler(event: object, context: object) -> str | None:
        seen, os.environ["SET"] = os.environ.get("SET"), "before"
        return sys.exit(1) if event else seen

    function = aws.of_callable(handler)
    assert [aws.answer(function), aws.answer(function)] == [None, "before"]
    aws.error(function, "exit")
    assert aws.answer(function) is None
    assert "Init Duration" in aws.runs[-1][1].log


def test_an_override_runs_in_place_of_zips_and_callables(aws: Lambda) -> None:
    zipped, other = aws.of_zip("def handler(event, context): return 'zip'\n"), aws.of_callable(says("callable"))
    assert [aws.answer(zipped), aws.answer(other)] == ["zip", "callable"]
    aws.runner.override(*OWNER, None, says("override"))
    assert [aws.answer(zipped), aws.answer(other)] == ["override", "override"]


@pytest.mark.parametrize(
    "owner",
    [("999999999999", "eu-west-1", "f"), ("123456789012", "us-east-1", "f"), ("123456789012", "eu-west-1", "g")],
)
def test_an_override_concerns_one_function_of_one_account_and_region(aws: Lambda, owner: tuple[str, str, str]) -> None:
    aws.runner.override(*owner, None, says("override"))
    assert aws.answer(aws.of_callable(says("deployed"))) == "deployed"


def test_an_override_of_a_qualifier_is_for_that_one_as_invoked_or_as_executed(aws: Lambda) -> None:
    latest = aws.of_callable(says("deployed"))
    second = replace(latest, version="2")
    aws.runner.override(*OWNER, "live", says("live"))
    aws.runner.override(*OWNER, "2", says("two"))
    assert aws.answer(second, qualifier="live") == "live"
    assert aws.answer(second, qualifier="2") == "two"
    assert aws.answer(second, qualifier="beta") == "two"
    assert aws.answer(replace(latest, version="3"), qualifier="beta") == "deployed"
    assert aws.answer(latest) == "deployed"


def test_an_override_of_latest_is_for_unqualified_invocations_too(aws: Lambda) -> None:
    latest = aws.of_callable(says("deployed"))
    aws.runner.override(*OWNER, "$LATEST", says("override"))
    assert [aws.answer(latest), aws.answer(latest, qualifier="$LATEST")] == ["override", "override"]


def test_an_override_of_a_qualifier_comes_before_one_of_all(aws: Lambda) -> None:
    version = replace(aws.of_callable(says("deployed")), version="1")
    aws.runner.override(*OWNER, "1", says("one"))
    aws.runner.override(*OWNER, None, says("all"))
    assert [aws.answer(version, qualifier=qualifier) for qualifier in ("1", "live")] == ["one", "one"]
    assert aws.answer(replace(version, version="2"), qualifier="2") == "all"


def test_the_latest_override_counts_until_it_is_removed(aws: Lambda) -> None:
    version = aws.of_callable(says("deployed"))
    first = aws.runner.override(*OWNER, None, says("first"))
    with aws.runner.override(*OWNER, None, says("second")) as second:
        assert aws.answer(version) == "second"
    assert aws.answer(version) == "first"
    second.remove()
    first.remove()
    assert aws.answer(version) == "deployed"


@pytest.mark.parametrize(
    ("runtime", "named"),
    [
        ("java21", "the runtime java21"),
        ("dotnet8", "the runtime dotnet8"),
        ("ruby3.4", "the runtime ruby3.4"),
        (None, "a container image"),
    ],
)
def test_what_cannot_run_here_is_a_mistake_with_a_way_out(aws: Lambda, runtime: str | None, named: str) -> None:
    version = aws.of_zip({"index.js": ""}, name="shop", runtime=runtime)
    with pytest.raises(LambdaMockError, match=named) as refused:
        aws.run(version)
    assert re.search(r"mock\.override\('shop', handler\)", str(refused.value))
    assert aws.runs == []
    aws.runner.override("123456789012", "eu-west-1", "shop", None, says("override"))
    assert aws.answer(version) == "override"


def test_a_function_has_no_running_loop_though_the_test_has_one(aws: Lambda) -> None:
    async def double(number: int) -> int:
        return 2 * number

    def handler(event: Any, context: Any) -> int:
        return asyncio.run(double(event))

    async def test() -> tuple[Any, bool]:
        loop = asyncio.get_running_loop()
        answer = aws.answer(aws.of_callable(handler), 4)
        return answer, asyncio.get_running_loop() is loop

    assert asyncio.run(test()) == (8, True)
