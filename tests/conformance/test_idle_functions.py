"""Functions that nobody has invoked for two weeks: Inactive, and woken by an invocation that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from tests.conformance.conftest import KNOWN_SHAPES, Account

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Answer

# The tests here are about states, and wait for themselves.
pytestmark = pytest.mark.lambda_mock(lifecycle="instant")

observed = pytest.mark.lambda_mock(lifecycle="observed")

DAY = 86_400
FORTNIGHT = 14 * DAY
VPC = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
SNAPSHOTS = {"ApplyOn": "PublishedVersions"}
INACTIVE = {"State": "Inactive", "StateReason": "The function is idle.", "StateReasonCode": "Idle"}
RESTORING = {"State": "Pending", "StateReason": "The function is being restored.", "StateReasonCode": "Restoring"}
REPLY = "def handler(event, context):\n    return 'here'\n"
INITIALIZING = "Lambda is initializing your function. It will be ready to invoke"
NO_CONNECTION = (
    "The function is inactive and its VPC connection is no longer available. "
    "Wait for the VPC connection to reestablish and try again."
)


@pytest.fixture
def aws(mock_lambda: LambdaMock) -> Account:
    """An account whose client doesn't try again: AWS refuses with an error that it would retry."""
    mock_lambda.clock.freeze()
    config = Config(region_name="us-east-1", retries={"mode": "standard", "total_max_attempts": 1})
    return Account(boto3.client("lambda", config=config))


def made(aws: Account, kind: str) -> str | None:
    """Make a function of that kind, Active, and give the qualifier of what becomes idle."""
    members: dict[str, dict[str, Any]] = {
        "vpc": {"VpcConfig": VPC},
        "image": {"PackageType": "Image"},
        "snapshot": {"SnapStart": SNAPSHOTS},
    }
    aws.create(code=REPLY, **members[kind])
    aws.shown()
    if kind != "snapshot":
        return None
    aws.publish()
    aws.shown("1")
    return "1"


def refusal(aws: Account, qualifier: str | None, **members: str) -> Answer:
    parameters = members if qualifier is None else {**members, "Qualifier": qualifier}
    return aws.refusal("invoke", FunctionName="orders", **parameters)


def error(status: int, code: str, member: str, message: str, fault: str = "User") -> Answer:
    expected: Answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": status}
    return expected | {member: message, "Type": fault} if code in KNOWN_SHAPES else expected


REFUSALS = {
    "snapshot": error(
        409, "SnapStartNotReadyException", "Message", f"{INITIALIZING} once your function state becomes ACTIVE."
    ),
    "vpc": error(502, "ResourceNotReadyException", "message", NO_CONNECTION, "Service"),
    "image": error(409, "CodeArtifactUserPendingException", "message", f"{INITIALIZING} shortly."),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_lambda_keeps_ready_is_taken_away_after_two_weeks(
    aws: Account, mock_lambda: LambdaMock, kind: str
) -> None:
    qualifier = made(aws, kind)
    before = aws.shown(qualifier)
    mock_lambda.clock.advance(FORTNIGHT - 1)
    assert aws.shown(qualifier) == before
    mock_lambda.clock.advance(1)
    assert aws.shown(qualifier) == {**before, **INACTIVE}


def test_get_function_shows_it_too(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    assert aws.call("get_function", FunctionName="orders")["Configuration"]["State"] == "Inactive"


def test_an_ordinary_function_never_becomes_idle(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=REPLY, Publish=True, VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    mock_lambda.clock.advance(100 * FORTNIGHT)
    assert [aws.shown(qualifier)["State"] for qualifier in (None, "1")] == ["Active", "Active"]
    assert aws.result() == ('"here"', "$LATEST")


def test_only_versions_have_snapshots_to_lose(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "snapshot")
    mock_lambda.clock.advance(FORTNIGHT)
    assert aws.result() == ('"here"', "$LATEST")


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event", "DryRun"])
def test_an_invocation_of_an_idle_function_fails_and_wakes_it(
    aws: Account, mock_lambda: LambdaMock, kind: str, invocation_type: str
) -> None:
    qualifier = made(aws, kind)
    mock_lambda.clock.advance(FORTNIGHT)
    assert refusal(aws, qualifier, InvocationType=invocation_type) == REFUSALS[kind]
    assert not mock_lambda.invocations
    assert aws.shown(qualifier)["State"] == "Active"
    mock_lambda.override("orders", lambda event, context: "here")
    assert aws.result(qualifier)[0] == '"here"'


@observed
@pytest.mark.parametrize("kind", REFUSALS)
def test_until_it_is_ready_again_it_is_pending(aws: Account, mock_lambda: LambdaMock, kind: str) -> None:
    qualifier = made(aws, kind)
    active = aws.shown(qualifier)
    mock_lambda.clock.advance(FORTNIGHT)
    refusal(aws, qualifier)
    assert refusal(aws, qualifier) == aws.error(
        "ResourceConflictException",
        "The operation cannot be performed at this time. The function is currently in the following state: Pending",
    )
    assert aws.shown(qualifier) == {**active, **RESTORING}
    assert {**aws.shown(qualifier), "RevisionId": aws.UUID} == {**active, "RevisionId": aws.UUID}


def test_an_idle_version_is_woken_through_its_alias(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "snapshot")
    aws.alias("live", "1")
    mock_lambda.clock.advance(FORTNIGHT)
    assert refusal(aws, "live") == REFUSALS["snapshot"]
    assert aws.result("live") == ('"here"', "1")


def test_botocore_tries_again_where_a_vpc_is_being_connected(lambda_client: Any, mock_lambda: LambdaMock) -> None:
    account = Account(lambda_client)
    made(account, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    assert account.result() == ('"here"', "$LATEST")
    errors = [call.error for call in mock_lambda.calls.filter(operation="Invoke")]
    assert errors == ["ResourceNotReadyException", None]


@pytest.mark.parametrize("kind", ["vpc", "snapshot"])
def test_an_invocation_keeps_a_function_from_being_idle(aws: Account, mock_lambda: LambdaMock, kind: str) -> None:
    qualifier = made(aws, kind)
    for _ in range(3):
        mock_lambda.clock.advance(FORTNIGHT - DAY)
        assert aws.result(qualifier)[0] == '"here"'


def test_a_version_with_provisioned_concurrency_is_never_idle(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=REPLY, Publish=True, VpcConfig=VPC)
    aws.call(
        "put_provisioned_concurrency_config",
        FunctionName="orders",
        Qualifier="1",
        ProvisionedConcurrentExecutions=1,
    )
    mock_lambda.clock.advance(FORTNIGHT)
    assert [aws.shown(qualifier)["State"] for qualifier in ("1", None)] == ["Active", "Inactive"]


def test_the_time_counts_from_publishing(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=REPLY, SnapStart=SNAPSHOTS)
    mock_lambda.clock.advance(FORTNIGHT)
    aws.publish()
    mock_lambda.clock.advance(FORTNIGHT - 1)
    assert aws.shown("1")["State"] == "Active"
    mock_lambda.clock.advance(1)
    assert aws.shown("1")["State"] == "Inactive"


def test_each_version_is_idle_for_itself(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=REPLY, SnapStart=SNAPSHOTS)
    aws.publish()
    aws.configure(Timeout=10)
    aws.publish()
    mock_lambda.clock.advance(FORTNIGHT - 1)
    aws.result("2")
    mock_lambda.clock.advance(1)
    assert [aws.shown(number)["State"] for number in "12"] == ["Inactive", "Active"]


def test_an_update_wakes_an_idle_function(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    assert aws.shown()["State"] == "Inactive"
    answer = aws.configure(Timeout=10)
    assert (answer["State"], answer["LastUpdateStatus"]) == ("Active", "InProgress")
    assert aws.result() == ('"here"', "$LATEST")


@observed
def test_an_update_that_is_in_progress_is_not_overtaken_by_idleness(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    aws.configure(Timeout=10)
    mock_lambda.clock.advance(FORTNIGHT)
    assert [aws.shown()["LastUpdateStatus"] for _ in range(2)] == ["InProgress", "Successful"]


def test_an_idle_function_can_be_published(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    assert aws.shown()["State"] == "Inactive"
    assert aws.publish()["State"] == "Active"
    assert aws.result("1") == ('"here"', "1")


@pytest.mark.parametrize("lifecycle", [pytest.param("observed", marks=observed), "instant"])
def test_a_function_that_can_not_be_restored_stays_inactive(
    aws: Account, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    mock_lambda.fail_transition("orders", reason_code="SubnetOutOfIPAddresses", reason="No address is left.")
    refusal(aws, None)
    aws.shown()
    shown = aws.shown()
    assert (shown["State"], shown["StateReasonCode"]) == ("Inactive", "SubnetOutOfIPAddresses")
    assert (shown["StateReason"], shown["LastUpdateStatus"]) == ("No address is left.", "Successful")
    assert refusal(aws, None) == REFUSALS["vpc"]
    aws.shown()
    assert aws.result() == ('"here"', "$LATEST")


def test_a_version_that_can_not_be_restored_is_published_all_the_same(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "snapshot")
    mock_lambda.clock.advance(FORTNIGHT)
    mock_lambda.fail_transition("orders", qualifier="1")
    refusal(aws, "1")
    assert aws.shown("1")["StateReasonCode"] == "InternalError"
    assert aws.publish()["Version"] == "1"


def test_a_waiter_waits_in_vain_for_an_idle_function_to_wake_by_itself(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        aws.client.get_waiter("function_active_v2").wait(FunctionName="orders")


def test_an_idle_function_can_be_deleted(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    aws.shown()
    assert aws.call("delete_function", FunctionName="orders") == aws.deletion()


def test_a_missing_version_is_missing_however_idle_the_function_is(aws: Account, mock_lambda: LambdaMock) -> None:
    made(aws, "vpc")
    mock_lambda.clock.advance(FORTNIGHT)
    with pytest.raises(ClientError, match="Function not found"):
        aws.client.invoke(FunctionName="orders", Qualifier="9")
