"""What of a test has its place on the page where there isn't room for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.reporting import results
from lambda_mock.reporting.encoding import fitted
from lambda_mock.reporting.story import gap

if TYPE_CHECKING:
    from lambda_mock.reporting.story import Event


def call(asked: str = "") -> Event:
    return {"id": 1, "kind": "call", "mock": 1, "name": "Invoke", "time": 0.0, "asked": asked}


def of(*events: Event) -> results.Test:
    return results.Test(nodeid="test", attempts=[results.Attempt(story={"events": [*events]})])


def test_what_is_biggest_is_cut_first() -> None:
    small, big = fitted([of(call("s" * 500)), of(call("b" * 5000))], 3000)
    assert "s" * 500 in small
    assert "b" * 400 + "… (4600 more)" in big


def test_what_was_lost_before_is_counted_with_what_is_left_out() -> None:
    [told] = fitted([of(gap(7), *[call()] * 30)], 1)
    assert '"events":[{"k":"g","c":37}]' in told


def test_of_a_long_failure_the_end_is_kept() -> None:
    attempt = results.Attempt()
    attempt.fail("a" * 7000 + "\nAssertionError")
    assert (attempt.failure[0], len(attempt.failure), attempt.failure[-15:]) == ("…", 6001, "\nAssertionError")
