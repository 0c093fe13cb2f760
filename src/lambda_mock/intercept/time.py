"""The name `time` in the botocore modules that sleep: Lambda's waiters and retries sleep on the mock's clock.

Whoever else sleeps there really sleeps, and `time.sleep` itself stays untouched.

Who is about to sleep is read from the frame that asks, since nothing else tells a waiter of Lambda from one of another
service: the last call of this thread may have been answered by a Stubber, or have been made inside a handler.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient

from lambda_mock.intercept.active import interceptor
from lambda_mock.intercept.ongoing import call_in
from lambda_mock.patching import Ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock.intercept.active import Clock

    WhoSleeps = Callable[[Mapping[str, Any]], Clock | None]


class _Time(Ours):
    """The module `time`, except that `sleep` asks `clock_of` whose clock the sleep is to pass on."""

    def __init__(self, time: ModuleType, clock_of: WhoSleeps) -> None:
        self.__wrapped__ = time
        self._clock_of = clock_of

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass: on the mock's clock for Lambda, and really for everybody else."""
        clock = self._clock_of(sys._getframe(1).f_locals)  # noqa: SLF001
        (self.__wrapped__ if clock is None else clock).sleep(seconds)


def time_of_retries(time: ModuleType) -> Ours:
    """The `time` of `botocore.endpoint`, where `_needs_retry` sleeps."""
    return _Time(time, _clock_of_retry)


def time_of_waiters(time: ModuleType) -> Ours:
    """The `time` of `botocore.waiter`, where `Waiter.wait` sleeps."""
    return _Time(time, _clock_of_waiter)


def _clock_of_retry(names: Mapping[str, Any]) -> Clock | None:
    call = call_in(names.get("request_dict", {}).get("context", {}))
    return None if call is None else call.mock.clock


def _clock_of_waiter(names: Mapping[str, Any]) -> Clock | None:
    mock = interceptor.current()
    operation = getattr(names.get("self"), "_operation_method", None)
    client = getattr(getattr(operation, "_client_method", operation), "__self__", None)
    waits_for_lambda = isinstance(client, BaseClient) and client.meta.service_model.service_name == "lambda"
    return mock.clock if mock is not None and waits_for_lambda else None
