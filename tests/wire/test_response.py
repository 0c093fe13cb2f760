"""The responses that handlers see are botocore's own, and their bodies can be read as from the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from lambda_mock.errors import ResourceNotFoundException
from lambda_mock.wire.encode import HttpResponse
from lambda_mock.wire.model import Codec, codec
from lambda_mock.wire.raw import RawBody
from lambda_mock.wire.reply import Reply
from lambda_mock.wire.response import aws_response_from

URL = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/f"
ID = "01234567-89ab-4cde-8f01-23456789abcd"


class Watched(dict[str, Any]):
    """Output members that tell whether anybody asked for them."""

    asked = False

    def __iter__(self) -> Any:
        self.asked = True
        return super().__iter__()


def reply(status: int = 200, /, members: Mapping[str, Any] | None = None, **more: Any) -> Reply:
    return Reply(request_id=ID, status=status, date=0, members=members or {}, **more)


def aws_response(answer: Reply, encode: Codec, url: str) -> AWSResponse:
    response, _ = encode.answered(answer, url)
    return response


def test_a_response_is_botocores_own(operation_model: Any) -> None:
    response = aws_response(reply(201, {"Name": "live"}), codec(operation_model("CreateAlias")), URL)
    assert isinstance(response, AWSResponse)
    assert (response.url, response.status_code, response.headers["X-AMZN-requestid"]) == (URL, 201, ID)


def test_a_response_has_the_body_of_the_wire(operation_model: Any) -> None:
    encode = codec(operation_model("CreateAlias"))
    answer = reply(201, {"Name": "live"})
    assert aws_response(answer, encode, URL).content == encode.http(answer).body == b'{"Name":"live"}'
    assert aws_response(answer, encode, URL).text == '{"Name":"live"}'
    assert aws_response(answer, encode, URL).raw.read(7) == b'{"Name"'


def test_a_response_of_an_error_has_the_errors_body(operation_model: Any) -> None:
    answer = reply(404, error=ResourceNotFoundException("No."))
    response = aws_response(answer, codec(operation_model("GetAlias")), URL)
    assert response.content == b'{"Type":"User","Message":"No."}'
    assert response.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"


def test_a_body_that_nobody_reads_is_not_encoded(operation_model: Any) -> None:
    members = Watched(FunctionName="f")
    response = aws_response(reply(200, members), codec(operation_model("GetFunctionConfiguration")), URL)
    members.asked = False
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert not members.asked
    assert response.content == b'{"FunctionName":"f"}'
    assert members.asked


def test_a_streamed_body_can_be_let_go_unread(operation_model: Any) -> None:
    response = aws_response(reply(200, {"Payload": b"{}"}), codec(operation_model("Invoke")), URL)
    response.raw.close()
    with pytest.raises(ValueError, match="closed"):
        response.raw.read()


def test_reading_the_response_leaves_the_parsed_payload_alone(operation_model: Any) -> None:
    encode, answer = codec(operation_model("Invoke")), reply(200, {"Payload": b"{}"})
    parsed = encode.parsed(answer)
    assert aws_response(answer, encode, URL).content == b"{}"
    assert parsed["Payload"].read() == b"{}"


def test_a_body_that_is_not_streamed_has_arrived() -> None:
    response = aws_response_from(HttpResponse(200, {"A": "b"}, b"{}"), URL, stream=False)
    assert response.raw.read() == b""
    assert response.content == b"{}"


def test_a_body_that_is_streamed_waits_for_its_reader() -> None:
    response = aws_response_from(HttpResponse(200, {}, b"{}"), URL, stream=True)
    assert response.raw.read() == b"{}"


def test_a_body_streams_in_chunks() -> None:
    assert list(RawBody(b"abcde").stream(2)) == [b"ab", b"cd", b"e"]
    assert list(RawBody(b"").stream()) == []
