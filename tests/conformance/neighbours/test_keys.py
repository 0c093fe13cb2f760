"""The key of the environment variables has to be there and enabled: when it is set, and whenever the function runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

MISSING = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
GREETING = {"Variables": {"GREETING": "hello"}}


def not_grantable(code: str, message: str) -> str:
    return (
        "Lambda was unable to configure access to your environment variables because the KMS key is invalid for "
        f"CreateGrant. Please check your KMS key settings. KMS Exception: {code} KMS Message: {message}"
    )


def undecipherable(why: str, code: str, message: str) -> str:
    return (
        f"Lambda was unable to decrypt the environment variables because {why}. Please check the function's KMS key "
        f"settings. KMS Exception: {code}KMS Message: {message}"
    )


def id_of(key_arn: str) -> str:
    """The id of a key, which is all that moto takes in some calls."""
    return key_arn.rpartition("/")[2]


@pytest.fixture
def kms(moto: Moto) -> Any:
    return moto.client("kms")


@pytest.fixture
def key(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def once(aws: Account) -> Iterator[Account]:
    """The same account through a client that doesn't retry."""
    client = boto3.client("lambda", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))
    yield type(aws)(client)
    client.close()


def test_a_key_that_is_there_is_shown(aws: Account, key: str) -> None:
    created = aws.create(KMSKeyArn=key, Environment=GREETING)
    assert created == aws.answer(201, aws.configuration(KMSKeyArn=key, Environment=GREETING, **aws.PENDING))
    assert aws.result()[1] == "$LATEST"


def test_a_key_that_is_not_there_is_refused(aws: Account, moto: Moto) -> None:
    message = not_grantable("NotFoundException", f"Key '{MISSING}' does not exist")
    assert aws.refused_creation(KMSKeyArn=MISSING) == aws.invalid(message)
    aws.create()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", KMSKeyArn=MISSING)
    assert refusal == aws.invalid(message)
    assert "KMSKeyArn" not in aws.shown()


def test_a_key_out_of_use_is_refused(aws: Account, kms: Any, key: str) -> None:
    kms.disable_key(KeyId=id_of(key))
    message = not_grantable("DisabledException", f"{key} is disabled.")
    assert aws.refused_creation(KMSKeyArn=key) == aws.invalid(message)
    kms.schedule_key_deletion(KeyId=id_of(key))
    message = not_grantable("KMSInvalidStateException", f"{key} is pending deletion.")
    assert aws.refused_creation(KMSKeyArn=key) == aws.invalid(message)


def test_a_key_is_not_named_by_an_alias(aws: Account, kms: Any, key: str) -> None:
    kms.create_alias(AliasName="alias/orders", TargetKeyId=key)
    message = not_grantable("InvalidArnException", "Key Aliases are not supported for this operation.")
    refusal = aws.refused_creation(KMSKeyArn="arn:aws:kms:us-east-1:123456789012:alias/orders")
    assert refusal == aws.invalid(message)


def test_a_key_can_be_taken_away(aws: Account, key: str) -> None:
    aws.create(KMSKeyArn=key)
    assert "KMSKeyArn" not in aws.configure(KMSKeyArn="")


@pytest.mark.parametrize(
    ("operation", "error", "why", "code", "message"),
    [
        ("disable_key", "KMSDisabledException", "the KMS key used is disabled", "DisabledException", "{} is disabled."),
        (
            "schedule_key_deletion",
            "KMSInvalidStateException",
            "the state of the KMS key used is not valid for Decrypt",
            "KMSInvalidStateException",
            "{} is pending deletion.",
        ),
    ],
)
def test_a_function_does_not_run_with_a_key_out_of_use(
    once: Account, kms: Any, key: str, operation: str, error: str, why: str, code: str, message: str
) -> None:
    once.create(KMSKeyArn=key, Environment=GREETING)
    getattr(kms, operation)(KeyId=id_of(key))
    refusal = once.refusal("invoke", FunctionName="orders")
    text = undecipherable(why, code, message.format(key))
    assert refusal == {
        "Error": {"Code": error, "Message": text}, "Message": text, "Type": "Service", "ResponseMetadata": 502,
    }  # fmt: skip


def test_a_function_does_not_run_without_its_key(once: Account, moto: Moto) -> None:
    kms = moto.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    once.create(KMSKeyArn=key, Environment=GREETING)
    once.publish()
    from moto.kms.models import kms_backends

    kms_backends["123456789012"]["us-east-1"].keys.clear()
    text = undecipherable("the KMS key was not found", "NotFoundException", f"Key '{key}' does not exist")
    for qualifier in ("$LATEST", "1"):
        refusal = once.refusal("invoke", FunctionName="orders", Qualifier=qualifier)
        assert refusal["Error"] == {"Code": "KMSNotFoundException", "Message": text}


def test_a_function_runs_again_once_its_key_is_enabled(once: Account, kms: Any, key: str) -> None:
    once.create(KMSKeyArn=key, Environment=GREETING)
    kms.disable_key(KeyId=id_of(key))
    once.refusal("invoke", FunctionName="orders")
    kms.enable_key(KeyId=id_of(key))
    assert once.result()[1] == "$LATEST"


@pytest.mark.parametrize("environment", [None, {"Variables": {}}])
def test_without_variables_there_is_nothing_to_decrypt(
    aws: Account, kms: Any, key: str, environment: dict[str, Any] | None
) -> None:
    aws.create(KMSKeyArn=key, Environment=environment)
    kms.disable_key(KeyId=id_of(key))
    assert aws.result()[1] == "$LATEST"


@pytest.mark.lambda_mock(async_mode="manual")
def test_an_event_waits_until_the_key_is_enabled_again(
    aws: Account, mock_lambda: LambdaMock, kms: Any, key: str
) -> None:
    aws.create(KMSKeyArn=key, Environment=GREETING)
    mock_lambda.function("admin", lambda event, context: kms.enable_key(KeyId=id_of(key)) and None)
    aws.client.invoke(FunctionName="orders", InvocationType="Event")
    kms.disable_key(KeyId=id_of(key))
    aws.client.invoke(FunctionName="admin", InvocationType="Event")
    ran = [(attempt.function, attempt.attempt) for attempt in mock_lambda.drain()]
    assert ran == [("admin", 1), ("orders", 1)]


@pytest.mark.lambda_mock(async_mode="manual")
def test_an_event_whose_key_stays_out_of_use_gets_too_old(
    aws: Account, moto: Moto, mock_lambda: LambdaMock, kms: Any, key: str
) -> None:
    aws.create(KMSKeyArn=key, Environment=GREETING, DeadLetterConfig={"TargetArn": moto.queue("dead")})
    began = mock_lambda.clock.time()
    request_id = aws.client.invoke(FunctionName="orders", InvocationType="Event")["ResponseMetadata"]["RequestId"]
    kms.disable_key(KeyId=id_of(key))
    assert list(mock_lambda.drain()) == []
    (delivery,) = mock_lambda.deliveries
    assert (delivery.condition, delivery.body) == ("EventAgeExceeded", b"{}")
    assert delivery.attributes == {
        "RequestID": request_id,
        "ErrorCode": "502",
        "ErrorMessage": undecipherable("the KMS key used is disabled", "DisabledException", f"{key} is disabled."),
    }
    assert mock_lambda.clock.time() - began == pytest.approx(21_600, abs=60)


@pytest.mark.lambda_mock(async_mode="manual")
def test_functions_that_have_lost_their_key_do_not_tell_each_other_for_ever(
    aws: Account, mock_lambda: LambdaMock, kms: Any, key: str
) -> None:
    for name in ("orders", "bills"):
        aws.create(name, KMSKeyArn=key, Environment=GREETING)
    for name, other in (("orders", "bills"), ("bills", "orders")):
        destinations = {"OnFailure": {"Destination": aws.arn(other)}}
        aws.client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=destinations)
    aws.client.invoke(FunctionName="orders", InvocationType="Event")
    kms.disable_key(KeyId=id_of(key))
    mock_lambda.drain()
    assert len(mock_lambda.deliveries) == 16


def test_without_moto_every_key_is_believed(aws: Account) -> None:
    aws.create(KMSKeyArn=MISSING, Environment=GREETING)
    assert aws.result()[1] == "$LATEST"
