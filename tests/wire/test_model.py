"""A codec is compiled once a model, however many clients there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.session
import pytest

from lambda_mock.wire import model as models
from lambda_mock.wire.model import codec


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_models", {})


def test_the_clients_of_a_session_share_a_codec() -> None:
    session = botocore.session.Session()
    first, second = (session.get_service_model("lambda").operation_model("GetFunction") for _ in range(2))
    assert first.service_model is not second.service_model
    assert codec(first) is codec(second)


def test_operations_have_codecs_of_their_own(model: Any) -> None:
    assert codec(model.operation_model("GetFunction")) is not codec(model.operation_model("GetAlias"))


def test_another_model_has_codecs_of_its_own(made_up: Any) -> None:
    assert codec(made_up("/1")) is not codec(made_up("/2"))


def test_only_a_few_models_are_kept(made_up: Any) -> None:
    first = made_up()
    kept = codec(first)
    for _ in range(models._MOST_MODELS):
        codec(made_up())
    assert len(models._models) == models._MOST_MODELS
    assert codec(first) is not kept


def test_a_model_is_kept_alive_by_its_codecs(made_up: Any) -> None:
    codec(made_up())
    (key,) = models._models
    assert id(models._models[key].metadata) == key


def test_a_model_that_another_thread_adopted_first_is_not_adopted_again(made_up: Any) -> None:
    service = made_up().service_model
    assert models._adopt(service) is models._adopt(service)


def test_threads_get_the_same_codec(model: Any) -> None:
    operation = model.operation_model("GetFunction")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: codec(operation), range(200)))) == 1


def test_an_operation_without_input_needs_none(made_up: Any) -> None:
    ping = codec(made_up())
    assert ping.decode({"url_path": "/"}) == {}
    ping.check({})


def test_the_form_of_an_error_is_made_once(model: Any) -> None:
    encoder = codec(model.operation_model("GetFunction")).encoder
    other = codec(model.operation_model("GetAlias")).encoder
    assert encoder._error_form("ServiceException") is other._error_form("ServiceException")
