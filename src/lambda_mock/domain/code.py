"""Code by its hash: one copy of a package however many versions hold it, unpacked once, and links that lead back to it.

What a version holds is a `Code`, a few strings; the bytes, the files and the callables stand here, for one mock.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import hmac
import io
import re
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lambda_mock.domain import archive

LINK_LIFETIME = 600

_SIGNED_BY = b"lambda_mock"
_SIGNATURE = "&X-Amz-Signature="
_HOST = re.compile(r"https?://awslambda-[a-z0-9-]+\.s3\.[a-z0-9-]+\.amazonaws\.com(\.cn)?(:\d+)?/", re.IGNORECASE)
_DIGEST = re.compile(r"(?P<repository>.+)@sha256:(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The code of a version, by its hash.

    `sha256` is as answers show it: base64 of the hash of a zip, the hexadecimal digest of an image. `size` is the zip's
    in bytes, and 0 for an image.
    """

    sha256: str
    size: int
    image_uri: str | None = None
    resolved_image_uri: str | None = None


def is_link(url: str) -> bool:
    """Whether a URL is of the hosts that Lambda keeps code on."""
    return _HOST.match(url) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a link answers: a package with status 200, or S3's error as XML."""

    status: int
    body: bytes
    content_type: str


class CodeStore:
    """All code that one mock was given."""

    __slots__ = ("_callables", "_contents", "_folders", "_lock", "_root", "_stamp")

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}
        self._callables: dict[str, Callable[..., Any]] = {}
        self._folders: dict[str, Path] = {}
        self._root: tempfile.TemporaryDirectory[str] | None = None
        self._stamp = (-1, "")
        self._lock = threading.RLock()

    def add_zip(self, content: bytes, *, from_s3: bool = False) -> Code:
        """Take a package, or raise AWS's error for it; one that is here already isn't checked again."""
        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
        if sha256 not in self._contents:
            archive.check(content, from_s3=from_s3)
            self._contents.setdefault(sha256, bytes(content))
        return Code(sha256=sha256, size=len(content))

    def add_image(self, uri: str) -> Code:
        """Take an image by its name; the digest is made from the name, unless the name itself has one."""
        named = _DIGEST.fullmatch(uri)
        repository = named["repository"] if named else _without_tag(uri)
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

    def attach(self, code: Code, function: Callable[..., Any]) -> None:
        """Let a Python callable be this code: it runs wherever a version holds the code."""
        self._callables[code.sha256] = function

    def callable_of(self, code: Code) -> Callable[..., Any] | None:
        """The callable that is this code, if one is."""
        return self._callables.get(code.sha256)

    def placeholder(self, description: str, serial: int) -> bytes:
        """A package that stands for a callable; the same description and serial give the same bytes."""
        text = f"# Stands for a Python callable that the test gave to lambda_mock: {description!r}, number {serial}.\n"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as package:
            package.writestr(zipfile.ZipInfo("callable.py"), text)
        return content.getvalue()

    def link(self, code: Code, *, account_id: str, region: str, now: float, name: str = "function") -> str:
        """A presigned link to the package, good for ten minutes from `now`, a moment in epoch seconds.

        The link itself says what it leads to, and is signed, so nothing is kept of it. Host and form are AWS's.
        """
        moment = self._amz_date(int(now))
        version = _url_safe(code.sha256)
        suffix = ".cn" if region.startswith("cn-") else ""
        host = f"awslambda-{region}-tasks.s3.{region}.amazonaws.com{suffix}"
        signed = (
            f"https://{host}/snapshots/{account_id}/{name}-{version[:22]}?versionId={version}"
            f"&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={moment}&X-Amz-SignedHeaders=host&X-Amz-Expires={LINK_LIFETIME}"
            f"&X-Amz-Credential=ASIALAMBDAMOCK%2F{moment[:8]}%2F{region}%2Fs3%2Faws4_request"
        )
        return f"{signed}{_SIGNATURE}{_signature(signed)}"

    def download(self, url: str, now: float) -> Download:
        """What a GET of `url` answers at the moment `now`: the package, or S3's error for a wrong or late link."""
        signed, _, signature = url.partition(_SIGNATURE)
        if not signature:
            return _s3_error(403, "AccessDenied", "Access Denied")
        if not hmac.compare_digest(signature.encode(), _signature(signed).encode()):
            return _s3_error(
                403, "SignatureDoesNotMatch", "The request signature we calculated does not match the one you provided."
            )
        query = {name: values[0] for name, values in parse_qs(urlsplit(signed).query).items()}
        made = calendar.timegm(time.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
        if now >= made + int(query["X-Amz-Expires"]):
            return _s3_error(403, "AccessDenied", "Request has expired")
        content = self._contents.get(_from_url_safe(query["versionId"]))
        if content is None:
            return _s3_error(404, "NoSuchKey", "The specified key does not exist.")
        return Download(status=200, body=content, content_type="application/zip")

    def close(self) -> None:
        """Remove every file that was unpacked."""
        with self._lock:
            root, self._root = self._root, None
            self._folders.clear()
        if root is not None:
            root.cleanup()

    def _unpacked(self, content: bytes) -> Path:
        if self._root is None:
            self._root = tempfile.TemporaryDirectory(prefix="lambda_mock-", ignore_cleanup_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="task-", dir=self._root.name)).resolve()
        archive.unpack(content, folder)
        return folder

    def _amz_date(self, second: int) -> str:
        """The second as signatures write it; answers of one second share the work."""
        known, text = self._stamp
        if known != second:
            text = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._stamp = (second, text)
        return text


def _without_tag(uri: str) -> str:
    repository, separator, tag = uri.rpartition(":")
    return repository if separator and "/" not in tag else uri


def _url_safe(sha256: str) -> str:
    return sha256.replace("+", "-").replace("/", "_").rstrip("=")


def _from_url_safe(version: str) -> str:
    return version.replace("-", "+").replace("_", "/") + "=" * (-len(version) % 4)


def _signature(signed: str) -> str:
    return hashlib.blake2b(signed.encode(), key=_SIGNED_BY, digest_size=32).hexdigest()


def _s3_error(status: int, code: str, message: str) -> Download:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Download(status=status, body=body, content_type="application/xml")
