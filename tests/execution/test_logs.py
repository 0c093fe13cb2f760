"""What a function writes, and the log that Lambda makes of it."""

# ruff: noqa: LOG015, T201  # handlers print, and use the root logger as many do

from __future__ import annotations

import io
import logging
import re
import sys
import threading
import types
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.execution import logs

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

REPORT = (
    r"REPORT RequestId: {id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t"
    r"Max Memory Used: \d+ MB\t{init}\n"
)
INIT = r"Init Duration: \d+\.\d\d ms\t"


def written(log: str) -> str:
    """What stands between START and END."""
    found = re.fullmatch(r"START [^\n]*\n(.*)END [^\n]*\nREPORT [^\n]*\n", log, re.DOTALL)
    assert found, log
    return found[1]


@pytest.mark.parametrize("version", ["$LATEST", "7"])
def test_a_log_begins_with_start_and_ends_with_a_report(aws: Lambda, version: str) -> None:
    function = aws.of_callable(lambda event, context: None, version=version, memory_size=256)
    first, second = aws.run(function).log, aws.run(function).log
    start = re.escape(f"START RequestId: {aws.request_id} Version: {version}\nEND RequestId: {aws.request_id}\n")
    assert re.fullmatch(start + REPORT.format(id=aws.request_id, init=INIT), first)
    assert re.fullmatch(start + REPORT.format(id=aws.request_id, init=""), second)


@pytest.mark.usefixtures("execution")
def test_only_a_cold_start_has_an_init_duration(aws: Lambda) -> None:
    function = aws.of_zip("def handler(event, context): pass\n")
    assert ["Init Duration" in aws.run(function).log for _ in range(3)] == [True, False, False]


def test_the_report_tells_the_duration_and_bills_whole_milliseconds(aws: Lambda) -> None:
    aws.clock.freeze()
    result = aws.run(aws.of_callable(lambda event, context: aws.clock.advance(1.0005)))
    found = re.search(r"\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms\t", result.log)
    assert found
    assert (float(found[1]), int(found[2])) == (1000.5, 1001)
    assert result.duration == pytest.approx(1000.5)


def test_no_function_is_said_to_have_used_more_memory_than_it_has(aws: Lambda) -> None:
    log = aws.run(aws.of_callable(lambda event, context: None, memory_size=128)).log
    found = re.search(r"Max Memory Used: (\d+) MB", log)
    assert found
    assert 0 < int(found[1]) <= 128


@pytest.mark.parametrize(
    ("platform", "peak", "used"), [("linux", 100 * 1024, 100), ("darwin", 100 * 1024**2, 100), ("win32", 0, 32)]
)
def test_the_memory_that_was_used_is_the_peak_of_the_process(
    monkeypatch: pytest.MonkeyPatch, platform: str, peak: int, used: int
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("resource.getrusage", lambda who: types.SimpleNamespace(ru_maxrss=peak))
    assert logs._memory_used(128) == used
    assert logs._memory_used(16) == 16


def test_standard_output_and_standard_error_are_in_the_log(aws: Lambda, capsys: pytest.CaptureFixture[str]) -> None:
    def handler(event: object, context: object) -> None:
        print("on output")
        sys.stderr.writelines(["on ", "error\n"])

    streams = sys.stdout, sys.stderr
    log = aws.run(aws.of_callable(handler)).log
    assert written(log) == "on output\non error\n"
    assert (sys.stdout, sys.stderr) == streams
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("on output\n", "on error\n"), "the test sees it too"


def test_an_unfinished_line_is_finished(aws: Lambda) -> None:
    log = aws.run(aws.of_callable(lambda event, context: sys.stdout.write("no end"))).log
    assert written(log) == "no end\n"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_that_a_function_replaced_is_left_alone(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sys, name, getattr(sys, name))  # so that it is put back in the end
    replacement = io.StringIO()
    aws.run(aws.of_callable(lambda event, context: setattr(sys, name, replacement)))
    assert getattr(sys, name) is replacement


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_of_a_run_that_somebody_puts_back_later_does_no_harm(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    below = io.StringIO()
    monkeypatch.setattr(sys, name, below)
    kept: list[Any] = []
    aws.run(aws.of_callable(lambda event, context: kept.append(getattr(sys, name))))
    setattr(sys, name, kept[0])
    print("outside", file=getattr(sys, name))
    log = aws.run(aws.of_callable(lambda event, context: print("inside", file=getattr(sys, name)))).log
    assert written(log) == "inside\n"
    assert below.getvalue() == "outside\ninside\n"
    assert getattr(sys, name) is below


def test_streams_keep_their_other_abilities(aws: Lambda) -> None:
    def handler(event: object, context: object) -> list[object]:
        sys.stdout.flush()
        return [sys.stdout.encoding, sys.stdout.isatty()]

    assert aws.answer(aws.of_callable(handler)) == [sys.stdout.encoding, False]


@pytest.mark.usefixtures("execution")
def test_what_the_initialisation_writes_comes_before_start(aws: Lambda) -> None:
    function = aws.of_zip("print('loading')\ndef handler(event, context): print('running')\n")
    first, second = aws.run(function).log, aws.run(function).log
    assert first.startswith("loading\nSTART RequestId")
    assert written(second) == "running\n"


def test_logging_writes_level_time_request_id_and_message(aws: Lambda) -> None:
    aws.clock.freeze()
    log = aws.run(aws.of_callable(lambda event, context: logging.getLogger("some").warning("care: %s", 7))).log
    when = logs.milliseconds(aws.clock.time())
    assert written(log) == f"[WARNING]\t{when}\t{aws.request_id}\tcare: 7\n"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", when)


def test_a_logged_exception_has_its_traceback(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        try:
            int("no number")
        except ValueError:
            logging.exception("caught", stack_info=True)

    lines = written(aws.run(aws.of_callable(handler)).log).splitlines()
    assert lines[0].endswith("\tcaught")
    assert lines[1] == "Traceback (most recent call last):"
    assert "ValueError: invalid literal for int() with base 10: 'no number'" in lines
    assert "Stack (most recent call last):" in lines


def test_the_root_logger_begins_at_warning(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        logging.info("not shown")
        logging.getLogger("own").setLevel(logging.DEBUG)
        logging.getLogger("own.child").debug("shown")
        logging.getLogger("own").setLevel(logging.NOTSET)

    assert written(aws.run(aws.of_callable(handler)).log).endswith("\tshown\n")
    assert "not shown" not in aws.runs[-1][1].log


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("level_of_test", [logging.NOTSET, logging.INFO, logging.WARNING, logging.ERROR])
def test_a_level_that_a_function_sets_is_its_own(
    aws: Lambda, caplog: pytest.LogCaptureFixture, level_of_test: int
) -> None:
    caplog.set_level(level_of_test)
    function = aws.of_zip(
        "import logging\nlogging.getLogger().setLevel(logging.INFO)\n"
        "def handler(event, context):\n    logging.info('info')\n    logging.debug('debug')\n"
    )
    other = aws.of_callable(lambda event, context: logging.info("not shown"))
    for _ in range(2):
        assert written(aws.run(function).log).endswith("\tinfo\n")
        assert "debug" not in aws.runs[-1][1].log
        assert written(aws.run(other).log) == ""
        assert logging.root.level == level_of_test


def test_caplog_sees_what_the_test_asks_it_to_see(aws: Lambda, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = aws.run(aws.of_callable(lambda event, context: logging.info("for the test"))).log
    assert caplog.messages == ["for the test"]
    assert written(log) == "", "on Lambda nobody would see it"


@pytest.mark.usefixtures("execution")
def test_handlers_that_a_function_removes_or_adds_stay_with_it(aws: Lambda) -> None:
    function = aws.of_zip(
        "import logging\nlogging.basicConfig(level='INFO', format='mine: %(message)s', force=True)\n"
        "def handler(event, context): logging.info('hello')\n"
    )
    before = logging.root.handlers, list(logging.root.handlers)
    for _ in range(2):
        assert written(aws.run(function).log) == "mine: hello\n"
        assert logging.root.handlers is before[0]
        assert logging.root.handlers == before[1]
    assert "\tplain\n" in aws.run(aws.of_callable(lambda event, context: logging.error("plain"))).log


@pytest.mark.usefixtures("execution")
def test_the_first_handler_of_the_root_logger_is_lambdas(aws: Lambda) -> None:
    function = aws.of_zip(
        "import logging\nroot = logging.getLogger()\n"
        "root.handlers[0].setFormatter(logging.Formatter('%(aws_request_id)s %(message)s'))\n"
        "def handler(event, context): root.error('hello')\n"
    )
    for _ in range(2):
        assert written(aws.run(function).log) == f"{aws.request_id} hello\n"
    assert written(aws.run(aws.of_callable(lambda event, context: logging.error("plain"))).log).startswith("[ERROR]\t")


def test_a_function_that_disables_logging_disables_none_of_the_test(aws: Lambda) -> None:
    before = logging.root.manager.disable
    aws.run(aws.of_callable(lambda event, context: logging.disable(logging.CRITICAL)))
    assert logging.root.manager.disable == before


def test_a_record_that_cannot_be_formatted_fails_nobody(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging_handlers = logging.root.handlers
    monkeypatch.setattr(logging.root, "handlers", [])
    function = aws.of_callable(lambda event, context: logging.error("%d", "no number"))
    assert written(aws.run(function).log) == ""
    assert logging_handlers is not logging.root.handlers


def test_threads_of_a_handler_write_to_its_log_and_other_threads_do_not(aws: Lambda) -> None:
    asked, told = threading.Event(), threading.Event()

    def somebody_else() -> None:
        asked.wait()
        print("elsewhere")
        logging.error("elsewhere")
        told.set()

    def handler(event: object, context: object) -> None:
        own = threading.Thread(target=print, args=["own"])
        own.start()
        own.join()
        asked.set()
        told.wait()

    other = threading.Thread(target=somebody_else)
    other.start()
    assert written(aws.run(aws.of_callable(handler)).log) == "own\n"
    other.join()


def test_the_log_of_a_function_has_nothing_of_one_that_it_invokes(aws: Lambda) -> None:
    inner = aws.of_callable(lambda event, context: print("inner"), name="inner")

    def handler(event: object, context: object) -> None:
        print("before")
        aws.run(inner)
        logging.error("after")

    log = written(aws.run(aws.of_callable(handler)).log)
    assert log.startswith("before\n")
    assert log.endswith("\tafter\n")
    assert "inner" not in log
    assert written(aws.runs[0][1].log) == "inner\n"


@pytest.mark.usefixtures("execution")
def test_an_uncaught_error_is_logged_with_no_break_spaces(aws: Lambda) -> None:
    log = aws.run(aws.of_zip("def handler(event, context):\n    raise KeyError('k')\n")).log
    assert written(log) == (
        "[ERROR] KeyError: 'k'\n"
        "Traceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/handler.py", line 2, in handler\n'
        "\u00a0\u00a0\u00a0\u00a0raise KeyError('k')\n"
    )


def test_a_report_does_not_tell_of_an_exception(aws: Lambda) -> None:
    log = aws.run(aws.of_zip("def handler(event, context):\n    raise KeyError('k')\n")).log
    assert re.search(r"\tInit Duration: [\d.]+ ms\t\n$", log)


@pytest.mark.parametrize(
    ("code", "error_type"),
    [
        ("import nowhere\n", "Runtime.ImportModuleError"),
        ("raise ValueError\n", "Runtime.Unknown"),
        ("class Own(Exception): pass\nOwn.__name__ = 'Function.Own'\nraise Own\n", "Function.Own"),
    ],
)
def test_an_initialisation_that_failed_is_reported_before_start(aws: Lambda, code: str, error_type: str) -> None:
    log = aws.run(aws.of_zip(f"print('so far')\n{code}")).log
    reported = rf"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: error\tError Type: {error_type}\n"
    assert re.match(rf"so far\n\[ERROR\] .+?\n{reported}START RequestId: \S+ Version: \$LATEST\nEND ", log, re.DOTALL)
    assert log.endswith(f" MB\tStatus: error\tError Type: {error_type}\n")


def test_an_exit_while_it_is_initialised_fails_the_initialisation_and_the_invocation(aws: Lambda) -> None:
    log = aws.run(aws.of_zip("import os\nprint('so far')\nos._exit(3)\n")).log
    exited = f"RequestId: {aws.request_id} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n"
    assert log.startswith("so far\nINIT_REPORT Init Duration: ")
    assert written(log[log.index("START") :]) == exited


def test_an_uncaught_error_without_message_is_logged_by_its_class(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        raise ValueError

    assert written(aws.run(aws.of_callable(handler)).log).startswith("[ERROR] ValueError\nTraceback")


def test_a_timeout_is_logged_at_its_moment(aws: Lambda) -> None:
    aws.clock.freeze()
    begun = aws.clock.time()

    def handler(event: object, context: object) -> None:
        aws.clock.advance(10)
        raise ValueError("nobody hears it")

    log = aws.run(aws.of_callable(handler, timeout=2)).log
    assert written(log).endswith(
        f"{logs.milliseconds(begun + 2)} {aws.request_id} Task timed out after 2.00 seconds\n\n"
    )
    report = log.splitlines()[-1]
    assert "\tDuration: 2000.00 ms\tBilled Duration: 2001 ms\t" in report, "the initialisation is billed too"
    assert report.endswith("\tStatus: timeout")


def test_an_exit_is_logged_with_what_it_said(aws: Lambda) -> None:
    log = aws.run(aws.of_callable(lambda event, context: sys.exit("good bye"))).log
    exited = f"RequestId: {aws.request_id} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n"
    assert written(log) == f"good bye\n{exited}"
    assert log.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")


def test_context_log_writes_as_it_is(aws: Lambda) -> None:
    def handler(event: object, context: Any) -> None:
        context.log("a")
        context.log(1)
        context.log("\n")

    assert written(aws.run(aws.of_callable(handler)).log) == "a1\n"


def test_a_context_that_outlives_its_run_writes_to_standard_output(
    aws: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = []
    aws.run(aws.of_callable(lambda event, context: kept.append(context)))
    kept[0].log("later")
    assert capsys.readouterr().out == "later"
