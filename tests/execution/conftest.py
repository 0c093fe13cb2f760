"""Functions made by hand, and a runner for them: no operation, no client."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from lambda_mock.domain.clock import Clock
from lambda_mock.domain.code import Code, CodeStore
from lambda_mock.domain.configuration import Configuration
from lambda_mock.domain.event_invoke_config import UNSET
from lambda_mock.domain.ids import Ids
from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
from lambda_mock.domain.neighbours.objects import LocalObjects
from lambda_mock.domain.run_limits import AccountConcurrency, RunLimits
from lambda_mock.domain.tracing import trace_header
from lambda_mock.domain.version import FunctionVersion, Status
from lambda_mock.errors import ServiceError
from lambda_mock.execution.executor import Event, InvocationRequest, InvocationResult
from lambda_mock.execution.post import Letter, Post
from lambda_mock.execution.runner import Runner

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"


def zip_of(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    return content.getvalue()


@dataclass
class Lambda:
    """A few functions and what runs them; `runs` keeps what the runner reported."""

    clock: Clock = field(default_factory=Clock)
    code: CodeStore = field(default_factory=CodeStore)
    runs: list[tuple[InvocationRequest, InvocationResult, int, float]] = field(default_factory=list)
    concurrency: AccountConcurrency = field(default_factory=AccountConcurrency)
    limits: dict[str, RunLimits] = field(default_factory=dict)
    sent: list[tuple[Letter, str | None]] = field(default_factory=list)
    execution: str = "inline"
    runtime: str = "python3.12"
    processes: int = 8
    timeouts: bool = True
    timeout: int = 3
    serial: int = 0
    request_id: str = "8f9c5b8e-0000-4000-8000-000000000001"

    def __post_init__(self) -> None:
        self.runner = Runner(
            self.code,
            self.clock,
            lambda *run: self.runs.append(run),
            self.post(),
            execution=self.execution,
            processes=self.processes,
            timeouts=self.timeouts,
        )

    def post(self) -> Post:
        """One that has no neighbours, and keeps in `sent` what it is to deliver."""
        nobody = Neighbourhood(LocalObjects(), lambda: None)
        return Post(nobody, Ids(0, "deliveries").uuid, lambda *letter: self.sent.append(letter))

    def version(
        self, code: Code, *, name: str = "f", version: str = "$LATEST", **configuration: Any
    ) -> FunctionVersion:
        self.serial += 1
        settings = {"role": ROLE, "runtime": self.runtime, "handler": "handler.handler", "timeout": self.timeout}
        return FunctionVersion(
            function_name=name,
            function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
            version=version,
            configuration=Configuration(**{**settings, **configuration}),
            code=code,
            revision_id=f"revision-{self.serial}",
            last_modified=float(self.serial),
            state=Status(value="Active"),
            last_update=Status(value="Successful"),
        )

    def of_zip(self, files: dict[str, str] | str, **settings: Any) -> FunctionVersion:
        package = zip_of({"handler.py": files} if isinstance(files, str) else files)
        return self.version(self.code.add_zip(package), **settings)

    def of_callable(self, handler: Callable[..., Any], /, **settings: Any) -> FunctionVersion:
        code = self.code.add_zip(self.code.placeholder(repr(handler), self.serial))
        self.code.attach(code, handler)
        return self.version(code, **settings)

    def request(self, version: FunctionVersion, event: object = None, **changes: Any) -> InvocationRequest:
        qualifier = changes.get("qualifier")
        arn = version.function_arn if qualifier is None else f"{version.function_arn}:{qualifier}"
        settings: dict[str, Any] = {
            "request_id": self.request_id,
            "version": version,
            "limits": self.limits.setdefault(version.function_name, RunLimits(self.concurrency)),
            "invoked_arn": arn,
            "qualifier": None,
            "account_id": ACCOUNT,
            "region": REGION,
            "payload": json.dumps({} if event is None else event).encode(),
            "trace": trace_header(None, changes.get("request_id", self.request_id), arn),
        }
        return InvocationRequest(**{**settings, **changes})

    def run(self, version: FunctionVersion, event: object = None, **changes: Any) -> InvocationResult:
        return self.runner.run(self.request(version, event, **changes))

    def answer(self, version: FunctionVersion, event: object = None, **changes: Any) -> Any:
        """What the function returns; it must not fail."""
        result = self.run(version, event, **changes)
        assert result.function_error is None, result.payload
        return json.loads(result.payload)

    def error(self, version: FunctionVersion, event: object = None, **changes: Any) -> Any:
        """The payload of the function's error; it must fail."""
        result = self.run(version, event, **changes)
        assert result.function_error == "Unhandled", result.payload
        return json.loads(result.payload)

    def event(self, resolve: Callable[[], InvocationRequest], request_id: str | None = None) -> Event:
        """An event for which nothing was set: it has the usual retries and no destinations."""

        def onward(destination: str, record: bytes) -> Event:
            pytest.fail(f"{record!r} was sent to {destination}")

        return Event(
            request_id=request_id or self.request_id,
            qualified_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f:$LATEST",
            payload=b"{}",
            resolve=resolve,
            settings=lambda: UNSET,
            dead_letter_target=lambda: "",
            onward=onward,
        )

    def send(
        self, version: FunctionVersion | ServiceError, event: object = None, request_id: str | None = None
    ) -> None:
        """An asynchronous invocation."""

        def resolve() -> InvocationRequest:
            if isinstance(version, ServiceError):
                raise version
            return self.request(version, event, request_id=sent_as, invocation_type="Event")

        sent_as = request_id or self.request_id
        self.runner.submit(self.event(resolve, sent_as))


IN_A_PROCESS = pytest.param("process", marks=pytest.mark.filterwarnings("ignore:A function for python3"))


@pytest.fixture(params=["inline", IN_A_PROCESS])
def execution(request: pytest.FixtureRequest) -> str:
    """Tests that use this state what holds wherever a function runs; the others are about runs in this process."""
    where: str = request.param
    return where


@pytest.fixture
def aws(request: pytest.FixtureRequest) -> Iterator[Lambda]:
    everywhere = "execution" in request.fixturenames
    where = request.getfixturevalue("execution") if everywhere else "inline"
    aws = Lambda(execution=where, timeout=3 if where == "inline" else 60)
    yield aws
    aws.runner.close()
    aws.code.close()


def published(version: FunctionVersion, number: str) -> FunctionVersion:
    return replace(version, version=number)
