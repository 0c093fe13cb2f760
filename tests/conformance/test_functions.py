"""Creating and reading functions: whole answers, from the first one to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead-letters"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILES = {
    "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/data",
}
NETWORK = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
DIGEST = "a" * 64


def test_a_new_function_is_pending(aws: Account) -> None:
    assert aws.create() == aws.answer(201, aws.configuration(**aws.PENDING))


def test_a_new_function_with_a_version_answers_as_that_version(aws: Account) -> None:
    assert aws.create(Publish=True) == aws.answer(201, aws.configuration(Version="1", **aws.PENDING))


def test_a_function_that_was_made_is_active(aws: Account) -> None:
    aws.create()
    assert aws.shown() == aws.answer(200, aws.configuration(**aws.ACTIVE))


def test_get_function_shows_the_configuration_and_where_the_code_is(aws: Account) -> None:
    aws.create()
    assert aws.call("get_function", FunctionName="orders") == aws.answer(
        200,
        {
            "Configuration": aws.configuration(**aws.ACTIVE),
            "Code": {"RepositoryType": "S3", "Location": aws.LINK},
        },
    )


def test_the_link_to_the_code_is_good_for_ten_minutes(aws: Account) -> None:
    aws.create()
    assert "X-Amz-Expires=600" in aws.call("get_function", FunctionName="orders")["Code"]["Location"]


def test_both_readings_show_the_same_configuration(aws: Account) -> None:
    aws.create()
    shown = aws.shown()
    assert aws.call("get_function", FunctionName="orders")["Configuration"] == {
        key: value for key, value in shown.items() if key != "ResponseMetadata"
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"Environment": {"Variables": {"STAGE": "test"}}}, {"Environment": {"Variables": {"STAGE": "test"}}}),
        ({"Environment": {"Variables": {}}}, {"Environment": {"Variables": {}}}),
        ({"Environment": {}}, {}),
        ({"DeadLetterConfig": {"TargetArn": QUEUE}}, {"DeadLetterConfig": {"TargetArn": QUEUE}}),
        ({"DeadLetterConfig": {}}, {}),
        ({"KMSKeyArn": KEY}, {"KMSKeyArn": KEY}),
        ({"KMSKeyArn": ""}, {}),
        ({"FileSystemConfigs": [FILES]}, {"FileSystemConfigs": [FILES]}),
        ({"FileSystemConfigs": []}, {}),
        ({"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}}, {}),
        ({"Description": "takes orders"}, {"Description": "takes orders"}),
        ({"Timeout": 900, "MemorySize": 10240}, {"Timeout": 900, "MemorySize": 10240}),
        ({"EphemeralStorage": {"Size": 10240}}, {"EphemeralStorage": {"Size": 10240}}),
        ({"Architectures": ["arm64"]}, {"Architectures": ["arm64"]}),
        ({"TracingConfig": {"Mode": "Active"}}, {"TracingConfig": {"Mode": "Active"}}),
        ({"PackageType": "Zip"}, {}),
    ],
)
def test_what_is_given_is_shown_and_nothing_else(aws: Account, given: dict[str, Any], shown: dict[str, Any]) -> None:
    expected = aws.configuration(**(aws.PENDING | shown))
    assert aws.create(**given) == aws.answer(201, expected)


def test_a_network_is_shown_with_its_vpc(aws: Account) -> None:
    network = aws.create(VpcConfig=NETWORK)["VpcConfig"]
    assert network == NETWORK | {"VpcId": network["VpcId"], "Ipv6AllowedForDualStack": False}
    assert network["VpcId"].startswith("vpc-")


def test_a_name_is_taken_only_once(aws: Account) -> None:
    aws.create()
    refusal = aws.refused_creation()
    assert refusal == aws.error("ResourceConflictException", "Function already exist: orders")


def test_a_refused_creation_leaves_nothing_behind(aws: Account) -> None:
    aws.refused_creation(Runtime="nonsense")
    assert aws.call("list_functions") == aws.answer(200, {"Functions": []})


@pytest.mark.parametrize("absent", ["Runtime", "Handler"])
def test_a_zip_needs_a_runtime_and_a_handler(aws: Account, absent: str) -> None:
    without: dict[str, Any] = {absent: None}
    assert aws.refused_creation(**without) == aws.invalid(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages."
    )


# Tags ------------------------------------------------------------------------------------------------------------


def test_tags_are_shown_where_there_are_any(aws: Account) -> None:
    aws.create(Tags={"team": "shop"})
    assert aws.call("get_function", FunctionName="orders")["Tags"] == {"team": "shop"}


def test_tags_disappear_with_the_last_one(aws: Account) -> None:
    aws.create(Tags={"team": "shop"})
    aws.call("untag_resource", Resource=aws.arn(), TagKeys=["team"])
    assert "Tags" not in aws.call("get_function", FunctionName="orders")


@pytest.mark.parametrize("qualifier", ["$LATEST", "1", "live"])
def test_tags_belong_to_the_function_and_not_to_its_versions(aws: Account, qualifier: str) -> None:
    aws.create(Tags={"team": "shop"}, Publish=True)
    aws.alias("live")
    assert "Tags" not in aws.call("get_function", FunctionName="orders", Qualifier=qualifier)


def test_a_function_has_50_tags_at_most(aws: Account) -> None:
    refusal = aws.refused_creation(Tags={f"key{number}": "value" for number in range(51)})
    assert refusal == aws.invalid("Number of tags exceeds resource tag limit.")


# Images ----------------------------------------------------------------------------------------------------------


def image(aws: Account, **members: Any) -> dict[str, Any]:
    """The configuration of a function made from an image, which has no handler and no runtime."""
    absent: dict[str, Any] = {"Handler": None, "Runtime": None, "RuntimeVersionConfig": None}
    return aws.configuration(PackageType="Image", CodeSha256=DIGEST, CodeSize=0, **(absent | members))


def test_an_image_has_no_runtime_and_no_handler(aws: Account) -> None:
    answer = aws.create(PackageType="Image", Code={"ImageUri": aws.IMAGE.replace(":latest", f"@sha256:{DIGEST}")})
    assert answer == aws.answer(201, image(aws, **aws.PENDING))


def test_the_code_of_an_image_is_the_image(aws: Account) -> None:
    aws.create(PackageType="Image")
    answer = aws.call("get_function", FunctionName="orders")
    digest = answer["Configuration"]["CodeSha256"]
    assert answer["Code"] == {
        "RepositoryType": "ECR",
        "ImageUri": aws.IMAGE,
        "ResolvedImageUri": f"{aws.IMAGE.removesuffix(':latest')}@sha256:{digest}",
    }


def test_the_settings_of_an_image_are_shown_where_they_were_given(aws: Account) -> None:
    settings = {"EntryPoint": ["sh"], "Command": ["-c", "echo"], "WorkingDirectory": "/app"}
    answer = aws.create(PackageType="Image", ImageConfig=settings)
    assert answer["ImageConfigResponse"] == {"ImageConfig": settings}


# Lives -----------------------------------------------------------------------------------------------------------


def test_the_life_of_a_function(aws: Account) -> None:
    settings: dict[str, Any] = {"Environment": {"Variables": {}}, "MemorySize": 256, "Timeout": 5}
    assert aws.create(**settings) == aws.answer(201, aws.configuration(**settings, **aws.PENDING))
    assert aws.shown() == aws.answer(200, aws.configuration(**settings, **aws.ACTIVE))

    changes: dict[str, Any] = {
        "Description": "Changed-Description",
        "Environment": {"Variables": {"ENV_A": "a"}},
        "MemorySize": 512,
        "Runtime": "python3.11",
        "Timeout": 10,
    }
    assert aws.configure(**changes) == aws.answer(200, aws.configuration(**changes, **aws.UPDATING))
    assert aws.shown() == aws.answer(200, aws.configuration(**changes, **aws.ACTIVE))

    updated = aws.configuration(code="changed", **changes, **aws.UPDATING)
    assert aws.update_code("changed") == aws.answer(200, updated)
    assert aws.shown() == aws.answer(200, aws.configuration(code="changed", **changes, **aws.ACTIVE))

    assert aws.call("delete_function", FunctionName="orders") == aws.deletion()
    assert aws.refusal("delete_function", FunctionName="orders") == aws.not_found()


def test_an_update_that_changes_nothing_is_an_update(aws: Account) -> None:
    aws.create(Description="Initial description")
    first = aws.configure(Description="1st update description")
    second = aws.configure(Description="1st update description")
    expected = aws.configuration(Description="1st update description", **aws.UPDATING)
    assert first == second | {"RevisionId": first["RevisionId"], "LastModified": aws.DATE}
    assert second == aws.answer(200, expected)


def test_a_function_can_be_created_anew_at_once(aws: Account) -> None:
    first = aws.create(Environment={"Variables": {}})
    aws.call("delete_function", FunctionName="orders")
    second = aws.create(Environment={"Variables": {}})
    assert second == first | {"RevisionId": second["RevisionId"], "LastModified": aws.DATE}
    assert second["RevisionId"] != first["RevisionId"]


def test_the_runtime_version_follows_the_runtime(aws: Account) -> None:
    created = aws.create()["RuntimeVersionConfig"]
    assert aws.configure(Description="other")["RuntimeVersionConfig"] == created
    assert aws.configure(Runtime="python3.13")["RuntimeVersionConfig"] != created


def test_last_modified_is_the_moment_of_the_last_change(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.clock.freeze()
    mock_lambda.clock.advance(1_900_000_000.3225 - mock_lambda.clock.time())
    assert aws.create()["LastModified"] == "2030-03-17T17:46:40.322+0000"
    mock_lambda.clock.advance(60)
    assert aws.shown()["LastModified"] == "2030-03-17T17:46:40.322+0000"
    assert aws.configure(Timeout=10)["LastModified"] == "2030-03-17T17:47:40.322+0000"
    mock_lambda.clock.advance(60)
    assert aws.update_code("changed")["LastModified"] == "2030-03-17T17:48:40.322+0000"


def test_an_answer_that_is_edited_changes_nothing(aws: Account) -> None:
    settings: dict[str, Any] = {
        "Environment": {"Variables": {"STAGE": "test"}},
        "VpcConfig": NETWORK,
        "FileSystemConfigs": [FILES],
    }
    aws.create(**settings)
    before = aws.shown()
    for answer in (aws.shown(), aws.call("list_functions")["Functions"][0]):
        answer["Environment"]["Variables"]["STAGE"] = "edited"
        answer["VpcConfig"]["SubnetIds"].clear()
        answer["FileSystemConfigs"].clear()
        answer["Architectures"].append("arm64")
        answer["LoggingConfig"]["LogGroup"] = "edited"
    assert aws.shown() == before
    assert aws.call("list_functions")["Functions"][0]["Environment"] == {"Variables": {"STAGE": "test"}}


def test_a_request_that_is_edited_afterwards_changes_nothing(aws: Account) -> None:
    variables = {"STAGE": "test"}
    aws.create(Environment={"Variables": variables})
    variables["STAGE"] = "edited"
    assert aws.shown()["Environment"] == {"Variables": {"STAGE": "test"}}


def test_accounts_and_regions_keep_their_functions_apart(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("elsewhere", region="eu-west-1", returns=None)
    mock_lambda.function("theirs", account_id="210987654321", returns=None)
    assert aws.call("list_functions")["Functions"] == []


# Partitions and endpoints ----------------------------------------------------------------------------------------


def test_the_arn_of_a_function_is_in_the_partition_of_its_region(mock_lambda: LambdaMock) -> None:
    session = Session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("lambda", partition):
            arn = f"arn:{partition}:lambda:{region}:123456789012:function:orders"
            assert mock_lambda.function("orders", region=region, returns=None) == arn
            assert mock_lambda.function(f"{arn}-2", region=region, returns=None) == f"{arn}-2"


@pytest.mark.parametrize(
    ("region", "config", "host"),
    [
        ("us-east-1", Config(use_fips_endpoint=True), "lambda-fips.us-east-1.amazonaws.com"),
        ("us-east-1", Config(use_dualstack_endpoint=True), "lambda.us-east-1.api.aws"),
        ("cn-north-1", Config(), "lambda.cn-north-1.amazonaws.com.cn"),
    ],
)
@pytest.mark.parametrize("lane", ["fast", "wire"])
def test_lambda_answers_at_every_endpoint_it_has(
    mock_lambda: LambdaMock, region: str, config: Config, host: str, lane: str
) -> None:
    mock_lambda.function("orders", region=region, returns="here")
    client = boto3.client("lambda", region_name=region, config=config)
    if lane == "wire":
        client.meta.events.register("before-send.lambda.ListFunctions", lambda **_: None)
    assert [item["FunctionName"] for item in client.list_functions()["Functions"]] == ["orders"]
    assert client.meta.endpoint_url == f"https://{host}"
