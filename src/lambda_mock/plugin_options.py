"""From what pytest was told to a configuration: ini file, command line, fixture and markers, from weakest to strongest.

It knows nothing of pytest but the two attributes that a marker has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from lambda_mock.config import MockConfig, parse_option
from lambda_mock.errors import LambdaMockError


class Marker(Protocol):
    """A marker as pytest gives it."""

    @property
    def args(self) -> tuple[Any, ...]:
        """What was given by position."""

    @property
    def kwargs(self) -> Mapping[str, Any]:
        """What was given by name."""


def configured(given: Mapping[str, str]) -> MockConfig:
    """The configuration that the texts of the ini file and the command line make."""
    return MockConfig().changed({name: parse_option(name, text) for name, text in given.items()})


def of_fixture(value: Any, given: Mapping[str, str]) -> MockConfig:
    """The configuration that the fixture `lambda_mock_config` gives: a whole one, or changes to what `given` makes."""
    config = configured(given).changed(value) if isinstance(value, Mapping) else value
    if not isinstance(config, MockConfig):
        raise LambdaMockError(f"The fixture lambda_mock_config must give a MockConfig or a dict, and not {value!r}.")
    return config


def marked(config: MockConfig, markers: Iterable[Marker]) -> MockConfig:
    """The configuration with the changes of the markers, the last one's on top."""
    for marker in markers:
        if marker.args:
            raise LambdaMockError(
                f"pytest.mark.lambda_mock takes options by name, as in seed=7, and not {marker.args!r}."
            )
        config = config.changed(marker.kwargs)
    return config


def differences(config: MockConfig) -> str:
    """What isn't as by default, on one line."""
    default = vars(MockConfig())
    return ", ".join(f"{name}={value!r}" for name, value in vars(config).items() if value != default[name])
