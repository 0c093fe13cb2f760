"""Other processes reach the services of the moto that is active here, in their accounts and regions."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import util
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_mock import LambdaMock, MockConfig
from lambda_mock.integrations.moto.server import _environ, _run, answer_by_moto
from lambda_mock.intercept.http_endpoint import HttpEndpoint
from lambda_mock.loopback.messages import HttpAnswer, HttpRequest

OTHER_ACCOUNT = "222222222222"


@pytest.fixture
def mock() -> Iterator[LambdaMock]:
    with LambdaMock(MockConfig(region="eu-west-1")) as mock:
        yield mock


Client = Callable[..., Any]


@pytest.fixture
def outside(mock: LambdaMock) -> Client:
    """Clients that ask the endpoint, as those of another process would: moto answers hosts of AWS only."""

    def client(service: str, region: str = "eu-west-1", key: str = "AKIAOUTSIDE") -> Any:
        return outside_client(mock.endpoint_url, service, region, key)

    return client


def outside_client(url: str, service: str, region: str = "eu-west-1", key: str = "AKIAOUTSIDE") -> Any:
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key="any", region_name=region)
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"})
    return session.client(service, endpoint_url=url, config=config)  # type: ignore[call-overload]


SCRIPT = """
import json, boto3
s3 = boto3.client("s3")
s3.put_object(Bucket="shelf", Key="a b/ü+%2F", Body=b"x" * 3_000_000, Metadata={"order_id": "7", "dashed-one": "1"})
found = s3.get_object(Bucket="shelf", Key="a b/ü+%2F")
queue = boto3.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="from outside")
boto3.resource("dynamodb").Table("orders").put_item(Item={"id": "7"})
boto3.client("lambda").invoke(FunctionName="orders", Payload=b"{}")
print(json.dumps([
    found["Metadata"],
    len(found["Body"].read()),
    s3.head_object(Bucket="shelf", Key="a b/ü+%2F")["ContentLength"],
    boto3.client("sts").get_caller_identity()["Account"],
]))
"""


def test_a_process_of_its_own_shares_the_state_of_the_test(mock: LambdaMock) -> None:
    mock.function("orders", returns="done")
    with mock_aws():
        s3, sqs, dynamodb = (boto3.client(name, region_name="eu-west-1") for name in ("s3", "sqs", "dynamodb"))
        s3.create_bucket(Bucket="shelf", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        environ = {**os.environ, **mock._activation.endpoint.variables({}), "AWS_DEFAULT_REGION": "eu-west-1"}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environ, check=True, capture_output=True, text=True, timeout=60
        )
        assert s3.get_object(Bucket="shelf", Key="a b/ü+%2F")["ContentLength"] == 3_000_000
        assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "from outside"
        assert dynamodb.scan(TableName="orders")["Items"] == [{"id": {"S": "7"}}]
    metadata, *rest = json.loads(done.stdout)
    # moto's server tells underscores from dashes since 5.2.
    order_id = "order-id" if util.find_spec("moto.core.request") is None else "order_id"
    assert metadata == {order_id: "7", "dashed-one": "1"}
    assert rest == [3_000_000, 3_000_000, "123456789012"]
    assert done.stderr == ""
    mock.calls.assert_called("Invoke", function="orders")


@mock_aws
def test_a_region_is_that_of_the_signature(outside: Client) -> None:
    boto3.client("sqs", region_name="ap-south-1").create_queue(QueueName="jobs")
    assert len(outside("sqs", region="ap-south-1").list_queues()["QueueUrls"]) == 1
    assert "QueueUrls" not in outside("sqs", region="eu-west-1").list_queues()


@mock_aws
def test_the_account_is_that_for_which_moto_issued_the_key(outside: Client) -> None:
    role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/partner"
    session = boto3.client("sts", region_name="eu-west-1").assume_role(RoleArn=role, RoleSessionName="session")
    assert outside("sts", key=session["Credentials"]["AccessKeyId"]).get_caller_identity()["Account"] == OTHER_ACCOUNT
    assert outside("sts").get_caller_identity()["Account"] == "123456789012"


@mock_aws
def test_a_function_asks_in_its_own_account() -> None:
    def others(request: HttpRequest, service: str | None) -> HttpAnswer | str:
        return answer_by_moto(request, service, OTHER_ACCOUNT)

    @contextmanager
    def within(_: str | None) -> Iterator[None]:
        yield

    endpoint = HttpEndpoint(answer=lambda _: pytest.fail("Lambda?"), within=within, others=others, region="eu-west-1")
    try:
        outside_client(endpoint.url, "sqs").create_queue(QueueName="jobs")
    finally:
        endpoint.close()
    assert "QueueUrls" not in boto3.client("sqs", region_name="eu-west-1").list_queues()


@mock_aws
def test_an_error_of_moto_is_its_own(outside: Client) -> None:
    sqs = outside("sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="nothing")
    with pytest.raises(ClientError, match="404"):
        outside("s3").head_bucket(Bucket="nothing")


@mock_aws
def test_headers_are_those_that_any_server_would_hand_on(mock: LambdaMock) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=K/20261122/us-east-1/s3/aws4_request, Signature=0"
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="shelf")
    connection = http.client.HTTPConnection(urlsplit(mock.endpoint_url).netloc, timeout=10)
    connection.putrequest("PUT", "/shelf/book")
    for name, value in (
        ("Authorization", signature),
        ("Content-Length", "0"),
        ("x_amz_storage_class", "GLACIER"),
        ("x-amz-meta-one", "1"),
        ("x-amz-meta-ONE", "2"),
        ("x-amz-meta-a-b", "dashed"),
        ("x-amz-meta-a_b", "hidden by the one before"),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 200
    connection.close()
    found = boto3.client("s3", region_name="us-east-1").head_object(Bucket="shelf", Key="book")
    assert (found.get("StorageClass"), found["Metadata"]) == (None, {"one": "1,2", "a-b": "dashed"})


def test_a_request_is_handed_on_as_wsgi_has_it() -> None:
    request = HttpRequest(method="PUT", target="/a%20b/%C3%BC?c=d%20e", headers=(("Content-Type", "text/plain"),))
    environ = _environ(request)
    assert (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"]) == (
        "PUT",
        "/a b/ü".encode().decode("latin-1"),
        "c=d%20e",
    )
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "80")
    assert environ["CONTENT_TYPE"] == "text/plain"


def test_an_answer_of_wsgi_is_taken_whole_and_closed() -> None:
    closed = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"in ", b"two"])

        def close(self) -> None:
            closed.append(True)

    def application(environ: dict[str, Any], start_response: Any) -> Body:
        start_response("201 CREATED", [("X", "y")])
        return Body()

    assert _run(application, {}) == HttpAnswer(status=201, headers=(("X", "y"),), body=b"in two")
    assert closed == [True]


@mock_aws
def test_what_comes_in_chunks_reaches_moto_whole(mock: LambdaMock) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=K/20261122/us-east-1/s3/aws4_request, Signature=0"
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="shelf")
    connection = http.client.HTTPConnection(urlsplit(mock.endpoint_url).netloc, timeout=10)
    connection.request("PUT", "/shelf/book", iter([b"in ", b"two"]), {"Authorization": signature}, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    assert s3.get_object(Bucket="shelf", Key="book")["Body"].read() == b"in two"


@mock_aws
def test_a_presigned_url_leads_to_moto(outside: Client) -> None:
    s3 = outside("s3", region="us-east-1")
    s3.create_bucket(Bucket="shelf")
    s3.put_object(Bucket="shelf", Key="book", Body=b"text")
    url = urlsplit(s3.generate_presigned_url("get_object", Params={"Bucket": "shelf", "Key": "book"}))
    connection = http.client.HTTPConnection(url.netloc, timeout=10)
    connection.request("GET", f"{url.path}?{url.query}")
    assert connection.getresponse().read() == b"text"
    connection.close()


@mock_aws
def test_what_moto_patches_in_this_process_goes_on_working(outside: Client) -> None:
    outside("s3", region="us-east-1").create_bucket(Bucket="shelf")
    here = boto3.client("s3", region_name="us-east-1")
    assert [bucket["Name"] for bucket in here.list_buckets()["Buckets"]] == ["shelf"]


def test_moto_is_asked_for_as_long_as_it_is_active(outside: Client) -> None:
    with mock_aws():
        outside("sqs").create_queue(QueueName="jobs")
    with pytest.raises(ClientError, match=r"sqs isn't mocked: .*no mock_aws\(\) of moto is active"):
        outside("sqs").list_queues()
    with mock_aws():
        assert "QueueUrls" not in outside("sqs").list_queues()


def test_a_service_that_moto_was_told_to_leave_out_is_refused(outside: Client) -> None:
    with mock_aws(config={"core": {"service_whitelist": ["s3"]}}):
        outside("s3", region="us-east-1").create_bucket(Bucket="shelf")
        with pytest.raises(ClientError, match="sqs isn't mocked: the configuration of mock_aws leaves it out"):
            outside("sqs").list_queues()


@mock_aws
def test_a_service_that_moto_does_not_know_is_refused(mock: LambdaMock) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=K/20261122/eu-west-1/nothing/aws4_request, Signature=0"
    connection = http.client.HTTPConnection(urlsplit(mock.endpoint_url).netloc, timeout=10)
    connection.request("GET", "/", headers={"Authorization": signature})
    response = connection.getresponse()
    assert response.status == 400
    assert json.load(response)["message"].startswith("nothing isn't mocked: moto doesn't know it")
    connection.close()


@mock_aws
def test_without_its_library_moto_cannot_be_asked(outside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    found = util.find_spec
    monkeypatch.setattr(
        "lambda_mock.integrations.moto.server.find_spec",
        lambda name: None if name == "flask_cors" else found(name),
    )
    with pytest.raises(ClientError, match=r"lacks flask_cors here. Install .*moto\[server\]"):
        outside("sqs").list_queues()
