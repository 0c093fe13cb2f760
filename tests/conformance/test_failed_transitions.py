"""Changes that end in failure: the state that tells of it, what is refused then, and how botocore's waiters end.

AWS fails them for reasons that lie outside of Lambda, so the test says which: `mock.fail_transition`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import WaiterError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

# A waiter raises where a change fails: the tests here wait for themselves, or not at all.
pytestmark = pytest.mark.lambda_mock(lifecycle="instant")

lifecycles = pytest.mark.parametrize(
    "lifecycle",
    [
        pytest.param("instant", marks=pytest.mark.lambda_mock(lifecycle="instant")),
        pytest.param("observed", marks=pytest.mark.lambda_mock(lifecycle="observed")),
    ],
)
observed = pytest.mark.lambda_mock(lifecycle="observed")

NO_SUBNET: Answer = {"reason_code": "InvalidSubnet", "reason": "The subnet is gone."}
FAILED = {"State": "Failed", "StateReason": "The subnet is gone.", "StateReasonCode": "InvalidSubnet"}
UPDATE_FAILED = {
    "State": "Active",
    "LastUpdateStatus": "Failed",
    "LastUpdateStatusReason": "The subnet is gone.",
    "LastUpdateStatusReasonCode": "InvalidSubnet",
}
REPLY = "def handler(event, context):\n    return {!r}\n"
CHANGES: dict[str, dict[str, Any]] = {
    "update_function_code": {"ZipFile": b"any"},
    "update_function_configuration": {"Timeout": 10},
    "publish_version": {},
}


def conflict(aws: Account, state: str = "Failed") -> Answer:
    return aws.error(
        "ResourceConflictException",
        f"The operation cannot be performed at this time. The function is currently in the following state: {state}",
    )


def settled(aws: Account, qualifier: str | None = None) -> Answer:
    """What there is to see once a change has ended, whenever that is."""
    aws.shown(qualifier)
    return aws.shown(qualifier)


@pytest.fixture
def active(aws: Account, mock_lambda: LambdaMock) -> Account:
    """An account with a function `orders` that is Active, and whose code returns "old"."""
    aws.create(code=REPLY.format("old"))
    settled(aws)
    return aws


# Creation ------------------------------------------------------------------------------------------------------------


@lifecycles
def test_a_creation_that_fails_begins_like_any_other(aws: Account, mock_lambda: LambdaMock, lifecycle: str) -> None:
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    assert aws.create() == aws.answer(201, aws.configuration(**aws.PENDING))
    assert settled(aws) == aws.answer(200, aws.configuration(**FAILED))


@lifecycles
@pytest.mark.parametrize("operation", CHANGES)
def test_a_function_that_failed_cannot_be_changed(
    aws: Account, mock_lambda: LambdaMock, operation: str, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    aws.create()
    before = settled(aws)
    assert aws.refusal(operation, FunctionName="orders", **CHANGES[operation]) == conflict(aws)
    assert aws.shown() == before


@lifecycles
@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event", "DryRun"])
def test_a_function_that_failed_cannot_be_invoked(
    aws: Account, mock_lambda: LambdaMock, invocation_type: str, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    settled(aws)
    assert aws.refusal("invoke", FunctionName="orders", InvocationType=invocation_type) == conflict(aws)
    assert not mock_lambda.invocations


def test_a_function_that_failed_can_be_deleted_and_created_again(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    assert aws.call("delete_function", FunctionName="orders") == aws.deletion()
    aws.create(code=REPLY.format("new"))
    assert aws.result() == ('"new"', "$LATEST")


def test_a_failure_gives_latest_another_revision(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    created = aws.create()["RevisionId"]
    failed = aws.shown()["RevisionId"]
    assert failed != created
    assert aws.shown()["RevisionId"] == failed


def test_a_list_shows_nothing_of_a_failure(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    assert aws.call("list_functions")["Functions"] == [aws.list_item()]


@lifecycles
def test_a_creation_fails_together_with_the_version_that_it_publishes(
    aws: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    aws.create(Publish=True)
    assert settled(aws) == aws.answer(200, aws.configuration(**FAILED))
    assert settled(aws, "1") == aws.answer(200, aws.configuration(qualifier="1", Version="1", **FAILED))


# Updates -------------------------------------------------------------------------------------------------------------


@lifecycles
def test_an_update_that_fails_is_abandoned(active: Account, mock_lambda: LambdaMock, lifecycle: str) -> None:
    before = active.shown()
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    answer = active.update_code("changed")
    assert answer == active.answer(200, active.configuration(code="changed", **active.UPDATING))
    after = settled(active)
    assert after == active.answer(200, active.configuration(code=REPLY.format("old"), **UPDATE_FAILED))
    assert len({before["RevisionId"], answer["RevisionId"], after["RevisionId"]}) == 3
    assert after["LastModified"] == before["LastModified"]
    assert active.result() == ('"old"', "$LATEST")


@lifecycles
def test_a_configuration_that_fails_is_abandoned(active: Account, mock_lambda: LambdaMock, lifecycle: str) -> None:
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    assert active.configure(Timeout=10, Description="longer")["Timeout"] == 10
    after = settled(active)
    assert after == active.answer(200, active.configuration(code=REPLY.format("old"), **UPDATE_FAILED))


@lifecycles
def test_after_an_update_that_failed_another_one_can_succeed(
    active: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders")
    active.update_code("def")
    settled(active)
    active.update_code(REPLY.format("new"))
    assert settled(active)["LastUpdateStatus"] == "Successful"
    assert active.result() == ('"new"', "$LATEST")


def test_what_is_abandoned_does_not_make_the_next_publish_new(active: Account, mock_lambda: LambdaMock) -> None:
    active.publish()
    mock_lambda.fail_transition("orders")
    active.update_code("changed")
    assert active.publish()["Version"] == "1"
    active.configure(Timeout=10)
    assert active.publish()["Version"] == "2"


def test_what_is_abandoned_takes_no_code_storage(active: Account, mock_lambda: LambdaMock) -> None:
    usage = active.call("get_account_settings")["AccountUsage"]
    mock_lambda.fail_transition("orders")
    active.update_code("a much longer text than before" * 50)
    assert active.call("get_account_settings")["AccountUsage"] == usage


@lifecycles
def test_an_update_fails_together_with_the_version_that_it_publishes(
    active: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders", **NO_SUBNET)
    assert active.update_code("changed", Publish=True)["State"] == "Pending"
    assert settled(active)["LastUpdateStatus"] == "Failed"
    version = active.configuration(qualifier="1", code="changed", Version="1", **FAILED)
    assert settled(active, "1") == active.answer(200, version)
    published = active.publish()
    assert (published["Version"], published["State"]) == ("2", "Active")
    assert active.result("2") == ('"old"', "2")


@observed
def test_a_version_that_was_seen_to_be_active_does_not_fail_any_more(active: Account, mock_lambda: LambdaMock) -> None:
    active.update_code(REPLY.format("new"), Publish=True)
    settled(active, "1")
    mock_lambda.fail_transition("orders")
    assert settled(active)["LastUpdateStatus"] == "Failed"
    assert active.result("1") == ('"new"', "1")


def test_a_version_that_was_deleted_meanwhile_is_no_matter(active: Account, mock_lambda: LambdaMock) -> None:
    with_version = {"Qualifier": "1"}
    mock_lambda.fail_transition("orders", qualifier="$LATEST")
    active.update_code("changed", Publish=True)
    assert active.call("delete_function", FunctionName="orders", **with_version)["ResponseMetadata"] == 204
    assert active.shown()["LastUpdateStatus"] == "Failed"


@observed
def test_a_version_that_was_deleted_before_the_update_failed_is_no_matter(
    active: Account, mock_lambda: LambdaMock
) -> None:
    active.update_code("changed", Publish=True)
    active.call("delete_function", FunctionName="orders", Qualifier="1")
    mock_lambda.fail_transition("orders")
    assert settled(active)["LastUpdateStatus"] == "Failed"


@observed
def test_tags_that_were_given_in_an_update_outlast_its_failure(active: Account, mock_lambda: LambdaMock) -> None:
    active.update_code("changed")
    active.call("tag_resource", Resource=active.arn(), Tags={"team": "shop"})
    mock_lambda.fail_transition("orders")
    settled(active)
    assert active.call("get_function", FunctionName="orders")["Tags"] == {"team": "shop"}


# Versions ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def snap_start(aws: Account, mock_lambda: LambdaMock) -> Account:
    """An account with a function `orders` whose versions get snapshots."""
    aws.create(code=REPLY.format("old"), SnapStart={"ApplyOn": "PublishedVersions"})
    settled(aws)
    return aws


@lifecycles
def test_a_version_fails_when_its_snapshot_can_not_be_made(
    snap_start: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    aws = snap_start
    mock_lambda.fail_transition("orders", reason_code="FunctionError", reason="It doesn't start.")
    assert aws.publish()["State"] == "Pending"
    failed = settled(aws, "1")
    assert failed["State"] == "Failed"
    assert failed["StateReason"] == "It doesn't start."
    assert failed["StateReasonCode"] == "FunctionError"
    assert "LastUpdateStatus" not in failed
    assert aws.shown()["State"] == "Active"


def test_a_version_that_failed_can_be_pointed_to_and_not_invoked(snap_start: Account, mock_lambda: LambdaMock) -> None:
    aws = snap_start
    mock_lambda.fail_transition("orders")
    aws.publish()
    aws.alias("live", "1")
    for qualifier in ("1", "live"):
        assert aws.refusal("invoke", FunctionName="orders", Qualifier=qualifier) == conflict(aws)
    assert aws.result() == ('"old"', "$LATEST")


def test_publishing_after_a_version_that_failed_makes_another(snap_start: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    assert snap_start.publish()["Version"] == "1"
    assert snap_start.publish()["Version"] == "2"
    assert snap_start.result("2") == ('"old"', "2")


@observed
def test_an_older_version_that_fails_leaves_the_newest_one_alone(snap_start: Account, mock_lambda: LambdaMock) -> None:
    snap_start.publish()
    snap_start.configure(Timeout=10)
    settled(snap_start)
    snap_start.publish()
    mock_lambda.fail_transition("orders", qualifier="1")
    assert [settled(snap_start, number)["State"] for number in ("2", "1")] == ["Active", "Failed"]
    assert snap_start.publish()["Version"] == "2"


# Provisioned concurrency ---------------------------------------------------------------------------------------------


def provision(aws: Account, qualifier: str, number: int = 2) -> Answer:
    return aws.call(
        "put_provisioned_concurrency_config",
        FunctionName="orders",
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=number,
    )


def provisioned(aws: Account, qualifier: str) -> Answer:
    """What there is to see of it once its change has ended."""
    for _ in range(2):
        shown = aws.call("get_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)
    return shown


@lifecycles
@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_what_can_not_be_provisioned_has_failed(
    active: Account, mock_lambda: LambdaMock, qualifier: str, lifecycle: str
) -> None:
    active.publish()
    active.alias("live", "1")
    mock_lambda.fail_transition("orders", of="ProvisionedConcurrency", qualifier=qualifier)
    assert provision(active, qualifier)["Status"] == "IN_PROGRESS"
    failed = provisioned(active, qualifier)
    assert failed == active.answer(
        200,
        {
            "RequestedProvisionedConcurrentExecutions": failed["RequestedProvisionedConcurrentExecutions"],
            "AllocatedProvisionedConcurrentExecutions": 0,
            "AvailableProvisionedConcurrentExecutions": 0,
            "Status": "FAILED",
            "StatusReason": "FUNCTION_ERROR_INIT_FAILURE",
            "LastModified": failed["LastModified"],
        },
    )
    assert active.result(qualifier) == ('"old"', "1")
    provision(active, qualifier)
    assert provisioned(active, qualifier)["Status"] == "READY"


def test_an_order_for_what_is_provisioned_waits_for_its_qualifier(active: Account, mock_lambda: LambdaMock) -> None:
    active.publish()
    mock_lambda.fail_transition("orders", of="ProvisionedConcurrency", qualifier="2")
    mock_lambda.fail_transition("orders")
    provision(active, "1")
    assert provisioned(active, "1")["Status"] == "READY"
    active.configure(Timeout=10)
    assert active.shown()["LastUpdateStatus"] == "Failed"


def test_what_is_provisioned_fails_for_the_reason_that_was_given(active: Account, mock_lambda: LambdaMock) -> None:
    active.publish()
    mock_lambda.fail_transition("orders", of="ProvisionedConcurrency", reason="No room.")
    provision(active, "1")
    assert provisioned(active, "1")["StatusReason"] == "No room."


@lifecycles
def test_nothing_is_provisioned_for_a_version_that_failed(
    aws: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders")
    aws.create(Publish=True)
    settled(aws)
    settled(aws, "1")
    refused = aws.refusal(
        "put_provisioned_concurrency_config",
        FunctionName="orders",
        Qualifier="1",
        ProvisionedConcurrentExecutions=1,
    )
    assert refused == conflict(aws)


# What an order strikes -----------------------------------------------------------------------------------------------


@observed
def test_an_order_strikes_a_change_that_is_under_way(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create()
    mock_lambda.fail_transition("orders")
    assert settled(aws)["State"] == "Failed"


def test_an_order_strikes_once(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert aws.shown()["State"] == "Active"


def test_an_order_strikes_as_often_as_it_says(active: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders", times=2)
    statuses = []
    for timeout in (10, 11, 12):
        active.configure(Timeout=timeout)
        statuses.append(active.shown()["LastUpdateStatus"])
    assert statuses == ["Failed", "Failed", "Successful"]


def test_an_order_spares_other_functions(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    aws.create("bills")
    assert aws.shown(name="bills")["State"] == "Active"


@pytest.mark.parametrize("named", ["orders", "123456789012:function:orders", "orders:1", "ARN", "ARN:1"])
def test_an_order_names_a_function_in_any_form(snap_start: Account, mock_lambda: LambdaMock, named: str) -> None:
    mock_lambda.fail_transition(named.replace("ARN", snap_start.arn()))
    snap_start.publish()
    assert snap_start.shown("1")["State"] == "Failed"


def test_an_order_is_for_the_region_and_account_that_it_names(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("arn:aws:lambda:eu-west-1:123456789012:function:orders")
    mock_lambda.fail_transition("orders", account_id="111111111111")
    mock_lambda.fail_transition("orders", region="eu-central-1")
    aws.create()
    assert aws.shown()["State"] == "Active"
    mock_lambda.function("orders", returns=None, region="eu-west-1")
    assert "Failed" in mock_lambda.describe()


@pytest.mark.parametrize("qualifier", ["$LATEST", "2"])
def test_an_order_with_a_qualifier_waits_for_that_version(
    active: Account, mock_lambda: LambdaMock, qualifier: str
) -> None:
    mock_lambda.fail_transition("orders", qualifier="7")
    mock_lambda.fail_transition("orders", qualifier=qualifier)
    active.configure(Timeout=10)
    assert (active.shown()["LastUpdateStatus"] == "Failed") == (qualifier == "$LATEST")


def test_of_several_orders_the_first_strikes_first(active: Account, mock_lambda: LambdaMock) -> None:
    codes = ["InvalidSubnet", "InvalidSecurityGroup"]
    for code in codes:
        mock_lambda.fail_transition("orders", reason_code=code)
    found = []
    for timeout in (10, 11):
        active.configure(Timeout=timeout)
        shown = active.shown()
        found.append((shown["LastUpdateStatusReasonCode"], shown["LastUpdateStatusReason"]))
    assert found == [(code, code) for code in codes]


def test_a_failure_without_words_is_an_internal_error(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    shown = aws.shown()
    assert (shown["StateReasonCode"], shown["StateReason"]) == ("InternalError", "InternalError")


def test_what_the_test_itself_deploys_can_fail_too(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    mock_lambda.function("orders", returns=None)
    assert aws.shown()["State"] == "Failed"


def test_a_failure_is_seen_in_the_picture(active: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders")
    active.configure(Timeout=10)
    mock_lambda.fail_transition("bills")
    active.create("bills")
    assert "Active, update Failed" in mock_lambda.describe()
    assert "  Failed  " in mock_lambda.describe()


# Waiters -------------------------------------------------------------------------------------------------------------


def wait(aws: Account, waiter: str, **parameters: str) -> None:
    aws.client.get_waiter(waiter).wait(FunctionName="orders", **parameters)


@lifecycles
@pytest.mark.parametrize("waiter", ["function_active", "function_active_v2"])
def test_a_waiter_for_a_function_ends_with_its_failure(
    aws: Account, mock_lambda: LambdaMock, waiter: str, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders")
    aws.create()
    with pytest.raises(WaiterError, match="terminal failure state") as caught:
        wait(aws, waiter)
    assert "Failed" in str(caught.value.last_response)


@lifecycles
@pytest.mark.parametrize("waiter", ["function_updated", "function_updated_v2"])
def test_a_waiter_for_an_update_ends_with_its_failure(
    active: Account, mock_lambda: LambdaMock, waiter: str, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders")
    active.configure(Timeout=10)
    with pytest.raises(WaiterError, match="terminal failure state"):
        wait(active, waiter)


@lifecycles
def test_a_waiter_for_a_version_ends_with_its_failure(
    snap_start: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("orders", qualifier="1")
    snap_start.publish()
    with pytest.raises(WaiterError, match="terminal failure state"):
        wait(snap_start, "published_version_active", Qualifier="1")
