"""Where a test finds function URLs and links for clients that can't be intercepted: at the mock's endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_mock.domain.function_url import UNQUALIFIED
from lambda_mock.errors import LambdaMockError
from lambda_mock.integrations.loopback_web import address_at
from lambda_mock.names import named

if TYPE_CHECKING:
    from lambda_mock.activation import Activation
    from lambda_mock.config import MockConfig


def address_of(activation: Activation, config: MockConfig, what: str, qualifier: str | None) -> str:
    """The address of a URL that AWS would answer, or of the URL of a function or of an alias of it.

    LambdaMockError for a function without a URL, and for a URL that isn't one of this mock's.
    """
    if "://" not in what:
        return address_at(activation.endpoint.url, _url_of(activation, config, what, qualifier))
    if not activation.knows(urlsplit(what).hostname or ""):
        message = f"{what} is no URL that this mock answers: it has given no function that URL, and no link to code."
        raise LambdaMockError(message)
    return address_at(activation.endpoint.url, what)


def _url_of(activation: Activation, config: MockConfig, function: str, qualifier: str | None) -> str:
    where = named(function)
    alias = qualifier or where.qualifier or UNQUALIFIED
    store = activation.backend.store(where.account_id or config.account_id, where.region or config.region)
    with store.lock:
        found = store.functions.get(where.function or "")
        url = None if found is None else found.urls.get(alias)
    if url is None:
        beside = f", Qualifier={alias!r}" if alias else ""
        message = (
            f"{where.function}{':' if alias else ''}{alias} has no function URL in {store.region} of account "
            f"{store.account_id}. Give it one: "
            f"lambda_client.create_function_url_config(FunctionName={where.function!r}{beside}, AuthType='NONE')."
        )
        raise LambdaMockError(message)
    return url.url
