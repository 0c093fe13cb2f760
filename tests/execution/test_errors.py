"""What a caller gets when a handler fails, one test or more for each kind of failure."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.outcomes import Exit
from hypothesis.errors import UnsatisfiedAssumption

from lambda_mock.domain.times import measured
from lambda_mock.errors import LambdaMockError, NotBuiltError
from lambda_mock.execution import stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.execution.conftest import Lambda

FAILING = """
import json

def handler(event, context):
    return inner(event)

def inner(event):
    raise ValueError("Handler fails")
"""


def raising(error: BaseException) -> Callable[[object, object], None]:
    def handler(event: object, context: object) -> None:
        raise error

    return handler


@pytest.mark.usefixtures("execution")
def test_an_exception_is_reported_with_its_trace_in_var_task(aws: Lambda) -> None:
    result = aws.run(aws.of_zip(FAILING))
    assert result.function_error == "Unhandled"
    assert list(json.loads(result.payload).items()) == [
        ("errorMessage", "Handler fails"),
        ("errorType", "ValueError"),
        ("requestId", aws.request_id),
        (
            "stackTrace",
            [
                '  File "/var/task/handler.py", line 5, in handler\n    return inner(event)\n',
                '  File "/var/task/handler.py", line 8, in inner\n    raise ValueError("Handler fails")\n',
            ],
        ),
    ]


def test_the_payload_of_an_exception_has_spaces_as_python_writes_them(aws: Lambda) -> None:
    result = aws.run(aws.of_callable(raising(ValueError("no"))))
    assert result.payload.startswith(b'{"errorMessage": "no", "errorType": "ValueError", "requestId": "')


def test_an_exception_without_message_has_an_empty_one(aws: Lambda) -> None:
    error = aws.error(aws.of_callable(raising(KeyError())))
    assert (error["errorMessage"], error["errorType"]) == ("", "KeyError")


def test_a_callable_is_traced_where_it_stands(aws: Lambda) -> None:
    (frame,) = aws.error(aws.of_callable(raising(ValueError("no"))))["stackTrace"]
    assert frame.startswith(f'  File "{__file__}", line ')
    assert frame.endswith(", in handler\n    raise error\n")


def test_frames_of_libraries_are_part_of_the_trace(aws: Lambda) -> None:
    error = aws.error(aws.of_zip("import json\ndef handler(event, context):\n    return json.loads('{')\n"))
    assert error["errorType"] == "JSONDecodeError"
    assert error["stackTrace"][0].startswith('  File "/var/task/handler.py", line 3, in handler')
    assert f'  File "{json.decoder.__file__}", line ' in error["stackTrace"][-1]


@pytest.mark.parametrize(("runtime", "shown"), [("python3.11", b'"\\u00e9\\ud800"'), ("python3.12", '"é?"'.encode())])
def test_an_error_text_is_encoded_like_a_result_whatever_it_holds(aws: Lambda, runtime: str, shown: bytes) -> None:
    result = aws.run(aws.of_callable(raising(ValueError("é\ud800")), runtime=runtime))
    assert result.payload.startswith(b'{"errorMessage": ' + shown)


@pytest.mark.parametrize(
    "handler", [lambda: None, lambda event: None, lambda event, context, more: None], ids=["none", "one", "three"]
)
def test_a_handler_takes_two_arguments(aws: Lambda, handler: Callable[..., None]) -> None:
    error = aws.error(aws.of_callable(handler))
    assert error["errorType"] == "TypeError"
    assert "argument" in error["errorMessage"]
    assert error["stackTrace"] == []


@pytest.mark.usefixtures("execution")
def test_endless_recursion_in_a_handler_is_its_error(aws: Lambda) -> None:
    error = aws.error(aws.of_zip("def handler(event, context):\n    return handler(event, context)\n"))
    assert error["errorType"] == "RecursionError"
    assert len(error["stackTrace"]) > 3


def test_an_exception_that_cannot_be_shown_ends_the_runtime(aws: Lambda) -> None:
    class ShyError(Exception):
        def __str__(self) -> str:
            raise LookupError

    error = aws.error(aws.of_callable(raising(ShyError())))
    assert error["errorMessage"].endswith("Runtime exited with error: exit status 1")


@pytest.mark.parametrize("code", [0, None, 256])
def test_a_handler_that_exits_gives_no_reason(aws: Lambda, code: int | None) -> None:
    result = aws.run(aws.of_callable(raising(SystemExit(code))))
    message = f"RequestId: {aws.request_id} Error: Runtime exited without providing a reason"
    assert result.function_error == "Unhandled"
    assert result.payload.decode() == f'{{"errorType":"Runtime.ExitError","errorMessage":"{message}"}}'


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SystemExit(127), 127),
        (SystemExit(-1), 255),
        (SystemExit("with words"), 1),
        (SystemExit(True), 1),  # noqa: FBT003
        (GeneratorExit(), 1),
        (asyncio.CancelledError(), 1),
    ],
)
def test_a_handler_that_ends_its_process_gives_the_status(aws: Lambda, error: BaseException, status: int) -> None:
    assert aws.error(aws.of_callable(raising(error))) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {aws.request_id} Error: Runtime exited with error: exit status {status}",
    }


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(("status", "reason"), [(0, "without providing a reason"), (3, "with error: exit status 3")])
def test_os_exit_in_a_handler_does_not_end_the_test(aws: Lambda, status: int, reason: str) -> None:
    exit_before = os._exit
    error = aws.error(aws.of_zip(f"import os\ndef handler(event, context):\n    os._exit({status})\n"))
    assert error["errorMessage"] == f"RequestId: {aws.request_id} Error: Runtime exited {reason}"
    assert os._exit is exit_before


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_that_a_handler_forked_may_exit(aws: Lambda) -> None:
    def handler(event: object, context: object) -> int:
        child = os.fork()
        if child == 0:
            os._exit(7)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert aws.answer(aws.of_callable(handler)) == 7


class OfSomebodyElse(BaseException):
    pass


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt(),
        pytest.fail.Exception("failed"),
        pytest.skip.Exception("skipped"),
        Exit("enough"),
        UnsatisfiedAssumption(),
        LambdaMockError("misused"),
        NotBuiltError("not yet"),
        OfSomebodyElse(),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_what_speaks_to_the_test_reaches_it(
    aws: Lambda, error: BaseException, monkeypatch: pytest.MonkeyPatch, *, zipped: bool
) -> None:
    monkeypatch.setattr("builtins.the_error", error, raising=False)
    version = aws.of_zip("def handler(event, context):\n    raise the_error\n") if zipped else None
    before = dict(os.environ)
    with pytest.raises(type(error)) as raised:
        aws.run(version or aws.of_callable(raising(error)))
    assert raised.value is error
    assert dict(os.environ) == before
    assert aws.answer(aws.of_callable(lambda event, context: "alive")) == "alive"


@pytest.mark.parametrize("passes", ["on the clock", "for real"])
def test_a_handler_that_is_late_is_answered_a_timeout(
    aws: Lambda, passes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(event: object, context: object) -> str:
        if passes == "on the clock":
            aws.clock.advance(1.5)
        else:
            monkeypatch.setattr(stopwatch, "measured", lambda: measured() + 1.5)
        return "too late"

    aws.clock.freeze()
    result = aws.run(aws.of_callable(handler, timeout=1))
    assert result.function_error == "Unhandled"
    assert result.payload.decode() == (
        f'{{"errorType":"Sandbox.Timedout",'
        f'"errorMessage":"RequestId: {aws.request_id} Error: Task timed out after 1.00 seconds"}}'
    )
    assert result.duration == 1000


def test_a_late_failure_is_a_timeout_too(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        aws.clock.advance(61)
        raise ValueError

    assert aws.error(aws.of_callable(handler, timeout=60))["errorType"] == "Sandbox.Timedout"


def test_a_handler_may_take_all_of_its_time(aws: Lambda) -> None:
    def handler(event: object, context: Any) -> int:
        aws.clock.advance(context.get_remaining_time_in_millis() / 1000 - 0.5)
        remaining: int = context.get_remaining_time_in_millis()
        return remaining

    aws.clock.freeze()
    assert 0 < aws.answer(aws.of_callable(handler, timeout=10)) <= 500


def test_an_exit_in_a_thread_of_a_handler_ends_that_thread_only(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args.exc_type.__name__))

    def handler(event: object, context: object) -> str:
        thread = threading.Thread(target=os._exit, args=(1,))
        thread.start()
        thread.join()
        return "alive"

    assert aws.answer(aws.of_callable(handler)) == "alive"
    assert raised == ["ProcessExit"]
