"""`$LATEST.PUBLISHED`: what a function on managed instances runs when nothing else is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account
    from tests.conformance.managed_instances.conftest import Fleet

observed = pytest.mark.lambda_mock(lifecycle="observed")
PUBLISHED = "$LATEST.PUBLISHED"
REPUBLISHING = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being updated.",
    "LastUpdateStatusReasonCode": "Updating",
}


def code(text: str) -> str:
    return (
        f"def handler(event, context):\n    return [{text!r}, context.function_version, context.invoked_function_arn]\n"
    )


def latest(fleet: Fleet, text: str | None = None, **members: Any) -> Any:
    """What a configuration of `$LATEST.PUBLISHED` shows."""
    given = {} if text is None else {"code": code(text)}
    return fleet.configuration("orders", PUBLISHED, Version=PUBLISHED, **given, **members)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_the_first_time_it_is_made_like_any_version(fleet: Fleet) -> None:
    fleet.deploy()
    assert fleet.publish_latest() == fleet.aws.answer(201, latest(fleet, **fleet.aws.PENDING))
    assert fleet.aws.shown(PUBLISHED) == fleet.aws.answer(200, latest(fleet, **fleet.aws.ACTIVE))


def test_after_that_it_is_made_anew_in_place(fleet: Fleet) -> None:
    fleet.deploy()
    first = fleet.publish_latest()["RevisionId"]
    fleet.aws.configure(Timeout=10)
    again = fleet.publish_latest(Description="second")
    assert again == fleet.aws.answer(201, latest(fleet, Timeout=10, Description="second", **REPUBLISHING))
    assert again["RevisionId"] != first
    shown = fleet.aws.shown(PUBLISHED)
    assert shown == fleet.aws.answer(200, latest(fleet, Timeout=10, Description="second", **fleet.aws.ACTIVE))
    assert shown["RevisionId"] == again["RevisionId"]
    assert fleet.versions() == [(f"orders:{PUBLISHED}", "Active")]


def test_it_stays_as_it_is_when_latest_changes(fleet: Fleet) -> None:
    fleet.deploy()
    fleet.publish_latest()
    before = fleet.aws.shown(PUBLISHED)
    fleet.aws.configure(Timeout=10)
    fleet.aws.update_code("changed")
    assert fleet.aws.shown(PUBLISHED) == before


def test_it_takes_no_number_and_gives_latest_a_new_revision(fleet: Fleet) -> None:
    fleet.deploy()
    before = fleet.aws.shown()["RevisionId"]
    fleet.publish_latest()
    assert fleet.aws.shown()["RevisionId"] != before
    assert fleet.aws.publish()["Version"] == "1"


def test_creating_a_function_may_publish_to_it(fleet: Fleet) -> None:
    created = fleet.deploy(Publish=True, PublishTo="LATEST_PUBLISHED")
    assert created == fleet.aws.answer(201, fleet.configuration(Version=PUBLISHED, **fleet.aws.PENDING))
    assert fleet.aws.shown(PUBLISHED) == fleet.aws.answer(200, latest(fleet, **fleet.aws.ACTIVE))
    assert fleet.aws.publish()["Version"] == "1"


def test_updating_code_may_publish_to_it(fleet: Fleet) -> None:
    fleet.deploy(Publish=True, PublishTo="LATEST_PUBLISHED")
    answer = fleet.aws.update_code(code("two"), Publish=True, PublishTo="LATEST_PUBLISHED")
    assert answer == fleet.aws.answer(200, latest(fleet, "two", **REPUBLISHING))
    assert fleet.aws.shown(PUBLISHED) == fleet.aws.answer(200, latest(fleet, "two", **fleet.aws.ACTIVE))


def test_without_publish_nothing_is_published(fleet: Fleet) -> None:
    fleet.deploy(PublishTo="LATEST_PUBLISHED")
    fleet.aws.update_code("changed", PublishTo="LATEST_PUBLISHED")
    assert fleet.aws.refusal("get_function", FunctionName="orders", Qualifier=PUBLISHED) == fleet.aws.not_found(
        qualifier=PUBLISHED
    )


def test_ordinary_functions_have_none(fleet: Fleet) -> None:
    expected = fleet.aws.invalid("Publishing to LATEST_PUBLISHED is only supported for Lambda Managed Instances.")
    to_latest = {"PublishTo": "LATEST_PUBLISHED"}
    assert fleet.aws.refused_creation(Publish=True, **to_latest) == expected
    fleet.aws.create()
    before = fleet.aws.shown()
    update = {"FunctionName": "orders", "ZipFile": fleet.aws.package("changed")}
    assert fleet.aws.refusal("publish_version", FunctionName="orders", **to_latest) == expected
    assert fleet.aws.refusal("update_function_code", Publish=True, **update, **to_latest) == expected
    assert fleet.aws.shown() == before


def test_another_target_is_refused(unchecked: Account) -> None:
    assert unchecked.refusal("publish_version", FunctionName="orders", PublishTo="LATEST") == unchecked.misshapen(
        "Value 'LATEST' at 'publishTo' failed to satisfy constraint: Member must satisfy enum value set: "
        "[LATEST_PUBLISHED]"
    )


@observed
def test_observed_it_is_not_published_to_before_the_last_time_was_seen(fleet: Fleet) -> None:
    fleet.deploy()
    fleet.aws.shown()
    fleet.publish_latest()
    again = {"FunctionName": "orders", "PublishTo": "LATEST_PUBLISHED"}
    assert fleet.aws.refusal("publish_version", **again) == fleet.state_conflict("Pending")
    update = {**again, "ZipFile": fleet.aws.package("changed"), "Publish": True}
    assert fleet.aws.refusal("update_function_code", **update) == fleet.state_conflict("Pending")
    fleet.aws.shown(PUBLISHED)
    fleet.publish_latest()
    assert fleet.aws.refusal("publish_version", **again) == fleet.aws.error(
        "ResourceConflictException",
        "The operation cannot be performed at this time. "
        f"An update is in progress for resource: {fleet.aws.arn(qualifier=PUBLISHED)}",
    )
    assert fleet.aws.shown(PUBLISHED)["LastUpdateStatus"] == "InProgress"
    assert fleet.aws.shown(PUBLISHED)["LastUpdateStatus"] == "Successful"


def test_its_code_counts_once_in_the_storage_of_the_account(fleet: Fleet) -> None:
    def used() -> int:
        return int(fleet.aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"])

    size = fleet.deploy()["CodeSize"]
    fleet.publish_latest()
    assert used() == 2 * size
    longer = fleet.aws.update_code(code("much longer than before"), Publish=True, PublishTo="LATEST_PUBLISHED")
    assert used() == 2 * longer["CodeSize"]
    fleet.aws.call("delete_function", FunctionName="orders", Qualifier=PUBLISHED)
    assert used() == longer["CodeSize"]
    fleet.aws.call("delete_function", FunctionName="orders")
    assert used() == 0


# Reading and listing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [{"Qualifier": PUBLISHED}, {}])
def test_it_is_read_by_its_qualifier_beside_or_in_the_name(fleet: Fleet, named: dict[str, str]) -> None:
    fleet.deploy()
    fleet.publish_latest()
    name = "orders" if named else fleet.aws.arn(qualifier=PUBLISHED)
    answer = fleet.aws.call("get_function", FunctionName=name, **named)
    assert answer["Configuration"] == latest(fleet, **fleet.aws.ACTIVE)
    assert answer["Code"] == {"RepositoryType": "S3", "Location": fleet.aws.LINK}


def test_it_is_listed_between_latest_and_the_numbers(fleet: Fleet) -> None:
    fleet.deploy(Publish=True)
    fleet.publish_latest()
    versions = ["$LATEST", PUBLISHED, "1"]
    pages = fleet.aws.client.get_paginator("list_versions_by_function").paginate(
        FunctionName="orders", PaginationConfig={"PageSize": 1}
    )
    assert [page["Versions"][0]["FunctionArn"] for page in pages] == [fleet.aws.arn(qualifier=v) for v in versions]
    pages = fleet.aws.client.get_paginator("list_functions").paginate(
        FunctionVersion="ALL", PaginationConfig={"PageSize": 1}
    )
    assert [page["Functions"][0]["Version"] for page in pages] == versions


def test_it_is_in_the_picture(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy()
    fleet.publish_latest()
    assert PUBLISHED in mock_lambda.describe()


def test_it_can_be_deleted_alone(fleet: Fleet) -> None:
    fleet.deploy(Publish=True)
    fleet.publish_latest()
    deletion = {"FunctionName": "orders", "Qualifier": PUBLISHED}
    assert fleet.aws.call("delete_function", **deletion) == fleet.aws.answer(202, {"StatusCode": 202})
    assert fleet.aws.refusal("delete_function", **deletion) == fleet.aws.not_found(qualifier=PUBLISHED)
    assert fleet.versions() == [("orders:1", "Active")]


def test_its_runtime_can_be_managed(fleet: Fleet) -> None:
    fleet.deploy()
    fleet.publish_latest()
    named = {"FunctionName": "orders", "Qualifier": PUBLISHED}
    fleet.aws.call("put_runtime_management_config", **named, UpdateRuntimeOn="FunctionUpdate")
    assert fleet.aws.call("get_runtime_management_config", **named)["UpdateRuntimeOn"] == "FunctionUpdate"
    unqualified = fleet.aws.call("get_runtime_management_config", FunctionName="orders")
    assert unqualified["UpdateRuntimeOn"] == "Auto"


# Running --------------------------------------------------------------------------------------------------------------


def test_an_invocation_without_a_qualifier_runs_it(fleet: Fleet) -> None:
    fleet.deploy(code=code("one"), Publish=True)
    fleet.publish_latest()
    fleet.aws.update_code(code("two"))
    payload, version = fleet.aws.result()
    assert (payload, version) == (f'["one", "{PUBLISHED}", "{fleet.aws.arn()}"]', PUBLISHED)
    payload, version = fleet.aws.result(PUBLISHED)
    assert (payload, version) == (f'["one", "{PUBLISHED}", "{fleet.aws.arn(qualifier=PUBLISHED)}"]', PUBLISHED)


def test_an_event_without_a_qualifier_runs_it(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy()
    fleet.publish_latest()
    fleet.aws.call("invoke", FunctionName="orders", InvocationType="Event")
    (invocation,) = mock_lambda.invocations
    assert invocation.version == PUBLISHED


@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_without_one_there_is_nothing_to_run(fleet: Fleet, kind: str) -> None:
    fleet.deploy(Publish=True)
    expected = fleet.aws.error("NoPublishedVersionException", "The function has no published versions available.")
    assert fleet.aws.refusal("invoke", FunctionName="orders", InvocationType=kind) == expected
    assert fleet.aws.result("1")[1] == "1"


@observed
def test_observed_what_was_there_before_runs_until_the_new_one_was_seen(fleet: Fleet) -> None:
    fleet.deploy(code=code("one"))
    fleet.aws.shown()
    fleet.publish_latest()
    fleet.aws.shown(PUBLISHED)
    fleet.aws.update_code(code("two"), Publish=True, PublishTo="LATEST_PUBLISHED")
    assert fleet.aws.result()[0].startswith('["one"')
    fleet.aws.shown(PUBLISHED)
    assert fleet.aws.result()[0].startswith('["two"')


def test_the_picture_of_what_is_deployed_has_it_first(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy(Publish=True)
    fleet.publish_latest()
    lines = [line.strip("│ ").split(" ")[0] for line in mock_lambda.describe().splitlines()[2:-1]]
    assert lines == [PUBLISHED, "1", "$LATEST"]


# Failing --------------------------------------------------------------------------------------------------------------


def test_a_republishing_that_fails_leaves_what_was_there(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy(code=code("old"))
    fleet.publish_latest()
    fleet.aws.update_code(code("new"))
    before = fleet.aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"]
    mock_lambda.fail_transition("orders", qualifier=PUBLISHED, reason="no room", reason_code="InternalError")
    fleet.publish_latest()
    shown = fleet.aws.shown(PUBLISHED)
    assert (shown["State"], shown["LastUpdateStatus"], shown["LastUpdateStatusReason"]) == (
        "Active",
        "Failed",
        "no room",
    )
    assert "old" in fleet.aws.result()[0]
    assert fleet.aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"] == before
    fleet.publish_latest()
    assert "new" in fleet.aws.result()[0]


@pytest.mark.lambda_mock(lifecycle="instant")
def test_the_first_publishing_that_failed_can_be_done_again(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy(code=code("old"))
    mock_lambda.fail_transition("orders", qualifier=PUBLISHED, reason="no room", reason_code="InternalError")
    fleet.publish_latest()
    assert fleet.aws.shown(PUBLISHED)["State"] == "Failed"
    fleet.publish_latest()
    assert "old" in fleet.aws.result()[0]
