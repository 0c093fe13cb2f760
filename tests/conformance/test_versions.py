"""Publishing: what makes a version, what it holds, and how it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

DIGEST = "a" * 64
RESOLVED = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:{DIGEST}"
IMAGE = {"ImageUri": RESOLVED}


def versions(aws: Account) -> list[Answer]:
    listed: list[Answer] = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    return listed


def numbers(aws: Account) -> list[str]:
    return [version["Version"] for version in versions(aws)]


# Answers ---------------------------------------------------------------------------------------------------------


def test_publishing_answers_an_active_version(aws: Account) -> None:
    aws.create()
    expected = aws.configuration(qualifier="1", Version="1", **aws.ACTIVE)
    assert aws.publish() == aws.answer(201, expected)
    assert aws.shown("1") == aws.answer(200, expected)


def test_publishing_with_an_update_answers_a_pending_version(aws: Account) -> None:
    aws.create()
    answer = aws.update_code("changed", Publish=True)
    assert answer == aws.answer(200, aws.configuration(qualifier="1", code="changed", Version="1", **aws.PENDING))
    assert aws.shown("1") == aws.answer(
        200, aws.configuration(qualifier="1", code="changed", Version="1", **aws.ACTIVE)
    )
    assert aws.shown() == aws.answer(200, aws.configuration(code="changed", **aws.ACTIVE))


def test_publishing_with_the_creation_makes_latest_and_version_1(aws: Account) -> None:
    created = aws.create(Publish=True)
    latest, version = aws.shown(), aws.shown("1")
    assert latest == aws.answer(200, aws.configuration(**aws.ACTIVE))
    assert version == aws.answer(200, aws.configuration(qualifier="1", Version="1", **aws.ACTIVE))
    assert len({answer["RevisionId"] for answer in (created, latest, version)}) == 3


def test_publishing_again_after_such_a_creation_gives_version_1(aws: Account) -> None:
    aws.create(Publish=True)
    assert aws.publish() == aws.shown("1") | {"ResponseMetadata": 201}
    assert numbers(aws) == ["$LATEST", "1"]


# Description -----------------------------------------------------------------------------------------------------


def test_a_version_has_the_description_of_latest(aws: Account) -> None:
    aws.create(Description="takes orders")
    assert aws.publish()["Description"] == "takes orders"


def test_a_version_may_be_given_a_description_of_its_own(aws: Account) -> None:
    aws.create(Description="takes orders")
    assert aws.publish(Description="release")["Description"] == "release"
    assert aws.shown()["Description"] == "takes orders"


def test_an_empty_description_is_one_too(aws: Account) -> None:
    aws.create(Description="takes orders")
    assert aws.publish(Description="")["Description"] == ""


def test_another_description_alone_publishes_nothing(aws: Account) -> None:
    aws.create()
    first = aws.publish(Description="first")
    assert aws.publish(Description="second") == first


# What counts as a change -----------------------------------------------------------------------------------------


def test_publishing_without_a_change_answers_the_last_version_and_leaves_latest_alone(aws: Account) -> None:
    aws.create()
    first = aws.publish()
    latest = aws.shown()
    assert aws.publish() == first
    assert aws.shown() == latest


@pytest.mark.parametrize("change", [{"Description": "changed"}, {"Timeout": 3}, {}])
def test_every_accepted_update_of_the_configuration_counts(aws: Account, change: dict[str, Any]) -> None:
    aws.create(Publish=True)
    aws.configure(**change)
    version = aws.publish()
    assert (version["Version"], version["CodeSha256"]) == ("2", aws.shown("1")["CodeSha256"])


def test_every_accepted_update_of_the_code_counts_even_with_identical_code(aws: Account) -> None:
    aws.create(Publish=True)
    assert aws.update_code("changed", Publish=True)["Version"] == "2"
    aws.update_code("changed")
    assert aws.publish()["Version"] == "3"
    assert aws.publish()["Version"] == "3"
    assert aws.update_code("changed", Publish=True)["Version"] == "4"
    assert aws.publish()["Version"] == "4"


@pytest.mark.lambda_mock(identical_code_publishes=False)
def test_where_identical_code_does_not_count_different_code_and_configuration_do(aws: Account) -> None:
    aws.create(Publish=True)
    assert aws.update_code("changed", Publish=True)["Version"] == "2"
    aws.configure(Description="changed")
    assert aws.publish()["Version"] == "3"
    assert aws.update_code("changed", Publish=True, Architectures=["arm64"])["Version"] == "4"


@pytest.mark.lambda_mock(identical_code_publishes=False)
def test_where_identical_code_does_not_count_the_answer_is_the_last_version(aws: Account) -> None:
    aws.create()
    first = aws.publish()
    again = aws.call("update_function_code", FunctionName="orders", ZipFile=aws.package(), Publish=True)
    assert again == first | {"ResponseMetadata": 200}


def test_a_refused_update_does_not_count(aws: Account) -> None:
    aws.create(Publish=True)
    aws.refusal("update_function_code", FunctionName="orders", ZipFile=b"not a zip")
    aws.refusal("update_function_configuration", FunctionName="orders", Runtime="nonsense")
    assert aws.publish()["Version"] == "1"


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("tag_resource", {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:orders", "Tags": {"a": "b"}}),
        ("create_alias", {"FunctionName": "orders", "Name": "live", "FunctionVersion": "1"}),
        (
            "add_permission",
            {
                "FunctionName": "orders",
                "StatementId": "s3",
                "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com",
            },
        ),
    ],
)
def test_what_is_no_part_of_a_version_does_not_count(aws: Account, operation: str, parameters: dict[str, Any]) -> None:
    aws.create(Publish=True)
    aws.call(operation, **parameters)
    assert aws.publish()["Version"] == "1"


def test_after_the_newest_version_was_deleted_publishing_gives_a_new_number(aws: Account) -> None:
    aws.create(Publish=True)
    aws.call("delete_function", FunctionName="orders", Qualifier="1")
    assert aws.publish()["Version"] == "2"


# Preconditions ---------------------------------------------------------------------------------------------------


def test_publishing_may_name_the_code_that_is_meant(aws: Account) -> None:
    created = aws.create()
    assert aws.publish(CodeSha256=created["CodeSha256"])["Version"] == "1"


@pytest.mark.parametrize("creation", [{}, {"PackageType": "Image", "Code": IMAGE}])
def test_publishing_other_code_than_is_meant_is_refused(aws: Account, creation: dict[str, Any]) -> None:
    current = aws.create(**creation)["CodeSha256"]
    assert aws.refusal("publish_version", FunctionName="orders", CodeSha256="somenonexistentsha256") == aws.invalid(
        f"CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST ({current}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )
    assert numbers(aws) == ["$LATEST"]


def test_the_code_that_is_meant_is_compared_even_if_nothing_changed(aws: Account) -> None:
    aws.create(Publish=True)
    refusal = aws.refusal("publish_version", FunctionName="orders", CodeSha256="other")
    assert refusal["Error"]["Code"] == "InvalidParameterValueException"


# What a version holds --------------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "Architectures": ["arm64"],
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead-letters"},
    "Description": "takes orders",
    "Environment": {"Variables": {"STAGE": "test"}},
    "EphemeralStorage": {"Size": 1024},
    "FileSystemConfigs": [
        {
            "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
            "LocalMountPath": "/mnt/data",
        }
    ],
    "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
    "LoggingConfig": {
        "LogFormat": "JSON", "LogGroup": "orders", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO",
    },
    "MemorySize": 512,
    "Timeout": 30,
    "TracingConfig": {"Mode": "Active"},
}  # fmt: skip

OTHERWISE: dict[str, Any] = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "FileSystemConfigs": [],
    "Handler": "app.main",
    "KMSKeyArn": "",
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "Role": "arn:aws:iam::123456789012:role/other",
    "Runtime": "python3.13",
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}


def test_a_version_holds_code_and_the_whole_configuration(aws: Account) -> None:
    aws.create(**EVERYTHING)
    expected = aws.configuration(qualifier="1", Version="1", **EVERYTHING, **aws.ACTIVE)
    assert aws.publish() == aws.answer(201, expected)

    aws.update_code("changed", Architectures=["x86_64"])
    aws.configure(**OTHERWISE)
    assert aws.shown("1") == aws.answer(200, expected)
    assert aws.call("get_function", FunctionName="orders", Qualifier="1")["Configuration"] == expected


def test_a_version_keeps_the_moment_in_which_latest_was_last_changed(aws: Account) -> None:
    aws.create()
    latest = aws.configure(Timeout=10)["LastModified"]
    assert aws.publish()["LastModified"] == latest


def test_every_version_counts_its_code_in_the_accounts_total(aws: Account) -> None:
    size = aws.create()["CodeSize"]

    def used() -> int:
        total: int = aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"]
        return total

    counted = [used()]
    aws.configure(Timeout=10)
    counted.append(used())
    aws.publish()
    counted.append(used())
    aws.publish()
    counted.append(used())
    aws.call("delete_function", FunctionName="orders", Qualifier="1")
    counted.append(used())
    aws.call("delete_function", FunctionName="orders")
    counted.append(used())
    assert counted == [size, size, 2 * size, 2 * size, size, 0]


# Lives -----------------------------------------------------------------------------------------------------------


def test_the_life_of_versions(aws: Account) -> None:
    aws.create(Description="No version :(")
    assert versions(aws) == [aws.list_item(qualifier="$LATEST", Description="No version :(")]

    aws.configure(Description="First version :)")
    first = aws.publish(Description="First version description :)")
    expected = aws.configuration(
        qualifier="1",
        Version="1",
        Description="First version description :)",
        RevisionId=first["RevisionId"],
        **aws.ACTIVE,
    )
    assert first == aws.answer(201, expected)

    aws.configure(Description="Second version :))")
    assert aws.call("get_function", FunctionName="orders", Qualifier="1")["Configuration"] == expected
    second = aws.publish()
    assert second == aws.answer(
        201, aws.configuration(qualifier="2", Version="2", Description="Second version :))", **aws.ACTIVE)
    )
    assert aws.publish(Description="Third version :)))") == second

    latest = aws.list_item(qualifier="$LATEST", Description="Second version :))", RevisionId=aws.shown()["RevisionId"])
    listed = [
        aws.list_item(
            qualifier="1", Version="1", Description="First version description :)", RevisionId=first["RevisionId"]
        ),
        aws.list_item(qualifier="2", Version="2", Description="Second version :))", RevisionId=second["RevisionId"]),
    ]
    assert versions(aws) == [latest, *listed]
    assert aws.call("delete_function", FunctionName="orders", Qualifier="1") == aws.deletion()
    assert versions(aws) == [latest, listed[1]]


def test_the_life_of_versions_of_an_image(aws: Account) -> None:
    common: Answer = {
        "PackageType": "Image",
        "CodeSha256": DIGEST,
        "CodeSize": 0,
        "Environment": {"Variables": {"A1": "test"}},
    }
    absent: Answer = {"Handler": None, "Runtime": None, "RuntimeVersionConfig": None}

    def shown(**members: Any) -> Answer:
        return aws.configuration(**(absent | common | members))

    created = aws.create(PackageType="Image", Code=IMAGE, Environment=common["Environment"], Publish=True)
    assert created == aws.answer(201, shown(Version="1", **aws.PENDING))
    assert aws.call("get_function", FunctionName="orders") == aws.answer(
        200,
        {
            "Configuration": shown(**aws.ACTIVE),
            "Code": {"RepositoryType": "ECR", **IMAGE, "ResolvedImageUri": RESOLVED},
        },
    )
    assert versions(aws) == [shown(qualifier="$LATEST"), shown(qualifier="1", Version="1")]

    for number, description in (("2", "Second version"), ("3", "Third version")):
        updated = aws.configure(Description=f"{description} :)")
        assert updated == aws.answer(200, shown(Description=f"{description} :)", **aws.UPDATING))
        published = aws.publish(Description=f"{description} description :)")
        expected = shown(qualifier=number, Version=number, Description=f"{description} description :)", **aws.ACTIVE)
        assert published == aws.answer(201, expected)
