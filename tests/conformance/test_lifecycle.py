"""States: what is under way, what it refuses meanwhile, and how botocore's waiters see it end.

With `lifecycle="instant"` a change has settled when the next call arrives; with `"observed"` it lasts, as on AWS, until
it has been seen once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import WaiterError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

observed = pytest.mark.lambda_mock(lifecycle="observed")
instant = pytest.mark.lambda_mock(lifecycle="instant")

PENDING = "The operation cannot be performed at this time. The function is currently in the following state: Pending"
WRITES: dict[str, dict[str, Any]] = {
    "update_function_code": {"ZipFile": b"any"},
    "update_function_configuration": {"Timeout": 10},
    "publish_version": {},
}
WAITERS = {
    "function_active": {},
    "function_active_v2": {},
    "function_exists": {},
    "function_updated": {},
    "function_updated_v2": {},
    "published_version_active": {"Qualifier": "1"},
}


def pending(aws: Account) -> Answer:
    return aws.error("ResourceConflictException", PENDING)


def in_progress(aws: Account) -> Answer:
    return aws.error(
        "ResourceConflictException",
        f"The operation cannot be performed at this time. An update is in progress for resource: {aws.arn()}",
    )


def wait(aws: Account, waiter: str, **parameters: str) -> None:
    aws.client.get_waiter(waiter).wait(FunctionName="orders", **parameters)


# Instant ---------------------------------------------------------------------------------------------------------


@instant
def test_instantly_a_creation_has_settled_when_the_next_call_arrives(aws: Account) -> None:
    aws.create()
    assert aws.configure(Timeout=10)["LastUpdateStatus"] == "InProgress"
    assert aws.update_code("changed")["LastUpdateStatus"] == "InProgress"
    assert aws.publish()["State"] == "Active"


@instant
def test_instantly_a_version_can_be_invoked_at_once(aws: Account) -> None:
    aws.release("one", "two")
    assert aws.result("2") == ('"two"', "2")


@instant
@pytest.mark.parametrize("waiter", WAITERS)
def test_instantly_every_waiter_is_content_at_once(aws: Account, mock_lambda: LambdaMock, waiter: str) -> None:
    aws.create(Publish=True)
    wait(aws, waiter, **WAITERS[waiter])
    assert len(mock_lambda.calls) == 2


def test_botocore_has_no_other_waiters(aws: Account) -> None:
    assert set(aws.client.waiter_names) <= WAITERS.keys()


# Observed: creation ----------------------------------------------------------------------------------------------


@observed
def test_a_creation_lasts_until_it_was_seen(aws: Account) -> None:
    created = aws.create()
    under_way = aws.configuration(RevisionId=created["RevisionId"], **aws.PENDING)
    assert aws.shown() == aws.answer(200, under_way)
    assert aws.shown() == aws.answer(200, aws.configuration(**aws.ACTIVE))


@observed
@pytest.mark.parametrize("qualifier", [None, "$LATEST"])
@pytest.mark.parametrize("operation", ["get_function", "get_function_configuration"])
def test_both_readings_see_it(aws: Account, operation: str, qualifier: str | None) -> None:
    aws.create()
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    states = []
    for _ in range(2):
        answer = aws.call(operation, FunctionName="orders", **parameters)
        states.append(answer.get("Configuration", answer)["State"])
    assert states == ["Pending", "Active"]


@observed
def test_lists_and_other_reads_do_not_see_it(aws: Account) -> None:
    aws.create()
    aws.call("list_functions")
    aws.call("list_versions_by_function", FunctionName="orders")
    assert aws.shown()["State"] == "Pending"


@observed
def test_activation_gives_latest_another_revision(aws: Account) -> None:
    created = aws.create()["RevisionId"]
    assert aws.shown()["RevisionId"] == created
    assert aws.shown()["RevisionId"] != created


@observed
@pytest.mark.parametrize("operation", WRITES)
def test_a_pending_function_cannot_be_changed(aws: Account, operation: str) -> None:
    aws.create()
    assert aws.refusal(operation, FunctionName="orders", **WRITES[operation]) == pending(aws)


@observed
@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event", "DryRun"])
def test_a_pending_function_cannot_be_invoked(aws: Account, invocation_type: str) -> None:
    aws.create()
    assert aws.refusal("invoke", FunctionName="orders", InvocationType=invocation_type) == pending(aws)


@observed
def test_a_pending_function_can_be_deleted(aws: Account) -> None:
    aws.create()
    assert aws.call("delete_function", FunctionName="orders")["ResponseMetadata"] == 204


@observed
def test_code_that_waits_meets_no_conflict(aws: Account) -> None:
    aws.create()
    wait(aws, "function_active_v2")
    aws.update_code("def handler(event, context):\n    return 'two'\n")
    wait(aws, "function_updated_v2")
    aws.configure(Timeout=10)
    wait(aws, "function_updated")
    version = aws.publish()["Version"]
    wait(aws, "published_version_active", Qualifier=version)
    assert aws.result(version) == ('"two"', "1")


# Observed: updates -----------------------------------------------------------------------------------------------


@observed
@pytest.mark.parametrize("first", ["update_function_code", "update_function_configuration"])
@pytest.mark.parametrize("second", WRITES)
def test_an_update_in_progress_forbids_the_next_change(aws: Account, first: str, second: str) -> None:
    aws.create()
    wait(aws, "function_active")
    aws.call(first, FunctionName="orders", **(WRITES[first] | ({"ZipFile": aws.package()} if "code" in first else {})))
    before = aws.call("list_versions_by_function", FunctionName="orders")
    assert aws.refusal(second, FunctionName="orders", **WRITES[second]) == in_progress(aws)
    assert aws.call("list_versions_by_function", FunctionName="orders") == before


@observed
def test_an_update_lasts_until_it_was_seen(aws: Account) -> None:
    aws.create()
    wait(aws, "function_active")
    updated = aws.update_code("changed")
    assert updated == aws.answer(200, aws.configuration(code="changed", **aws.UPDATING))
    assert aws.shown() == updated
    settled = aws.shown()
    assert settled == aws.answer(200, aws.configuration(code="changed", **aws.ACTIVE))
    assert settled["RevisionId"] != updated["RevisionId"]


@observed
@pytest.mark.parametrize("qualifier", [None, "$LATEST", "edge"])
def test_while_an_update_is_in_progress_the_old_code_runs(aws: Account, qualifier: str | None) -> None:
    aws.create(code="def handler(event, context):\n    return 'old'\n")
    aws.alias("edge", "$LATEST")
    wait(aws, "function_active")
    aws.update_code("def handler(event, context):\n    return 'new'\n")
    assert aws.result(qualifier) == ('"old"', "$LATEST")
    wait(aws, "function_updated")
    assert aws.result(qualifier) == ('"new"', "$LATEST")


@observed
def test_while_an_update_is_in_progress_the_old_configuration_runs(aws: Account) -> None:
    aws.create(code="import os\n\ndef handler(event, context):\n    return os.environ.get('STAGE')\n")
    wait(aws, "function_active")
    aws.configure(Environment={"Variables": {"STAGE": "live"}})
    assert aws.result() == ("null", "$LATEST")
    wait(aws, "function_updated")
    assert aws.result() == ('"live"', "$LATEST")


@observed
def test_tagging_in_an_update_neither_ends_it_nor_shows_its_code_early(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return 'old'\n")
    wait(aws, "function_active")
    aws.update_code("def handler(event, context):\n    return 'new'\n")
    aws.call("tag_resource", Resource=aws.arn(), Tags={"team": "shop"})
    assert aws.result() == ('"old"', "$LATEST")
    assert aws.shown()["LastUpdateStatus"] == "InProgress"


@observed
def test_an_update_that_was_refused_is_not_in_progress(aws: Account) -> None:
    aws.create()
    wait(aws, "function_active")
    aws.refusal("update_function_code", FunctionName="orders", ZipFile=b"not a zip")
    assert aws.shown()["LastUpdateStatus"] == "Successful"


# Observed: versions ----------------------------------------------------------------------------------------------


@observed
def test_a_version_published_with_an_update_is_pending_while_latest_is_in_progress(aws: Account) -> None:
    aws.create()
    wait(aws, "function_active")
    published = aws.update_code("changed", Publish=True)
    version = aws.configuration(
        qualifier="1", code="changed", Version="1", RevisionId=published["RevisionId"], **aws.PENDING
    )
    assert published == aws.answer(200, version)
    assert aws.call("get_function", FunctionName="orders", Qualifier="1")["Configuration"] == version
    latest = aws.call("get_function", FunctionName="orders", Qualifier="$LATEST")["Configuration"]
    assert latest == aws.configuration(qualifier="$LATEST", code="changed", **aws.UPDATING)
    assert latest["RevisionId"] != published["RevisionId"]
    assert aws.shown("1") == aws.answer(
        200, aws.configuration(qualifier="1", code="changed", Version="1", **aws.ACTIVE)
    )
    assert aws.shown() == aws.answer(200, aws.configuration(code="changed", **aws.ACTIVE))


@observed
def test_a_version_is_seen_on_its_own(aws: Account) -> None:
    aws.create(Publish=True)
    assert [aws.shown()["State"] for _ in range(2)] == ["Pending", "Active"]
    assert [aws.shown("1")["State"] for _ in range(2)] == ["Pending", "Active"]


@observed
def test_a_version_is_seen_after_a_newer_one_was_published(aws: Account) -> None:
    aws.create(Publish=True)
    wait(aws, "function_active")
    newer = aws.update_code("changed", Publish=True)["Version"]
    wait(aws, "function_updated")
    assert [aws.shown("1")["State"] for _ in range(2)] == ["Pending", "Active"]
    assert aws.publish()["Version"] == newer


@observed
def test_a_version_is_seen_through_its_alias(aws: Account) -> None:
    aws.create(Publish=True)
    aws.alias("live", "1")
    assert [aws.shown("live")["State"] for _ in range(2)] == ["Pending", "Active"]
    assert aws.shown("1")["State"] == "Active"


@observed
@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_a_pending_version_cannot_be_invoked(aws: Account, qualifier: str) -> None:
    aws.create(Publish=True)
    wait(aws, "function_active")
    aws.alias("live", "1")
    assert aws.refusal("invoke", FunctionName="orders", Qualifier=qualifier) == pending(aws)
    wait(aws, "published_version_active", Qualifier="1")
    assert aws.result(qualifier)[1] == "1"


@observed
def test_a_pending_version_that_an_alias_shares_cannot_be_invoked_either(aws: Account) -> None:
    aws.create(Publish=True)
    wait(aws, "function_active")
    wait(aws, "published_version_active", Qualifier="1")
    aws.update_code("changed", Publish=True)
    aws.alias("live", "1", RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}})
    assert aws.refusal("invoke", FunctionName="orders", Qualifier="live") == pending(aws)


@observed
def test_an_ordinary_version_is_active_when_publish_version_answers(aws: Account) -> None:
    aws.create()
    wait(aws, "function_active")
    assert aws.publish() == aws.answer(201, aws.configuration(qualifier="1", Version="1", **aws.ACTIVE))
    assert aws.shown("1")["State"] == "Active"


@observed
def test_a_version_with_snap_start_is_pending_while_its_snapshot_is_made(aws: Account) -> None:
    aws.create(SnapStart={"ApplyOn": "PublishedVersions"})
    wait(aws, "function_active")
    assert aws.publish()["State"] == "Pending"
    wait(aws, "published_version_active", Qualifier="1")
    assert aws.shown("1")["State"] == "Active"


# Waiters ---------------------------------------------------------------------------------------------------------


@observed
@pytest.mark.parametrize("waiter", ["function_active", "function_active_v2"])
def test_a_waiter_sees_a_function_become_active(aws: Account, mock_lambda: LambdaMock, waiter: str) -> None:
    aws.create()
    wait(aws, waiter)
    assert aws.shown()["State"] == "Active"


@observed
@pytest.mark.parametrize(("waiter", "delay"), [("function_updated", 5), ("function_updated_v2", 1)])
def test_a_waiter_waits_on_the_mocks_clock(aws: Account, mock_lambda: LambdaMock, waiter: str, delay: int) -> None:
    aws.create()
    wait(aws, "function_active")
    aws.configure(Timeout=10)
    mock_lambda.clock.freeze()
    before = mock_lambda.clock.time()
    wait(aws, waiter)
    assert mock_lambda.clock.time() - before == pytest.approx(delay)


def test_a_waiter_gives_up_on_a_function_that_never_comes(aws: Account) -> None:
    with pytest.raises(WaiterError, match="Waiter FunctionExists failed: Max attempts exceeded"):
        wait(aws, "function_exists")


def test_a_waiter_for_a_missing_function_to_be_active_fails_at_once(aws: Account) -> None:
    with pytest.raises(WaiterError, match="Function not found"):
        wait(aws, "function_active_v2")


@observed
def test_what_mock_function_deploys_has_settled(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="one", Publish=True)
    assert aws.shown()["State"] == aws.shown("1")["State"] == "Active"
    mock_lambda.function("orders", returns="two", Timeout=10)
    assert aws.shown()["LastUpdateStatus"] == "Successful"
    assert aws.result() == ('"two"', "$LATEST")
