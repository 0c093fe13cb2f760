"""What a test pays besides its calls: entering and leaving, making a client, and the plugin in pytest's start."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from benchmarks.contestants import MOTO, MOTO_IS_HERE, OURS, REGION, create_moto, new_client
from benchmarks.timing import Effort, Entrant, race
from lambda_mock import mock_lambda

# Runs pytest over an empty folder, bare and with the plugin in turn; the plugin is imported anew each time. It is given
# as an object: `-p` would look through the entry points of all that is installed, which pytest does once in any case.
_SCRIPT = """
import importlib, statistics, sys, time, pytest
plugin, rounds = sys.argv[1], int(sys.argv[2])
def run(*plugins):
    began = time.process_time()
    loaded = [importlib.import_module(name) for name in plugins]
    pytest.main(["--collect-only", "-q", "-q", "-p", "no:cacheprovider"], loaded)
    return (time.process_time() - began) * 1000
def run_with_the_plugin():
    for name in [name for name in sys.modules if name.partition(".")[0] == plugin.partition(".")[0]]:
        del sys.modules[name]
    return run(plugin)
run()
pairs = [(run(), run_with_the_plugin()) for _ in range(rounds)]
bare, loaded = map(statistics.median, zip(*pairs))
sys.stderr.write(str(loaded - bare))
"""
_ROUNDS = {OURS: 9, MOTO: 1}  # what moto has imported can't be imported anew


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A row: the medians in milliseconds by contestant, and the most that ours may be."""

    title: str
    medians: Mapping[str, float]
    wanted: float


def measure(effort: Effort, starts: int, report: Callable[[str], None]) -> list[Cost]:
    """Time each of them; `starts` is how often pytest is started."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    mocks: dict[str, Callable[[], Any]] = {OURS: mock_lambda, **({MOTO: create_moto} if MOTO_IS_HERE else {})}
    costs = []
    for title, wanted, use in (
        ("enter and leave", 0.1, _nothing),
        ("a test with a new client: boto3.client(...), one call", 10.0, _call_on_a_new_client),
        ("a test with lambda_client, reused: one call", 1.0, partial(_call, new_client())),
    ):
        report(title)
        entrants = [Entrant(name=name, call=partial(_test, mock, use)) for name, mock in mocks.items()]
        costs.append(Cost(title=title, wanted=wanted, medians=race(entrants, effort)))
    title = "the plugin in pytest's start, processor time"
    report(title)
    plugins = {OURS: "lambda_mock.pytest_plugin", **({MOTO: "uses_moto"} if MOTO_IS_HERE else {})}
    costs.append(Cost(title=title, wanted=3.0, medians=_starts(plugins, starts)))
    return costs


def _test(mock: Callable[[], Any], use: Callable[[], object], _number: int) -> None:
    with mock():
        use()


def _nothing() -> None:
    pass


def _call(client: Any) -> None:
    client.list_functions()


def _call_on_a_new_client() -> None:
    _call(boto3.client("lambda"))


def _starts(plugins: Mapping[str, str], repeats: int) -> Mapping[str, float]:
    """The median of what each plugin adds, over fresh interpreters started in turn; the first of each only compiles."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "uses_moto.py").write_text("from moto import mock_aws\n", "utf-8")
        found: dict[str, list[float]] = {name: [] for name in plugins}
        for _ in range(1 + repeats):
            for name, plugin in plugins.items():
                found[name].append(_start(plugin, _ROUNDS[name], folder))
    return {name: statistics.median(values[1:]) for name, values in found.items()}


def _start(plugin: str, rounds: int, folder: str) -> float:
    """What a plugin adds to pytest's start in milliseconds, with all that it imports compiled into `folder`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": folder, "PYTHONPYCACHEPREFIX": folder}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, plugin, str(rounds)],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stderr)
