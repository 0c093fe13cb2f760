"""The life of RevisionIds: what changes them, and what is refused when one is out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
)
OLD = "00000000-0000-4000-8000-000000000000"


def revisions(aws: Account) -> tuple[str, str, str]:
    """The RevisionIds of `$LATEST`, of version 1, and of the alias `live`."""
    alias = aws.call("get_alias", FunctionName="orders", Name="live")
    return aws.shown()["RevisionId"], aws.shown("1")["RevisionId"], alias["RevisionId"]


def permit(aws: Account) -> Answer:
    return aws.call(
        "add_permission",
        FunctionName="orders",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )


# An event, and which of the three RevisionIds it changes.
EVENTS: dict[str, tuple[Callable[[Account], Any], tuple[bool, bool, bool]]] = {
    "update of the configuration": (lambda aws: aws.configure(Description="changed"), (True, False, False)),
    "update of the configuration that changes nothing": (lambda aws: aws.configure(), (True, False, False)),
    "update of the code": (lambda aws: aws.update_code("changed"), (True, False, False)),
    "update of the code that changes nothing": (
        lambda aws: aws.call("update_function_code", FunctionName="orders", ZipFile=aws.package()),
        (True, False, False),
    ),
    "update and publish": (lambda aws: aws.update_code("changed", Publish=True), (True, False, False)),
    "publish that changes nothing": (lambda aws: aws.publish(), (False, False, False)),
    "another alias": (lambda aws: aws.alias("second"), (False, False, False)),
    "update of the alias": (
        lambda aws: aws.call("update_alias", FunctionName="orders", Name="live", Description="changed"),
        (False, False, True),
    ),
    "update of the alias that changes nothing": (
        lambda aws: aws.call("update_alias", FunctionName="orders", Name="live"),
        (False, False, True),
    ),
    "tagging": (lambda aws: aws.call("tag_resource", Resource=aws.arn(), Tags={"a": "b"}), (True, False, False)),
    "untagging": (lambda aws: aws.call("untag_resource", Resource=aws.arn(), TagKeys=["a"]), (True, False, False)),
    "permission": (permit, (False, False, False)),
    "permission that is taken back": (
        lambda aws: (permit(aws), aws.call("remove_permission", FunctionName="orders", StatementId="s3")),
        (False, False, False),
    ),
    "deletion of an alias": (
        lambda aws: (aws.alias("second"), aws.call("delete_alias", FunctionName="orders", Name="second")),
        (False, False, False),
    ),
    "reading": (lambda aws: aws.call("get_function", FunctionName="orders"), (False, False, False)),
    "invocation": (lambda aws: aws.result(), (False, False, False)),
    "refused update": (
        lambda aws: aws.refusal("update_function_configuration", FunctionName="orders", Runtime="nonsense"),
        (False, False, False),
    ),
    "dry run of an update": (lambda aws: aws.update_code("changed", DryRun=True), (False, False, False)),
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_changes_certain_revisions_and_no_others(aws: Account, event: str) -> None:
    aws.create(Publish=True)
    aws.alias("live")
    before = revisions(aws)
    perform, expected = EVENTS[event]
    perform(aws)
    changed = tuple(new != old for new, old in zip(revisions(aws), before, strict=True))
    assert changed == expected


def test_a_new_version_has_a_revision_of_its_own_and_changes_that_of_latest(aws: Account) -> None:
    aws.create()
    before = aws.shown()["RevisionId"]
    version = aws.publish()["RevisionId"]
    after = aws.shown()["RevisionId"]
    assert len({before, version, after}) == 3


def test_creation_and_activation_are_two_revisions(aws: Account) -> None:
    created = aws.create()["RevisionId"]
    assert aws.shown()["RevisionId"] != created


@pytest.mark.parametrize(
    "update",
    [lambda aws: aws.configure(Timeout=10), lambda aws: aws.update_code("changed")],
    ids=["configuration", "code"],
)
def test_an_update_and_its_success_are_two_revisions(aws: Account, update: Callable[[Account], Answer]) -> None:
    aws.create()
    before = aws.shown()["RevisionId"]
    updated = update(aws)["RevisionId"]
    after = aws.shown()["RevisionId"]
    assert len({before, updated, after}) == 3


def test_a_version_keeps_the_revision_that_it_was_published_with(aws: Account) -> None:
    aws.create()
    version = aws.publish()["RevisionId"]
    aws.update_code("changed", Publish=True)
    aws.alias("live")
    assert aws.shown("1")["RevisionId"] == version


def test_lists_show_the_revisions_that_reading_shows(aws: Account) -> None:
    aws.create(Publish=True)
    listed = aws.call("list_versions_by_function", FunctionName="orders")["Versions"]
    assert [item["RevisionId"] for item in listed] == [aws.shown()["RevisionId"], aws.shown("1")["RevisionId"]]


# Preconditions ---------------------------------------------------------------------------------------------------

WRITES: dict[str, dict[str, Any]] = {
    "publish_version": {},
    "update_function_code": {"ZipFile": b""},
    "update_function_configuration": {"Timeout": 10},
    "update_alias": {"Name": "live"},
}


@pytest.mark.parametrize("operation", WRITES)
def test_an_unknown_revision_is_refused(aws: Account, operation: str) -> None:
    aws.create(Publish=True)
    aws.alias("live")
    before = revisions(aws)
    refusal = aws.refusal(operation, FunctionName="orders", RevisionId=OLD, **WRITES[operation])
    assert refusal == aws.error("PreconditionFailedException", STALE)
    assert revisions(aws) == before


@pytest.mark.parametrize("operation", WRITES)
def test_the_current_revision_is_taken(aws: Account, operation: str) -> None:
    aws.create(Publish=True)
    aws.alias("live")
    latest, _, alias = revisions(aws)
    current = alias if operation == "update_alias" else latest
    parameters = WRITES[operation] | ({"ZipFile": aws.package()} if operation == "update_function_code" else {})
    assert aws.call(operation, FunctionName="orders", RevisionId=current, **parameters)["ResponseMetadata"] < 300


def test_the_revision_in_the_answer_to_the_creation_is_out_of_date_once_the_function_is_active(aws: Account) -> None:
    created = aws.create()["RevisionId"]
    refusal = aws.refusal("publish_version", FunctionName="orders", RevisionId=created)
    assert refusal == aws.error("PreconditionFailedException", STALE)


def test_the_revision_of_an_update_is_out_of_date_once_it_has_succeeded(aws: Account) -> None:
    aws.create()
    updated = aws.configure(Timeout=10)["RevisionId"]
    refusal = aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package(), RevisionId=updated)
    assert refusal == aws.error("PreconditionFailedException", STALE)


def test_the_revision_of_a_version_is_not_that_of_latest(aws: Account) -> None:
    aws.create()
    version = aws.publish()["RevisionId"]
    refusal = aws.refusal("publish_version", FunctionName="orders", RevisionId=version)
    assert refusal == aws.error("PreconditionFailedException", STALE)


# Lives -----------------------------------------------------------------------------------------------------------


def test_the_life_of_latests_revisions(aws: Account) -> None:
    seen = [aws.create()["RevisionId"], aws.shown()["RevisionId"]]
    stale = aws.error("PreconditionFailedException", STALE)

    code = {"FunctionName": "orders", "ZipFile": aws.package()}
    assert aws.refusal("update_function_code", RevisionId=seen[0], **code) == stale
    seen.append(aws.call("update_function_code", RevisionId=seen[1], **code)["RevisionId"])
    seen.append(aws.shown()["RevisionId"])

    change = {"FunctionName": "orders", "Runtime": "python3.8"}
    assert aws.refusal("update_function_configuration", RevisionId=seen[2], **change) == stale
    seen.append(aws.call("update_function_configuration", RevisionId=seen[3], **change)["RevisionId"])
    seen.append(aws.shown()["RevisionId"])
    assert len(set(seen)) == len(seen) == 6


def test_the_life_of_a_versions_and_an_aliass_revisions(aws: Account) -> None:
    stale = aws.error("PreconditionFailedException", STALE)
    created = aws.create()["RevisionId"]
    active = aws.shown()["RevisionId"]
    assert aws.refusal("publish_version", FunctionName="orders", RevisionId=created) == stale
    version = aws.publish(RevisionId=active)
    assert aws.shown("1") == version | {"ResponseMetadata": 200}
    published = aws.shown()["RevisionId"]

    alias = aws.alias("revision_alias")
    assert aws.shown()["RevisionId"] == published
    assert aws.shown("1")["RevisionId"] == version["RevisionId"]
    change = {"FunctionName": "orders", "Name": "revision_alias", "Description": "something changed"}
    assert aws.refusal("update_alias", RevisionId=version["RevisionId"], **change) == stale
    updated = aws.call("update_alias", RevisionId=alias["RevisionId"], **change)
    assert updated == aws.answer(200, aws.alias_configuration("revision_alias", Description="something changed"))
    assert len({created, active, version["RevisionId"], published, alias["RevisionId"], updated["RevisionId"]}) == 6
