"""The account's limits and usage: GetAccountSettings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

UNUSED = {"TotalCodeSize": 0, "FunctionCount": 0}


def usage(aws: Account) -> Any:
    return aws.call("get_account_settings")["AccountUsage"]


def test_an_account_has_the_limits_that_aws_documents_and_uses_nothing_at_first(aws: Account) -> None:
    limits = {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }
    expected = aws.answer(200, {"AccountLimit": limits, "AccountUsage": UNUSED})
    assert aws.call("get_account_settings") == expected


def test_functions_are_counted_with_the_size_of_their_code(aws: Account) -> None:
    sizes = [aws.create(name)["CodeSize"] for name in ("orders", "bills")]
    assert usage(aws) == {"TotalCodeSize": sum(sizes), "FunctionCount": 2}


def test_each_published_version_counts_the_size_of_its_code_again(aws: Account) -> None:
    before = aws.create(Publish=True)["CodeSize"]
    assert usage(aws) == {"TotalCodeSize": 2 * before, "FunctionCount": 1}
    after = aws.update_code("def handler(event, context):\n    return 'changed'\n", Publish=True)["CodeSize"]
    assert usage(aws) == {"TotalCodeSize": before + 2 * after, "FunctionCount": 1}


def test_a_configuration_counts_nothing_until_it_is_published(aws: Account) -> None:
    size = aws.create(Publish=True)["CodeSize"]
    aws.configure(Timeout=30)
    assert usage(aws)["TotalCodeSize"] == 2 * size
    aws.publish()
    assert usage(aws)["TotalCodeSize"] == 3 * size


def test_a_deleted_function_gives_its_share_back(aws: Account) -> None:
    aws.create(Publish=True)
    aws.call("delete_function", FunctionName="orders")
    assert usage(aws) == UNUSED


def test_each_region_counts_for_itself(aws: Account) -> None:
    aws.create()
    elsewhere = boto3.client("lambda", region_name="eu-west-1")
    assert elsewhere.get_account_settings()["AccountUsage"] == UNUSED
