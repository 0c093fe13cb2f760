"""The names that `lambda_mock` offers, loaded when they are first used."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

import lambda_mock


def test_every_public_name_is_there() -> None:
    assert all(getattr(lambda_mock, name) for name in lambda_mock.__all__)


def test_looking_through_the_package_as_freezegun_does_loads_nothing_of_it() -> None:
    assert set(dir(lambda_mock)) == set(vars(lambda_mock))


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'lambda_mock' has no attribute 'nothing'"):
        lambda_mock.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_name_follows_its_module_when_that_is_loaded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(lambda_mock.current)
    monkeypatch.setitem(sys.modules, "lambda_mock.mock", SimpleNamespace(current="the new one"))
    assert str(lambda_mock.current) == "the new one"


def test_importing_the_package_loads_nothing_of_it() -> None:
    script = "import sys, lambda_mock; print(*[name for name in sys.modules if name.startswith('lambda_mock.')])"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout == "\n"
