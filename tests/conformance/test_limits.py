"""The limits of an account, where a test sets others than AWS's defaults: they are counted, enforced and shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"


@pytest.mark.lambda_mock(limits={"total_code_size": 5000, "code_size_zipped": 900, "code_size_unzipped": 700})
def test_the_limits_of_code_are_those_of_the_account(aws: Account) -> None:
    shown = aws.call("get_account_settings")["AccountLimit"]
    assert (shown["TotalCodeSize"], shown["CodeSizeZipped"], shown["CodeSizeUnzipped"]) == (5000, 900, 700)
    aws.create()
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=b"P" * 901) == aws.error(
        "RequestEntityTooLargeException", "Zipped size must be smaller than 900 bytes"
    )
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package("#" * 700)) == aws.invalid(
        "Unzipped size must be smaller than 700 bytes"
    )


@pytest.mark.lambda_mock(limits={"code_size_zipped": 200})
def test_a_zip_that_came_from_s3_is_still_too_large_for_a_request(aws: Account, mock_lambda: LambdaMock) -> None:
    content = aws.package("# " + "".join(map(chr, range(0x100, 0x180))))
    mock_lambda.s3_object("packages", "orders.zip", content)
    aws.create(Code={"S3Bucket": "packages", "S3Key": "orders.zip"})
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=content) == aws.error(
        "RequestEntityTooLargeException", "Zipped size must be smaller than 200 bytes"
    )


@pytest.mark.lambda_mock(limits={"total_code_size": 300})
def test_an_account_whose_storage_is_full_takes_no_more_code(aws: Account) -> None:
    aws.create("first")
    assert aws.refusal("publish_version", FunctionName="first") == aws.error(
        "CodeStorageExceededException", "Code storage limit exceeded."
    )


@pytest.mark.lambda_mock(limits={"concurrent_executions": 20, "unreserved_concurrent_executions": 5})
def test_concurrency_can_be_reserved_down_to_what_has_to_stay(aws: Account) -> None:
    aws.create()
    assert aws.refusal(
        "put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=16
    ) == aws.invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
        "its minimum value of [5].",
        typed=False,
    )
    aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=15)
    shown = aws.call("get_account_settings")["AccountLimit"]
    assert (shown["ConcurrentExecutions"], shown["UnreservedConcurrentExecutions"]) == (20, 5)


@pytest.mark.lambda_mock(limits={"concurrent_executions": 0})
def test_an_account_without_concurrency_runs_nothing(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=1)
    mock_lambda.clock.freeze()
    assert aws.refusal("invoke", FunctionName="orders")["Reason"] == "ConcurrentInvocationLimitExceeded"


@pytest.mark.lambda_mock(limits={"tags": 2})
def test_a_resource_can_have_so_many_tags(aws: Account) -> None:
    arn = aws.create(Tags={"a": "1", "b": "2"})["FunctionArn"]
    too_many = aws.invalid("Number of tags exceeds resource tag limit.")
    assert aws.refusal("tag_resource", Resource=arn, Tags={"c": "3"}) == too_many
    assert aws.refusal("create_event_source_mapping", EventSourceArn=QUEUE, FunctionName="orders", Tags={
        "a": "1", "b": "2", "c": "3",
    }) == too_many  # fmt: skip


@pytest.mark.lambda_mock(limits={"environment_size": 2048})
def test_a_function_can_have_so_many_bytes_of_variables(aws: Account) -> None:
    variables = {"TEXT": "x" * (2048 - len('{"TEXT":""}'))}
    aws.create(Environment={"Variables": variables})
    longer = {"TEXT": variables["TEXT"] + "x"}
    assert aws.refusal(
        "update_function_configuration", FunctionName="orders", Environment={"Variables": longer}
    ) == aws.invalid(
        "Lambda was unable to configure your environment variables because the environment variables you have "
        f"provided exceeded the 2KB limit. String measured: {json.dumps(longer, separators=(',', ':'))}"
    )


@pytest.mark.lambda_mock(limits={"policy_size": 300})
def test_a_resource_policy_can_be_so_long(aws: Account) -> None:
    aws.create()
    grant = {"FunctionName": "orders", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    aws.call("add_permission", StatementId="first", **grant)
    refusal = aws.refusal("add_permission", StatementId="second", **grant)
    assert refusal["Error"]["Code"] == "PolicyLengthExceededException"
    assert refusal["Error"]["Message"].endswith(" is bigger than the limit (300).")


@pytest.mark.lambda_mock(limits={"filters": 1})
def test_a_mapping_can_have_so_many_filters(aws: Account) -> None:
    aws.create()
    criteria = {"Filters": [{"Pattern": '{"body":["a"]}'}, {"Pattern": '{"body":["b"]}'}]}
    assert aws.refusal(
        "create_event_source_mapping", EventSourceArn=QUEUE, FunctionName="orders", FilterCriteria=criteria
    ) == aws.invalid("Number of filters exceeds the limit of 1.")


@pytest.mark.lambda_mock(limits={"aliases": 1})
def test_a_function_can_have_so_many_aliases(aws: Account) -> None:
    for name in ("orders", "bills"):
        aws.create(name)
        aws.call("create_alias", FunctionName=name, Name="live", FunctionVersion="$LATEST")
    new = {"FunctionName": "orders", "Name": "next", "FunctionVersion": "$LATEST"}
    assert aws.refusal("create_alias", **new) == aws.error(
        "AliasLimitExceededException", "The function can't have more than 1 aliases."
    )
    aws.call("delete_alias", FunctionName="orders", Name="live")
    aws.call("create_alias", **new)


def test_a_function_can_have_any_number_of_aliases_by_default(aws: Account) -> None:
    aws.create()
    for number in range(120):
        aws.call("create_alias", FunctionName="orders", Name=f"alias-{number}", FunctionVersion="$LATEST")
    assert (
        sum(len(page["Aliases"]) for page in aws.client.get_paginator("list_aliases").paginate(FunctionName="orders"))
        == 120
    )
