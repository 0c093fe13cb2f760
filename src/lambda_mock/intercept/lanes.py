"""Which way a call goes: the fast lane leaves out only what nobody could notice, and everything else takes the wire."""

from __future__ import annotations

from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import botocore.endpoint
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

if TYPE_CHECKING:
    from lambda_mock.wire.reply import Reply

_WIRE_EVENTS = ("request-created", "before-sign", "before-send", "before-parse", "response-received", "needs-retry")
_THROTTLED: Any = ThrottledRetryableChecker
_TRANSIENT: Any = TransientRetryableChecker
_RETRIED_CODES = frozenset([*_THROTTLED._THROTTLED_ERROR_CODES, *_TRANSIENT._TRANSIENT_ERROR_CODES])  # noqa: SLF001
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_VERDICTS = "lambda_mock"


def may_be_retried(reply: Reply) -> bool:
    """Whether botocore, in any of its retry modes, could try again after this answer."""
    if reply.error is None:
        return reply.lost is not None
    return reply.status == _TOO_MANY_REQUESTS or reply.status >= _SERVER_ERROR or reply.error.code in _RETRIED_CODES


def is_plain(function: object, module: ModuleType) -> bool:
    """Whether a function is the module's own, and nobody's wrapper around it."""
    # `functools.wraps` copies every name of a function, but not the globals that it was defined in.
    return getattr(function, "__globals__", None) is vars(module) and type(function) is FunctionType


def nobody_listens(client: Any, operation_name: str) -> bool:
    """Whether only botocore itself (and moto) would see this call on its way over the wire.

    The verdict is kept in the emitter's own look-up cache, which botocore throws away whenever a handler is registered
    or unregistered.
    """
    send = client._endpoint.make_request  # noqa: SLF001
    if type(send) is not MethodType or not is_plain(send.__func__, botocore.endpoint):
        return False
    emitter = client.meta.events._emitter  # noqa: SLF001
    verdicts = emitter._lookup_cache.setdefault(_VERDICTS, {})  # noqa: SLF001
    verdict = verdicts.get(operation_name)
    if verdict is None:
        verdict = verdicts[operation_name] = not _counts_to_one(client) and not any(
            _is_a_users(handler)
            for event in _WIRE_EVENTS
            for handler in handlers_of(client.meta.events, f"{event}.lambda.{operation_name}")
        )
    return bool(verdict)


def handlers_of(events: Any, event_name: str) -> list[Any]:
    """The handlers of one event in the order in which botocore would call them."""
    aliased = events._alias_event_name(event_name)  # noqa: SLF001
    return list(events._emitter._handlers.prefix_search(aliased))  # noqa: SLF001


def is_motos(handler: object) -> bool:
    """Whether a handler is the one by which moto answers; it would run the call a second time, on moto's state."""
    return type(handler).__module__ == "moto.core.botocore_stubber"


def _counts_to_one(client: Any) -> bool:
    """Whether the first attempt is the last, which every answer then says, unless the mode is legacy."""
    retries = client.meta.config.retries or {}
    return retries.get("total_max_attempts") == 1 and retries.get("mode") != "legacy"


def _is_a_users(handler: object) -> bool:
    module = getattr(handler, "__module__", None) or ""
    return not module.startswith("botocore.") and not is_motos(handler)
