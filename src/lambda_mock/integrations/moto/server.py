"""What processes of their own ask of AWS's other services, answered by moto where `mock_aws` is active in this one.

It is the application of moto's own server, without its server: so it sees the state that the test makes, whoever begins
first, and there is no second port to close. moto brings what it takes as an extra, `moto[server]`.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote_to_bytes

from lambda_mock.integrations.moto.state import is_active, mocks
from lambda_mock.loopback.messages import HttpAnswer, HttpRequest

_NEEDED = ("flask", "flask_cors")
_METADATA = "x-amz-meta-"
_UNDERSCORES_KEPT = "moto.preserved_header_names"


def answer_by_moto(request: HttpRequest, service: str | None, account_id: str | None) -> HttpAnswer | str:
    """What moto answers to a request; a text that says what to do where it can't.

    `account_id` is whose request it is; None leaves that to moto, which goes by the access key.
    """
    named = service or "This service"
    if not is_active():
        return (
            f"{named} isn't mocked: lambda_mock answers Lambda, and no mock_aws() of moto is active in the test's "
            "process. Nothing was sent to the network."
        )
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        return (
            f"{named} can't be reached from another process: moto's server lacks {' and '.join(missing)} here. "
            "Install them with `pip install 'moto[server]'`."
        )
    environ = _environ(request)
    if account_id is not None:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
    try:
        application = _dispatcher().get_application(environ)
    except Exception as error:  # noqa: BLE001 - whatever keeps moto from knowing a service
        return f"{named} isn't mocked: moto doesn't know it ({type(error).__name__}: {error})."
    if not mocks(application.service):
        return f"{named} isn't mocked: the configuration of mock_aws leaves it out."
    return _run(application, environ)


@lru_cache(maxsize=1)
def _dispatcher() -> Any:
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - it imports flask
        DomainDispatcherApplication,
        create_backend_app,
    )

    return DomainDispatcherApplication(create_backend_app)


def _run(application: Any, environ: dict[str, Any]) -> HttpAnswer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        started[:] = [int(status.partition(" ")[0]), tuple(headers)]

    body = application(environ, start_response)
    try:
        content = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    status, headers = started
    return HttpAnswer(status=status, headers=headers, body=content)


def _environ(request: HttpRequest) -> dict[str, Any]:
    """The request as WSGI has it, with all that moto's own server adds."""
    host = request.header("Host") or "127.0.0.1"
    name, _, port = host.partition(":")
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "SERVER_SOFTWARE": "lambda_mock",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
    }
    environ.update(_headers(request))
    # What was sent in chunks has arrived whole.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ


def _headers(request: HttpRequest) -> dict[str, Any]:
    """The headers by their WSGI names. Metadata of S3 may have underscores, which moto wants to be told of."""
    dashed = {_key(name) for name, _ in request.headers if "_" not in name}
    values: dict[str, Any] = {}
    kept: dict[str, str] = {}
    for name, value in request.headers:
        key = _key(name)
        if "_" in name:
            if key in dashed or not name.lower().startswith(_METADATA):
                continue
            kept[key] = name
        values[key] = f"{values[key]},{value}" if key in values else value
    return {**values, _UNDERSCORES_KEPT: kept}


def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
