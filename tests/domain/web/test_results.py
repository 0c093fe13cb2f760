"""Whatever a function answers, its client gets a response, or what answered is malformed: nothing else happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_mock.domain.web.results import HTTP_RESPONSE, MalformedResultError, inferred_answer, streamed_answer
from lambda_mock.loopback.server import _sendable

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebAnswer

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
LIKELY = st.fixed_dictionaries(
    {"statusCode": st.sampled_from([200, "404", 99, "no"]) | SCALARS},
    optional={
        "headers": st.dictionaries(st.text(max_size=3), SCALARS) | VALUES,
        "cookies": st.lists(st.text(max_size=3)) | VALUES,
        "body": st.text() | VALUES,
        "isBase64Encoded": st.booleans() | VALUES,
    },
)


def send(answer: WebAnswer) -> None:
    """Make of it what h11 takes for a response."""
    assert isinstance(answer.body, bytes)
    headers = [(name.encode(), _sendable(value)) for name, value in answer.headers]
    h11.Response(status_code=answer.status, headers=headers)


def status_for(payload: bytes) -> int:
    """The status that a client is sent for a result; a malformed one is a 502."""
    try:
        answer = inferred_answer(payload)
    except MalformedResultError:
        return 502
    send(answer)
    return answer.status


@given(LIKELY | VALUES)
def test_any_json_is_answered_or_malformed(result: Any) -> None:
    assert 200 <= status_for(json.dumps(result).encode()) < 1000


@given(st.binary())
def test_any_bytes_are_answered_or_malformed(payload: bytes) -> None:
    assert 200 <= status_for(payload) < 1000


def test_json_that_is_nested_too_deep_is_passed_on() -> None:
    payload = b"[" * 200_000 + b"]" * 200_000
    assert inferred_answer(payload).body == payload


@given(
    st.binary(max_size=9).filter(lambda body: not body.startswith(b"\0")),
    st.lists(st.integers(min_value=1, max_value=40)),
)
def test_a_prelude_is_found_wherever_the_pieces_are_cut(body: bytes, cuts: list[int]) -> None:
    whole = b'{"statusCode":201,"cookies":["a=b"]}' + bytes(8) + body
    pieces, position = [], 0
    for cut in [*cuts, len(whole)]:
        pieces.append(whole[position : position + cut])
        position += cut
    answer = streamed_answer(iter(pieces), HTTP_RESPONSE, lambda rest: rest)
    assert (answer.status, dict(answer.headers)["Set-Cookie"], b"".join(answer.body)) == (201, "a=b", body)  # type: ignore[arg-type]


@pytest.mark.parametrize("pieces", [[], [b""], [b'{"statusCode":201}'], [b"x" * 70_000, bytes(8)]])
def test_a_stream_without_the_end_of_its_prelude_is_malformed(pieces: list[bytes]) -> None:
    with pytest.raises(MalformedResultError):
        streamed_answer(iter(pieces), HTTP_RESPONSE, lambda rest: rest)
