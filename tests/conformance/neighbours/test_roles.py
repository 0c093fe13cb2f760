"""A role has to be there, and has to trust Lambda; what IAM would never take as a policy is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

NOT_ASSUMABLE = "The role defined for the function cannot be assumed by Lambda."
MISSING = "arn:aws:iam::123456789012:role/missing"
LAMBDA = "lambda.amazonaws.com"


def allowing(principal: Any, action: Any = "sts:AssumeRole", **members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **members}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_a_function_needs_a_role_that_is_there(aws: Account, moto: Moto) -> None:
    assert aws.refused_creation(Role=MISSING) == aws.invalid(NOT_ASSUMABLE)
    assert aws.call("list_functions")["Functions"] == []
    assert aws.create() == aws.answer(201, aws.configuration(**aws.PENDING))


def test_a_function_can_not_be_given_a_role_that_is_not_there(aws: Account, moto: Moto) -> None:
    aws.create()
    before = aws.shown()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", Role=MISSING, Timeout=9)
    assert refusal == aws.invalid(NOT_ASSUMABLE)
    assert aws.shown() == before


def test_an_update_without_a_role_does_not_look_for_it(aws: Account, moto: Moto) -> None:
    aws.create()
    moto.client("iam").delete_role(RoleName="lambda-role")
    assert aws.configure(Timeout=9)["Timeout"] == 9


@pytest.mark.parametrize(
    "document",
    [
        policy(allowing({"Service": LAMBDA})),
        {"Version": "2012-10-17", "Statement": allowing({"Service": LAMBDA})},
        policy(allowing({"Service": ["ec2.amazonaws.com", LAMBDA]})),
        policy(allowing({"AWS": "arn:aws:iam::123456789012:root"}), allowing({"Service": LAMBDA})),
        policy(allowing({"Service": LAMBDA}, ["sts:TagSession", "sts:assumerole"])),
        policy(allowing({"Service": LAMBDA}, "sts:*")),
        policy(allowing("*")),
        policy(allowing({"Service": LAMBDA}), {**allowing({"Service": "ec2.amazonaws.com"}), "Effect": "Deny"}),
    ],
)
def test_a_role_that_trusts_lambda_is_taken(aws: Account, moto: Moto, document: dict[str, Any]) -> None:
    assert aws.create(Role=moto.role("trusting", document))["ResponseMetadata"] == 201


@pytest.mark.parametrize(
    "document",
    [
        policy(allowing({"Service": "ec2.amazonaws.com"})),
        policy(allowing({"AWS": "arn:aws:iam::123456789012:root"})),
        policy(allowing({"Service": LAMBDA}, "sts:TagSession")),
        policy(allowing({"Service": LAMBDA}), {**allowing({"Service": LAMBDA}), "Effect": "Deny"}),
        policy({"Effect": "Allow", "NotPrincipal": {"AWS": "*"}, "Action": "sts:AssumeRole"}),
    ],
)
def test_a_role_that_does_not_trust_lambda_is_refused(aws: Account, moto: Moto, document: dict[str, Any]) -> None:
    role = moto.role("distrusting", document)
    assert aws.refused_creation(Role=role) == aws.invalid(NOT_ASSUMABLE)


@pytest.mark.parametrize("text", ["some policy", "{}", "[]", '{"Statement": []}', '{"Statement": ["?"]}'])
def test_what_iam_would_not_take_as_a_policy_is_believed(aws: Account, moto: Moto, text: str) -> None:
    assert aws.create(Role=moto.role("placeholder", text))["ResponseMetadata"] == 201


def test_a_role_of_another_account_can_not_be_passed_on(aws: Account, moto: Moto) -> None:
    refusal = aws.refused_creation(Role="arn:aws:iam::210987654321:role/lambda-role")
    assert refusal == aws.error("AccessDeniedException", "Cross-account pass role is not allowed.")


def test_a_function_of_the_tests_own_needs_no_role(aws: Account, moto: Moto, mock_lambda: LambdaMock) -> None:
    moto.client("iam").delete_role(RoleName="lambda-role")
    mock_lambda.function("orders", returns="ok")
    assert aws.result() == ('"ok"', "$LATEST")
    with pytest.raises(LambdaMockError, match=NOT_ASSUMABLE):
        mock_lambda.function("bills", returns="ok", Role=MISSING)


def test_a_deployed_folder_needs_no_role(aws: Account, moto: Moto, mock_lambda: LambdaMock) -> None:
    moto.client("iam").delete_role(RoleName="lambda-role")
    mock_lambda.deploy({"app.py": "def handler(event, context):\n    return 'ok'\n"}, "orders")
    assert aws.result() == ('"ok"', "$LATEST")


def test_without_moto_every_role_is_believed(aws: Account) -> None:
    assert aws.create(Role="arn:aws:iam::210987654321:role/missing")["ResponseMetadata"] == 201
