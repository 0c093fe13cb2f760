"""Other processes find a mock by its URL, in any language, and functions of it know who called them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMock, LambdaMockError, MockConfig, mock_lambda
from lambda_mock.activation import Activation
from lambda_mock.execution import lineage

FUNCTIONS = "/2015-03-31/functions"
OTHER_ACCOUNT = "222222222222"

SCRIPT = """
import json, sys, boto3
from botocore.exceptions import ClientError
client = boto3.client("lambda", endpoint_url=sys.argv[1])
answer = client.invoke(FunctionName="orders", Qualifier="1", Payload=b'{"id": 7}', LogType="Tail")
try:
    client.get_function(FunctionName="nothing")
except ClientError as error:
    missing = error.response["Error"]["Message"]
client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
print(json.dumps([json.load(answer["Payload"]), answer["ExecutedVersion"], missing]))
"""


def environ(**further: str) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "AKIACHILD", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "eu-west-1"}
    return {**os.environ, **keys, **further}


def run(*command: str, **further: str) -> Any:
    """What a process prints as JSON."""
    done = subprocess.run(command, env=environ(**further), check=True, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return json.loads(done.stdout)


def ask(mock: LambdaMock, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    """The status and the JSON of an answer; a request with a body is a POST."""
    with closing(http.client.HTTPConnection(urlsplit(mock.endpoint_url).netloc, timeout=60)) as connection:
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        return response.status, json.load(response)


def test_a_process_of_its_own_finds_the_functions_of_the_test() -> None:
    with mock_lambda(region="eu-west-1", accounts={"AKIACHILD": OTHER_ACCOUNT}) as mock:
        mock.function("orders", lambda event, context: event["id"], Publish=True, account_id=OTHER_ACCOUNT)
        found = run(sys.executable, "-c", SCRIPT, mock.endpoint_url)
        arn = f"arn:aws:lambda:eu-west-1:{OTHER_ACCOUNT}:function"
        assert found == [7, "1", f"Function not found: {arn}:nothing"]
        mock.calls.assert_called("Invoke", function=f"{arn}:orders:1", account_id=OTHER_ACCOUNT)
        assert [(call.operation, call.attempt, call.region) for call in mock.calls] == [
            ("Invoke", 1, "eu-west-1"),
            ("GetFunction", 1, "eu-west-1"),
            ("CreateAlias", 1, "eu-west-1"),
        ]
        client = boto3.client(
            "lambda", aws_access_key_id="AKIACHILD", aws_secret_access_key="any", region_name="eu-west-1"
        )
        assert client.get_alias(FunctionName="orders", Name="live")["FunctionVersion"] == "1"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_a_process_in_another_language_finds_them_too() -> None:
    script = f"""
        fetch(process.argv[1] + "{FUNCTIONS}/orders/invocations", {{method: "POST", body: '{{"id": 7}}'}})
            .then(answer => answer.json()).then(answer => console.log(JSON.stringify(answer)))
    """
    with mock_lambda() as mock:
        mock.function("orders", lambda event, context: event)
        assert run("node", "-e", script, mock.endpoint_url) == {"id": 7}


def test_retries_are_those_of_the_other_process() -> None:
    script = (
        "import boto3, sys; print(len(boto3.client('lambda', endpoint_url=sys.argv[1]).list_functions()['Functions']))"
    )
    with mock_lambda(region="eu-west-1") as mock:
        mock.fail("ListFunctions", "TooManyRequestsException")
        mock.fail("ListFunctions", "ConnectionClosedError", when="after")
        assert run(sys.executable, "-c", script, mock.endpoint_url, AWS_RETRY_MODE="standard") == 0
        assert [(call.error, call.attempt) for call in mock.calls] == [
            ("TooManyRequestsException", 1),
            ("ConnectionClosedError", 2),
            (None, 3),
        ]


def test_each_mock_has_an_endpoint_of_its_own() -> None:
    with mock_lambda() as outer, mock_lambda() as inner:
        outer.function("orders", returns="of the outer one")
        inner.function("orders", returns="of the inner one")
        answers = [ask(mock, f"{FUNCTIONS}/orders/invocations", b"{}") for mock in (outer, inner)]
    assert answers == [(200, "of the outer one"), (200, "of the inner one")]


def test_an_endpoint_is_there_while_the_mock_is_active() -> None:
    before = set(threading.enumerate())
    mock = LambdaMock(MockConfig())
    with pytest.raises(LambdaMockError, match="isn't active"):
        _ = mock.endpoint_url
    with mock:
        netloc = urlsplit(mock.endpoint_url).netloc
        assert ask(mock, f"{FUNCTIONS}/") == (200, {"Functions": []})
    with pytest.raises(LambdaMockError, match="isn't active"):
        _ = mock.endpoint_url
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(netloc, timeout=10).connect()
    assert set(threading.enumerate()) <= before
    with mock:
        assert ask(mock, f"{FUNCTIONS}/") == (200, {"Functions": []})


def test_a_process_that_ends_in_the_middle_of_it_ends_quietly() -> None:
    script = """
        import http.client, lambda_mock
        mock = lambda_mock.mock_lambda().__enter__()
        connection = http.client.HTTPConnection(mock.endpoint_url.partition("//")[2])
        connection.request("GET", "/2015-03-31/functions")
        print(connection.getresponse().read().decode())
    """
    assert run(sys.executable, "-c", textwrap.dedent(script)) == {"Functions": []}


def test_a_large_package_arrives_whole() -> None:
    body = b'{"Code": {"ZipFile": "' + b"A" * 70_200_000 + b'"}, "FunctionName": "orders", "Role": "r"}'
    with mock_lambda() as mock:
        status, answer = ask(mock, FUNCTIONS, body)
    assert (status, answer["message"]) == (
        413,
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
    )


class TestInsideARun:
    """As with a runtime in a process of its own, whose access key says which run it is."""

    @pytest.fixture(autouse=True)
    def keys_of_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: dict[str, lineage.Run] = {}

        @contextmanager
        def within(_: Activation, access_key: str | None) -> Iterator[None]:
            run = self.runs.get(access_key or "")
            if run is not None:
                lineage.adopt(run)
            yield

        monkeypatch.setattr(Activation, "_within", within)

    def signed(self) -> dict[str, str]:
        """What a child process of the run that goes on here would sign with, which no interceptor of ours sees."""
        current = lineage.current()
        assert current is not None
        self.runs["ASIARUN"] = current
        return {"Authorization": "AWS4-HMAC-SHA256 Credential=ASIARUN/20261122/us-east-1/lambda/aws4_request"}

    def test_a_function_that_is_invoked_knows_whose_run_it_is_part_of(self) -> None:
        def outer(event: Any, context: Any) -> Any:
            return [ask(mock, f"{FUNCTIONS}/inner/invocations", b"{}", **self.signed()) for _ in range(2)]

        def inner(event: Any, context: Any) -> Any:
            run = lineage.current()
            assert run is not None
            return [cause.request.version.function_name for cause in run.causes()]

        with mock_lambda() as mock:
            mock.function("outer", outer, Timeout=60)
            mock.function("inner", inner)
            client = boto3.client("lambda", region_name="us-east-1")
            assert json.load(client.invoke(FunctionName="outer")["Payload"]) == [[200, ["outer"]], [200, ["outer"]]]
            assert [run.function for run in mock.invocations] == ["inner", "inner", "outer"]

    def test_its_calls_are_those_of_its_account(self) -> None:
        def whose(event: Any, context: Any) -> Any:
            _, answer = ask(mock, FUNCTIONS, None, **self.signed())
            names = [each["FunctionName"] for each in answer["Functions"]]
            session = boto3.Session(aws_access_key_id="ASIARUN", aws_secret_access_key="any", region_name="us-east-1")
            session.client("sqs", endpoint_url=mock.endpoint_url).create_queue(QueueName="jobs")
            return names, session.client("sts", endpoint_url=mock.endpoint_url).get_caller_identity()["Account"]

        with mock_aws(), mock_lambda() as mock:
            arn = mock.function("whose", whose, account_id=OTHER_ACCOUNT, Timeout=60)
            mock.function("ours", returns=None)
            owner = boto3.Session(OTHER_ACCOUNT, "any", region_name="us-east-1").client("lambda")
            owner.add_permission(
                FunctionName="whose", StatementId="us", Action="lambda:InvokeFunction", Principal="123456789012"
            )
            answer = json.load(boto3.client("lambda", region_name="us-east-1").invoke(FunctionName=arn)["Payload"])
            assert answer == [["whose"], OTHER_ACCOUNT]
            assert "QueueUrls" not in boto3.client("sqs", region_name="us-east-1").list_queues()
