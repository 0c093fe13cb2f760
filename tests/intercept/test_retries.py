"""Answers that botocore may retry go through botocore's own retry loop: its attempts, its backoff, its hooks."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError

from lambda_mock.errors import (
    ERRORS,
    LambdaMockError,
    ResourceConflictException,
    ServiceException,
    TooManyRequestsException,
)

if TYPE_CHECKING:
    from tests.intercept.conftest import Activate, Canned, MakeClient

MODES = pytest.mark.parametrize("retries", ["legacy", "standard", "adaptive"])
LANES = pytest.mark.parametrize("lane", ["fast", "wire"])


@pytest.fixture(autouse=True)
def _nobody_really_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(seconds: float) -> None:
        pytest.fail(f"somebody really slept for {seconds} s")

    monkeypatch.setattr(time, "sleep", refuse)


@MODES
@LANES
def test_a_throttled_call_is_retried_until_it_succeeds(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str, lane: str
) -> None:
    client = make_client(retries=retries)
    with activate(canned.throttled(), canned.throttled(), canned.success(), lane=lane) as mock:
        answer = client.get_function_configuration(FunctionName="resize")
    assert answer["FunctionName"] == "resize"
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert mock.attempts == [1, 2, 3]


@MODES
@LANES
def test_backoff_passes_on_the_mocks_clock(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str, lane: str
) -> None:
    client = make_client(retries=retries)
    with activate(canned.throttled(), canned.throttled(), canned.success(), lane=lane) as mock:
        client.get_function_configuration(FunctionName="resize")
    backoff = [seconds for seconds in mock.clock.slept if seconds >= 0]
    assert len(backoff) == len(mock.clock.slept) >= 2


@MODES
@LANES
def test_a_call_fails_when_its_attempts_are_used_up(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str, lane: str
) -> None:
    client = make_client(retries=retries, attempts=3)
    with (
        activate(canned.throttled(), lane=lane) as mock,
        pytest.raises(client.exceptions.TooManyRequestsException) as caught,
    ):
        client.get_function_configuration(FunctionName="resize")
    assert mock.attempts == [1, 2, 3]
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2
    assert caught.value.response["ResponseMetadata"]["MaxAttemptsReached"] is True


@LANES
def test_an_error_keeps_its_modelled_members(activate: Activate, canned: type[Canned], client: Any, lane: str) -> None:
    with activate(canned.throttled(), lane=lane), pytest.raises(ClientError) as caught:
        client.get_function_configuration(FunctionName="resize")
    response: Any = caught.value.response
    assert response["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert (response["Reason"], response["Type"]) == ("CallerRateLimitExceeded", "User")


@pytest.mark.parametrize("code", sorted(code for code, error in ERRORS.items() if error.status >= 500))
def test_a_failure_of_lambda_itself_is_retried(
    activate: Activate, canned: type[Canned], client: Any, code: str
) -> None:
    with activate(canned.failure(ERRORS[code]("down")), canned.success()) as mock:
        answer = client.get_function_configuration(FunctionName="resize")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert mock.attempts == [1, 2]


@MODES
def test_an_error_of_the_caller_is_not_retried(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str
) -> None:
    client = make_client(retries=retries)
    with activate(canned.failure(ResourceConflictException("busy"))) as mock, pytest.raises(ClientError) as caught:
        client.get_function_configuration(FunctionName="resize")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert mock.attempts == [1]


def test_a_429_is_retried_whatever_its_code(activate: Activate, canned: type[Canned], make_client: MakeClient) -> None:
    class SlowerException(TooManyRequestsException):
        """A code that is on none of botocore's lists."""

    client = make_client(retries="legacy")
    with activate(canned.failure(SlowerException("slower")), canned.success()) as mock:
        client.get_function_configuration(FunctionName="resize")
    assert mock.attempts == [1, 2]


def test_the_mode_decides_whether_an_error_is_retried_and_not_the_mock(
    activate: Activate, canned: type[Canned], make_client: MakeClient
) -> None:
    class LimitExceededException(TooManyRequestsException):
        """A code that standard mode takes for throttling, with a status that neither mode retries."""

        status = 400

    for retries, attempts in (("legacy", [1]), ("standard", [1, 2])):
        client = make_client(retries=retries, attempts=2)
        with activate(canned.failure(LimitExceededException("full"))) as mock, pytest.raises(ClientError):
            client.get_function_configuration(FunctionName="resize")
        assert mock.attempts == attempts


@LANES
def test_the_payload_is_whole_at_every_attempt(
    activate: Activate, canned: type[Canned], client: Any, lane: str
) -> None:
    reply = canned.success(StatusCode=200, Payload=b"null")
    with activate(canned.throttled(), canned.failure(ServiceException("down")), reply, lane=lane) as mock:
        client.invoke(FunctionName="resize", Payload=io.BytesIO(b'{"n": 1}'))
    assert [parameters["Payload"] for parameters in mock.parameters] == [b'{"n": 1}'] * 3


@LANES
def test_response_received_is_emitted_for_every_attempt(
    activate: Activate, canned: type[Canned], client: Any, lane: str
) -> None:
    seen = []
    client.meta.events.register(
        "response-received.lambda", lambda parsed_response, **_: seen.append("Error" in parsed_response)
    )
    with activate(canned.throttled(), canned.success(), lane=lane):
        client.get_function_configuration(FunctionName="resize")
    assert seen == [True, False]


def test_a_hook_that_answers_an_attempt_takes_it_from_the_mock(
    activate: Activate, canned: type[Canned], client: Any
) -> None:
    from botocore.awsrequest import AWSResponse

    bodies = [b"first"]

    class Unavailable(io.BytesIO):
        def stream(self) -> Any:
            yield self.read()

    client.meta.events.register(
        "before-send.lambda",
        lambda request, **_: AWSResponse(request.url, 503, {}, Unavailable(bodies.pop())) if bodies else None,  # type: ignore[arg-type]
    )
    with activate(canned.success()) as mock:
        answer = client.get_function_configuration(FunctionName="resize")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert mock.attempts == [1]


@MODES
def test_an_error_of_the_tests_author_at_a_later_attempt_reaches_the_caller(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str
) -> None:
    error = LambdaMockError("wrong")
    client = make_client(retries=retries)
    with activate(canned.throttled(), error) as mock, pytest.raises(LambdaMockError) as caught:
        client.get_function_configuration(FunctionName="resize")
    assert caught.value is error
    assert mock.attempts == [1, 2]


def test_adaptive_mode_waits_for_its_bucket_on_the_mocks_clock(
    activate: Activate, canned: type[Canned], make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    def refuse(condition: threading.Condition, timeout: float | None = None) -> bool:
        pytest.fail(f"the token bucket really waited for {timeout} s")

    monkeypatch.setattr(threading.Condition, "wait", refuse)
    client = make_client(retries="adaptive", attempts=6)
    with activate(*[canned.throttled()] * 5, canned.success()) as mock:
        answer = client.get_function_configuration(FunctionName="resize")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 5
    assert len(mock.clock.slept) > 5  # five of backoff, and those of the bucket


def test_adaptive_mode_waits_for_nothing_before_it_was_throttled(activate: Activate, make_client: MakeClient) -> None:
    client = make_client(retries="adaptive")
    with activate(lane="wire") as mock:
        for _ in range(5):
            client.get_function_configuration(FunctionName="resize")
    assert mock.clock.slept == []


@pytest.fixture
def session_without_credentials() -> Any:
    session = botocore.session.get_session()
    session.set_config_variable("region", "eu-west-1")
    return session


@LANES
def test_a_client_without_credentials_is_answered_and_signs_nothing(
    activate: Activate, canned: type[Canned], session_without_credentials: Any, lane: str
) -> None:
    client = session_without_credentials.create_client("lambda")
    with activate(canned.throttled(), canned.success(), lane=lane) as mock:
        assert client.get_function_configuration(FunctionName="resize")["FunctionName"] == "resize"
    assert [exchange.access_key for exchange in mock.exchanges] == [None, None]
    assert "Authorization" not in mock.exchanges[-1].request["headers"]


@LANES
def test_credentials_that_would_be_fetched_are_left_alone(
    activate: Activate, canned: type[Canned], session_without_credentials: Any, lane: str
) -> None:
    def fetch() -> dict[str, str]:
        pytest.fail("credentials were fetched")

    expired = {"access_key": "AKIAOLD", "secret_key": "s", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"}
    session_without_credentials._credentials = RefreshableCredentials.create_from_metadata(expired, fetch, "test")
    client = session_without_credentials.create_client("lambda")
    with activate(canned.throttled(), canned.success(), lane=lane) as mock:
        client.get_function_configuration(FunctionName="resize")
    assert [exchange.access_key for exchange in mock.exchanges] == [None, None]


def test_plain_credentials_sign_what_goes_over_the_wire(activate: Activate, client: Any) -> None:
    with activate(lane="wire") as mock:
        client.get_function_configuration(FunctionName="resize")
    assert "Credential=AKIATEST/" in mock.exchanges[0].request["headers"]["Authorization"]


def test_no_error_of_lambda_is_modelled_as_retryable(client: Any) -> None:
    """Else `lanes.may_be_retried` would have to read the model, as standard mode does."""
    service = client.meta.service_model
    assert [shape.name for shape in service.error_shapes if shape.metadata.get("retryable")] == []
