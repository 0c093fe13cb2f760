"""Functions on managed instances: what they may be, their states, and what runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.managed_instances.conftest import Fleet

observed = pytest.mark.lambda_mock(lifecycle="observed")
READY = {"State": "ActiveNonInvocable", "LastUpdateStatus": "Successful"}


def share(fleet: Fleet) -> Any:
    """How many requests one environment takes, and the memory per vCPU."""
    config = fleet.aws.shown()["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
    return config["PerExecutionEnvironmentMaxConcurrency"], config["ExecutionEnvironmentMemoryGiBPerVCpu"]


# What they are --------------------------------------------------------------------------------------------------------


def test_a_new_function_has_the_defaults_of_managed_instances(fleet: Fleet) -> None:
    assert fleet.deploy() == fleet.aws.answer(201, fleet.configuration(**fleet.aws.PENDING))
    assert fleet.aws.shown() == fleet.aws.answer(200, fleet.configuration(**READY))


@pytest.mark.parametrize(
    ("runtime", "memory", "given", "expected"),
    [
        ("python3.14", 2048, {}, (16, 2.0)),
        ("python3.13", 8192, {"ExecutionEnvironmentMemoryGiBPerVCpu": 4}, (32, 4.0)),
        ("nodejs24.x", 4096, {}, (128, 2.0)),
        ("java21", 2048, {}, (32, 2.0)),
        ("dotnet8", 2048, {}, (32, 2.0)),
        ("provided.al2023", 2048, {}, (16, 2.0)),
        ("python3.13", 2048, {"PerExecutionEnvironmentMaxConcurrency": 64}, (64, 2.0)),
    ],
)
def test_concurrency_is_by_runtime_and_vcpu_unless_it_is_given(
    fleet: Fleet, runtime: str, memory: int, given: dict[str, Any], expected: tuple[int, float]
) -> None:
    fleet.deploy(Runtime=runtime, MemorySize=memory, CapacityProviderConfig=fleet.on(**given))
    assert share(fleet) == expected


def test_an_image_can_run_on_managed_instances(fleet: Fleet) -> None:
    fleet.deploy(PackageType="Image", Runtime=None)
    assert share(fleet) == (16, 2.0)


def test_it_may_be_larger_and_run_longer_than_an_ordinary_function(fleet: Fleet) -> None:
    fleet.deploy(MemorySize=32768, Timeout=5400)
    fleet.aws.configure(Timeout=5000)
    shown = fleet.aws.shown()
    assert (shown["MemorySize"], shown["Timeout"], share(fleet)) == (32768, 5000, (256, 2.0))


@pytest.mark.parametrize(
    ("given", "changes", "expected"),
    [
        ({}, {"MemorySize": 2048}, (16, 2.0)),
        ({}, {"Runtime": "nodejs22.x"}, (128, 2.0)),
        ({"PerExecutionEnvironmentMaxConcurrency": 20}, {"MemorySize": 2048}, (20, 2.0)),
    ],
)
def test_concurrency_that_nobody_chose_changes_with_the_function(
    fleet: Fleet, given: dict[str, Any], changes: dict[str, Any], expected: tuple[int, float]
) -> None:
    fleet.deploy(MemorySize=4096, CapacityProviderConfig=fleet.on(**given))
    fleet.aws.configure(**changes)
    assert share(fleet) == expected


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"Runtime": "python3.12"},
            "Runtime Enum python3.12 does not support specified feature: Lambda Managed Instances",
        ),
        ({"MemorySize": 2047}, "MemorySize must be at least 2048 MB for Lambda Managed Instances functions."),
        (
            {"LoggingConfig": {"LogFormat": "Text"}},
            (
                'LogLevel is not supported when LogFormat is set to "Text". '
                'Remove LogLevel from your request or change the LogFormat to "JSON" and try again.'
            ),
        ),
        (
            {"SnapStart": {"ApplyOn": "PublishedVersions"}},
            "SnapStart isn't supported for Lambda Managed Instances functions.",
        ),
        (
            {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
            "VpcConfig isn't supported for Lambda Managed Instances functions.",
        ),
        (
            {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}},
            "TenancyConfig isn't supported for Lambda Managed Instances functions.",
        ),
        (
            {"Architectures": ["arm64"]},
            "The function's architecture (arm64) doesn't match the architecture of the capacity provider (x86_64).",
        ),
    ],
)
def test_what_it_can_not_be_is_refused(fleet: Fleet, members: dict[str, Any], message: str) -> None:
    assert fleet.refused_function(**members) == fleet.aws.invalid(message)
    assert fleet.aws.call("list_functions")["Functions"] == []
    assert fleet.delete()["CapacityProvider"]["State"] == "Deleting"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ExecutionEnvironmentMemoryGiBPerVCpu": 3}, "ExecutionEnvironmentMemoryGiBPerVCpu must be 2, 4 or 8."),
        (
            {"ExecutionEnvironmentMemoryGiBPerVCpu": 8},
            "A MemorySize of 2048 MB is less than one vCPU at 8 GiB of memory per vCPU.",
        ),
        (
            {"PerExecutionEnvironmentMaxConcurrency": 65},
            "PerExecutionEnvironmentMaxConcurrency can't be greater than 64, which is 64 per vCPU.",
        ),
    ],
)
def test_a_share_that_can_not_be_is_refused(fleet: Fleet, given: dict[str, Any], message: str) -> None:
    assert fleet.refused_function(CapacityProviderConfig=fleet.on(**given)) == fleet.aws.invalid(message)


def test_a_missing_provider_is_named(fleet: Fleet) -> None:
    assert fleet.refused_function(CapacityProviderConfig=fleet.on("nothing")) == fleet.aws.error(
        "ResourceNotFoundException", f"Capacity provider not found: {fleet.arn('nothing')}"
    )


def test_a_provider_of_another_region_is_missing(fleet: Fleet) -> None:
    arn = fleet.arn().replace("us-east-1", "eu-west-1")
    config = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": arn}}
    assert fleet.refused_function(CapacityProviderConfig=config) == fleet.aws.error(
        "ResourceNotFoundException", f"Capacity provider not found: {arn}"
    )


# Changing -------------------------------------------------------------------------------------------------------------


def test_an_update_shows_the_state_that_latest_keeps(fleet: Fleet) -> None:
    fleet.deploy()
    updating = fleet.aws.UPDATING | {"State": "ActiveNonInvocable"}
    assert fleet.aws.configure(Timeout=10) == fleet.aws.answer(200, fleet.configuration(Timeout=10, **updating))
    assert fleet.aws.shown() == fleet.aws.answer(200, fleet.configuration(Timeout=10, **READY))


def test_a_function_moves_to_another_provider_with_the_defaults_again(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.deploy(CapacityProviderConfig=fleet.on(PerExecutionEnvironmentMaxConcurrency=5))
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other", ExecutionEnvironmentMemoryGiBPerVCpu=2))
    moved = fleet.on("other", PerExecutionEnvironmentMaxConcurrency=16, ExecutionEnvironmentMemoryGiBPerVCpu=2.0)
    assert fleet.aws.shown()["CapacityProviderConfig"] == moved
    assert fleet.delete()["CapacityProvider"]["State"] == "Deleting"


def in_use(fleet: Fleet, name: str) -> bool:
    """Whether functions keep a provider from being deleted; it is deleted otherwise."""
    try:
        fleet.delete(name)
    except fleet.aws.client.exceptions.ResourceConflictException:
        return True
    return False


@observed
def test_observed_a_function_that_moves_uses_both_providers_until_that_was_seen(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.get("other")
    fleet.deploy()
    fleet.aws.shown()
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (True, True)
    fleet.aws.shown()
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (False, True)


@observed
def test_observed_a_move_that_fails_leaves_the_function_where_it_was(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.provide("other")
    fleet.get("other")
    before = fleet.deploy()["CapacityProviderConfig"]
    fleet.aws.shown()
    mock_lambda.fail_transition("orders")
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    assert in_use(fleet, "fleet")
    fleet.aws.shown()
    shown = fleet.aws.shown()
    assert (shown["LastUpdateStatus"], shown["CapacityProviderConfig"]) == ("Failed", before)
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (True, False)


@observed
def test_observed_latest_published_runs_on_both_providers_until_its_move_was_seen(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.get("other")
    fleet.deploy()
    fleet.aws.shown()
    fleet.publish_latest()
    fleet.aws.shown("$LATEST.PUBLISHED")
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    fleet.aws.shown()
    fleet.publish_latest()
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (True, True)
    fleet.aws.shown("$LATEST.PUBLISHED")
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (False, True)


@observed
def test_observed_a_function_that_is_deleted_in_its_move_frees_both_providers(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.get("other")
    fleet.deploy()
    fleet.aws.shown()
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    fleet.aws.call("delete_function", FunctionName="orders")
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (False, False)


@observed
def test_observed_latest_published_that_is_deleted_in_its_move_leaves_both_providers(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.get("other")
    fleet.deploy()
    fleet.aws.shown()
    fleet.publish_latest()
    fleet.aws.shown("$LATEST.PUBLISHED")
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    fleet.aws.shown()
    fleet.publish_latest()
    fleet.aws.call("delete_function", FunctionName="orders", Qualifier="$LATEST.PUBLISHED")
    assert (fleet.versions("fleet"), fleet.versions("other")) == ([], [])
    assert (in_use(fleet, "fleet"), in_use(fleet, "other")) == (False, True)


def test_an_ordinary_function_stays_one(fleet: Fleet) -> None:
    fleet.aws.create()
    before = fleet.aws.shown()
    assert fleet.aws.refusal(
        "update_function_configuration", FunctionName="orders", CapacityProviderConfig=fleet.on()
    ) == fleet.aws.invalid("CapacityProviderConfig isn't supported for Lambda Default functions.")
    assert fleet.aws.shown() == before


@pytest.mark.parametrize("member", ["Timeout", "MemorySize"])
def test_the_larger_sizes_are_for_managed_instances_only(fleet: Fleet, member: str) -> None:
    limit = {"Timeout": 900, "MemorySize": 10240}[member]
    name = member[0].lower() + member[1:]
    too_much: dict[str, Any] = {member: limit + 1}
    assert fleet.aws.refused_creation(**too_much) == fleet.aws.misshapen(
        f"Value '{limit + 1}' at '{name}' failed to satisfy constraint: Member must have value less than or equal to "
        f"{limit}"
    )


@pytest.mark.parametrize(
    ("operation", "members", "message"),
    [
        (
            "update_function_configuration",
            {"MemorySize": 1024},
            "MemorySize must be at least 2048 MB for Lambda Managed Instances functions.",
        ),
        (
            "update_function_configuration",
            {"Runtime": "python3.11"},
            "Runtime Enum python3.11 does not support specified feature: Lambda Managed Instances",
        ),
        (
            "update_function_code",
            {"Architectures": ["arm64"], "ZipFile": b"any"},
            "The function's architecture (arm64) doesn't match the architecture of the capacity provider (x86_64).",
        ),
    ],
)
def test_an_update_has_to_fit_too(fleet: Fleet, operation: str, members: dict[str, Any], message: str) -> None:
    fleet.deploy()
    before = fleet.aws.shown()
    if "ZipFile" in members:
        members = members | {"ZipFile": fleet.aws.package("changed")}
    assert fleet.aws.refusal(operation, FunctionName="orders", **members) == fleet.aws.invalid(message)
    assert fleet.aws.shown() == before


# Versions -------------------------------------------------------------------------------------------------------------


def test_a_version_is_pending_until_its_environments_are_there(fleet: Fleet) -> None:
    fleet.deploy()
    published = fleet.configuration("orders", "1", Version="1", **fleet.aws.PENDING)
    assert fleet.aws.publish() == fleet.aws.answer(201, published)
    active = fleet.configuration("orders", "1", Version="1", **fleet.aws.ACTIVE)
    assert fleet.aws.shown("1") == fleet.aws.answer(200, active)


@observed
def test_observed_a_version_can_not_be_invoked_before_it_was_seen(fleet: Fleet) -> None:
    fleet.deploy()
    fleet.aws.shown()
    fleet.aws.publish()
    invocation = {"FunctionName": "orders", "Qualifier": "1"}
    assert fleet.aws.refusal("invoke", **invocation) == fleet.state_conflict("Pending")
    assert fleet.versions() == [("orders:1", "Pending")]
    assert [fleet.aws.shown("1")["State"] for _ in range(2)] == ["Pending", "Active"]
    assert fleet.aws.result("1")[1] == "1"


def test_a_version_keeps_its_provider(fleet: Fleet) -> None:
    fleet.provide("other")
    fleet.deploy(Publish=True)
    fleet.aws.configure(CapacityProviderConfig=fleet.on("other"))
    assert fleet.versions("other") == []
    fleet.aws.publish()
    assert (fleet.versions(), fleet.versions("other")) == ([("orders:1", "Active")], [("orders:2", "Active")])


@pytest.mark.lambda_mock(limits={"versions_per_capacity_provider": 2})
def test_so_many_versions_run_on_one_provider_at_most(fleet: Fleet) -> None:
    full = fleet.aws.error(
        "FunctionVersionsPerCapacityProviderLimitExceededException",
        "The maximum number of function versions that can be associated with a single capacity provider has been "
        "exceeded.",
    )
    fleet.deploy(Publish=True)
    fleet.publish_latest()
    before = fleet.aws.call("list_versions_by_function", FunctionName="orders")
    fleet.deploy("bills")
    for target in ({}, {"PublishTo": "LATEST_PUBLISHED"}):
        assert fleet.aws.refusal("publish_version", FunctionName="bills", **target) == full
    assert fleet.refused_function(name="more", Publish=True) == full
    update = {"FunctionName": "orders", "ZipFile": fleet.aws.package("changed"), "Publish": True}
    assert fleet.aws.refusal("update_function_code", **update) == full
    assert fleet.aws.call("list_versions_by_function", FunctionName="orders") == before
    fleet.publish_latest()
    fleet.aws.call("delete_function", FunctionName="orders", Qualifier="1")
    assert fleet.aws.publish("bills")["Version"] == "1"


def test_deleting_is_answered_with_202(fleet: Fleet) -> None:
    fleet.deploy(Publish=True)
    accepted = fleet.aws.answer(202, {"StatusCode": 202})
    assert fleet.aws.call("delete_function", FunctionName="orders", Qualifier="1") == accepted
    assert fleet.aws.call("delete_function", FunctionName="orders") == accepted
    assert fleet.aws.refusal("get_function", FunctionName="orders") == fleet.aws.not_found()
    assert fleet.versions() == []


def test_no_concurrency_can_be_provisioned(fleet: Fleet) -> None:
    fleet.deploy(Publish=True)
    fleet.aws.shown("1")
    asked = {"FunctionName": "orders", "Qualifier": "1", "ProvisionedConcurrentExecutions": 1}
    message = "Provisioned Concurrency is not supported for Lambda Managed Instances functions."
    assert fleet.aws.refusal("put_provisioned_concurrency_config", **asked) == fleet.aws.invalid(message)


# Running --------------------------------------------------------------------------------------------------------------


def test_latest_itself_never_runs(fleet: Fleet) -> None:
    fleet.deploy(Publish=True)
    for kind in ("RequestResponse", "Event", "DryRun"):
        invocation = {"FunctionName": "orders", "Qualifier": "$LATEST", "InvocationType": kind}
        assert fleet.aws.refusal("invoke", **invocation) == fleet.state_conflict("ActiveNonInvocable")


def test_a_function_is_told_where_it_runs(fleet: Fleet) -> None:
    names = ("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_MAX_CONCURRENCY")
    code = f"import os\ndef handler(event, context):\n    return [os.environ.get(name) for name in {names!r}]\n"
    fleet.deploy(code=code, Publish=True)
    assert json.loads(fleet.aws.result("1")[0]) == ["lambda-managed-instances", "16"]


def test_the_tail_of_the_log_is_not_to_be_had(fleet: Fleet, mock_lambda: LambdaMock) -> None:
    fleet.deploy(Publish=True)
    assert fleet.aws.refusal("invoke", FunctionName="orders", Qualifier="1", LogType="Tail") == fleet.aws.invalid(
        "Tail logs are not supported for functions configured with capacity provider"
    )
    assert len(mock_lambda.invocations) == 0
    link = fleet.aws.call("get_function", FunctionName="orders")["Code"]["Location"]
    fleet.aws.call("delete_function", FunctionName="orders")
    assert requests.get(link, timeout=5).status_code == 404
