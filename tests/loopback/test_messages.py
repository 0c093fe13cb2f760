"""What a request says of itself."""

from __future__ import annotations

import pytest

from lambda_mock.loopback.messages import HttpRequest


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a%2Fb?c=d", "/a%2Fb", "c=d"),
        ("//a/b", "//a/b", ""),
        ("http://lambda.local:80/a/b?c", "/a/b", "c"),
        ("http://lambda.local", "/", ""),
    ],
)
def test_a_path_and_a_query_are_what_was_sent(target: str, path: str, query: str) -> None:
    request = HttpRequest(method="GET", target=target)
    assert (request.path, request.query) == (path, query)


def test_a_header_is_found_in_any_case() -> None:
    request = HttpRequest(method="GET", target="/", headers=(("X-Amz-Target", "one"), ("x-amz-target", "two")))
    assert request.header("x-AMZ-target") == "one"
    assert request.header("absent") is None
