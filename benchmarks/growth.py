"""Whether a call costs more where there is more: the same calls in three regions with ever more functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.contestants import new_client
from benchmarks.timing import Effort, Entrant, race
from lambda_mock import LambdaMock, mock_lambda

WANTED = 1.2
"""How many times the call among few functions the same call among the most may take."""

_REGIONS = ("us-east-1", "eu-west-1", "ap-northeast-1")
_CALLS: Mapping[str, Callable[[Any, str, int], object]] = {
    "get_function_configuration": lambda client, name, _: client.get_function_configuration(FunctionName=name),
    "update_function_configuration": lambda client, name, number: client.update_function_configuration(
        FunctionName=name, Description=str(number)
    ),
    "invoke of a callable": lambda client, name, _: client.invoke(FunctionName=name),
    "a page of list_functions": lambda client, *_: client.list_functions(MaxItems=10),
}


@dataclass(frozen=True, kw_only=True)
class Growth:
    """The medians of one call in milliseconds, by how many functions there are."""

    title: str
    medians: Mapping[int, float]

    @property
    def ratio(self) -> float:
        """The call among the most functions against the call among the fewest."""
        return self.medians[max(self.medians)] / self.medians[min(self.medians)]


def measure(sizes: tuple[int, ...], effort: Effort, report: Callable[[str], None]) -> list[Growth]:
    """Time each call at each of the sizes, in one mock."""
    with mock_lambda() as mock:
        regions = dict(zip(sizes, _REGIONS, strict=True))
        for size, region in regions.items():
            report(f"deploying {size:,} functions")
            _fill(mock, region, size)
        clients = {size: new_client(region) for size, region in regions.items()}
        found = []
        for title, call in _CALLS.items():
            report(f"{title}, growing")
            entrants = [
                Entrant(name=str(size), call=partial(call, client, _name(size // 2)))
                for size, client in clients.items()
            ]
            medians = race(entrants, effort)
            found.append(Growth(title=title, medians={size: medians[str(size)] for size in sizes}))
    return found


def _fill(mock: LambdaMock, region: str, size: int) -> None:
    for number in range(size):
        mock.function(_name(number), _answer, region=region)


def _answer(event: Any, context: Any) -> str:
    return "here"


def _name(number: int) -> str:
    return f"function-{number:05}"
