"""Lambda's waiters and retries sleep on the mock's clock, and everybody else really sleeps."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any
from unittest import mock as unittest_mock

import botocore.endpoint
import botocore.waiter
import pytest
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber
from botocore.waiter import SingleWaiterConfig, Waiter

if TYPE_CHECKING:
    from lambda_mock.wire.reply import Reply
    from tests.intercept.conftest import Activate, Canned, MakeClient


class Raw(io.BytesIO):
    def stream(self) -> Any:
        yield self.read()


@pytest.fixture
def really_slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def answering(client: Any, *statuses: int) -> Any:
    """The client, whose requests are answered with one status after the other."""
    left = list(statuses)
    headers: Any = {}
    client.meta.events.register(
        "before-send", lambda request, **_: AWSResponse(request.url, left.pop(0), headers, Raw(b""))
    )
    return client


def pending_then_active(canned: type[Canned], times: int = 3) -> list[Any]:
    states = [*["Pending"] * times, "Active"]
    return [canned.success(Configuration={"FunctionName": "resize", "State": state}) for state in states]


def test_a_waiter_of_lambda_waits_on_the_mocks_clock(
    activate: Activate, canned: type[Canned], client: Any, really_slept: list[float]
) -> None:
    with activate(*pending_then_active(canned)) as mock:
        client.get_waiter("function_active_v2").wait(FunctionName="resize")
    assert mock.clock.slept == [1, 1, 1]
    assert really_slept == []


def test_the_innermost_mocks_clock_is_the_one(
    activate: Activate, canned: type[Canned], client: Any, really_slept: list[float]
) -> None:
    with activate() as outer, activate(*pending_then_active(canned)) as inner:
        client.get_waiter("function_active_v2").wait(FunctionName="resize", WaiterConfig={"Delay": 7})
    assert (outer.clock.slept, inner.clock.slept, really_slept) == ([], [7, 7, 7], [])


def test_a_waiter_over_a_stubbed_lambda_client_waits_on_the_mocks_clock(
    activate: Activate, client: Any, really_slept: list[float]
) -> None:
    with activate() as mock, Stubber(client) as stubber:
        for state in ("Pending", "Active"):
            stubber.add_response("get_function", {"Configuration": {"State": state}})
        client.get_waiter("function_active_v2").wait(FunctionName="resize")
    assert (mock.clock.slept, really_slept) == ([1], [])


def test_a_waiter_of_another_service_really_waits(
    activate: Activate, client: Any, make_client: MakeClient, really_slept: list[float]
) -> None:
    s3 = answering(make_client("s3"), 404, 404, 200)
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        s3.get_waiter("bucket_exists").wait(Bucket="photos")
    assert (mock.clock.slept, really_slept) == ([], [5, 5])


def test_a_waiter_of_another_service_does_not_notice_a_lambda_call_between_its_own(
    activate: Activate, client: Any, make_client: MakeClient, really_slept: list[float]
) -> None:
    s3 = answering(make_client("s3"), 404, 200)
    s3.meta.events.register("after-call.s3", lambda **_: client.get_function_configuration(FunctionName="resize"))
    with activate() as mock:
        s3.get_waiter("bucket_exists").wait(Bucket="photos")
    assert (mock.clock.slept, really_slept) == ([], [5])
    assert len(mock.exchanges) == 2


def test_a_waiter_that_asks_no_client_really_waits(activate: Activate, really_slept: list[float]) -> None:
    answers = [{"State": "Active"}, {"State": "Pending"}]
    acceptor = {"matcher": "path", "argument": "State", "expected": "Active", "state": "success"}
    config: Any = {"operation": "GetState", "delay": 3, "maxAttempts": 5, "acceptors": [acceptor]}
    with activate() as mock:
        waiter_config: Any = SingleWaiterConfig(config)
        Waiter("ready", waiter_config, answers.pop).wait()
    assert (mock.clock.slept, really_slept) == ([], [3])


def test_retries_of_another_service_really_sleep(
    activate: Activate, client: Any, make_client: MakeClient, really_slept: list[float]
) -> None:
    s3 = answering(make_client("s3"), 503, 200)
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        s3.head_bucket(Bucket="photos")
    assert (mock.clock.slept, len(really_slept)) == ([], 1)


def test_a_call_to_another_service_inside_a_lambda_call_really_sleeps(
    activate: Activate, canned: type[Canned], client: Any, make_client: MakeClient, really_slept: list[float]
) -> None:
    s3 = answering(make_client("s3"), 503, 200)

    def ask_s3() -> Reply:
        s3.head_bucket(Bucket="photos")
        return canned.success()

    with activate(canned.throttled(), ask_s3) as mock:
        client.get_function_configuration(FunctionName="resize")
    assert (len(mock.clock.slept), len(really_slept)) == (1, 1)


@pytest.mark.parametrize("module", [botocore.endpoint, botocore.waiter])
def test_anybody_else_who_sleeps_there_really_sleeps(
    activate: Activate, really_slept: list[float], module: Any
) -> None:
    with activate() as mock:
        module.time.sleep(3)
    assert (mock.clock.slept, really_slept) == ([], [3])


@pytest.mark.parametrize("module", [botocore.endpoint, botocore.waiter])
def test_the_rest_of_time_is_there(activate: Activate, module: Any) -> None:
    with activate():
        assert module.time is not time
        assert module.time.monotonic is time.monotonic


def test_a_users_patch_of_the_sleep_keeps_precedence(
    activate: Activate, canned: type[Canned], client: Any, really_slept: list[float]
) -> None:
    with activate(canned.throttled(), canned.success()) as mock:
        with unittest_mock.patch("botocore.endpoint.time.sleep") as theirs:
            client.get_function_configuration(FunctionName="resize")
        assert theirs.call_count == 1
        assert (mock.clock.slept, really_slept) == ([], [])
        assert botocore.endpoint.time.sleep.__self__ is botocore.endpoint.time  # type: ignore[attr-defined]
