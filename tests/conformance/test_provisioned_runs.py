"""Running on provisioned concurrency: which runs find an environment ready, and what is left for the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

observed = pytest.mark.lambda_mock(lifecycle="observed")

ON_DEMAND = "on-demand"
PROVISIONED = "provisioned-concurrency"
# It says how its environment was made, and which of the environment's runs this is.
COUNTING = """
import os

runs = 0

def handler(event, context):
    global runs
    runs += 1
    return [os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], runs]
"""
# The same, but before it is done it invokes what the event names, and adds what that returned.
NESTED = """
import json, os
import boto3

def handler(event, context):
    kinds = [os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]]
    if event:
        client = boto3.client("lambda", region_name="us-east-1")
        try:
            inner = client.invoke(FunctionName=event[0], Payload=json.dumps(event[1:]))["Payload"].read()
            kinds += json.loads(inner)
        except client.exceptions.TooManyRequestsException as error:
            kinds.append(error.response["Reason"])
    return kinds
"""
RESERVED_IS_FULL = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_IS_FULL = "ConcurrentInvocationLimitExceeded"


def put(aws: Account, qualifier: str, number: int = 1) -> Answer:
    return aws.call(
        "put_provisioned_concurrency_config",
        FunctionName="orders",
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=number,
    )


def delete(aws: Account, qualifier: str) -> None:
    aws.call("delete_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)


def get(aws: Account, qualifier: str) -> Any:
    return aws.call("get_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)["Status"]


def reserve(aws: Account, number: int) -> None:
    aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=number)


def ran(aws: Account, qualifier: str | None = None, event: object = None) -> Any:
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    payload = json.dumps({} if event is None else event).encode()
    answer = aws.call("invoke", FunctionName="orders", Payload=payload, **parameters)
    return json.loads(answer["Payload"].read())


def refusal(aws: Account, qualifier: str) -> Answer:
    return aws.refusal("invoke", FunctionName="orders", Qualifier=qualifier)


def throttled(aws: Account) -> Answer:
    return aws.error("TooManyRequestsException", "Rate Exceeded.") | {"Reason": RESERVED_IS_FULL}


@pytest.fixture
def counting(aws: Account) -> Account:
    """Version 1 counts its runs, and the alias `live` leads to it."""
    aws.create("orders", COUNTING, Publish=True)
    aws.alias()
    return aws


@pytest.fixture
def nested(aws: Account) -> Account:
    """Version 1 invokes what it is told to."""
    aws.create("orders", NESTED, Publish=True, Timeout=900)
    return aws


# Which environments --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_a_provisioned_version_runs_in_environments_of_its_own_whoever_leads_to_it(
    counting: Account, qualifier: str
) -> None:
    assert [ran(counting, "1"), ran(counting, "live")] == [[ON_DEMAND, 1], [ON_DEMAND, 2]]
    put(counting, qualifier)
    assert [ran(counting, "1"), ran(counting, "live")] == [[PROVISIONED, 1], [PROVISIONED, 2]]
    assert ran(counting) == [ON_DEMAND, 1]


def test_once_nothing_is_provisioned_any_more_the_environments_on_demand_are_back(counting: Account) -> None:
    ran(counting, "1")
    put(counting, "1")
    ran(counting, "1")
    delete(counting, "1")
    assert ran(counting, "1") == [ON_DEMAND, 2]


def test_what_is_provisioned_anew_has_new_environments(counting: Account) -> None:
    put(counting, "1")
    assert ran(counting, "1") == [PROVISIONED, 1]
    delete(counting, "1")
    put(counting, "1")
    assert ran(counting, "1") == [PROVISIONED, 1]


def test_another_number_keeps_the_environments_that_there_are(counting: Account) -> None:
    put(counting, "1")
    ran(counting, "1")
    put(counting, "1", 5)
    assert ran(counting, "1") == [PROVISIONED, 2]


def test_when_an_alias_moves_its_environments_move_to_the_other_version(counting: Account) -> None:
    put(counting, "live")
    counting.configure(Timeout=10)
    counting.publish()
    assert ran(counting, "2") == [ON_DEMAND, 1]
    counting.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    assert ran(counting, "1") == [ON_DEMAND, 1]
    assert [ran(counting, "2"), ran(counting, "live")] == [[PROVISIONED, 1], [PROVISIONED, 2]]


def test_of_a_weighted_alias_the_version_that_it_points_to_is_provisioned(counting: Account) -> None:
    put(counting, "live")
    counting.configure(Timeout=10)
    counting.publish()
    weights = {"AdditionalVersionWeights": {"2": 1.0}}
    counting.call("update_alias", FunctionName="orders", Name="live", RoutingConfig=weights)
    assert ran(counting, "live") == [ON_DEMAND, 1]
    assert ran(counting, "1") == [PROVISIONED, 1]


@observed
def test_observed_runs_are_on_demand_until_what_is_asked_for_is_ready(counting: Account) -> None:
    counting.shown("1")
    reserve(counting, 1)
    put(counting, "1")
    assert ran(counting, "1") == [ON_DEMAND, 1]
    assert get(counting, "1") == "IN_PROGRESS"
    assert ran(counting, "1") == [PROVISIONED, 1]


@observed
def test_observed_the_old_version_keeps_the_environments_until_a_move_is_through(counting: Account) -> None:
    counting.shown("1")
    counting.shown()
    put(counting, "live")
    get(counting, "live")
    counting.configure(Timeout=10)
    counting.shown()
    counting.publish()
    counting.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    assert [ran(counting, "1"), ran(counting, "live")] == [[PROVISIONED, 1], [ON_DEMAND, 1]]
    assert get(counting, "live") == "IN_PROGRESS"
    assert [ran(counting, "1"), ran(counting, "live")] == [[ON_DEMAND, 1], [PROVISIONED, 1]]


def test_a_callable_sees_how_its_environment_was_made(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Publish=True)
    def handler(event: object, context: object) -> str:
        import os

        return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]

    put(aws, "1")
    assert [ran(aws, "1"), ran(aws)] == [PROVISIONED, ON_DEMAND]


# How many ------------------------------------------------------------------------------------------------------------


def test_a_run_that_finds_none_ready_runs_on_demand(nested: Account) -> None:
    put(nested, "1", 2)
    assert ran(nested, "1", ["orders:1"] * 3) == [PROVISIONED, PROVISIONED, ON_DEMAND, ON_DEMAND]
    assert ran(nested, "1", []) == [PROVISIONED]


def test_where_all_that_is_reserved_is_provisioned_latest_does_not_run(counting: Account) -> None:
    reserve(counting, 1)
    assert ran(counting) == [ON_DEMAND, 1]
    put(counting, "1")
    assert refusal(counting, "$LATEST") == throttled(counting)
    assert ran(counting, "1") == [PROVISIONED, 1]
    assert refusal(counting, "$LATEST") == throttled(counting)


def test_where_all_that_is_reserved_is_provisioned_nothing_runs_on_demand(nested: Account) -> None:
    reserve(nested, 2)
    put(nested, "1", 2)
    assert ran(nested, "1", ["orders:1"] * 2) == [PROVISIONED, PROVISIONED, RESERVED_IS_FULL]


def test_what_is_reserved_beyond_the_provisioned_runs_on_demand(nested: Account) -> None:
    reserve(nested, 3)
    put(nested, "1", 1)
    assert ran(nested, "1", ["orders:1"] * 3) == [PROVISIONED, ON_DEMAND, ON_DEMAND, RESERVED_IS_FULL]
    assert ran(nested, None, ["orders", "orders"]) == [ON_DEMAND, ON_DEMAND, RESERVED_IS_FULL]
    assert ran(nested, None, ["orders", "orders:1"]) == [ON_DEMAND, ON_DEMAND, PROVISIONED]


@pytest.mark.lambda_mock(limits={"concurrent_executions": 3, "unreserved_concurrent_executions": 1})
def test_other_functions_do_without_what_is_provisioned(nested: Account) -> None:
    nested.create("bills", NESTED, Timeout=900)
    put(nested, "1", 2)
    assert ran(nested, None, ["bills"]) == [ON_DEMAND, ACCOUNT_IS_FULL]
    assert ran(nested, None, ["orders:1", "orders:1"]) == [ON_DEMAND, PROVISIONED, PROVISIONED]
    delete(nested, "1")
    assert ran(nested, None, ["bills", "bills", "bills"]) == [ON_DEMAND, ON_DEMAND, ON_DEMAND, ACCOUNT_IS_FULL]


def test_a_run_may_give_back_the_concurrency_that_it_runs_on(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Publish=True, Timeout=900)
    def handler(event: object, context: object) -> None:
        delete(aws, "1")

    reserve(aws, 1)
    for _ in range(3):
        put(aws, "1")
        assert ran(aws, "1") is None
    assert ran(aws) is None


# Events --------------------------------------------------------------------------------------------------------------


def send(aws: Account, qualifier: str) -> None:
    aws.call("invoke", FunctionName="orders", Qualifier=qualifier, InvocationType="Event")


def test_an_event_for_a_provisioned_version_waits_for_its_turn(aws: Account, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("orders", Publish=True, Timeout=900)
    def handler(event: Any, context: object) -> None:
        if event == "first":
            send(aws, "1")

    reserve(aws, 1)
    put(aws, "1")
    assert ran(aws, "1", "first") is None
    assert len(mock_lambda.invocations) == 2


def test_an_event_that_finds_nothing_to_run_in_gets_too_old(aws: Account, mock_lambda: LambdaMock) -> None:
    told: list[Any] = []
    mock_lambda.clock.freeze()
    mock_lambda.function("told", lambda event, context: told.append(event))
    mock_lambda.function("orders", returns=None, Publish=True)
    aws.call(
        "put_function_event_invoke_config",
        FunctionName="orders",
        Qualifier="$LATEST",
        MaximumEventAgeInSeconds=600,
        DestinationConfig={"OnFailure": {"Destination": aws.arn("told")}},
    )
    reserve(aws, 1)
    put(aws, "1")
    before = mock_lambda.clock.time()
    send(aws, "$LATEST")
    assert [record["requestContext"]["condition"] for record in told] == ["EventAgeExceeded"]
    assert told[0]["requestContext"]["approximateInvokeCount"] == 0
    assert "responsePayload" not in told[0]
    assert mock_lambda.clock.time() - before == pytest.approx(600)
