"""Every operation of the installed botocore, values for its shapes, and botocore's own way over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import prepare_request_dict
from botocore.endpoint import Endpoint
from botocore.eventstream import EventStream
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.response import StreamingBody
from botocore.serialize import create_serializer

from lambda_mock.errors import ValidationException
from lambda_mock.wire.model import codec
from lambda_mock.wire.response import aws_response_from

if TYPE_CHECKING:
    from lambda_mock.wire.encode import HttpResponse

ENDPOINT = "https://lambda.eu-central-1.amazonaws.com"
_LETTERS = "abcXYZ019 -_./:$%?&=+ÄÖü€日𝒳\n\"'{}"


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("lambda", "service-2"), "lambda")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument `operation` runs for each operation, one with `error_shape` for each modelled error."""
    if "operation" in metafunc.fixturenames:
        names = _model().operation_names
        metafunc.parametrize("operation", [_model().operation_model(name) for name in names], ids=names)
    if "error_shape" in metafunc.fixturenames:
        shapes = _model().error_shapes
        metafunc.parametrize("error_shape", shapes, ids=[shape.name for shape in shapes])


@pytest.fixture
def model() -> ServiceModel:
    return _model()


@pytest.fixture
def operation_model() -> Callable[[str], OperationModel]:
    return _model().operation_model


@pytest.fixture
def made_up() -> Callable[..., OperationModel]:
    """Make the model of an operation with these shapes, of which `Request` is its input."""

    def make(path: str = "/", **shapes: Any) -> OperationModel:
        operation: dict[str, Any] = {"name": "Ping", "http": {"method": "POST", "requestUri": path}}
        if "Request" in shapes:
            operation["input"] = {"shape": "Request"}
        metadata = {"protocol": "rest-json", "endpointPrefix": "lambda", "serviceId": "Lambda"}
        service: dict[str, Any] = {"metadata": metadata, "operations": {"Ping": operation}, "shapes": shapes}
        return ServiceModel(service).operation_model("Ping")

    return make


@pytest.fixture
def inputs() -> Callable[[OperationModel], Iterator[dict[str, Any]]]:
    """Inputs that botocore's validator takes for an operation: the fullest, the barest, and some between."""
    return _inputs


@pytest.fixture
def outputs() -> Callable[[Any], Iterator[dict[str, Any]]]:
    """Values of an output shape as a Reply has them, some with null members and members that the model doesn't know."""
    return _outputs


@pytest.fixture
def request_for() -> Callable[..., dict[str, Any]]:
    """Make botocore's request dict of an operation's parameters, by its own validator and serialiser."""
    return _request_for


@pytest.fixture
def refusal() -> Callable[..., str | None]:
    """The message by which AWS refuses parameters that went over the wire; None where it doesn't."""

    def refused(name: str, **parameters: Any) -> str | None:
        operation = _model().operation_model(name)
        try:
            codec(operation).check(codec(operation).decode(_request_for(operation, parameters)))
        except ValidationException as error:
            return error.message
        return None

    return refused


@pytest.fixture
def through_botocore() -> Callable[[OperationModel, HttpResponse], dict[str, Any]]:
    """What botocore's own endpoint makes of an HTTP answer."""
    return _through_botocore


@pytest.fixture
def tangible() -> Callable[[Any], Any]:
    """A value that compares equal only to one of the same types, order of members and streamed contents."""
    return _tangible


class _Values:
    """Random values of shapes: of an input as botocore's users write them, or of an output as a Reply has them."""

    def __init__(self, random: Random, *, is_input: bool, chance: float) -> None:
        self._random = random
        self._is_input = is_input
        self._chance = chance

    def of(self, shape: Any) -> Any:
        return getattr(self, f"_{shape.type_name}")(shape)

    def _structure(self, shape: Any) -> Any:
        if shape.serialization.get("eventstream"):
            return [{name: self.of(shape.members[name])} for name in self._random.choices(list(shape.members), k=4)]
        kept = [
            name for name in shape.members if name in shape.required_members or self._random.random() < self._chance
        ]
        if not self._is_input:
            self._random.shuffle(kept)
        return {name: self.of(shape.members[name]) for name in kept}

    def _list(self, shape: Any) -> Any:
        return [self.of(shape.member) for _ in range(max(shape.metadata.get("min", 0), self._random.randrange(4)))]

    def _map(self, shape: Any) -> Any:
        count = max(shape.metadata.get("min", 0), self._random.randrange(4))
        return {self.of(shape.key): self.of(shape.value) for _ in range(count)}

    def _string(self, shape: Any) -> str:
        if shape.enum:
            return str(self._random.choice(shape.enum))
        length = max(shape.metadata.get("min", 0), self._random.randrange(1, 12))
        # What a header can't carry can't be an output member there, and nothing but letters can be on both sides of it.
        letters = "abcXYZ019-_." if shape.serialization.get("location") == "header" else _LETTERS
        return "".join(self._random.choices(letters, k=length))

    def _integer(self, shape: Any) -> int:
        least = shape.metadata.get("min", -5)
        return self._random.randrange(least, shape.metadata.get("max", least + 10**6) + 1)

    def _double(self, shape: Any) -> float:
        least: float = shape.metadata.get("min", 0)
        return least + self._random.choice([0.25, 0.1, 1])

    def _boolean(self, shape: Any) -> bool:
        return self._random.random() < 0.5

    def _timestamp(self, shape: Any) -> Any:
        if self._is_input:
            return datetime.fromtimestamp(self._random.randrange(2_000_000_000), tz=timezone.utc)
        return self._random.choice([1_700_000_000, 1_731_000_000.25, 1_700_000_000.123])

    def _blob(self, shape: Any) -> bytes:
        return self._random.randbytes(self._random.randrange(40))

    _long = _integer


def _inputs(operation: OperationModel) -> Iterator[dict[str, Any]]:
    for seed, chance in enumerate([1, 0, 0.5, 0.5, 0.8, 0.3]):
        yield _Values(Random(seed), is_input=True, chance=chance).of(operation.input_shape)  # noqa: S311 - repeatable


def _outputs(shape: Any) -> Iterator[dict[str, Any]]:
    for seed, chance in enumerate([1, 0, 0.5, 0.5, 0.8, 0.3]):
        values = _Values(Random(seed), is_input=False, chance=chance)  # noqa: S311 - repeatable
        output = {} if shape is None else values.of(shape)
        yield output
        yield {"OfAnotherModel": ["x"], **output}
        yield {**output, **dict.fromkeys(list(output)[:2])}


def _request_for(operation: OperationModel, parameters: Mapping[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = create_serializer("rest-json").serialize_to_request(parameters, operation)
    prepare_request_dict(request, endpoint_url=f"{ENDPOINT}/some/prefix", context={})
    return request


class _Network:
    """A botocore HTTP session that has one answer."""

    def __init__(self, http: HttpResponse) -> None:
        self._http = http

    def send(self, request: Any) -> Any:
        return aws_response_from(self._http, request.url, stream=request.stream_output)


def _through_botocore(operation: OperationModel, http: HttpResponse) -> dict[str, Any]:
    endpoint: Any = Endpoint(ENDPOINT, "lambda", HierarchicalEmitter(), http_session=_Network(http))  # type: ignore[arg-type]
    request = {"method": "GET", "url": ENDPOINT, "headers": {}, "body": b"", "query_string": {}, "context": {}}
    _, parsed = endpoint.make_request(operation, request)
    return dict(parsed)


def _tangible(value: Any) -> Any:
    if isinstance(value, dict):
        return type(value), [(key, _tangible(member)) for key, member in value.items()]
    if isinstance(value, list | EventStream):
        return type(value), [_tangible(member) for member in value]
    if isinstance(value, StreamingBody):
        return type(value), value.read()
    if isinstance(value, datetime):
        return type(value), value, type(value.tzinfo)
    return type(value), value
