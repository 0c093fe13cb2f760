"""Lambda is ours and everything else moto's, in whichever order the two were started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any

import boto3
import moto.core.models
import pytest
from moto import mock_aws

from lambda_mock.intercept import credentials

if TYPE_CHECKING:
    from tests.intercept.conftest import Activate, Canned, CannedMock, MakeClient

MODES = pytest.mark.parametrize("retries", ["legacy", "standard", "adaptive"])


@pytest.fixture(params=["ours inside", "ours outside"])
def mock(request: pytest.FixtureRequest, activate: Activate, canned: type[Canned]) -> Iterator[CannedMock]:
    """A mock whose first answers are two 429s, beside an active `mock_aws`."""
    ours = canned.active(canned.Mock(canned.throttled(), canned.throttled(), canned.success()))
    order: list[AbstractContextManager[Any]] = [mock_aws(), ours]
    if request.param == "ours outside":
        order.reverse()
    with ExitStack() as stack:
        entered = [stack.enter_context(manager) for manager in order]
        yield entered[order.index(ours)]


@MODES
def test_lambda_calls_are_ours_with_real_retries(mock: CannedMock, make_client: MakeClient, retries: str) -> None:
    client = make_client(retries=retries)
    answer = client.get_function_configuration(FunctionName="resize")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert answer["FunctionName"] == "resize"
    assert mock.attempts == [1, 2, 3]


def test_motos_handler_sees_no_lambda_call(
    mock: CannedMock, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    stubber = moto.core.models.botocore_stubber
    process = stubber.process_request

    def recorded(request: Any) -> Any:
        seen.append(request.url)
        return process(request)

    monkeypatch.setattr(stubber, "process_request", recorded)
    client = make_client()
    client.meta.events.register("before-send", lambda **_: None)
    client.get_function_configuration(FunctionName="resize")
    assert (mock.attempts, seen) == ([1, 2, 3], [])
    make_client("sqs").create_queue(QueueName="jobs")
    assert len(seen) == 1


def test_moto_alone_keeps_a_client_on_the_fast_lane(mock: CannedMock, canned: type[Canned], client: Any) -> None:
    mock.replies = [canned.success()]
    client.get_function_configuration(FunctionName="resize")
    assert not mock.over_the_wire


def test_other_services_are_motos(mock: CannedMock, make_client: MakeClient) -> None:
    s3 = make_client("s3")
    s3.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["photos"]
    assert mock.exchanges == []


def test_lambda_is_motos_again_without_a_mock(activate: Activate) -> None:
    with mock_aws():
        client = boto3.client("lambda", region_name="eu-west-1")
        with activate() as mock:
            client.list_functions()
        assert client.list_functions()["Functions"] == []
    assert len(mock.exchanges) == 1


@pytest.mark.parametrize("ours_first", [True, False])
def test_neither_leaves_credentials_behind(*, ours_first: bool) -> None:
    before = dict(os.environ)
    if ours_first:
        provision = credentials.provide("eu-west-1")
        with mock_aws():
            during = os.environ["AWS_ACCESS_KEY_ID"]
        provision.take_back()
    else:
        with mock_aws():
            provision = credentials.provide("eu-west-1")
            during = os.environ["AWS_ACCESS_KEY_ID"]
            provision.take_back()
    assert during == "FOOBARKEY"
    assert dict(os.environ) == before
