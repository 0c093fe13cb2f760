"""What botocore takes for a body still on the network: as much of urllib3's response as botocore uses."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cached_property

_CHUNK = 65536


class RawBody(io.BytesIO):
    """A body that has arrived."""

    def stream(self, amt: int = _CHUNK) -> Iterator[bytes]:
        """The rest of the body, in chunks of at most `amt` bytes."""
        while chunk := self.read(amt):
            yield chunk


class ArrivingBody:
    """A body of which `pieces` are still to come; reading it waits for them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, amt: int | None = None) -> bytes:  # noqa: ARG002  # nobody wants a part of it
        """All that is left."""
        return b"".join(self._pieces)

    def stream(self, amt: int = _CHUNK) -> Iterator[bytes]:  # noqa: ARG002  # the pieces are those that were sent
        """The pieces, each as soon as it is there."""
        return self._pieces

    def close(self) -> None:
        """Take no more of them."""
        self._pieces = iter(())


class DeferredBody:
    """A body that is encoded when it is first read."""

    def __init__(self, content: Callable[[], bytes]) -> None:
        self._content = content

    @cached_property
    def _body(self) -> RawBody:
        return RawBody(self._content())

    def read(self, amt: int | None = None) -> bytes:
        """At most `amt` bytes, or all that is left."""
        return self._body.read(amt)

    def stream(self, amt: int = _CHUNK) -> Iterator[bytes]:
        """The rest of the body, in chunks of at most `amt` bytes."""
        return self._body.stream(amt)

    def close(self) -> None:
        """Let go of the body."""
        self._body.close()
