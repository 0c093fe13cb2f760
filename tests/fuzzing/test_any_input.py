"""Whatever an operation is called with, Lambda answers in good form, or with an error of its own that changes nothing.

The inputs are made from the input shapes of botocore's model: values that are there already, values that the model
allows, and values at and past the edge of each of its constraints. In the whole suite the same 25 are tried for
each operation, with `--hypothesis-profile=thorough` the same 200, and with `--hypothesis-profile=campaign` 10,000
that differ each time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from botocore.eventstream import EventStream
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_mock.errors import ERRORS, LambdaMockError, NotBuiltError
from lambda_mock.operations.registry import OPERATIONS
from lambda_mock.wire.java import matcher

if TYPE_CHECKING:
    from tests.fuzzing.conftest import World

Draw = Callable[[st.SearchStrategy[Any]], Any]

KNOWN = Session().get_service_model("lambda").operation_names
UNMODELLED = frozenset(name for name, kind in ERRORS.items() if not kind.modelled)
# Recorded: the members that its shape requires are not there for a function without a code signing config.
MAY_BE_EMPTY = frozenset({"GetFunctionCodeSigningConfig"})
NOT_BUILT = "not built"
# What only the author of a test can know: the code in a bucket, and what an image does.
REMEDIES = ("mock.s3_object(", "mock.override(")
_LONGEST = 20_000
_MANY = 60
_DRAWN = 3
_OF_THE_SUITE = settings.get_profile("suite").max_examples
_EXAMPLES = 25 if settings().max_examples == _OF_THE_SUITE else settings().max_examples

# By what other names the values go that a member takes.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "Arn": ("LayerVersionArn",),
    "CapacityProviderName": ("CapacityProviderArn",),
    "FunctionName": ("FunctionArn",),
    "FunctionVersion": ("Version",),
    "LayerName": ("LayerArn",),
    "Layers": ("LayerVersionArn",),
    "Marker": ("NextMarker",),
    "Name": ("Qualifier",),
    "Qualifier": ("Name", "Version"),
    "Resource": ("FunctionArn", "EventSourceMappingArn", "LayerArn", "CodeSigningConfigArn", "CapacityProviderArn"),
    "ResourceArn": ("FunctionArn", "LayerVersionArn"),
    "StatementId": ("Sid",),
    "TagKeys": ("team",),
    "VersionNumber": ("Version",),
}
_WORDS = (
    "", "x", "1", "0", "01", "7", "-1", "$LATEST", "$LATEST.PUBLISHED", "live", "Live", "missing", "a b", "a:b",
    "a/b", "a.b", "ünï€日\U0001d4b3", "\n", "'\"{}[]", "%2F", "lambda:InvokeFunction", "lambda:InvokeFunctionUrl",
    "lambda:GetLayerVersion", "*", "123456789012", "111111111111", "s3.amazonaws.com", "o-1234567890", "orders",
    "bills", "orders:1", "orders:live", "function:orders", "123456789012:function:orders", "123456789012:orders",
    "orders:$LATEST", "orders:missing", "arn:aws:lambda:us-east-1:123456789012:function:orders",
    "arn:aws:lambda:us-east-1:123456789012:function:missing",
    "arn:aws:lambda:us-east-1:123456789012:function:orders:1",
    "arn:aws:lambda:eu-west-1:123456789012:function:orders", "arn:aws:lambda:us-east-1:111111111111:function:orders",
    "arn:aws-cn:lambda:cn-north-1:123456789012:function:orders",
    "arn:aws:lambda:us-east-1:123456789012:layer:tools:1", "arn:aws:lambda:us-east-1:123456789012:layer:tools",
    "arn:aws:lambda:us-east-1:123456789012:layer:missing:9", "arn:aws:lambda:eu-west-1:111111111111:layer:tools:1",
    "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-00000000000000000",
    "arn:aws:lambda:us-east-1:123456789012:capacity-provider:missing",
    "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:00000000-0000-4000-8000-000000000000",
    "arn:aws:sqs:us-east-1:123456789012:queue", "arn:aws:sqs:us-east-1:123456789012:queue.fifo",
    "arn:aws:sqs:eu-west-1:111111111111:queue", "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:s3:::bucket",
    "arn:aws:events:us-east-1:123456789012:event-bus/default", "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
    "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
    "arn:aws:kafka:us-east-1:123456789012:cluster/shop/00000000-0000-4000-8000-000000000000-1",
    "arn:aws:mq:us-east-1:123456789012:broker:shop:b-00000000-0000-4000-8000-000000000000",
    "arn:aws:rds:us-east-1:123456789012:cluster:shop", "arn:aws:kinesis:us-east-1:123456789012:stream/o/consumer/c:1",
    "arn:aws:iam::123456789012:role/lambda-role", "arn:aws:iam::111111111111:role/r",
    "arn:aws:iam::123456789012:root", "arn:aws:kms:us-east-1:123456789012:key/1",
    "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/abcdefghij", "arn:aws:nonsense", "arn:",
    "/mnt/data", "app.handler", "/aws/lambda/orders", "subnet-1", "sg-1", "kafka.example.com:9092",
    "https://example.com", "00000000-0000-4000-8000-000000000000", "bm9uc2Vuc2U=", '{"a": [1]}', "python3.12",
    "PYTHON3.12", "nodejs22.x", "arn:aws:lambda:us-east-1::runtime:" + "0" * 64,
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:latest",
)  # fmt: skip


def _package() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), "def handler(event, context): raise ValueError(event)")
    return content.getvalue()


_BLOBS = (
    b"",
    b"{}",
    b'{"n": 1}',
    b"[1, 2]",
    b"null",
    b'"\xc3\xa4"',
    b"\xff",
    b"{",
    b"1 2",
    b"PK\x05\x06" + bytes(18),
    _package(),
)
_MOMENTS = tuple(datetime.fromtimestamp(moment, tz=timezone.utc) for moment in (0, 1_700_000_000, 4_000_000_000))


class Values:
    """What can be drawn for a shape, compiled once for each shape and name of a member."""

    def __init__(self, world: World) -> None:
        self._found = world.found
        texts = {value for values in world.found.values() for value in values if isinstance(value, str)}
        self._texts = sorted(texts | set(_WORDS))
        self._leaves: dict[tuple[str, str], st.SearchStrategy[Any]] = {}

    def draw(self, draw: Draw, shape: Any, name: str) -> Any:
        """A value for a member of that name; now and then null where a list or a structure has it."""
        kind = shape.type_name
        if kind == "structure":
            return self.structure(draw, shape)
        if kind in {"list", "map"}:
            size = draw(_sizes(shape))
            if kind == "list":
                parts = [self.draw(draw, shape.member, name) for _ in range(min(size, _DRAWN))]
                return [parts[index % _DRAWN] for index in range(size)]
            return {
                self.draw(draw, shape.key, name) + ("" if index < _DRAWN else str(index)): self.draw(
                    draw, shape.value, name
                )
                for index in range(size)
            }
        return draw(self._leaf(shape, name))

    def structure(self, draw: Draw, shape: Any, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A structure with its required members, with few exceptions, and some of the others."""
        needed = [name for name in shape.members if name in shape.required_members and name not in (base or {})]
        others = [name for name in shape.members if name not in needed]
        chosen = needed + (draw(_some(tuple(others))) if others else [])
        absent = draw(_ABSENT)
        members = dict(base or {})
        for name in chosen:
            members[name] = self.draw(draw, shape.members[name], name)
        for name in list(members)[absent : absent + 1]:
            member = shape.members[name]
            # Of anything else botocore's serialiser can't make a null.
            if member.type_name in _NULLABLE and member.serialization.get("location") != "uri":
                members[name] = None
        return members

    def _leaf(self, shape: Any, name: str) -> st.SearchStrategy[Any]:
        key = (shape.name, name)
        if key not in self._leaves:
            self._leaves[key] = self._compiled(shape, name)
        return self._leaves[key]

    def _compiled(self, shape: Any, name: str) -> st.SearchStrategy[Any]:
        kind = shape.type_name
        if kind == "boolean":
            return st.booleans()
        if kind == "timestamp":
            return st.sampled_from(_MOMENTS)
        if kind == "blob":
            return st.sampled_from([*_BLOBS, _BLOBS[-1], _BLOBS[-1]])
        found = [value for other in (name, *_ALSO.get(name, ())) for value in self._found.get(other, ())]
        if kind in {"integer", "long"}:
            known = sorted({int(value) for value in found if str(value).isdecimal()})
            return st.sampled_from([*_numbers(shape), *known[:20]])
        if kind in {"float", "double"}:
            return st.sampled_from([0.0, 0.25, 0.5, 1.0, -0.1, 1.1, 1e300, 0, 1])
        return self._texts_of(shape, sorted(value for value in found if isinstance(value, str)))

    def _texts_of(self, shape: Any, found: list[str]) -> st.SearchStrategy[Any]:
        if shape.enum:
            wrong = [shape.enum[0].lower(), shape.enum[0].upper(), "", "Nonsense"]
            return st.sampled_from([*(list(shape.enum) * 3), *found, *wrong])
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max", _LONGEST)
        fits = matcher(shape.metadata.get("pattern", "(?s).*"))
        good = [text for text in self._texts if least <= len(text) <= most and fits(text)]
        edges = ["x" * length for length in (least - 1, least, most, most + 1) if 0 <= length <= _LONGEST]
        stretched = [
            text + "x" * (most + past - len(text)) for text in (found or good)[:1] for past in (0, 1) if most < _LONGEST
        ]
        bad = [text for text in self._texts if text not in good]
        pools = [found or good, found or good, good, good or bad, edges + stretched + bad[:20] + bad[-5:]]
        return st.one_of(*(st.sampled_from(pool) for pool in pools if pool), st.text(max_size=6))


_NULLABLE = frozenset({"string", "integer", "long", "boolean"})
_ABSENT = st.sampled_from([99] * 24 + [0, 1, 2])


def _numbers(shape: Any) -> list[int]:
    least, most = shape.metadata.get("min", -1), shape.metadata.get("max", 10_000)
    return [least - 1, least, least, (least + most) // 2, (least + most) // 2, most, most, most + 1, 0, 1, 1, 2**31 - 1]


def _sizes(shape: Any) -> st.SearchStrategy[int]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 3)
    return st.sampled_from(
        [size for size in (0, 1, 1, 1, 2, 3, least - 1, least, most, most + 1) if 0 <= size <= _MANY]
    )


def _some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=4, unique=True)


@st.composite
def _inputs(draw: Draw, values: Values, shape: Any, bases: list[Mapping[str, Any]]) -> dict[str, Any]:
    """An input of its own, or one of the scenarios' with other members."""
    if shape is None:
        return {}
    base = draw(st.sampled_from([None, *bases, *bases])) if bases else None
    if base is not None:
        left_out = draw(_some(tuple(base))) if base else ()
        base = {name: value for name, value in base.items() if name not in left_out}
    return values.structure(draw, shape, base)


@pytest.fixture(scope="module")
def values(world: World) -> Values:
    return Values(world)


def problem_with(answer: Mapping[str, Any], shape: Any) -> str:
    """What the output shape has against an answer; empty where it has nothing."""
    if shape is None:
        return f"members of no output: {sorted(answer)}" if answer else ""
    members = dict(answer)
    for name, value in answer.items():
        if isinstance(value, StreamingBody):
            members[name] = value.read()
        if isinstance(value, EventStream):
            events = list(value)
            del members[name]
            for event in events:
                if report := problem_with(event, shape.members[name]):
                    return report
    unknown = set(members) - set(shape.members)
    return f"unknown members: {unknown}" if unknown else ParamValidator().validate(members, shape).generate_report()


def attempt(world: World, operation: str, parameters: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str | None]:
    """The answer to a call, or the code of the error that it is refused with."""
    try:
        return world.call(operation, parameters), None
    except ClientError as error:
        return None, error.response["Error"]["Code"]
    except NotBuiltError:
        return None, NOT_BUILT
    except LambdaMockError as error:
        if any(remedy in str(error) for remedy in REMEDIES):
            return None, NOT_BUILT
        raise


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() & set(KNOWN)))
@settings(max_examples=_EXAMPLES)
@given(data=st.data())
def test_any_input_is_answered_in_good_form_or_refused_without_a_trace(
    world: World, values: Values, operation: str, data: st.DataObject
) -> None:
    model = world.model.operation_model(operation)
    parameters = data.draw(_inputs(values, model.input_shape, world.bases.get(operation, [])))
    world.restore()
    answer, refusal = attempt(world, operation, parameters)
    if answer is not None:
        assert problem_with(answer, model.output_shape) == "" or (operation in MAY_BE_EMPTY and not answer)
    assert refusal in {None, NOT_BUILT, *UNMODELLED, *(shape.name for shape in model.error_shapes)}
    assert not (world.changed() and (refusal or world.reads(operation))), "nothing should have changed"
