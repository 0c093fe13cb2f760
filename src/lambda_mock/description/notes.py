"""What hangs on a function beside its versions and aliases, as lines below their picture.

A note stands there only for what somebody has set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lambda_mock.domain.provisioned_concurrency import READY
from lambda_mock.records.spans import span

if TYPE_CHECKING:
    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.neighbours.port import Schedule

# The colons of an ARN before what it names.
_BEFORE_RESOURCE = 5


Turn = tuple["Schedule", float | None]
"""A schedule, and the seconds until it comes round; None where it does so no more."""


def notes(function: Function, mappings: Iterable[EventSourceMapping], schedules: Iterable[Turn] = ()) -> list[str]:
    """Layers, concurrency and URLs on one line, then each of the function's event source `mappings`, and schedules."""
    facts = " · ".join([*_layers(function), *_concurrency(function), *_urls(function)])
    sources = (_source(function, mapping) for mapping in mappings)
    return [*([facts] if facts else []), *sources, *_schedules(function, schedules)]


def _schedules(function: Function, schedules: Iterable[Turn]) -> Iterator[str]:
    """Each schedule as an arrow to the qualifier that it leads to, and when it comes round next."""
    for schedule, seconds in schedules:
        name = schedule.arn.split(":", _BEFORE_RESOURCE)[-1].replace("/", " ", 1)
        when = "over" if seconds is None else f"in {span(seconds)}"
        for arn in schedule.functions:
            if f"{arn}:".startswith(f"{function.arn}:"):
                yield f"{name} {schedule.expression} ──▶ {arn[len(function.arn) + 1 :] or function.name}  {when}"


def _layers(function: Function) -> Iterator[str]:
    """Those of `$LATEST`, in the order in which they lie on each other."""
    layers = [f"{layer.layer_arn.rpartition(':')[2]}:{layer.number}" for layer in function.latest.configuration.layers]
    if layers:
        yield f"layers {', '.join(layers)}"


def _concurrency(function: Function) -> Iterator[str]:
    if function.limits.reserved is not None:
        yield f"reserved {function.limits.reserved}"
    for qualifier, config in function.provisioned.items():
        state = "" if config.status == READY else f" {config.status.value}"
        yield f"provisioned {config.requested} for {qualifier}{state}"


def _urls(function: Function) -> Iterator[str]:
    for alias, _ in function.urls.after(None):
        yield f"URL of {alias}" if alias else "URL"


def _source(function: Function, mapping: EventSourceMapping) -> str:
    """A mapping as an arrow from its source to the qualifier that it is for."""
    qualifier = mapping.function_arn[len(function.arn) + 1 :]
    return f"{mapping.kind.name} {_name(mapping)} ──▶ {qualifier or function.name}  {mapping.state}"


def _name(mapping: EventSourceMapping) -> str:
    """What its ARN calls the source; Kafka of one's own has topics and no ARN."""
    arn = mapping.settings.get("EventSourceArn")
    return ", ".join(mapping.settings["Topics"]) if arn is None else str(arn).split(":", _BEFORE_RESOURCE)[-1]
