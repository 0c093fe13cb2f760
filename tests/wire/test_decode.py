"""Decoding undoes botocore's serialiser, for every operation."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

from lambda_mock.errors import LambdaMockError
from lambda_mock.wire.model import codec

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


def as_aws_sees(parameters: dict[str, Any], shape: Any) -> dict[str, Any]:
    """Parameters less what a request can't carry: moments are numbers, empty lists of the query are nothing."""
    seen = {
        name: value
        for name, value in _plain(parameters).items()
        if value != [] or shape.members[name].serialization.get("location") != "querystring"
    }
    payload = shape.serialization.get("payload")
    if payload is not None:
        seen.setdefault(payload, {} if shape.members[payload].type_name == "structure" else b"")
    return seen


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.timestamp() if isinstance(value, datetime) else value


def test_a_request_gives_back_the_parameters_it_was_made_of(operation: Any, inputs: Any, request_for: Any) -> None:
    for parameters in inputs(operation):
        decoded = codec(operation).decode(request_for(operation, parameters))
        assert decoded == as_aws_sees(parameters, operation.input_shape)


@pytest.mark.parametrize(
    "name", ["my-function", "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST", "a/b?c=d#e&f%25 +g", "größe"]
)
def test_a_name_in_the_path_comes_back_whatever_its_characters(
    name: str, operation_model: Any, request_for: Any
) -> None:
    operation = operation_model("GetFunction")
    assert codec(operation).decode(request_for(operation, {"FunctionName": name})) == {"FunctionName": name}


@pytest.mark.parametrize(
    ("operation_name", "parameters"),
    [
        ("ListProvisionedConcurrencyConfigs", {"FunctionName": "f", "MaxItems": 7}),
        ("GetLayerVersionByArn", {"Arn": "arn:aws:lambda:eu-west-1:123456789012:layer:l:1"}),
    ],
)
def test_the_fixed_query_of_a_path_is_no_parameter(
    operation_name: str, parameters: dict[str, Any], operation_model: Any, request_for: Any
) -> None:
    operation = operation_model(operation_name)
    request = request_for(operation, parameters)
    assert "?" in request["url_path"]
    assert codec(operation).decode(request) == parameters


def test_an_empty_list_in_the_query_is_absent(operation_model: Any, request_for: Any) -> None:
    operation = operation_model("UntagResource")
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    assert codec(operation).decode(request_for(operation, {"Resource": arn, "TagKeys": []})) == {"Resource": arn}


def test_numbers_and_booleans_of_a_query_may_come_as_text(operation_model: Any) -> None:
    operation = operation_model("ListFunctions")
    request = {"url_path": "/2015-03-31/functions", "query_string": {"MaxItems": "25"}, "headers": {}, "body": b""}
    assert codec(operation).decode(request) == {"MaxItems": 25}


def test_a_request_without_query_and_body_has_only_its_path(operation_model: Any) -> None:
    operation = operation_model("CreateAlias")
    request = {"url_path": "/2015-03-31/functions/f/aliases", "headers": {}}
    assert codec(operation).decode(request) == {"FunctionName": "f"}


def test_headers_are_found_whatever_their_case(operation_model: Any) -> None:
    operation = operation_model("Invoke")
    headers = {"x-amz-INVOCATION-type": "Event", "User-Agent": "x"}
    request = {"url_path": "/2015-03-31/functions/f/invocations", "query_string": {}, "headers": headers, "body": b""}
    assert codec(operation).decode(request)["InvocationType"] == "Event"


def test_null_and_unknown_members_of_a_body_are_absent(operation_model: Any) -> None:
    operation = operation_model("CreateAlias")
    body = b'{"Name": "live", "Description": null, "Colour": "blue", "RoutingConfig": {"Cost": 1}}'
    request = {"url_path": "/2015-03-31/functions/f/aliases", "query_string": {}, "headers": {}, "body": body}
    assert codec(operation).decode(request) == {"FunctionName": "f", "Name": "live", "RoutingConfig": {}}


def test_a_whole_number_given_for_a_weight_is_a_float(operation_model: Any, request_for: Any) -> None:
    operation = operation_model("UpdateAlias")
    routing = {"AdditionalVersionWeights": {"2": 1}}
    parameters = {"FunctionName": "f", "Name": "live", "RoutingConfig": routing}
    weights = codec(operation).decode(request_for(operation, parameters))["RoutingConfig"]["AdditionalVersionWeights"]
    assert repr(weights) == "{'2': 1.0}"


@pytest.mark.parametrize("given", [NOON, "2026-01-02T12:00:00Z", 1767355200])
def test_a_moment_is_a_number_of_seconds_however_it_was_given(
    given: object, operation_model: Any, request_for: Any
) -> None:
    operation = operation_model("CreateEventSourceMapping")
    decoded = codec(operation).decode(request_for(operation, {"FunctionName": "f", "StartingPositionTimestamp": given}))
    assert decoded == {"FunctionName": "f", "StartingPositionTimestamp": 1767355200}


def test_a_moment_in_a_query_is_a_number_too(made_up: Any, request_for: Any) -> None:
    after = {"shape": "Moment", "location": "querystring", "locationName": "StartedAfter"}
    operation = made_up(Request={"type": "structure", "members": {"After": after}}, Moment={"type": "timestamp"})
    request = request_for(operation, {"After": NOON.replace(microsecond=250_000)})
    assert codec(operation).decode(request) == {"After": 1767355200.25}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda text: text, id="text"),
        pytest.param(str.encode, id="bytes"),
        pytest.param(lambda text: bytearray(text.encode()), id="bytearray"),
        pytest.param(lambda text: io.BytesIO(text.encode()), id="binary file"),
        pytest.param(io.StringIO, id="text file"),
    ],
)
def test_a_payload_is_bytes_however_it_was_given(
    make: Callable[[str], Any], operation_model: Any, request_for: Any
) -> None:
    operation = operation_model("Invoke")
    request = request_for(operation, {"FunctionName": "f", "Payload": make('{"a": 1}')})
    decoded = codec(operation).decode(request)
    assert decoded == {"FunctionName": "f", "Payload": b'{"a": 1}'}
    assert type(decoded["Payload"]) is bytes


def test_a_file_is_read_from_where_it_stands_and_put_back_there(operation_model: Any, request_for: Any) -> None:
    operation = operation_model("Invoke")
    file = io.BytesIO(b'skipped{"a": 1}')
    file.seek(7)
    request = request_for(operation, {"FunctionName": "f", "Payload": file})
    assert [codec(operation).decode(request)["Payload"] for _ in range(2)] == [b'{"a": 1}', b'{"a": 1}']
    assert file.tell() == 7


def test_a_pipe_can_be_a_payload_though_it_has_no_way_back(operation_model: Any, request_for: Any) -> None:
    operation = operation_model("Invoke")
    reading, writing = os.pipe()
    os.write(writing, b"{}")
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a pipe has no path
        decoded = codec(operation).decode(request_for(operation, {"FunctionName": "f", "Payload": pipe}))
    assert decoded["Payload"] == b"{}"


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b"[]",
        b"\xff",
        b'{"FunctionVersion": 1}',
        b'{"RoutingConfig": []}',
        b'{"RoutingConfig": {"AdditionalVersionWeights": {"2": "half"}}}',
    ],
)
def test_a_body_that_no_serialiser_would_send_is_refused_by_name(body: bytes, operation_model: Any) -> None:
    request = {"url_path": "/2015-03-31/functions/f/aliases", "query_string": {}, "headers": {}, "body": body}
    with pytest.raises(LambdaMockError, match=r"CreateAlias .*SerializationException.*parameter_validation"):
        codec(operation_model("CreateAlias")).decode(request)


def test_a_query_that_no_serialiser_would_send_is_refused(operation_model: Any) -> None:
    request = {"url_path": "/2015-03-31/functions", "query_string": {"MaxItems": "many"}, "headers": {}, "body": b""}
    with pytest.raises(LambdaMockError, match="ListFunctions"):
        codec(operation_model("ListFunctions")).decode(request)


def test_a_zip_comes_back_byte_for_byte(operation_model: Any, request_for: Any) -> None:
    operation = operation_model("UpdateFunctionCode")
    package = bytes(range(256))
    assert codec(operation).decode(request_for(operation, {"FunctionName": "f", "ZipFile": package})) == {
        "FunctionName": "f",
        "ZipFile": package,
    }
