"""A headless Chromium, driven through two pipes: its DevTools protocol, and nothing that would have to be installed."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]
_LOWEST_DESCRIPTOR = 20
_PATIENCE = 20


def executable() -> str | None:
    """Where a Chromium is, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Browser:
    """A browser with one page. What happened on it is kept in `events` until it is asked for."""

    def __init__(self, profile: Path) -> None:
        browser = executable()
        assert browser is not None
        to_child, self._out = _pipe()
        self._in, from_child = _pipe()
        script = f'exec "$@" 3<&{to_child} 4>&{from_child}'
        command = ["bash", "-c", script, "browser", browser, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            command, pass_fds=(to_child, from_child), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_child)
        os.close(from_child)
        os.set_blocking(self._in, False)
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []
        (target,) = (each for each in self.send("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Page.setLifecycleEventsEnabled", enabled=True)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and give what it answers."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append((answer["method"], answer["params"]))

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._unread:
            assert time.monotonic() < end, "the browser says nothing"
            with contextlib.suppress(BlockingIOError):
                read = os.read(self._in, 1 << 20)
                assert read, "the browser has ended"
                self._unread += read
                continue
            time.sleep(0.002)
        message, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self._go("about:blank")  # so that another place on the same page is a new page as well
        self._go(url)

    def _go(self, url: str) -> None:
        self.events.clear()
        loader = self.send("Page.navigate", url=url)["loaderId"]
        while ("load", loader) not in [(event.get("name"), event.get("loaderId")) for _, event in self.events]:
            answer = self._next()
            self.events.append((answer["method"], answer["params"]))

    def run(self, expression: str) -> Any:
        """What an expression of JavaScript is, a promise awaited."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def complaints(self) -> list[Any]:
        """What the console, the page's policy and scripts that failed have said since the page was opened."""
        self.run("0")
        wrong = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
        return [event for event in self.events if event[0] in wrong]

    def requests(self) -> list[str]:
        """What was requested since the page was opened, the page itself included, but for data that stands in it."""
        self.run("0")
        urls = (event["request"]["url"] for name, event in self.events if name == "Network.requestWillBeSent")
        return [url for url in urls if not url.startswith("data:")]

    def look(self, *, dark: bool = False, width: int = 1280, height: int = 900, scale: float = 1) -> None:
        """Look at the page in a scheme, through a window of that size."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def screenshot(self, **clip: float) -> bytes:
        """A picture of the window, or of a part of the page: `x`, `y`, `width`, `height`."""
        area = {"clip": {**clip, "scale": 1}, "captureBeyondViewport": True} if clip else {}
        return base64.b64decode(self.send("Page.captureScreenshot", format="png", **area)["data"])

    def close(self) -> None:
        """End the browser."""
        self._session = None
        with contextlib.suppress(AssertionError, OSError):
            self.send("Browser.close")
        os.close(self._out)
        os.close(self._in)
        self._process.wait(_PATIENCE)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends aren't among the numbers that the browser's own ends get."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTOR) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


@contextlib.contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser for as long as the block."""
    browser = Browser(profile)
    try:
        yield browser
    finally:
        browser.close()
