"""MockConfig: what it takes, what it refuses, and how an option is written as text."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from lambda_mock import LambdaMockError, MockConfig, mock_lambda
from lambda_mock.config import OPTIONS, parse_option


def test_the_defaults_are_the_documented_ones() -> None:
    config = MockConfig()
    assert (config.region, config.account_id, config.accounts) == ("us-east-1", "123456789012", {})
    assert (config.seed, config.lifecycle, config.lane, config.identical_code_publishes) == (0, "instant", "fast", True)
    assert config.async_mode == "eager"


def test_a_configuration_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        MockConfig().seed = 1  # type: ignore[misc]


def test_changes_give_another_configuration_and_keep_the_rest() -> None:
    config = MockConfig(seed=3)
    assert config.changed({"region": "eu-west-1"}) == MockConfig(seed=3, region="eu-west-1")
    assert config == MockConfig(seed=3)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("lifecycle", "slow", "'instant' or 'observed'"),
        ("lane", "slow", "'fast' or 'wire'"),
        ("async_mode", "later", "'eager' or 'manual'"),
        ("execution", "docker", "'inline' or 'process'"),
        ("processes", 0, "a whole number, at least 1"),
        ("processes", True, "a whole number, at least 1"),
        ("processes", "8", "a whole number, at least 1"),
        ("records", 0, "a whole number, at least 1"),
        ("identical_code_publishes", "yes", "True or False"),
        ("timeouts", "off", "True or False"),
        ("enforce_policies", 1, "True or False"),
        ("seed", "7", "a whole number"),
        ("seed", True, "a whole number"),
        ("region", "", "a region's name, such as 'eu-west-1'"),
        ("region", None, "a region's name, such as 'eu-west-1'"),
        ("region", "Frankfurt", "a region's name, such as 'eu-west-1'"),
        ("region", "eu west 1", "a region's name, such as 'eu-west-1'"),
        ("accounts", ["AKIAONE"], "access keys with accounts of 12 digits, such as {'AKIAONE': '111111111111'}"),
        ("accounts", {1: "1" * 12}, "access keys with accounts of 12 digits, such as {'AKIAONE': '111111111111'}"),
        ("accounts", {"A": "mine"}, "access keys with accounts of 12 digits, such as {'AKIAONE': '111111111111'}"),
        ("account_id", "12", "a string of 12 digits"),
        ("account_id", 123456789012, "a string of 12 digits"),
        ("limits", 5, "names with whole numbers, such as {'concurrent_executions': 20}"),
    ],
)
def test_a_value_that_cannot_work_is_refused_with_those_that_can(option: str, value: Any, expected: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(f"{option} must be {expected}, and not {value!r}.")):
        MockConfig().changed({option: value})


def test_an_unknown_option_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(
        LambdaMockError, match=r"no option 'regoin'\. Did you mean 'region'\? The options are region, acc"
    ):
        mock_lambda(regoin="eu-west-1")  # type: ignore[call-overload]  # by type checkers, too


def test_an_unknown_option_that_is_like_none_is_refused_with_all() -> None:
    with pytest.raises(LambdaMockError, match=r"no option 'xyz'\. The options are region, account_id"):
        MockConfig().changed({"xyz": 1})


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("region", "eu-west-1", "eu-west-1"),
        ("account_id", "000000000001", "000000000001"),
        ("accounts", "A=000000000001, B=000000000002", {"A": "000000000001", "B": "000000000002"}),
        ("accounts", "", {}),
        ("seed", "-7", -7),
        ("lifecycle", "observed", "observed"),
        ("lane", "wire", "wire"),
        ("async_mode", "manual", "manual"),
        ("identical_code_publishes", "False", False),
        ("identical_code_publishes", "on", True),
        ("timeouts", "off", False),
        ("enforce_policies", "yes", True),
        ("execution", "process", "process"),
        ("processes", "3", 3),
        ("records", "500", 500),
        ("limits", "layers=6, tags=0", {"layers": 6, "tags": 0}),
        ("limits", "", {}),
    ],
)
def test_every_option_can_be_written_as_text(option: str, text: str, value: object) -> None:
    assert parse_option(option, text) == value
    assert MockConfig().changed({option: parse_option(option, text)}) == MockConfig(**{option: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("seed", "seven"),
        ("processes", "many"),
        ("identical_code_publishes", "perhaps"),
        ("accounts", "AKIAIOSFODNN7EXAMPLE"),
        ("accounts", "AKIAIOSFODNN7EXAMPLE:111111111111"),
        ("accounts", "=111111111111"),
        ("limits", "layers"),
        ("limits", "layers=many"),
    ],
)
def test_text_that_is_no_value_is_refused(option: str, text: str) -> None:
    with pytest.raises(LambdaMockError, match=f"{option} must be .*, and not '{text}'"):
        parse_option(option, text)


@pytest.mark.parametrize("number", [-1, "5", True, 1.5, None])
def test_a_limit_that_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(
        LambdaMockError, match=re.escape(f"limits['layers'] must be a whole number, at least 0, and not {number!r}")
    ):
        MockConfig(limits={"layers": number})


def test_an_unknown_limit_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(
        LambdaMockError, match=r"no limit 'layer'\. Did you mean 'layers'\? The limits are total_code_size, "
    ):
        MockConfig(limits={"layer": 5})


def test_the_options_are_the_fields() -> None:
    assert set(OPTIONS) == set(vars(MockConfig()))
