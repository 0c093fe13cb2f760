"""Who is told of mocks that begin, and who of them watches."""

from __future__ import annotations

from typing import Any

from lambda_mock.observing import end, observe, watch_of


class Observer:
    def __init__(self, watch: Any) -> None:
        self.told: list[object] = []
        self._watch = watch

    def watch(self, activation: object) -> Any:
        self.told.append(activation)
        return self._watch


def test_the_last_one_who_wants_to_watches_and_who_only_wants_to_know_is_told() -> None:
    first, last, curious = observers = [Observer("first"), Observer("last"), Observer(None)]
    for observer in observers:
        observe(observer)
    try:
        watch: Any = watch_of("a mock")
    finally:
        for observer in observers:
            end(observer)
    assert watch == "last"
    assert (first.told, last.told, curious.told) == ([], ["a mock"], ["a mock"])
