"""Writing zips in which nothing is left to chance, and reading what is at the top of one."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock.packages.contents import File

_UNIX = 3


def zipped(contents: Mapping[str, File]) -> bytes:
    """The files, in the order of their names, from 1980, the first day that zips know, readable by everybody."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            file = contents[name]
            entry = zipfile.ZipInfo(name)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if file.executable else 0o644)) << 16
            archive.writestr(entry, file.content)
    return out.getvalue()


def files_at_the_top(content: bytes) -> dict[str, bytes]:
    """The files of a zip that lie in none of its folders. One that is no zip is a LambdaMockError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist() if "/" not in name}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise LambdaMockError(f"What is given as a zip can't be read as one: {error}.") from error
