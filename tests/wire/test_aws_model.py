"""The table of exceptions names things that exist, and nothing that botocore has right by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lambda_mock.wire import aws_model
from lambda_mock.wire.java import matcher


def shapes_below(shape: Any) -> Iterator[Any]:
    yield shape
    if shape.type_name == "structure":
        for member in shape.members.values():
            yield from shapes_below(member)
    elif shape.type_name == "list":
        yield from shapes_below(shape.member)
    elif shape.type_name == "map":
        yield from shapes_below(shape.key)
        yield from shapes_below(shape.value)


def test_every_pattern_of_the_model_can_be_matched(operation: Any) -> None:
    for shape in shapes_below(operation.input_shape):
        pattern = aws_model.traits(shape.name, shape.metadata).get("pattern")
        assert pattern is None or callable(matcher(pattern))


def test_a_pattern_with_a_property_allows_the_underscore_that_python_allows_with_it(operation: Any) -> None:
    for shape in shapes_below(operation.input_shape):
        pattern = shape.metadata.get("pattern", "")
        assert r"\p{" not in pattern or re.search(r"\[[^]]*\\p\{[LN]\}[^]]*_", pattern)


def test_the_members_that_the_operation_checks_exist(model: Any) -> None:
    for operation, member in aws_model.CHECKED_BY_THE_OPERATION:
        assert member in model.operation_model(operation).input_shape.members


def test_the_values_of_an_enum_that_were_not_recorded_follow_those_that_were() -> None:
    assert aws_model.enum_order("RecursiveLoop", ["Allow", "Terminate", "Ask"]) == ["Terminate", "Allow", "Ask"]
    assert aws_model.enum_order("LogFormat", ["JSON", "Text"]) == ["JSON", "Text"]


def test_aws_s_word_stands_before_the_models() -> None:
    assert aws_model.traits("Timeout", {"min": 1, "max": 900}) == {"min": 1, "max": 5400}
    assert aws_model.traits("Handler", {"max": 128}) == {"max": 128}


def test_members_are_told_in_the_order_that_was_recorded_where_the_model_has_another() -> None:
    names = ["LayerName", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]
    recorded = ["LayerName", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo"]
    assert aws_model.member_order("PublishLayerVersion", names) == recorded
    assert aws_model.member_order("PublishLayerVersion", recorded[:2]) == recorded[:2]
    assert aws_model.member_order("CreateFunction", names) == names


def test_a_member_of_an_older_model_is_checked_by_the_shape_of_today() -> None:
    assert aws_model.shape_name("GetFunction", "Qualifier", "Qualifier") == "NumericLatestPublishedOrAliasQualifier"
    assert aws_model.shape_name("PutProvisionedConcurrencyConfig", "Qualifier", "Qualifier") == "Qualifier"
