"""`requests` gets what a mock has for Lambda's own hosts, beside whoever else answers `requests`."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
from moto import mock_aws

from lambda_mock.domain.links import Download, answer_to, follow, is_link_host, link_in, make_link, missing_object
from lambda_mock.integrations.requests import Web, web

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebAnswer, WebRequest

HOST = "https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com"
LINK = f"{HOST}/snapshots/123456789012/resize?versionId=1&X-Amz-Signature=abc"


class Links:
    """A mock with downloads by their links."""

    def __init__(self, **by_link: Download) -> None:
        self.by_link = by_link
        self.asked: list[str] = []

    def knows(self, host: str) -> bool:
        self.asked.append(host)
        return is_link_host(host)

    def ask(self, request: WebRequest) -> WebAnswer | None:
        found = self.by_link.get(link_in(request))
        return None if found is None else answer_to(request, found)


def zip_of(body: bytes) -> Download:
    return Download(status=200, body=body, headers={"Content-Type": "application/zip"})


@contextmanager
def active(links: Web) -> Iterator[Web]:
    web.enter(links)
    try:
        yield links
    finally:
        web.leave(links)


@contextmanager
def ours(body: bytes = b"PK") -> Iterator[None]:
    with active(Links(**{LINK: zip_of(body)})):
        yield


@contextmanager
def users_responses() -> Iterator[None]:
    with responses.RequestsMock() as answers:
        answers.get("https://users.example/", body="theirs")
        yield
        # Also shows that theirs still answers, whoever came after it.
        assert requests.get("https://users.example/", timeout=1).text == "theirs"


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = vars(requests.Session)["get_adapter"]
    yield
    assert vars(requests.Session)["get_adapter"] is before
    assert web.active() == ()


@pytest.mark.parametrize("order", [*itertools.permutations(["ours", "moto", "responses"])], ids=" ".join)
def test_a_link_is_answered_whoever_started_first(order: tuple[str, ...]) -> None:
    managers: dict[str, Any] = {"ours": ours, "moto": mock_aws, "responses": users_responses}
    with ExitStack() as stack:
        entered: list[AbstractContextManager[Any]] = [managers[name]() for name in order]
        for manager in entered:
            stack.enter_context(manager)
        assert requests.get(LINK, timeout=1).content == b"PK"
        if order[-1] == "responses":
            assert requests.get("https://users.example/", timeout=1).text == "theirs"


def test_an_answer_is_a_response_like_any_other() -> None:
    with ours(b"PK" * 1000):
        answer = requests.get(LINK, timeout=1)
    answer.raise_for_status()
    assert (answer.status_code, answer.url, answer.headers["Content-Length"]) == (200, LINK, "2000")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.request.method == "GET"


def test_an_answer_has_no_headers_that_nobody_gave_it() -> None:
    with active(Links(**{LINK: Download(status=200, body=b"PK")})):
        answer = requests.get(LINK, timeout=1)
    assert dict(answer.headers) == {"Content-Length": "2"}


def test_an_answer_can_be_streamed() -> None:
    with ours(b"PK" * 1000), requests.get(LINK, timeout=1, stream=True) as answer:
        chunks = list(answer.iter_content(chunk_size=512))
    assert b"".join(chunks) == b"PK" * 1000
    assert len(chunks) == 4


def test_a_session_made_before_the_mock_is_answered() -> None:
    with requests.Session() as session, ours():
        assert session.get(LINK).content == b"PK"


def test_an_adapter_that_a_session_mounted_for_the_host_is_not_asked() -> None:
    with requests.Session() as session, ours():
        session.mount(HOST, requests.adapters.HTTPAdapter())
        assert session.get(LINK).content == b"PK"


def test_a_link_that_no_mock_knows_is_answered_as_s3_answers_it() -> None:
    with ours():
        answer = requests.get(f"{HOST}/snapshots/other&?X-Amz-Signature=abc", timeout=1)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/xml"
    assert b"<Code>NoSuchKey</Code>" in answer.content
    assert b"<Key>snapshots/other&amp;</Key>" in answer.content


def test_an_expired_link_is_answered_as_s3_answers_it() -> None:
    link = make_link("hash", account_id="123456789012", region="us-east-1", now=0, name="orders")
    expired = follow(link, 600)
    assert isinstance(expired, Download)
    with active(Links(**{link: expired})):
        answer = requests.get(link, timeout=1)
    assert answer.status_code == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in answer.content


def test_a_missing_object_names_its_key() -> None:
    assert b"<Key>a/b</Key>" in missing_object("https://host/a/b?versionId=1").body


@pytest.mark.parametrize(("method", "body"), [("HEAD", b""), ("PUT", b"<Code>SignatureDoesNotMatch</Code>")])
def test_a_link_signed_for_get_is_refused_to_other_methods(method: str, body: bytes) -> None:
    with ours():
        answer = requests.request(method, LINK, timeout=1)
    assert answer.status_code == 403
    assert body in answer.content


def test_other_hosts_are_not_ours() -> None:
    links = Links()
    with active(links), responses.RequestsMock() as answers:
        answers.get("https://my-bucket.s3.us-east-1.amazonaws.com/key", body="theirs")
        assert requests.get("https://my-bucket.s3.us-east-1.amazonaws.com/key", timeout=1).text == "theirs"
    assert links.asked == ["my-bucket.s3.us-east-1.amazonaws.com"]


def test_the_innermost_mock_that_knows_a_link_answers() -> None:
    other = f"{HOST}/other"
    with active(Links(**{LINK: zip_of(b"outer"), other: zip_of(b"only outer")})):
        with ours(b"inner"):
            assert requests.get(LINK, timeout=1).content == b"inner"
            assert requests.get(other, timeout=1).content == b"only outer"
        assert requests.get(LINK, timeout=1).content == b"outer"


def test_a_wrapper_that_was_left_behind_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, ours():
        patch.setattr(requests.Session, "get_adapter", lambda *_, **__: None)
    with responses.RequestsMock() as answers:
        answers.get(LINK, body="theirs")
        assert requests.get(LINK, timeout=1).text == "theirs"
    with ours():
        assert requests.get(LINK, timeout=1).content == b"PK"


IMPORTED_LATER = f"""
import sys
from lambda_mock.domain.web.messages import WebAnswer
from lambda_mock.integrations.requests import web

class Links:
    def ask(self, request):
        return WebAnswer(status=200, body=b"PK")

links = Links()
web.enter(links)
print("requests" in sys.modules, "urllib3" in sys.modules)
import requests
print(requests.get("{LINK}").content)
web.leave(links)
print(type(vars(requests.Session)["get_adapter"]).__name__)
"""


def test_requests_is_patched_when_it_is_imported_and_not_imported_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED_LATER], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["False False", "b'PK'", "function"]
