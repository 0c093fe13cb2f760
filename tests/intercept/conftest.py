"""A mock that answers what a test tells it, and clients to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import boto3
import pytest
from botocore.config import Config

from lambda_mock.errors import ServiceError, TooManyRequestsException
from lambda_mock.intercept.botocore import interceptor
from lambda_mock.wire.model import codec
from lambda_mock.wire.reply import Exchange, Reply

CONFIGURATION = {"FunctionName": "resize", "Version": "$LATEST", "MemorySize": 128, "State": "Active"}

Answer = TypeVar("Answer")
CannedReply = Reply | Exception | Callable[[], Reply]


class RecordingClock:
    """A clock on which time passes only in a list."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class CannedMock:
    """Answers one reply after the other, the last one for ever; raises exceptions, and calls functions for theirs."""

    def __init__(self, *replies: CannedReply, lane: str = "fast") -> None:
        self.replies = list(replies) or [success()]
        self.lane = lane
        self.clock = RecordingClock()
        self.exchanges: list[Exchange] = []
        self.parameters: list[dict[str, Any]] = []

    def during(self, call: Callable[[], Answer]) -> Answer:
        return call()

    def answer(self, exchange: Exchange) -> Reply:
        reply = self.replies[min(len(self.exchanges), len(self.replies) - 1)]
        self.exchanges.append(exchange)
        self.parameters.append(codec(exchange.operation).decode(exchange.request))
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Reply) else reply()

    @property
    def attempts(self) -> list[int]:
        return [exchange.attempt for exchange in self.exchanges]

    @property
    def over_the_wire(self) -> bool:
        """Whether the last call was evaluated after botocore had prepared it for sending."""
        return "amz-sdk-request" in self.exchanges[-1].request["headers"]


def success(status: int = 200, **members: Any) -> Reply:
    return Reply(
        request_id="8d5b1ab2-1c5b-4f0a-a8f5-6b6a2f3f1f10", status=status, date=1.7e9, members=members or CONFIGURATION
    )


def failure(error: ServiceError) -> Reply:
    return Reply(request_id="0a8ab1c2-1c5b-4f0a-a8f5-6b6a2f3f1f11", status=error.status, date=1.7e9, error=error)


def throttled() -> Reply:
    return failure(TooManyRequestsException("Rate Exceeded.", Reason="CallerRateLimitExceeded"))


class Canned:
    """What tests build answers and mocks from."""

    Mock = CannedMock
    success = staticmethod(success)
    failure = staticmethod(failure)
    throttled = staticmethod(throttled)

    @staticmethod
    @contextmanager
    def active(mock: CannedMock) -> Iterator[CannedMock]:
        interceptor.enter(mock)
        try:
            yield mock
        finally:
            interceptor.leave(mock)


Activate = Callable[..., AbstractContextManager[CannedMock]]
MakeClient = Callable[..., Any]


@pytest.fixture
def canned() -> type[Canned]:
    return Canned


@pytest.fixture
def activate(canned: type[Canned]) -> Activate:
    """Replies to an active canned mock, for a `with` statement."""

    def activate(*replies: CannedReply, lane: str = "fast") -> AbstractContextManager[CannedMock]:
        return canned.active(CannedMock(*replies, lane=lane))

    return activate


@pytest.fixture(autouse=True)
def no_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session")
def warm_session() -> boto3.Session:
    """One session for all tests: the first client of a session costs twenty times what the next one does."""
    return boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="secret", region_name="eu-west-1")


@pytest.fixture
def make_client(warm_session: boto3.Session) -> MakeClient:
    """A client of its own for each call: `make_client("s3", retries="legacy", attempts=4, ...)`."""

    def make_client(service: str = "lambda", retries: str = "standard", attempts: int = 4, **options: Any) -> Any:
        config = Config(retries={"mode": retries, "total_max_attempts": attempts}, **options.pop("config", {}))  # type: ignore[arg-type]
        return warm_session.client(service, config=config, **options)  # type: ignore[call-overload]

    return make_client


@pytest.fixture
def client(make_client: Callable[..., Any]) -> Any:
    return make_client()
