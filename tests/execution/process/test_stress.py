"""Processes that somebody kills at random while invocations run: each invocation gets exactly one answer, its own."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

INVOCATIONS = 120
KILLS = 12


def test_killed_processes_cost_their_own_invocation_at_most(aws: Lambda) -> None:
    function = aws.of_zip(
        "import os, time\nruns = 0\ndef handler(event, context):\n    global runs\n    runs += 1\n"
        "    time.sleep(event % 5 / 1000)\n    return [event, context.aws_request_id, os.getpid()]\n",
        timeout=60,
    )
    ids = [f"8f9c5b8e-0000-4000-8000-{number:012}" for number in range(INVOCATIONS)]
    draws = random.Random(7)  # noqa: S311  # repeatable
    alive, done = threading.Condition(), threading.Event()
    killed: list[int] = []
    seen: list[int] = []

    def invoke(number: int) -> tuple[str, object]:
        result = aws.run(function, number, request_id=ids[number])
        payload = json.loads(result.payload)
        if result.function_error is None:
            with alive:
                seen.append(payload[2])
                alive.notify()
        return result.function_error or "", payload

    def kill() -> None:
        for _ in range(KILLS):
            with alive:
                alive.wait_for(lambda: len(seen) > draws.randrange(8) or done.is_set())
                pid = draws.choice(seen) if seen else None
                seen.clear()
            if pid is None:
                return
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed.append(pid)

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(invoke, range(INVOCATIONS)))
    with alive:
        done.set()
        alive.notify()
    killer.join()

    lost = 0
    for number, (error, payload) in enumerate(outcomes):
        if error:
            lost += 1
            message = f"RequestId: {ids[number]} Error: Runtime exited with error: signal: killed"
            assert payload == {"errorType": "Runtime.ExitError", "errorMessage": message}
        else:
            assert isinstance(payload, list)
            assert payload[:2] == [number, ids[number]]
    assert killed
    assert lost <= len(killed)
    assert sorted(request.request_id for request, *_ in aws.runs) == ids
