"""The two times there are: the test's, which freezegun and time-machine may have moved, and the machine's, which runs.

What is dated follows the test's. What is waited for or measured follows the machine's: a deadline under a frozen time
would never come, and under one that jumps it would come at once.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable


def _untouched() -> Any:
    """A second copy of the built-in module `time`, in which nobody has replaced anything."""
    spec: Any = BuiltinImporter.find_spec("time")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MACHINE = _untouched()

measured = cast("Callable[[], float]", _MACHINE.perf_counter)
"""The machine's seconds since some moment, for what is measured: they never stop, jump or go back."""


def time_of_the_test() -> float:
    """What `time.time()` says to the test, in seconds since the epoch."""
    asked = time.time
    if type(asked) is not BuiltinFunctionType and asked.__module__ == "freezegun.api":
        # Its time.time() looks at who asks, and gives the real time to threads and to whom the test has it ignore. Of
        # its datetimes a naive one alone is right with every tz_offset.
        return datetime.now().timestamp()  # noqa: DTZ005
    return asked()


def time_of_the_machine() -> float:
    """The seconds since the epoch that a process sees which the test has started."""
    time_machine = sys.modules.get("time_machine")
    if time_machine is not None and time_machine.escape_hatch.is_travelling():
        return float(time_machine.escape_hatch.time.time())
    return float(_MACHINE.time())
