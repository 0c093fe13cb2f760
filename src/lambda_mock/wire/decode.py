"""Requests to parameters: the mirror image of botocore's rest-json serialiser.

What comes out is what AWS's service would see: numbers as numbers, moments in epoch seconds, blobs as bytes, and
nothing that a request can't carry, such as null members or empty lists in the query.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.utils import parse_timestamp

from lambda_mock.errors import LambdaMockError
from lambda_mock.wire.plan import Conversion, Leaves, compile_members

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

Decoder = Callable[[Mapping[str, Any]], dict[str, Any]]
_Members = list[tuple[str, "Shape"]]
_Reader = Callable[[Mapping[str, Any], dict[str, Any]], None]


class SerializationError(LambdaMockError):
    """A request isn't of the model's form."""


def compile_decoder(operation: OperationModel) -> Decoder:
    """A function from botocore's request dict of this operation to its parameters by member name.

    It reads `url_path`, `query_string`, `headers` and `body`. A file-like body is read from where it stands, and put
    back there if it can be. Raises SerializationError for a request that isn't of the model's form. AWS answers those
    with a SerializationException, in words that nobody recorded; botocore's own validation lets next to none of them
    pass.
    """
    shape = operation.input_shape
    placed: dict[str | None, _Members] = {}
    for name, member in shape.members.items() if shape is not None else ():
        placed.setdefault(member.serialization.get("location"), []).append((name, member))
    readers: list[_Reader] = []
    if "uri" in placed:
        readers.append(_path_reader(operation.http["requestUri"], placed["uri"]))
    if "querystring" in placed:
        readers.append(_query_reader(placed["querystring"]))
    if "header" in placed:
        readers.append(_header_reader(placed["header"]))
    if None in placed:
        readers.append(_body_reader(shape, placed[None]))

    def decode(request: Mapping[str, Any]) -> dict[str, Any]:
        parameters: dict[str, Any] = {}
        try:
            for read in readers:
                read(request, parameters)
        except (ValueError, RecursionError) as error:
            raise SerializationError(_NOT_OF_THE_MODEL.format(operation.name, error)) from error
        return parameters

    return decode


def _path_reader(template: str, members: _Members) -> _Reader:
    segments = template.partition("?")[0].split("/")
    labels = [
        (name, segments.index(f"{{{shape.serialization.get('name', name)}}}"), _from_text(shape))
        for name, shape in members
    ]

    def read(request: Mapping[str, Any], parameters: dict[str, Any]) -> None:
        # `url_path` has no prefix even where the client's endpoint_url has one: botocore joins the two in `url` only.
        given = request["url_path"].partition("?")[0].split("/")
        for name, index, convert in labels:
            text = given[index]
            parameters[name] = convert(_unquoted(text) if "%" in text else text)

    return read


# The same few ARNs are asked for again and again.
_unquoted = lru_cache(maxsize=512)(unquote)


def _query_reader(members: _Members) -> _Reader:
    keys = [(name, shape.serialization.get("name", name), _from_text(shape)) for name, shape in members]

    def read(request: Mapping[str, Any], parameters: dict[str, Any]) -> None:
        query = request.get("query_string")
        if not query:
            return
        for name, key, convert in keys:
            value = query.get(key)
            # An empty list leaves no trace in a query.
            if value is not None and value != []:
                parameters[name] = convert(value)

    return read


def _header_reader(members: _Members) -> _Reader:
    keys = [(name, shape.serialization.get("name", name).lower(), _from_text(shape)) for name, shape in members]

    def read(request: Mapping[str, Any], parameters: dict[str, Any]) -> None:
        headers = {header.lower(): value for header, value in request["headers"].items()}
        for name, key, convert in keys:
            value = headers.get(key)
            if value is not None:
                parameters[name] = convert(value)

    return read


def _body_reader(shape: Any, members: _Members) -> _Reader:
    payload = shape.serialization.get("payload")
    if payload is None:
        from_json = _json_reader(members)
        return lambda request, parameters: parameters.update(from_json(_content(request)))
    member = shape.members[payload]
    # A payload that isn't a structure is a blob that fills the body; without one it is empty, and so is an empty blob.
    convert = _json_reader(member.members.items()) if member.type_name == "structure" else bytes

    def read(request: Mapping[str, Any], parameters: dict[str, Any]) -> None:
        parameters[payload] = convert(_content(request))

    return read


def _json_reader(members: Iterable[tuple[str, Shape]]) -> Conversion:
    plan = compile_members(members, _JSON)
    return lambda content: plan(_object(json.loads(content) if content else {}))


def _content(request: Mapping[str, Any]) -> bytes:
    body = request.get("body")
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = _read(body)
    return body.encode() if isinstance(body, str) else bytes(body)


def _read(stream: Any) -> Any:
    try:
        start = stream.tell()
    except (AttributeError, OSError):
        # What a pipe gave is gone: nobody, botocore included, can send it twice.
        return stream.read()
    content = stream.read()
    stream.seek(start)
    return content


def _from_text(shape: Any) -> Conversion:
    if shape.type_name == "list":
        convert = _TEXT[shape.member.type_name]
        return lambda values: [convert(value) for value in values]
    return _TEXT[shape.type_name]


def _moment(text: str) -> float:
    return float(parse_timestamp(text).timestamp())


def _expected(kind: str, *types: type) -> Conversion:
    def check(value: Any) -> Any:
        if type(value) not in types:
            raise ValueError(f"{value!r} is not {kind}")
        return value

    return check


_NOT_OF_THE_MODEL = (
    "A request of {} is not what botocore's model wants: {}. AWS would answer a SerializationException. Is the "
    "parameter_validation of the client off, or does a handler change what it sends?"
)

_object = _expected("an object", dict)
_number = _expected("a number", int, float)
_string = _expected("a string", str)
_integer = _expected("a whole number", int)

# A path, a query or a header holds texts, or what botocore is about to make one of.
_TEXT: Leaves = {
    "string": str,
    "integer": int,
    "long": int,
    "double": float,
    "boolean": lambda text: str(text).lower() == "true",
    "timestamp": _moment,
}

_JSON: Leaves = {
    "structure": _object,
    "map": _object,
    "list": _expected("a list", list),
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "boolean": _expected("true or false", bool),
    "double": lambda value: float(_number(value)),
    "timestamp": _number,
    "blob": lambda value: base64.b64decode(_string(value), validate=True),
}
