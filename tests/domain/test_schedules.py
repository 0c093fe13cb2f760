"""When schedule expressions come round."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from lambda_mock.domain.schedules import recurrence

BEGUN = datetime(2026, 1, 14, 9, 59, 30, tzinfo=timezone.utc)  # a Wednesday


def moments(expression: str, number: int = 3, begun: datetime = BEGUN, zone: str = "UTC") -> list[str]:
    """The first of them, by the clock of UTC."""
    found: list[str] = []
    recurs, moment = recurrence(expression, begun=begun.timestamp(), zone=zone), begun.timestamp()
    while len(found) < number and (following := recurs.after(moment)) is not None:
        assert following > moment
        moment = following
        found.append(f"{datetime.fromtimestamp(moment, timezone.utc):%Y-%m-%d %H:%M:%S}")
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", ["2026-01-14 10:00:30", "2026-01-14 10:01:30"]),
        ("rate(5 minutes)", ["2026-01-14 10:04:30", "2026-01-14 10:09:30"]),
        ("rate(12 hours)", ["2026-01-14 21:59:30", "2026-01-15 09:59:30"]),
        ("rate(1 day)", ["2026-01-15 09:59:30", "2026-01-16 09:59:30"]),
        ("at(2026-02-01T08:30:00)", ["2026-02-01 08:30:00"]),
        ("at(2025-02-01T08:30:00)", []),
        ("cron(0 10 * * ? *)", ["2026-01-14 10:00:00", "2026-01-15 10:00:00"]),
        ("cron(15 12 * * ? *)", ["2026-01-14 12:15:00", "2026-01-15 12:15:00"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-01-14 18:00:00", "2026-01-15 18:00:00",
            "2026-01-16 18:00:00", "2026-01-19 18:00:00"]),
        ("cron(0 8 1 * ? *)", ["2026-02-01 08:00:00", "2026-03-01 08:00:00"]),
        ("cron(0/20 * * * ? *)", ["2026-01-14 10:00:00", "2026-01-14 10:20:00",
            "2026-01-14 10:40:00", "2026-01-14 11:00:00"]),
        ("cron(5,10-11 8-9 ? * 2,SUN *)", ["2026-01-18 08:05:00", "2026-01-18 08:10:00", "2026-01-18 08:11:00"]),
        ("cron(0 0 L * ? *)", ["2026-01-31 00:00:00", "2026-02-28 00:00:00", "2026-03-31 00:00:00"]),
        ("cron(0 0 LW * ? *)", ["2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-31 00:00:00"]),
        ("cron(0 0 17W * ? *)", ["2026-01-16 00:00:00", "2026-02-17 00:00:00"]),
        ("cron(0 0 1W * ? *)", ["2026-02-02 00:00:00", "2026-03-02 00:00:00", "2026-04-01 00:00:00"]),
        ("cron(0 0 31W * ? *)", ["2026-01-30 00:00:00", "2026-03-31 00:00:00", "2026-05-29 00:00:00"]),
        ("cron(0 0 ? * L *)", ["2026-01-17 00:00:00", "2026-01-24 00:00:00"]),
        ("cron(0 0 ? * 6L *)", ["2026-01-30 00:00:00", "2026-02-27 00:00:00"]),
        ("cron(0 0 ? * TUE#2 *)", ["2026-02-10 00:00:00", "2026-03-10 00:00:00"]),
        ("cron(0 0 29 FEB ? *)", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("cron(0 0 1 JAN/6 ? 2027-2028)", ["2027-01-01 00:00:00", "2027-07-01 00:00:00",
            "2028-01-01 00:00:00", "2028-07-01 00:00:00"]),
        ("cron(0 0 30 2 ? *)", []),
    ],
)  # fmt: skip
def test_it_comes_round(expression: str, expected: list[str]) -> None:
    assert moments(expression, max(len(expected), 1)) == expected


def test_a_schedule_that_begins_later_does_so() -> None:
    later = datetime(2026, 3, 1, tzinfo=timezone.utc)
    assert recurrence("rate(1 hour)", begun=later.timestamp()).after(BEGUN.timestamp()) == later.timestamp() + 3600


def test_a_rate_may_begin_at_once() -> None:
    recurs = recurrence("rate(1 hour)", begun=BEGUN.timestamp(), at_once=True)
    assert recurs.after(BEGUN.timestamp() - 86400) == BEGUN.timestamp()
    assert recurs.after(BEGUN.timestamp()) == BEGUN.timestamp() + 3600


def test_the_clock_is_that_of_the_time_zone() -> None:
    assert moments("cron(0 9 * * ? *)", 2, zone="America/New_York") == ["2026-01-14 14:00:00", "2026-01-15 14:00:00"]
    assert moments("at(2026-07-01T09:00:00)", zone="Europe/Vienna") == ["2026-07-01 07:00:00"]


def test_an_hour_that_the_clock_skips_does_not_come_round() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=timezone.utc)
    assert moments("cron(30 2 * * ? *)", 2, before, "Europe/Vienna") == ["2026-03-30 00:30:00", "2026-03-31 00:30:00"]


def test_an_hour_that_the_clock_repeats_comes_round_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=timezone.utc)
    assert moments("cron(30 2 * * ? *)", 2, before, "Europe/Vienna") == ["2026-10-25 00:30:00", "2026-10-26 01:30:00"]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "every day",
        "rate(0 minutes)",
        "rate(5 fortnights)",
        "rate(five minutes)",
        "rate(5)",
        "cron(0 10 * * ?)",
        "cron(60 10 * * ? *)",
        "cron(0 10 32 * ? *)",
        "cron(0 10 ? * 8 *)",
        "cron(0 10 ? * FRI-MON *)",
        "cron(0 10 ? MAI ? *)",
        "at(tomorrow)",
    ],
)
def test_what_says_nothing_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        recurrence(expression, begun=BEGUN.timestamp())
