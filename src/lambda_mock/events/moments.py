"""Moments, as a test gives them and as events tell them."""

from __future__ import annotations

import math
import time
from datetime import datetime, timezone
from typing import Any

from lambda_mock.errors import LambdaMockError

Moment = datetime | float
"""A moment as a test gives it: a datetime, which is in UTC where it names no zone, or epoch seconds."""

DEFAULT = 1_767_225_600.0
"""When everything happens that nobody has given a time: at the beginning of 2026."""


def epoch(at: Moment | None) -> float:
    """A moment in epoch seconds; the default one for None. LambdaMockError for what is no moment."""
    if at is None:
        return DEFAULT
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp()
    given: object = at
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return float(given)
    raise LambdaMockError(f"at={at!r} is no moment. Give a datetime, or epoch seconds such as {DEFAULT}.")


def to_the_second(moment: float) -> str:
    """Such as `2026-01-01T00:00:00Z`."""
    return f"{datetime.fromtimestamp(moment, tz=timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def to_the_millisecond(moment: float) -> str:
    """Such as `2026-01-01T00:00:00.000Z`."""
    text = datetime.fromtimestamp(moment, tz=timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def of_a_request(moment: float) -> dict[str, Any]:
    """The members `time` and `timeEpoch` of a request context."""
    at = time.gmtime(moment)
    # Not by %b, which speaks the language of whoever runs the tests.
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * at.tm_mon - 3 : 3 * at.tm_mon]
    return {
        "time": f"{at.tm_mday:02}/{month}/{at.tm_year}:{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} +0000",
        "timeEpoch": int(moment * 1000),
    }
