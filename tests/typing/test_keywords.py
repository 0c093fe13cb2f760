"""What type checkers are told about keywords is what there is: the options of a mock, and botocore's own model.

What they are told about all else stands in the modules beside this one, which `mypy` and `pyright` read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import botocore
import pytest

import lambda_mock
from lambda_mock.config import MockConfig
from lambda_mock.keywords import ConfigKeywords, FunctionKeywords
from lambda_mock.wire.lambda_model import input_shape

HERE = Path(__file__).parent
NEWEST = (1, 44, 5)
BOTOCORE = tuple(int(number) for number in re.findall(r"\d+", botocore.__version__)[:3])
GIVEN_BY_THE_MOCK = {"FunctionName", "Code"}
SCALARS = {str: "string", int: "integer", float: "double", bool: "boolean"}


def test_the_keywords_of_a_mock_are_the_options_of_its_configuration() -> None:
    assert get_type_hints(ConfigKeywords) == get_type_hints(MockConfig)


def test_the_keywords_of_a_function_are_the_members_that_botocore_knows() -> None:
    members = [member for member in input_shape("CreateFunction").members if member not in GIVEN_BY_THE_MOCK]
    known = list(get_type_hints(FunctionKeywords))
    assert known == members if BOTOCORE >= NEWEST else set(known) >= set(members)


@pytest.mark.parametrize("member", get_type_hints(FunctionKeywords))
def test_a_keyword_has_the_type_of_its_member(member: str) -> None:
    shape = input_shape("CreateFunction").members.get(member)
    if shape is None:
        assert BOTOCORE < NEWEST
    else:
        assert_told(shape, get_type_hints(FunctionKeywords)[member], member)


def assert_told(shape: Any, told: Any, path: str) -> None:
    """A structure is a TypedDict of the same members, an enumeration a Literal of the same values, and so on."""
    if shape.type_name == "structure":
        members = get_type_hints(told)
        assert set(members) >= set(shape.members), path
        assert set(members) == set(shape.members) or BOTOCORE < NEWEST, path
        assert told.__required_keys__ == set(shape.required_members), path
        for name, member in shape.members.items():
            assert_told(member, members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        assert get_origin(told) is Sequence, path
        assert_told(shape.member, get_args(told)[0], f"{path}[]")
    elif shape.type_name == "map":
        assert told == Mapping[str, str], path
        assert (shape.key.type_name, shape.value.type_name) == ("string", "string"), path
    elif get_origin(told) is Literal:
        assert set(get_args(told)) == set(shape.enum), path
    else:
        assert SCALARS[told] == shape.type_name, path
        assert path == "Runtime" or not getattr(shape, "enum", None), path


def used_in_typed_modules() -> set[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in HERE.glob("*.py") if not path.name.startswith("test_")]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports if node.module == "lambda_mock" for alias in node.names}


def test_every_public_name_is_shown_to_the_type_checkers() -> None:
    assert set(lambda_mock.__all__) - used_in_typed_modules() == set()
