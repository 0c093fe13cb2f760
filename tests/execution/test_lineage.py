"""Functions that invoke functions, and threads that do: nobody waits for ever, nobody sees another's variables."""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from lambda_mock.errors import LambdaMockError, RecursiveInvocationException
from lambda_mock.execution import lineage, turns
from lambda_mock.execution.environment import ExecutionEnvironment
from lambda_mock.execution.surroundings import Surroundings
from lambda_mock.execution.turns import Turn, Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock.domain.version import FunctionVersion
    from tests.execution.conftest import Lambda

PATIENCE = 30


def named(aws: Lambda, name: str, handler: Callable[[Any, Any], Any], **settings: Any) -> FunctionVersion:
    return aws.of_callable(handler, name=name, environment={"NAME": name}, **settings)


def who(event: object, context: object) -> str:
    return os.environ["NAME"]


def test_a_function_that_invokes_itself_for_ever_is_stopped_after_16_runs(aws: Lambda) -> None:
    runs = []

    def handler(event: int, context: object) -> object:
        runs.append(event)
        return aws.answer(itself, event + 1)

    itself = named(aws, "loop", handler)
    result = aws.run(itself, 1)
    assert result.function_error == "Unhandled"
    assert runs == list(range(1, 17))
    innermost = aws.runs[0][1].payload
    assert b'"errorType": "RecursiveInvocationException"' in innermost
    assert b"Lambda has detected your function being invoked in a recursive loop" in innermost


def test_the_16th_run_is_refused_a_further_one_by_lambda_itself(aws: Lambda) -> None:
    refused: list[RecursiveInvocationException] = []

    def handler(event: int, context: object) -> int:
        try:
            return int(aws.answer(itself, event + 1)) + 1
        except RecursiveInvocationException as error:
            refused.append(error)
            return 1

    itself = named(aws, "loop", handler)
    assert aws.answer(itself, 1) == 16
    assert [(error.status, error.message_member) for error in refused] == [(400, "Message")]


def test_a_loop_of_several_functions_is_stopped_too(aws: Lambda) -> None:
    functions: dict[str, FunctionVersion] = {}
    runs = []

    def handler(event: list[str], context: Any) -> None:
        runs.append(context.function_name)
        aws.run(functions[event[0]], [*event[1:], event[0]])

    for name in "abc":
        functions[name] = named(aws, name, handler)
    aws.run(functions["a"], ["b", "c", "a"])
    assert runs == ["a", "b", "c"] * 16


def test_versions_of_a_function_are_one_function_in_a_loop(aws: Lambda) -> None:
    runs = []

    def handler(event: int, context: object) -> None:
        runs.append(event)
        aws.run(aws.of_callable(handler, version=str(event)), event + 1)

    aws.run(aws.of_callable(handler), 1)
    assert len(runs) == 16


def test_invoking_one_function_often_is_no_loop(aws: Lambda) -> None:
    inner = named(aws, "inner", who)
    outer = named(aws, "outer", lambda event, context: [aws.answer(inner) for _ in range(40)])
    assert aws.answer(outer) == ["inner"] * 40


def test_a_long_chain_of_functions_does_not_overflow_the_stack(aws: Lambda) -> None:
    def handler(event: int, context: Any) -> int:
        def deeper(levels: int) -> int:
            return deeper(levels - 1) if levels else chain(event)

        return deeper(60)

    def chain(event: int) -> int:
        if not event:
            return 0
        result: int = aws.answer(named(aws, f"link-{event}", handler), event - 1) + 1
        return result

    limit = sys.getrecursionlimit()
    assert chain(40) == 40
    assert sys.getrecursionlimit() == limit


def test_a_nested_function_has_no_more_than_a_usual_stack(aws: Lambda) -> None:
    def endless(event: int, context: object) -> int:
        return endless(event + 1, context)

    inner = named(aws, "inner", endless)
    outer = named(aws, "outer", lambda event, context: aws.error(inner, 0)["errorType"])
    assert aws.answer(outer) == "RecursionError"


def test_nested_runs_show_their_own_variables(aws: Lambda) -> None:
    inner = named(aws, "inner", who)
    middle = named(aws, "middle", lambda event, context: [who(0, 0), aws.answer(inner), who(0, 0)])
    outer = named(aws, "outer", lambda event, context: [who(0, 0), aws.answer(middle), who(0, 0)])
    assert aws.answer(outer) == ["outer", ["middle", "inner", "middle"], "outer"]
    assert "NAME" not in os.environ


def in_thread(work: Callable[[], Any]) -> Any:
    """Do the work in a thread of its own and wait for it, as a handler might."""
    done: Future[Any] = Future()
    thread = threading.Thread(target=lambda: done.set_result(work()))
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the thread waits for its own caller"
    return done.result(0)


def test_a_thread_of_a_handler_may_invoke(aws: Lambda) -> None:
    inner = named(aws, "inner", who)
    assert aws.answer(named(aws, "outer", lambda event, context: in_thread(lambda: aws.answer(inner)))) == "inner"


def test_a_pool_of_a_handler_may_invoke(aws: Lambda) -> None:
    inner = named(aws, "inner", who)

    def handler(event: object, context: object) -> list[str]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: aws.answer(inner), range(20)))

    assert aws.answer(named(aws, "outer", handler)) == ["inner"] * 20


def test_a_pool_that_a_function_keeps_may_invoke_in_later_runs(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = named(aws, "inner", who)
    monkeypatch.setattr("builtins.invoke", lambda: aws.answer(inner), raising=False)
    function = aws.of_zip(
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\n"
        "def handler(event, context):\n    if event == 'stop': pool.shutdown()\n"
        f"    else: return pool.submit(invoke).result({PATIENCE})\n"
    )
    assert [aws.answer(function) for _ in range(3)] == ["inner"] * 3
    aws.answer(function, "stop")


def test_asyncio_in_a_handler_may_invoke(aws: Lambda) -> None:
    inner = named(aws, "inner", who)

    async def work() -> list[str]:
        loop = asyncio.get_running_loop()
        return [
            await asyncio.wait_for(asyncio.to_thread(aws.answer, inner), PATIENCE),
            await asyncio.wait_for(loop.run_in_executor(None, aws.answer, inner), PATIENCE),
            aws.answer(inner),
        ]

    assert aws.answer(named(aws, "outer", lambda event, context: asyncio.run(work()))) == ["inner"] * 3


def test_unrelated_runs_take_turns(aws: Lambda) -> None:
    inside, overlaps = [], []

    def handler(event: str, context: object) -> list[str]:
        inside.append(event)
        seen = [os.environ["NAME"] for _ in range(200)]
        overlaps.append(len(inside))
        inside.remove(event)
        return sorted(set(seen))

    names = [f"function-{number}" for number in range(8)]
    functions = [named(aws, name, handler) for name in names] * 5
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda function: aws.answer(function, function.function_name), functions))
    assert answers == [[name] for name in names] * 5
    assert set(overlaps) == {1}
    assert "NAME" not in os.environ


def test_a_run_that_a_thread_left_behind_is_in_is_waited_for(aws: Lambda) -> None:
    entered, release = threading.Event(), threading.Event()
    threads = []

    def inner_handler(event: object, context: object) -> str:
        entered.set()
        release.wait(PATIENCE)
        return os.environ["NAME"]

    inner = named(aws, "inner", inner_handler)

    def handler(event: object, context: object) -> None:
        thread = threading.Thread(target=lambda: aws.answer(inner))
        threads.append(thread)
        thread.start()
        assert entered.wait(PATIENCE)
        threading.Timer(0, release.set).start()

    before = dict(os.environ)
    aws.answer(named(aws, "outer", handler))
    assert dict(os.environ) == before
    threads[0].join(PATIENCE)
    assert dict(os.environ) == before
    assert [request.version.function_name for request, *_ in aws.runs] == ["inner", "outer"]


def test_a_thread_that_outlives_its_run_invokes_for_itself(aws: Lambda) -> None:
    ended = threading.Event()
    answers: list[str] = []
    threads = []

    def later() -> None:
        ended.wait(PATIENCE)
        answers.append(aws.answer(inner))

    def handler(event: object, context: object) -> None:
        threads.append(threading.Thread(target=later))
        threads[0].start()

    inner = named(aws, "inner", who)
    aws.answer(named(aws, "outer", handler))
    ended.set()
    threads[0].join(PATIENCE)
    assert answers == ["inner"]
    assert "NAME" not in os.environ


def test_a_run_that_arrives_when_its_caller_has_just_ended_waits_outside(aws: Lambda) -> None:
    function = aws.request(named(aws, "inner", who))
    outer = lineage.Run(aws.request(named(aws, "outer", who)), aws.clock)
    with outer:
        with Turn(outer):
            late = lineage.Run(function, aws.clock)
            assert late.parent is outer
        assert lineage.living() is None
    with Turn(late):
        assert late.parent is None
        assert late.host is None


def test_an_idle_environment_keeps_nothing_of_its_last_run(aws: Lambda) -> None:
    run = lineage.Run(aws.request(named(aws, "f", who)), aws.clock)
    environment = ExecutionEnvironment(run.request, aws.clock.time(), 1)
    with Turn(run):
        with Surroundings(run, environment):
            assert environment.occupant is run
        assert environment.occupant is None


def test_a_function_that_nobody_lets_end_is_named(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_outermost", Turns(patience=0.01))
    waiting = named(aws, "waiting", who)

    def handler(event: object, context: object) -> str:
        # A thread that isn't started by `threading`, and so is part of no run that we know of.
        with pytest.raises(LambdaMockError) as stuck:
            contextvars.Context().run(aws.run, waiting)
        return str(stuck.value)

    text = aws.answer(named(aws, "in-the-way", handler))
    assert text.startswith("waiting waited 0.01 s for in-the-way to end")
    assert "handler's own thread" in text


def test_a_run_that_is_left_behind_for_ever_keeps_nothing(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, release = threading.Event(), threading.Event()
    threads = []

    def inner_handler(event: object, context: object) -> None:
        entered.set()
        release.wait(PATIENCE)

    def handler(event: object, context: object) -> None:
        threads.append(threading.Thread(target=aws.run, args=[named(aws, "inner", inner_handler)]))
        threads[0].start()
        assert entered.wait(PATIENCE)
        inside = lineage.running().turns_inside
        assert isinstance(inside, Turns)
        inside._patience = 0.01

    before = dict(os.environ), sys.stdout
    with pytest.raises(LambdaMockError, match=r"outer waited 0\.01 s for inner to end"):
        aws.run(named(aws, "outer", handler))
    assert (dict(os.environ), sys.stdout) == before
    release.set()
    threads[0].join(PATIENCE)
    assert (dict(os.environ), sys.stdout) == before
    assert aws.answer(named(aws, "next", who)) == "next"


def test_waiting_goes_on_while_others_make_progress(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Turns()
    runs = [lineage.Run(aws.request(named(aws, name, who)), aws.clock) for name in "abcd"]
    ahead = iter(runs[:3])

    class Lock:
        """A lock that somebody else is always quicker to take, until nobody is left."""

        def acquire(self, **_: object) -> bool:
            line._run = next(ahead, None)
            return line._run is None

    monkeypatch.setattr(Turns, "_lock", Lock())
    line.take(runs[3])
    assert line._run is runs[3]


def test_an_executor_runs_only_what_is_a_run() -> None:
    with pytest.raises(RuntimeError, match="outside of any run"):
        lineage.running()


def test_threads_that_are_no_handlers_are_left_alone(aws: Lambda) -> None:
    start = threading.Thread.start
    aws.answer(named(aws, "f", who))
    assert threading.Thread.start is start
    seen = []
    thread = threading.Thread(target=lambda: seen.append(lineage.current()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_thread_start_that_somebody_wrapped_meanwhile_stays_wrapped(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EndError(Exception):
        """The end of the process, if it were the real one."""

    def end(status: int) -> NoReturn:
        raise EndError

    monkeypatch.setattr(threading.Thread, "start", threading.Thread.start)
    monkeypatch.setattr(os, "_exit", end)
    started = []

    def handler(event: object, context: object) -> None:
        below, exit_below = threading.Thread.start, os._exit

        def start(thread: threading.Thread) -> None:
            started.append(thread)
            below(thread)

        threading.Thread.start = start  # type: ignore[method-assign, assignment]
        os._exit = partial(exit_below)

    aws.answer(named(aws, "instrumenting", handler))
    aws.answer(named(aws, "instrumenting-again", handler))
    inner = named(aws, "inner", who)
    outer = named(aws, "outer", lambda event, context: in_thread(lambda: aws.answer(inner)))
    assert aws.answer(outer) == "inner"
    assert len(started) == 2
    assert in_thread(lambda: "works") == "works"
    with pytest.raises(EndError):
        os._exit(5)
