"""Secrets Manager rotates a secret by the four steps of a function, and stops where one fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, LambdaMockError
from tests.integrations.moto_bridge.conftest import ACCOUNT, ARN, Orders, any_qualifier, client, enforced

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


class Rotation:
    """A rotation function as AWS's templates have it, which fails at a step if it is told to."""

    def __init__(self, fails_at: str | None = None) -> None:
        self.fails_at = fails_at
        self.events: list[Any] = []

    @property
    def steps(self) -> list[str]:
        return [event["Step"] for event in self.events]

    def __call__(self, event: Any, context: Any) -> None:
        self.events.append(event)
        if event["Step"] == self.fails_at:
            raise RuntimeError("no")
        secrets, secret, token = client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
        if event["Step"] == "createSecret":
            value = f"{secrets.get_secret_value(SecretId=secret)['SecretString']}!"
            secrets.put_secret_value(
                SecretId=secret, ClientRequestToken=token, SecretString=value, VersionStages=["AWSPENDING"]
            )
        if event["Step"] == "finishSecret":
            (current,) = versions("AWSCURRENT")
            secrets.update_secret_version_stage(
                SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
            )


def versions(stage: str) -> list[str]:
    stages = client("secretsmanager").describe_secret(SecretId="password")["VersionIdsToStages"]
    return [version for version, labels in stages.items() if stage in labels]


def value() -> str:
    text: str = client("secretsmanager").get_secret_value(SecretId="password")["SecretString"]
    return text


@pytest.fixture
def secret(mock: LambdaMock) -> str:
    arn: str = client("secretsmanager").create_secret(Name="password", SecretString="old")["ARN"]
    return arn


def rotate(arn: str | None = ARN, **members: Any) -> Any:
    lead = {} if arn is None else {"RotationLambdaARN": arn}
    return client("secretsmanager").rotate_secret(SecretId="password", **lead, **members)


@any_qualifier
def test_each_step_reaches_exactly_the_arn_that_is_set(orders: Orders, secret: str, arn: str, version: str) -> None:
    rotate(arn)
    assert [told[:2] for told in orders.told] == [(version, arn)] * 4


def test_a_step_tells_the_secret_and_the_version_to_make(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation()
    token = "a" * 32
    rotate(mock.function("rotate", rotation), ClientRequestToken=token)
    rotation_token = rotation.events[0]["RotationToken"]
    assert re.fullmatch(r"[0-9a-f-]{36}", rotation_token)
    assert rotation.events == [
        {"Step": step, "SecretId": secret, "ClientRequestToken": token, "RotationToken": rotation_token}
        for step in STEPS
    ]


def test_a_function_that_works_as_awss_templates_rotates_again_and_again(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation()
    arn = mock.function("rotate", rotation)
    values = []
    for _ in range(3):
        rotate(arn)
        values.append(value())
    assert values == ["old!", "old!!", "old!!!"]
    assert rotation.steps == STEPS * 3


def test_the_function_is_remembered_for_the_next_rotation(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation()
    rotate(mock.function("rotate", rotation), RotationRules={"AutomaticallyAfterDays": 30})
    rotate(None)
    told = client("secretsmanager").describe_secret(SecretId="password")
    assert rotation.steps == STEPS * 2
    assert (told["RotationLambdaARN"], told["RotationEnabled"]) == (ARN.replace("orders", "rotate"), True)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_ends_the_rotation(mock: LambdaMock, secret: str, step: str) -> None:
    rotation = Rotation(fails_at=step)
    before = versions("AWSCURRENT")
    answer = rotate(mock.function("rotate", rotation))
    assert answer["ARN"] == secret
    assert rotation.steps == STEPS[: STEPS.index(step) + 1]
    assert (value(), versions("AWSCURRENT")) == ("old", before)
    assert versions("AWSPENDING") == [rotation.events[0]["ClientRequestToken"]]


def test_a_rotation_that_failed_is_tried_anew(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation(fails_at="testSecret")
    arn = mock.function("rotate", rotation)
    rotate(arn)
    rotation.fails_at = None
    rotate(arn)
    assert value() == "old!"


def test_a_function_that_lambda_refuses_to_run_ends_the_rotation(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation()
    arn = mock.function("rotate", rotation)
    client("lambda").put_function_concurrency(FunctionName="rotate", ReservedConcurrentExecutions=0)
    rotate(arn)
    assert (rotation.steps, value()) == ([], "old")


def test_a_rotation_for_later_is_only_tested(mock: LambdaMock, secret: str) -> None:
    rotation = Rotation()
    rotate(mock.function("rotate", rotation), RotateImmediately=False)
    assert (rotation.steps, value()) == (["testSecret"], "old")


def test_a_function_that_is_not_there_is_refused_and_nothing_is_changed(orders: Orders, secret: str) -> None:
    with pytest.raises(ClientError, match=f"Resource not found for ARN '{ARN}:TEST'") as caught:
        rotate(f"{ARN}:TEST")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert versions("AWSPENDING") == []


def test_a_secret_that_is_not_there_is_refused_in_motos_words(orders: Orders) -> None:
    with pytest.raises(ClientError, match="can't find the specified secret"):
        rotate()


def test_without_a_function_moto_rotates_as_ever(mock: LambdaMock, secret: str) -> None:
    assert rotate(None)["ARN"] == secret


def test_what_is_for_the_author_of_a_test_goes_through(mock: LambdaMock, secret: str) -> None:
    def fail(event: Any, context: Any) -> None:
        raise LambdaMockError("for the author")

    arn = mock.function("wrong", fail)
    with pytest.raises(LambdaMockError, match="for the author"):
        rotate(arn)


@enforced
def test_rotation_needs_a_grant_on_exactly_the_alias(mock: LambdaMock, orders: Orders, secret: str) -> None:
    orders.grant("secretsmanager.amazonaws.com", SourceArn=secret)
    with pytest.raises(ClientError) as caught:
        rotate(f"{ARN}:PROD")
    assert caught.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy "
        "grants access to the principal secretsmanager.amazonaws.com.",
    }
    mock.refusals.assert_refused("orders", qualifier="PROD", source_arn=secret, times=1)
    orders.grant("secretsmanager.amazonaws.com", "PROD", SourceArn=secret, SourceAccount=ACCOUNT)
    rotate(f"{ARN}:PROD")
    assert orders.versions == ["1"] * 4
