"""Paths of resources and routes, such as `/pets/{id}` and `/{proxy+}`, and paths of requests that have their form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from lambda_mock.errors import LambdaMockError

_PARAMETER = re.compile(r"\{(?P<name>[^+}]+)(?P<greedy>\+?)\}")


def matches(template: str, path: str) -> dict[str, str] | None:
    """The values of the parameters in a path that has the form of a template, decoded; None for one that hasn't."""
    wanted, given = segments(template), segments(path)
    found: dict[str, str] = {}
    for position, segment in enumerate(wanted):
        parameter = _PARAMETER.fullmatch(segment)
        if position >= len(given):
            return None
        if parameter is None:
            if unquote(given[position]) != unquote(segment):
                return None
        elif parameter["greedy"]:
            found[parameter["name"]] = unquote("/".join(given[position:]))
            return found
        else:
            found[parameter["name"]] = unquote(given[position])
    return found if len(wanted) == len(given) else None


def ranks(template: str) -> Iterator[int]:
    """What sorts templates that match one path: plain segments come before parameters, and these before greedy ones."""
    for segment in segments(template):
        parameter = _PARAMETER.fullmatch(segment)
        yield 0 if parameter is None else 2 if parameter["greedy"] else 1


def segments(path: str) -> list[str]:
    """The parts of a path."""
    return [segment for segment in path.strip("/").split("/") if segment]


def filled(template: str, parameters: Mapping[str, str]) -> str:
    """The path of a template with its parameters put in. LambdaMockError for one that isn't given."""

    def value(match: re.Match[str]) -> str:
        if match["name"] not in parameters:
            given = ", ".join(parameters) or "none"
            raise LambdaMockError(
                f"{template} has the parameter {match['name']!r}. Give the path of the request, or path_parameters "
                f"with it; there are: {given}."
            )
        return quote(parameters[match["name"]], safe="/" if match["greedy"] else "")

    return _PARAMETER.sub(value, template)
