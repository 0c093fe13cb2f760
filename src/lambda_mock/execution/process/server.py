"""Serves the Runtime API to one process, and hears its output, for as long as somebody waits for something of it.

There is no thread: whoever runs the function serves it meanwhile, and between runs nobody does, as on Lambda, where an
execution environment is frozen then. What the process asks or writes in between waits for the next run.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from lambda_mock.execution.process.connection import Connection

if TYPE_CHECKING:
    from lambda_mock.execution.process.output import Output
    from lambda_mock.execution.process.runtime_api import RuntimeApi
    from lambda_mock.execution.process.runtime_process import RuntimeProcess

_TICK = 0.05
"""How long at most until a deadline that has moved, or on some systems the end of a process, is noticed."""


class Waited(Enum):
    """How waiting ended: what was waited for is there, its time is up, or the process has ended without it."""

    DONE = "done"
    LATE = "late"
    DEAD = "dead"


class Server:
    """A port on 127.0.0.1, of one execution environment: a runtime is told no more than host and port."""

    __slots__ = ("_api", "_connections", "_listening", "_selector", "address")

    def __init__(self, api: RuntimeApi) -> None:
        self._api = api
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0)
        self.address = "{}:{}".format(*self._listening.getsockname())
        self._selector = selectors.DefaultSelector()
        self._connections: dict[int, Connection] = {}
        self._selector.register(self._listening, selectors.EVENT_READ, self._accept)

    def attach(self, process: RuntimeProcess, output: Output) -> None:
        """Listen to a process, and notice its end."""
        self._selector.register(output, selectors.EVENT_READ, lambda: self._hear(output))
        if process.end_signal is not None:
            self._selector.register(process.end_signal, selectors.EVENT_READ, lambda: None)

    def wait(self, process: RuntimeProcess, *, until: Callable[[], object], left: Callable[[], float | None]) -> Waited:
        """Serve until `until` is true, the process has ended, or no time is `left`; None is time without end."""
        while True:
            if until():
                return Waited.DONE
            seconds = left()
            if seconds is not None and seconds <= 0:
                return Waited.LATE
            dead = process.returncode is not None
            events = self._selector.select(0 if dead else _TICK if seconds is None else min(_TICK, seconds))
            for key, _ in events:
                key.data()
            if dead and not any(isinstance(key.fileobj, socket.socket | Connection) for key, _ in events):
                return Waited.DEAD  # all that it asked and answered before is taken

    def take_what_is_there(self) -> None:
        """Notice what has come, such as that somebody who waits has hung up."""
        for key, _ in self._selector.select(0):
            key.data()

    def _accept(self) -> None:
        try:
            accepted, _ = self._listening.accept()
        except OSError:
            return
        connection, fd = Connection(accepted, self._api), accepted.fileno()
        if fd in self._connections:  # it was closed, and its number is free for another one
            self._selector.unregister(fd)
        self._connections[fd] = connection
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._receive(connection, fd))

    def _receive(self, connection: Connection, fd: int) -> None:
        connection.receive()
        if not connection.open:
            self._selector.unregister(fd)
            del self._connections[fd]

    def _hear(self, output: Output) -> None:
        fd = output.fileno()
        output.read()
        if not output.open:
            self._selector.unregister(fd)

    def close(self) -> None:
        """End all connections, and give the port back."""
        self._selector.close()
        for connection in self._connections.values():
            connection.close()
        self._listening.close()
