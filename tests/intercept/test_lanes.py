"""Which calls are answered, by which lane, and that nobody can tell the lanes apart."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambda_mock.errors import (
    AccessDeniedException,
    InvalidParameterValueException,
    LambdaMockError,
    NotBuiltError,
    ResourceNotFoundException,
)
from lambda_mock.wire.model import codec

if TYPE_CHECKING:
    from tests.intercept.conftest import Activate, Canned, MakeClient

LANES = pytest.mark.parametrize("lane", ["fast", "wire"])


class Raw(io.BytesIO):
    """The body of an answer that a user's hook gives."""

    def stream(self) -> Any:
        yield self.read()


def an_answer(body: bytes = b'{"FunctionName": "from a hook"}', status: int = 200) -> AWSResponse:
    headers: Any = {"content-type": "application/json"}
    return AWSResponse("https://hook.example", status, headers, Raw(body))


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gave, an error's response included, with a streaming body read."""
    try:
        answer = call()
    except ClientError as error:
        return type(error), error.response, error.operation_name
    if "Payload" in answer:
        answer["Payload"] = (type(answer["Payload"]), answer["Payload"].read())
    return answer


@LANES
def test_a_call_is_answered(activate: Activate, client: Any, lane: str) -> None:
    with activate(lane=lane) as mock:
        answer = client.get_function_configuration(FunctionName="resize", Qualifier="live")
    assert (answer["FunctionName"], answer["MemorySize"]) == ("resize", 128)
    [exchange] = mock.exchanges
    assert exchange.operation.name == "GetFunctionConfiguration"
    assert exchange.request["url_path"] == "/2015-03-31/functions/resize/configuration"
    assert exchange.request["query_string"] == {"Qualifier": "live"}
    assert (exchange.region, exchange.access_key, exchange.attempt) == ("eu-west-1", "AKIATEST", 1)


@pytest.mark.parametrize(
    ("operation", "arguments", "reply"),
    [
        ("get_function_configuration", {"FunctionName": "resize"}, lambda canned: canned.success()),
        (
            "create_alias",
            {"FunctionName": "resize", "Name": "live", "FunctionVersion": "1"},
            lambda canned: canned.success(201, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}}),
        ),
        (
            "invoke",
            {"FunctionName": "resize", "Payload": b"{}"},
            lambda canned: canned.success(StatusCode=200, Payload=b"[1]"),
        ),
        (
            "get_function_configuration",
            {"FunctionName": "resize"},
            lambda canned: canned.failure(ResourceNotFoundException("Function not found: resize")),
        ),
        (
            "invoke",
            {"FunctionName": "resize"},
            lambda canned: canned.failure(InvalidParameterValueException("no", typed=False)),
        ),
        ("delete_function", {"FunctionName": "resize"}, lambda canned: canned.failure(AccessDeniedException(None))),
    ],
    ids=["configuration", "alias", "payload", "not found", "untyped", "unmodelled"],
)
def test_the_lanes_give_the_same_answer(
    activate: Activate, canned: type[Canned], client: Any, operation: str, arguments: dict[str, Any], reply: Any
) -> None:
    answers = []
    for lane in ("fast", "wire"):
        with activate(reply(canned), lane=lane) as mock:
            answers.append(outcome(lambda: getattr(client, operation)(**arguments)))
            assert mock.over_the_wire == (lane == "wire")
    assert answers[0] == answers[1]


@pytest.mark.parametrize("retries", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("found", [True, False], ids=["found", "missing"])
def test_a_client_of_a_single_attempt_is_told_that_it_was_the_last(
    activate: Activate, canned: type[Canned], make_client: MakeClient, retries: str, *, found: bool
) -> None:
    error = ResourceNotFoundException("Function not found: resize")
    answers, metadata = [], []
    for lane in ("fast", "wire"):
        client = make_client(retries=retries, attempts=1)
        with activate(canned.success() if found else canned.failure(error), lane=lane):
            answer = outcome(lambda: client.get_function_configuration(FunctionName="resize"))  # noqa: B023
        answers.append(answer)
        metadata.append((answer if found else answer[1])["ResponseMetadata"])
    assert answers[0] == answers[1]
    assert [of.get("MaxAttemptsReached", False) for of in metadata] == [retries != "legacy"] * 2


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("invoke", {"FunctionName": "a:live", "InvocationType": "Event", "ClientContext": "e30=", "Payload": b"[1]"}),
        ("list_functions", {"Marker": "a b/c", "MaxItems": 3, "FunctionVersion": "ALL"}),
        ("tag_resource", {"Resource": "arn:aws:lambda:eu-west-1:123456789012:function:a", "Tags": {"k": "v"}}),
    ],
)
def test_the_lanes_hand_over_the_same_parameters(
    activate: Activate, client: Any, operation: str, arguments: dict[str, Any]
) -> None:
    decoded = []
    for lane in ("fast", "wire"):
        with activate(lane=lane) as mock:
            getattr(client, operation)(**arguments)
        [exchange] = mock.exchanges
        decoded.append(codec(exchange.operation).decode(exchange.request))
    assert decoded[0] == decoded[1] == arguments


@LANES
def test_after_call_handlers_get_the_http_response(activate: Activate, client: Any, lane: str) -> None:
    seen = []
    client.meta.events.register(
        "after-call.lambda", lambda http_response, parsed, **_: seen.append((http_response, parsed))
    )
    with activate(lane=lane):
        answer = client.get_function_configuration(FunctionName="resize")
    [(http, parsed)] = seen
    assert isinstance(http, AWSResponse)
    assert http.status_code == 200
    assert b'"MemorySize":' in http.content.replace(b" ", b"")
    assert parsed == answer


@LANES
@pytest.mark.parametrize("retries", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize(
    "error", [LambdaMockError("wrong"), NotBuiltError("not yet"), AssertionError("theirs")], ids=repr
)
def test_what_the_mock_raises_reaches_the_caller_and_is_not_retried(
    activate: Activate, make_client: MakeClient, lane: str, retries: str, error: Exception
) -> None:
    client = make_client(retries=retries)
    with activate(error, lane=lane) as mock, pytest.raises(type(error)) as caught:
        client.get_function_configuration(FunctionName="resize")
    assert caught.value is error
    assert mock.attempts == [1]


def test_a_hook_that_retries_everything_does_not_retry_what_the_mock_raises(activate: Activate, client: Any) -> None:
    client.meta.events.register("needs-retry.lambda", lambda attempts, **_: 0 if attempts < 3 else None)
    with activate(LambdaMockError("wrong")) as mock, pytest.raises(LambdaMockError):
        client.get_function_configuration(FunctionName="resize")
    assert mock.attempts == [1]


@LANES
def test_a_stubber_keeps_precedence(activate: Activate, client: Any, lane: str) -> None:
    with activate(lane=lane) as mock, Stubber(client) as stubber:
        stubber.add_response("get_function_configuration", {"FunctionName": "stubbed"})
        assert client.get_function_configuration(FunctionName="resize")["FunctionName"] == "stubbed"
    assert mock.exchanges == []


@LANES
def test_a_before_call_handler_keeps_precedence(activate: Activate, client: Any, lane: str) -> None:
    client.meta.events.register("before-call.lambda", lambda **_: (an_answer(), {"FunctionName": "theirs"}))
    with activate(lane=lane) as mock:
        assert client.get_function_configuration(FunctionName="resize") == {"FunctionName": "theirs"}
    assert mock.exchanges == []


@LANES
def test_calls_of_other_services_go_straight_on(activate: Activate, make_client: MakeClient, lane: str) -> None:
    s3 = make_client("s3")
    s3.meta.events.register("before-send.s3", lambda **_: an_answer(b"<ListAllMyBucketsResult/>"))
    with activate(lane=lane) as mock:
        assert s3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert mock.exchanges == []


@LANES
def test_a_client_for_another_endpoint_is_answered(activate: Activate, make_client: MakeClient, lane: str) -> None:
    client = make_client(endpoint_url="http://localhost:4566", region_name="ap-south-1")
    with activate(lane=lane) as mock:
        assert client.get_function_configuration(FunctionName="resize")["FunctionName"] == "resize"
    assert mock.exchanges[0].region == "ap-south-1"


@pytest.mark.parametrize(
    "event", ["request-created", "before-sign", "before-send", "before-parse", "response-received", "needs-retry"]
)
@pytest.mark.parametrize("suffix", ["", ".lambda", ".lambda.GetFunctionConfiguration"])
def test_a_client_with_a_hook_of_its_own_takes_the_wire_lane(
    activate: Activate, client: Any, event: str, suffix: str
) -> None:
    seen: list[str] = []
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        assert not mock.over_the_wire
        client.meta.events.register(event + suffix, lambda event_name, **_: seen.append(event_name))
        client.get_function_configuration(FunctionName="resize")
        assert mock.over_the_wire
    assert seen == [f"{event}.lambda.GetFunctionConfiguration"]


def test_a_client_is_back_on_the_fast_lane_when_its_hook_is_gone(activate: Activate, client: Any) -> None:
    def hook(**_: Any) -> None: ...

    with activate() as mock:
        client.meta.events.register("before-send", hook)
        client.get_function_configuration(FunctionName="resize")
        client.meta.events.unregister("before-send", hook)
        client.get_function_configuration(FunctionName="resize")
        assert not mock.over_the_wire


def test_a_hook_for_another_operation_changes_no_lane(activate: Activate, client: Any) -> None:
    client.meta.events.register("before-send.lambda.Invoke", lambda **_: None)
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        assert not mock.over_the_wire


def test_a_hook_that_is_a_partial_counts_as_a_users(activate: Activate, client: Any) -> None:
    def hook(_mine: int, **_: Any) -> None: ...

    client.meta.events.register("before-send", functools.partial(hook, 1))
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        assert mock.over_the_wire


@pytest.mark.parametrize("retries", ["legacy", "standard", "adaptive"])
def test_botocores_own_hooks_leave_a_client_on_the_fast_lane(
    activate: Activate, make_client: MakeClient, retries: str
) -> None:
    client = make_client(retries=retries)
    with activate() as mock:
        client.get_function_configuration(FunctionName="resize")
        assert not mock.over_the_wire


def test_a_wrapped_make_request_of_the_endpoint_is_called(
    activate: Activate, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    original = Endpoint.make_request

    @functools.wraps(original)
    def traced(self: Endpoint, operation_model: Any, request_dict: Any) -> Any:
        seen.append(operation_model.name)
        return original(self, operation_model, request_dict)

    monkeypatch.setattr(Endpoint, "make_request", traced)
    with activate() as mock:
        assert client.get_function_configuration(FunctionName="resize")["FunctionName"] == "resize"
        assert mock.over_the_wire
    assert seen == ["GetFunctionConfiguration"]


def test_a_make_request_replaced_on_one_endpoint_is_called(
    activate: Activate, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client._endpoint, "make_request", lambda *_: (an_answer(), {"FunctionName": "theirs"}))
    with activate():
        assert client.get_function_configuration(FunctionName="resize") == {"FunctionName": "theirs"}


def test_an_answer_from_before_send_is_honoured(activate: Activate, client: Any) -> None:
    client.meta.events.register("before-send.lambda", lambda **_: an_answer())
    with activate() as mock:
        assert client.get_function_configuration(FunctionName="resize")["FunctionName"] == "from a hook"
    assert mock.exchanges == []


def test_what_before_parse_adds_is_honoured(activate: Activate, client: Any) -> None:
    def add(customized_response_dict: dict[str, Any], **_: Any) -> None:
        customized_response_dict["Added"] = True

    client.meta.events.register("before-parse.lambda", add)
    with activate():
        answer = client.get_function_configuration(FunctionName="resize")
    assert (answer["FunctionName"], answer["Added"]) == ("resize", True)


def test_the_mock_sees_what_a_hook_did_to_the_request(activate: Activate, client: Any) -> None:
    def rewrite(request: Any, **_: Any) -> None:
        request.headers["x-amz-invocation-type"] = "Event"
        request.data = b'{"rewritten": true}'

    client.meta.events.register("request-created.lambda.Invoke", rewrite)
    with activate() as mock:
        client.invoke(FunctionName="resize", Payload=b"{}", InvocationType="RequestResponse")
    [exchange] = mock.exchanges
    assert exchange.request["headers"]["X-Amz-Invocation-Type"] == "Event"
    assert exchange.request["body"] == b'{"rewritten": true}'


@LANES
def test_a_file_as_payload_is_read_and_left_where_it_was(activate: Activate, client: Any, lane: str) -> None:
    payload = io.BytesIO(b'{"n": 1}')
    with activate(lane=lane) as mock:
        client.invoke(FunctionName="resize", Payload=payload)
    assert mock.parameters[0]["Payload"] == b'{"n": 1}'
    assert payload.tell() == 0


def test_a_stream_that_cannot_rewind_is_read(activate: Activate, client: Any) -> None:
    class Pipe:
        def read(self) -> str:
            return '{"n": 1}'

    with activate() as mock:
        client.invoke(FunctionName="resize", Payload=Pipe())
    assert mock.parameters[0]["Payload"] == b'{"n": 1}'
