"""What state costs in memory: many functions of many versions each, all of them on one zip of a megabyte.

    python -m benchmarks.memory FUNCTIONS VERSIONS [traced]

prints, as JSON, by how many megabytes the process has grown. `measure` starts it in an interpreter of its own.
"""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contestants import new_client
from benchmarks.tasks import ROLE

WANTED = 100.0
"""The most megabytes that 1,000 functions of 20 versions may take."""

MEGABYTE = 1 << 20
_STATUS = Path("/proc/self/statm")


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What functions and versions took: in the whole process or, where `traced`, of what Python allocates itself."""

    functions: int
    versions: int
    megabytes: float
    seconds: float
    traced: bool


def measure(functions: int, versions: int, *, traced: bool) -> Memory:
    """Fill a mock in a fresh interpreter, and see how much it has grown."""
    arguments = [str(functions), str(versions), *(["traced"] if traced else [])]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", *arguments], check=True, capture_output=True, text=True
    )
    return Memory(functions=functions, versions=versions, traced=traced, **json.loads(done.stdout))


def main(functions: int, versions: int, *, traced: bool) -> None:
    """Fill a mock, and print what it took."""
    from lambda_mock import mock_lambda

    client = new_client()
    with mock_lambda() as mock:
        client.list_functions()
        mock.s3_object("packages", "function.zip", package())
        if traced:
            tracemalloc.start()
        began, before = time.perf_counter(), _used(traced=traced)
        for number in range(functions):
            _release(client, f"function-{number}", versions)
        used = (_used(traced=traced) - before) / MEGABYTE
        print(json.dumps({"megabytes": used, "seconds": time.perf_counter() - began}))


def package() -> bytes:
    """A zip of a megabyte that doesn't shrink."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("app.py", "def handler(event, context):\n    return None\n")
        writer.writestr("data.bin", random.Random(0).randbytes(MEGABYTE))  # noqa: S311 - not to be guessed at, but to be the same
    return archive.getvalue()


def _release(client: Any, name: str, versions: int) -> None:
    settings: Mapping[str, Any] = {"Runtime": "python3.13", "Role": ROLE, "Handler": "app.handler"}
    client.create_function(FunctionName=name, Code={"S3Bucket": "packages", "S3Key": "function.zip"}, **settings)
    for number in range(1, versions + 1):
        client.update_function_configuration(FunctionName=name, Description=f"version {number}")
        client.publish_version(FunctionName=name)


def _used(*, traced: bool) -> float:
    """Bytes in use: those that Python has allocated since tracing began, or those of the process."""
    if traced:
        return tracemalloc.get_traced_memory()[0]
    if _STATUS.exists():
        return int(_STATUS.read_text("ascii").split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), traced="traced" in sys.argv[3:])
