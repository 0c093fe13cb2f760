"""The installed botocore's model answers without a client."""

from __future__ import annotations

from typing import Any

from lambda_mock.wire.lambda_model import error_codes, members_of, operation_names, problems

ALIAS = {"FunctionName": "f", "Name": "live", "FunctionVersion": "1"}


def test_the_operations_are_those_of_botocore(model: Any) -> None:
    assert operation_names() == set(model.operation_names)


def test_the_members_of_an_operation_come_in_the_models_order() -> None:
    assert members_of("CreateAlias") == ["FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig"]


def test_the_errors_of_an_operation_are_those_that_the_model_lists() -> None:
    assert {"ResourceConflictException", "TooManyRequestsException"} <= error_codes("CreateAlias")
    assert "InvalidZipFileException" not in error_codes("CreateAlias")


def test_input_that_can_be_sent_and_keeps_the_constraints_has_no_problems() -> None:
    assert problems("CreateAlias", ALIAS) is None


def test_input_that_botocore_would_refuse_is_told_in_its_words() -> None:
    assert problems("CreateAlias", {**ALIAS, "Name": 7}) == (
        "Invalid type for parameter Name, value: 7, type: <class 'int'>, valid types: <class 'str'>"
    )


def test_input_that_aws_would_refuse_is_told_in_its_words() -> None:
    assert problems("CreateAlias", {**ALIAS, "Name": "2024"}) == (
        "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
    )
