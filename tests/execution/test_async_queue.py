"""Asynchronous invocations: eager, retried on the clock, in the order in which they are due."""

from __future__ import annotations

import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.domain import clock
from lambda_mock.domain.times import measured
from lambda_mock.errors import (
    ERRORS,
    LambdaMockError,
    ResourceConflictException,
    ResourceNotFoundException,
    ResourceNotReadyException,
    ServiceException,
    TooManyRequestsException,
)
from lambda_mock.execution import async_queue, stopwatch
from lambda_mock.execution.async_queue import AsyncQueue
from lambda_mock.execution.drain import Attempt, Drain
from lambda_mock.execution.executor import InvocationResult
from lambda_mock.execution.lineage import running
from lambda_mock.execution.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_mock.domain.clock import Clock
    from lambda_mock.errors import ServiceError
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import OpenQueue
    from tests.execution.conftest import Lambda

PATIENCE = 30
KMSDisabledException = ERRORS["KMSDisabledException"]


def failing(times: int) -> Callable[[object, object], str]:
    """A handler that fails so many times."""
    failures = iter(range(times))

    def handler(event: object, context: object) -> str:
        if next(failures, None) is not None:
            raise ValueError("not yet")
        return "done"

    return handler


def attempts(aws: Lambda) -> list[tuple[str, int, bool]]:
    """What ran: function, number of the attempt, whether it failed."""
    return [
        (request.version.function_name, attempt, result.function_error is not None)
        for request, result, attempt, _ in aws.runs
    ]


def test_an_event_is_handled_before_sending_it_returns(aws: Lambda) -> None:
    events: list[object] = []
    aws.send(aws.of_callable(lambda event, context: events.append(event)), {"a": 1})
    assert events == [{"a": 1}]
    assert attempts(aws) == [("f", 1, False)]


def test_an_event_that_fails_is_tried_twice_more(aws: Lambda) -> None:
    aws.send(aws.of_callable(failing(10)))
    assert attempts(aws) == [("f", 1, True), ("f", 2, True), ("f", 3, True)]


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_an_event_that_succeeds_is_not_tried_again(aws: Lambda, failures: int) -> None:
    aws.send(aws.of_callable(failing(failures)))
    assert attempts(aws) == [*(("f", number + 1, True) for number in range(failures)), ("f", failures + 1, False)]


def test_retries_come_after_one_minute_and_then_two_on_the_clock(aws: Lambda) -> None:
    aws.clock.freeze()
    begun, moments = aws.clock.time(), []

    def handler(event: object, context: object) -> None:
        moments.append(aws.clock.time() - begun)
        raise ValueError

    aws.send(aws.of_callable(handler))
    assert moments == pytest.approx([0, 60, 180])


def test_all_attempts_have_the_same_request_id(aws: Lambda) -> None:
    seen = []

    def handler(event: object, context: Any) -> None:
        seen.append(context.aws_request_id)
        raise ValueError

    aws.send(aws.of_callable(handler), request_id="8f9c5b8e-0000-4000-8000-00000000000e")
    assert seen == ["8f9c5b8e-0000-4000-8000-00000000000e"] * 3


def test_a_timeout_and_an_exit_are_retried_like_any_failure(aws: Lambda) -> None:
    endings: Iterator[Callable[[], None]] = iter([lambda: aws.clock.advance(100), lambda: sys.exit(1), lambda: None])
    aws.send(aws.of_callable(lambda event, context: next(endings)()))
    assert attempts(aws) == [("f", 1, True), ("f", 2, True), ("f", 3, False)]


def test_an_attempt_runs_the_code_of_its_moment(aws: Lambda) -> None:
    requests = iter([aws.request(aws.of_callable(failing(1), name=name)) for name in ("before", "after", "later")])
    event = aws.event(lambda: next(requests))
    aws.runner.submit(event)
    assert [name for name, _, _ in attempts(aws)] == ["before", "after", "later"]


def test_an_event_for_a_function_that_is_gone_is_dropped(aws: Lambda) -> None:
    aws.send(ResourceNotFoundException("Function not found"))
    assert aws.runs == []


def test_a_function_that_is_deleted_meanwhile_ends_the_retries(aws: Lambda) -> None:
    function = aws.request(aws.of_callable(failing(10)))

    def resolve() -> InvocationRequest:
        if aws.runs:
            raise ResourceNotFoundException("Function not found")
        return function

    aws.runner.submit(aws.event(resolve))
    assert len(aws.runs) == 1


def test_an_event_of_more_than_six_hours_is_dropped(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        aws.clock.advance(21_600)
        raise ValueError

    aws.send(aws.of_callable(handler))
    assert len(aws.runs) == 1


def test_events_that_a_handler_sends_wait_until_it_is_done(aws: Lambda) -> None:
    order = []

    def handler(event: int, context: object) -> None:
        order.append(f"begin {event}")
        if event < 3:
            aws.send(itself, event * 2)
            aws.send(itself, event * 2 + 1)
        order.append(f"end {event}")

    itself = aws.of_callable(handler)
    aws.send(itself, 1)
    assert order == [f"{word} {number}" for number in range(1, 6) for word in ("begin", "end")]


def test_what_is_due_first_runs_first(aws: Lambda) -> None:
    order: list[object] = []

    def handler(event: str, context: object) -> None:
        order.append(event)
        if order == ["a"]:
            aws.send(itself, "b")
            raise ValueError

    itself = aws.of_callable(handler)
    aws.send(itself, "a")
    assert order == ["a", "b", "a"]


def test_threads_of_a_handler_join_its_queue(aws: Lambda) -> None:
    order = []

    def handler(event: int, context: object) -> None:
        order.append(f"begin {event}")
        if event == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(aws.send, itself, 2).result(PATIENCE)
        order.append(f"end {event}")

    itself = aws.of_callable(handler)
    aws.send(itself, 1)
    assert order == ["begin 1", "end 1", "begin 2", "end 2"]


def test_events_from_unrelated_threads_are_all_handled(aws: Lambda) -> None:
    events: list[int] = []
    function = aws.of_callable(lambda event, context: events.append(event))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: aws.send(function, number), range(40)))
    assert sorted(events) == list(range(40))


def test_a_function_that_sends_events_to_itself_for_ever_is_stopped(aws: Lambda) -> None:
    def handler(event: int, context: object) -> None:
        aws.send(itself, event + 1)

    itself = aws.of_callable(handler)
    aws.send(itself, 1)
    assert [attempt for _, attempt, _ in attempts(aws)] == [1] * 16


def test_an_event_that_a_function_sends_while_it_is_waited_for_takes_none_of_its_time(aws: Lambda) -> None:
    failing_function = aws.of_callable(failing(10), name="failing")
    seen = []

    def handler(event: object, context: Any) -> str:
        aws.send(failing_function)
        seen.append(context.get_remaining_time_in_millis())
        return "in time"

    outer = aws.of_callable(lambda event, context: aws.answer(inner), name="outer", timeout=3)
    inner = aws.of_callable(handler, name="inner", timeout=3)
    assert aws.answer(outer) == "in time"
    assert 2_000 < seen[0] <= 3_000
    assert attempts(aws) == [("failing", n, True) for n in (1, 2, 3)] + [("inner", 1, False), ("outer", 1, False)]


def test_the_real_time_of_an_event_is_not_its_senders_either(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(event: object, context: object) -> None:
        for module in (async_queue, clock, stopwatch):
            monkeypatch.setattr(module, "measured", lambda: measured() + 10)

    sent = aws.of_callable(long, name="long", timeout=60)
    assert aws.run(aws.of_callable(lambda event, context: aws.send(sent), timeout=3)).function_error is None


def test_the_delays_of_one_queue_are_not_taken_from_a_run_of_another(aws: Lambda) -> None:
    first_failure, go_on = threading.Event(), threading.Event()
    retried = []

    def retry(event: object, context: object) -> None:
        retried.append(event)
        first_failure.set()
        raise ValueError

    def slow(event: object, context: Any) -> int:
        go_on.set()
        # The other queue can only wait for its turn: its delay passes when this run has ended.
        return context.get_remaining_time_in_millis()  # type: ignore[no-any-return]

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(aws.send, aws.of_callable(retry, name="retry"))
        assert first_failure.wait(PATIENCE)
        for _ in range(20):
            assert aws.answer(aws.of_callable(slow, name="slow")) > 2_000
        sent.result(PATIENCE)
    assert len(retried) == 3


def test_events_that_are_left_when_the_test_is_spoken_to_are_dropped(aws: Lambda) -> None:
    events: list[object] = []

    def handler(event: int, context: object) -> None:
        events.append(event)
        if event == 1:
            aws.send(itself, 2)
            pytest.fail("seen by the test")

    itself = aws.of_callable(handler)
    with pytest.raises(pytest.fail.Exception, match="seen by the test"):
        aws.send(itself, 1)
    aws.send(itself, 3)
    assert events == [1, 3]


def test_a_queue_that_was_drained_takes_nothing_more(aws: Lambda) -> None:
    drain = Drain()
    event = aws.event(lambda: pytest.fail("resolved"))
    assert drain.next() is None
    assert not drain.add(Attempt(due=0, sent=0, event=event, cause=None))


def test_what_lambda_can_not_run_is_tried_after_one_second_and_then_after_twice_as_long_each_time(aws: Lambda) -> None:
    aws.clock.freeze()
    began, tried = aws.clock.time(), []

    def resolve() -> InvocationRequest:
        tried.append(round(aws.clock.time() - began, 3))
        raise KMSDisabledException("the key is disabled")

    aws.runner.submit(aws.event(resolve))
    assert tried[:12] == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111]
    assert len(tried) == 10 + (21_600 - 512) // 300
    assert aws.clock.time() - began == pytest.approx(21_600)
    assert aws.runs == []


@pytest.mark.parametrize(
    "refusal",
    [
        KMSDisabledException("the key is disabled"),
        ResourceConflictException("the function is Pending"),
        ResourceNotReadyException("the network is not there"),
        TooManyRequestsException("Rate Exceeded."),
    ],
    ids=lambda refusal: refusal.code,
)
def test_what_lambda_can_not_run_for_a_while_runs_afterwards(aws: Lambda, refusal: ServiceError) -> None:
    function = aws.request(aws.of_callable(failing(1)), invocation_type="Event")
    refusals = iter([refusal] * 3)

    def resolve() -> InvocationRequest:
        if (error := next(refusals, None)) is not None:
            raise error
        return function

    aws.runner.submit(aws.event(resolve))
    assert attempts(aws) == [("f", 1, True), ("f", 2, False)]


def test_delays_begin_anew_after_an_attempt(aws: Lambda) -> None:
    aws.clock.freeze()
    began, tried = aws.clock.time(), []
    function = aws.request(aws.of_callable(failing(1)), invocation_type="Event")
    endings = iter(["refused", "refused", "runs", "refused", "runs"])

    def resolve() -> InvocationRequest:
        tried.append(round(aws.clock.time() - began, 3))
        if next(endings) == "refused":
            raise ServiceException("an error of Lambda's own")
        return function

    aws.runner.submit(aws.event(resolve))
    assert tried == [0, 1, 3, 63, 64]


def test_a_queue_that_was_closed_drops_what_it_holds_and_what_comes(aws: Lambda) -> None:
    nobody: Any = None
    closed = AsyncQueue(aws.clock, nobody, nobody, nobody, manual=True)
    event = aws.event(lambda: pytest.fail("resolved"))
    closed.submit(event)
    closed.close()
    closed.submit(event)
    closed.drain()
    assert closed.waiting == [event.function_arn]


def test_an_error_that_speaks_to_the_test_costs_no_other_event(aws: Lambda) -> None:
    seen: list[object] = []

    def handler(event: int, context: object) -> None:
        seen.append(event)
        if event % 2:
            raise LambdaMockError(f"error {event}")

    function = aws.of_callable(handler)

    def fan_out(event: object, context: object) -> None:
        for number in (1, 2, 3, 4):
            aws.send(function, number)

    with pytest.raises(LambdaMockError, match="error 1"):
        aws.send(aws.of_callable(fan_out))
    assert seen == [1, 2, 3, 4]


class Elsewhere:
    """Runs functions in no process at all: a run begins, and ends when it is let go."""

    elsewhere = True

    def __init__(self) -> None:
        self.began: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.let_go = threading.Semaphore(0)
        self.at_once = self.most = 0

    def run(self, request: InvocationRequest) -> InvocationResult:
        run = running()
        run.begin()
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.began.put(request.invocation_type)
        assert self.let_go.acquire(timeout=PATIENCE)
        self.at_once -= 1
        run.finish("success")
        return InvocationResult(payload=b"null", function_error=None, log="", duration=0)


def test_an_event_waits_for_a_run_elsewhere_that_takes_all_that_is_reserved(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = Elsewhere()
    monkeypatch.setattr(Runner, "_choose", lambda self, request: executor)
    function = aws.of_callable(lambda event, context: None)
    limits = aws.request(function).limits
    limits.reserve(1)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(aws.run, function)
        assert executor.began.get(timeout=PATIENCE) == "RequestResponse"
        sent = pool.submit(aws.send, function)
        while not aws.concurrency.waiting:
            assert not sent.done()
        executor.let_go.release()
        assert executor.began.get(timeout=PATIENCE) == "Event"
        executor.let_go.release()
        asked.result(PATIENCE)
        sent.result(PATIENCE)
    assert executor.most == 1


def test_an_event_that_a_run_sends_does_not_wait_for_that_run(aws: Lambda) -> None:
    order: list[int] = []

    def handler(event: int, context: object) -> None:
        order.append(event)
        if event == 1:
            aws.send(itself, 2)

    itself = aws.of_callable(handler)
    aws.request(itself).limits.reserve(1)
    aws.answer(itself, 1)
    assert order == [1, 2]


class Chore:
    """A source that has something to do at certain moments; what it does it tells, and calls."""

    def __init__(self, clock: Clock, story: list[str]) -> None:
        self._clock = clock
        self._story = story
        self.moments: list[float] = []
        self.without_an_end: list[float] = []
        self.does: Callable[[OpenQueue], None] = lambda drain: None
        self.noticed = 0
        self.tells = False

    @property
    def due(self) -> float:
        return min([*self.moments, *self.without_an_end])

    def notice(self) -> None:
        self.noticed += 1

    def begin(self) -> None:
        self._story.append("begun") if self.tells else None

    def rest(self) -> None:
        self._story.append("rests") if self.tells else None

    def first(self, *, everything: bool) -> Chore | None:
        by_now = [moment for moment in self.without_an_end if everything or moment <= self._clock.time()]
        return self if self.moments or by_now else None

    def work(self, drain: OpenQueue) -> None:
        moment = self.due
        (self.moments if moment in self.moments else self.without_an_end).remove(moment)
        self._story.append(f"polled at {round(self._clock.time() - BEGUN)}")
        self.does(drain)


BEGUN = 1_800_000_000.0


class TestSources:
    """Queues and streams have their turn in the same loop."""

    @pytest.fixture
    def story(self) -> list[str]:
        return []

    @pytest.fixture
    def chore(self, aws: Lambda, story: list[str]) -> Chore:
        aws.clock.freeze()
        aws.clock.advance(BEGUN - aws.clock.time())
        chore = Chore(aws.clock, story)
        aws.runner.queue.sources = chore
        return chore

    def test_a_source_is_told_when_the_work_begins_and_when_it_is_over(
        self, aws: Lambda, chore: Chore, story: list[str]
    ) -> None:
        chore.tells = True
        aws.runner.queue.look()
        chore.moments += [BEGUN]
        chore.does = lambda drain: aws.send(aws.of_callable(lambda event, context: story.append("ran")))
        aws.runner.queue.look()
        assert story == ["begun", "polled at 0", "ran", "rests"]

    def test_what_is_due_is_done_when_somebody_looks(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        aws.runner.queue.look()
        chore.moments += [BEGUN]
        aws.runner.queue.look()
        assert story == ["polled at 0"]
        assert chore.noticed == 2

    def test_a_wait_that_has_an_end_passes_on_the_clock(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        chore.moments += [BEGUN + 20]
        aws.runner.queue.look()
        assert story == ["polled at 20"]
        assert aws.clock.time() == BEGUN + 20

    def test_a_wait_without_an_end_is_left_to_time(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        aws.clock.on_advance = aws.runner.queue.look
        chore.without_an_end += [BEGUN + 30]
        aws.runner.queue.look()
        aws.clock.advance(29)
        assert story == []
        aws.clock.advance(1)
        assert story == ["polled at 30"]

    def test_a_drain_waits_for_everything(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        chore.without_an_end += [BEGUN + 30, BEGUN + 60]
        aws.runner.queue.drain()
        assert story == ["polled at 30", "polled at 60"]

    def test_time_that_the_queue_lets_pass_makes_it_look_no_second_time(
        self, aws: Lambda, chore: Chore, story: list[str]
    ) -> None:
        aws.clock.on_advance = aws.runner.queue.look
        chore.moments += [BEGUN + 20]
        chore.without_an_end += [BEGUN + 20]
        aws.runner.queue.look()
        assert story == ["polled at 20", "polled at 20"]

    def test_attempts_and_polls_come_in_the_order_of_their_moments(
        self, aws: Lambda, chore: Chore, story: list[str]
    ) -> None:
        def handler(event: object, context: object) -> None:
            story.append(f"ran at {round(aws.clock.time() - BEGUN)}")
            raise ValueError

        chore.moments += [BEGUN, BEGUN + 60, BEGUN + 100]
        aws.send(aws.of_callable(handler))
        assert story == ["ran at 0", "polled at 0", "ran at 60", "polled at 60", "polled at 100", "ran at 180"]

    def test_a_function_that_looks_leaves_it_to_the_loop_that_runs_it(
        self, aws: Lambda, chore: Chore, story: list[str]
    ) -> None:
        def handler(event: object, context: object) -> None:
            chore.moments.append(BEGUN)
            aws.runner.queue.look()
            story.append("the function ends")

        aws.send(aws.of_callable(handler))
        assert story == ["the function ends", "polled at 0"]

    def test_a_function_that_somebody_waits_for_looks_by_itself(
        self, aws: Lambda, chore: Chore, story: list[str]
    ) -> None:
        def handler(event: object, context: object) -> None:
            chore.moments.append(BEGUN)
            aws.runner.queue.look()
            story.append("the function ends")

        aws.run(aws.of_callable(handler))
        assert story == ["polled at 0", "the function ends"]

    def test_a_run_of_a_poll_belongs_to_the_loop(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        def handler(event: object, context: object) -> None:
            chore.moments.append(BEGUN)
            aws.runner.queue.look()
            aws.send(aws.of_callable(lambda event, context: story.append("the event runs"), name="other"))
            story.append("the function ends")

        request = aws.request(aws.of_callable(handler))

        def run(drain: OpenQueue) -> None:
            chore.does = lambda drain: None
            aws.runner.run(request, drain=drain)

        chore.moments.append(BEGUN)
        chore.does = run
        aws.runner.queue.look()
        assert story == ["polled at 0", "the function ends", "the event runs", "polled at 0"]

    def test_a_function_cannot_drain_the_loop_that_runs_it(self, aws: Lambda, chore: Chore) -> None:
        with pytest.raises(LambdaMockError, match="f asks for a queue to be drained that is being drained"):
            aws.send(aws.of_callable(lambda event, context: aws.runner.queue.drain()))

    def test_in_manual_mode_polls_wait_for_the_drain(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        runner = Runner(aws.code, aws.clock, lambda *run: None, aws.post(), manual=True)
        runner.queue.sources = chore
        chore.moments += [BEGUN]
        runner.queue.look()
        assert (story, chore.noticed) == ([], 1)
        runner.queue.drain()
        assert story == ["polled at 0"]

    def test_two_threads_poll_one_after_the_other(self, aws: Lambda, chore: Chore, story: list[str]) -> None:
        first_polls, second_looks = threading.Event(), threading.Event()

        def work(drain: OpenQueue) -> None:
            first_polls.set()
            assert second_looks.wait(PATIENCE)
            story.append("done")

        chore.moments += [BEGUN]
        chore.does = work
        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(aws.runner.queue.look)
            assert first_polls.wait(PATIENCE)
            chore.moments += [BEGUN]
            chore.does = lambda drain: story.append("done by the second")
            other = threads.submit(aws.runner.queue.look)
            second_looks.set()
            one.result(PATIENCE), other.result(PATIENCE)
        assert story == ["polled at 0", "done", "polled at 0", "done by the second"]
