"""Functions in the templates of moto's CloudFormation are the mock's."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMock, MockConfig, NotBuiltError

if TYPE_CHECKING:
    from tests.integrations.moto_stacks.conftest import Stacks

ACCOUNT = "123456789012"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/Orders/a1b2c3d4e5"


def configuration(stacks: Stacks, name: str = "orders") -> Any:
    return stacks.functions.get_function_configuration(FunctionName=name)


def test_a_stack_makes_a_function_that_runs(stacks: Stacks) -> None:
    made = stacks.create({"Orders": stacks.function("one", FunctionName="orders")})
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert stacks.answer("orders") == "one"
    assert stacks.physical_id("Orders") == "orders"


def test_ref_is_the_name_of_a_function_and_attributes_are_those_of_the_schema(stacks: Stacks) -> None:
    outputs = {
        "Name": {"Value": {"Ref": "Orders"}},
        "Arn": {"Value": {"Fn::GetAtt": ["Orders", "Arn"]}},
        "Applied": {"Value": {"Fn::GetAtt": ["Orders", "SnapStartResponse.ApplyOn"]}},
        "Optimized": {"Value": {"Fn::GetAtt": ["Orders", "SnapStartResponse.OptimizationStatus"]}},
    }
    stacks.create({"Orders": stacks.function(FunctionName="orders")}, Outputs=outputs)
    assert stacks.outputs() == {
        "Name": "orders",
        "Arn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders",
        "Applied": "None",
        "Optimized": "Off",
    }


def test_an_attribute_that_a_function_does_not_have_is_refused_in_outputs(stacks: Stacks) -> None:
    outputs = {"Wrong": {"Value": {"Fn::GetAtt": ["Orders", "Wrong"]}}}
    with pytest.raises(stacks.cloudformation.exceptions.ClientError, match="Wrong"):
        stacks.create({"Orders": stacks.function()}, Outputs=outputs)


def test_an_attribute_that_nobody_knows_is_told_where_a_resource_asks_for_it(stacks: Stacks) -> None:
    asking = stacks.function(Description={"Fn::GetAtt": ["Orders", "Wrong"]})
    with pytest.raises(NotBuiltError, match="doesn't know the attribute Wrong of AWS::Lambda::Function"):
        stacks.create({"Orders": stacks.function(), "Asking": asking})


def test_a_function_without_a_name_gets_one_of_stack_and_logical_id(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function()})
    assert re.fullmatch(r"shop-Orders-[0-9A-Za-z]{12}", stacks.physical_id("Orders"))


def test_a_name_that_is_made_has_64_characters_at_most(stacks: Stacks) -> None:
    stacks.create({"F" * 60: stacks.function(), "Short": stacks.function()}, name="s" * 60)
    long, short = stacks.physical_id("F" * 60, "s" * 60), stacks.physical_id("Short", "s" * 60)
    assert re.fullmatch(r"s{25}-F{25}-\w{12}", long)
    assert re.fullmatch(r"s{45}-Short-\w{12}", short)
    assert len(short) == 64


@pytest.mark.parametrize("moto_first", [True, False])
def test_it_does_not_matter_who_is_active_first(*, moto_first: bool) -> None:
    first, second = (mock_aws(), LambdaMock(MockConfig())) if moto_first else (LambdaMock(MockConfig()), mock_aws())
    with first, second:
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        template = '{"Resources": {"C": {"Type": "AWS::Lambda::CodeSigningConfig", "Properties": {"AllowedPublishers": '
        template += f'{{"SigningProfileVersionArns": ["{PROFILE}"]}}}}}}}}}}'
        session.client("cloudformation").create_stack(StackName="shop", TemplateBody=template)
        (config,) = session.client("lambda").list_code_signing_configs()["CodeSigningConfigs"]
        assert config["AllowedPublishers"] == {"SigningProfileVersionArns": [PROFILE]}


def test_when_the_mock_has_ended_functions_of_stacks_are_motos_own_again() -> None:
    with LambdaMock(MockConfig()):
        pass
    with mock_aws():
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        session.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        given: dict[str, Any] = {"FunctionName": "orders", "Runtime": "python3.12", "Handler": "index.handler"}
        given |= {"Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Code": {"ZipFile": "pass"}}
        orders = {"Type": "AWS::Lambda::Function", "Properties": given}
        queue = {"Type": "AWS::SQS::Queue"}
        stacks, functions = session.client("cloudformation"), session.client("lambda")
        stacks.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Orders": orders, "Queue": queue}}))
        assert [found["FunctionName"] for found in functions.list_functions()["Functions"]] == ["orders"]
        stacks.update_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Queue": queue}}))
        assert functions.list_functions()["Functions"] == []


@pytest.mark.parametrize("mock_again", [True, False])
def test_a_resource_whose_mock_has_ended_can_still_be_taken_away(*, mock_again: bool) -> None:
    session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
    config = {"Type": "AWS::Lambda::CodeSigningConfig"}
    config["Properties"] = {"AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]}}  # type: ignore[assignment]
    with mock_aws():
        stacks = session.client("cloudformation")
        with LambdaMock(MockConfig()):
            stacks.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Config": config}}))
        with LambdaMock(MockConfig()) if mock_again else nullcontext():
            stacks.delete_stack(StackName="s")
        assert stacks.describe_stacks()["Stacks"] == []


def test_stacks_without_a_resource_of_ours_go_motos_way(stacks: Stacks) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}
    assert stacks.create({"Queue": queue})["StackStatus"] == "CREATE_COMPLETE"
    more = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "tasks"}}
    assert stacks.update({"Queue": queue, "More": more})["StackStatus"] == "UPDATE_COMPLETE"
    assert len(stacks.client("sqs").list_queues()["QueueUrls"]) == 2
    stacks.delete()
    assert "QueueUrls" not in stacks.client("sqs").list_queues()


def test_every_setting_reaches_the_function(stacks: Stacks) -> None:
    layer = stacks.functions.publish_layer_version(LayerName="tools", Content={"ZipFile": _zip("python/tools.py")})
    queue = stacks.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    assert queue
    dead = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
    stacks.create(
        {
            "Orders": stacks.function(
                FunctionName="orders",
                Architectures=["arm64"],
                DeadLetterConfig={"TargetArn": dead},
                Description="takes orders",
                Environment={"Variables": {"STAGE": "test", "RETRIES": 3, "DEBUG": True}},
                EphemeralStorage={"Size": "1024"},
                Layers=[layer["LayerVersionArn"], {"Ref": "AWS::NoValue"}],
                LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
                MemorySize="256",
                RecursiveLoop="Allow",
                ReservedConcurrentExecutions="5",
                RuntimeManagementConfig={"UpdateRuntimeOn": "FunctionUpdate"},
                SnapStart={"ApplyOn": "PublishedVersions"},
                Tags=[{"Key": "team", "Value": "sales"}],
                Timeout=30,
                TracingConfig={"Mode": "Active"},
            )
        }
    )
    found = stacks.functions.get_function(FunctionName="orders")
    settings = found["Configuration"]
    assert settings["Architectures"] == ["arm64"]
    assert settings["DeadLetterConfig"] == {"TargetArn": dead}
    assert settings["Description"] == "takes orders"
    assert settings["Environment"] == {"Variables": {"STAGE": "test", "RETRIES": "3", "DEBUG": "true"}}
    assert settings["EphemeralStorage"] == {"Size": 1024}
    assert [used["Arn"] for used in settings["Layers"]] == [layer["LayerVersionArn"]]
    assert settings["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG"
    assert (settings["MemorySize"], settings["Timeout"]) == (256, 30)
    assert settings["SnapStart"]["ApplyOn"] == "PublishedVersions"
    assert settings["TracingConfig"] == {"Mode": "Active"}
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert found["Tags"]["team"] == "sales"
    runtime = stacks.functions.get_runtime_management_config(FunctionName="orders")
    assert runtime["UpdateRuntimeOn"] == "FunctionUpdate"
    assert stacks.functions.get_function_recursion_config(FunctionName="orders")["RecursiveLoop"] == "Allow"


def test_settings_that_a_template_no_longer_has_go_back_to_their_defaults(stacks: Stacks) -> None:
    stacks.create(
        {
            "Orders": stacks.function(
                FunctionName="orders",
                Architectures=["arm64"],
                Description="takes orders",
                Environment={"Variables": {"STAGE": "test"}},
                LoggingConfig={"LogFormat": "JSON", "LogGroup": "/orders"},
                MemorySize=256,
                RecursiveLoop="Allow",
                ReservedConcurrentExecutions=5,
                RuntimeManagementConfig={"UpdateRuntimeOn": "FunctionUpdate"},
                Tags=[{"Key": "team", "Value": "sales"}, {"Key": "stage", "Value": "test"}],
                Timeout=30,
            )
        }
    )
    stacks.update({"Orders": stacks.function(FunctionName="orders", Tags=[{"Key": "stage", "Value": "live"}])})
    found = stacks.functions.get_function(FunctionName="orders")
    settings = found["Configuration"]
    assert (settings["Description"], settings["MemorySize"], settings["Timeout"]) == ("", 128, 3)
    assert settings.get("Environment", {"Variables": {}}) == {"Variables": {}}
    assert settings["Architectures"] == ["x86_64"]
    assert settings["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"}
    assert "Concurrency" not in found
    assert {name: value for name, value in found["Tags"].items() if not name.startswith("aws:")} == {"stage": "live"}
    assert stacks.functions.get_runtime_management_config(FunctionName="orders")["UpdateRuntimeOn"] == "Auto"
    assert stacks.functions.get_function_recursion_config(FunctionName="orders")["RecursiveLoop"] == "Terminate"


def test_what_can_not_be_taken_back_stays(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    stacks.update({"Orders": stacks.function("two", FunctionName="orders", Handler="index.handler", Timeout=4)})
    assert configuration(stacks)["Handler"] == "index.handler"
    assert stacks.answer("orders") == "two"


def test_a_change_of_code_changes_latest_and_nothing_else(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function("one", FunctionName="orders")})
    before = configuration(stacks)
    assert stacks.update({"Orders": stacks.function("two", FunctionName="orders")})["StackStatus"] == "UPDATE_COMPLETE"
    after = configuration(stacks)
    assert stacks.answer("orders") == "two"
    changing = ("CodeSha256", "CodeSize", "LastModified", "RevisionId", "ResponseMetadata")
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert after["CodeSha256"] != before["CodeSha256"]


def test_an_update_without_a_change_changes_nothing(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    before = configuration(stacks)["RevisionId"]
    stacks.update({"Orders": stacks.function(FunctionName="orders")}, Description="the same")
    assert configuration(stacks)["RevisionId"] == before


def test_another_name_makes_another_function_and_takes_the_old_one_away(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    stacks.update({"Orders": stacks.function(FunctionName="sales")})
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["sales"]
    assert stacks.physical_id("Orders") == "sales"


def test_what_was_replaced_is_kept_where_the_template_says_so(stacks: Stacks) -> None:
    kept = {**stacks.function(FunctionName="orders"), "UpdateReplacePolicy": "Retain"}
    stacks.create({"Orders": kept})
    stacks.update({"Orders": {**stacks.function(FunctionName="sales"), "UpdateReplacePolicy": "Retain"}})
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["orders", "sales"]


def test_a_function_with_a_name_of_its_own_can_not_be_replaced_under_that_name(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    image = {"ImageUri": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/orders:1"}
    as_image = stacks.function(FunctionName="orders", Code=image, PackageType="Image", Runtime=None, Handler=None)
    assert stacks.update({"Orders": as_image})["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reason = (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename orders and update the stack again."
    )
    assert ("Orders", "UPDATE_FAILED", reason) in stacks.told()
    assert configuration(stacks)["PackageType"] == "Zip"


def test_code_comes_from_s3(stacks: Stacks) -> None:
    s3 = stacks.client("s3")
    s3.create_bucket(Bucket="builds")
    s3.put_object(
        Bucket="builds", Key="orders.zip", Body=_zip("index.py", "def handler(e, c):\n    return 'from S3'\n")
    )
    code = {"S3Bucket": "builds", "S3Key": "orders.zip"}
    stacks.create({"Orders": stacks.function(FunctionName="orders", Code=code)})
    assert stacks.answer("orders") == "from S3"


@pytest.mark.filterwarnings("ignore::lambda_mock.LambdaMockWarning")
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js isn't installed")
def test_source_text_is_index_js_for_node(stacks: Stacks) -> None:
    source = "exports.handler = async () => 'from node';"
    given: dict[str, Any] = {"Runtime": "nodejs20.x", "Code": {"ZipFile": source}}
    stacks.create({"Orders": stacks.function(FunctionName="orders", **given)})
    assert stacks.answer("orders") == "from node"


def test_source_text_is_for_python_and_node_alone(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(Runtime="java21")})
    reason = "ZipFile can only be used when Runtime is set to either of nodejs, python."
    assert ("Orders", "CREATE_FAILED", reason) in stacks.told()


def test_the_same_source_text_makes_the_same_package(stacks: Stacks) -> None:
    names = {"Orders": stacks.function(FunctionName="orders"), "Sales": stacks.function(FunctionName="sales")}
    stacks.create(names)
    assert configuration(stacks, "orders")["CodeSha256"] == configuration(stacks, "sales")["CodeSha256"]


def test_a_code_signing_config_is_put_changed_and_taken_away(stacks: Stacks) -> None:
    publishers = {"SigningProfileVersionArns": [PROFILE]}
    configs = {
        name: stacks.resource("CodeSigningConfig", AllowedPublishers=publishers, Description=name)
        for name in ("A", "B")
    }

    def used() -> str | None:
        found = stacks.functions.get_function_code_signing_config(FunctionName="orders")
        return found.get("CodeSigningConfigArn")  # type: ignore[no-any-return]

    def with_config(name: str) -> dict[str, Any]:
        arn = {"Ref": name}
        return {**configs, "Orders": stacks.function(FunctionName="orders", CodeSigningConfigArn=arn)}

    stacks.create(with_config("A"))
    assert used() == stacks.physical_id("A")
    stacks.update(with_config("B"))
    assert used() == stacks.physical_id("B")
    stacks.update({**configs, "Orders": stacks.function(FunctionName="orders")})
    assert used() is None


def test_a_property_that_nobody_knows_is_told_and_never_left_out(stacks: Stacks) -> None:
    with pytest.raises(NotBuiltError, match="doesn't know the property Colour of AWS::Lambda::Function"):
        stacks.create({"Orders": stacks.function(Colour="red")})


def test_so_is_one_within_a_property(stacks: Stacks) -> None:
    with pytest.raises(NotBuiltError, match=r"doesn't know VpcConfig\.Colour of CloudFormation"):
        stacks.create({"Orders": stacks.function(VpcConfig={"Colour": "red"})})


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"Role": None}, ": required key [Role] not found"),
        ({"MemorySize": "much"}, "/MemorySize: expected type: Integer, found: String"),
        ({"Timeout": True}, "/Timeout: expected type: Integer, found: Boolean"),
        ({"Timeout": [3]}, "/Timeout: expected type: Integer, found: JSONArray"),
        ({"Code": "def handler"}, "/Code: expected type: JSONObject, found: String"),
        ({"VpcConfig": "none"}, "/VpcConfig: expected type: JSONObject, found: String"),
        ({"Environment": {"Variables": 5}}, "/Environment/Variables: expected type: JSONObject, found: Integer"),
        (
            {"Environment": {"Variables": {"A": [1]}}},
            "/Environment/Variables/A: expected type: String, found: JSONArray",
        ),
        ({"Layers": 1.5}, "/Layers: expected type: JSONArray, found: Number"),
        ({"Description": {"a": "b"}}, "/Description: expected type: String, found: JSONObject"),
        (
            {"VpcConfig": {"Ipv6AllowedForDualStack": "perhaps"}},
            "/VpcConfig/Ipv6AllowedForDualStack: expected type: Boolean, found: String",
        ),
    ],
)
def test_properties_of_the_wrong_form_fail_the_resource(
    stacks: Stacks, properties: dict[str, Any], problem: str
) -> None:
    assert stacks.create({"Orders": stacks.function(**properties)})["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = f"Properties validation failed for resource Orders with message:\n[#{problem}]"
    assert ("Orders", "CREATE_FAILED", reason) in stacks.told()


def test_truth_values_are_taken_as_text(stacks: Stacks) -> None:
    ec2 = stacks.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    network = {"SubnetIds": [subnet], "SecurityGroupIds": [group], "Ipv6AllowedForDualStack": "true"}
    stacks.create({"Orders": stacks.function(FunctionName="orders", VpcConfig=network)})
    assert configuration(stacks)["VpcConfig"]["Ipv6AllowedForDualStack"] is True


@pytest.mark.lambda_mock(lifecycle="observed")
def test_a_stack_waits_for_functions_that_take_their_time(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function("one", FunctionName="orders")})
    changed = stacks.function("two", FunctionName="orders", Timeout=20)
    assert stacks.update({"Orders": changed})["StackStatus"] == "UPDATE_COMPLETE"
    assert configuration(stacks)["LastUpdateStatus"] == "Successful"
    assert stacks.answer("orders") == "two"


def test_a_function_has_the_tags_of_its_stack_and_those_of_cloudformation(stacks: Stacks) -> None:
    orders = stacks.function(FunctionName="orders", Tags=[{"Key": "team", "Value": "sales"}])
    template = json.dumps({"Resources": {"Orders": orders}})
    tags = [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "everybody"}]
    stacks.cloudformation.create_stack(StackName="shop", TemplateBody=template, Tags=tags)
    assert stacks.functions.list_tags(Resource=configuration(stacks)["FunctionArn"])["Tags"] == {
        "stage": "test",
        "team": "sales",
        "aws:cloudformation:stack-name": "shop",
        "aws:cloudformation:stack-id": stacks.described()["StackId"],
        "aws:cloudformation:logical-id": "Orders",
    }


def test_deleting_a_stack_deletes_its_functions_but_those_that_are_to_stay(stacks: Stacks) -> None:
    kept = {**stacks.function(FunctionName="kept"), "DeletionPolicy": "Retain"}
    stacks.create({"Orders": stacks.function(FunctionName="orders"), "Kept": kept})
    stacks.delete()
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["kept"]


def test_a_function_that_somebody_has_deleted_already_is_gone(stacks: Stacks) -> None:
    stacks.create({"Orders": stacks.function(FunctionName="orders")})
    stacks.functions.delete_function(FunctionName="orders")
    stacks.delete()
    with pytest.raises(stacks.cloudformation.exceptions.ClientError, match="does not exist"):
        stacks.described()


def _zip(name: str, text: str = "") -> bytes:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(name, text)
    return zipped.getvalue()
