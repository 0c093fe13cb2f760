"""Versions and aliases in stacks: a release is an update, and what calls the alias notices nothing but the new code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMock, NotBuiltError

if TYPE_CHECKING:
    from tests.integrations.moto_stacks.conftest import Stacks

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"


def release(stacks: Stacks, answer: str, version: str, **alias: Any) -> dict[str, Any]:
    """A template whose alias comes first, so that its order is of no help."""
    given = {"Name": "live", "FunctionVersion": {"Fn::GetAtt": [version, "Version"]}, **alias}
    return {
        "Live": stacks.resource("Alias", FunctionName={"Ref": "Orders"}, **given),
        version: stacks.resource("Version", FunctionName={"Ref": "Orders"}),
        "Orders": stacks.function(answer, FunctionName="orders"),
    }


def numbers(stacks: Stacks) -> list[str]:
    versions = stacks.functions.list_versions_by_function(FunctionName="orders")["Versions"]
    return [version["Version"] for version in versions]


def test_an_alias_moves_on_to_the_version_of_an_update(stacks: Stacks) -> None:
    stacks.create(release(stacks, "one", "First"))
    alias = stacks.physical_id("Live")
    assert stacks.answer("orders", "live") == "one"
    assert stacks.update(release(stacks, "two", "Second"))["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.answer("orders", "live") == "two"
    assert stacks.physical_id("Live") == alias == f"{ARN}:live"
    assert numbers(stacks) == ["$LATEST", "2"]


def test_a_version_that_is_to_stay_can_be_gone_back_to(stacks: Stacks) -> None:
    first = release(stacks, "one", "First")
    first["First"]["DeletionPolicy"] = "Retain"
    stacks.create(first)
    stacks.update(release(stacks, "two", "Second"))
    assert numbers(stacks) == ["$LATEST", "1", "2"]
    back = release(stacks, "two", "Second")
    back["Live"]["Properties"]["FunctionVersion"] = "1"
    stacks.update(back)
    assert stacks.answer("orders", "live") == "one"


def test_deleting_the_stack_takes_everything_away(stacks: Stacks) -> None:
    stacks.create(release(stacks, "one", "First"))
    stacks.delete()
    assert stacks.functions.list_functions()["Functions"] == []


def test_refs_are_qualified_arns(stacks: Stacks) -> None:
    outputs = {
        "Version": {"Value": {"Ref": "First"}},
        "Number": {"Value": {"Fn::GetAtt": ["First", "Version"]}},
        "VersionArn": {"Value": {"Fn::GetAtt": ["First", "FunctionArn"]}},
        "Alias": {"Value": {"Ref": "Live"}},
        "AliasArn": {"Value": {"Fn::Sub": "${Live.AliasArn}"}},
    }
    stacks.create(release(stacks, "one", "First"), Outputs=outputs)
    assert stacks.outputs() == {
        "Version": f"{ARN}:1",
        "Number": "1",
        "VersionArn": f"{ARN}:1",
        "Alias": f"{ARN}:live",
        "AliasArn": f"{ARN}:live",
    }


def test_a_new_version_of_an_unchanged_function_fails_the_update(stacks: Stacks) -> None:
    stacks.create(release(stacks, "one", "First"))
    assert stacks.update(release(stacks, "one", "Second"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    (reason,) = [told for name, status, told in stacks.told() if (name, status) == ("Second", "CREATE_FAILED")]
    assert "A version for this Lambda function exists ( 1 ). Modify the function to create a new version." in str(
        reason
    )
    assert "HandlerErrorCode: AlreadyExists" in str(reason)
    assert stacks.answer("orders", "live") == "one"
    assert numbers(stacks) == ["$LATEST", "1"]


def test_more_versions_than_a_page_are_all_known(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function("one", FunctionName="orders")})
    for number in range(60):
        stacks.functions.update_function_configuration(FunctionName="orders", Description=str(number))
        stacks.functions.publish_version(FunctionName="orders")
    resources = {
        "Orders": stacks.function("one", FunctionName="orders"),
        "Again": stacks.resource("Version", FunctionName="orders"),
    }
    assert stacks.update(resources)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("function exists ( 60 )" in str(reason) for _, _, reason in stacks.told())


def test_a_weighted_alias_has_its_weights_and_loses_them(stacks: Stacks) -> None:
    weights = {"AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": "0.25"}]}
    first = release(stacks, "one", "First")
    first["First"]["DeletionPolicy"] = "Retain"
    stacks.create(first)
    stacks.update(release(stacks, "two", "Second", RoutingConfig=weights, Description="careful"))
    alias = stacks.functions.get_alias(FunctionName="orders", Name="live")
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"1": 0.25}}
    assert (alias["FunctionVersion"], alias["Description"]) == ("2", "careful")
    stacks.update(release(stacks, "two", "Second"))
    alias = stacks.functions.get_alias(FunctionName="orders", Name="live")
    assert "RoutingConfig" not in alias
    assert alias["Description"] == ""


def test_another_name_of_an_alias_is_another_alias(stacks: Stacks) -> None:
    stacks.create(release(stacks, "one", "First"))
    stacks.update(release(stacks, "one", "First", Name="prod"))
    assert [found["Name"] for found in stacks.functions.list_aliases(FunctionName="orders")["Aliases"]] == ["prod"]


def test_what_names_a_function_that_is_replaced_is_replaced_with_it(stacks: Stacks) -> None:
    stacks.create(release(stacks, "one", "First"))
    changed = release(stacks, "one", "First")
    changed["Orders"]["Properties"]["FunctionName"] = "sales"
    assert stacks.update(changed)["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.answer("sales", "live") == "one"
    assert stacks.physical_id("Live") == ARN.replace("orders", "sales") + ":live"
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["sales"]


def test_provisioned_concurrency_of_an_alias_comes_changes_and_goes(stacks: Stacks) -> None:
    def provisioned(number: Any) -> dict[str, Any]:
        return {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": number}}

    stacks.create(release(stacks, "one", "First", **provisioned("2")))
    which = {"FunctionName": "orders", "Qualifier": "live"}
    found = stacks.functions.get_provisioned_concurrency_config(**which)
    assert (found["RequestedProvisionedConcurrentExecutions"], found["Status"]) == (2, "READY")
    stacks.update(release(stacks, "one", "First", **provisioned(3)))
    found = stacks.functions.get_provisioned_concurrency_config(**which)
    assert found["RequestedProvisionedConcurrentExecutions"] == 3
    stacks.update(release(stacks, "one", "First"))
    with pytest.raises(stacks.functions.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        stacks.functions.get_provisioned_concurrency_config(**which)


def test_an_alias_whose_concurrency_is_refused_is_not_left_behind(stacks: Stacks) -> None:
    too_many = {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 100_000}}
    first = {**release(stacks, "one", "First", **too_many)}
    first["Orders"]["DeletionPolicy"] = "Retain"
    first["First"]["DeletionPolicy"] = "Retain"
    assert stacks.create(first)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stacks.functions.list_aliases(FunctionName="orders")["Aliases"] == []


def test_a_version_has_concurrency_description_and_runtime_of_its_own(stacks: Stacks) -> None:
    resources = {
        "Orders": stacks.function("one", FunctionName="orders"),
        "First": stacks.resource(
            "Version",
            FunctionName={"Ref": "Orders"},
            Description="the first",
            ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1},
            RuntimePolicy={"UpdateRuntimeOn": "FunctionUpdate"},
        ),
    }
    stacks.create(resources)
    which = {"FunctionName": "orders", "Qualifier": "1"}
    assert stacks.functions.get_function_configuration(**which)["Description"] == "the first"
    assert stacks.functions.get_provisioned_concurrency_config(**which)["Status"] == "READY"
    assert stacks.functions.get_runtime_management_config(**which)["UpdateRuntimeOn"] == "FunctionUpdate"


def test_a_change_of_a_versions_description_needs_a_new_version_which_the_function_must_allow(stacks: Stacks) -> None:
    resources = release(stacks, "one", "First")
    stacks.create(resources)
    changed = release(stacks, "two", "First")
    changed["First"]["Properties"]["Description"] = "the second"
    stacks.update(changed)
    assert stacks.answer("orders", "live") == "two"
    assert numbers(stacks) == ["$LATEST", "2"]


def test_a_version_whose_concurrency_is_refused_is_not_left_behind(stacks: Stacks) -> None:
    many = {"ProvisionedConcurrentExecutions": 100_000}
    version = stacks.resource("Version", FunctionName={"Ref": "Orders"}, ProvisionedConcurrencyConfig=many)
    kept = {**stacks.function("one", FunctionName="orders"), "DeletionPolicy": "Retain"}
    assert stacks.create({"Orders": kept, "First": version})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert numbers(stacks) == ["$LATEST"]


def test_concurrency_that_can_not_be_had_fails_the_resource(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    source = "raise ValueError('no start')"
    resources = release(stacks, "one", "First", ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1})
    resources["Orders"]["Properties"]["Code"] = {"ZipFile": source}
    assert stacks.create(resources)["StackStatus"] == "ROLLBACK_COMPLETE"
    (reason,) = [told for name, status, told in stacks.told() if (name, status) == ("Live", "CREATE_FAILED")]
    assert "HandlerErrorCode: NotStabilized" in str(reason)
    assert mock_lambda.invocations == []


def test_shifting_traffic_by_code_deploy_is_refused_when_the_alias_is_to_move(stacks: Stacks) -> None:
    def template(answer: str, version: str) -> dict[str, Any]:
        resources = release(stacks, answer, version)
        resources["Live"]["UpdatePolicy"] = {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a"}}
        return resources

    stacks.create(template("one", "First"))
    with pytest.raises(NotBuiltError, match="doesn't do CodeDeployLambdaAliasUpdate"):
        stacks.update(template("two", "Second"))
