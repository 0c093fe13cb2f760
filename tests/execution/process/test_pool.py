"""Which execution environment serves an invocation, how many there are at once, and when they end."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.lineage import Run
from lambda_mock.execution.runner import Runner
from tests.execution.conftest import Lambda
from tests.execution.process.conftest import MINE, is_gone

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion

# Waits for a file to appear, if the event names one.
MEETING = """
import os, pathlib, time
runs = 0
def handler(event, context):
    global runs
    runs += 1
    if event:
        pathlib.Path(event + "-came").touch()
        while not pathlib.Path(event + "-may-go").exists():
            time.sleep(0.002)
    return [os.getpid(), runs]
"""


@pytest.fixture
def limited() -> Iterator[Callable[[int], Lambda]]:
    made: list[Lambda] = []

    def make(processes: int) -> Lambda:
        made.append(Lambda(execution="process", runtime=MINE, processes=processes))
        return made[-1]

    yield make
    for aws in made:
        aws.runner.close()
        aws.code.close()


class Meeting:
    """An invocation that goes on until it may go."""

    def __init__(self, aws: Lambda, function: FunctionVersion, place: Path) -> None:
        self._came, self._may_go = Path(f"{place}-came"), Path(f"{place}-may-go")
        self.result: Any = None
        self._thread = threading.Thread(target=self._run, args=[aws, function, str(place)])
        self._thread.start()

    def _run(self, aws: Lambda, function: FunctionVersion, place: str) -> None:
        try:
            self.result = json.loads(aws.run(function, place).payload)
        except LambdaMockError as error:
            self.result = error

    def has_begun(self) -> None:
        while not self._came.exists():
            assert self._thread.is_alive()

    def end(self) -> Any:
        self._may_go.touch()
        self._thread.join()
        return self.result


def test_a_warm_environment_serves_the_next_invocation(aws: Lambda) -> None:
    function = aws.of_zip(MEETING)
    first, second = aws.answer(function), aws.answer(function)
    assert (first[1], second) == (1, [first[0], 2])


def test_concurrent_invocations_have_environments_of_their_own_and_the_last_used_is_used_first(
    aws: Lambda, tmp_path: Path
) -> None:
    function = aws.of_zip(MEETING)
    meetings = [Meeting(aws, function, tmp_path / name) for name in "ab"]
    for meeting in meetings:
        meeting.has_begun()
    one, other = meetings[0].end(), meetings[1].end()
    assert one[0] != other[0]
    assert [aws.answer(function) for _ in range(2)] == [[other[0], 2], [other[0], 3]]


def test_no_more_processes_run_at_once_than_allowed(limited: Callable[[int], Lambda], tmp_path: Path) -> None:
    aws = limited(2)
    functions = [aws.of_zip(MEETING, name=name) for name in "ab"]
    meetings = [Meeting(aws, function, tmp_path / function.function_name) for function in functions]
    for meeting in meetings:
        meeting.has_begun()
    waiting = Meeting(aws, aws.of_zip(MEETING, name="c"), tmp_path / "c")
    pid = meetings[0].end()[0]
    waiting.has_begun()
    assert is_gone(pid), "an idle one of another function made room"
    assert waiting.end()[1] == meetings[1].end()[1] == 1


def test_a_run_that_waits_takes_the_warm_environment_of_its_function(
    limited: Callable[[int], Lambda], tmp_path: Path
) -> None:
    aws = limited(1)
    function = aws.of_zip(MEETING)
    first = Meeting(aws, function, tmp_path / "a")
    first.has_begun()
    second = Meeting(aws, function, tmp_path / "b")
    pid = first.end()[0]
    assert second.end() == [pid, 2]


def test_a_run_inside_another_one_never_waits(limited: Callable[[int], Lambda], tmp_path: Path) -> None:
    aws = limited(1)
    function = aws.of_zip(MEETING)
    first = Meeting(aws, function, tmp_path / "a")
    first.has_begun()
    outer = aws.of_callable(lambda event, context: aws.answer(function), name="outer")
    assert aws.answer(outer)[1] == 1
    assert first.end()[1] == 1


def test_tenants_have_environments_of_their_own(aws: Lambda) -> None:
    function = aws.of_zip(MEETING)
    assert [aws.answer(function, tenant_id=tenant)[1] for tenant in ("a", "b", "a", None)] == [1, 1, 2, 1]


def test_provisioned_environments_and_those_on_demand_leave_each_other_alone(aws: Lambda) -> None:
    code = "runs = []\ndef handler(event, context):\n    import os\n    runs.append(1)\n"
    function = aws.of_zip(code + "    return [len(runs), os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']]\n")
    processes, answers = aws.runner._processes, []
    for pool in (1, None, 1, None, 2):
        request = aws.request(function, pool=pool)
        with Run(request, aws.clock):
            answers.append(json.loads(processes.run(request).payload))
    provisioned, on_demand = "provisioned-concurrency", "on-demand"
    assert answers == [[1, provisioned], [1, on_demand], [2, provisioned], [2, on_demand], [1, provisioned]]


def test_an_update_ends_the_idle_environment(aws: Lambda) -> None:
    function = aws.of_zip(MEETING)
    pid = aws.answer(function)[0]
    updated = replace(function, configuration=replace(function.configuration, memory_size=512), last_modified=9.0)
    assert aws.answer(updated)[1] == 1
    assert is_gone(pid)


@pytest.mark.parametrize("busy", [False, True])
def test_environments_of_a_version_that_is_gone_end(aws: Lambda, tmp_path: Path, *, busy: bool) -> None:
    function, other = aws.of_zip(MEETING), aws.of_zip(MEETING, name="other")
    kept = aws.answer(other)[0]
    meeting = Meeting(aws, function, tmp_path / "a")
    meeting.has_begun()
    pid = None if busy else meeting.end()[0]
    aws.runner._forget(function.qualified_arn)
    assert is_gone(pid or meeting.end()[0])
    assert aws.answer(other) == [kept, 2]


def test_the_tmp_of_an_environment_goes_with_it(aws: Lambda) -> None:
    code = (
        "import os, pathlib, tempfile\nkept = pathlib.Path(tempfile.gettempdir(), 'kept')\n"
        "def handler(event, context):\n    kept.open('a').write('x')\n    if event: os._exit(1)\n"
        "    return len(kept.read_text())\n"
    )
    function = aws.of_zip(code)
    assert [aws.answer(function), aws.answer(function)] == [1, 2]
    aws.error(function, "die")
    aws.runner._forget(function.qualified_arn)
    assert aws.answer(function) == 1
    assert aws.answer(aws.of_zip(code, name="other")) == 1


def test_the_end_of_the_mock_ends_what_runs_and_what_waits(limited: Callable[[int], Lambda], tmp_path: Path) -> None:
    aws = limited(1)
    function = aws.of_zip(MEETING)
    running = Meeting(aws, function, tmp_path / "a")
    running.has_begun()
    waiting = Meeting(aws, aws.of_zip(MEETING, name="other"), tmp_path / "b")
    aws.runner.close()
    assert running.end()["errorMessage"].endswith("Runtime exited with error: signal: killed")
    told = waiting.end()
    assert isinstance(told, LambdaMockError)
    assert str(told) == "other can't run any more: its mock has ended."


def test_an_environment_that_could_not_be_made_takes_no_room(
    limited: Callable[[int], Lambda], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = limited(1)
    wrong = aws.of_zip("", environment={"WRONG": "a\0b"}, name="wrong")
    missing = replace(wrong, code=replace(wrong.code, sha256="nowhere"))
    for version, error in ((wrong, LambdaMockError), (missing, KeyError)):
        with pytest.raises(error):
            aws.run(version)
    assert aws.answer(aws.of_zip(MEETING))[1] == 1


def test_many_invocations_at_once_are_all_answered(aws: Lambda) -> None:
    functions = [aws.of_zip(f"def handler(event, context): return [event, {n}]\n", name=f"f{n}") for n in range(3)]
    with ThreadPoolExecutor(200) as threads:
        answers = list(threads.map(lambda n: aws.answer(functions[n // 160 * (1 + n % 2)], n), range(200)))
    assert answers == [[n, n // 160 * (1 + n % 2)] for n in range(200)]
    assert len(aws.runs) == 200
    pool = aws.runner._processes._pool
    assert len(pool._idle) <= 8
    assert not pool._busy


def test_a_call_finds_the_run_of_its_access_key(aws: Lambda, tmp_path: Path) -> None:
    function = aws.of_zip(MEETING)
    meeting = Meeting(aws, function, tmp_path / "a")
    meeting.has_begun()
    (environment,) = aws.runner._processes._pool._busy
    run = aws.runner.run_of(environment.access_key)
    assert run is not None
    assert run.request.version is function
    assert aws.runner.run_of("AKIAOTHER") is None
    meeting.end()
    assert aws.runner.run_of(environment.access_key) is None


def test_services_give_variables_to_the_process_of_an_access_key(aws: Lambda) -> None:
    def services(access_key: str) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL": f"http://{access_key}"}

    aws.runner.close()
    aws.runner = Runner(aws.code, aws.clock, lambda *run: None, aws.post(), execution="process", services=services)
    code = "import os\ndef handler(event, context): return [os.environ[name] for name in event]\n"
    function = aws.of_zip(code, environment={"AWS_ENDPOINT_URL": "mine"})
    url, key = aws.answer(function, ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID"])
    assert url == f"http://{key}"
