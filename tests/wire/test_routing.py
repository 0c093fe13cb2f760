"""Routing undoes the URLs that botocore makes, for every operation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import prepare_request_dict

from lambda_mock.wire.model import codec
from lambda_mock.wire.routing import route


def test_every_request_of_botocore_leads_back_to_its_operation_and_parameters(
    operation: Any, inputs: Any, request_for: Any
) -> None:
    for parameters in inputs(operation):
        request = request_for(operation, parameters)
        prepare_request_dict(request, endpoint_url="http://127.0.0.1:1", context={})
        url = urlsplit(request["url"])
        for path in (url.path, f"{url.path}/"):
            routed = route(request["method"], path, url.query)
            assert routed is not None
            assert routed.operation.name == operation.name
            received = {**request, "url_path": routed.url_path, "query_string": routed.query_string}
            assert codec(routed.operation).decode(received) == codec(operation).decode(request)


def test_no_label_spans_slashes_or_stands_beside_a_literal(operation: Any) -> None:
    path = operation.http["requestUri"].partition("?")[0]
    odd = [part for part in path.split("/") if "{" in part and not (part[0] == "{" and part[1:-1].isalnum())]
    assert odd == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "ListLayers"),
        ("find=LayerVersion&Arn=arn", "GetLayerVersionByArn"),
        ("find=Other", "ListLayers"),
    ],
)
def test_a_fixed_query_tells_operations_of_one_path_apart(query: str, name: str) -> None:
    routed = route("GET", "/2018-10-31/layers", query)
    assert routed is not None
    assert routed.operation.name == name


def test_a_fixed_query_is_no_parameter() -> None:
    routed = route("GET", "/2018-10-31/layers", "find=LayerVersion&Arn=arn")
    assert routed is not None
    assert routed.query_string == {"Arn": "arn"}


def test_what_is_given_without_a_value_is_given() -> None:
    routed = route("GET", "/2015-03-31/functions/orders", "Qualifier=")
    assert routed is not None
    assert routed.query_string == {"Qualifier": ""}


def test_a_name_is_decoded_once() -> None:
    routed = route("GET", "/2015-03-31/functions/a%252Fb", "")
    assert routed is not None
    parameters = codec(routed.operation).decode({"url_path": routed.url_path, "query_string": {}, "headers": {}})
    assert parameters == {"FunctionName": "a%2Fb"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/functions"),
        ("GET", "/2015-03-30/functions"),
        ("GET", "//2015-03-31/functions"),
        ("GET", "/2015-03-31/functions//aliases"),
        ("GET", "/2015-03-31/functions/orders/nothing"),
        ("PATCH", "/2015-03-31/functions/orders"),
        ("POST", "/2015-03-31/functions/orders"),
    ],
)
def test_no_other_request_leads_anywhere(method: str, path: str) -> None:
    assert route(method, path, "") is None
