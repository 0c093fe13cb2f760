"""What a code signing config lets in: packages that are signed by one of its publishers, or any with a warning."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

SIGNATURE = "META_INF/aws_signer_signature_v1.0.SF"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/AbCdEf1234"
OTHER = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/bakery/0123456789"
JOB = "arn:aws:signer:us-east-1:123456789012:/signing-jobs/00000000-0000-4000-8000-000000000000"
SHOWN = {"SigningProfileVersionArn": PROFILE, "SigningJobArn": JOB}


def signed(*arns: str, text: str = "def handler(event, context): return 'signed'") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), text)
        archive.writestr(zipfile.ZipInfo(SIGNATURE), "\n".join(arns))
    return content.getvalue()


def config(aws: Account, policy: str = "Enforce") -> str:
    """The ARN of a config that trusts `PROFILE`."""
    answer = aws.call(
        "create_code_signing_config",
        AllowedPublishers={"SigningProfileVersionArns": [PROFILE]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy},
    )
    return str(answer["CodeSigningConfig"]["CodeSigningConfigArn"])


def create(aws: Account, package: bytes, **members: Any) -> Answer:
    return aws.create(Code={"ZipFile": package}, **members)


def update(aws: Account, package: bytes, **members: Any) -> Answer:
    return aws.call("update_function_code", FunctionName="orders", ZipFile=package, **members)


def untrusted(aws: Account, name: str = "orders") -> Answer:
    return aws.error(
        "CodeVerificationFailedException",
        "Lambda cannot deploy the function. The function or layer might be signed using a signature that the client "
        f"is not configured to accept. Check the provided signature for {name}.",
    )


def of_signature(answer: Answer) -> Answer:
    return {member: value for member, value in answer.items() if member in SHOWN}


# What is shown --------------------------------------------------------------------------------------------------------


def test_a_signed_package_shows_its_profile_and_its_job(aws: Account) -> None:
    assert of_signature(create(aws, signed(PROFILE, JOB))) == SHOWN
    assert of_signature(aws.shown()) == SHOWN
    assert of_signature(aws.call("list_functions")["Functions"][0]) == SHOWN


def test_a_job_is_shown_only_where_it_is_known(aws: Account) -> None:
    assert of_signature(create(aws, signed(PROFILE))) == {"SigningProfileVersionArn": PROFILE}


def test_a_version_keeps_its_signature(aws: Account) -> None:
    create(aws, signed(PROFILE, JOB), Publish=True)
    assert of_signature(update(aws, aws.package())) == {}
    assert (of_signature(aws.shown()), of_signature(aws.shown("1"))) == ({}, SHOWN)


def test_a_signed_package_runs(aws: Account) -> None:
    create(aws, signed(PROFILE, JOB))
    assert aws.result()[0] == '"signed"'


@pytest.mark.parametrize("text", ["", "no ARN at all", JOB])
def test_a_signature_without_a_profile_is_none(aws: Account, text: str) -> None:
    assert of_signature(create(aws, signed(text))) == {}


# What is let in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", [signed(PROFILE, JOB), signed(PROFILE)], ids=["with job", "without job"])
def test_a_package_of_a_publisher_is_let_in(aws: Account, package: bytes) -> None:
    create(aws, package, CodeSigningConfigArn=config(aws))
    answer = update(aws, signed(PROFILE, JOB, text="def handler(event, context): return 'signed anew'"))
    assert answer["LastUpdateStatus"] == "InProgress"
    assert aws.result()[0] == '"signed anew"'


@pytest.mark.parametrize("package", [signed(OTHER, JOB), signed("")], ids=["by another", "not signed"])
def test_enforcement_keeps_an_untrusted_package_out_of_a_new_function(aws: Account, package: bytes) -> None:
    arn = config(aws)
    assert aws.refused_creation(Code={"ZipFile": package}, CodeSigningConfigArn=arn) == untrusted(aws)
    assert aws.call("list_functions")["Functions"] == []
    users = aws.call("list_functions_by_code_signing_config", CodeSigningConfigArn=arn)
    assert users["FunctionArns"] == []


@pytest.mark.parametrize("given", [{}, {"DryRun": True}, {"Publish": True}])
def test_enforcement_keeps_an_untrusted_package_out_of_an_update(aws: Account, given: Answer) -> None:
    create(aws, signed(PROFILE, JOB), CodeSigningConfigArn=config(aws))
    before = aws.shown()
    refusal = aws.refusal("update_function_code", FunctionName="orders", ZipFile=signed(OTHER), **given)
    assert refusal == untrusted(aws)
    assert aws.shown() == before


def test_the_error_names_the_function_by_its_bare_name(aws: Account) -> None:
    arn = config(aws)
    assert aws.refused_creation(aws.arn("bills"), CodeSigningConfigArn=arn) == untrusted(aws, "bills")


def test_a_warning_lets_every_package_in(aws: Account) -> None:
    create(aws, aws.package(), CodeSigningConfigArn=config(aws, "Warn"))
    assert of_signature(update(aws, signed(OTHER))) == {"SigningProfileVersionArn": OTHER}


def test_a_config_holds_from_the_next_deployment_on(aws: Account) -> None:
    aws.create()
    arn = config(aws)
    aws.call("put_function_code_signing_config", CodeSigningConfigArn=arn, FunctionName="orders")
    assert aws.result()[1] == "$LATEST"
    aws.configure(Description="changed")
    assert aws.publish()["Version"] == "1"
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package()) == untrusted(aws)
    aws.call("delete_function_code_signing_config", FunctionName="orders")
    assert update(aws, aws.package())["LastUpdateStatus"] == "InProgress"


def test_a_changed_config_holds_for_all_who_use_it(aws: Account) -> None:
    arn = config(aws, "Warn")
    aws.create(CodeSigningConfigArn=arn)
    policies = {"UntrustedArtifactOnDeployment": "Enforce"}
    aws.call("update_code_signing_config", CodeSigningConfigArn=arn, CodeSigningPolicies=policies)
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package()) == untrusted(aws)
    publishers = {"SigningProfileVersionArns": [OTHER]}
    aws.call("update_code_signing_config", CodeSigningConfigArn=arn, AllowedPublishers=publishers)
    assert of_signature(update(aws, signed(OTHER, JOB)))["SigningProfileVersionArn"] == OTHER


def test_a_package_in_s3_is_judged_like_any_other(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object("packages", "signed.zip", signed(PROFILE, JOB))
    mock_lambda.s3_object("packages", "unsigned.zip", aws.package())
    arn = config(aws)
    unsigned = {"S3Bucket": "packages", "S3Key": "unsigned.zip"}
    assert aws.refused_creation(Code=unsigned, CodeSigningConfigArn=arn) == untrusted(aws)
    answer = aws.create(Code={"S3Bucket": "packages", "S3Key": "signed.zip"}, CodeSigningConfigArn=arn)
    assert of_signature(answer) == SHOWN


# Callables ------------------------------------------------------------------------------------------------------------


def test_a_callable_is_let_in(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="made", CodeSigningConfigArn=config(aws))
    mock_lambda.function("orders", returns="changed")
    assert aws.result()[0] == '"changed"'
    assert of_signature(aws.shown()) == {}
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package()) == untrusted(aws)


def test_a_callable_is_given_a_config_only_when_its_function_is_made(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="made")
    with pytest.raises(LambdaMockError, match="CodeSigningConfigArn is given only to a new function"):
        mock_lambda.function("orders", returns="changed", CodeSigningConfigArn=config(aws))


def test_typed_exceptions_are_the_clients(aws: Account) -> None:
    client = boto3.client("lambda", region_name="us-east-1")
    with pytest.raises(client.exceptions.CodeVerificationFailedException):
        client.create_function(
            FunctionName="orders",
            Role=aws.ROLE,
            Runtime="python3.12",
            Handler="index.handler",
            Code={"ZipFile": aws.package()},
            CodeSigningConfigArn=config(aws),
        )


# Layers ---------------------------------------------------------------------------------------------------------------


def layer(aws: Account, package: bytes, name: str = "libraries") -> str:
    answer = aws.call("publish_layer_version", LayerName=name, Content={"ZipFile": package})
    return str(answer["LayerVersionArn"])


def test_a_signed_layer_shows_its_profile_and_its_job(aws: Account) -> None:
    arn = layer(aws, signed(PROFILE, JOB))
    assert of_signature(aws.call("get_layer_version_by_arn", Arn=arn)["Content"]) == SHOWN
    plain = layer(aws, aws.package(), "plain")
    shown = aws.create(Layers=[arn, plain])["Layers"]
    assert [of_signature(each) for each in shown] == [SHOWN, {}]


def test_enforcement_keeps_untrusted_layers_out(aws: Account) -> None:
    trusted, plain = layer(aws, signed(PROFILE)), layer(aws, aws.package(), "plain")
    members: Answer = {"Code": {"ZipFile": signed(PROFILE)}, "CodeSigningConfigArn": config(aws)}
    assert aws.refused_creation(**members, Layers=[trusted, plain]) == untrusted(aws, plain)
    aws.create(**members, Layers=[trusted])
    refused = aws.refusal("update_function_configuration", FunctionName="orders", Layers=[trusted, plain])
    assert refused == untrusted(aws, plain)
    assert [each["Arn"] for each in aws.shown()["Layers"]] == [trusted]


def test_a_layer_that_a_function_has_is_not_judged_again(aws: Account) -> None:
    plain = layer(aws, aws.package())
    create(aws, signed(PROFILE), Layers=[plain])
    aws.call("put_function_code_signing_config", FunctionName="orders", CodeSigningConfigArn=config(aws))
    answer = aws.call("update_function_configuration", FunctionName="orders", Description="the same layers")
    assert [each["Arn"] for each in answer["Layers"]] == [plain]
