"""Who may send requests to a function URL: auth types, signatures and policies."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto import mock_aws

from tests.integrations.urls.conftest import REGION, VIA_URL, Shop, echo, opened, shown

OTHER = "222222222222"
FORBIDDEN = {
    "Message": "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
}


def signed(url: str, access_key: str = "AKIAMINE", *, service: str = "lambda", query: bool = False) -> Any:
    request = AWSRequest("GET", url)
    signer = SigV4QueryAuth if query else SigV4Auth
    signer(Credentials(access_key, "secret"), service, REGION).add_auth(request)
    prepared = request.prepare()
    return requests.get(prepared.url, headers=dict(prepared.headers), timeout=5)


@pytest.fixture
def iam(shop: Shop) -> Shop:
    """The function with a URL that wants signatures."""
    shop.deploy(echo, AuthType="AWS_IAM")
    return shop


def test_a_request_that_nobody_has_signed_is_forbidden(iam: Shop) -> None:
    answer = iam.get()
    assert shown(answer) == (403, FORBIDDEN)
    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert not iam.mock.invocations


@pytest.mark.parametrize("authorization", ["Bearer token", "AWS4-HMAC-SHA256 nothing", "AWS AKIA:signature", ""])
def test_another_kind_of_authorization_is_no_signature(iam: Shop, authorization: str) -> None:
    assert iam.get(headers={"Authorization": authorization}).status_code == 403


def test_a_signature_for_another_service_is_none(iam: Shop) -> None:
    assert signed(iam.url, service="execute-api").status_code == 403
    assert signed(iam.url).status_code == 200


@pytest.mark.parametrize("options", [{}, {"query": True}], ids=["by header", "by query"])
def test_the_event_tells_who_has_signed_a_request(iam: Shop, options: Any) -> None:
    context = signed(iam.url, **options).json()["event"]["requestContext"]
    assert context["accountId"] == "123456789012"
    assert context["authorizer"] == {
        "iam": {
            "accessKey": "AKIAMINE",
            "accountId": "123456789012",
            "callerId": "123456789012",
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": "arn:aws:iam::123456789012:root",
            "userId": "123456789012",
        }
    }


def test_the_function_does_not_see_the_signature_itself(iam: Shop) -> None:
    headers = signed(iam.url).json()["event"]["headers"]
    assert "authorization" not in headers
    assert "x-amz-date" in headers


def test_a_token_of_the_applications_own_reaches_the_function_of_an_open_url(shop: Shop) -> None:
    shop.deploy(echo)
    assert shop.event(headers={"Authorization": "Bearer token"})["headers"]["authorization"] == "Bearer token"


def test_a_user_and_a_role_are_told_by_their_arns() -> None:
    with mock_aws(), opened() as shop:
        clients = boto3.client("iam", region_name=REGION), boto3.client("sts", region_name=REGION)
        trust = (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
            '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
        )
        role = clients[0].create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        shop.mock.function("orders", echo, Role=role)
        url = shop.give_url(AuthType="AWS_IAM")
        clients[0].create_user(UserName="alice")
        user_key = clients[0].create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
        role_key = clients[1].assume_role(RoleArn=role, RoleSessionName="s1")["Credentials"]["AccessKeyId"]
        user, session = (
            signed(url, key).json()["event"]["requestContext"]["authorizer"]["iam"] for key in (user_key, role_key)
        )
    assert user["userArn"] == "arn:aws:iam::123456789012:user/alice"
    assert user["userId"] == user["callerId"]
    assert user["userId"].startswith("AIDA")
    assert session["userArn"] == "arn:aws:sts::123456789012:assumed-role/r/s1"
    assert session["userId"].startswith("AROA")
    assert session["userId"].endswith(":s1")


def grant(shop: Shop, principal: str, action: str, qualifier: str | None = None, **condition: Any) -> None:
    named = {} if qualifier is None else {"Qualifier": qualifier}
    shop.client.add_permission(
        FunctionName="orders",
        StatementId=action.rpartition(":")[2],
        Action=action,
        Principal=principal,
        **named,
        **condition,
    )


def test_another_account_needs_both_grants(iam: Shop) -> None:
    assert signed(iam.url, OTHER).status_code == 403
    grant(iam, OTHER, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="AWS_IAM")
    assert signed(iam.url, OTHER).status_code == 403
    grant(iam, OTHER, "lambda:InvokeFunction", **VIA_URL)
    context = signed(iam.url, OTHER).json()["event"]["requestContext"]
    assert context["accountId"] == OTHER
    assert signed(iam.url, "333333333333").status_code == 403


def test_a_grant_for_open_urls_is_none_for_one_that_wants_signatures(iam: Shop) -> None:
    grant(iam, OTHER, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    grant(iam, OTHER, "lambda:InvokeFunction")
    assert signed(iam.url, OTHER).status_code == 403


def test_without_enforced_policies_an_open_url_needs_no_grant(shop: Shop) -> None:
    shop.deploy(echo)
    assert shop.get().status_code == 200


def test_with_enforced_policies_an_open_url_needs_both_grants_on_exactly_its_alias() -> None:
    with opened(enforce_policies=True) as shop:
        shop.deploy(echo, qualifier="live")
        answer = shop.get()
        assert shown(answer) == (403, FORBIDDEN)
        for qualifier in (None, "live"):
            grant(shop, "*", "lambda:InvokeFunctionUrl", qualifier, FunctionUrlAuthType="NONE")
            assert shop.get().status_code == 403
            grant(shop, "*", "lambda:InvokeFunction", qualifier, **VIA_URL)
            assert shop.get().status_code == (200 if qualifier else 403)
        assert [(refusal.function, refusal.qualifier, refusal.principal) for refusal in shop.mock.refusals] == [
            ("orders", "live", "*")
        ] * 4
        whole, *_, last = shop.mock.refusals
        assert whole.missing == (
            "lambda_client.add_permission(FunctionName='orders', Qualifier='live', "
            "StatementId='url-InvokeFunctionUrl', Action='lambda:InvokeFunctionUrl', Principal='*', "
            "FunctionUrlAuthType='NONE')\n"
            "lambda_client.add_permission(FunctionName='orders', Qualifier='live', StatementId='url-InvokeFunction', "
            "Action='lambda:InvokeFunction', Principal='*', InvokedViaFunctionUrl=True)"
        )
        assert "InvokeFunctionUrl" not in last.missing
        assert "StatementId='url-InvokeFunction'" in last.missing


@pytest.mark.skipif(not VIA_URL, reason="this botocore can't make the second call")
def test_the_calls_that_a_refusal_names_let_a_request_in() -> None:
    with opened(enforce_policies=True) as shop:
        shop.deploy(echo)
        assert shop.get().status_code == 403
        (refusal,) = shop.mock.refusals
        exec(refusal.missing, {"lambda_client": shop.client})  # noqa: S102  # what the user would paste
        assert shop.get().status_code == 200


def test_a_grant_to_one_account_is_none_for_everybody() -> None:
    with opened(enforce_policies=True) as shop:
        shop.deploy(echo)
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
            grant(shop, "123456789012", action)
        assert shop.get().status_code == 403


def test_with_enforced_policies_an_accounts_own_callers_need_no_grant() -> None:
    with opened(enforce_policies=True) as shop:
        shop.deploy(echo, AuthType="AWS_IAM")
        assert signed(shop.url).status_code == 200
