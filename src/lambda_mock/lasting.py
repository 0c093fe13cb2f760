"""A mock that lasts longer than a block of code: from one cell of a notebook to another, or as long as a module."""

from __future__ import annotations

import atexit
import contextlib
import html
from abc import ABC, abstractmethod
from types import TracebackType
from typing import TypeVar

from lambda_mock.errors import LambdaMockError

M = TypeVar("M", bound="Lasting")


class Lasting(ABC):
    """What can be started and stopped by calls, where no `with` block has room for all that it is needed for."""

    @abstractmethod
    def __enter__(self) -> Lasting:
        """Answer from now on."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop answering."""

    @abstractmethod
    def describe(self) -> str:
        """The state as a picture in text."""

    def start(self: M) -> M:  # noqa: PYI019  # Self is of Python 3.11
        """Answer from now on, until `stop()` or the end of the process; gives the mock itself.

        It is what entering a `with` block is: a mock that was active before begins anew, and one that is active is
        refused. A mock that is started inside another one answers in its place.
        """
        self.__enter__()
        atexit.register(self._stop_at_exit)
        return self

    def stop(self) -> None:
        """Stop answering. What was recorded can still be read. A mock that isn't active is refused."""
        atexit.unregister(self._stop_at_exit)
        self.__exit__(None, None, None)

    def _stop_at_exit(self) -> None:
        with contextlib.suppress(LambdaMockError):  # it was left by the end of a `with` block
            self.stop()

    def _repr_html_(self) -> str:
        """The picture, as notebooks show it."""
        return f'<pre style="line-height: 1.2">{html.escape(self.describe())}</pre>'
