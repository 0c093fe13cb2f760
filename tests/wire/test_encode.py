"""What a client is given is what botocore's own parser makes of the wire form, for every operation and every error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_mock.errors import (
    ERRORS,
    AccessDeniedException,
    InvalidParameterValueException,
    RequestEntityTooLargeException,
    ResourceNotFoundException,
    ServiceError,
    ServiceException,
    TooManyRequestsException,
    ValidationException,
)
from lambda_mock.wire.model import codec
from lambda_mock.wire.reply import Reply

REQUEST_ID = "01234567-89ab-4cde-8f01-23456789abcd"
DATE = 1_767_355_200.75


def success(status: int = 200, /, **members: Any) -> Reply:
    return Reply(request_id=REQUEST_ID, status=status, date=DATE, members=members)


def failure(error: ServiceError) -> Reply:
    return Reply(request_id=REQUEST_ID, status=error.status, date=DATE, error=error)


def test_a_success_is_what_botocore_parses_from_the_wire(
    operation: Any, outputs: Any, through_botocore: Any, tangible: Any
) -> None:
    status = operation.http.get("responseCode", 200)
    for members in outputs(operation.output_shape):
        reply = Reply(request_id=REQUEST_ID, status=status, date=DATE, members=members)
        parsed = codec(operation).parsed(reply)
        assert tangible(parsed) == tangible(through_botocore(operation, codec(operation).http(reply)))


def test_a_modelled_error_is_what_botocore_parses_from_the_wire(
    error_shape: Any, operation_model: Any, outputs: Any, through_botocore: Any, tangible: Any
) -> None:
    operation = operation_model("Invoke")
    for members in outputs(error_shape):
        further = {name: value for name, value in members.items() if name not in {"Type", "message", "Message"}}
        for typed in (True, False):
            reply = failure(ERRORS[error_shape.name]("No.", typed=typed, **further))
            parsed = codec(operation).parsed(reply)
            assert tangible(parsed) == tangible(through_botocore(operation, codec(operation).http(reply)))


@pytest.mark.parametrize(
    "error",
    [
        ValidationException("1 validation error detected"),
        RequestEntityTooLargeException("Request must be smaller"),
        AccessDeniedException(None),
        ServiceException(""),
    ],
    ids=lambda error: error.code,
)
def test_an_unusual_error_is_what_botocore_parses_from_the_wire(
    error: ServiceError, operation_model: Any, through_botocore: Any, tangible: Any
) -> None:
    operation = operation_model("GetFunction")
    reply = failure(error)
    parsed = codec(operation).parsed(reply)
    assert tangible(parsed) == tangible(through_botocore(operation, codec(operation).http(reply)))


def test_an_error_shows_its_members_at_the_top_as_the_model_names_them(operation_model: Any) -> None:
    reply = failure(TooManyRequestsException("Rate Exceeded.", Reason="CallerRateLimitExceeded", retryAfterSeconds="2"))
    parsed = codec(operation_model("Invoke")).parsed(reply)
    assert parsed["Error"] == {"Message": "Rate Exceeded.", "Code": "TooManyRequestsException"}
    assert {name: parsed[name] for name in parsed if name not in {"Error", "ResponseMetadata"}} == {
        "retryAfterSeconds": "2",
        "Type": "User",
        "message": "Rate Exceeded.",
        "Reason": "CallerRateLimitExceeded",
    }


def test_an_error_names_its_message_as_aws_does(operation_model: Any) -> None:
    encode = codec(operation_model("GetFunction"))
    assert encode.http(failure(ResourceNotFoundException("No."))).body == b'{"Type":"User","Message":"No."}'
    assert encode.http(failure(InvalidParameterValueException("No."))).body == b'{"Type":"User","message":"No."}'
    assert encode.http(failure(ServiceException("No."))).body == b'{"Type":"Service","Message":"No."}'


def test_an_error_without_type_has_none(operation_model: Any) -> None:
    reply = failure(InvalidParameterValueException("No.", typed=False))
    assert codec(operation_model("GetFunction")).http(reply).body == b'{"message":"No."}'
    assert "Type" not in codec(operation_model("GetFunction")).parsed(reply)


def test_an_error_that_is_not_in_the_model_has_no_members_of_its_own(operation_model: Any) -> None:
    parsed = codec(operation_model("GetFunction")).parsed(failure(ValidationException("1 validation error detected")))
    assert list(parsed) == ["Error", "ResponseMetadata"]


def test_access_denied_has_a_message_that_is_null(operation_model: Any) -> None:
    reply = failure(AccessDeniedException(None))
    assert codec(operation_model("CreateFunction")).http(reply).body == b'{"Message":null}'
    assert codec(operation_model("CreateFunction")).parsed(reply)["Error"]["Message"] is None


def test_the_headers_of_an_error_name_its_code(operation_model: Any) -> None:
    http = codec(operation_model("GetFunction")).http(failure(ResourceNotFoundException("No.")))
    assert http.status == 404
    assert http.headers == {
        "date": "Fri, 02 Jan 2026 12:00:00 GMT",
        "content-type": "application/json",
        "connection": "keep-alive",
        "x-amzn-requestid": REQUEST_ID,
        "content-length": str(len(b'{"Type":"User","Message":"No."}')),
        "x-amzn-errortype": "ResourceNotFoundException",
    }


def test_a_throttled_call_is_told_when_to_come_back(operation_model: Any) -> None:
    reply = failure(TooManyRequestsException("Rate Exceeded.", retryAfterSeconds=3))
    http = codec(operation_model("Invoke")).http(reply)
    assert http.headers["retry-after"] == "3"
    assert json.loads(http.body) == {"Type": "User", "message": "Rate Exceeded."}


def test_members_come_in_the_order_of_the_model_after_the_metadata(operation_model: Any) -> None:
    reply = success(Version="1", Handler="a.b", FunctionName="f")
    parsed = codec(operation_model("GetFunctionConfiguration")).parsed(reply)
    assert list(parsed) == ["ResponseMetadata", "FunctionName", "Handler", "Version"]


def test_the_metadata_is_that_of_an_answer_at_the_first_attempt(operation_model: Any) -> None:
    parsed = codec(operation_model("CreateAlias")).parsed(success(201, Name="live"))
    assert parsed["ResponseMetadata"] == {
        "RequestId": REQUEST_ID,
        "HTTPStatusCode": 201,
        "HTTPHeaders": {
            "date": "Fri, 02 Jan 2026 12:00:00 GMT",
            "content-type": "application/json",
            "connection": "keep-alive",
            "x-amzn-requestid": REQUEST_ID,
        },
        "RetryAttempts": 0,
    }


def test_an_answer_without_members_has_an_empty_body(operation_model: Any) -> None:
    http = codec(operation_model("DeleteAlias")).http(success(204))
    assert (http.status, http.body, http.headers["content-length"]) == (204, b"", "0")


def test_an_answer_shares_no_container_with_the_reply(operation: Any, outputs: Any) -> None:
    for members in outputs(operation.output_shape):
        parsed = codec(operation).parsed(success(**members))
        assert not _containers(parsed) & _containers(members)


def test_two_answers_to_one_reply_share_no_container(operation_model: Any) -> None:
    encode = codec(operation_model("GetFunctionConfiguration"))
    reply = success(FunctionName="f", VpcConfig={"SubnetIds": ["subnet-1"]}, Layers=[{"Arn": "a"}])
    first = encode.parsed(reply)
    first["VpcConfig"]["SubnetIds"].append("subnet-2")
    first["Layers"][0]["Arn"] = "b"
    first["ResponseMetadata"]["HTTPHeaders"].clear()
    assert encode.parsed(reply)["VpcConfig"] == {"SubnetIds": ["subnet-1"]}
    assert encode.parsed(reply)["Layers"] == [{"Arn": "a"}]
    assert encode.parsed(reply)["ResponseMetadata"]["HTTPHeaders"]


def test_an_invocation_tells_its_version_and_streams_its_payload(operation_model: Any) -> None:
    reply = success(Payload=b'{"ok": true}\nmore', ExecutedVersion="7")
    parsed = codec(operation_model("Invoke")).parsed(reply)
    assert (parsed["StatusCode"], parsed["ExecutedVersion"], "FunctionError" in parsed) == (200, "7", False)
    assert parsed["ResponseMetadata"]["HTTPHeaders"]["x-amz-executed-version"] == "7"
    assert parsed["ResponseMetadata"]["HTTPHeaders"]["content-length"] == "17"
    assert json.loads(parsed["Payload"].read(12)) == {"ok": True}
    assert parsed["Payload"].read() == b"\nmore"


def test_a_payload_can_be_read_in_all_the_ways_of_a_streaming_body(operation_model: Any) -> None:
    def payload() -> Any:
        return codec(operation_model("Invoke")).parsed(success(Payload=b"one\ntwo\n"))["Payload"]

    assert list(payload().iter_lines()) == [b"one", b"two"]
    assert list(payload().iter_chunks(5)) == [b"one\nt", b"wo\n"]
    assert list(payload()) == [b"one\ntwo\n"]
    with payload() as stream:
        assert stream.read() == b"one\ntwo\n"
    body = payload()
    body.close()
    with pytest.raises(ValueError, match="closed"):
        body.read()


def test_a_dry_run_has_an_empty_payload(operation_model: Any) -> None:
    assert codec(operation_model("Invoke")).parsed(success(204))["Payload"].read() == b""


def test_a_response_stream_is_a_stream_of_events(operation_model: Any) -> None:
    events = [{"PayloadChunk": {"Payload": b"a\xff"}}, {"PayloadChunk": {"Payload": b""}}, {"InvokeComplete": {}}]
    parsed = codec(operation_model("InvokeWithResponseStream")).parsed(success(ExecutedVersion="1", EventStream=events))
    assert list(parsed["EventStream"]) == events
    assert parsed["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    parsed["EventStream"].close()


def test_the_model_asks_for_nothing_that_is_not_encoded(operation: Any, model: Any) -> None:
    shapes = [operation.input_shape, operation.output_shape, *model.error_shapes]
    for shape in [shape for shape in shapes if shape is not None]:
        for place in _places(shape, top=True):
            assert place in KNOWN_PLACES, place


KNOWN_PLACES = {
    # (type, traits of serialisation other than the name); a body member is sent under its own name
    *((kind, "uri") for kind in ("string", "long")),
    *((kind, "querystring") for kind in ("string", "integer", "boolean", "timestamp", "list")),
    *((kind, "") for kind in ("string", "integer", "long", "double", "boolean", "timestamp", "blob")),
    *((kind, "") for kind in ("structure", "list", "map")),
    ("string", "header"),
    ("integer", "statusCode"),
    ("structure", "payload"),
    ("blob", "streaming"),
    ("structure", "eventstream"),
    ("structure", "event"),
    ("blob", "eventpayload"),
}


def _places(shape: Any, *, top: bool = False) -> set[tuple[str, str]]:
    traits = {key: value for key, value in shape.serialization.items() if key != "name"}
    found = {(shape.type_name, traits.get("location", next(iter(traits), "")))}
    if "name" in shape.serialization and "location" not in traits:
        found.add((shape.type_name, "renamed in a body"))
    if shape.type_name == "structure":
        if shape.is_tagged_union or shape.is_document_type:
            found.add((shape.type_name, "a union or a document"))
        for member in shape.members.values():
            found |= _places(member)
    elif shape.type_name in {"list", "map"}:
        found |= _places(shape.member if shape.type_name == "list" else shape.value)
    return found if not top else {place for place in found if place[0]}


def _containers(value: Any) -> set[int]:
    if isinstance(value, dict):
        return {id(value)}.union(*map(_containers, value.values()))
    return {id(value)}.union(*map(_containers, value)) if isinstance(value, list) else set()
