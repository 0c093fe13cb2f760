"""How long functions took, put together from all runs of a test and all its phases."""

from __future__ import annotations

from lambda_mock.reporting.results import Attempt
from lambda_mock.reporting.story import Story


def test_the_longest_run_is_not_the_last_one() -> None:
    story = Story()
    for duration in (3.0, 1.0):
        story.ran("orders", duration, None)
    piece = story.take()
    assert piece is not None
    assert piece["durations"] == {"orders": [2, 4.0, 3.0]}


def test_the_longest_run_is_not_that_of_the_last_phase() -> None:
    attempt = Attempt()
    for duration in (3.0, 1.0):
        attempt.take({"durations": {"orders": [1, duration, duration]}})
    assert attempt.story["durations"] == {"orders": (2, 4.0, 3.0)}
