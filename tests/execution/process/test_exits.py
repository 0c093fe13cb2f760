"""Processes that end, or don't: what the caller is told, and what the next invocation finds."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.process import exits, processes
from lambda_mock.execution.process.launch import Launch, Material
from tests.execution.conftest import Lambda
from tests.execution.process.conftest import MINE, is_gone

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion

Made = Callable[..., "FunctionVersion"]

COUNTING = """
import os, pathlib, signal, subprocess, sys, tempfile, threading, time
runs = 0
kept = pathlib.Path(tempfile.gettempdir(), "kept")
def handler(event, context):
    global runs
    runs += 1
    kept.open("a").write("x")
    if event: eval(event)
    return [runs, len(kept.read_text()), os.getpid()]
"""


def ended(pid: int) -> None:
    """Wait until a child of the test has ended, and leave it to whoever started it."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def exit_error(aws: Lambda, reason: str) -> dict[str, str]:
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {aws.request_id} Error: Runtime exited {reason}",
    }


INIT_REPORT = r"{}\nINIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: {}\nSTART RequestId: "
FAULTY = "import os, signal\ndef handler(event, context): os.kill(os.getpid(), signal.SIGSEGV)\n"


# Ends of a process -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("sys.exit()", "without providing a reason"),
        ("os._exit(0)", "without providing a reason"),
        ("sys.exit('words')", "with error: exit status 1"),
        ("os._exit(127)", "with error: exit status 127"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "with error: signal: killed"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "with error: signal: terminated"),
        ("os.abort()", "with error: signal: aborted (core dumped)"),
        ("os.kill(os.getpid(), 60)", "with error: signal: signal 60"),
    ],
)
def test_an_end_is_told_and_the_next_invocation_starts_anew_with_the_same_tmp(
    aws: Lambda, end: str, reason: str
) -> None:
    function = aws.of_zip(COUNTING)
    assert aws.answer(function)[:2] == [1, 1]
    result = aws.run(function, end)
    assert result.function_error == "Unhandled"
    assert result.payload.decode() == "{{{}}}".format(
        ",".join(f'"{name}":"{value}"' for name, value in exit_error(aws, reason).items())
    )
    assert f"RequestId: {aws.request_id} Error: Runtime exited {reason}\nRuntime.ExitError\nEND" in result.log
    assert result.log.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")
    assert aws.answer(function)[:2] == [1, 3]
    assert "Init Duration" in aws.runs[-1][1].log


def test_a_segmentation_fault_takes_all_of_the_time_on_the_clock(aws: Lambda) -> None:
    aws.clock.freeze()
    function = aws.of_zip(FAULTY, timeout=30)
    begun = aws.clock.time()
    assert aws.error(function) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {aws.request_id} Error: Task timed out after 30.00 seconds",
    }
    assert aws.runs[0][1].duration == 30_000
    assert 25 < aws.clock.time() - begun <= 30


def test_without_timeouts_a_segmentation_fault_is_an_exit() -> None:
    aws = Lambda(execution="process", runtime=MINE, timeouts=False)
    function = aws.of_zip(FAULTY)
    assert aws.error(function) == exit_error(aws, "with error: signal: segmentation fault (core dumped)")
    aws.runner.close()
    aws.code.close()


@pytest.mark.parametrize(("status", "reason"), [(0, "without providing a reason"), (3, "with error: exit status 3")])
def test_an_end_while_starting_is_told(aws: Lambda, status: int, reason: str) -> None:
    function = aws.of_zip(f"import os\nprint('starting', flush=True)\nos._exit({status})\n")
    for _ in range(2):
        assert aws.error(function) == exit_error(aws, reason)
    log = aws.runs[0][1].log
    assert re.match(INIT_REPORT.format("starting", "error\tError Type: Runtime.ExitError"), log)
    assert (
        f"Version: $LATEST\nRequestId: {aws.request_id} Error: Runtime exited {reason}\nRuntime.ExitError\nEND" in log
    )
    assert log.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")


def test_a_runtime_that_lives_on_after_its_failed_start_is_ended(aws: Lambda, made: Made) -> None:
    function = made(
        """
        ask("POST", "init/error", '{"errorType": "Mine"}', {"Lambda-Runtime-Function-Error-Type": "Mine"})
        print(os.getpid(), flush=True)
        threading.Event().wait()
        """
    )
    for _ in range(2):
        assert aws.error(function) == {"errorType": "Mine"}
        assert aws.runs[-1][1].log.endswith("\tStatus: error\tError Type: Runtime.Unknown\n")


def test_a_process_that_died_between_invocations_is_replaced(aws: Lambda) -> None:
    function = aws.of_zip(COUNTING)
    first = aws.answer(function)
    os.kill(first[2], signal.SIGKILL)
    ended(first[2])
    second = aws.answer(function)
    assert second[:2] == [1, 2]
    assert second[2] != first[2]


def test_a_test_that_waits_for_all_children_takes_no_answer_away(aws: Lambda) -> None:
    function = aws.of_zip(COUNTING)
    first = aws.answer(function)
    os.kill(first[2], signal.SIGKILL)
    assert os.waitpid(first[2], 0)[0] == first[2]
    assert aws.answer(function)[:2] == [1, 2]


@pytest.mark.parametrize("missing", [["os.pidfd_open"], ["os.waitid"], ["os.pidfd_open", "os.waitid"]])
def test_systems_differ_in_how_an_end_is_noticed(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch, missing: list[str]
) -> None:
    for name in missing:
        monkeypatch.delattr(name)
    function = aws.of_zip(COUNTING)
    assert aws.answer(function)[:2] == [1, 1]
    assert aws.error(function, "os._exit(5)") == exit_error(aws, "with error: exit status 5")
    assert aws.error(function, "os.kill(os.getpid(), signal.SIGKILL)") == exit_error(aws, "with error: signal: killed")
    assert aws.answer(function)[:2] == [1, 4]


def test_an_invocation_that_no_runtime_has_taken_is_given_to_a_new_one(aws: Lambda, made: Made) -> None:
    function = made(
        """
        import pathlib
        marks = pathlib.Path(os.environ["TMPDIR"], "marks")
        mine = next_id()
        marks.open("a").write("x")
        answer(mine, marks.read_text())
        time_to_die = threading.Event()
        os._exit(0)
        """
    )
    assert [aws.answer(function) for _ in range(3)] == ["x", "xx", "xxx"]


def test_a_runtime_that_never_takes_an_invocation_exits(aws: Lambda, made: Made) -> None:
    function = made(
        """
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        asking = socket.create_connection((host, int(port)))
        asking.sendall(f"GET {ROOT}invocation/next HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
        os._exit(4)
        """
    )
    assert aws.error(function) == exit_error(aws, "with error: exit status 4")


def test_an_answer_that_was_sent_counts_though_its_process_dies_at_that_moment(aws: Lambda, made: Made) -> None:
    function = made(
        """
        mine = next_id()
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        last = socket.create_connection((host, int(port)))
        head = f"POST {ROOT}invocation/{mine}/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\n\\r\\n"
        last.sendall(f"{head}7".encode())
        os._exit(0)
        """
    )
    assert [aws.answer(function) for _ in range(3)] == [7, 7, 7]


def test_half_an_answer_is_none(aws: Lambda, made: Made) -> None:
    function = made(
        """
        mine = next_id()
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        last = socket.create_connection((host, int(port)))
        head = f"POST {ROOT}invocation/{mine}/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 2\\r\\n\\r\\n"
        last.sendall(f"{head}7".encode())
        os._exit(0)
        """
    )
    assert aws.error(function) == exit_error(aws, "without providing a reason")


def test_what_a_function_started_ends_with_its_process(aws: Lambda) -> None:
    function = aws.of_zip(
        "import os, subprocess\ndef handler(event, context):\n"
        "    child = subprocess.Popen(['/bin/sleep', '600'])\n    print(child.pid)\n    os._exit(1)\n"
    )
    aws.error(function)
    assert is_gone(int(aws.runs[0][1].log.splitlines()[1]))


def test_a_runtime_that_cannot_be_started_is_told_to_the_test(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    def launch(material: Material) -> Launch:
        return Launch(command=["/no/such/program"])

    monkeypatch.setattr(processes, "_LAUNCHERS", {"made": launch})
    with pytest.raises(LambdaMockError, match=r"f can't run here: its runtime could not be started: .*No such file"):
        aws.run(aws.of_zip("", runtime="made.up"))


def test_every_signal_has_words() -> None:
    told = [exits.reason(-number) for number in signal.valid_signals()]
    assert all(words.startswith("with error: signal: ") for words in told)
    assert "with error: signal: segmentation fault (core dumped)" in told


# Deadlines -------------------------------------------------------------------------------------------------------


@contextmanager
def passing(aws: Lambda, seconds: float, begun: Path) -> Iterator[None]:
    """Let time pass on the clock as soon as the function has made a file."""
    answered = threading.Event()

    def advance() -> None:
        while not begun.exists() and not answered.wait(0.01):
            pass
        aws.clock.advance(seconds)

    advancing = threading.Thread(target=advance)
    advancing.start()
    try:
        yield
    finally:
        answered.set()
        advancing.join()


def test_a_function_is_killed_at_its_deadline_and_starts_anew_with_the_same_tmp(aws: Lambda, tmp_path: Path) -> None:
    function = aws.of_zip(COUNTING)
    pid = aws.answer(function)[2]
    begun = tmp_path / "begun"
    with passing(aws, 61, begun):
        result = aws.run(
            function, f"[print('working', flush=True), pathlib.Path({str(begun)!r}).touch(), time.sleep(600)]"
        )
    assert result.payload.decode() == (
        '{"errorType":"Sandbox.Timedout",'
        f'"errorMessage":"RequestId: {aws.request_id} Error: Task timed out after 60.00 seconds"}}'
    )
    assert (result.function_error, result.duration) == ("Unhandled", 60_000)
    assert "\nworking\n" in result.log
    assert is_gone(pid)
    assert aws.answer(function)[:2] == [1, 3]


def test_a_deadline_passes_on_the_clock_too(aws: Lambda, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    code = "import pathlib, time\ndef handler(event, context):\n    pathlib.Path(event).touch()\n    time.sleep(600)\n"

    with passing(aws, 301, begun):
        assert aws.error(aws.of_zip(code, timeout=300), str(begun))["errorType"] == "Sandbox.Timedout"


def test_a_function_that_ignores_every_signal_is_ended(aws: Lambda) -> None:
    code = (
        "import signal\ndef handler(event, context):\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while True: pass\n"
    )
    assert aws.error(aws.of_zip(code, timeout=0.2))["errorType"] == "Sandbox.Timedout"


def test_without_timeouts_a_function_may_take_as_long_as_it_likes() -> None:
    aws = Lambda(execution="process", runtime=MINE, timeouts=False)
    function = aws.of_zip("import time\ntime.sleep(0.02)\ndef handler(event, context): time.sleep(0.1)\n", timeout=0.05)
    assert aws.answer(function) is None
    assert aws.runs[0][1].duration > 50
    aws.runner.close()
    aws.code.close()


SLOW_TO_START = """
import os, pathlib, tempfile, time
tried = pathlib.Path(tempfile.gettempdir(), "tried")
if not tried.exists() or ALWAYS:
    tried.touch()
    print("slow", flush=True)
    time.sleep(600)
print("quick", flush=True)
def handler(event, context): return "started"
"""


def test_a_start_that_takes_too_long_is_begun_anew_within_the_invocation(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "INIT_LIMIT", 2)
    function = aws.of_zip(SLOW_TO_START.replace("ALWAYS", "False"))
    assert aws.answer(function) == "started"
    log = aws.runs[0][1].log
    assert re.match(INIT_REPORT.format("slow", "timeout"), log)
    assert float(re.findall(r"Init Duration: (\S+) ms", log)[0]) >= 1900
    assert log.index("START") < log.index("quick")
    assert log.count("Init Duration") == 1


def test_a_start_that_takes_too_long_twice_is_a_timeout(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "INIT_LIMIT", 0.3)
    function = aws.of_zip(SLOW_TO_START.replace("ALWAYS", "True"), timeout=0.2)
    assert aws.error(function)["errorType"] == "Sandbox.Timedout"
    assert aws.runs[0][1].duration == 200


def test_the_time_of_a_start_is_not_the_invocations(aws: Lambda) -> None:
    function = aws.of_zip("import time\ntime.sleep(2.1)\ndef handler(event, context): return 1\n", timeout=2)
    assert aws.answer(function) == 1


def test_a_runtime_that_asks_for_nothing_more_is_a_timeout(aws: Lambda, made: Made) -> None:
    function = made("import time\nanswer(next_id(), 1)\ntime.sleep(600)", timeout=2)
    assert aws.answer(function) == 1
    assert aws.error(function)["errorType"] == "Sandbox.Timedout"
    assert aws.answer(function) == 1


def test_an_event_that_nobody_reads_is_a_timeout(aws: Lambda, made: Made) -> None:
    function = made(
        """
        import time
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        asking = socket.socket()
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asking.connect((host, int(port)))
        asking.sendall(f"GET {ROOT}invocation/next HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
        time.sleep(600)
        """,
        timeout=0.3,
    )
    begun = time.monotonic()
    assert aws.error(function, "x" * 6_000_000)["errorType"] == "Sandbox.Timedout"
    assert time.monotonic() - begun < 60
