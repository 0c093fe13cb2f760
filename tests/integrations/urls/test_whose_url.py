"""Which requests are a mock's, what an alias' URL leads to, and that none of them ever leaves the process."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
import pytest
import requests
import responses
from moto import mock_aws

from lambda_mock import mock_lambda
from lambda_mock.operations.runs import resolve
from tests.conformance.runtimes.conftest import archive
from tests.integrations.urls.conftest import Shop, echo, opened, shown

NOBODYS = "https://0123456789abcdefghijklmnopqrstuv.lambda-url.us-east-1.on.aws/orders"
NOBODYS_LINK = "https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/snapshots/other?X-Amz-Signature=abc"
FORBIDDEN = {
    "Message": "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
}


@pytest.fixture(autouse=True)
def _no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("A request has left the process.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


# Aliases and versions


def test_the_url_of_an_alias_leads_to_where_the_alias_points_at_that_moment(shop: Shop) -> None:
    shop.deploy(returns="one", qualifier="live")
    shop.mock.function("orders", returns="two", Publish=True)
    assert shop.get().text == "one"
    shop.client.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    assert shop.get().text == "two"
    shop.client.update_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    assert shop.get().text == "one"
    assert [(run.version, run.qualifier) for run in shop.mock.invocations] == [
        ("1", "live"),
        ("2", "live"),
        ("1", "live"),
    ]


def test_the_weights_of_an_alias_are_drawn_for_each_request(shop: Shop) -> None:
    shop.deploy(returns="one", qualifier="live")
    shop.mock.function("orders", returns="two", Publish=True)
    shop.client.update_alias(FunctionName="orders", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert {shop.get().text for _ in range(20)} == {"one", "two"}


def test_the_functions_own_url_runs_its_latest_code(shop: Shop) -> None:
    shop.deploy(returns="one", qualifier="live")
    shop.mock.function("orders", returns="latest")
    assert requests.get(shop.give_url(), timeout=5).text == "latest"
    assert shop.get().text == "one"


# URLs that are gone


def test_the_url_of_a_deleted_alias_is_forbidden(shop: Shop) -> None:
    """As recorded in 2025-11."""
    shop.deploy(echo, qualifier="live")
    assert shop.get().status_code == 200
    shop.client.delete_alias(FunctionName="orders", Name="live")
    answer = shop.get()
    assert shown(answer) == (403, FORBIDDEN)
    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert "X-Amzn-Trace-Id" not in answer.headers


def test_a_url_that_was_deleted_is_forbidden(shop: Shop) -> None:
    shop.deploy(echo)
    shop.client.delete_function_url_config(FunctionName="orders")
    assert shown(shop.get()) == (403, FORBIDDEN)


def test_a_function_that_was_deleted_is_forbidden_and_so_is_its_old_url_when_it_is_there_again(shop: Shop) -> None:
    old = shop.deploy(echo)
    shop.client.delete_function(FunctionName="orders")
    assert shown(shop.get()) == (403, FORBIDDEN)
    shop.deploy(echo)
    assert shop.url != old
    assert shown(requests.get(old, timeout=5)) == (403, FORBIDDEN)


def test_a_function_that_goes_while_its_request_is_on_the_way_is_forbidden(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*arguments: Any) -> Any:
        shop.client.delete_function(FunctionName="orders")
        return resolve(*arguments)

    monkeypatch.setattr("lambda_mock.operations.url_requests.resolve", too_late)
    shop.deploy(echo)
    assert shown(shop.get()) == (403, FORBIDDEN)


def test_a_function_that_is_still_being_made_is_told_so() -> None:
    with opened(lifecycle="observed") as shop:
        role = "arn:aws:iam::123456789012:role/lambda-role"
        shop.client.create_function(
            FunctionName="orders", Role=role, Runtime="python3.13", Handler="tools.handler", Code={"ZipFile": PACKAGE}
        )
        shop.url = shop.give_url()
        answer = shop.get()
        assert shown(answer) == (
            409,
            {
                "Type": "User",
                "message": "The operation cannot be performed at this time. The function is currently in the following "
                "state: Pending",
            },
        )
        assert answer.headers["x-amzn-ErrorType"] == "ResourceConflictException"


# Whose a host is


def test_it_is_known_in_every_spelling(shop: Shop) -> None:
    url = shop.deploy(echo)
    host = url[len("https://") : -1]
    for spelled in (url.upper(), url.rstrip("/"), f"{url[:-1]}:443/", url.replace("https", "http"), f"{url}#top"):
        answer = requests.get(spelled, timeout=1)
        assert answer.json()["event"]["headers"]["host"] == host


def test_a_url_of_an_outer_mock_is_answered_inside_another(shop: Shop) -> None:
    shop.deploy(returns="outer")
    with mock_lambda():
        assert shop.get().text == "outer"


def test_a_mock_that_has_left_answers_no_more() -> None:
    with opened() as shop:
        url = shop.deploy(echo)
    with responses.RequestsMock() as answers:
        answers.get(url, body="theirs")
        assert requests.get(url, timeout=1).text == "theirs"


def test_another_accounts_function_is_reached_in_its_own_account_and_region(shop: Shop) -> None:
    shop.mock.function("orders", echo, region="eu-west-1", account_id="111111111111")
    client: Any = boto3.client(
        "lambda", region_name="eu-west-1", aws_access_key_id="111111111111", aws_secret_access_key="any"
    )
    url = client.create_function_url_config(FunctionName="orders", AuthType="NONE")["FunctionUrl"]
    assert requests.get(url, timeout=1).status_code == 200
    (invocation,) = shop.mock.invocations
    assert (invocation.account_id, invocation.region) == ("111111111111", "eu-west-1")


def test_a_host_that_no_mock_has_given_is_answered_as_aws_answers_it(shop: Shop) -> None:
    answer = requests.get(NOBODYS, timeout=1)
    assert (answer.status_code, answer.text) == (403, '{"Message":null}')
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"


def test_the_users_own_answers_for_other_function_urls_stay(shop: Shop) -> None:
    with responses.RequestsMock() as answers:
        answers.get(NOBODYS, body="theirs")
        assert requests.get(NOBODYS, timeout=1).text == "theirs"


# Whoever is active beside it, and whatever way a request goes


@contextmanager
def users_responses() -> Iterator[None]:
    with responses.RequestsMock() as answers:
        answers.get("https://users.example/", body="theirs")
        yield
        assert requests.get("https://users.example/", timeout=1).text == "theirs"


@pytest.mark.parametrize("order", [*itertools.permutations(["ours", "moto", "responses"])], ids=" ".join)
def test_url_and_links_are_answered_whoever_started_first(order: tuple[str, ...]) -> None:
    managers: dict[str, Any] = {"ours": opened, "moto": mock_aws, "responses": users_responses}
    with ExitStack() as stack:
        entered = {name: stack.enter_context(managers[name]()) for name in order}
        shop: Shop = entered["ours"]
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        shop.mock.function("orders", returns="ours", Role=role, Publish=True)
        layer = shop.client.publish_layer_version(LayerName="tools", Content={"ZipFile": PACKAGE})
        url = shop.give_url()
        assert requests.get(url, timeout=1).text == "ours"
        code = shop.client.get_function(FunctionName="orders")["Code"]["Location"]
        assert requests.get(code, timeout=1).content.startswith(b"PK")
        assert requests.get(layer["Content"]["Location"], timeout=1).content == PACKAGE
        if order[-1] == "responses":
            assert requests.get("https://users.example/", timeout=1).text == "theirs"


PACKAGE = archive({"tools.py": ""})
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def by_session(url: str) -> requests.Response:
    return requests.Session().get(url, timeout=1)


def by_mounted_adapter(url: str) -> requests.Response:
    session = requests.Session()
    session.mount(url, requests.adapters.HTTPAdapter())
    return session.get(url, timeout=1)


def by_bare_adapter(url: str) -> requests.Response:
    return requests.adapters.HTTPAdapter().send(requests.Request("GET", url).prepare())


def by_adapter_of_their_own(url: str) -> requests.Response:
    class Theirs(requests.adapters.HTTPAdapter):
        pass

    class TheirSession(requests.Session):
        def get_adapter(self, url: Any) -> Any:
            return Theirs()

    return TheirSession().get(url, timeout=1)


def by_prepared_request(url: str) -> requests.Response:
    session = requests.Session()
    return session.send(session.prepare_request(requests.Request("GET", url)))


def through_a_proxy(url: str) -> requests.Response:
    return requests.get(url, timeout=1, proxies={"https": "http://proxy.example:3128"})


WAYS = [by_session, by_mounted_adapter, by_bare_adapter, by_adapter_of_their_own, by_prepared_request, through_a_proxy]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_whatever_way_a_request_goes_it_is_answered(way: Any, shop: Shop) -> None:
    assert way(shop.deploy(returns="ours")).text == "ours"
    assert way(shop.client.get_function(FunctionName="orders")["Code"]["Location"]).content.startswith(b"PK")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("order", [("ours",), ("ours", "moto"), ("moto", "ours")], ids=" ".join)
def test_whatever_way_a_request_goes_it_does_not_leave_the_process(way: Any, order: tuple[str, ...]) -> None:
    managers: dict[str, Any] = {"ours": opened, "moto": mock_aws}
    with ExitStack() as stack:
        for name in order:
            stack.enter_context(managers[name]())
        assert way(NOBODYS).text == '{"Message":null}'
        assert way(NOBODYS_LINK).status_code in {403, 404}  # by us, or by moto's S3


def test_a_session_made_before_the_mock_is_answered() -> None:
    with requests.Session() as session, opened() as shop:
        assert session.get(shop.deploy(returns="hello"), timeout=1).text == "hello"


def test_hooks_of_a_request_see_the_answer(shop: Shop) -> None:
    seen: list[int] = []
    shop.deploy(returns="hello")
    shop.get(hooks={"response": lambda answer, *_, **__: seen.append(answer.status_code)})
    assert seen == [200]


@pytest.mark.usefixtures("shop")
def test_a_malformed_url_is_refused_by_requests_and_not_by_us() -> None:
    with pytest.raises(requests.exceptions.RequestException):
        requests.get("https://[oops", timeout=1)
    assert isinstance(requests.Session().get_adapter("https://[oops"), requests.adapters.HTTPAdapter)


def patched() -> list[int]:
    """Which objects are in the places that are ours while a mock is active."""
    places = [(requests.Session, "get_adapter"), *((requests.adapters.HTTPAdapter, taker) for taker in TAKERS)]
    return [id(vars(owner)[name]) for owner, name in places]


TAKERS = sorted({"get_connection", "get_connection_with_tls_context"} & vars(requests.adapters.HTTPAdapter).keys())


def test_after_the_mock_nothing_of_requests_is_ours() -> None:
    before = patched()
    with opened():
        assert not set(before) & set(patched())
    assert patched() == before


def test_a_place_that_was_left_behind_asks_nobody() -> None:
    taker = TAKERS[-1]
    with opened():
        left_behind = vars(requests.adapters.HTTPAdapter)[taker]
    request = requests.Request("GET", NOBODYS).prepare()
    asked = (request, True) if taker.endswith("context") else (NOBODYS,)
    pool = left_behind.__get__(requests.adapters.HTTPAdapter())(*asked)
    assert type(pool).__module__.startswith("urllib3")
