"""A plan copies what the model knows, in the model's order, and nothing else."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from lambda_mock.wire.plan import compile_plan


@pytest.fixture
def configuration(operation_model: Any) -> Any:
    """A structure of many members."""
    return operation_model("GetFunctionConfiguration").output_shape


@pytest.fixture
def alias(operation_model: Any) -> Any:
    """A structure of few members."""
    return operation_model("GetAlias").output_shape


def copied(shape: Any, value: Any) -> Any:
    plan = compile_plan(shape, {"double": float})
    assert plan is not None
    return plan(value)


def test_many_members_come_in_the_models_order(configuration: Any) -> None:
    given = {"Version": "1", "Runtime": "r", "FunctionName": "f", "Layers": ()}
    assert list(copied(configuration, given)) == ["FunctionName", "Runtime", "Version", "Layers"]


def test_few_members_come_in_the_models_order(alias: Any) -> None:
    given = {"RevisionId": "x", "Name": "live", "AliasArn": "a"}
    assert list(copied(alias, given)) == ["AliasArn", "Name", "RevisionId"]


def test_members_that_the_model_does_not_know_are_dropped(configuration: Any, alias: Any) -> None:
    for shape in (configuration, alias):
        assert copied(shape, {"Colour": "blue", "Description": "d"}) == {"Description": "d"}


def test_members_that_are_null_are_dropped(configuration: Any, alias: Any) -> None:
    assert copied(configuration, {"FunctionName": "f", "VpcConfig": None, "Layers": []}) == {
        "FunctionName": "f",
        "Layers": [],
    }
    assert copied(alias, {"Name": "live", "RoutingConfig": None}) == {"Name": "live"}


def test_a_member_that_was_null_is_kept_when_it_is_there_again(configuration: Any) -> None:
    plan = compile_plan(configuration, {})
    assert plan is not None
    assert plan({"FunctionName": "f", "VpcConfig": None}) == {"FunctionName": "f"}
    assert plan({"FunctionName": "f", "VpcConfig": {"VpcId": "v"}}) == {
        "FunctionName": "f",
        "VpcConfig": {"VpcId": "v"},
    }


def test_members_that_are_false_zero_or_empty_stay(configuration: Any) -> None:
    given = {"CodeSize": 0, "Description": "", "VpcConfig": {"SubnetIds": [], "Ipv6AllowedForDualStack": False}}
    assert copied(configuration, given) == given


def test_null_items_of_lists_and_maps_stay(configuration: Any, alias: Any) -> None:
    assert copied(configuration, {"Layers": [None, {"Arn": "a"}]}) == {"Layers": [None, {"Arn": "a"}]}
    weights = {"RoutingConfig": {"AdditionalVersionWeights": {"1": None, "2": 1}}}
    assert repr(copied(alias, weights)) == "{'RoutingConfig': {'AdditionalVersionWeights': {'1': None, '2': 1.0}}}"


def test_every_container_is_new_and_of_the_plain_type(configuration: Any) -> None:
    given = MappingProxyType(
        {"Environment": MappingProxyType({"Variables": MappingProxyType({"A": "b"})}), "Architectures": ("arm64",)}
    )
    assert (
        repr(copied(configuration, given)) == "{'Environment': {'Variables': {'A': 'b'}}, 'Architectures': ['arm64']}"
    )


def test_a_plan_lives_through_more_sets_of_keys_than_it_remembers(configuration: Any) -> None:
    plan = compile_plan(configuration, {})
    assert plan is not None
    for number in range(200):
        assert plan({f"Unknown{number}": 1, "FunctionName": "f"}) == {"FunctionName": "f"}


def test_what_needs_no_copy_has_no_plan(configuration: Any) -> None:
    assert compile_plan(configuration.members["FunctionName"], {}) is None


def test_a_leaf_for_a_container_sees_it_before_it_is_copied(alias: Any) -> None:
    seen: list[object] = []

    def look(value: object) -> object:
        seen.append(value)
        return value

    plan = compile_plan(alias, {"map": look})
    assert plan is not None
    plan({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}})
    assert seen == [{"1": 0.5}]
