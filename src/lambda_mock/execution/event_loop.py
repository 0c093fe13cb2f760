"""The event loop of the test, set aside while a function runs: it expects a thread in which no loop is running."""

from __future__ import annotations

import sys
from typing import Any


def set_aside() -> Any:
    """Let `asyncio.run` find no running loop in this thread; gives the one that was, or None."""
    asyncio: Any = sys.modules.get("asyncio")
    loop = None if asyncio is None else asyncio._get_running_loop()  # noqa: SLF001  # made for whoever runs loops
    if loop is not None:
        asyncio._set_running_loop(None)  # noqa: SLF001
    return loop


def bring_back(loop: Any) -> None:
    """Let the loop that was set aside be the running one again."""
    if loop is not None:
        sys.modules["asyncio"]._set_running_loop(loop)  # noqa: SLF001
