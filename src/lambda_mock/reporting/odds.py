"""How likely a split of traffic is: of so many runs, each drawn by the weight that was in force, how many go where.

All numbers are exact: the distribution of a sum of independent draws, one binomial for each weight. Nothing is assumed
but that draws don't influence each other, which is how Lambda describes them and how they are drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_MOST_RUNS = 2000
_TAIL = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What was to be expected: `mean` runs; in 95 of 100 repetitions with other seeds from `low` to `high`.

    `chance` is how often a result is at least as unlikely as the one that was seen. Without a range where there were
    so many runs that nobody needs odds, or none.
    """

    mean: float
    low: int | None = None
    high: int | None = None
    chance: float | None = None


def odds(phases: Sequence[tuple[int, float]], seen: int) -> Odds:
    """The odds of `seen` runs, given `(runs, weight)` of each time with other weights."""
    runs = sum(count for count, _ in phases)
    mean = sum(count * weight for count, weight in phases)
    if not 0 < runs <= _MOST_RUNS:
        return Odds(mean=mean)
    chances = [1.0]
    for count, weight in phases:
        chances = _sum_of(chances, _binomial(count, weight))
    as_unlikely = sum(chance for chance in chances if chance <= chances[seen] * (1 + 1e-9))
    return Odds(mean=mean, low=_quantile(chances), high=runs - _quantile(chances[::-1]), chance=min(1.0, as_unlikely))


def _binomial(runs: int, weight: float) -> list[float]:
    if weight <= 0 or weight >= 1:
        certain = runs if weight >= 1 else 0
        return [float(hits == certain) for hits in range(runs + 1)]
    hit, miss, all_ways = math.log(weight), math.log1p(-weight), math.lgamma(runs + 1)
    return [
        math.exp(all_ways - math.lgamma(hits + 1) - math.lgamma(runs - hits + 1) + hits * hit + (runs - hits) * miss)
        for hits in range(runs + 1)
    ]


def _sum_of(one: Sequence[float], other: Sequence[float]) -> list[float]:
    total = [0.0] * (len(one) + len(other) - 1)
    for first, chance in enumerate(one):
        if chance > 0:
            for second, further in enumerate(other, start=first):
                total[second] += chance * further
    return total


def _quantile(chances: Sequence[float]) -> int:
    """The smallest number that is not in the lower tail."""
    return sum(below <= _TAIL for below in accumulate(chances))
