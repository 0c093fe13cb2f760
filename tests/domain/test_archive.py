from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_mock.domain import archive
from lambda_mock.domain.code import CodeStore
from lambda_mock.errors import RequestEntityTooLargeException, ServiceError
from lambda_mock.limits import AWS_DEFAULTS, Limits

Content = str | bytes
UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."
REGULAR = stat.S_IFREG | 0o644


def package(*entries: tuple[str, Content] | tuple[str, Content, int], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these names, contents and (where given) Unix modes."""
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", method) as made:
        warnings.simplefilter("ignore", UserWarning)  # duplicate names are the point of a test
        for name, body, *mode in entries:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.compress_type = method
            info.external_attr = (mode[0] if mode else REGULAR) << 16
            made.writestr(info, body)
    return content.getvalue()


def link(name: str, target: str) -> tuple[str, Content, int]:
    return name, target, stat.S_IFLNK | 0o777


def claim_size(content: bytes, size: int) -> bytes:
    """Let every entry of the table of contents claim to unpack to `size` bytes."""
    changed = bytearray(content)
    start = changed.find(b"PK\x01\x02")
    while start >= 0:
        changed[start + 24 : start + 28] = struct.pack("<I", size)
        start = changed.find(b"PK\x01\x02", start + 4)
    return bytes(changed)


def refusal(content: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        archive.check(content)
    return refused.value


@pytest.fixture
def unpacked(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Unpacks in a folder of its own, and gives every path there with its content, or with what it links to."""

    def unpack(*entries: tuple[str, Content] | tuple[str, Content, int]) -> dict[str, str]:
        folder = tmp_path / "task"
        folder.mkdir()
        archive.unpack(package(*entries), folder)
        assert [path.name for path in tmp_path.iterdir()] == ["task"], "something was written outside the folder"
        return {
            path.relative_to(folder).as_posix(): f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
            for path in sorted(folder.rglob("*"))
            if path.is_symlink() or path.is_file()
        }

    return unpack


def test_an_empty_upload_is_refused() -> None:
    error = refusal(b"")
    assert (error.code, error.message) == (
        "InvalidParameterValueException",
        "Uploaded file must be a non-empty zip",
    )


def test_a_zip_without_entries_is_refused() -> None:
    assert refusal(package()).message == "Uploaded file must be a non-empty zip"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"not a zip", id="text"),
        pytest.param(package(("handler.py", "x" * 100))[:-30], id="cut-off-at-the-end"),
        pytest.param(package(("handler.py", "x"))[60:], id="cut-off-at-the-start"),
        pytest.param(b"PK\x05\x06" + b"\xff" * 18, id="an-end-that-points-nowhere"),
        pytest.param(package(("handler.py", "x"), method=zipfile.ZIP_LZMA), id="a-compression-that-unzip-may-lack"),
    ],
)
def test_what_cannot_be_unzipped_is_refused(content: bytes) -> None:
    error = refusal(content)
    assert (error.code, error.status, error.message) == ("InvalidParameterValueException", 400, UNREADABLE)


def test_an_encrypted_package_cannot_be_unzipped() -> None:
    content = bytearray(package(("handler.py", "x")))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)).message == UNREADABLE


def test_the_zip_itself_may_have_52428800_bytes() -> None:
    largest = package(("x", b"\0" * (AWS_DEFAULTS.code_size_zipped - 100)))
    room = AWS_DEFAULTS.code_size_zipped - len(largest)
    content = package(("x", b"\0" * (AWS_DEFAULTS.code_size_zipped - 100 + room)))
    assert len(content) == 52_428_800
    assert CodeStore().add_zip(content).size == len(content)


def test_a_zip_of_one_byte_more_is_too_large_for_a_request() -> None:
    with pytest.raises(RequestEntityTooLargeException) as caught:
        archive.check_zipped_size(bytes(AWS_DEFAULTS.code_size_zipped + 1))
    assert (caught.value.status, caught.value.message) == (413, "Zipped size must be smaller than 52428800 bytes")


def test_a_package_in_s3_may_be_larger_than_an_upload() -> None:
    content = package(("x", b"\0" * AWS_DEFAULTS.code_size_zipped))
    with pytest.raises(RequestEntityTooLargeException):
        CodeStore().add_zip(content)
    assert CodeStore().add_zip(content, from_s3=True).size == len(content)


@pytest.mark.parametrize("entries", [1, 2])
def test_all_files_together_stay_below_262144000_bytes(entries: int) -> None:
    content = package(*((f"{number}.bin", "x") for number in range(entries)))
    archive.check(claim_size(content, 262_144_000 // entries - 1))
    error = refusal(claim_size(content, 262_144_000 // entries))
    assert (error.code, error.message) == (
        "InvalidParameterValueException",
        "Unzipped size must be smaller than 262144000 bytes",
    )


def test_files_are_unpacked_with_their_folders(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(("handler.py", "a"), ("lib/", ""), ("lib/deep/x.txt", "b")) == {
        "handler.py": "a",
        "lib/deep/x.txt": "b",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "lib/../../evil",
        "..",
        "/evil",
        "//evil",
        "C:/evil",
        "c:evil",
        "\\evil",
        "..\\evil",
        "lib\\..\\..\\evil",
        ".",
        "./",
        "n" * 256,
        "/".join(["deep" * 20] * 40),
    ],
)
def test_an_entry_that_has_no_place_in_the_folder_is_left_out(
    name: str, unpacked: Callable[..., dict[str, str]]
) -> None:
    assert unpacked((name, "evil"), ("handler.py", "good")) == {"handler.py": "good"}


def test_a_backslash_separates_folders(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(("lib\\deep\\x.txt", "b")) == {"lib/deep/x.txt": "b"}


def test_odd_names_are_kept(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(("./a b.txt", "1"), ("lib//ü.txt", "2"), ("-rf", "3")) == {
        "a b.txt": "1",
        "lib/ü.txt": "2",
        "-rf": "3",
    }


def test_a_name_ends_where_it_has_a_nul(tmp_path: Path) -> None:
    archive.unpack(package(("aXevil", "1")).replace(b"aXevil", b"a\0evil"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_of_two_files_of_one_name_the_last_wins(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(("handler.py", "first"), ("./handler.py", "last")) == {"handler.py": "last"}


@pytest.mark.parametrize("swapped", [False, True])
def test_of_a_file_and_a_link_of_one_name_the_last_wins(
    unpacked: Callable[..., dict[str, str]], *, swapped: bool
) -> None:
    entries = [("x", "a file"), link("x", "y")]
    assert unpacked(*(reversed(entries) if swapped else entries)) == {"x": "a file" if swapped else "-> y"}


@pytest.mark.parametrize("swapped", [False, True])
def test_a_folder_wins_over_a_file_of_its_name(unpacked: Callable[..., dict[str, str]], *, swapped: bool) -> None:
    entries = [("lib", "a file"), ("lib/x", "in the folder")]
    assert unpacked(*(reversed(entries) if swapped else entries)) == {"lib/x": "in the folder"}


def test_executables_stay_executable(tmp_path: Path) -> None:
    archive.unpack(package(("run", "#!/bin/sh", stat.S_IFREG | 0o755), ("data", "")), tmp_path)
    assert os.access(tmp_path / "run", os.X_OK)
    assert not os.access(tmp_path / "data", os.X_OK)


def test_files_that_nobody_may_read_can_be_read(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(("handler.py", "x", stat.S_IFREG)) == {"handler.py": "x"}


def test_a_link_that_stays_inside_is_kept(unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(link("lib/current", "../versions/1"), ("versions/1/x", "one")) == {
        "lib/current": "-> ../versions/1",
        "versions/1/x": "one",
    }


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../../etc", "lib/../../x", ""])
def test_a_link_that_leads_outside_is_left_out(target: str, unpacked: Callable[..., dict[str, str]]) -> None:
    assert unpacked(link("out", target), ("handler.py", "x")) == {"handler.py": "x"}


def test_a_link_that_leads_outside_by_way_of_another_one_is_left_out(
    unpacked: Callable[..., dict[str, str]],
) -> None:
    files = unpacked(("a/b/c", "x"), link("a/b/home", "../.."), link("out", "a/b/home/../secret"))
    assert files == {"a/b/c": "x", "a/b/home": "-> ../.."}


def test_nothing_is_written_through_a_link(unpacked: Callable[..., dict[str, str]]) -> None:
    files = unpacked(link("out", ".."), ("out/evil", "x"), link("here", "real"), ("here/y", "y"), ("real/z", "z"))
    assert files == {"out/evil": "x", "here/y": "y", "real/z": "z"}


def test_links_that_lead_to_each_other_do_no_harm(unpacked: Callable[..., dict[str, str]]) -> None:
    assert "handler.py" in unpacked(link("a", "b"), link("b", "a"), ("handler.py", "x"))


def test_a_damaged_file_is_found_when_it_is_unpacked(tmp_path: Path) -> None:
    content = package(("handler.py", "what it says")).replace(b"what it says", b"something els")
    archive.check(content)
    with pytest.raises(ServiceError) as refused:
        archive.unpack(content, tmp_path)
    assert (refused.value.code, refused.value.status) == ("InvalidZipFileException", 502)


def test_a_file_that_unpacks_to_more_than_it_says_is_found(tmp_path: Path) -> None:
    content = claim_size(package(("bomb", b"\0" * 1_000_000), method=zipfile.ZIP_DEFLATED), 10)
    archive.check(content)
    with pytest.raises(ServiceError, match="could not unzip"):
        archive.unpack(content, tmp_path)
    assert (tmp_path / "bomb").stat().st_size <= 10


def test_unpacking_stops_at_the_limit(tmp_path: Path) -> None:
    content = package(("a", b"\0" * 90_000), ("b", b"\0" * 90_000))
    with pytest.raises(ServiceError, match="could not unzip"):
        archive.unpack(content, tmp_path, limits=Limits(code_size_unzipped=100_000))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 100_000


def test_unpacking_makes_no_endless_number_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_PATHS", 10)
    with pytest.raises(ServiceError, match="could not unzip"):
        archive.unpack(package(("a/" * 20 + "x", "")), tmp_path)
    assert list(tmp_path.iterdir()) == []


# One folder over another -----------------------------------------------------------------------------------------


@pytest.fixture
def merged(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Lays packages over one another, and gives every path with its content, or with what it links to."""

    def merge(*packages: bytes) -> dict[str, str]:
        folder = tmp_path / "merged"
        folder.mkdir()
        for number, content in enumerate(packages):
            layer = tmp_path / str(number)
            layer.mkdir()
            archive.unpack(content, layer)
            archive.lay_over(layer, folder)
        return {
            str(path.relative_to(folder)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
            for path in sorted(folder.rglob("*"))
            if path.is_symlink() or path.is_file()
        }

    return merge


def test_files_of_both_are_there_and_the_later_one_wins(merged: Callable[..., dict[str, str]]) -> None:
    first = package(("a/only.txt", "first"), ("a/both.txt", "first"))
    second = package(("a/both.txt", "second"), ("b/only.txt", "second"))
    assert merged(first, second) == {"a/only.txt": "first", "a/both.txt": "second", "b/only.txt": "second"}


def test_a_file_takes_the_place_of_a_folder_and_the_other_way_round(merged: Callable[..., dict[str, str]]) -> None:
    first = package(("a/deep/file", "first"), ("b", "first"))
    second = package(("a", "second"), ("b/file", "second"))
    assert merged(first, second) == {"a": "second", "b/file": "second"}


def test_a_link_is_replaced_and_not_followed(merged: Callable[..., dict[str, str]]) -> None:
    first = package(("file", "first"), ("folder/x", "first"), link("a", "file"), link("b", "folder"))
    second = package(("a", "second"), ("b/x", "second"), link("folder", "b"))
    assert merged(first, second) == {"file": "first", "a": "second", "b/x": "second", "folder": "-> b"}


def test_what_was_compiled_for_one_is_not_taken_for_the_other(merged: Callable[..., dict[str, str]]) -> None:
    assert merged(package(("m.py", "1"), ("__pycache__/m.pyc", "1")), package(("m.py", "2"))) == {"m.py": "2"}


def test_executables_stay_executable_in_a_merged_folder(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "merged"
    source.mkdir()
    folder.mkdir()
    archive.unpack(package(("bin/tool", "#!/bin/sh\n", stat.S_IFREG | 0o755)), source)
    archive.lay_over(source, folder)
    assert os.access(folder / "bin" / "tool", os.X_OK)


def test_the_unzipped_size_is_what_the_table_of_contents_says() -> None:
    content = package(("a", "12345"), ("b/", ""), ("b/c", "123"))
    assert archive.unzipped_size(content) == 8
    assert archive.unzipped_size(claim_size(content, 100)) == 300
