"""Many writers on one function: every change is one step, so nothing is lost, torn or numbered twice."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import threading
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

THREADS = 32
CALLS = 10_000
ROLE = "arn:aws:iam::123456789012:role/lambda-role"


def package(serial: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), f"def handler(event, context):\n    return {serial}\n")
    return content.getvalue()


class Writers:
    """32 threads that change one function until they have made 10,000 calls together; what they saw is kept."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.budget = itertools.count()
        self.serial = itertools.count(1)
        self.lock = threading.Lock()
        self.published: list[dict[str, Any]] = []
        self.atomic: list[tuple[str, str, str]] = []
        self.outcomes: Counter[str] = Counter()

    def run(self) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for each in [pool.submit(self._work, number) for number in range(THREADS)]:
                each.result()

    def _work(self, number: int) -> None:
        tasks = [self.count_up, self.count_up, self.publish, self.release, self.repoint]
        for turn in itertools.count(number):
            if next(self.budget) >= CALLS // 2:  # every task makes two calls
                return
            tasks[turn % len(tasks)]()

    def count_up(self) -> None:
        """Read the counter with its RevisionId, and write it back one higher, unless somebody else was faster."""
        seen = self.client.get_function(FunctionName="counter")["Configuration"]
        count = int(seen["Environment"]["Variables"]["COUNT"]) + 1
        try:
            self.client.update_function_configuration(
                FunctionName="counter",
                RevisionId=seen["RevisionId"],
                Description=str(count),
                Environment={"Variables": {"COUNT": str(count)}},
            )
        except ClientError as error:
            self._note(error.response["Error"]["Code"])
        else:
            self._note("counted")

    def publish(self) -> None:
        version = self.client.publish_version(FunctionName="counter")
        shown = self.client.get_function_configuration(FunctionName="counter", Qualifier=version["Version"])
        with self.lock:
            self.published += [version, shown]

    def release(self) -> None:
        code = package(next(self.serial))
        version = self.client.update_function_code(FunctionName="counter", ZipFile=code, Publish=True)
        shown = self.client.get_function_configuration(FunctionName="counter", Qualifier=version["Version"])
        sent = base64.b64encode(hashlib.sha256(code).digest()).decode()
        with self.lock:
            self.published += [version, shown]
            self.atomic.append((version["Version"], sent, shown["CodeSha256"]))

    def repoint(self) -> None:
        newest = self.client.publish_version(FunctionName="counter")["Version"]
        moved = self.client.update_alias(FunctionName="counter", Name="live", FunctionVersion=newest)
        assert moved["FunctionVersion"] == newest

    def _note(self, outcome: str) -> None:
        with self.lock:
            self.outcomes[outcome] += 1


def released(client: Any) -> Writers:
    client.create_function(
        FunctionName="counter",
        Role=ROLE,
        Runtime="python3.12",
        Handler="app.handler",
        Description="0",
        Environment={"Variables": {"COUNT": "0"}},
        Code={"ZipFile": package(0)},
        Publish=True,
    )
    client.create_alias(FunctionName="counter", Name="live", FunctionVersion="1")
    return Writers(client)


@pytest.mark.lambda_mock(lifecycle="instant")
def test_32_threads_lose_no_update_tear_no_version_and_give_no_number_twice(
    mock_lambda: Any, lambda_client: Any
) -> None:
    writers = released(lambda_client)
    writers.run()

    assert len(mock_lambda.calls) >= CALLS

    # Of two writers with the same RevisionId exactly one wins: the counter is the number of those that won.
    last = lambda_client.get_function(FunctionName="counter")["Configuration"]
    assert int(last["Environment"]["Variables"]["COUNT"]) == writers.outcomes["counted"] > 0
    assert set(writers.outcomes) <= {"counted", "PreconditionFailedException"}

    # No number stands for two versions, and a version is whole: both of its halves come from one update.
    assert all(version["Description"] == version["Environment"]["Variables"]["COUNT"] for version in writers.published)
    identities = {(version["Version"], version["RevisionId"], version["CodeSha256"]) for version in writers.published}
    assert len(identities) == len({version["Version"] for version in writers.published})

    # Update and publish are one step: each such version has the code of its own request.
    assert all(sent == shown for _, sent, shown in writers.atomic)
    assert len({number for number, _, _ in writers.atomic}) == len(writers.atomic) > 0
