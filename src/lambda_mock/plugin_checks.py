"""Misspelt options and markers, refused with the nearest name before any test runs.

It knows nothing of pytest but the attributes that items and markers have.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Any

from lambda_mock.config import MockConfig
from lambda_mock.errors import LambdaMockError
from lambda_mock.plugin_options import marked

MARKER = "lambda_mock"
_OF_THE_COMMAND_LINE = "--lambda-mock-"
_OF_THE_INI_FILE = "lambda_mock_"
_SECTIONS = ("failed", "always", "off")


def check_arguments(arguments: Iterable[str], options: Collection[str]) -> None:
    """Refuse an argument of the command line that looks like an option of ours and is none."""
    dashed = [name.replace("_", "-") for name in options]
    for argument in arguments:
        if argument == "--":
            return
        given = argument.partition("=")[0]
        name = given.removeprefix(_OF_THE_COMMAND_LINE)
        if given.startswith("--lambda-mock") and name not in dashed:
            near = _near(name, dashed)
            hint = f" Did you mean {_OF_THE_COMMAND_LINE}{near}?" if near else ""
            raise LambdaMockError(f"lambda_mock has no option {given}.{hint} The options are {_listed(dashed)}.")


def check_ini(given: Iterable[str], options: Collection[str]) -> None:
    """Refuse a key of the ini file that looks like an option of ours and is none."""
    for key in given:
        name = key.removeprefix(_OF_THE_INI_FILE)
        if name not in options:
            near = _near(name, options)
            hint = f" Did you mean {_OF_THE_INI_FILE}{near}?" if near else ""
            raise LambdaMockError(f"lambda_mock has no ini option {key}.{hint} The options are {_listed(options)}.")


def section_mode(text: str) -> str:
    """When tests show their section, as the option says it."""
    if text not in _SECTIONS:
        choices = " or ".join(map(repr, _SECTIONS))
        raise LambdaMockError(f"lambda_mock: section must be {choices}, and not {text!r}.")
    return text


def mistake_in(marker: Any, registered: Collection[str]) -> str | None:
    """What is wrong with a marker that is ours, or was meant to be; None for one that is right, or somebody else's."""
    if marker.name == MARKER:
        try:
            marked(MockConfig(), [marker])
        except LambdaMockError as error:
            return str(error)
        return None
    if marker.name in registered:
        return None
    if marker.name == "mock_lambda":
        return "There is no marker 'mock_lambda', which is the name of the fixture. The marker is 'lambda_mock'."
    if _near(marker.name, [MARKER]):
        return f"There is no marker {marker.name!r}. Did you mean 'lambda_mock'?"
    return None


def _near(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)), None)


def _listed(options: Iterable[str]) -> str:
    return ", ".join(options)
