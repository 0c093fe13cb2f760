"""Code by its hash: one copy of a package however many versions hold it, unpacked once, and links that lead back to it.

What a version has is a `Code`, a few strings; the bytes, the files and the callables stand here, for one mock. They
stay as long as somebody holds the code: a version, a request that brings it, a run. The last to let go ends them.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import re
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_mock.domain import archive
from lambda_mock.domain.code_signature import Signature, signature_of
from lambda_mock.domain.links import Download, follow, make_link
from lambda_mock.limits import AWS_DEFAULTS, Limits

_DIGEST = re.compile(r"(?P<repository>.+)@sha256:(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Object:
    """An object in S3, and the version of it that was named."""

    bucket: str
    key: str
    version: str | None = None

    def members(self) -> dict[str, str]:
        """As answers show it."""
        named = {"S3Bucket": self.bucket, "S3Key": self.key, "S3ObjectVersion": self.version}
        return {member: value for member, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The code of a version, by its hash.

    `sha256` is as answers show it: base64 of the hash of a zip, the hexadecimal digest of an image. `size` is the zip's
    in bytes, and 0 for an image. `signature` is what AWS Signer put into a zip. `s3_object` says where a zip is that
    Lambda only refers to.
    """

    sha256: str
    size: int
    image_uri: str | None = None
    resolved_image_uri: str | None = None
    signature: Signature | None = None
    s3_object: S3Object | None = None

    @property
    def stored(self) -> int:
        """How many bytes of the account's storage it takes: none where Lambda only refers to it."""
        return self.size if self.s3_object is None else 0


class CodeStore:
    """All code that one mock was given and somebody holds.

    `on_release` is told the ARN of each version that lets go of its code, for whoever keeps something for the version.
    """

    __slots__ = (
        "_callables",
        "_contents",
        "_folders",
        "_holders",
        "_limits",
        "_lock",
        "_merged",
        "_originals",
        "_root",
        "_signatures",
        "_unzipped",
        "on_release",
    )

    def __init__(self, limits: Limits = AWS_DEFAULTS) -> None:
        self._limits = limits
        self.on_release: Callable[[str], None] = lambda _arn: None
        self._contents: dict[str, bytes] = {}
        self._callables: dict[str, Callable[..., Any]] = {}
        self._folders: dict[str, Path] = {}
        self._merged: dict[tuple[str, ...], Path] = {}
        self._originals: dict[str, Mapping[str, Path]] = {}
        self._unzipped: dict[str, int] = {}
        self._signatures: dict[str, Signature | None] = {}
        self._holders: dict[str, int] = {}
        self._root: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()

    def add_zip(self, content: bytes, *, from_s3: bool = False) -> Code:
        """Take a package, or raise AWS's error for it; what is in one that is here already isn't checked again.

        Whoever adds code holds it, until it is released.
        """
        if not from_s3:
            archive.check_zipped_size(content, self._limits)
        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
        with self._lock:
            if sha256 in self._contents:
                return self._held(sha256, len(content))
        archive.check(content, limits=self._limits)
        signature = signature_of(content)
        with self._lock:
            self._signatures.setdefault(sha256, signature)
            self._contents.setdefault(sha256, bytes(content))
            return self._held(sha256, len(content))

    def _held(self, sha256: str, size: int) -> Code:
        code = Code(sha256=sha256, size=size, signature=self._signatures[sha256])
        self.hold(code)
        return code

    def hold(self, *codes: Code) -> None:
        """Let the codes stay until they are released once more."""
        with self._lock:
            for code in codes:
                self._holders[code.sha256] = self._holders.get(code.sha256, 0) + 1

    def hold_what_is_there(self, code: Code) -> bool:
        """Hold the code of a package, unless it went with its last holder since somebody saw it."""
        with self._lock:
            there = code.sha256 in self._contents
            if there:
                self.hold(code)
            return there

    def release(self, *codes: Code, of: str | None = None) -> None:
        """Let go of the codes; `of` is the ARN of the version that does. What nobody holds any more is gone."""
        if of is not None:
            self.on_release(of)
        folders: list[Path] = []
        with self._lock:
            for code in codes:
                left = self._holders.pop(code.sha256, 0) - 1
                if left > 0:
                    self._holders[code.sha256] = left
                else:
                    folders += self._drop(code.sha256)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _drop(self, sha256: str) -> list[Path]:
        """Forget everything of a code, and give the folders that are left of it."""
        self._contents.pop(sha256, None)
        self._callables.pop(sha256, None)
        self._originals.pop(sha256, None)
        self._unzipped.pop(sha256, None)
        self._signatures.pop(sha256, None)
        merged = [self._merged.pop(key) for key in list(self._merged) if sha256 in key]
        folder = self._folders.pop(sha256, None)
        return merged if folder is None else [folder, *merged]

    def add_image(self, uri: str, digest: str | None = None) -> Code:
        """Take an image by its name. A digest that nobody knows is the one in the name, or made from the name.

        There is nothing to hold: an image isn't here.
        """
        named = _DIGEST.fullmatch(uri)
        repository = _without_tag(named["repository"] if named else uri)
        if digest is None:
            digest = named["digest"] if named else hashlib.sha256(uri.encode()).hexdigest()
        return Code(sha256=digest, size=0, image_uri=uri, resolved_image_uri=f"{repository}@sha256:{digest}")

    def content(self, code: Code) -> bytes:
        """The package as it was uploaded."""
        return self._contents[code.sha256]

    def folder(self, code: Code) -> Path:
        """The folder with the unpacked package, by its real path. A damaged package raises InvalidZipFileException."""
        folder = self._folders.get(code.sha256)
        if folder is not None:
            return folder
        with self._lock:
            if code.sha256 not in self._folders:
                self._folders[code.sha256] = self._unpacked(self._contents[code.sha256])
            return self._folders[code.sha256]

    def merged(self, codes: Sequence[Code]) -> Path:
        """The folder with all these packages unpacked into it, later ones over earlier ones, by its real path."""
        if len(codes) == 1:
            return self.folder(codes[0])
        key = tuple(code.sha256 for code in codes)
        with self._lock:
            if key not in self._merged:
                self._merged[key] = self._laid_over([self.folder(code) for code in codes])
            return self._merged[key]

    def unzipped_size(self, code: Code) -> int:
        """How many bytes the package says that its files have, unpacked."""
        size = self._unzipped.get(code.sha256)
        if size is None:
            size = self._unzipped[code.sha256] = archive.unzipped_size(self._contents[code.sha256])
        return size

    def attach(self, code: Code, function: Callable[..., Any]) -> None:
        """Let a Python callable be this code: it runs wherever a version holds the code."""
        self._callables[code.sha256] = function

    def callable_of(self, code: Code) -> Callable[..., Any] | None:
        """The callable that is this code, if one is."""
        return self._callables.get(code.sha256)

    def made_of(self, code: Code, originals: Mapping[str, Path]) -> None:
        """Remember which files a package was made of, each by its name in the package."""
        self._originals[code.sha256] = originals

    def originals_of(self, code: Code) -> Mapping[str, Path]:
        """The files that a package was made of, as far as that is known."""
        return self._originals.get(code.sha256, {})

    def placeholder(self, description: str, serial: int) -> bytes:
        """A package that stands for a callable; the same description and serial give the same bytes."""
        text = f"# Stands for a Python callable that the test gave to lambda_mock: {description!r}, number {serial}.\n"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as package:
            package.writestr(zipfile.ZipInfo("callable.py"), text)
        return content.getvalue()

    def link(
        self,
        code: Code,
        *,
        account_id: str,
        region: str,
        now: float,
        name: str = "function",
        kept_as: str = "tasks",
    ) -> str:
        """A presigned link to the package, good for ten minutes from `now`, a moment in epoch seconds."""
        return make_link(code.sha256, account_id=account_id, region=region, now=now, name=name, kept_as=kept_as)

    def download(self, url: str, now: float) -> Download | None:
        """What a GET of a link answers at the moment `now`; None where it leads to nothing that is here."""
        found = follow(url, now)
        if isinstance(found, Download):
            return found
        content = self._contents.get(found)
        if content is None:
            return None
        return Download(status=200, body=content, headers={"Content-Type": "application/zip"})

    def close(self) -> None:
        """Remove every file that was unpacked."""
        with self._lock:
            root, self._root = self._root, None
            self._folders.clear()
            self._merged.clear()
        if root is not None:
            root.cleanup()

    def _unpacked(self, content: bytes) -> Path:
        with self._new_folder("task-") as folder:
            archive.unpack(content, folder, limits=self._limits)
        return folder

    def _laid_over(self, layers: Sequence[Path]) -> Path:
        with self._new_folder("opt-") as folder:
            for layer in layers:
                archive.lay_over(layer, folder)
        return folder

    @contextlib.contextmanager
    def _new_folder(self, prefix: str) -> Iterator[Path]:
        """A folder to fill, which goes again when that fails: it will be tried again, with each invocation."""
        if self._root is None:
            self._root = tempfile.TemporaryDirectory(prefix="lambda_mock-", ignore_cleanup_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._root.name)).resolve()
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _without_tag(uri: str) -> str:
    repository, separator, tag = uri.rpartition(":")
    return repository if separator and "/" not in tag else uri
