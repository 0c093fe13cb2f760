"""Function URLs and links for clients other than `requests`: at addresses of the loopback endpoint."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from lambda_mock import LambdaMockError, mock_lambda
from tests.conformance.runtimes.conftest import ANY_VERSION, archive, needs_node
from tests.integrations.urls.conftest import Shop, echo, opened
from tests.integrations.urls.test_streams import deploy

if TYPE_CHECKING:
    from email.message import Message

NOBODYS = "0123456789abcdefghijklmnopqrstuv.lambda-url.us-east-1.on.aws"


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, Message, bytes]:
    """An answer, by `urllib`."""
    request = urllib.request.Request(url, body, {name.replace("_", "-"): text for name, text in headers.items()})  # noqa: S310
    request.method = method
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def at_the_port(shop: Shop, method: str, target: str, **headers: str) -> tuple[int, bytes]:
    """An answer to a request line and headers as they are given."""
    connection = http.client.HTTPConnection(urlsplit(shop.mock.endpoint_url).netloc, timeout=10)
    try:
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_function_url_has_an_address_for_any_client(shop: Shop) -> None:
    host = shop.deploy(echo)[len("https://") : -1]
    address = shop.mock.url_of("orders")
    assert address == f"{shop.mock.endpoint_url}/-/{host}/"
    status, headers, body = ask(f"{address}a%20b/c?d=e", "POST", b"text", Content_Type="text/plain", Cookie="f=g")
    event = json.loads(body)["event"]
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert (event["rawPath"], event["rawQueryString"], event["body"]) == ("/a%20b/c", "d=e", "text")
    assert event["requestContext"]["http"]["path"] == "/a b/c"
    assert event["requestContext"]["domainName"] == event["headers"]["host"] == host
    assert event["cookies"] == ["f=g"]
    assert (event["headers"]["x-forwarded-proto"], event["headers"]["x-forwarded-port"]) == ("https", "443")


def test_requests_may_ask_the_address_as_well(shop: Shop) -> None:
    shop.deploy(returns="hello")
    assert requests.get(shop.mock.url_of("orders"), timeout=10).text == "hello"


def test_an_alias_is_named_beside_the_function_or_in_its_name(shop: Shop) -> None:
    shop.deploy(returns="one", qualifier="live")
    address = shop.mock.url_of("orders", "live")
    assert shop.mock.url_of("orders:live") == address
    assert shop.mock.url_of("arn:aws:lambda:us-east-1:123456789012:function:orders:live") == address
    assert ask(address)[2] == b"one"


def test_any_url_of_the_mock_has_an_address(shop: Shop) -> None:
    url = shop.deploy(echo)
    assert shop.mock.url_of(f"{url}my/path?a=b") == f"{shop.mock.url_of('orders')}my/path?a=b"
    assert shop.mock.url_of(url.rstrip("/")) == shop.mock.url_of("orders")


def test_links_to_code_and_layers_have_addresses(shop: Shop) -> None:
    package = archive({"tools.py": ""})
    layer = shop.client.publish_layer_version(LayerName="tools", Content={"ZipFile": package})["Content"]["Location"]
    shop.deploy(returns=None)
    code = shop.client.get_function(FunctionName="orders")["Code"]["Location"]
    assert ask(shop.mock.url_of(layer))[2] == package
    status, headers, body = ask(shop.mock.url_of(code))
    assert (status, headers["Content-Type"], body[:2]) == (200, "application/zip", b"PK")
    assert ask(shop.mock.url_of(code), "HEAD")[0] == 403
    assert ask(shop.mock.url_of(code + "0"))[0] == 403
    shop.client.delete_layer_version(LayerName="tools", VersionNumber=1)
    assert ask(shop.mock.url_of(layer))[0] == 404


def test_the_host_header_and_the_request_line_name_a_host_too(shop: Shop) -> None:
    url = shop.deploy(echo)
    host = url[len("https://") : -1]
    for target, header in (("/a?b=c", host), ("/a?b=c", f"{host.upper()}:443"), (f"http://{host}/a?b=c", "x")):
        status, body = at_the_port(shop, "GET", target, Host=header)
        assert status == 200
        event = json.loads(body)["event"]
        assert (event["rawPath"], event["rawQueryString"], event["headers"]["host"]) == ("/a", "b=c", host)


def test_the_hosts_of_nobodys_urls_and_links_are_answered_as_aws_answers_them(shop: Shop) -> None:
    assert at_the_port(shop, "GET", "/", Host=NOBODYS) == (403, b'{"Message":null}')
    assert at_the_port(shop, "GET", f"/-/{NOBODYS}") == (403, b'{"Message":null}')
    link = "/-/awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/snapshots/a"
    assert at_the_port(shop, "GET", link)[0] == 403


def test_other_hosts_and_the_api_are_where_they_were(shop: Shop) -> None:
    shop.deploy(echo)
    assert at_the_port(shop, "GET", "/-/example.com/")[0] == 403
    status, body = at_the_port(shop, "GET", "/2015-03-31/functions/orders/configuration")
    assert (status, json.loads(body)["FunctionName"]) == (200, "orders")
    # A function's path may look like the API's.
    status, _, body = ask(f"{shop.mock.url_of('orders')}2015-03-31/functions/orders/configuration")
    assert json.loads(body)["event"]["rawPath"] == "/2015-03-31/functions/orders/configuration"


def test_errors_and_refusals_are_the_same(shop: Shop) -> None:
    shop.deploy(returns={"statusCode": 418, "headers": {"X-Pot": "tea"}, "cookies": ["a=b", "c=d"], "body": "short"})
    status, headers, body = ask(shop.mock.url_of("orders"))
    assert (status, headers["X-Pot"], body) == (418, "tea", b"short")
    assert headers.get_all("Set-Cookie") == ["a=b", "c=d"]
    assert ask(shop.mock.url_of("orders"), "HEAD")[1]["Content-Length"] == "5"
    shop.client.update_function_url_config(FunctionName="orders", AuthType="AWS_IAM")
    assert ask(shop.mock.url_of("orders"))[0] == 403


def test_what_speaks_to_the_test_reaches_another_client_as_an_error(shop: Shop) -> None:
    def handler(_event: Any, _context: Any) -> None:
        raise LambdaMockError("mind the gap")

    shop.deploy(handler)
    status, _, body = ask(shop.mock.url_of("orders"))
    assert status == 400
    assert b"mind the gap" in body


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_a_response_is_streamed_to_other_clients_too(shop: Shop, tmp_path: Any) -> None:
    sign = tmp_path / "read"
    deploy(
        shop,
        f"""stream.write('first')
            while (!require('fs').existsSync({str(sign)!r})) await new Promise((resolve) => setTimeout(resolve, 5))
            stream.end('second')""",
    )
    with urllib.request.urlopen(shop.mock.url_of("orders"), timeout=10) as answer:  # noqa: S310
        assert answer.read1() == b"first"
        sign.touch()
        assert answer.read() == b"second"


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_a_response_that_breaks_off_breaks_the_connection(shop: Shop) -> None:
    deploy(
        shop, "stream.write('first'); await new Promise((resolve) => setImmediate(resolve)); throw new Error('late')"
    )
    with pytest.raises(http.client.IncompleteRead):
        ask(shop.mock.url_of("orders"))


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no `curl` in PATH")
def test_curl_asks_a_function_url(shop: Shop) -> None:
    shop.deploy(returns="hello")
    command = ["curl", "-sS", "--noproxy", "*", shop.mock.url_of("orders")]
    assert subprocess.run(command, check=True, capture_output=True, timeout=20).stdout == b"hello"


def test_a_function_without_a_url_has_no_address(shop: Shop) -> None:
    shop.mock.function("orders", returns=None, Publish=True)
    advice = r"create_function_url_config\(FunctionName='orders', AuthType='NONE'\)"
    with pytest.raises(LambdaMockError, match=f"orders has no function URL in us-east-1 .*{advice}"):
        shop.mock.url_of("orders")
    with pytest.raises(LambdaMockError, match=r"orders:live has no function URL .*Qualifier='live'"):
        shop.mock.url_of("orders", "live")
    with pytest.raises(LambdaMockError, match="missing has no function URL"):
        shop.mock.url_of("missing")


@pytest.mark.parametrize("url", [f"https://{NOBODYS}/", "https://example.com/", "https://"])
def test_a_url_of_others_has_no_address(shop: Shop, url: str) -> None:
    with pytest.raises(LambdaMockError, match="no URL that this mock answers"):
        shop.mock.url_of(url)


def test_only_an_active_mock_has_addresses() -> None:
    mock = mock_lambda()
    with pytest.raises(LambdaMockError, match="isn't active"):
        mock.url_of("orders")


def test_with_the_mock_its_addresses_end() -> None:
    before = set(threading.enumerate())
    with opened() as shop:
        shop.deploy(echo)
        address = shop.mock.url_of("orders")
        assert ask(address)[0] == 200
    with pytest.raises(urllib.error.URLError):
        ask(address)
    assert set(threading.enumerate()) <= before
