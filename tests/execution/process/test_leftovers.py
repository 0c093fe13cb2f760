"""Nothing of a function is left when its mock, its test or the test's process is gone, however that came."""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest

from lambda_mock.execution.process.watchdog import Watchdog
from tests.execution.conftest import Lambda
from tests.execution.process.conftest import MINE, PATIENCE, is_gone

PIDS = """
import os, subprocess
def handler(event, context):
    child = subprocess.Popen(["/bin/sleep", "600"])
    return [os.getpid(), child.pid]
"""

# A test of its own process: it prints what its function has started, and what more there is, and then does `THEN`.
ELSEWHERE = """
import io, json, sys, os, time, zipfile, boto3
from lambda_mock import mock_lambda

content = io.BytesIO()
with zipfile.ZipFile(content, "w") as package:
    package.writestr("app.py", CODE)
mock = mock_lambda(execution="process")
mock.__enter__()
client = boto3.client("lambda", region_name="us-east-1")
client.create_function(FunctionName="f", Runtime=RUNTIME, Handler="app.handler", Timeout=900,
                       Role="arn:aws:iam::123456789012:role/r", Code={"ZipFile": content.getvalue()})
pids = json.loads(client.invoke(FunctionName="f")["Payload"].read())
print(json.dumps(pids), flush=True)
THEN
"""


def look() -> list[object]:
    gc.collect()
    return [
        threading.active_count(),
        sorted(file.name for file in Path("/proc/self/fd").glob("*")),
    ]


def test_nothing_is_left_at_the_end_of_a_mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = look()
    aws = Lambda(execution="process", runtime=MINE)
    pids = aws.answer(aws.of_zip(PIDS))
    watchdog = aws.runner._processes._workshop.watchdog._process.pid  # type: ignore[union-attr]
    aws.runner.close()
    aws.code.close()
    assert all(map(is_gone, [*pids, watchdog]))
    assert list(tmp_path.iterdir()) == []
    assert look() == before


def test_a_mock_whose_functions_never_ran_has_started_nothing() -> None:
    aws = Lambda(execution="process", runtime=MINE)
    aws.of_zip(PIDS)
    assert aws.runner._processes._workshop is None
    aws.runner.close()
    aws.code.close()


def elsewhere(tmp_path: Path, then: str, code: str = PIDS) -> tuple[subprocess.Popen[str], list[int]]:
    """A Python process with a mock, and the processes that a function in it has started."""
    script = ELSEWHERE.replace("CODE", repr(code)).replace("RUNTIME", repr(MINE)).replace("THEN", textwrap.dedent(then))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    assert ready
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    return process, [int(pid) for pid in line.strip("[]\n").split(",")]


def wait_for_no(folder: Path, name: str) -> bool:
    """Whether nothing of that name is left in the folder, some time or other."""
    for _ in range(PATIENCE * 100):
        if not list(folder.glob(name)):
            return True
        threading.Event().wait(0.01)
    return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_test_process_that_is_killed(tmp_path: Path, end: signal.Signals) -> None:
    process, pids = elsewhere(tmp_path, "time.sleep(600)")
    process.send_signal(end)
    process.communicate(timeout=PATIENCE)
    assert all(map(is_gone, pids))
    assert wait_for_no(tmp_path, "lambda_mock-*")


def test_nothing_outlives_a_test_process_that_forgets_its_mock(tmp_path: Path) -> None:
    process, pids = elsewhere(tmp_path, "")
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert all(map(is_gone, pids))
    assert wait_for_no(tmp_path, "lambda_mock-*")


def test_ctrl_c_ends_the_invocation_and_leaves_nothing(tmp_path: Path) -> None:
    process, pids = elsewhere(
        tmp_path,
        """
        import signal, threading
        threading.Timer(0.2, os.killpg, [0, signal.SIGINT]).start()
        client.update_function_configuration(FunctionName="f", Environment={"Variables": {"HANG": "1"}})
        try:
            client.invoke(FunctionName="f")
        except KeyboardInterrupt:
            print("interrupted", [(call.result, call.log) for call in mock.invocations[1:]])
        mock.__exit__(None, None, None)
        print(os.listdir(os.environ["TMPDIR"]))
        """,
        code=PIDS.replace(
            "    child", "    if os.environ.get('HANG'):\n        import time\n        time.sleep(600)\n    child"
        ),
    )
    out, err = process.communicate(timeout=PATIENCE)
    assert out.splitlines() == ["interrupted []", "[]"], err
    assert all(map(is_gone, pids))


def test_the_watchdog_ends_what_was_started_and_has_not_ended() -> None:
    groups = [subprocess.Popen(["/bin/sleep", "600"], start_new_session=True) for _ in range(3)]
    watchdog = Watchdog()
    for group in groups:
        watchdog.started(group.pid)
    watchdog.ended(groups[1].pid)
    watchdog.close()
    watchdog.started(groups[1].pid)  # too late, and nobody minds
    assert [groups[0].wait(PATIENCE), groups[2].wait(PATIENCE)] == [-signal.SIGKILL] * 2
    assert groups[1].poll() is None
    groups[1].kill()
    groups[1].wait()


def test_the_watchdog_removes_no_folder_of_a_process_that_lives(tmp_path: Path) -> None:
    watchdog = Watchdog()
    watchdog.folder(str(tmp_path))
    watchdog.close()
    assert tmp_path.is_dir()


def test_a_watchdog_that_somebody_killed_is_missed_by_nobody() -> None:
    aws = Lambda(execution="process", runtime=MINE)
    function = aws.of_zip(PIDS)
    first = aws.answer(function)
    os.kill(aws.runner._processes._workshop.watchdog._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    second = aws.answer(aws.of_zip(PIDS, name="other"))
    aws.runner.close()
    aws.code.close()
    assert all(map(is_gone, [*first, *second]))
