"""A service in one account that another one may invoke, and nothing more, until it no longer may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

OWNER, PARTNER = "111111111111", "222222222222"


def client_of(account_id: str) -> LambdaClient:
    """A client whose credentials belong to that account: an access key of 12 digits is the account's."""
    return boto3.client("lambda", region_name="us-east-1", aws_access_key_id=account_id, aws_secret_access_key="any")


@pytest.fixture
def alias(mock_lambda: LambdaMock) -> str:
    """The ARN of the alias `live` of the owner's function, which only the partner may invoke."""
    mock_lambda.function("quotes", lambda event, context: context.invoked_function_arn, Publish=True, account_id=OWNER)
    owner = client_of(OWNER)
    arn = owner.create_alias(FunctionName="quotes", Name="live", FunctionVersion="1")["AliasArn"]
    owner.add_permission(
        FunctionName="quotes",
        Qualifier="live",
        StatementId="partner",
        Action="lambda:InvokeFunction",
        Principal=PARTNER,
    )
    return arn


def answered(client: LambdaClient, arn: str) -> Any:
    return json.loads(client.invoke(FunctionName=arn)["Payload"].read())


def test_the_partner_invokes_what_it_was_granted(mock_lambda: LambdaMock, alias: str) -> None:
    assert answered(client_of(PARTNER), alias) == alias
    mock_lambda.calls.assert_called("Invoke", account_id=PARTNER, owner_id=OWNER, times=1)
    mock_lambda.invocations.assert_invoked("quotes", account_id=OWNER, times=1)


@pytest.mark.parametrize("qualifier", ["", ":1"])
def test_a_grant_on_the_alias_is_none_on_the_function(alias: str, qualifier: str) -> None:
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client_of(PARTNER).invoke(FunctionName=alias.removesuffix(":live") + qualifier)


def test_a_grant_to_invoke_is_none_to_read(alias: str) -> None:
    with pytest.raises(ClientError, match="no resource-based policy allows the lambda:GetFunction action"):
        client_of(PARTNER).get_function(FunctionName=alias)


def test_a_stranger_may_do_nothing(alias: str) -> None:
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client_of("333333333333").invoke(FunctionName=alias)


def test_a_grant_that_is_taken_back_is_gone_at_once(alias: str) -> None:
    client_of(OWNER).remove_permission(FunctionName="quotes", Qualifier="live", StatementId="partner")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client_of(PARTNER).invoke(FunctionName=alias)
