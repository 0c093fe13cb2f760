"""The service: what stays, and what doesn't, of a request that was answered."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_mock import LambdaMock


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """Leave it to reference counts alone what lives on."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def errors_alive() -> list[ServiceError]:
    return [found for found in gc.get_objects() if issubclass(type(found), ServiceError)]


@pytest.mark.usefixtures("_no_collection")
def test_a_refused_request_is_let_go_at_once(lambda_client: Any) -> None:
    before = len(errors_alive())
    with pytest.raises(ClientError):
        lambda_client.get_function(FunctionName="orders")
    assert len(errors_alive()) == before


def test_an_error_that_strikes_again_and_again_keeps_nothing_of_the_calls_before(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    mock_lambda.fail("GetFunction", "InvalidParameterValueException", times=3, message="again and again")
    for _ in range(2):
        with pytest.raises(ClientError):
            lambda_client.get_function(FunctionName="orders")
    [ordered] = [error for error in errors_alive() if error.message == "again and again"]
    assert ordered.__traceback__ is None
