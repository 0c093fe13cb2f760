"""Lambda over HTTP answers as it does in this process, and speaks to each SDK in its protocol."""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib3.exceptions import ProtocolError

from lambda_mock.errors import LambdaMockError, NotBuiltError, ResourceNotFoundException, TooManyRequestsException
from lambda_mock.intercept.http_endpoint import HttpEndpoint
from lambda_mock.loopback.messages import HttpAnswer, HttpRequest

if TYPE_CHECKING:
    from lambda_mock.wire.reply import Reply

CONFIGURATION_PATH = "/2015-03-31/functions/resize/configuration"
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIATEST/20261122/{}/{}/aws4_request, SignedHeaders=host, Signature=0"
NOTHING_ELSE = "nothing else is here"

Refusing = Callable[[HttpRequest, str | None], HttpAnswer | str]


class Endpoint:
    """An endpoint over a canned mock, and ways to ask it."""

    def __init__(self, mock: Any, within: Any, others: Refusing) -> None:
        self.mock = mock
        self.endpoint = HttpEndpoint(answer=mock.answer, within=within, others=others, region="eu-central-1")

    def client(self, service: str = "lambda", **options: Any) -> Any:
        config = Config(retries={"mode": "standard", "total_max_attempts": 2}, **options.pop("config", {}))
        session = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="any", region_name="eu-west-1")
        return session.client(service, endpoint_url=self.endpoint.url, config=config, **options)  # type: ignore[call-overload]

    def ask(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.endpoint.url).netloc, timeout=10)
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), content


Serve = Callable[..., AbstractContextManager[Endpoint]]


@pytest.fixture
def serve(canned: Any) -> Serve:
    """Replies to an endpoint that serves them, for a `with` statement."""

    @contextmanager
    def serve(
        *replies: Any, within: Any = lambda _: nullcontext(), others: Refusing = lambda _, __: NOTHING_ELSE
    ) -> Iterator[Endpoint]:
        served = Endpoint(canned.Mock(*replies), within, others)
        try:
            yield served
        finally:
            served.endpoint.close()

    return serve


# What Lambda answers ------------------------------------------------------------------------------------------------


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its streams read, less what only one way in has: the body's length, or that nobody knows it."""
    seen = {name: value.read() if hasattr(value, "read") else value for name, value in answer.items()}
    if "EventStream" in seen:
        seen["EventStream"] = list(seen["EventStream"])
    for header in ("content-length", "transfer-encoding"):
        seen["ResponseMetadata"]["HTTPHeaders"].pop(header, None)
    seen["ResponseMetadata"].pop("RetryAttempts")
    return seen


@pytest.mark.parametrize(
    ("operation", "parameters", "status", "members"),
    [
        ("get_function_configuration", {"FunctionName": "a/b ü"}, 200, {"FunctionName": "ü", "MemorySize": 128}),
        ("delete_function", {"FunctionName": "resize"}, 204, {"StatusCode": 204}),
        ("untag_resource", {"Resource": "arn:aws:lambda:eu-west-1:1:function:f", "TagKeys": ["a b", "c"]}, 204, {}),
        ("invoke", {"FunctionName": "resize"}, 200, {"StatusCode": 200, "Payload": b"\x00{}", "LogResult": "bG9n"}),
        ("invoke", {"FunctionName": "f", "InvocationType": "Event"}, 202, {"StatusCode": 202, "Payload": b""}),
        (
            "invoke_with_response_stream",
            {"FunctionName": "resize"},
            200,
            {"StatusCode": 200, "EventStream": [{"PayloadChunk": {"Payload": b"one"}}, {"InvokeComplete": {}}]},
        ),
    ],
)
def test_an_answer_is_the_one_of_a_client_in_this_process(
    operation: str,
    parameters: dict[str, Any],
    status: int,
    members: dict[str, Any],
    serve: Serve,
    activate: Any,
    canned: Any,
    make_client: Any,
) -> None:
    reply = canned.success(status=status, **members)
    with serve(reply) as served:
        over_http = comparable(getattr(served.client(), operation)(**parameters))
    with activate(reply) as mock:
        in_process = comparable(getattr(make_client(), operation)(**parameters))
    assert over_http == in_process
    assert served.mock.parameters == mock.parameters


@pytest.mark.parametrize(
    "error",
    [
        ResourceNotFoundException("Function not found: ü"),
        TooManyRequestsException("Rate Exceeded.", Reason="CallerRateLimitExceeded", retryAfterSeconds="3"),
    ],
)
def test_an_error_is_the_one_of_a_client_in_this_process(
    error: Any, serve: Serve, activate: Any, canned: Any, make_client: Any
) -> None:
    answers = []
    with serve(canned.failure(error)) as served, pytest.raises(ClientError) as caught:
        served.client(config={}).get_function(FunctionName="orders")
    answers.append(caught.value)
    with activate(canned.failure(error)), pytest.raises(ClientError) as caught:
        make_client(attempts=2).get_function(FunctionName="orders")
    answers.append(caught.value)
    over_http, in_process = (comparable(answer.response) for answer in answers)  # type: ignore[arg-type]
    for response in (over_http, in_process):
        response["ResponseMetadata"].pop("MaxAttemptsReached", None)
        response["Error"].pop("MaxAttemptsReached", None)
    assert over_http == in_process


def test_an_answer_is_framed_as_aws_frames_it(serve: Serve, canned: Any) -> None:
    with serve(canned.success(ExecutedVersion="7", Payload=b'"done"', FunctionError="Unhandled")) as served:
        answer = served.ask("POST", "/2015-03-31/functions/resize/invocations")
    assert answer == (
        200,
        {
            "Date": "Tue, 14 Nov 2023 22:13:20 GMT",
            "Content-Type": "application/json",
            "Connection": "keep-alive",
            "x-amzn-RequestId": "8d5b1ab2-1c5b-4f0a-a8f5-6b6a2f3f1f10",
            "X-Amz-Function-Error": "Unhandled",
            "X-Amz-Executed-Version": "7",
            "Content-Length": "6",
        },
        b'"done"',
    )


def test_each_attempt_is_an_exchange_that_knows_its_number(serve: Serve, canned: Any) -> None:
    with serve() as served:
        for header in ({}, {"amz-sdk-request": "attempt=1; max=3"}, {"amz-sdk-request": "ttl=x; attempt=3; max=3"}):
            served.ask("GET", CONFIGURATION_PATH, header)
    assert served.mock.attempts == [1, 1, 3]


@pytest.mark.parametrize(
    ("authorization", "query", "seen"),
    [
        (SIGNED.format("ap-south-1", "lambda"), "", ("ap-south-1", "AKIATEST")),
        ("AWS4-HMAC-SHA256 SignedHeaders=a, Credential=K/1/eu-west-2/lambda/aws4_request", "", ("eu-west-2", "K")),
        ("AWS4-ECDSA-P256-SHA256 Credential=K/20261122/lambda/aws4_request,Signature=0", "", ("eu-central-1", "K")),
        ("", "?X-Amz-Credential=K%2F1%2Feu-west-2%2Flambda%2Faws4_request", ("eu-west-2", "K")),
        ("AWS OLDKEY:signature", "", ("eu-central-1", "OLDKEY")),
        ("AWS4-HMAC-SHA256 Credential=K", "", ("eu-central-1", "K")),
        ("AWS4-HMAC-SHA256 nothing", "", ("eu-central-1", None)),
        ("Bearer AWS4", "", ("eu-central-1", None)),
        ("", "", ("eu-central-1", None)),
    ],
)
def test_region_and_key_are_those_of_the_signature(
    authorization: str, query: str, seen: tuple[str, str | None], serve: Serve
) -> None:
    with serve() as served:
        status, _, _ = served.ask("GET", CONFIGURATION_PATH + query, {"Authorization": authorization})
    (exchange,) = served.mock.exchanges
    assert (status, exchange.region, exchange.access_key) == (200, *seen)


# Whose calls they are -----------------------------------------------------------------------------------------------


class Runs:
    """Notes who comes in and how it leaves."""

    def __init__(self) -> None:
        self.notes: list[Any] = []
        self.inside = False

    @contextmanager
    def within(self, access_key: str | None) -> Iterator[None]:
        self.notes.append(access_key)
        self.inside = True
        try:
            yield
        except BaseException as error:
            self.notes.append(type(error).__name__)
            raise
        finally:
            self.inside = False


def test_a_call_happens_inside_the_run_of_whose_key_it_is(serve: Serve, canned: Any) -> None:
    runs = Runs()
    seen = []

    def reply() -> Reply:
        seen.append(runs.inside)
        answer: Reply = canned.success()
        return answer

    with serve(reply, within=runs.within) as served:
        served.client().get_function_configuration(FunctionName="resize")
    assert (seen, runs.notes, runs.inside) == ([True], ["AKIATEST"], False)


def test_a_call_to_another_service_happens_there_as_well(serve: Serve) -> None:
    runs = Runs()
    seen = []

    def others(_: HttpRequest, service: str | None) -> HttpAnswer:
        seen.append((service, runs.inside))
        return HttpAnswer(status=200, headers=(("Content-Length", "0"),))

    with serve(within=runs.within, others=others) as served:
        served.client("s3").head_bucket(Bucket="bucket")
        served.ask("GET", "/bucket/key")
    assert seen == [("s3", True), (None, True)]
    assert runs.notes == ["AKIATEST", None]


def test_a_path_like_those_of_lambda_is_another_services_where_the_signature_says_so(serve: Serve) -> None:
    with serve() as served, pytest.raises(ClientError, match=NOTHING_ELSE):
        served.client("s3", config={"s3": {"addressing_style": "path"}}).get_object(
            Bucket="2015-03-31", Key="functions"
        )
    assert served.mock.exchanges == []


def test_what_is_raised_for_the_test_reaches_it_through_the_run(serve: Serve) -> None:
    runs = Runs()
    with serve(NotBuiltError("not yet"), within=runs.within) as served, pytest.raises(ClientError):
        served.client().get_function_configuration(FunctionName="resize")
    assert runs.notes == ["AKIATEST", "NotBuiltError"]


def test_a_stream_is_made_inside_the_run(serve: Serve, canned: Any) -> None:
    runs = Runs()
    seen = []
    arrived = threading.Event()

    def events() -> Iterator[dict[str, Any]]:
        seen.append(runs.inside)
        yield {"PayloadChunk": {"Payload": b"one"}}
        assert arrived.wait(10), "the first chunk didn't arrive before the second was made"
        seen.append(runs.inside)
        yield {"PayloadChunk": {"Payload": b"two"}}

    reply = replace(canned.success(), members={"StatusCode": 200, "EventStream": events()})
    with serve(reply, within=runs.within) as served:
        stream = iter(served.client().invoke_with_response_stream(FunctionName="resize")["EventStream"])
        first = next(stream)
        arrived.set()
        rest = list(stream)
    assert [first, *rest] == [{"PayloadChunk": {"Payload": text}} for text in (b"one", b"two")]
    assert (seen, runs.notes, runs.inside) == ([True, True], ["AKIATEST"], False)


def test_a_stream_that_fails_breaks_off_and_says_so_to_the_run(serve: Serve, canned: Any) -> None:
    runs = Runs()

    def events() -> Iterator[dict[str, Any]]:
        yield {"PayloadChunk": {"Payload": b"one"}}
        raise NotBuiltError("no more")

    reply = replace(canned.success(), members={"StatusCode": 200, "EventStream": events()})
    with serve(reply, within=runs.within) as served:
        stream = served.client().invoke_with_response_stream(FunctionName="resize")["EventStream"]
        with pytest.raises(ProtocolError):
            list(stream)
    assert runs.notes == ["AKIATEST", "NotBuiltError"]


def test_a_stream_that_nobody_hears_leaves_the_run(canned: Any) -> None:
    runs = Runs()
    reply = replace(canned.success(), members={"StatusCode": 200, "EventStream": []})
    endpoint = HttpEndpoint(
        answer=lambda _: reply, within=runs.within, others=lambda _, __: NOTHING_ELSE, region="eu-west-1"
    )
    target = "/2021-11-15/functions/resize/response-streaming-invocations"
    body: Any = endpoint._respond(HttpRequest(method="POST", target=target)).body
    assert runs.inside
    body.close()
    assert not runs.inside


# What can't be answered ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/2015-03-31/nothing"), ("PATCH", CONFIGURATION_PATH), ("GET", f"/{CONFIGURATION_PATH}")],
)
@pytest.mark.parametrize("authorization", [SIGNED.format("eu-west-1", "lambda"), ""])
def test_a_request_for_no_operation_is_refused_in_the_words_of_aws(
    method: str, path: str, authorization: str, serve: Serve
) -> None:
    with serve() as served:
        status, headers, body = served.ask(method, path, {"Authorization": authorization})
    assert (status, headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert json.loads(body) == {"Message": "Unable to determine service/operation name to be authorized"}
    assert served.mock.exchanges == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/2015-03-31/functions", b"{"),
        ("POST", "/2015-03-31/functions", b"\xff\xfe"),
        ("POST", "/2015-03-31/functions", b"[]"),
        ("POST", "/2015-03-31/functions", b'{"FunctionName": 1}'),
        ("POST", "/2015-03-31/functions", b'{"Code": {"ZipFile": "no base64"}}'),
        ("POST", "/2015-03-31/functions", b"[" * 100_000),
        ("GET", "/2018-10-31/layers/libraries/versions/one", b""),
        ("GET", "/2015-03-31/functions?MaxItems=many", b""),
    ],
)
def test_a_request_that_is_not_of_the_model_is_refused(method: str, path: str, body: bytes, serve: Serve) -> None:
    with serve() as served:
        status, headers, content = served.ask(method, path, body=body)
        assert (status, headers["x-amzn-ErrorType"]) == (400, "SerializationException")
        assert json.loads(content)["message"]
        assert served.ask("GET", CONFIGURATION_PATH)[0] == 200


@pytest.mark.parametrize("error", [NotBuiltError("not yet"), LambdaMockError("wrong"), KeyError("of ours")])
def test_what_is_for_the_author_of_the_test_is_told_once_and_not_tried_again(error: Exception, serve: Serve) -> None:
    with serve(error) as served, pytest.raises(ClientError) as caught:
        served.client().get_function_configuration(FunctionName="resize")
    assert caught.value.response["Error"] == {"Code": type(error).__name__, "Message": str(error)}
    assert served.mock.attempts == [1]


def test_an_outcome_of_the_test_is_told_as_well(serve: Serve) -> None:
    def fail() -> Reply:
        pytest.fail("no such function")

    with serve(fail) as served, pytest.raises(ClientError, match=r"\(Failed\) .*no such function"):
        served.client().get_function_configuration(FunctionName="resize")


def test_what_is_not_http_is_refused_as_lambda_would(serve: Serve) -> None:
    with serve() as served:
        status, headers, body = served.ask("GET", CONFIGURATION_PATH, {"X": "x" * 1_000_000})
        assert (status, headers["x-amzn-ErrorType"]) == (431, "BadRequestException")
        assert "too long" in json.loads(body)["message"]
        assert served.ask("GET", CONFIGURATION_PATH)[0] == 200


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "list_buckets", {}),
        ("sqs", "list_queues", {}),
        ("dynamodb", "list_tables", {}),
        ("ec2", "describe_vpcs", {}),
        ("sts", "get_caller_identity", {}),
        ("sns", "list_topics", {}),
        ("cloudwatch", "list_metrics", {}),
        ("route53", "list_hosted_zones", {}),
        ("apigateway", "get_rest_apis", {}),
        ("events", "list_rules", {}),
    ],
)
def test_another_service_that_nobody_answers_says_so_in_its_own_protocol(
    service: str, operation: str, parameters: dict[str, Any], serve: Serve
) -> None:
    with serve(others=lambda _, name: f"<{name} & co>") as served, pytest.raises(ClientError) as caught:
        getattr(served.client(service), operation)(**parameters)
    error = caught.value.response["Error"]
    scope = {"cloudwatch": "monitoring"}.get(service, service)
    assert (error["Code"], error["Message"]) == ("LambdaMockError", f"<{scope} & co>")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


CODE_AND_MESSAGE = f"<Code>LambdaMockError</Code><Message>{NOTHING_ELSE}</Message>"


@pytest.mark.parametrize(
    ("service", "sent", "answered", "body"),
    [
        (
            "ec2",
            "application/x-www-form-urlencoded; charset=utf-8",
            "text/xml",
            f"<Response><Errors><Error>{CODE_AND_MESSAGE}</Error></Errors></Response>",
        ),
        (
            "sts",
            "application/x-www-form-urlencoded; charset=utf-8",
            "text/xml",
            f"<ErrorResponse><Error><Type>Sender</Type>{CODE_AND_MESSAGE}</Error></ErrorResponse>",
        ),
        (
            "route53",
            "text/xml",
            "text/xml",
            f"<ErrorResponse><Error><Type>Sender</Type>{CODE_AND_MESSAGE}</Error></ErrorResponse>",
        ),
        ("s3", "text/plain", "application/xml", f"<Error>{CODE_AND_MESSAGE}</Error>"),
        (
            "dynamodb",
            "application/x-amz-json-1.0",
            "application/x-amz-json-1.1",
            f'{{"__type": "LambdaMockError", "message": "{NOTHING_ELSE}"}}',
        ),
        ("apigateway", "application/json", "application/json", f'{{"Type":"User","message":"{NOTHING_ELSE}"}}'),
    ],
)
def test_each_protocol_has_its_own_form_of_an_error(
    service: str, sent: str, answered: str, body: str, serve: Serve
) -> None:
    headers = {"Authorization": SIGNED.format("eu-west-1", service), "Content-Type": sent}
    with serve() as served:
        status, found, content = served.ask("POST", "/", headers)
    assert (status, found["x-amzn-ErrorType"], found["Content-Type"]) == (400, "LambdaMockError", answered)
    assert content.decode() == body


def test_a_service_of_the_binary_protocol_is_told_in_it(serve: Serve) -> None:
    headers = {"Authorization": SIGNED.format("eu-west-1", "monitoring"), "smithy-protocol": "rpc-v2-cbor"}
    with serve() as served:
        _, found, body = served.ask("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", headers)
    assert found["Content-Type"] == "application/cbor"
    parts = [b"__type", b"LambdaMockError", b"message", NOTHING_ELSE.encode()]
    assert body == b"\xa2" + b"".join(b"\x7a" + len(part).to_bytes(4, "big") + part for part in parts)


# Beginning and end --------------------------------------------------------------------------------------------------


def test_nothing_is_opened_before_it_is_asked_for(canned: Any) -> None:
    before = set(threading.enumerate())
    endpoint = HttpEndpoint(
        answer=canned.Mock().answer, within=lambda _: nullcontext(), others=lambda _, __: "", region="eu-west-1"
    )
    assert set(threading.enumerate()) == before
    endpoint.close()


def test_it_stays_where_it_is_until_it_is_closed_for_good(serve: Serve) -> None:
    before = set(threading.enumerate())
    with serve() as served:
        url = served.endpoint.url
        assert served.endpoint.url == url
        assert served.ask("GET", CONFIGURATION_PATH)[0] == 200
    assert set(threading.enumerate()) <= before
    with pytest.raises(LambdaMockError, match="ended"):
        _ = served.endpoint.url
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(urlsplit(url).netloc, timeout=10).request("GET", "/")


def test_without_its_library_it_says_what_to_install(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "lambda_mock.loopback.server", raising=False)
    monkeypatch.setitem(sys.modules, "h11", None)
    with serve() as served, pytest.raises(LambdaMockError, match=r"h11.*pip install 'lambda-mock\[process\]'"):
        _ = served.endpoint.url


def test_its_variables_lead_an_sdk_here_for_every_service(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as served:
        for name, value in served.endpoint.variables({}).items():
            monkeypatch.setenv(name, value)
        session = boto3.Session(aws_access_key_id="K", aws_secret_access_key="any", region_name="eu-west-1")
        assert session.client("lambda").get_function_configuration(FunctionName="resize")["MemorySize"] == 128
        with pytest.raises(ClientError, match=NOTHING_ELSE):
            session.client("sqs").list_queues()


def test_its_variables_keep_proxies_out_beside_what_the_environment_spares_already(serve: Serve) -> None:
    with serve() as served:
        for environ in ({"NO_PROXY": "internal"}, {"no_proxy": "internal"}):
            assert served.endpoint.variables(environ) == {
                "AWS_ENDPOINT_URL": served.endpoint.url,
                "AWS_ENDPOINT_URL_LAMBDA": served.endpoint.url,
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
                "NO_PROXY": "internal,127.0.0.1",
                "no_proxy": "internal,127.0.0.1",
            }
        assert served.endpoint.variables({})["NO_PROXY"] == "127.0.0.1"


def test_a_request_to_a_host_happens_inside_the_run_of_whose_key_it_is() -> None:
    inside: list[str | None] = []

    @contextmanager
    def within(access_key: str | None) -> Iterator[None]:
        inside.append(access_key)
        yield
        inside.append("left")

    def hosts(request: HttpRequest) -> Callable[[], HttpAnswer] | None:
        return None if request.path == "/other" else lambda: HttpAnswer(status=200, body=f"{inside}".encode())

    endpoint = HttpEndpoint(
        answer=lambda _: pytest.fail("no call"), within=within, others=lambda *_: "", region="eu-west-1", hosts=hosts
    )
    try:
        connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=10)
        connection.request("GET", "/", headers={"Authorization": SIGNED.format("eu-west-1", "lambda")})
        assert connection.getresponse().read() == b"['AKIATEST']"
        connection.close()
    finally:
        endpoint.close()
    assert inside == ["AKIATEST", "left"]
