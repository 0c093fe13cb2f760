"""Layers: publishing, reading, listing and deleting their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
import requests
from moto import mock_aws

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.layers.conftest import Layers

RECORDED_RUNTIMES = [
    ["nodejs24.x", "nodejs22.x", "nodejs20.x", "nodejs18.x", "nodejs16.x", "nodejs14.x", "nodejs12.x", "python3.14",
     "python3.13", "python3.12", "python3.11", "python3.10", "python3.9", "python3.8", "python3.7"],
    ["java25", "java21", "java17", "java11", "java8.al2", "java8", "dotnet10", "dotnet8", "dotnet6", "dotnetcore3.1",
     "go1.x", "ruby3.4", "ruby3.3", "ruby3.2", "ruby2.7"],
    ["provided.al2023", "provided.al2", "provided"],
]  # fmt: skip
# What AWS lists by in 2026-01, names among them that are its own. The model that botocore has may know later ones.
RUNTIMES = """
    ruby3.5 ruby2.6 dotnetcore1.0 python3.7 nodejs8.10 nasa ruby2.7 python2.7-greengrass dotnetcore2.0 python3.8 java21
    dotnet6 dotnetcore2.1 python3.9 java11 nodejs6.10 provided dotnetcore3.1 dotnet8 java25 java17 nodejs nodejs4.3
    java8.al2 go1.x dotnet10 nodejs20.x go1.9 byol nodejs10.x provided.al2023 nodejs22.x python3.10 java8 nodejs12.x
    python3.11 nodejs24.x nodejs8.x python3.12 nodejs14.x nodejs8.9 nodejs26.x python3.13 python3.14 nodejs16.x
    python3.15 provided.al2 nodejs4.3-edge nodejs18.x ruby3.2 python3.4 ruby3.3 ruby3.4 ruby2.5 python3.6 python2.7
"""
COMPATIBLE: Answer = {"CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]}
MISSING = "The resource you requested does not exist."
BELOW_ONE = "Layer Version Cannot be less than 1"


# Publishing ------------------------------------------------------------------------------------------------------


def test_a_version_is_shown_with_a_link_to_its_content_and_only_what_was_said_of_it(
    aws: Account, layers: Layers
) -> None:
    assert layers.publish() == aws.answer(201, layers.version())


def test_a_version_keeps_all_that_was_said_of_it(aws: Account, layers: Layers) -> None:
    said: Answer = {**COMPATIBLE, "Description": "what everybody needs", "LicenseInfo": "MIT"}
    assert layers.publish(**said) == aws.answer(201, layers.version(**said))
    assert layers.get() == aws.answer(200, layers.version(**said))


def test_lists_that_are_given_empty_are_shown_empty(aws: Account, layers: Layers) -> None:
    empty: Answer = {"CompatibleRuntimes": [], "CompatibleArchitectures": []}
    assert layers.publish(**empty) == aws.answer(201, layers.version(**empty))


def test_the_same_content_again_is_a_new_version(aws: Account, layers: Layers) -> None:
    layers.publish()
    assert layers.publish() == aws.answer(201, layers.version(number=2))


def test_a_layer_is_named_by_its_arn_too(aws: Account, layers: Layers) -> None:
    assert layers.publish(layers.arn()) == aws.answer(201, layers.version())
    assert layers.publish("libraries") == aws.answer(201, layers.version(number=2))
    assert layers.get(layers.arn(), 2) == aws.answer(200, layers.version(number=2))
    assert layers.numbers(layers.arn()) == [2, 1]


def test_the_number_of_a_deleted_version_is_never_given_again(aws: Account, layers: Layers) -> None:
    for _ in range(2):
        layers.publish()
    for number in (1, 2):
        aws.call("delete_layer_version", LayerName="libraries", VersionNumber=number)
    assert layers.publish()["Version"] == 3


@pytest.mark.parametrize("runtimes", RECORDED_RUNTIMES)
def test_a_layer_may_be_for_runtimes_that_no_new_function_can_have(
    aws: Account, layers: Layers, runtimes: list[str]
) -> None:
    members: Answer = {"CompatibleRuntimes": runtimes, "CompatibleArchitectures": ["arm64", "x86_64"]}
    assert layers.publish(**members) == aws.answer(201, layers.version(**members))


def test_content_may_lie_in_s3(aws: Account, layers: Layers, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object("packages", "layer.zip", layers.archive())
    in_s3 = {"S3Bucket": "packages", "S3Key": "layer.zip"}
    published = aws.call("publish_layer_version", LayerName="libraries", Content=in_s3)
    assert layers.without_link(published) == aws.answer(201, layers.version())


def test_content_that_nobody_has_put_into_s3_is_a_mistake_of_the_test(aws: Account) -> None:
    with pytest.raises(LambdaMockError, match=r"A package was said to be at s3://packages/layer\.zip"):
        aws.call("publish_layer_version", LayerName="l", Content={"S3Bucket": "packages", "S3Key": "layer.zip"})


def test_content_that_a_bucket_does_not_have_is_refused(aws: Account) -> None:
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="packages")
        refusal = aws.refusal(
            "publish_layer_version", LayerName="l", Content={"S3Bucket": "packages", "S3Key": "layer.zip"}
        )
    assert refusal == aws.invalid(
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "Please provide a source for layer content."),
        ({"S3Bucket": "packages"}, "Please provide a source for layer content."),
        ({"S3Key": "layer.zip"}, "Please provide a source for layer content."),
        (
            {"ZipFile": b"PK", "S3Key": "layer.zip"},
            "Please do not provide other LayerVersionContent parameters when providing a ZipFile.",
        ),
        ({"ZipFile": b""}, "Uploaded file must be a non-empty zip"),
        ({"ZipFile": b"PK"}, "Could not unzip uploaded file. Please check your file, then try to upload again."),
    ],
)
def test_content_that_is_refused_makes_no_layer(aws: Account, layers: Layers, content: Answer, message: str) -> None:
    assert aws.refusal("publish_layer_version", LayerName="libraries", Content=content) == aws.invalid(message)
    assert aws.call("list_layers") == aws.answer(200, {"Layers": []})
    assert layers.publish()["Version"] == 1


@pytest.mark.lambda_mock(limits={"code_size_zipped": 100})
def test_content_is_limited_as_a_functions_code_is(aws: Account) -> None:
    assert aws.refusal("publish_layer_version", LayerName="l", Content={"ZipFile": b"P" * 101}) == aws.error(
        "RequestEntityTooLargeException", "Zipped size must be smaller than 100 bytes"
    )


def test_the_link_leads_to_the_content(aws: Account, layers: Layers) -> None:
    layers.publish()
    location = aws.call("get_layer_version", LayerName="libraries", VersionNumber=1)["Content"]["Location"]
    assert requests.get(location, timeout=1).content == layers.archive()


def test_every_version_counts_into_the_account_s_code_until_it_is_deleted(aws: Account, layers: Layers) -> None:
    size = layers.publish()["Content"]["CodeSize"]
    layers.publish()
    assert layers.used() == 2 * size
    layers.delete()
    assert layers.used() == size


@pytest.mark.lambda_mock(limits={"total_code_size": 200})
def test_an_account_whose_storage_is_full_takes_no_more_versions(aws: Account, layers: Layers) -> None:
    layers.publish()
    content = {"ZipFile": layers.archive()}
    full = aws.error("CodeStorageExceededException", "Code storage limit exceeded.")
    assert aws.refusal("publish_layer_version", LayerName="libraries", Content=content) == full
    assert layers.numbers() == [1]


def test_the_runtimes_of_a_bad_list_are_told_before_its_architectures(aws: Account, layers: Layers) -> None:
    told = aws.refusal(
        "publish_layer_version",
        LayerName="libraries",
        Content={"ZipFile": layers.archive()},
        CompatibleRuntimes=["invalidruntime"],
        CompatibleArchitectures=["invalidarch"],
    )["Error"]
    assert told["Code"] == "ValidationException"
    assert told["Message"].startswith(
        "2 validation errors detected: Value '[invalidruntime]' at 'compatibleRuntimes' failed to satisfy constraint: "
        "Member must satisfy enum value set: [nodejs20.x, python3.14, "
    )
    assert told["Message"].endswith(
        "; Value '[invalidarch]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
    )


# Reading ---------------------------------------------------------------------------------------------------------


def test_a_version_is_read_by_its_number_and_by_its_arn(aws: Account, layers: Layers) -> None:
    layers.publish()
    layers.publish(content=layers.archive(shared="word = 'newer'\n"))
    first = aws.answer(200, layers.version())
    assert layers.get() == first
    assert layers.without_link(aws.call("get_layer_version_by_arn", Arn=layers.arn(number=1))) == first


@pytest.mark.parametrize("name", ["libraries", "nothing"])
def test_a_version_that_is_not_there_is_not_found(aws: Account, layers: Layers, name: str) -> None:
    layers.publish()
    missing = aws.error("ResourceNotFoundException", MISSING)
    assert aws.refusal("get_layer_version", LayerName=name, VersionNumber=10) == missing
    assert aws.refusal("get_layer_version_by_arn", Arn=layers.arn(name, 10)) == missing


def test_a_deleted_version_is_not_found(aws: Account, layers: Layers) -> None:
    layers.publish()
    layers.delete()
    missing = aws.error("ResourceNotFoundException", MISSING)
    assert aws.refusal("get_layer_version", LayerName="libraries", VersionNumber=1) == missing


def test_a_layer_of_aws_itself_is_not_found(aws: Account) -> None:
    arn = "arn:aws:lambda:::awslayer:AmazonLinux1803"
    assert aws.refusal("get_layer_version_by_arn", Arn=arn) == aws.error("ResourceNotFoundException", MISSING)


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_below_one_is_refused_before_anything_is_looked_up(aws: Account, number: int) -> None:
    named = {"LayerName": "nothing", "VersionNumber": number}
    assert aws.refusal("get_layer_version", **named) == aws.invalid(BELOW_ONE)
    assert aws.refusal("delete_layer_version", **named) == aws.invalid(BELOW_ONE)


def test_the_number_in_an_arn_is_at_least_one_too(aws: Account, layers: Layers) -> None:
    assert aws.refusal("get_layer_version_by_arn", Arn=layers.arn(number=0)) == aws.invalid(BELOW_ONE)


def test_the_arn_of_a_layer_is_not_that_of_a_version(aws: Account, layers: Layers) -> None:
    layers.publish()
    told = aws.refusal("get_layer_version_by_arn", Arn=layers.arn())["Error"]
    assert told["Code"] == "ValidationException"
    assert told["Message"].startswith(
        f"1 validation error detected: Value '{layers.arn()}' at 'arn' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: (arn:"
    )


# Listing ---------------------------------------------------------------------------------------------------------


def test_versions_are_listed_from_the_newest_without_their_content(aws: Account, layers: Layers) -> None:
    for text in ("first", "second"):
        layers.publish(Description=text, LicenseInfo="MIT", **COMPATIBLE)
    items = [
        layers.list_item(number=2, Description="second", LicenseInfo="MIT", **COMPATIBLE),
        layers.list_item(number=1, Description="first", LicenseInfo="MIT", **COMPATIBLE),
    ]
    assert aws.call("list_layer_versions", LayerName="libraries") == aws.answer(200, {"LayerVersions": items})


def test_a_layer_that_is_not_there_has_no_versions(aws: Account, layers: Layers) -> None:
    nothing = aws.answer(200, {"LayerVersions": []})
    assert aws.call("list_layer_versions", LayerName="nothing") == nothing
    layers.publish()
    layers.delete()
    assert aws.call("list_layer_versions", LayerName="libraries") == nothing


def test_layers_are_listed_by_name_with_their_newest_versions(aws: Account, layers: Layers) -> None:
    for name in ("tools", "libraries", "tools", "gone"):
        layers.publish(name)
    aws.call("delete_layer_version", LayerName="gone", VersionNumber=1)
    items = [
        {"LayerName": name, "LayerArn": layers.arn(name), "LatestMatchingVersion": layers.list_item(name, number)}
        for name, number in (("libraries", 1), ("tools", 2))
    ]
    assert aws.call("list_layers") == aws.answer(200, {"Layers": items})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [3, 2, 1]),
        ({"CompatibleRuntime": "python3.12"}, [2, 1]),
        ({"CompatibleArchitecture": "arm64"}, [2]),
        ({"CompatibleRuntime": "python3.12", "CompatibleArchitecture": "x86_64"}, [1]),
        ({"CompatibleRuntime": "nodejs22.x"}, []),
    ],
)
def test_lists_can_be_narrowed_to_what_versions_say_they_are_compatible_with(
    aws: Account, layers: Layers, asked: Answer, expected: list[int]
) -> None:
    layers.publish(CompatibleRuntimes=["python3.11", "python3.12"], CompatibleArchitectures=["x86_64"])
    layers.publish(CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["arm64"])
    layers.publish()
    assert layers.numbers(**asked) == expected
    found = aws.call("list_layers", **asked)["Layers"]
    assert [layer["LatestMatchingVersion"]["Version"] for layer in found] == expected[:1]


@pytest.mark.parametrize(
    ("member", "value", "beginning"),
    [
        ("compatibleArchitecture", "archdoesnotexist", "[x86_64, arm64]"),
        ("compatibleRuntime", "runtimedoesnotexist", f"[{', '.join(RUNTIMES.split())}"),
    ],
)
def test_lists_cannot_be_narrowed_to_what_does_not_exist(aws: Account, member: str, value: str, beginning: str) -> None:
    asked = {member[0].upper() + member[1:]: value}
    message = (
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: {beginning}"
    )
    for told in (aws.refusal("list_layers", **asked), aws.refusal("list_layer_versions", LayerName="l", **asked)):
        assert told["Error"]["Code"] == "ValidationException"
        assert told["Error"]["Message"].startswith(message)


def test_lists_can_be_narrowed_to_runtimes_that_only_aws_knows(aws: Account) -> None:
    assert aws.call("list_layers", CompatibleRuntime="nasa") == aws.answer(200, {"Layers": []})


def test_both_lists_come_in_pages(aws: Account, layers: Layers) -> None:
    for name in ("a", "b", "c"):
        layers.publish(name)
    for _ in range(2):
        layers.publish("a")
    paging = {"PageSize": 1}
    of_layers = list(aws.client.get_paginator("list_layers").paginate(PaginationConfig=paging))
    of_versions = list(aws.client.get_paginator("list_layer_versions").paginate(LayerName="a", PaginationConfig=paging))
    assert [[layer["LayerName"] for layer in page["Layers"]] for page in of_layers] == [["a"], ["b"], ["c"]]
    assert [[item["Version"] for item in page["LayerVersions"]] for page in of_versions] == [[3], [2], [1]]
    assert ["NextMarker" in page for page in (*of_layers, *of_versions)] == [True, True, False] * 2


def test_a_page_begins_behind_the_last_one_whatever_has_changed_meanwhile(aws: Account, layers: Layers) -> None:
    for _ in range(4):
        layers.publish()
    first = aws.call("list_layer_versions", LayerName="libraries", MaxItems=2)
    aws.call("delete_layer_version", LayerName="libraries", VersionNumber=3)
    layers.publish()
    assert layers.numbers(Marker=first["NextMarker"]) == [2, 1]


def test_a_page_has_fifty_items_where_nothing_else_is_said(layers: Layers) -> None:
    for _ in range(51):
        layers.publish()
    assert len(layers.numbers()) == 50


@pytest.mark.parametrize("operation", ["list_layers", "list_layer_versions"])
def test_a_marker_that_is_none_is_refused(aws: Account, operation: str) -> None:
    named = {} if operation == "list_layers" else {"LayerName": "libraries"}
    assert aws.refusal(operation, Marker="nonsense", **named) == aws.invalid("Invalid pagination token")


def test_a_marker_of_another_list_is_none(aws: Account, layers: Layers) -> None:
    for name in ("a", "b"):
        layers.publish(name)
    marker = aws.call("list_layers", MaxItems=1)["NextMarker"]
    assert aws.refusal("list_layer_versions", LayerName="a", Marker=marker) == aws.invalid("Invalid pagination token")


# Deleting --------------------------------------------------------------------------------------------------------


def test_deleting_a_version_leaves_the_others(aws: Account, layers: Layers) -> None:
    for _ in range(3):
        layers.publish()
    assert aws.call("delete_layer_version", LayerName="libraries", VersionNumber=2) == aws.answer(204, {})
    assert layers.numbers() == [3, 1]


@pytest.mark.parametrize("name", ["libraries", "nothing"])
def test_deleting_what_is_not_there_is_no_error(aws: Account, layers: Layers, name: str) -> None:
    layers.publish()
    assert aws.call("delete_layer_version", LayerName=name, VersionNumber=2) == aws.answer(204, {})
    assert layers.used() == len(layers.archive())


# Other regions ---------------------------------------------------------------------------------------------------


def test_a_region_has_layers_of_its_own(layers: Layers) -> None:
    layers.publish()
    elsewhere = boto3.client("lambda", region_name="eu-west-1")
    assert elsewhere.list_layers()["Layers"] == []
    created = elsewhere.publish_layer_version(LayerName="libraries", Content={"ZipFile": layers.archive()})
    assert created["LayerVersionArn"] == "arn:aws:lambda:eu-west-1:123456789012:layer:libraries:1"


def test_a_layer_of_another_region_is_out_of_reach(aws: Account, layers: Layers) -> None:
    elsewhere = boto3.client("lambda", region_name="eu-west-1")
    arn = elsewhere.publish_layer_version(LayerName="libraries", Content={"ZipFile": layers.archive()})["LayerArn"]
    layers.publish()  # one of the same name, which isn't meant
    missing = aws.error("ResourceNotFoundException", MISSING)
    assert aws.refusal("get_layer_version", LayerName=arn, VersionNumber=1) == missing
    assert aws.refusal("get_layer_version_by_arn", Arn=f"{arn}:1") == missing
    assert aws.refusal("publish_layer_version", LayerName=arn, Content={"ZipFile": layers.archive()}) == missing
    assert aws.call("list_layer_versions", LayerName=arn) == aws.answer(200, {"LayerVersions": []})
    assert aws.call("delete_layer_version", LayerName=arn, VersionNumber=1) == aws.answer(204, {})
    assert len(elsewhere.list_layer_versions(LayerName="libraries")["LayerVersions"]) == 1
    assert layers.numbers() == [1]


def test_the_arns_of_other_partitions_are_theirs(layers: Layers) -> None:
    china = boto3.client("lambda", region_name="cn-north-1")
    created = china.publish_layer_version(LayerName="libraries", Content={"ZipFile": layers.archive()})
    assert created["LayerArn"] == "arn:aws-cn:lambda:cn-north-1:123456789012:layer:libraries"
    assert china.get_layer_version_by_arn(Arn=created["LayerVersionArn"])["Version"] == 1
    assert created["Content"]["Location"].startswith(
        "https://awslambda-cn-north-1-layers.s3.cn-north-1.amazonaws.com.cn/snapshots/123456789012/libraries-"
    )


# Tags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "members"),
    [("list_tags", {}), ("tag_resource", {"Tags": {"a": "b"}}), ("untag_resource", {"TagKeys": ["a"]})],
)
def test_layers_have_no_tags(aws: Account, layers: Layers, operation: str, members: Answer) -> None:
    missing = aws.error("ResourceNotFoundException", f"Layer not found: {layers.arn()}")
    assert aws.refusal(operation, Resource=layers.arn(), **members) == missing
    layers.publish()
    assert aws.refusal(operation, Resource=layers.arn(), **members) == aws.invalid(
        "Tags on layers are not supported. Please specify a function ARN."
    )
