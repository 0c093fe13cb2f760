"""Deployment packages: what Lambda refuses when one arrives, and unpacking that writes nothing outside its folder.

An upload is judged by the archive's table of contents alone, which is as fast for 50 MB as for one. What the table
can't tell, an entry that is damaged or larger than it says, shows when the package is unpacked: Invoke then answers
InvalidZipFileException. No step writes more than the limits allow, or holds more of it than a chunk.

An entry whose name leads outside the folder is left out, and so is a symbolic link that does: nothing takes their
place.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lambda_mock.errors import ERRORS, InvalidParameterValueException, RequestEntityTooLargeException, ServiceError
from lambda_mock.limits import AWS_DEFAULTS, Limits

_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNIX = 3
_ANYONE_EXECUTES = 0o111
_EXECUTABLE = 0o755
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_NAME = 255
_LONGEST_PATH = 3072
_MOST_PATHS = 250_000
_CHUNK = 1 << 16

# Everything that `zipfile` is known to raise over bytes that only pretend to be a zip.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def check_zipped_size(content: bytes, limits: Limits = AWS_DEFAULTS) -> None:
    """Refuse a package that is too large for a request; one in S3 may be larger."""
    if len(content) > limits.code_size_zipped:
        raise RequestEntityTooLargeException(f"Zipped size must be smaller than {limits.code_size_zipped} bytes")


def check(content: bytes, *, limits: Limits = AWS_DEFAULTS) -> None:
    """Raise AWS's error for a package that Lambda takes from nowhere."""
    if not content:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    entries = _table_of_contents(content)
    if not entries:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    if any(entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS for entry in entries):
        raise _unreadable()
    if sum(entry.file_size for entry in entries) >= limits.code_size_unzipped:
        raise InvalidParameterValueException(f"Unzipped size must be smaller than {limits.code_size_unzipped} bytes")


def beginning_of(content: bytes, name: str, most: int) -> bytes:
    """The first `most` bytes of one file of a package; none where it isn't there, or is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as source:
            return source.read(most)
    except (KeyError, *_BROKEN):
        return b""


def unpack(content: bytes, folder: Path, *, limits: Limits = AWS_DEFAULTS) -> None:
    """Write the package's files into `folder`, which is empty; executables stay executable.

    Of entries of one name the last wins, and a folder wins over a file. Links are made last, so that nothing is
    written through one. A damaged package, or one that grows past the limit, raises InvalidZipFileException; what was
    written by then stays.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files, links = _plan(archive, folder)
            _write_files(archive, folder, files, limits.code_size_unzipped)
            _make_links(archive, folder, links)
    except _BROKEN as error:
        raise _damaged() from error


def unzipped_size(content: bytes) -> int:
    """How many bytes the files in a package have, by its table of contents."""
    return sum(entry.file_size for entry in _table_of_contents(content))


def lay_over(source: Path, folder: Path) -> None:
    """Copy what is in `source` into `folder`, over what is there: of two that have one path, this one stays.

    Compiled modules in `__pycache__` are left behind: Python tells by time and size which source they belong to, and
    two sources that were unpacked in one second can have both in common.
    """
    pending = [(source, folder)]
    while pending:
        above, below = pending.pop()
        for entry in above.iterdir():
            target = below / entry.name
            if entry.is_symlink() or not entry.is_dir():
                _make_way(target)
                shutil.copy2(entry, target, follow_symlinks=False)
            elif entry.name != "__pycache__":
                if target.is_symlink() or not target.is_dir():
                    _make_way(target)
                    target.mkdir()
                pending.append((entry, target))


def _make_way(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)


def _table_of_contents(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except _BROKEN as error:
        raise _unreadable() from error


def _unreadable() -> ServiceError:
    return InvalidParameterValueException(
        "Could not unzip uploaded file. Please check your file, then try to upload again."
    )


def _damaged() -> ServiceError:
    return ERRORS["InvalidZipFileException"]("Lambda could not unzip the deployment package.")


def _plan(archive: zipfile.ZipFile, folder: Path) -> tuple[dict[str, zipfile.ZipInfo], dict[str, zipfile.ZipInfo]]:
    """Make the folders; give the files and the links to make in them, each by its path within `folder`."""
    folders: set[str] = set()
    files: dict[str, zipfile.ZipInfo] = {}
    links: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        path = _path_within(entry.filename)
        if path is None:
            continue
        folders.update(_parents(path))
        kind = stat.S_IFMT(_mode(entry))
        if entry.is_dir() or kind == stat.S_IFDIR:
            folders.add(path)
        else:
            chosen, other = (links, files) if kind == stat.S_IFLNK else (files, links)
            chosen[path] = entry
            other.pop(path, None)
        if len(folders) + len(files) + len(links) > _MOST_PATHS:
            raise _damaged()
    for path in sorted(folders):
        (folder / path).mkdir(exist_ok=True)
    return {path: entry for path, entry in files.items() if path not in folders}, links


def _path_within(name: str) -> str | None:
    """The entry's path in the folder; None where it has none, leads outside or no file system could hold it.

    A backslash separates folders, as it does for `unzip` and for the tools on Windows that write it.
    """
    name = name.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        return None
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if not parts or ".." in parts or any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts):
        return None
    path = "/".join(parts)
    return None if len(os.fsencode(path)) > _LONGEST_PATH else path


def _parents(path: str) -> Iterator[str]:
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def _mode(entry: zipfile.ZipInfo) -> int:
    return entry.external_attr >> 16 if entry.create_system == _UNIX else 0


def _write_files(archive: zipfile.ZipFile, folder: Path, files: dict[str, zipfile.ZipInfo], room: int) -> None:
    for path, entry in files.items():
        target = folder / path
        with archive.open(entry) as source, target.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                room -= len(chunk)
                if room <= 0:
                    raise _damaged()
                sink.write(chunk)
        if _mode(entry) & _ANYONE_EXECUTES:
            target.chmod(_EXECUTABLE)


def _make_links(archive: zipfile.ZipFile, folder: Path, links: dict[str, zipfile.ZipInfo]) -> None:
    made = []
    for path, entry in links.items():
        with archive.open(entry) as source:
            target = os.fsdecode(source.read(_LONGEST_PATH))
        if target and "\0" not in target and not Path(target).is_absolute():
            with contextlib.suppress(OSError):  # there is a folder of that name, or the system has no links
                (folder / path).symlink_to(target)
                made.append(folder / path)
    # Only now can it be told where a link leads, since it may lead there by way of another one.
    home = folder.resolve()
    for link in made:
        if not Path(os.path.realpath(link)).is_relative_to(home):  # `resolve` refuses links that go in circles
            link.unlink()
