"""What holds for every test: no network, no AWS settings of whoever runs them, and no clock that decides.

`os.environ` is cleaned at import, and not by a fixture, so that interpreters started by tests inherit it.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import none

if TYPE_CHECKING:
    from collections.abc import Generator

    from botocore.loaders import Loader

pytest_plugins = ["pytester"]

for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true")
# Two busy cores make any example slow: slowness is for the benchmarks to judge.
# What a run tries is what every run tries, so that none fails by chance; to find something new is for the campaign. One
# chooses with `--hypothesis-profile`.
settings.register_profile(
    "suite", settings(), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("suite"), max_examples=200)
settings.register_profile("campaign", settings.get_profile("suite"), max_examples=10_000, derandomize=False)
settings.load_profile("suite")

# Every session of botocore reads the models of its services anew, and moto begins one for every test: that would be
# most of the suite's time, for the same files again and again.
_create_loader = botocore.session.create_loader
_loader = _create_loader()


def _shared_loader(search_path_string: str | None = None) -> Loader:
    return _create_loader(search_path_string) if search_path_string else _loader


botocore.session.create_loader = _shared_loader

_getaddrinfo = socket.getaddrinfo


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _resolve_here_only(host: object, *arguments: Any, **options: Any) -> Any:
    if not _is_here(host):
        pytest.fail(f"A test tried to reach {host!r}: something that should have been answered here was not.")
    return _getaddrinfo(host, *arguments, **options)  # type: ignore[arg-type]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Give back the tracer of whoever measures: a debugger that goes on takes it away, and with it all that follows."""
    tracer = sys.gettrace()
    try:
        return (yield)
    finally:
        if sys.gettrace() is None:
            sys.settrace(tracer)


def pytest_collection_finish() -> None:
    """Keep 10,000 collected tests out of the garbage collector's rounds, of which each took a third of a second."""
    # At its first test hypothesis looks for what refers to a generator of its own, and sees nothing that is frozen.
    given(none())(lambda nothing: None)()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that looks up the address of another machine, before anything leaves this one."""
    monkeypatch.setattr(socket, "getaddrinfo", _resolve_here_only)


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Pytest's own, whose runs are as pyproject.toml has ours: without reruns, and quiet about an option of asyncio."""
    quiet = '-W "ignore:The configuration option:pytest.PytestDeprecationWarning"'
    monkeypatch.setenv("PYTEST_ADDOPTS", f"-p no:rerunfailures {quiet}")
    return pytester
