"""The requirements S1 to S36 on versions and aliases, each by its number, through a real client.

They come from AWS's pages on versioning. Where Lambda of today is known to do otherwise, the test states what it does.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
LATEST_ONLY = (
    "Current operation does not support versions other than $LATEST. "
    "Please set the version to $LATEST or do not set a version in your request."
)


def test_s01_several_versions_are_used_side_by_side(aws: Account) -> None:
    aws.release("one", "two", "three")
    assert [aws.result(version) for version in ("1", "2", "3")] == [('"one"', "1"), ('"two"', "2"), ('"three"', "3")]


def test_s02_every_version_has_an_arn_of_its_own(aws: Account) -> None:
    aws.release("one", "two")
    assert [aws.shown(version)["FunctionArn"] for version in ("1", "2")] == [
        aws.arn(qualifier="1"),
        aws.arn(qualifier="2"),
    ]


def test_s03_a_published_version_is_immutable(aws: Account) -> None:
    aws.release("one")
    before = aws.shown("1")
    aws.update_code("changed")
    aws.configure(Description="changed", MemorySize=512, Environment={"Variables": {"STAGE": "changed"}})
    assert aws.shown("1") == before


def test_s04_an_alias_points_to_a_version(aws: Account) -> None:
    aws.release("one", "two")
    assert aws.alias("live", "2")["FunctionVersion"] == "2"
    assert aws.result("live") == ('"two"', "2")


def test_s05_an_alias_is_a_resource_with_an_arn_of_its_own(aws: Account) -> None:
    aws.release("one")
    arn = aws.alias("live")["AliasArn"]
    assert arn == aws.arn(qualifier="live")
    assert aws.call("get_function", FunctionName=arn)["Configuration"]["FunctionArn"] == arn


def test_s06_an_alias_keeps_the_version_it_points_to(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    aws.update_code("three", Publish=True)
    assert aws.call("get_alias", FunctionName="orders", Name="live")["FunctionVersion"] == "1"
    assert aws.result("live") == ('"one"', "1")


@pytest.mark.parametrize("operation", ["create_alias", "update_alias"])
def test_s07_an_alias_never_points_to_an_alias(aws: Account, operation: str) -> None:
    aws.release("one")
    aws.alias("live")
    name = {"create_alias": "second", "update_alias": "live"}[operation]
    assert aws.refusal(operation, FunctionName="orders", Name=name, FunctionVersion="live") == aws.misshapen(
        r"Value 'live' at 'functionVersion' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: (\$LATEST|[0-9]+)"
    )


def test_s08_an_alias_is_mutable(aws: Account) -> None:
    aws.release("one", "two")
    before = aws.alias("live", "1")
    after = aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    assert after["FunctionVersion"] == "2"
    assert after["AliasArn"] == before["AliasArn"]
    assert after["RevisionId"] != before["RevisionId"]


def test_s09_promotion_and_rollback_leave_the_event_source_alone(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    mapping = aws.call("create_event_source_mapping", FunctionName=aws.arn(qualifier="live"), EventSourceArn=QUEUE)
    target = mapping["FunctionArn"]
    assert target == aws.arn(qualifier="live")

    ran = []
    for version in ("1", "2", "1"):
        aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion=version)
        ran.append(aws.result(name=target))
    assert ran == [('"one"', "1"), ('"two"', "2"), ('"one"', "1")]
    assert aws.call("get_event_source_mapping", UUID=mapping["UUID"])["FunctionArn"] == target


def test_s10_after_creation_only_latest_exists(aws: Account) -> None:
    aws.create()
    versions = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST"]


def test_s11_latest_has_a_qualified_and_an_unqualified_arn(aws: Account) -> None:
    aws.create()
    for arn in (aws.arn(), aws.arn(qualifier="$LATEST")):
        shown = aws.shown(name=arn)
        assert (shown["FunctionArn"], shown["Version"]) == (arn, "$LATEST")


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_function", {}),
        ("get_function_configuration", {}),
        ("update_function_configuration", {"Timeout": 10}),
        ("publish_version", {}),
        ("list_versions_by_function", {}),
        ("create_alias", {"Name": "live", "FunctionVersion": "1"}),
        ("list_aliases", {}),
        ("add_permission", {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}),
        ("create_event_source_mapping", {"EventSourceArn": QUEUE}),
        ("invoke", {}),
        ("delete_function", {}),
    ],
)
def test_s12_the_unqualified_arn_is_usable_in_all_relevant_operations(
    aws: Account, operation: str, parameters: dict[str, Any]
) -> None:
    aws.create(Publish=True)
    assert aws.call(operation, FunctionName=aws.arn(), **parameters)["ResponseMetadata"] < 300


def test_s12_an_alias_needs_an_explicit_version(aws: Account) -> None:
    aws.create()
    with pytest.raises(ParamValidationError, match='Missing required parameter in input: "FunctionVersion"'):
        aws.client.create_alias(FunctionName=aws.arn(), Name="live")
    assert aws.refusal("create_alias", FunctionName="orders", Name="live", FunctionVersion=aws.arn()) == aws.misshapen(
        f"Value '{aws.arn()}' at 'functionVersion' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: (\$LATEST|[0-9]+)"
    )


def test_s12_today_an_alias_may_point_to_latest(aws: Account) -> None:
    aws.create()
    assert aws.alias("live", "$LATEST") == aws.answer(201, aws.alias_configuration(FunctionVersion="$LATEST"))


def test_s13_the_unqualified_arn_has_a_policy_of_its_own(aws: Account) -> None:
    aws.create(Publish=True)
    permission = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    aws.call("add_permission", FunctionName=aws.arn(), **permission)
    assert aws.arn() in aws.call("get_policy", FunctionName="orders")["Policy"]
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        aws.client.get_policy(FunctionName="orders", Qualifier="1")


def test_s14_without_publishing_latest_stays_the_only_version(aws: Account) -> None:
    aws.create()
    aws.update_code("changed")
    aws.configure(Timeout=10)
    versions = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [version["FunctionArn"] for version in versions] == [aws.arn(qualifier="$LATEST")]


@pytest.mark.parametrize("qualifier", [None, "$LATEST"])
def test_s15_an_event_source_mapping_invokes_latest_by_either_arn(aws: Account, qualifier: str | None) -> None:
    aws.create()
    arn = aws.arn(qualifier=qualifier)
    mapping = aws.call("create_event_source_mapping", FunctionName=arn, EventSourceArn=QUEUE)
    assert mapping["FunctionArn"] == arn


def test_s16_the_answer_to_create_function_describes_latest(aws: Account) -> None:
    answer = aws.create("helloworld", Description="test function.")
    assert answer == answer | {
        "Description": "test function.",
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:helloworld",
        "FunctionName": "helloworld",
        "Handler": "index.handler",
        "LastModified": aws.DATE,
        "MemorySize": 128,
        "Role": aws.ROLE,
        "Runtime": "python3.12",
        "Timeout": 3,
        "Version": "$LATEST",
    }
    assert {"CodeSha256", "CodeSize"} <= set(answer)


def test_s17_the_code_sha_256_is_the_checksum_of_the_package(aws: Account) -> None:
    content = aws.package("handler = print")
    answer = aws.create(Code={"ZipFile": content})
    assert answer["CodeSha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert answer["CodeSize"] == len(content)


def test_s18_publishing_copies_code_and_configuration_of_latest(aws: Account) -> None:
    aws.create(Description="takes orders", MemorySize=512, Timeout=30, Environment={"Variables": {"STAGE": "test"}})
    latest, version = aws.shown(), aws.publish()
    of_its_own = {
        "FunctionArn": aws.arn(qualifier="1"),
        "Version": "1",
        "RevisionId": aws.UUID,
        "ResponseMetadata": 201,
    }
    assert version == latest | of_its_own
    assert version["RevisionId"] != latest["RevisionId"]


@pytest.mark.parametrize(
    ("operation", "change"),
    [("update_function_code", {"ZipFile": b"any"}), ("update_function_configuration", {"Timeout": 10})],
)
def test_s19_code_and_configuration_of_a_version_cannot_be_changed(
    aws: Account, operation: str, change: dict[str, Any]
) -> None:
    aws.create(Publish=True)
    assert aws.refusal(operation, FunctionName="orders:1", **change) == aws.invalid(LATEST_ONLY)


def test_s20_the_arn_of_a_version_ends_with_its_number(aws: Account) -> None:
    aws.create()
    assert aws.publish()["FunctionArn"] == f"{aws.arn()}:1"


def test_s21_publish_version_publishes(aws: Account) -> None:
    aws.create()
    assert aws.publish()["Version"] == "1"


def test_s21_create_function_publishes_if_asked(aws: Account) -> None:
    aws.create(Publish=True)
    assert aws.shown("1")["Version"] == "1"


def test_s21_update_function_code_publishes_if_asked(aws: Account) -> None:
    aws.create()
    assert aws.update_code("changed", Publish=True)["Version"] == "1"


def test_s22_creating_with_publish_answers_version_1_under_the_unqualified_arn(aws: Account) -> None:
    answer = aws.create(Publish=True)
    assert (answer["Version"], answer["FunctionArn"]) == ("1", aws.arn())
    assert [
        version["Version"] for version in aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    ] == [
        "$LATEST",
        "1",
    ]


def test_s23_updating_code_with_publish_updates_latest_and_publishes_it(aws: Account) -> None:
    aws.create()
    version = aws.update_code("changed", Publish=True)
    assert version["FunctionArn"] == aws.arn(qualifier="1")
    assert aws.shown()["CodeSha256"] == aws.shown("1")["CodeSha256"] == version["CodeSha256"]


def test_s24_without_a_change_the_latest_published_version_is_returned(aws: Account) -> None:
    aws.create()
    first = aws.publish()
    assert aws.publish() == first


def test_s24_changed_code_is_published_as_a_new_version(aws: Account) -> None:
    aws.create(Publish=True)
    aws.update_code("changed")
    assert aws.publish()["Version"] == "2"


def test_s24_today_an_update_with_identical_code_counts_as_a_change(aws: Account) -> None:
    aws.release("one")
    aws.update_code("def handler(event, context):\n    return 'one'\n")
    assert aws.publish()["Version"] == "2"


@pytest.mark.lambda_mock(identical_code_publishes=False)
def test_s24_as_the_page_says_identical_code_publishes_nothing(aws: Account) -> None:
    aws.create(Publish=True)
    aws.call("update_function_code", FunctionName="orders", ZipFile=aws.package())
    assert aws.publish()["Version"] == "1"
    assert (
        aws.call("update_function_code", FunctionName="orders", ZipFile=aws.package(), Publish=True)["Version"] == "1"
    )


def test_s25_publishing_with_the_update_keeps_what_another_developer_would_overwrite(aws: Account) -> None:
    aws.create()
    by_a = aws.update_code("of developer A", Publish=True)
    by_b = aws.update_code("of developer B", Publish=True)
    assert [by_a["Version"], by_b["Version"]] == ["1", "2"]
    assert aws.shown("1")["CodeSha256"] == by_a["CodeSha256"] != by_b["CodeSha256"]


def test_s26_version_numbers_increase_by_one(aws: Account) -> None:
    aws.create()
    numbers = []
    for text in ("one", "two", "three", "four"):
        aws.update_code(text)
        numbers.append(aws.publish()["Version"])
    assert numbers == ["1", "2", "3", "4"]


def test_s26_the_number_of_a_deleted_version_is_not_given_again(aws: Account) -> None:
    aws.release("one", "two")
    aws.call("delete_function", FunctionName="orders", Qualifier="2")
    assert aws.update_code("three", Publish=True)["Version"] == "3"


def test_s27_numbers_are_not_reused_after_the_function_was_created_anew(aws: Account) -> None:
    aws.release("one", "two")
    aws.call("delete_function", FunctionName="orders")
    assert aws.create(Publish=True)["Version"] == "3"
    assert aws.refusal("get_function", FunctionName="orders", Qualifier="1") == aws.not_found(qualifier="1")


def test_s27_every_name_counts_for_itself(aws: Account) -> None:
    aws.release("one", "two")
    assert aws.create("invoices", Publish=True)["Version"] == "1"


def test_s28_the_code_behind_a_version_never_changes(aws: Account) -> None:
    aws.release("one")
    for text in ("two", "three"):
        aws.update_code(text)
        assert aws.result("1") == ('"one"', "1")


def test_s29_an_alias_can_be_deleted_and_created_again(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    aws.call("delete_alias", FunctionName="orders", Name="live")
    assert aws.alias("live", "2") == aws.answer(201, aws.alias_configuration(FunctionVersion="2"))


def test_s30_updating_code_replaces_that_of_latest_only(aws: Account) -> None:
    aws.release("one")
    before = aws.shown("1")["CodeSha256"]
    assert aws.update_code("two")["CodeSha256"] == aws.shown()["CodeSha256"] != before
    assert aws.shown("1")["CodeSha256"] == before


def test_s31_updating_and_then_publishing_is_the_other_way(aws: Account) -> None:
    aws.create()
    updated = aws.update_code("changed")
    assert updated["Version"] == "$LATEST"
    assert aws.publish()["CodeSha256"] == updated["CodeSha256"]


def test_s32_code_and_configuration_of_latest_can_be_updated(aws: Account) -> None:
    aws.create()
    aws.update_code("changed")
    aws.configure(Description="changed", MemorySize=256, Timeout=60)
    expected = aws.configuration(code="changed", Description="changed", MemorySize=256, Timeout=60, **aws.ACTIVE)
    assert aws.shown() == aws.answer(200, expected)


@pytest.mark.parametrize("named", [{"FunctionName": "orders", "Qualifier": "1"}, {"FunctionName": "orders:1"}])
def test_s33_one_version_can_be_deleted(aws: Account, named: dict[str, str]) -> None:
    aws.release("one", "two")
    aws.call("delete_function", **named)
    versions = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "2"]


def test_s34_a_version_that_an_alias_depends_on_cannot_be_deleted(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    assert aws.refusal("delete_function", FunctionName="orders", Qualifier="1") == aws.error(
        "ResourceConflictException", "Unable to delete version because the following aliases reference it: [live]"
    )
    assert aws.result("live") == ('"one"', "1")


def test_s35_deleting_a_function_deletes_all_its_versions_and_aliases(aws: Account) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    aws.call("delete_function", FunctionName="orders")
    for qualifier in (None, "$LATEST", "1", "2", "live"):
        parameters = {} if qualifier is None else {"Qualifier": qualifier}
        refusal = aws.refusal("get_function", FunctionName="orders", **parameters)
        assert refusal == aws.not_found(qualifier=qualifier)


def test_s36_updates_of_latest_are_live_at_once_by_every_way_to_it(aws: Account) -> None:
    aws.create()
    aws.alias("edge", "$LATEST")
    aws.update_code("def handler(event, context):\n    return 'live'\n")
    assert [aws.result(qualifier) for qualifier in (None, "$LATEST", "edge")] == [('"live"', "$LATEST")] * 3
