"""Function scaling: how many execution environments a version on managed instances has, and none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.managed_instances.conftest import Fleet

observed = pytest.mark.lambda_mock(lifecycle="observed")
PUBLISHED = "$LATEST.PUBLISHED"
NONE = {"MinExecutionEnvironments": 0, "MaxExecutionEnvironments": 0}
SOME = {"MinExecutionEnvironments": 5, "MaxExecutionEnvironments": 20}


@pytest.fixture
def fleet(fleet: Fleet) -> Fleet:
    """With a function `orders`, its version 1 and its `$LATEST.PUBLISHED`, all of them settled."""
    fleet.deploy(Publish=True)
    for qualifier in (None, "1"):
        fleet.aws.shown(qualifier)
    fleet.publish_latest()
    fleet.aws.shown(PUBLISHED)
    return fleet


def put(fleet: Fleet, config: dict[str, int] | None, qualifier: str = PUBLISHED) -> Answer:
    given = {} if config is None else {"FunctionScalingConfig": config}
    return fleet.aws.call("put_function_scaling_config", FunctionName="orders", Qualifier=qualifier, **given)


def get(fleet: Fleet, qualifier: str = PUBLISHED) -> Answer:
    return fleet.aws.call("get_function_scaling_config", FunctionName="orders", Qualifier=qualifier)


def shown(fleet: Fleet, qualifier: str = PUBLISHED, **members: Any) -> Answer:
    return fleet.aws.answer(200, {"FunctionArn": fleet.aws.arn(qualifier=qualifier), **members})


def test_nothing_is_set_at_first(fleet: Fleet) -> None:
    assert get(fleet) == shown(fleet)


@pytest.mark.parametrize("qualifier", [PUBLISHED, "1"])
@pytest.mark.parametrize("config", [SOME, {"MinExecutionEnvironments": 4}, {"MaxExecutionEnvironments": 3}])
def test_what_was_set_is_in_effect(fleet: Fleet, qualifier: str, config: dict[str, int]) -> None:
    assert put(fleet, config, qualifier) == fleet.aws.answer(202, {"FunctionState": "Active"})
    assert get(fleet, qualifier) == shown(fleet, qualifier, AppliedFunctionScalingConfig=config)


@pytest.mark.parametrize("nothing", [None, {}])
def test_setting_nothing_takes_it_away(fleet: Fleet, nothing: dict[str, int] | None) -> None:
    put(fleet, SOME)
    put(fleet, nothing)
    assert get(fleet) == shown(fleet)


def test_it_is_each_versions_own(fleet: Fleet) -> None:
    put(fleet, SOME, "1")
    assert get(fleet) == shown(fleet)
    fleet.aws.configure(Timeout=10)
    fleet.aws.publish()
    assert get(fleet, "2") == shown(fleet, "2")


def test_latest_published_keeps_it_when_it_is_published_to_again(fleet: Fleet) -> None:
    put(fleet, SOME)
    fleet.publish_latest()
    assert get(fleet) == shown(fleet, AppliedFunctionScalingConfig=SOME)


def test_it_goes_with_its_version(fleet: Fleet) -> None:
    put(fleet, SOME)
    fleet.aws.call("delete_function", FunctionName="orders", Qualifier=PUBLISHED)
    fleet.publish_latest()
    assert get(fleet) == shown(fleet)


@observed
def test_observed_what_was_asked_for_is_in_effect_once_it_was_seen(fleet: Fleet) -> None:
    put(fleet, SOME)
    assert get(fleet) == shown(fleet, RequestedFunctionScalingConfig=SOME)
    assert get(fleet) == shown(fleet, AppliedFunctionScalingConfig=SOME)
    put(fleet, {"MinExecutionEnvironments": 6})
    expected: dict[str, Any] = {
        "AppliedFunctionScalingConfig": SOME,
        "RequestedFunctionScalingConfig": {"MinExecutionEnvironments": 6},
    }
    assert get(fleet) == shown(fleet, **expected)


# None at all ----------------------------------------------------------------------------------------------------------


def test_a_version_without_environments_is_deactivated(fleet: Fleet) -> None:
    assert put(fleet, NONE) == fleet.aws.answer(202, {"FunctionState": "Deactivating"})
    assert get(fleet) == shown(fleet, AppliedFunctionScalingConfig=NONE)
    assert fleet.aws.shown(PUBLISHED)["State"] == "Deactivated"
    assert fleet.versions() == [(f"orders:{PUBLISHED}", "Deactivated"), ("orders:1", "Active")]
    assert fleet.aws.refusal("invoke", FunctionName="orders") == fleet.state_conflict("Deactivated")
    assert put(fleet, NONE) == fleet.aws.answer(202, {"FunctionState": "Deactivated"})


def test_a_deactivated_version_comes_back_with_environments(fleet: Fleet) -> None:
    put(fleet, NONE, "1")
    assert put(fleet, SOME, "1") == fleet.aws.answer(202, {"FunctionState": "Pending"})
    assert fleet.aws.shown("1") == fleet.aws.answer(
        200, fleet.configuration("orders", "1", Version="1", **fleet.aws.ACTIVE)
    )
    assert fleet.aws.result("1")[1] == "1"


@pytest.mark.lambda_mock(lifecycle="instant")
def test_publishing_again_does_not_bring_it_back(fleet: Fleet) -> None:
    put(fleet, NONE)
    assert fleet.publish_latest()["State"] == "Deactivated"
    assert fleet.aws.shown(PUBLISHED)["State"] == "Deactivated"


@observed
def test_observed_the_states_on_the_way_are_seen_once(fleet: Fleet) -> None:
    put(fleet, NONE)
    again = {"FunctionName": "orders", "Qualifier": PUBLISHED, "FunctionScalingConfig": SOME}
    assert fleet.aws.refusal("put_function_scaling_config", **again) == fleet.state_conflict("Deactivating")
    assert [fleet.aws.shown(PUBLISHED)["State"] for _ in range(2)] == ["Deactivating", "Deactivated"]
    put(fleet, SOME)
    restoring = fleet.aws.shown(PUBLISHED)
    assert (restoring["State"], restoring["StateReason"], restoring["StateReasonCode"]) == (
        "Pending",
        "The function is being restored.",
        "Restoring",
    )
    assert fleet.aws.shown(PUBLISHED)["State"] == "Active"


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"MinExecutionEnvironments": 5, "MaxExecutionEnvironments": 4},
            "MinExecutionEnvironments (5) can't be greater than MaxExecutionEnvironments (4).",
        ),
        (
            {"MaxExecutionEnvironments": 2},
            "MinExecutionEnvironments (3) can't be greater than MaxExecutionEnvironments (2).",
        ),
        (
            {"MinExecutionEnvironments": 0, "MaxExecutionEnvironments": 1},
            "MinExecutionEnvironments can be 0 only when MaxExecutionEnvironments is 0 too.",
        ),
        (
            {"MinExecutionEnvironments": 0},
            "MinExecutionEnvironments can be 0 only when MaxExecutionEnvironments is 0 too.",
        ),
    ],
)
def test_numbers_that_can_not_be_are_refused(fleet: Fleet, config: dict[str, int], message: str) -> None:
    request = {"FunctionName": "orders", "Qualifier": PUBLISHED, "FunctionScalingConfig": config}
    assert fleet.aws.refusal("put_function_scaling_config", **request) == fleet.aws.invalid(message)
    assert get(fleet) == shown(fleet)


@pytest.mark.parametrize("operation", ["put_function_scaling_config", "get_function_scaling_config"])
@pytest.mark.parametrize(("name", "qualifier"), [("nobody", "1"), ("orders", "7")])
def test_what_is_missing_is_named(fleet: Fleet, operation: str, name: str, qualifier: str) -> None:
    refusal = fleet.aws.refusal(operation, FunctionName=name, Qualifier=qualifier)
    assert refusal == fleet.aws.not_found(name, qualifier)


@pytest.mark.parametrize("operation", ["put_function_scaling_config", "get_function_scaling_config"])
def test_ordinary_functions_do_not_scale_like_that(fleet: Fleet, operation: str) -> None:
    fleet.aws.create("bills", Publish=True)
    refusal = fleet.aws.refusal(operation, FunctionName="bills", Qualifier="1")
    assert refusal == fleet.aws.invalid("FunctionScalingConfig is only supported for Lambda Managed Instances.")


@observed
def test_observed_a_version_that_is_not_there_yet_does_not_scale(fleet: Fleet) -> None:
    fleet.aws.configure(Timeout=10)
    fleet.aws.shown()
    fleet.aws.publish()
    request = {"FunctionName": "orders", "Qualifier": "2", "FunctionScalingConfig": SOME}
    assert fleet.aws.refusal("put_function_scaling_config", **request) == fleet.state_conflict("Pending")


@pytest.mark.parametrize("qualifier", ["$LATEST", "live"])
def test_latest_and_aliases_do_not_scale(unchecked: Account, qualifier: str) -> None:
    request = {"FunctionName": "orders", "Qualifier": qualifier}
    assert unchecked.refusal("get_function_scaling_config", **request) == unchecked.misshapen(
        f"Value '{qualifier}' at 'qualifier' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: (\$LATEST\.PUBLISHED|[0-9]+)"
    )
