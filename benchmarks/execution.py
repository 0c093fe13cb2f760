"""What running functions takes: warm and cold, in this process and in another, a thousand of them, many at once.

    python -m benchmarks.execution ROUNDS FUNCTIONS CROWD

prints, as JSON, what was measured. `measure` starts it in an interpreter of its own, so that no other mock's threads,
processes and memory are in the way.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contestants import new_client
from benchmarks.tasks import ROLE
from lambda_mock import mock_lambda

AT_ONCE = 8
"""How many processes the crowd is served by."""

_COLD = 12
_MANY, _LONGEST = 1_000, 5
_THREADS = 32
_MEGABYTE = 1 << 20
_STATUS = Path("/proc/self/statm")
_CHILDREN = Path("/proc/self/task")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number: what it is of, its unit, and the most that it may be, where that was said."""

    title: str
    value: float
    unit: str
    wanted: float | None


def measure(rounds: int, functions: int, crowd: int) -> list[Figure]:
    """Take all figures, in a fresh interpreter."""
    arguments = [str(rounds), str(functions), str(crowd)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.execution", *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return [Figure(**figure) for figure in json.loads(done.stdout)]


def main(rounds: int, functions: int, crowd: int) -> None:
    """Take them here, and print them."""
    client = new_client()
    figures = [*_one_at_a_time(client, rounds), *_many(client, functions), *_at_once(client, crowd)]
    print(json.dumps([vars(figure) for figure in figures]))


def _one_at_a_time(client: Any, rounds: int) -> list[Figure]:
    with mock_lambda() as mock:
        mock.function("callable", lambda event, _: event)
        callable_, inline, inline_cold = _warm(client, "callable", rounds), *_warm_and_cold(client, "zip", rounds)
    with mock_lambda(execution="process"):
        process, process_cold = _warm_and_cold(client, "zip", rounds)
    return [
        Figure(title="an invocation, warm: a callable", value=callable_, unit="ms", wanted=0.25),
        Figure(title="an invocation, warm: a zip of Python, inline", value=inline, unit="ms", wanted=0.35),
        Figure(title="an invocation, warm: a zip of Python, in a process", value=process, unit="ms", wanted=1.5),
        Figure(title="an invocation, cold: a zip of Python, inline", value=inline_cold, unit="ms", wanted=3),
        Figure(title="an invocation, cold: a zip of Python, in a process", value=process_cold, unit="ms", wanted=70),
    ]


def _warm_and_cold(client: Any, name: str, rounds: int) -> tuple[float, float]:
    for number in range(_COLD):
        _create(client, f"{name}-{number}", number)
    numbers = iter(range(_COLD))
    cold = _median(lambda: _invoke(client, f"{name}-{next(numbers)}"), _COLD)
    return _warm(client, f"{name}-{_COLD - 1}", rounds), cold


def _warm(client: Any, name: str, rounds: int) -> float:
    _invoke(client, name)
    return _median(lambda: _invoke(client, name), rounds)


def _many(client: Any, functions: int) -> list[Figure]:
    """Many functions once each, twice over: what the second time adds to memory was not given back after the first."""
    seconds, _ = _invoke_each_once(client, functions)
    before = _memory()
    _, peak = _invoke_each_once(client, functions)
    what = f"{functions:,} functions invoked once each, inline"
    return [
        Figure(title=f"{what}: all of it", value=seconds, unit="s", wanted=_LONGEST if functions == _MANY else None),
        Figure(title=f"{what}: memory meanwhile", value=(peak - before) / _MEGABYTE, unit="MB", wanted=None),
        Figure(title=f"{what}: memory left behind", value=(_memory() - before) / _MEGABYTE, unit="MB", wanted=10),
    ]


def _invoke_each_once(client: Any, functions: int) -> tuple[float, float]:
    began = time.perf_counter()
    with mock_lambda():
        for number in range(functions):
            _create(client, f"function-{number}", number)
            _invoke(client, f"function-{number}")
        peak = _memory()
    return time.perf_counter() - began, peak


def _at_once(client: Any, crowd: int) -> list[Figure]:
    """A crowd of invocations over a few processes: each is answered with what it asked for, and no process is left."""
    with mock_lambda(execution="process", processes=AT_ONCE), ThreadPoolExecutor(_THREADS) as threads:
        _create(client, "crowded", 0, "event")
        began = time.perf_counter()
        answers = list(threads.map(lambda number: _invoke(client, "crowded", number), range(crowd)))
        seconds = time.perf_counter() - began
    what = f"{crowd} invocations at once over {AT_ONCE} processes"
    lost = sum(answer != number for number, answer in enumerate(answers))
    return [
        Figure(title=what, value=seconds, unit="s", wanted=None),
        Figure(title=f"{what}: lost", value=lost, unit="", wanted=0),
        Figure(title=f"{what}: processes left behind", value=len(_children()), unit="", wanted=0),
    ]


def _create(client: Any, name: str, number: int, answer: str = "None") -> None:
    """A function that nobody else has the code of."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("app.py", f"NUMBER = {number}\n\ndef handler(event, context):\n    return {answer}\n")
    client.create_function(
        FunctionName=name,
        Runtime="python{}.{}".format(*sys.version_info),
        Role=ROLE,
        Handler="app.handler",
        Timeout=60,
        Code={"ZipFile": archive.getvalue()},
    )


def _invoke(client: Any, name: str, event: object = None) -> Any:
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read())
    return json.load(answer["Payload"])


def _median(call: Callable[[], object], rounds: int) -> float:
    """In milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _memory() -> float:
    """The bytes that this process has, or has had at most where the system tells no more."""
    gc.collect()
    if _STATUS.exists():
        return int(_STATUS.read_text("ascii").split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _children() -> list[str]:
    """The processes that this one has started and that are still there, as far as the system tells."""
    found = [path.read_text("ascii") for path in _CHILDREN.glob("*/children")] if _CHILDREN.exists() else []
    return " ".join(found).split()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
