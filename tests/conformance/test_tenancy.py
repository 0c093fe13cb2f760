"""Tenants: who has to name one, and what only one of them sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

MODEL: Any = Session().get_service_model("lambda")
MEMBERS = MODEL.operation_model("CreateFunction").input_shape.members
pytestmark = pytest.mark.skipif("TenancyConfig" not in MEMBERS, reason="this botocore knows no tenants")

PER_TENANT: dict[str, Any] = {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}
COUNTS = """
served = []

def handler(event, context):
    served.append(context.tenant_id)
    return served
"""
KINDS = ("RequestResponse", "Event", "DryRun")


def served(aws: Account, tenant: str, **parameters: Any) -> Any:
    """The tenants that the environment of an invocation has served so far."""
    return json.load(aws.call("invoke", FunctionName="orders", TenantId=tenant, **parameters)["Payload"])


def refusals(aws: Account, **parameters: Any) -> list[Answer]:
    """The error of each invocation type."""
    return [aws.refusal("invoke", FunctionName="orders", InvocationType=kind, **parameters) for kind in KINDS]


# What is kept ---------------------------------------------------------------------------------------------------------


def test_isolation_is_shown_wherever_a_function_is(aws: Account) -> None:
    assert aws.create(**PER_TENANT) == aws.answer(201, aws.configuration(**PER_TENANT, **aws.PENDING))
    assert aws.shown() == aws.answer(200, aws.configuration(**PER_TENANT, **aws.ACTIVE))
    assert aws.call("list_functions")["Functions"] == [aws.list_item(**PER_TENANT)]


def test_isolation_stays_through_updates_and_is_each_versions_own(aws: Account) -> None:
    aws.create(**PER_TENANT)
    aws.configure(Timeout=10)
    aws.update_code("def handler(event, context): pass\n", Publish=True)
    assert [aws.shown(qualifier)["TenancyConfig"] for qualifier in (None, "1")] == [PER_TENANT["TenancyConfig"]] * 2


def test_a_function_that_is_not_isolated_says_nothing_of_tenants(aws: Account) -> None:
    assert "TenancyConfig" not in aws.create()


def test_a_callable_can_isolate_tenants(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: context.tenant_id, **PER_TENANT)
    assert served(aws, "blue") == "blue"


@pytest.mark.parametrize("runtime", ["python3.12", "java21"])
def test_snap_start_and_tenants_do_not_go_together(aws: Account, runtime: str) -> None:
    snap_start: dict[str, Any] = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
    expected = aws.invalid("SnapStart isn't supported for functions with a TenancyConfig.")
    assert aws.refused_creation(Runtime=runtime, **snap_start, **PER_TENANT) == expected
    aws.create(Runtime=runtime, **PER_TENANT)
    before = aws.shown()
    assert aws.refusal("update_function_configuration", FunctionName="orders", **snap_start) == expected
    assert aws.shown() == before


def test_provisioned_concurrency_and_tenants_do_not_go_together(aws: Account) -> None:
    aws.create(Publish=True, **PER_TENANT)
    asked = {"FunctionName": "orders", "Qualifier": "1", "ProvisionedConcurrentExecutions": 1}
    message = "Provisioned Concurrency is not supported for functions with a TenancyConfig."
    assert aws.refusal("put_provisioned_concurrency_config", **asked) == aws.invalid(message)


def test_function_urls_and_tenants_do_not_go_together(aws: Account) -> None:
    aws.create(Publish=True, **PER_TENANT)
    aws.alias()
    expected = aws.invalid("Function URLs aren't supported for functions with a TenancyConfig.")
    for members in ({}, {"Qualifier": "live"}):
        asked = {"FunctionName": "orders", "AuthType": "NONE", **members}
        assert aws.refusal("create_function_url_config", **asked) == expected


def test_event_source_mappings_and_tenants_do_not_go_together(aws: Account) -> None:
    aws.create(**PER_TENANT)
    aws.create("bills")
    queue = "arn:aws:sqs:us-east-1:123456789012:queue"
    expected = aws.invalid("Event source mappings aren't supported for functions with a TenancyConfig.")
    assert aws.refusal("create_event_source_mapping", FunctionName="orders", EventSourceArn=queue) == expected
    uuid = aws.call("create_event_source_mapping", FunctionName="bills", EventSourceArn=queue)["UUID"]
    assert aws.refusal("update_event_source_mapping", UUID=uuid, FunctionName="orders") == expected


# Who is to be named ---------------------------------------------------------------------------------------------------


def test_an_invocation_without_a_tenant_is_refused(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(Publish=True, **PER_TENANT)
    aws.alias()
    expected = aws.invalid(
        "The invoked function is enabled with tenancy configuration. "
        "Add a valid tenant ID in your request and try again."
    )
    assert refusals(aws) == [expected] * 3
    assert aws.refusal("invoke_async", FunctionName="orders", InvokeArgs=b"{}") == expected
    assert refusals(aws, Qualifier="live") == [expected] * 3
    assert len(mock_lambda.invocations) == 0


def test_a_tenant_of_a_function_without_tenants_is_refused(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create()
    expected = aws.invalid(
        "The invoked function is not enabled with tenancy configuration. "
        "Remove the tenant ID from your request and try again."
    )
    assert refusals(aws, TenantId="blue") == [expected] * 3
    assert len(mock_lambda.invocations) == 0


def test_a_missing_function_is_told_before_the_tenant(aws: Account) -> None:
    assert refusals(aws, TenantId="blue") == [aws.not_found(qualifier="$LATEST")] * 3


@pytest.mark.parametrize("tenant", ["blue sky", "a" * 256, "Blue_1.2:3/4=5+6-7@8"])
def test_a_tenant_can_have_any_name_of_these_characters(aws: Account, tenant: str) -> None:
    aws.create(code=COUNTS, **PER_TENANT)
    assert served(aws, tenant) == [tenant]


# What only one sees ---------------------------------------------------------------------------------------------------


def test_each_tenant_has_environments_of_its_own_which_stay_warm(aws: Account) -> None:
    aws.create(code=COUNTS, **PER_TENANT)
    assert [served(aws, tenant) for tenant in ("blue", "green", "blue", "green", "blue")] == [
        ["blue"],
        ["green"],
        ["blue"] * 2,
        ["green"] * 2,
        ["blue"] * 3,
    ]


def test_versions_share_no_environment_for_the_same_tenant(aws: Account) -> None:
    aws.create(code=COUNTS, Publish=True, **PER_TENANT)
    assert served(aws, "blue") == served(aws, "blue", Qualifier="1") == ["blue"]


def test_an_event_runs_for_its_tenant_each_time_it_is_tried(aws: Account, mock_lambda: LambdaMock) -> None:
    tenants = []

    def fail(event: Any, context: Any) -> None:
        tenants.append(context.tenant_id)
        raise RuntimeError

    mock_lambda.clock.freeze()
    mock_lambda.function("orders", fail, **PER_TENANT)
    aws.call("invoke", FunctionName="orders", InvocationType="Event", TenantId="blue")
    assert tenants == ["blue"] * 3


def test_without_tenants_the_context_names_none(aws: Account) -> None:
    aws.create(code=COUNTS)
    assert aws.result()[0] == "[null]"
