"""What a runtime process writes: a pipe becomes the text of the log, and is shown to the test.

Standard output and standard error are one pipe, so that lines stay in the order in which they were written. The frames
that AWS's runtime clients put around log records come through the same pipe.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from lambda_mock.execution.capture import show
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from lambda_mock.execution.process.places import Places

_READ = 1 << 16
_FRAME = b"\xa5\x5a\x00"
_HEAD = 16


class Output:
    """The reading end; `log` is where the text goes, the log of the run that is under way or of the next one.

    `now` gives the moment at which a piece is told to be written, in epoch seconds.
    """

    __slots__ = ("_now", "_places", "_rest", "fd", "log", "open")

    def __init__(self, fd: int, places: Places, now: Callable[[], float]) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.open = True
        self.log: list[str] = []
        self._places = places
        self._now = now
        self._rest = b""

    def fileno(self) -> int:
        """For selectors."""
        return self.fd

    def read(self) -> None:
        """Take what is there. A line that has not ended waits for its end."""
        while self.open:
            try:
                data = os.read(self.fd, _READ)
            except BlockingIOError:
                return
            if not data:
                self.flush()
                self.close()
            elif len(data) + len(self._rest):
                self._add(data)

    def flush(self) -> None:
        """Tell what has no end of a line yet, too."""
        rest, self._rest = self._rest, b""
        self._tell(rest)

    def close(self) -> None:
        """Read no more."""
        if self.open:
            self.open = False
            with contextlib.suppress(OSError):
                os.close(self.fd)

    def _add(self, data: bytes) -> None:
        rest = self._rest + data
        while True:
            start = rest.find(_FRAME)
            if start < 0:
                break
            end = start + _HEAD + int.from_bytes(rest[start + 4 : start + 8], "big")
            if len(rest) < start + _HEAD or len(rest) < end:
                self._tell(rest[:start])
                self._rest = rest[start:]
                return
            self._tell(rest[:start])
            record = rest[start + _HEAD : end]
            self._tell(record if record.endswith(b"\n") else record + b"\n", whole=True)
            rest = rest[end:]
        whole = rest.rfind(b"\n") + 1
        self._tell(rest[:whole])
        self._rest = rest[whole:]

    def _tell(self, data: bytes, *, whole: bool = False) -> None:
        if data:
            text = self._places.on_lambda(data).decode(errors="replace")
            self.log.append(written(text, self._now(), whole=whole))
            show(text)
