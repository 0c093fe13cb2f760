"""The private functions of botocore that interception leans on, each by a hash of its source.

A botocore that changes one fails here first, and by its name. Read what changed, see whether `intercept` still does
right, and add the new hash to the row: the old ones stay, for the older botocores that are still supported.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.retries.adaptive import ClientRateLimiter
from botocore.session import Session
from botocore.signers import RequestSigner
from botocore.waiter import NormalizedOperationMethod, Waiter

_CLIENT: Any = BaseClient
_ENDPOINT: Any = Endpoint
_EMITTER: Any = HierarchicalEmitter
_SIGNER: Any = RequestSigner

# Of botocore 1.40.0 and 1.44.5; one hash where both are the same.
KNOWN: list[tuple[Callable[..., Any], set[str]]] = [
    (_CLIENT._make_request, {"15e9c21fe63e058e"}),
    (_CLIENT._get_credentials, {"9baa4ffa3d5401c3"}),
    (_ENDPOINT.make_request, {"a2f3b2e7b6a029d8"}),
    (_ENDPOINT._send_request, {"af914535237dd087"}),
    (_ENDPOINT._get_response, {"339d0a8e18a49ac7"}),
    (_ENDPOINT._do_get_response, {"e1821119dedea32b"}),
    (_ENDPOINT._send, {"b3217a41d9801162"}),
    (_ENDPOINT._needs_retry, {"fe754d0d1a058691", "9621767a04c7931a"}),
    (_ENDPOINT._add_modeled_error_fields, {"b1920c6acf170ec0"}),
    (Waiter.wait, {"5537450c8eabef0b"}),
    (NormalizedOperationMethod.__init__, {"45a4e706b2074b73"}),
    (_EMITTER._emit, {"49a68cb02bf450a5"}),
    (_EMITTER._register_section, {"cdc0885eca514af2"}),
    (_EMITTER.unregister, {"f1331f031907a7d4"}),
    (EventAliaser.emit, {"a909342ff05670b6"}),
    (_SIGNER.sign, {"b066ac228d0a9b81"}),
    (_SIGNER._choose_signer, {"cbc77f5a8e9afeca"}),
    (ClientRateLimiter.on_sending_request, {"5a330db08b6230d2"}),
    (Session.get_credentials, {"29c2fb6b1d233216"}),
]


@pytest.mark.parametrize(("function", "known"), KNOWN, ids=[function.__qualname__ for function, _ in KNOWN])
def test_a_private_function_of_botocore_is_as_we_know_it(function: Callable[..., Any], known: set[str]) -> None:
    assert hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16] in known


def test_an_emitter_drops_its_cache_whenever_its_handlers_change() -> None:
    def handler(**_: Any) -> None: ...

    emitter = _EMITTER()
    caches = [emitter._lookup_cache]
    emitter.register("before-send", handler)
    caches.append(emitter._lookup_cache)
    emitter.unregister("before-send", handler)
    caches.append(emitter._lookup_cache)
    assert len({id(cache) for cache in caches}) == 3
