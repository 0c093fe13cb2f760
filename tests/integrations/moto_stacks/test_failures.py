"""Stacks that fail: what Lambda refuses is told as CloudFormation tells it, and the stack is rolled back."""

from __future__ import annotations

import importlib
import json
import re
import sys
import types
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import WaiterError
from botocore.model import OperationNotFoundError
from moto.sqs.models import Queue

from lambda_mock import LambdaMock, LambdaMockWarning, NotBuiltError, stack_host
from lambda_mock.integrations.moto import stacks as ours
from lambda_mock.integrations.moto.stacks.kinds.functions import FunctionKind
from lambda_mock.wire.lambda_model import operation_names

if TYPE_CHECKING:
    from tests.integrations.moto_stacks.conftest import Stacks

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def queue(name: str = "jobs") -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}


def names(stacks: Stacks) -> list[str]:
    return [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]]


@pytest.mark.parametrize(
    ("error", "told", "code"),
    [
        ("InvalidParameterValueException", "Status Code: 400", "InvalidRequest"),
        ("ResourceConflictException", "Status Code: 409", "AlreadyExists"),
        ("TooManyRequestsException", "Status Code: 429", "Throttling"),
        ("ServiceException", "Status Code: 500", "ServiceInternalError"),
    ],
)
def test_a_failed_resource_has_the_reason_that_lambda_gave(
    stacks: Stacks, mock_lambda: LambdaMock, error: str, told: str, code: str
) -> None:
    mock_lambda.fail("CreateFunction", error)
    assert stacks.create({"Orders": stacks.function()})["StackStatus"] == "ROLLBACK_COMPLETE"
    (reason,) = [why for name, status, why in stacks.told() if (name, status) == ("Orders", "CREATE_FAILED")]
    assert re.fullmatch(
        rf'Resource handler returned message: ".*\(Service: Lambda, {told}, Request ID: {UUID}\) '
        rf'\(SDK Attempt Count: 1\)" \(RequestToken: {UUID}, HandlerErrorCode: {code}\)',
        str(reason),
    )


def test_what_cloudformation_calls_knows_latency_and_lost_effects_but_no_network_of_the_tests(
    stacks: Stacks, mock_lambda: LambdaMock
) -> None:
    spared = mock_lambda.fail("CreateFunction", "ConnectionClosedError")
    slow = mock_lambda.fail("CreateFunction", latency=600)
    before = mock_lambda.clock.now()
    assert stacks.create({"Orders": stacks.function()})["StackStatus"] == "CREATE_COMPLETE"
    assert (spared.struck, slow.struck) == (0, 1)
    assert (mock_lambda.clock.now() - before).total_seconds() >= 600

    mock_lambda.fail("PublishVersion", "ServiceException", when="after")
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Orders"}}}
    stacks.update({"Orders": stacks.function(), "One": version})
    (name,) = names(stacks)
    versions = stacks.functions.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1"]


def test_whoever_waits_for_a_stack_that_failed_is_told(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(Role="arn:aws:iam::123456789012:role/nobody")})
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        stacks.cloudformation.get_waiter("stack_create_complete").wait(StackName="shop")


def test_a_failed_creation_leaves_nothing_behind(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail("PublishVersion", "ServiceException")
    resources = {
        "Jobs": queue(),
        "Version": stacks.resource("Version", FunctionName={"Ref": "Orders"}),
        "Orders": stacks.function(FunctionName="orders"),
    }
    stack = stacks.create(resources, Outputs={"Name": {"Value": {"Ref": "Orders"}}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Outputs" not in stack
    assert names(stacks) == []
    assert "QueueUrls" not in stacks.client("sqs").list_queues()
    assert stacks.cloudformation.describe_stack_resources(StackName="shop")["StackResources"] == []
    stacks.delete()
    assert stacks.create({"Orders": stacks.function(FunctionName="orders")})["StackStatus"] == "CREATE_COMPLETE"


def test_a_failed_creation_leaves_what_is_to_stay(stacks: Stacks) -> None:
    kept = {**stacks.function(FunctionName="kept"), "DeletionPolicy": "Retain"}
    resources = {"Kept": kept, "Wrong": {**stacks.function(MemorySize=1), "DependsOn": "Kept"}}
    assert stacks.create(resources)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert names(stacks) == ["kept"]
    assert stacks.physical_id("Kept") == "kept"


def test_constraints_of_the_api_are_checked(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(MemorySize=1)})
    (reason,) = [why for _, status, why in stacks.told() if status == "CREATE_FAILED"]
    assert "Value '1' at 'memorySize' failed to satisfy constraint" in str(reason)


def test_a_function_whose_concurrency_is_refused_is_not_left_behind(stacks: Stacks) -> None:
    resources = {"Orders": stacks.function(FunctionName="orders", ReservedConcurrentExecutions=100_000)}
    assert stacks.create(resources)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert names(stacks) == []


def test_a_function_that_comes_to_nothing_fails_the_stack(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders", reason="no room")
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    (reason,) = [why for _, status, why in stacks.told() if status == "CREATE_FAILED"]
    pattern = rf'Resource handler returned message: "no room" \(RequestToken: {UUID}, HandlerErrorCode: NotStabilized\)'
    assert re.fullmatch(pattern, str(reason))
    assert names(stacks) == []


@pytest.mark.lambda_mock(lifecycle="observed")
def test_so_does_a_version_that_comes_to_nothing(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("orders", qualifier="1", reason="no room")
    kept = {**stacks.function(FunctionName="orders"), "DeletionPolicy": "Retain"}
    applied = {"ApplyOn": "PublishedVersions"}
    kept["Properties"]["SnapStart"] = applied
    stacks.create({"Orders": kept, "First": stacks.resource("Version", FunctionName={"Ref": "Orders"})})
    assert stacks.told()[1][:2] == ("First", "CREATE_FAILED")
    versions = stacks.functions.list_versions_by_function(FunctionName="orders")["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST"]


@pytest.mark.skipif("CreateCapacityProvider" not in operation_names(), reason="botocore doesn't know it")
def test_so_does_a_capacity_provider(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.fail_transition("instances", of="CapacityProvider")
    ec2 = stacks.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    instances = stacks.resource(
        "CapacityProvider",
        CapacityProviderName="instances",
        PermissionsConfig={"CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/lambda-role"},
        VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
    )
    assert stacks.create({"Instances": instances})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stacks.functions.list_capacity_providers()["CapacityProviders"] == []


def test_a_failed_update_is_undone(stacks: Stacks) -> None:
    before = {
        "Jobs": queue(),
        "Orders": stacks.function("one", FunctionName="orders", Description="before"),
        "Moved": stacks.function("moved", FunctionName="moved"),
        "Gone": stacks.function("gone", FunctionName="gone"),
    }
    outputs = {"Name": {"Value": {"Ref": "Moved"}}}
    stacks.create(before, Outputs=outputs)
    after = {
        "Jobs": queue("others"),
        "Orders": stacks.function("two", FunctionName="orders", Description="after"),
        "Moved": stacks.function("moved", FunctionName="moved-on"),
        "New": stacks.function("new", FunctionName="new"),
        "Wrong": stacks.function(MemorySize=1),
    }
    assert stacks.update(after, Outputs=outputs)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert names(stacks) == ["gone", "moved", "orders"]
    assert stacks.answer("orders") == "one"
    assert stacks.functions.get_function_configuration(FunctionName="orders")["Description"] == "before"
    assert stacks.outputs() == {"Name": "moved"}
    statuses = [(name, status, why if name == "shop" else None) for name, status, why in stacks.told()]
    told = "The following resource(s) failed to create: [Wrong]. "
    assert statuses[2:] == [
        ("shop", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Wrong", "CREATE_FAILED", None),
        ("shop", "UPDATE_ROLLBACK_IN_PROGRESS", told),
        ("shop", "UPDATE_ROLLBACK_COMPLETE", None),
    ]
    template = json.loads(json.dumps(stacks.cloudformation.get_template(StackName="shop")["TemplateBody"]))
    assert template["Resources"] == before


def test_a_resource_of_moto_is_changed_back_too(stacks: Stacks) -> None:
    def template(timeout: int, **settings: Any) -> dict[str, Any]:
        jobs = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs", "VisibilityTimeout": timeout}}
        return {"Jobs": jobs, "Orders": stacks.function(FunctionName="orders", **settings)}

    def timeout() -> str:
        sqs = stacks.client("sqs")
        url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        return str(found["Attributes"]["VisibilityTimeout"])

    stacks.create(template(40))
    stacks.update(template(50))
    assert timeout() == "50"
    stacks.update(template(60, MemorySize=1))
    assert timeout() == "50"


def test_what_an_update_has_done_before_it_fails_is_undone(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function("one", FunctionName="orders", Description="before")})
    code = {"S3Bucket": "nobodys", "S3Key": "orders.zip"}
    stacks.client("s3").create_bucket(Bucket="nobodys")
    changed = stacks.function(FunctionName="orders", Description="after", Code=code)
    assert stacks.update({"Orders": changed})["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.functions.get_function_configuration(FunctionName="orders")["Description"] == "before"
    assert stacks.answer("orders") == "one"


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queues that moto can't take away."""

    def refuse(*_: object) -> None:
        raise RuntimeError("in use")

    monkeypatch.setattr(Queue, "delete_from_cloudformation_json", refuse)


@pytest.mark.usefixtures("stuck")
def test_what_moto_can_not_take_away_is_left_behind_by_an_update(stacks: Stacks) -> None:
    orders = stacks.function(FunctionName="orders")
    stacks.create({"Jobs": queue(), "Orders": orders})
    assert stacks.update({"Orders": orders})["StackStatus"] == "UPDATE_COMPLETE"
    assert len(stacks.client("sqs").list_queues()["QueueUrls"]) == 1


@pytest.mark.usefixtures("stuck")
def test_what_moto_can_not_take_away_fails_the_deletion_of_a_stack_as_it_does_in_moto(stacks: Stacks) -> None:
    stacks.create({"Jobs": queue(), "Orders": stacks.function(FunctionName="orders")})
    with pytest.raises(RuntimeError, match="in use"):
        stacks.delete()
    assert names(stacks) == []


def test_what_nobody_knows_is_told_by_a_deletion_and_a_cleaning_up_too(
    stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotBuiltError("not yet")

    stacks.create({"Orders": stacks.function(FunctionName="orders"), "Other": stacks.function()})
    monkeypatch.setattr(FunctionKind, "delete", refuse)
    with pytest.raises(NotBuiltError, match="not yet"):
        stacks.update({"Orders": stacks.function(FunctionName="orders")})
    with pytest.raises(NotBuiltError, match="not yet"):
        stacks.delete()


def test_moto_is_itself_again_where_somebody_has_patched_over_a_wrapper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsing: Any = importlib.import_module("moto.cloudformation.parsing")
    with LambdaMock():
        monkeypatch.setattr(
            parsing, "resource_class_from_type", lambda kind, found=parsing.resource_class_from_type: found(kind)
        )
        assert "lambda_mock" in type(parsing.resource_class_from_type("AWS::Lambda::Function")).__module__
    assert parsing.resource_class_from_type("AWS::Lambda::Function").__module__ == "moto.awslambda.models"


def test_after_a_failed_update_another_one_succeeds(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function("one", FunctionName="orders")})
    stacks.update({"Orders": stacks.function("two", FunctionName="orders", MemorySize=1)})
    assert stacks.told()[3][:2] == ("Orders", "UPDATE_FAILED")
    changed = stacks.function("three", FunctionName="orders", MemorySize=256)
    assert stacks.update({"Orders": changed})["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.answer("orders") == "three"


def test_parameters_of_a_failed_update_are_undone_too(stacks: Stacks) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        return {"Orders": stacks.function(FunctionName="orders", MemorySize={"Ref": "Memory"}, **settings)}

    parameters = {"Memory": {"Type": "Number"}}
    stacks.create(template(), Parameters=parameters, values={"Memory": "256"})
    stacks.update(template(Timeout=5000), Parameters=parameters, values={"Memory": "512"})
    assert stacks.functions.get_function_configuration(FunctionName="orders")["MemorySize"] == 256
    stacks.update(template(Timeout=5), Parameters=parameters, values={"Memory": "512"})
    assert stacks.functions.get_function_configuration(FunctionName="orders")["MemorySize"] == 512


def test_a_parameter_alone_changes_a_function(stacks: Stacks) -> None:
    resources = {"Orders": stacks.function(FunctionName="orders", MemorySize={"Ref": "Memory"})}
    parameters = {"Memory": {"Type": "Number"}}
    stacks.create(resources, Parameters=parameters, values={"Memory": "256"})
    stacks.update(resources, Parameters=parameters, values={"Memory": "512"})
    assert stacks.functions.get_function_configuration(FunctionName="orders")["MemorySize"] == 512


def test_a_condition_decides_whether_a_resource_is_there(stacks: Stacks) -> None:
    conditions = {"Wanted": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}}
    given: dict[str, Any] = {"Parameters": {"Stage": {"Type": "String"}}, "Conditions": conditions}
    resources = {
        "Orders": stacks.function(FunctionName="orders"),
        "Extra": {**stacks.function(FunctionName="extra"), "Condition": "Wanted"},
    }
    stacks.create(resources, **given, values={"Stage": "test"})
    assert names(stacks) == ["orders"]
    stacks.update(resources, **given, values={"Stage": "live"})
    assert names(stacks) == ["extra", "orders"]
    stacks.update(resources, **given, values={"Stage": "test"})
    assert names(stacks) == ["orders"]
    stacks.delete()
    assert names(stacks) == []


def test_a_resource_can_not_change_its_type(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    stacks.update({"Orders": queue()})
    reason = (
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: "
        "[Orders]"
    )
    assert ("Orders", "UPDATE_FAILED", reason) in stacks.told()
    assert names(stacks) == ["orders"]


def test_resources_of_moto_follow_functions_that_are_replaced(stacks: Stacks) -> None:
    def template(name: str) -> dict[str, Any]:
        target = {"Id": "it", "Arn": {"Fn::GetAtt": ["Orders", "Arn"]}}
        rule = {"Name": "nightly", "ScheduleExpression": "rate(1 day)", "State": "ENABLED", "Targets": [target]}
        return {
            "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
            "Orders": stacks.function(FunctionName=name),
        }

    stacks.create(template("orders"))
    stacks.update(template("sales"))
    (target,) = stacks.client("events").list_targets_by_rule(Rule="nightly")["Targets"]
    assert target["Arn"].endswith(":function:sales")


def test_dependencies_are_made_first_however_a_template_names_them(stacks: Stacks) -> None:
    stacks.create(
        {
            "Third": {**stacks.function(FunctionName="third"), "DependsOn": ["Second"]},
            "Second": {**stacks.function(FunctionName="second"), "DependsOn": "First"},
            "First": stacks.function(FunctionName="first"),
            "Named": stacks.function(
                FunctionName={"Fn::Sub": "after-${First}"},
                Description={"Fn::Sub": ["${Of}: ${Second.Arn} ${!Not}", {"Of": {"Fn::Join": ["", ["after"]]}}]},
                Handler={"Fn::Select": [0, ["index.handler"]]},
            ),
        }
    )
    assert names(stacks) == ["after-first", "first", "second", "third"]
    stacks.delete()
    assert names(stacks) == []


def test_a_change_set_creates_and_updates(stacks: Stacks) -> None:
    def change(kind: str, answer: str, name: str) -> str:
        template = {"Resources": {"Orders": stacks.function(answer, FunctionName="orders")}}
        template["Outputs"] = {"Name": {"Value": {"Ref": "Orders"}}}
        stacks.cloudformation.create_change_set(
            StackName="shop", ChangeSetName=name, ChangeSetType=kind, TemplateBody=json.dumps(template)
        )
        stacks.cloudformation.execute_change_set(ChangeSetName=name, StackName="shop")
        return str(stacks.described()["StackStatus"])

    assert change("CREATE", "one", "first") == "CREATE_COMPLETE"
    assert stacks.outputs() == {"Name": "orders"}
    assert change("UPDATE", "two", "second") == "UPDATE_COMPLETE"
    assert stacks.answer("orders") == "two"


def test_a_change_set_that_fails_is_rolled_back(stacks: Stacks) -> None:
    def change(kind: str, name: str, **settings: Any) -> str:
        template = {"Resources": {"Orders": stacks.function(FunctionName="orders", **settings)}}
        stacks.cloudformation.create_change_set(
            StackName="shop", ChangeSetName=name, ChangeSetType=kind, TemplateBody=json.dumps(template)
        )
        stacks.cloudformation.execute_change_set(ChangeSetName=name, StackName="shop")
        return str(stacks.described()["StackStatus"])

    assert change("CREATE", "first", MemorySize=1) == "ROLLBACK_COMPLETE"
    found = stacks.cloudformation.describe_change_set(ChangeSetName="first", StackName="shop")
    assert found["ExecutionStatus"] == "EXECUTE_FAILED"
    stacks.delete()
    assert change("CREATE", "second") == "CREATE_COMPLETE"
    assert change("UPDATE", "third", MemorySize=1) == "UPDATE_ROLLBACK_COMPLETE"
    assert names(stacks) == ["orders"]


def test_change_sets_without_a_resource_of_ours_go_motos_way(stacks: Stacks) -> None:
    template = json.dumps({"Resources": {"Jobs": queue()}})
    stacks.cloudformation.create_change_set(
        StackName="shop", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template
    )
    stacks.cloudformation.execute_change_set(ChangeSetName="first", StackName="shop")
    assert stacks.described()["StackStatus"] == "CREATE_COMPLETE"


def nested(stacks: Stacks, **settings: Any) -> dict[str, Any]:
    template = json.dumps({"Resources": {"Orders": stacks.function(FunctionName="orders", **settings)}})
    s3 = stacks.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="inner.json", Body=template)
    url = "https://s3.amazonaws.com/templates/inner.json"
    return {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}


def test_a_nested_stack_that_fails_fails_the_outer_one(stacks: Stacks) -> None:
    resources = {**nested(stacks, MemorySize=1), "Other": stacks.function(FunctionName="other")}
    assert stacks.create(resources)["StackStatus"] == "ROLLBACK_COMPLETE"
    (reason,) = [why for name, status, why in stacks.told() if (name, status) == ("Inner", "CREATE_FAILED")]
    assert re.fullmatch(
        r"Embedded stack arn:aws:cloudformation:\S+ was not successfully created: "
        r"The following resource\(s\) failed to create: \[Orders\]\. ",
        str(reason),
    )
    assert names(stacks) == []


def test_a_nested_stack_makes_functions(stacks: Stacks) -> None:
    assert stacks.create(nested(stacks))["StackStatus"] == "CREATE_COMPLETE"
    assert names(stacks) == ["orders"]


def test_an_export_that_fails_fails_the_stack(stacks: Stacks) -> None:
    outputs = {"Name": {"Value": {"Ref": "Orders"}, "Export": {"Name": "orders"}}}
    stack = stacks.create({"Orders": stacks.function(MemorySize=1)}, Outputs=outputs)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stacks.told()[0] == ("shop", "CREATE_IN_PROGRESS", "User Initiated")


def test_what_the_installed_botocore_does_not_know_is_told(stacks: Stacks, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(operation: str) -> Any:
        raise OperationNotFoundError(operation)

    monkeypatch.setattr(stack_host, "input_shape", unknown)
    with pytest.raises(NotBuiltError, match="botocore doesn't know CreateFunction"):
        stacks.create({"Orders": stacks.function()})


def test_a_moto_whose_inside_nobody_knows_is_told_and_left_alone() -> None:
    strange: Any = types.ModuleType("moto.cloudformation.models")
    strange.CloudFormationBackend = type("CloudFormationBackend", (), {"create_stack": None})
    version = sys.modules["moto"].__version__
    with pytest.warns(LambdaMockWarning, match=rf"moto {re.escape(version)} works in a way .* lacks update_stack"):
        ours._install(strange)
    strange = types.ModuleType("moto.cloudformation.models")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ours._install(strange)
    assert "lacks create_stack" in str(caught[0].message)
