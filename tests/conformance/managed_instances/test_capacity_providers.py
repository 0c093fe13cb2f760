"""Capacity providers: how they are made, shown, changed and deleted, and which versions run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account
    from tests.conformance.managed_instances.conftest import Fleet

observed = pytest.mark.lambda_mock(lifecycle="observed")
instant = pytest.mark.lambda_mock(lifecycle="instant")
GIVEN: dict[str, Any] = {
    "InstanceRequirements": {"Architectures": ["arm64"], "AllowedInstanceTypes": ["m8g.large", "c8g.*"]},
    "CapacityProviderScalingConfig": {
        "MaxVCpuCount": 30,
        "ScalingMode": "Manual",
        "ScalingPolicies": [
            {"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": 50.0}
        ],
    },
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
    "PropagateTags": {"Mode": "Explicit", "ExplicitTags": {"team": "shop"}},
    "TelemetryConfig": {"LoggingConfig": {"SystemLogLevel": "DEBUG", "LogGroup": "/fleet"}},
}


def missing(aws: Account, arn: str) -> Any:
    return aws.error("ResourceNotFoundException", f"Capacity provider not found: {arn}")


# Making and reading ---------------------------------------------------------------------------------------------------


def test_a_new_provider_is_pending_with_defaults_for_what_was_not_given(empty: Fleet) -> None:
    assert empty.provide() == empty.aws.answer(202, {"CapacityProvider": empty.described(State="Pending")})
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": empty.described()})


def test_whatever_is_given_is_shown(empty: Fleet) -> None:
    known = empty.aws.client.meta.service_model.operation_model("CreateCapacityProvider").input_shape.members
    given = {member: value for member, value in GIVEN.items() if member in known}
    empty.provide(**given)
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": empty.described(**given)})


@pytest.mark.parametrize("form", ["{}", "arn:aws:lambda:us-east-1:123456789012:capacity-provider:{}"])
def test_a_provider_is_named_by_name_or_arn(empty: Fleet, form: str) -> None:
    empty.provide(form.format("fleet"))
    assert empty.get(form.format("fleet")) == empty.aws.answer(200, {"CapacityProvider": empty.described()})
    assert empty.delete(form.format("fleet"))["CapacityProvider"]["CapacityProviderArn"] == empty.arn()


def test_last_modified_is_when_it_was_made_or_changed(empty: Fleet, mock_lambda: LambdaMock) -> None:
    created = empty.provide()["CapacityProvider"]["LastModified"]
    mock_lambda.clock.advance(60)
    assert empty.get()["CapacityProvider"]["LastModified"] == created
    updated = empty.aws.call("update_capacity_provider", CapacityProviderName="fleet")["CapacityProvider"]
    assert updated["LastModified"] > created


@observed
def test_observed_a_provider_is_pending_until_it_was_seen_so(empty: Fleet) -> None:
    empty.provide()
    assert empty.aws.call("list_capacity_providers", State="Pending")["CapacityProviders"] != []
    assert [empty.get()["CapacityProvider"]["State"] for _ in range(3)] == ["Pending", "Active", "Active"]


@observed
def test_observed_a_provider_that_is_pending_can_not_be_used_or_changed(empty: Fleet) -> None:
    empty.provide()
    pending = empty.state_conflict("Pending", "capacity provider")
    assert empty.refused_function() == pending
    assert empty.aws.refusal("update_capacity_provider", CapacityProviderName="fleet") == pending
    assert empty.aws.call("list_functions")["Functions"] == []


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lifecycle", [pytest.param("instant", marks=instant), pytest.param("observed", marks=observed)]
)
def test_a_provider_that_cannot_be_made_has_failed_and_can_only_be_deleted(
    empty: Fleet, mock_lambda: LambdaMock, lifecycle: str
) -> None:
    mock_lambda.fail_transition("fleet", of="CapacityProvider")
    assert empty.provide() == empty.aws.answer(202, {"CapacityProvider": empty.described(State="Pending")})
    if lifecycle == "observed":
        empty.get()
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": empty.described(State="Failed")})
    assert empty.refused_function() == empty.state_conflict("Failed", "capacity provider")
    empty.delete()
    if lifecycle == "observed":
        empty.get()
    empty.provide()
    if lifecycle == "observed":
        empty.get()
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": empty.described()})


def test_a_name_that_is_taken_is_refused(fleet: Fleet) -> None:
    expected = fleet.aws.error("ResourceConflictException", f"Capacity provider already exists: {fleet.arn()}")
    assert fleet.refused(KmsKeyArn=GIVEN["KmsKeyArn"]) == expected
    assert "KmsKeyArn" not in fleet.get()["CapacityProvider"]


def test_allowed_and_excluded_instance_types_exclude_each_other(empty: Fleet) -> None:
    both = {"AllowedInstanceTypes": ["m5.large"], "ExcludedInstanceTypes": ["m5.*"]}
    message = "You can specify only one of AllowedInstanceTypes or ExcludedInstanceTypes."
    assert empty.refused(InstanceRequirements=both) == empty.aws.invalid(message)
    assert empty.aws.call("list_capacity_providers")["CapacityProviders"] == []


@pytest.mark.lambda_mock(limits={"capacity_providers": 2})
def test_an_account_has_so_many_providers_at_most(empty: Fleet) -> None:
    empty.provide("one")
    empty.provide("two")
    assert empty.refused("three") == empty.aws.error(
        "CapacityProviderLimitExceededException",
        "The maximum number of capacity providers for your account has been exceeded.",
    )
    empty.delete("one")
    empty.provide("three")


def test_a_provider_elsewhere_is_not_found_and_not_created(fleet: Fleet) -> None:
    elsewhere = fleet.arn().replace("us-east-1", "eu-west-1")
    assert fleet.aws.refusal("get_capacity_provider", CapacityProviderName=elsewhere) == missing(fleet.aws, elsewhere)
    assert fleet.refused(elsewhere) == fleet.aws.invalid(
        f"The capacity provider {elsewhere} can't be created from here: it belongs to another account or region."
    )


@pytest.mark.parametrize(
    "operation",
    [
        "get_capacity_provider",
        "update_capacity_provider",
        "delete_capacity_provider",
        "list_function_versions_by_capacity_provider",
    ],
)
def test_a_missing_provider_is_named_by_its_arn(empty: Fleet, operation: str) -> None:
    assert empty.aws.refusal(operation, CapacityProviderName="fleet") == missing(empty.aws, empty.arn())


def test_a_provider_with_too_many_tags_is_not_made(empty: Fleet) -> None:
    tags = {f"key-{number}": "value" for number in range(51)}
    assert empty.refused(Tags=tags) == empty.aws.invalid("Number of tags exceeds resource tag limit.")
    assert empty.aws.call("list_capacity_providers")["CapacityProviders"] == []


def test_tags_given_at_creation_are_there(empty: Fleet) -> None:
    empty.provide(Tags={"team": "shop"})
    assert empty.aws.call("list_tags", Resource=empty.arn())["Tags"] == {"team": "shop"}


# Changing -------------------------------------------------------------------------------------------------------------


def test_an_update_replaces_what_is_given_and_leaves_the_rest(empty: Fleet) -> None:
    empty.provide(CapacityProviderScalingConfig=GIVEN["CapacityProviderScalingConfig"])
    answer = empty.aws.call(
        "update_capacity_provider",
        CapacityProviderName="fleet",
        CapacityProviderScalingConfig={"MaxVCpuCount": 60},
    )
    changed = empty.described(CapacityProviderScalingConfig={"MaxVCpuCount": 60, "ScalingMode": "Auto"})
    assert answer == empty.aws.answer(202, {"CapacityProvider": changed})
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": changed})
    empty.aws.call("update_capacity_provider", CapacityProviderName="fleet")
    assert empty.get() == empty.aws.answer(200, {"CapacityProvider": changed})


# Deleting -------------------------------------------------------------------------------------------------------------


def test_a_deleted_provider_is_gone(fleet: Fleet) -> None:
    assert fleet.delete() == fleet.aws.answer(202, {"CapacityProvider": fleet.described(State="Deleting")})
    assert fleet.aws.refusal("get_capacity_provider", CapacityProviderName="fleet") == missing(fleet.aws, fleet.arn())
    assert fleet.aws.refusal("list_tags", Resource=fleet.arn()) == missing(fleet.aws, fleet.arn())
    fleet.provide()


@observed
def test_observed_a_provider_is_deleted_once_it_was_seen_deleting(fleet: Fleet) -> None:
    fleet.delete()
    deleting = fleet.state_conflict("Deleting", "capacity provider")
    assert fleet.aws.refusal("delete_capacity_provider", CapacityProviderName="fleet") == deleting
    assert fleet.refused_function() == deleting
    assert fleet.refused()["Error"]["Code"] == "ResourceConflictException"
    assert fleet.get()["CapacityProvider"]["State"] == "Deleting"
    assert fleet.aws.refusal("get_capacity_provider", CapacityProviderName="fleet") == missing(fleet.aws, fleet.arn())


def test_a_provider_that_functions_use_is_not_deleted(fleet: Fleet) -> None:
    def in_use(count: int) -> Any:
        return fleet.aws.error(
            "ResourceConflictException",
            f"The capacity provider is currently in use by {count} functions. "
            f"To delete this capacity provider, first remove its association with {fleet.arn()}.",
        )

    fleet.provide("other")
    fleet.deploy(Publish=True)
    fleet.deploy("bills")
    assert fleet.aws.refusal("delete_capacity_provider", CapacityProviderName="fleet") == in_use(2)
    fleet.aws.call("delete_function", FunctionName="bills")
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    # A version that was published while it ran here goes on to.
    assert fleet.aws.refusal("delete_capacity_provider", CapacityProviderName="fleet") == in_use(1)
    fleet.aws.call("delete_function", FunctionName="orders", Qualifier="1")
    assert fleet.delete()["CapacityProvider"]["State"] == "Deleting"


# Lists ----------------------------------------------------------------------------------------------------------------


def test_providers_are_listed_by_name_and_in_pages(empty: Fleet) -> None:
    for name in ("c", "a", "b"):
        empty.provide(name)
    first = empty.aws.call("list_capacity_providers", MaxItems=2)
    assert first["CapacityProviders"] == [empty.described("a"), empty.described("b")]
    empty.delete("b")
    rest = empty.aws.call("list_capacity_providers", Marker=first["NextMarker"])
    assert rest == empty.aws.answer(200, {"CapacityProviders": [empty.described("c")]})


def test_providers_are_listed_by_their_state(fleet: Fleet) -> None:
    assert fleet.aws.call("list_capacity_providers", State="Active")["CapacityProviders"] == [fleet.described()]
    assert fleet.aws.call("list_capacity_providers", State="Failed") == fleet.aws.answer(200, {"CapacityProviders": []})


def test_the_versions_on_a_provider_are_listed_by_function_and_number(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.deploy("orders", Publish=True)
    fleet.publish_latest("orders")
    fleet.aws.update_code("changed", "orders", Publish=True)
    fleet.deploy("bills", Publish=True)
    fleet.deploy("elsewhere", "other", Publish=True)
    assert fleet.aws.call("list_function_versions_by_capacity_provider", CapacityProviderName="fleet") == (
        fleet.aws.answer(
            200,
            {
                "CapacityProviderArn": fleet.arn(),
                "FunctionVersions": [
                    {"FunctionArn": fleet.aws.arn("bills", "1"), "State": "Active"},
                    {"FunctionArn": fleet.aws.arn("orders", "$LATEST.PUBLISHED"), "State": "Active"},
                    {"FunctionArn": fleet.aws.arn("orders", "1"), "State": "Active"},
                    {"FunctionArn": fleet.aws.arn("orders", "2"), "State": "Active"},
                ],
            },
        )
    )


def test_the_versions_on_a_provider_come_in_pages_that_stay_where_they_are(fleet: Fleet) -> None:
    for name in ("a", "b", "c"):
        fleet.deploy(name, Publish=True)
    names: list[str] = []
    marker: dict[str, str] = {}
    for _ in range(3):
        page = fleet.aws.call(
            "list_function_versions_by_capacity_provider", CapacityProviderName=fleet.arn(), MaxItems=1, **marker
        )
        names += [item["FunctionArn"] for item in page["FunctionVersions"]]
        marker = {"Marker": page["NextMarker"]} if "NextMarker" in page else {}
        fleet.aws.call("delete_function", FunctionName=names[-1])
    assert names == [fleet.aws.arn(name, "1") for name in ("a", "b", "c")]
    assert marker == {}
    assert fleet.versions() == []


def test_a_marker_of_another_list_is_refused(fleet: Fleet) -> None:
    fleet.provide("other")
    marker = fleet.aws.call("list_capacity_providers", MaxItems=1)["NextMarker"]
    assert fleet.aws.refusal(
        "list_function_versions_by_capacity_provider", CapacityProviderName="fleet", Marker=marker
    ) == fleet.aws.invalid("Invalid pagination token")


def test_a_page_has_50_items_at_the_most(fleet: Fleet) -> None:
    assert fleet.aws.refusal("list_capacity_providers", MaxItems=51) == fleet.aws.misshapen(
        "Value '51' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 50"
    )
