"""Mocks come and go: which one answers, for whom, and what is left of them in botocore afterwards."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import botocore.endpoint
import botocore.waiter
import pytest
from botocore.client import BaseClient
from botocore.endpoint import Endpoint

from lambda_mock.errors import LambdaMockError
from lambda_mock.intercept.botocore import interceptor

if TYPE_CHECKING:
    from tests.intercept.conftest import Activate, Canned, MakeClient

PATCHED: list[tuple[Any, str]] = [
    (BaseClient, "_make_request"),
    (Endpoint, "_do_get_response"),
    (botocore.endpoint, "time"),
    (botocore.waiter, "time"),
]
EVERY_PATCH = pytest.mark.parametrize(
    ("owner", "name"), PATCHED, ids=[f"{owner.__name__}.{name}" for owner, name in PATCHED]
)


def name_answered(client: Any) -> str:
    name: str = client.get_function_configuration(FunctionName="resize")["FunctionName"]
    return name


@pytest.fixture
def named(canned: type[Canned]) -> Callable[..., Any]:
    """A mock that answers every call with this function name."""
    return lambda name, **options: canned.Mock(canned.success(FunctionName=name), **options)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = [vars(owner)[name] for owner, name in PATCHED]
    yield
    assert interceptor.current() is None
    assert [vars(owner)[name] for owner, name in PATCHED] == before


def test_a_client_made_before_the_mock_is_answered(make_client: MakeClient, activate: Activate) -> None:
    client = make_client()
    with activate():
        assert name_answered(client) == "resize"


def test_the_innermost_mock_answers_and_gives_way_to_the_outer_one(
    client: Any, canned: type[Canned], named: Callable[..., Any]
) -> None:
    with canned.active(named("outer")):
        with canned.active(named("inner")):
            answered = name_answered(client)
        assert (answered, name_answered(client)) == ("inner", "outer")


@pytest.mark.parametrize("lane", ["fast", "wire"])
def test_an_outer_mock_can_leave_first(client: Any, named: Callable[..., Any], lane: str) -> None:
    outer, inner = named("outer", lane=lane), named("inner", lane=lane)
    interceptor.enter(outer)
    interceptor.enter(inner)
    interceptor.leave(outer)
    assert name_answered(client) == "inner"
    interceptor.leave(inner)


def test_a_mock_that_entered_twice_leaves_twice(client: Any, named: Callable[..., Any]) -> None:
    mock = named("twice")
    interceptor.enter(mock)
    interceptor.enter(mock)
    interceptor.leave(mock)
    assert name_answered(client) == "twice"
    interceptor.leave(mock)


def test_a_mock_that_is_not_active_cannot_leave(named: Callable[..., Any]) -> None:
    with pytest.raises(LambdaMockError, match="isn't active"):
        interceptor.leave(named("never entered"))


def test_threads_are_answered(client: Any, activate: Activate) -> None:
    answers: list[str] = []
    with activate() as mock:
        threads = [threading.Thread(target=lambda: answers.append(name_answered(client))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["resize"] * 8
    assert len(mock.exchanges) == 8


@EVERY_PATCH
def test_what_was_there_before_is_back_afterwards(activate: Activate, owner: Any, name: str) -> None:
    before = vars(owner)[name]
    with activate():
        assert vars(owner)[name] is not before
    assert vars(owner)[name] is before


@EVERY_PATCH
def test_an_attribute_that_somebody_patched_over_is_left_to_them(
    activate: Activate, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    theirs = object()
    with monkeypatch.context() as patch:
        with activate():
            patch.setattr(owner, name, theirs)
        assert vars(owner)[name] is theirs
    with activate():
        pass  # finds ours, which the end of their patch has brought back, and takes it away


def test_a_wrapper_that_was_left_behind_does_nothing_and_is_found_again(
    activate: Activate, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client()
    original = vars(BaseClient)["_make_request"]
    sent: list[str] = []
    client.meta.events.register("before-send.lambda", lambda request, **_: sent.append(request.url))
    with monkeypatch.context() as patch, activate():
        ours = vars(BaseClient)["_make_request"]
        patch.setattr(BaseClient, "_make_request", lambda *_: None)
    assert vars(BaseClient)["_make_request"] is ours
    with pytest.raises(pytest.fail.Exception, match="A test tried to reach"):
        name_answered(client)
    assert len(sent) == 1
    with activate():
        assert vars(BaseClient)["_make_request"] is ours
        assert name_answered(client) == "resize"
    assert vars(BaseClient)["_make_request"] is original


@pytest.mark.parametrize("lane", ["fast", "wire"])
def test_two_wrappers_with_somebody_elses_between_them_answer_once(
    activate: Activate, canned: type[Canned], client: Any, monkeypatch: pytest.MonkeyPatch, lane: str
) -> None:
    passed: list[str] = []

    def passing_on(owner: Any, name: str) -> Any:
        below = getattr(owner, name)

        def theirs(self: Any, *args: Any) -> Any:
            passed.append(name)
            return below(self, *args)

        return theirs

    with monkeypatch.context() as patch:
        with activate():
            for owner, name in PATCHED[:2]:
                patch.setattr(owner, name, passing_on(owner, name))
        with activate(canned.throttled(), canned.success(), lane=lane) as mock:
            assert name_answered(client) == "resize"
            assert mock.attempts == [1, 2]
            assert passed == ["_make_request", "_do_get_response", "_do_get_response"]
            assert name_answered(client) == "resize"
            assert mock.attempts == [1, 2, 1]
    with activate():  # finds what their patch has brought back
        pass


def test_a_wrapper_of_somebody_who_came_first_is_called(
    activate: Activate, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    original = vars(BaseClient)["_make_request"]

    def theirs(self: BaseClient, operation_model: Any, *args: Any) -> Any:
        seen.append(operation_model.name)
        return original(self, operation_model, *args)

    monkeypatch.setattr(BaseClient, "_make_request", theirs)
    with activate():
        assert name_answered(client) == "resize"
    assert seen == ["GetFunctionConfiguration"]
    monkeypatch.undo()


def test_an_endpoint_that_sends_by_a_function_of_its_own_stays_off_the_network(
    activate: Activate, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client._endpoint, "_send", client._endpoint._send)
    with activate(lane="wire"):
        assert name_answered(client) == "resize"


def test_a_lambda_request_that_comes_past_the_client_stays_off_the_network(
    activate: Activate, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with activate(), monkeypatch.context() as patch:
        patch.setattr(
            BaseClient,
            "_make_request",
            lambda self, operation_model, request_dict, _: self._endpoint.make_request(operation_model, request_dict),
        )
        with pytest.raises(LambdaMockError, match="GetFunctionConfiguration request was about to reach the network"):
            name_answered(client)


def in_another_interpreter(script: str) -> str:
    """What a script prints in a fresh interpreter, where no import has happened yet."""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return done.stdout.strip()


AIOBOTOCORE = """
import asyncio, sys, types
from importlib.machinery import ModuleSpec
import botocore.session
from botocore.client import BaseClient
from lambda_mock.errors import LambdaMockError
from lambda_mock.intercept.botocore import interceptor

class AioBaseClient(BaseClient):
    async def _make_request(self, operation_model, request_dict, request_context):
        return "sent"

class Loader:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("aiobotocore"):
            return ModuleSpec(name, self, is_package=name == "aiobotocore")
    def create_module(self, spec):
        return types.ModuleType(spec.name)
    def exec_module(self, module):
        module.AioBaseClient = AioBaseClient

sys.meta_path.insert(1, Loader())  # before a real one, and behind the finder that runs the hooks

class Mock:
    lane = "fast"

def ask(service):
    client = botocore.session.get_session().create_client(service, region_name="eu-west-1")
    client.__class__ = AioBaseClient
    operation = client.meta.service_model.operation_model(client.meta.service_model.operation_names[0])
    try:
        return asyncio.run(client._make_request(operation, {}, {}))
    except LambdaMockError as error:
        return str(error).partition(" yet")[0]
"""
IMPORT_IT = "import aiobotocore.client\n"
ENTER = "mock = Mock()\ninterceptor.enter(mock)\n"
ASK = "print(ask('lambda'), ask('sqs'), sep='; ')\ninterceptor.leave(mock)\nprint(ask('lambda'))"


@pytest.mark.parametrize("script", [IMPORT_IT + ENTER, ENTER + IMPORT_IT], ids=["imported before", "imported after"])
def test_an_aiobotocore_client_is_refused_for_lambda_only(script: str) -> None:
    printed = in_another_interpreter(AIOBOTOCORE + script + ASK)
    assert printed.splitlines() == ["lambda_mock doesn't answer aiobotocore clients; sent", "sent"]
