"""Permissions, layers, mappings, URLs and the rest of what a template puts around a function."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.wire.lambda_model import operation_names

if TYPE_CHECKING:
    from tests.integrations.moto_stacks.conftest import Stacks

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
BUCKET = "arn:aws:s3:::uploads"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/Orders/a1b2c3d4e5"


def with_orders(stacks: Stacks, **resources: Any) -> dict[str, Any]:
    return {
        **resources,
        "Orders": stacks.function(FunctionName="orders"),
        "First": stacks.resource("Version", FunctionName={"Ref": "Orders"}),
        "Live": stacks.resource(
            "Alias", FunctionName={"Ref": "Orders"}, FunctionVersion={"Fn::GetAtt": ["First", "Version"]}, Name="live"
        ),
    }


def own_tags(stacks: Stacks, arn: str) -> dict[str, str]:
    """The tags that a template gave."""
    tags = stacks.functions.list_tags(Resource=arn)["Tags"]
    return {name: value for name, value in tags.items() if not name.startswith("aws:cloudformation:")}


def policy(stacks: Stacks, qualifier: str | None = None) -> list[Any]:
    which = {} if qualifier is None else {"Qualifier": qualifier}
    found = stacks.functions.get_policy(FunctionName="orders", **which)["Policy"]
    return list(json.loads(found)["Statement"])


def grant(stacks: Stacks, source: str = BUCKET, function: Any = None) -> dict[str, Any]:
    return stacks.resource(
        "Permission",
        Action="lambda:InvokeFunction",
        FunctionName=function or {"Ref": "Live"},
        Principal="s3.amazonaws.com",
        SourceAccount="123456789012",
        SourceArn=source,
    )


def test_a_permission_is_a_statement_of_exactly_the_qualifier_that_it_names(stacks: Stacks) -> None:
    stacks.create(with_orders(stacks, Grant=grant(stacks)), Outputs={"Id": {"Value": {"Fn::GetAtt": ["Grant", "Id"]}}})
    assert policy(stacks, "live") == [
        {
            "Sid": stacks.physical_id("Grant"),
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": f"{ARN}:live",
            "Condition": {
                "StringEquals": {"AWS:SourceAccount": "123456789012"},
                "ArnLike": {"AWS:SourceArn": BUCKET},
            },
        }
    ]
    assert stacks.physical_id("Grant").startswith("shop-Grant-")
    assert stacks.outputs() == {"Id": stacks.physical_id("Grant")}
    with pytest.raises(stacks.functions.exceptions.ResourceNotFoundException):
        policy(stacks)


def test_a_change_of_a_permission_replaces_the_statement(stacks: Stacks) -> None:
    stacks.create(with_orders(stacks, Grant=grant(stacks)))
    before = stacks.physical_id("Grant")
    stacks.update(with_orders(stacks, Grant=grant(stacks, "arn:aws:s3:::downloads")))
    (statement,) = policy(stacks, "live")
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": "arn:aws:s3:::downloads"}
    assert statement["Sid"] != before


def test_a_permission_that_a_template_no_longer_has_is_taken_away(stacks: Stacks) -> None:
    stacks.create(with_orders(stacks, Grant=grant(stacks, function={"Ref": "Orders"})))
    stacks.update(with_orders(stacks))
    with pytest.raises(stacks.functions.exceptions.ResourceNotFoundException):
        policy(stacks)


def layer_code(stacks: Stacks, text: str, key: str = "layer.zip") -> dict[str, str]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("python/greeting.py", text)
    s3 = stacks.client("s3")
    s3.create_bucket(Bucket="builds")
    s3.put_object(Bucket="builds", Key=key, Body=zipped.getvalue())
    return {"S3Bucket": "builds", "S3Key": key}


def test_a_layer_version_is_used_by_the_function_that_refers_to_it(stacks: Stacks) -> None:
    def template(content: Any) -> dict[str, Any]:
        source = "import greeting\ndef handler(event, context):\n    return greeting.TEXT\n"
        return {
            "Orders": stacks.function(FunctionName="orders", Layers=[{"Ref": "Tools"}], Code={"ZipFile": source}),
            "Tools": stacks.resource("LayerVersion", Content=content, CompatibleRuntimes=["python3.12"]),
        }

    stacks.create(
        template(layer_code(stacks, "TEXT = 'hello'")),
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Tools", "LayerVersionArn"]}}},
    )
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:Tools"
    assert stacks.answer("orders") == "hello"
    assert stacks.outputs() == {"Arn": f"{layer}:1"}
    stacks.update(template(layer_code(stacks, "TEXT = 'good evening'", "other.zip")))
    assert stacks.answer("orders") == "good evening"
    assert stacks.physical_id("Tools") == f"{layer}:2"
    found = stacks.functions.list_layer_versions(LayerName="Tools")["LayerVersions"]
    assert [version["Version"] for version in found] == [2]
    stacks.delete()
    assert stacks.functions.list_layers()["Layers"] == []


def test_a_grant_on_a_layer_version_comes_and_goes(stacks: Stacks) -> None:
    content = layer_code(stacks, "")
    tools = stacks.resource("LayerVersion", Content=content, LayerName="tools")
    shared = stacks.resource(
        "LayerVersionPermission",
        Action="lambda:GetLayerVersion",
        LayerVersionArn={"Ref": "Tools"},
        Principal="210987654321",
    )
    stacks.create({"Shared": shared, "Tools": tools})
    arn, _, statement_id = stacks.physical_id("Shared").partition("#")
    assert arn == stacks.physical_id("Tools")
    found = stacks.functions.get_layer_version_policy(LayerName="tools", VersionNumber=1)["Policy"]
    (statement,) = json.loads(found)["Statement"]
    assert (statement["Sid"], statement["Action"]) == (statement_id, "lambda:GetLayerVersion")
    stacks.update({"Tools": tools})
    with pytest.raises(stacks.functions.exceptions.ResourceNotFoundException):
        stacks.functions.get_layer_version_policy(LayerName="tools", VersionNumber=1)


def mapping(stacks: Stacks, **settings: Any) -> dict[str, Any]:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}
    source = {"EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]}, "FunctionName": {"Ref": "Live"}}
    return with_orders(stacks, Jobs=queue, Mapping=stacks.resource("EventSourceMapping", **source, **settings))


@pytest.mark.parametrize(
    "lifecycle", ["instant", pytest.param("observed", marks=pytest.mark.lambda_mock(lifecycle="observed"))]
)
def test_a_mapping_is_made_changed_and_taken_away(stacks: Stacks, lifecycle: str) -> None:
    assert lifecycle
    outputs = {
        "Id": {"Value": {"Ref": "Mapping"}},
        "Arn": {"Value": {"Fn::GetAtt": ["Mapping", "EventSourceMappingArn"]}},
    }
    filters = {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]}
    tags = [{"Key": "team", "Value": "sales"}]
    stacks.create(mapping(stacks, BatchSize="5", FilterCriteria=filters, Tags=tags), Outputs=outputs)
    uuid = stacks.physical_id("Mapping")
    assert stacks.outputs() == {
        "Id": uuid,
        "Arn": f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{uuid}",
    }
    found = stacks.functions.get_event_source_mapping(UUID=uuid)
    assert (found["State"], found["BatchSize"], found["FunctionArn"]) == ("Enabled", 5, f"{ARN}:live")
    assert found["FilterCriteria"] == filters
    stacks.update(mapping(stacks, BatchSize=7, Enabled="false"))
    found = stacks.functions.get_event_source_mapping(UUID=uuid)
    assert (found["State"], found["BatchSize"]) == ("Disabled", 7)
    assert found.get("FilterCriteria", {"Filters": []}) == {"Filters": []}
    assert own_tags(stacks, found["EventSourceMappingArn"]) == {}
    stacks.update(with_orders(stacks, Jobs=mapping(stacks)["Jobs"]))
    assert stacks.functions.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_mapping_of_another_source_is_another_mapping(stacks: Stacks) -> None:
    def template(name: str) -> dict[str, Any]:
        resources = mapping(stacks)
        resources["More"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "more"}}
        resources["Mapping"]["Properties"]["EventSourceArn"] = {"Fn::GetAtt": [name, "Arn"]}
        return resources

    stacks.create(template("Jobs"))
    before = stacks.physical_id("Mapping")
    stacks.update(template("More"))
    (found,) = stacks.functions.list_event_source_mappings()["EventSourceMappings"]
    assert found["EventSourceArn"].endswith(":more")
    assert found["UUID"] == stacks.physical_id("Mapping") != before


def test_a_mapping_of_brokers_of_ones_own_has_their_addresses(stacks: Stacks) -> None:
    brokers = {"Endpoints": {"KafkaBootstrapServers": ["broker:9092"]}}
    kafka = stacks.resource(
        "EventSourceMapping",
        FunctionName={"Ref": "Live"},
        SelfManagedEventSource=brokers,
        SourceAccessConfigurations=[{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}],
        StartingPosition="LATEST",
        Topics=["orders"],
    )
    stacks.create(with_orders(stacks, Mapping=kafka))
    (found,) = stacks.functions.list_event_source_mappings()["EventSourceMappings"]
    assert found["SelfManagedEventSource"] == {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["broker:9092"]}}


def test_a_function_url_leads_to_the_alias_that_it_names(stacks: Stacks) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        target = {"TargetFunctionArn": {"Ref": "Orders"}, "Qualifier": "live", "AuthType": "NONE"}
        url = {**stacks.resource("Url", **{**target, **settings}), "DependsOn": "Live"}
        return with_orders(stacks, Url=url)

    outputs = {
        "Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}},
        "Arn": {"Value": {"Fn::GetAtt": ["Url", "FunctionArn"]}},
        "Ref": {"Value": {"Ref": "Url"}},
    }
    cors = {"AllowOrigins": ["https://example.com"], "MaxAge": "60", "AllowCredentials": "true"}
    stacks.create(template(Cors=cors, InvokeMode="RESPONSE_STREAM"), Outputs=outputs)
    found = stacks.functions.get_function_url_config(FunctionName="orders", Qualifier="live")
    assert stacks.outputs() == {"Url": found["FunctionUrl"], "Arn": f"{ARN}:live", "Ref": f"{ARN}:live"}
    assert found["Cors"] == {"AllowOrigins": ["https://example.com"], "MaxAge": 60, "AllowCredentials": True}
    stacks.update(template(AuthType="AWS_IAM"), Outputs=outputs)
    changed = stacks.functions.get_function_url_config(FunctionName="orders", Qualifier="live")
    assert (changed["AuthType"], changed["InvokeMode"]) == ("AWS_IAM", "BUFFERED")
    assert changed.get("Cors", {}) == {}
    assert changed["FunctionUrl"] == found["FunctionUrl"]
    stacks.update(with_orders(stacks))
    assert stacks.functions.list_function_url_configs(FunctionName="orders")["FunctionUrlConfigs"] == []


def test_what_becomes_of_events_is_set_forgotten_and_taken_away(stacks: Stacks) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        which = {"FunctionName": {"Ref": "Orders"}, "Qualifier": "live"}
        events = {**stacks.resource("EventInvokeConfig", **which, **settings), "DependsOn": ["Live"]}
        return with_orders(stacks, Events=events)

    def config() -> Any:
        return stacks.functions.get_function_event_invoke_config(FunctionName="orders", Qualifier="live")

    stacks.create(template(MaximumRetryAttempts="0", MaximumEventAgeInSeconds=60))
    assert stacks.physical_id("Events") == "orders|live"
    assert (config()["MaximumRetryAttempts"], config()["MaximumEventAgeInSeconds"]) == (0, 60)
    stacks.update(template(MaximumRetryAttempts=1))
    assert config()["MaximumRetryAttempts"] == 1
    assert config().get("MaximumEventAgeInSeconds") is None
    stacks.update(with_orders(stacks))
    with pytest.raises(stacks.functions.exceptions.ResourceNotFoundException):
        config()


def test_a_code_signing_config_is_made_changed_and_taken_away(stacks: Stacks) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        publishers = {"SigningProfileVersionArns": [PROFILE]}
        return {"Config": stacks.resource("CodeSigningConfig", AllowedPublishers=publishers, **settings)}

    outputs = {
        "Id": {"Value": {"Fn::GetAtt": ["Config", "CodeSigningConfigId"]}},
        "Arn": {"Value": {"Fn::GetAtt": ["Config", "CodeSigningConfigArn"]}},
    }
    enforced = {"UntrustedArtifactOnDeployment": "Enforce"}
    tags = [{"Key": "team", "Value": "sales"}]
    stacks.create(template(Description="ours", CodeSigningPolicies=enforced, Tags=tags), Outputs=outputs)
    arn = stacks.physical_id("Config")
    assert stacks.outputs() == {"Id": arn.rpartition(":")[2], "Arn": arn}
    assert own_tags(stacks, arn) == {"team": "sales"}
    stacks.update(template(), Outputs=outputs)
    found = stacks.functions.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"]
    assert found["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
    assert found["Description"] == ""
    stacks.delete()
    assert stacks.functions.list_code_signing_configs()["CodeSigningConfigs"] == []


@pytest.mark.skipif("CreateCapacityProvider" not in operation_names(), reason="botocore doesn't know it")
def test_a_function_on_instances_is_published_and_scaled(stacks: Stacks) -> None:
    ec2 = stacks.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]

    def template(least: int) -> dict[str, Any]:
        provider = stacks.resource(
            "CapacityProvider",
            PermissionsConfig={"CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/lambda-role"},
            VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
        )
        capacity = {"CapacityProviderArn": {"Fn::GetAtt": ["Instances", "Arn"]}}
        scaling = {"MinExecutionEnvironments": str(least), "MaxExecutionEnvironments": 9}
        orders = stacks.function(
            FunctionName="orders",
            Runtime="python3.13",
            MemorySize=4096,
            CapacityProviderConfig={"LambdaManagedInstancesCapacityProviderConfig": capacity},
            PublishToLatestPublished="true",
            FunctionScalingConfig=scaling,
        )
        version = stacks.resource("Version", FunctionName={"Ref": "Orders"}, FunctionScalingConfig=scaling)
        return {"Instances": provider, "Orders": orders, "First": version}

    def least(qualifier: str) -> int:
        found = stacks.functions.get_function_scaling_config(FunctionName="orders", Qualifier=qualifier)
        return int(found["AppliedFunctionScalingConfig"]["MinExecutionEnvironments"])

    outputs = {"Arn": {"Value": {"Fn::GetAtt": ["Orders", "Arn"]}}}
    assert stacks.create(template(1), Outputs=outputs)["StackStatus"] == "CREATE_COMPLETE", stacks.told()
    assert stacks.outputs() == {"Arn": ARN}
    assert (least("$LATEST.PUBLISHED"), least("1")) == (1, 1)
    stacks.update(template(2), Outputs=outputs)
    assert (least("$LATEST.PUBLISHED"), least("1")) == (2, 2)


@pytest.mark.skipif("CreateCapacityProvider" not in operation_names(), reason="botocore doesn't know it")
def test_a_capacity_provider_is_made_changed_and_taken_away(stacks: Stacks) -> None:
    ec2 = stacks.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]

    def template(**settings: Any) -> dict[str, Any]:
        given = {
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/lambda-role"},
            "VpcConfig": {"SubnetIds": [subnet], "SecurityGroupIds": [group]},
            **settings,
        }
        return {"Instances": stacks.resource("CapacityProvider", **given)}

    stacks.create(template(Tags=[{"Key": "team", "Value": "sales"}]))
    name = stacks.physical_id("Instances")
    assert name.startswith("shop-Instances-")
    stacks.update(
        template(CapacityProviderScalingConfig={"MaxVCpuCount": "100"}),
        Outputs={
            "Arn": {"Value": {"Fn::GetAtt": ["Instances", "Arn"]}},
            "State": {"Value": {"Fn::GetAtt": ["Instances", "State"]}},
        },
    )
    provider = stacks.functions.get_capacity_provider(CapacityProviderName=name)["CapacityProvider"]
    assert stacks.outputs() == {"Arn": provider["CapacityProviderArn"], "State": "Active"}
    assert provider["CapacityProviderScalingConfig"]["MaxVCpuCount"] == 100
    assert own_tags(stacks, provider["CapacityProviderArn"]) == {}
    stacks.delete()
    with pytest.raises(stacks.functions.exceptions.ResourceNotFoundException):
        stacks.functions.get_capacity_provider(CapacityProviderName=name)
