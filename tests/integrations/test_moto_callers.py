"""Credentials that moto's IAM and STS hand out belong to the account and the identity that moto gave them to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_mock import LambdaMock
from lambda_mock.integrations.moto.callers import issued_by_moto

ROLE = "arn:aws:iam::222222222222:role/deploy/ci"
SESSION = "arn:aws:sts::222222222222:assumed-role/ci/build"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"


@pytest.fixture
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def mock(moto: None) -> Iterator[LambdaMock]:
    with LambdaMock() as mock:
        mock.function("orders", returns="done")
        yield mock


def assumed() -> dict[str, Any]:
    answer = boto3.client("sts", region_name="us-east-1").assume_role(RoleArn=ROLE, RoleSessionName="build")
    credentials = answer["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def client(credentials: dict[str, Any]) -> Any:
    return boto3.client("lambda", region_name="us-east-1", **credentials)


def permit(principal: str) -> None:
    boto3.client("lambda", region_name="us-east-1").add_permission(
        FunctionName="orders", StatementId="partner", Action="lambda:InvokeFunction", Principal=principal
    )


def test_credentials_of_a_role_belong_to_the_roles_account(mock: LambdaMock) -> None:
    mine = client(assumed())
    assert mine.list_functions()["Functions"] == []
    mock.calls.assert_called("ListFunctions", account_id="222222222222")


def test_a_session_is_named_where_it_is_refused(mock: LambdaMock) -> None:
    with pytest.raises(ClientError) as caught:
        client(assumed()).invoke(FunctionName=ARN)
    assert caught.value.response["Error"]["Message"] == (
        f"User: {SESSION} is not authorized to perform: lambda:InvokeFunction on resource: {ARN} "
        "because no resource-based policy allows the lambda:InvokeFunction action"
    )


@pytest.mark.parametrize("principal", [ROLE, SESSION, "222222222222"])
def test_a_grant_for_a_role_admits_its_sessions(mock: LambdaMock, principal: str) -> None:
    permit(principal)
    assert json.load(client(assumed()).invoke(FunctionName=ARN)["Payload"]) == "done"


def test_a_grant_for_a_role_admits_no_other(mock: LambdaMock) -> None:
    permit("arn:aws:iam::222222222222:role/deploy/cd")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client(assumed()).invoke(FunctionName=ARN)


def test_a_key_of_a_user_is_the_users(moto: None) -> None:
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    caller = issued_by_moto(key)
    assert caller is not None
    assert (caller.account_id, caller.arns) == ("123456789012", ("arn:aws:iam::123456789012:user/ann",))


def test_a_key_whose_holder_is_gone_keeps_its_account(moto: None) -> None:
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    key = assumed()["aws_access_key_id"]
    sts_backends["222222222222"]["aws"].assumed_roles.clear()
    caller = issued_by_moto(key)
    assert caller is not None
    assert (caller.account_id, caller.arns) == ("222222222222", ())

    temporary = iam_backends["333333333333"]["aws"].create_temp_access_key().access_key_id
    caller = issued_by_moto(temporary)
    assert caller is not None
    assert (caller.account_id, caller.arns) == ("333333333333", ())


@pytest.mark.parametrize("access_key", ["AKIAIOSFODNN7EXAMPLE", "testing", ""])
def test_a_key_that_moto_never_gave_is_nobodys(moto: None, access_key: str) -> None:
    assumed()
    assert issued_by_moto(access_key) is None


def test_a_key_counts_only_while_moto_is_active() -> None:
    with mock_aws():
        key = assumed()["aws_access_key_id"]
        assert issued_by_moto(key) is not None
    assert issued_by_moto(key) is None


def test_moto_is_not_imported_to_ask_it() -> None:
    code = (
        "import sys\n"
        "from lambda_mock.integrations.moto.callers import issued_by_moto\n"
        "assert issued_by_moto('AKIAIOSFODNN7EXAMPLE') is None\n"
        "assert not any(name.partition('.')[0] == 'moto' for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
