"""How likely a split is, checked against counting all outcomes."""

from __future__ import annotations

from itertools import product

import pytest

from lambda_mock.reporting.encoding import splits
from lambda_mock.reporting.odds import Odds, odds
from lambda_mock.reporting.results import Attempt


def counted(phases: list[tuple[int, float]]) -> list[float]:
    """The chance of each number of hits, from every outcome that there is."""
    weights = [weight for runs, weight in phases for _ in range(runs)]
    chances = [0.0] * (len(weights) + 1)
    for hits in product((0, 1), repeat=len(weights)):
        chance = 1.0
        for hit, weight in zip(hits, weights, strict=True):
            chance *= weight if hit else 1 - weight
        chances[sum(hits)] += chance
    return chances


@pytest.mark.parametrize("seen", range(9))
def test_the_chance_of_a_result_is_that_of_all_results_that_are_no_likelier(seen: int) -> None:
    phases = [(5, 0.2), (3, 0.7)]
    chances = counted(phases)
    expected = sum(chance for chance in chances if chance <= chances[seen] + 1e-12)
    assert odds(phases, seen).chance == pytest.approx(expected)


def test_the_range_leaves_one_in_forty_on_either_side() -> None:
    chances = counted([(10, 0.3)])
    found = odds([(10, 0.3)], 3)
    assert found.mean == pytest.approx(3)
    assert found.low is not None
    assert found.high is not None
    assert sum(chances[: found.low]) <= 0.025 < sum(chances[: found.low + 1])
    assert sum(chances[found.high + 1 :]) <= 0.025 < sum(chances[found.high :])


def test_a_weight_of_nothing_or_everything_leaves_no_doubt() -> None:
    assert odds([(4, 0.0), (3, 1.0)], 3) == Odds(mean=3.0, low=3, high=3, chance=1.0)
    assert odds([(4, 0.0)], 1).chance == 0.0


def test_the_page_gives_no_odds_for_a_great_many_runs() -> None:
    attempt = Attempt()
    attempt.take({"traffic": [[0, "live", "1", [["2", 0.1]], {"1": 2600, "2": 400}]]})
    assert splits(attempt) == [
        {
            "f": 0,
            "a": "live",
            "runs": 3000,
            "rows": [
                {"v": "1", "w": [0.9], "seen": 2600, "mean": 2700.0},
                {"v": "2", "w": [0.1], "seen": 400, "mean": 300.0},
            ],
        }
    ]


@pytest.mark.parametrize("runs", [0, 5000])
def test_of_no_runs_or_a_great_many_only_the_mean_is_given(runs: int) -> None:
    assert odds([(runs, 0.5)], 0) == Odds(mean=runs / 2)
