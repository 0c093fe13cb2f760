from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from lambda_mock.domain import archive
from lambda_mock.domain.code import Code, CodeStore
from lambda_mock.errors import InvalidParameterValueException, ServiceError

if TYPE_CHECKING:
    from lambda_mock.domain.links import Download

NOW = 1_767_322_800.25  # 2026-01-02T03:00:00.25Z
OWNER = {"account_id": "123456789012", "region": "eu-west-1", "name": "resize"}


def package(text: str = "x") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(zipfile.ZipInfo("handler.py"), text)
    return content.getvalue()


def error_code(answer: Download) -> str | None:
    return ET.fromstring(answer.body).findtext("Code")  # noqa: S314  # our own answer


@pytest.fixture
def store() -> Iterator[CodeStore]:
    store = CodeStore()
    yield store
    store.close()


def test_a_zip_is_known_by_the_base64_of_its_sha256_and_by_its_size(store: CodeStore) -> None:
    content = package()
    assert store.add_zip(content) == Code(
        sha256=base64.b64encode(hashlib.sha256(content).digest()).decode(), size=len(content)
    )


def test_a_wrong_zip_is_refused_and_not_kept(store: CodeStore) -> None:
    for _ in range(2):
        with pytest.raises(InvalidParameterValueException):
            store.add_zip(b"no zip")


def test_there_is_one_copy_of_a_zip(store: CodeStore) -> None:
    one, other = store.add_zip(package()), store.add_zip(package())
    assert store.content(one) is store.content(other)
    assert store.content(one) == package()


def test_a_zip_stays_until_the_last_to_hold_it_lets_go(store: CodeStore) -> None:
    content = package()
    code = store.add_zip(content)
    store.attach(code, len)
    folder = store.folder(code)
    store.hold(code)
    store.add_zip(content)
    for _ in range(2):
        store.release(code)
        assert store.content(code) == content
        assert store.callable_of(code) is len
    store.release(code)
    assert store.callable_of(code) is None
    assert not folder.exists()
    assert store.download(store.link(code, **OWNER, now=NOW), NOW) is None
    store.add_zip(content)
    assert store.folder(code) != folder


def test_who_keeps_something_for_a_version_is_told_that_it_let_go(store: CodeStore) -> None:
    code = store.add_zip(package())
    told: list[str] = []
    store.on_release = told.append
    store.hold(code)
    store.release(code, of="arn:1")
    store.release(code)
    assert told == ["arn:1"]


def test_an_image_can_be_held_though_there_is_nothing_of_it(store: CodeStore) -> None:
    code = store.add_image("repository:tag")
    store.hold(code)
    store.release(code)
    assert store.callable_of(code) is None


def test_many_threads_hold_and_release_one_zip(store: CodeStore) -> None:
    stays, *others = [package(text) for text in "abc"]
    code = store.add_zip(stays)

    def come_and_go(number: int) -> None:
        for content in [stays, others[number % 2]] * 50:
            store.release(store.add_zip(content))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come_and_go, range(8)))
    assert store.content(code) == stays
    for content in others:
        gone = CodeStore().add_zip(content)
        assert store.download(store.link(gone, **OWNER, now=NOW), NOW) is None


def test_a_zip_that_is_known_is_not_checked_again(store: CodeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []
    monkeypatch.setattr(archive, "check", lambda content, **_: checked.append(content))
    content = package()
    known = store.add_zip(content)
    assert store.add_zip(content) == known
    assert checked == [content]


def test_a_zip_is_unpacked_once_and_only_when_it_is_wanted(store: CodeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = []
    unpack = archive.unpack

    def unpack_and_count(content: bytes, folder: Path, **limits: Any) -> None:
        unpacked.append(folder)
        unpack(content, folder, **limits)

    monkeypatch.setattr(archive, "unpack", unpack_and_count)
    code = store.add_zip(package("text"))
    assert unpacked == []
    with ThreadPoolExecutor(8) as pool:
        start = threading.Barrier(8)

        def folder_at_once(_: int) -> Path:
            start.wait()
            return store.folder(code)

        folders = set(pool.map(folder_at_once, range(8)))
    assert folders == set(unpacked)
    assert len(unpacked) == 1
    assert (unpacked[0] / "handler.py").read_text() == "text"


def test_each_package_has_a_folder_of_its_own_by_its_real_path(store: CodeStore) -> None:
    folders = [store.folder(store.add_zip(package(text))) for text in "ab"]
    assert folders[0] != folders[1]
    assert folders == [folder.resolve() for folder in folders]


def test_nothing_stays_of_a_package_that_cannot_be_unpacked(store: CodeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def unpack_and_fail(content: bytes, folder: Path, **_: Any) -> None:
        begun.append(folder)
        (folder / "half").write_bytes(content)
        raise InvalidParameterValueException("damaged")

    monkeypatch.setattr(archive, "unpack", unpack_and_fail)
    with pytest.raises(InvalidParameterValueException):
        store.folder(store.add_zip(package()))
    assert [folder.exists() for folder in begun] == [False]


def test_closing_removes_all_files(store: CodeStore) -> None:
    code = store.add_zip(package())
    folder = store.folder(code)
    store.close()
    assert not folder.exists()
    assert not folder.parent.exists()
    store.close()
    assert (store.folder(code) / "handler.py").exists(), "what is wanted later is unpacked once more"


def test_a_package_that_cannot_be_unpacked_is_an_error_each_time(store: CodeStore) -> None:
    code = store.add_zip(package("what it says").replace(b"what it says", b"something els"))
    for _ in range(2):
        with pytest.raises(ServiceError, match="could not unzip"):
            store.folder(code)


@pytest.mark.parametrize(
    ("uri", "repository"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"),
        ("localhost:5000/app", "localhost:5000/app"),
    ],
)
def test_an_image_has_a_digest_and_no_size(store: CodeStore, uri: str, repository: str) -> None:
    code = store.add_image(uri)
    assert code == CodeStore().add_image(uri)
    assert (code.size, code.image_uri) == (0, uri)
    assert len(bytes.fromhex(code.sha256)) == 32
    assert code.resolved_image_uri == f"{repository}@sha256:{code.sha256}"


def test_an_image_that_is_named_by_its_digest_has_that_one(store: CodeStore) -> None:
    code = store.add_image(f"registry/app@sha256:{'ab' * 32}")
    assert code.sha256 == "ab" * 32
    assert code.resolved_image_uri == code.image_uri


def test_images_of_different_names_are_different_code(store: CodeStore) -> None:
    assert store.add_image("registry/app:1").sha256 != store.add_image("registry/app:2").sha256


def test_a_callable_can_be_code(store: CodeStore) -> None:
    code, other = (store.add_zip(store.placeholder("handler", number)) for number in (1, 2))
    store.attach(code, print)
    assert store.callable_of(code) is print
    assert store.callable_of(other) is None


def test_a_placeholder_is_the_same_for_the_same_callable(store: CodeStore) -> None:
    one = store.placeholder("tests.handler", 1)
    assert one == CodeStore().placeholder("tests.handler", 1)
    assert one != store.placeholder("tests.handler", 2)
    assert one != store.placeholder("tests.other", 1)


def test_a_placeholder_says_what_it_stands_for(store: CodeStore) -> None:
    with zipfile.ZipFile(io.BytesIO(store.placeholder("tests.handler\n", 7))) as made:
        (name,) = made.namelist()
        assert "'tests.handler\\n', number 7" in made.read(name).decode()
        compile(made.read(name), name, "exec")


def test_a_link_is_a_presigned_one_of_s3(store: CodeStore) -> None:
    url = urlsplit(store.link(store.add_zip(package()), **OWNER, now=NOW))
    assert (url.scheme, url.netloc) == ("https", "awslambda-eu-west-1-tasks.s3.eu-west-1.amazonaws.com")
    assert url.path.startswith("/snapshots/123456789012/resize-")
    query = parse_qs(url.query, strict_parsing=True)
    assert query["X-Amz-Date"] == ["20260102T030000Z"]
    assert query["X-Amz-Expires"] == ["600"]
    assert query.keys() >= {"versionId", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders"}
    assert len(query["X-Amz-Signature"][0]) == 64


def test_the_links_of_china_are_of_its_own_domain(store: CodeStore) -> None:
    url = store.link(store.add_zip(package()), account_id="123456789012", region="cn-north-1", now=NOW)
    assert urlsplit(url).netloc == "awslambda-cn-north-1-tasks.s3.cn-north-1.amazonaws.com.cn"


def test_a_link_leads_to_the_package(store: CodeStore) -> None:
    contents = [package(str(number)) for number in range(20)]  # with each of + / and = in some hash
    for content in contents:
        answer = store.download(store.link(store.add_zip(content), **OWNER, now=NOW), NOW)
        assert answer is not None
        assert (answer.status, answer.body, answer.headers) == (200, content, {"Content-Type": "application/zip"})


@pytest.mark.parametrize(("after", "status"), [(0, 200), (599, 200), (600, 403), (86_400, 403)])
def test_a_link_is_good_for_ten_minutes(store: CodeStore, after: float, status: int) -> None:
    url = store.link(store.add_zip(package()), **OWNER, now=NOW)
    answer = store.download(url, NOW // 1 + after)
    assert answer is not None
    assert answer.status == status
    if status == 403:
        assert error_code(answer) == "AccessDenied"
        assert b"Request has expired" in answer.body


def test_links_of_different_seconds_differ(store: CodeStore) -> None:
    code = store.add_zip(package())
    links = [store.link(code, **OWNER, now=moment) for moment in (NOW, NOW + 0.5, NOW + 1, NOW)]
    assert links[0] == links[1] == links[3] != links[2]


@pytest.mark.parametrize(
    ("old", "new"), [("X-Amz-Expires=600", "X-Amz-Expires=999"), ("resize", "remove"), ("eu-west-1-tasks", "x-tasks")]
)
def test_a_link_that_was_changed_is_refused(store: CodeStore, old: str, new: str) -> None:
    url = store.link(store.add_zip(package()), **OWNER, now=NOW)
    answer = store.download(url.replace(old, new), NOW)
    assert answer is not None
    assert (answer.status, error_code(answer)) == (403, "SignatureDoesNotMatch")


def test_a_link_without_signature_is_refused(store: CodeStore) -> None:
    url = store.link(store.add_zip(package()), **OWNER, now=NOW)
    answer = store.download(url.partition("?")[0], NOW)
    assert answer is not None
    assert (answer.status, error_code(answer)) == (403, "AccessDenied")


def test_a_link_to_what_this_store_never_had_leads_nowhere(store: CodeStore) -> None:
    other = CodeStore()
    answer = store.download(other.link(other.add_zip(package("other")), **OWNER, now=NOW), NOW)
    assert answer is None
