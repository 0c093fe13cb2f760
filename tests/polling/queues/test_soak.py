"""Many messages with failures by chance: each ends in exactly one way."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.polling.queues.conftest import REPORTS

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues

MESSAGES = 2_000
RETENTION = 14 * 86_400


class Soak:
    """A function that fails by chance, always for what is poisoned, and says of what it has got through."""

    def __init__(self, seed: int, *, reports: bool) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
        self.reports = reports
        self.succeeded: Counter[str] = Counter()

    def __call__(self, event: Any) -> Any:
        if self.chance.random() < 0.1:
            raise ValueError("by chance")
        records = {record["messageId"]: record["body"] for record in event["Records"]}
        bad = {name for name, body in records.items() if "poison" in body or self.chance.random() < 0.05}
        if not self.reports and bad:
            raise ValueError("one of them")
        self.succeeded.update(body for name, body in records.items() if name not in bad)
        return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}


def soak(queues: Queues, *, reports: bool, seed: int, dead_letters: bool, messages: int = MESSAGES) -> int:
    """Send messages until all have come to their end, each to one; gives how many of them have succeeded."""
    function = Soak(seed, reports=reports)
    queues.function(function)
    make = queues.with_dead_letters if dead_letters else queues.queue
    jobs = make(MessageRetentionPeriod=RETENTION)
    queues.map(jobs, BatchSize=10 if reports else 3, **(REPORTS if reports else {}))
    chance = random.Random(seed)  # noqa: S311
    sent = []
    for place in range(0, messages, 10):
        bodies = [f"{number} {'poison' if chance.random() < 0.02 else ''}" for number in range(place, place + 10)]
        sent += bodies
        queues.send(jobs, *bodies)
        if not dead_letters and chance.random() < 0.1:
            queues.mock.clock.advance(30)
    dead: list[str] = []
    if dead_letters:
        while letters := queues.receive(jobs.replace("jobs", "dead")):
            dead += [letter["Body"] for letter in letters]
    else:
        for _ in range(25):
            queues.mock.clock.advance(30)
        queues.mock.clock.advance(RETENTION)
    discarded = [record.record["body"] for record in queues.mock.deliveries]
    assert Counter(sent) == function.succeeded + Counter(dead) + Counter(discarded)
    assert max(function.succeeded.values()) == 1
    assert {body for body in sent if "poison" in body} <= {*dead, *discarded}
    assert queues.counts(jobs) == (0, 0)
    assert (bool(dead), bool(discarded)) == (dead_letters, not dead_letters)
    return len(function.succeeded)


@pytest.mark.parametrize("reports", [True, False])
def test_every_message_succeeds_or_becomes_a_dead_letter(queues: Queues, *, reports: bool) -> None:
    messages = MESSAGES // 4
    assert 0 < soak(queues, reports=reports, seed=7, dead_letters=True, messages=messages) < messages


@pytest.mark.parametrize("reports", [True, False])
def test_every_message_succeeds_or_is_too_old_one_day(queues: Queues, *, reports: bool) -> None:
    messages = MESSAGES // 4
    assert 0 < soak(queues, reports=reports, seed=7, dead_letters=False, messages=messages) < messages
