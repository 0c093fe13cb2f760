"""What hangs on a function beside its versions and aliases, as lines below their picture.

A note stands there only for what somebody has set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lambda_mock.domain.provisioned_concurrency import READY

if TYPE_CHECKING:
    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.function import Function

# The colons of an ARN before what it names.
_BEFORE_RESOURCE = 5


def notes(function: Function, mappings: Iterable[EventSourceMapping]) -> list[str]:
    """Layers, concurrency and URLs on one line, and each of the function's event source `mappings` on its own."""
    facts = " · ".join([*_layers(function), *_concurrency(function), *_urls(function)])
    return [*([facts] if facts else []), *(_source(function, mapping) for mapping in mappings)]


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
