"""Every operation against botocore's own model: it is there, takes what the model says, and answers in good form."""

from __future__ import annotations

import inspect
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.eventstream import EventStream
from botocore.response import StreamingBody
from botocore.session import Session
from botocore.validate import ParamValidator

import lambda_mock.operations  # noqa: F401 - fills the registry
from lambda_mock import LambdaMock, MockConfig
from lambda_mock.errors import ERRORS
from lambda_mock.operations.not_built import OPERATIONS_NOT_BUILT
from lambda_mock.operations.registry import OPERATIONS

MODEL: Any = Session().get_service_model("lambda")
# An older botocore knows fewer operations, and fewer members of those it knows.
MODEL_IS_OURS = set(MODEL.operation_names) == set(OPERATIONS) | OPERATIONS_NOT_BUILT
KNOWN = sorted(set(MODEL.operation_names) & set(OPERATIONS))
ROLE = "arn:aws:iam::123456789012:role/lambda-role"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/AbCdEf1234"
FLEET = "arn:aws:lambda:us-east-1:123456789012:capacity-provider:fleet"
RUNTIME_VERSION = f"arn:aws:lambda:us-east-1::runtime:{'0' * 64}"

LAYER = {"LayerName": "libraries", "VersionNumber": 1}
LAYER_VERSION = "arn:aws:lambda:us-east-1:123456789012:layer:libraries:1"

Scenario = Callable[[Any], list[dict[str, Any]]]


def package(text: str = "def handler(event, context): return event") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return content.getvalue()


def deploy(client: Any, **members: Any) -> dict[str, Any]:
    usual = {"Runtime": "python3.12", "Handler": "app.handler"}
    answer: dict[str, Any] = client.create_function(
        FunctionName="orders", Role=ROLE, Code={"ZipFile": package()}, **(usual | members)
    )
    return answer


def provide(client: Any, **members: Any) -> dict[str, Any]:
    """Create a capacity provider, and see it Active."""
    answer: dict[str, Any] = client.create_capacity_provider(
        CapacityProviderName="fleet",
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        PermissionsConfig={"CapacityProviderOperatorRoleArn": ROLE},
        **members,
    )
    return answer


def deploy_on_fleet(client: Any, **members: Any) -> dict[str, Any]:
    provide(client)
    managed = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": FLEET}}
    return deploy(client, Runtime="python3.13", CapacityProviderConfig=managed, Publish=True, **members)


def scale(client: Any, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_function_scaling_config(
        FunctionName="orders", Qualifier="1", FunctionScalingConfig=members
    )
    return answer


def permit(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.add_permission(
        FunctionName="orders", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    return answer


def put_policy(client: Any) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": ARN}
    answer: dict[str, Any] = client.put_resource_policy(
        ResourceArn=ARN, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    return answer


def connect(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.create_event_source_mapping(FunctionName="orders", EventSourceArn=QUEUE)
    return answer


def reserve(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=5)
    return answer


def configure_events(client: Any, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_function_event_invoke_config(
        FunctionName="orders",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": QUEUE}},
        **members,
    )
    return answer


def provision(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_provisioned_concurrency_config(
        FunctionName="orders", Qualifier="1", ProvisionedConcurrentExecutions=5
    )
    return answer


def publish_layer(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.publish_layer_version(
        LayerName="libraries",
        Content={"ZipFile": package()},
        Description="libraries",
        CompatibleRuntimes=["python3.12"],
        CompatibleArchitectures=["x86_64"],
        LicenseInfo="MIT",
    )
    return answer


def share_layer(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.add_layer_version_permission(
        **LAYER, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
    )
    return answer


def give_url(client: Any, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.create_function_url_config(FunctionName="orders", AuthType="NONE", **members)
    return answer


def sign(client: Any, **members: Any) -> str:
    publishers = {"SigningProfileVersionArns": [PROFILE]}
    answer = client.create_code_signing_config(AllowedPublishers=publishers, Description="trusted", **members)
    arn: str = answer["CodeSigningConfig"]["CodeSigningConfigArn"]
    return arn


FULL = {
    "Publish": True,
    "Description": "takes orders",
    "Timeout": 30,
    "MemorySize": 256,
    "Environment": {"Variables": {"STAGE": "test"}},
    "Tags": {"team": "shop"},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "TracingConfig": {"Mode": "Active"},
    "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
    "FileSystemConfigs": [
        {
            "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
            "LocalMountPath": "/mnt/data",
        }
    ],
    "LoggingConfig": {"LogFormat": "JSON"},
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "EphemeralStorage": {"Size": 1024},
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "Architectures": ["arm64"],
}

# What to do before an operation, and the operation itself: whatever comes back is checked.
SCENARIOS: dict[str, Scenario] = {
    "CreateFunction": lambda c: [deploy(c, **FULL)],
    "GetFunction": lambda c: [deploy(c, **FULL), c.get_function(FunctionName="orders")],
    "GetFunctionConfiguration": lambda c: [deploy(c), c.get_function_configuration(FunctionName="orders")],
    "UpdateFunctionCode": lambda c: [
        deploy(c),
        c.update_function_code(FunctionName="orders", ZipFile=package("handler = print"), Publish=True),
    ],
    "UpdateFunctionConfiguration": lambda c: [
        deploy(c),
        publish_layer(c),
        c.update_function_configuration(FunctionName="orders", Description="changed", Layers=[LAYER_VERSION]),
    ],
    "DeleteFunction": lambda c: [deploy(c), c.delete_function(FunctionName="orders")],
    "ListFunctions": lambda c: [deploy(c), c.list_functions(), c.list_functions(FunctionVersion="ALL", MaxItems=1)],
    "PublishVersion": lambda c: [deploy(c), c.publish_version(FunctionName="orders", Description="first")],
    "ListVersionsByFunction": lambda c: [deploy(c, Publish=True), c.list_versions_by_function(FunctionName="orders")],
    "CreateAlias": lambda c: [deploy(c, Publish=True), alias(c)],
    "GetAlias": lambda c: [deploy(c, Publish=True), alias(c), c.get_alias(FunctionName="orders", Name="live")],
    "UpdateAlias": lambda c: [
        deploy(c, Publish=True),
        alias(c),
        c.update_function_code(FunctionName="orders", ZipFile=package(), Publish=True),
        c.update_alias(FunctionName="orders", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}}),
    ],
    "DeleteAlias": lambda c: [deploy(c, Publish=True), alias(c), c.delete_alias(FunctionName="orders", Name="live")],
    "ListAliases": lambda c: [deploy(c, Publish=True), alias(c), c.list_aliases(FunctionName="orders")],
    "Invoke": lambda c: [
        deploy(c),
        c.invoke(FunctionName="orders", Payload=b'{"n": 1}', LogType="None"),
        c.invoke(FunctionName="orders", InvocationType="DryRun"),
        c.invoke(FunctionName="orders", InvocationType="Event"),
    ],
    "InvokeWithResponseStream": lambda c: [
        deploy(c),
        c.invoke_with_response_stream(FunctionName="orders", InvocationType="DryRun"),
        c.invoke_with_response_stream(FunctionName="orders", Payload=b'{"n": 1}'),
    ],
    "InvokeAsync": lambda c: [deploy(c), c.invoke_async(FunctionName="orders", InvokeArgs=b'{"n": 1}')],
    "PutProvisionedConcurrencyConfig": lambda c: [deploy(c, Publish=True), provision(c)],
    "GetProvisionedConcurrencyConfig": lambda c: [
        deploy(c, Publish=True),
        provision(c),
        c.get_provisioned_concurrency_config(FunctionName="orders", Qualifier="1"),
    ],
    "DeleteProvisionedConcurrencyConfig": lambda c: [
        deploy(c, Publish=True),
        provision(c),
        c.delete_provisioned_concurrency_config(FunctionName="orders", Qualifier="1"),
    ],
    "ListProvisionedConcurrencyConfigs": lambda c: [
        deploy(c, Publish=True),
        alias(c),
        provision(c),
        c.list_provisioned_concurrency_configs(FunctionName="orders", MaxItems=1),
    ],
    "AddPermission": lambda c: [deploy(c), permit(c)],
    "RemovePermission": lambda c: [deploy(c), permit(c), c.remove_permission(FunctionName="orders", StatementId="s3")],
    "GetPolicy": lambda c: [deploy(c), permit(c), c.get_policy(FunctionName="orders")],
    "PutResourcePolicy": lambda c: [deploy(c), put_policy(c)],
    "GetResourcePolicy": lambda c: [deploy(c), put_policy(c), c.get_resource_policy(ResourceArn=ARN)],
    "DeleteResourcePolicy": lambda c: [deploy(c), permit(c), c.delete_resource_policy(ResourceArn=ARN)],
    "TagResource": lambda c: [deploy(c), c.tag_resource(Resource=ARN, Tags={"a": "b"})],
    "UntagResource": lambda c: [deploy(c, Tags={"a": "b"}), c.untag_resource(Resource=ARN, TagKeys=["a"])],
    "ListTags": lambda c: [deploy(c, Tags={"a": "b"}), c.list_tags(Resource=ARN)],
    "CreateEventSourceMapping": lambda c: [deploy(c), connect(c)],
    "GetEventSourceMapping": lambda c: [deploy(c), c.get_event_source_mapping(UUID=connect(c)["UUID"])],
    "UpdateEventSourceMapping": lambda c: [
        deploy(c),
        c.update_event_source_mapping(UUID=connect(c)["UUID"], BatchSize=5),
    ],
    "DeleteEventSourceMapping": lambda c: [deploy(c), c.delete_event_source_mapping(UUID=connect(c)["UUID"])],
    "ListEventSourceMappings": lambda c: [deploy(c), connect(c), c.list_event_source_mappings()],
    "CreateFunctionUrlConfig": lambda c: [
        deploy(c),
        give_url(c, InvokeMode="RESPONSE_STREAM", Cors={"AllowCredentials": True, "AllowOrigins": ["*"], "MaxAge": 5}),
    ],
    "GetFunctionUrlConfig": lambda c: [deploy(c), give_url(c), c.get_function_url_config(FunctionName="orders")],
    "UpdateFunctionUrlConfig": lambda c: [
        deploy(c),
        give_url(c),
        c.update_function_url_config(FunctionName="orders", AuthType="AWS_IAM", Cors={"AllowMethods": ["GET"]}),
    ],
    "DeleteFunctionUrlConfig": lambda c: [deploy(c), give_url(c), c.delete_function_url_config(FunctionName="orders")],
    "ListFunctionUrlConfigs": lambda c: [deploy(c), give_url(c), c.list_function_url_configs(FunctionName="orders")],
    "CreateCodeSigningConfig": lambda c: [
        c.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [PROFILE]}, Tags={"a": "b"})
    ],
    "GetCodeSigningConfig": lambda c: [c.get_code_signing_config(CodeSigningConfigArn=sign(c))],
    "UpdateCodeSigningConfig": lambda c: [
        c.update_code_signing_config(CodeSigningConfigArn=sign(c), Description="trusted by few")
    ],
    "DeleteCodeSigningConfig": lambda c: [c.delete_code_signing_config(CodeSigningConfigArn=sign(c))],
    "ListCodeSigningConfigs": lambda c: [{"arn": sign(c)}, c.list_code_signing_configs()],
    "PutFunctionCodeSigningConfig": lambda c: [
        deploy(c),
        c.put_function_code_signing_config(FunctionName="orders", CodeSigningConfigArn=sign(c)),
    ],
    "GetFunctionCodeSigningConfig": lambda c: [
        deploy(c, CodeSigningConfigArn=sign(c)),
        c.get_function_code_signing_config(FunctionName="orders"),
    ],
    "DeleteFunctionCodeSigningConfig": lambda c: [
        deploy(c, CodeSigningConfigArn=sign(c)),
        c.delete_function_code_signing_config(FunctionName="orders"),
    ],
    "ListFunctionsByCodeSigningConfig": lambda c: [
        deploy(c, CodeSigningConfigArn=(arn := sign(c))),
        c.list_functions_by_code_signing_config(CodeSigningConfigArn=arn),
    ],
    "PutFunctionConcurrency": lambda c: [deploy(c), reserve(c)],
    "GetFunctionConcurrency": lambda c: [
        deploy(c),
        c.get_function_concurrency(FunctionName="orders"),
        reserve(c),
        c.get_function(FunctionName="orders"),
        c.get_function_concurrency(FunctionName="orders"),
    ],
    "DeleteFunctionConcurrency": lambda c: [
        deploy(c),
        reserve(c),
        c.delete_function_concurrency(FunctionName="orders"),
    ],
    "PutFunctionRecursionConfig": lambda c: [
        deploy(c),
        c.put_function_recursion_config(FunctionName="orders", RecursiveLoop="Allow"),
    ],
    "GetFunctionRecursionConfig": lambda c: [deploy(c), c.get_function_recursion_config(FunctionName="orders")],
    "PutRuntimeManagementConfig": lambda c: [
        deploy(c),
        c.put_runtime_management_config(
            FunctionName="orders", UpdateRuntimeOn="Manual", RuntimeVersionArn=RUNTIME_VERSION
        ),
    ],
    "GetRuntimeManagementConfig": lambda c: [deploy(c), c.get_runtime_management_config(FunctionName="orders")],
    "PutFunctionEventInvokeConfig": lambda c: [deploy(c), configure_events(c, MaximumEventAgeInSeconds=60)],
    "UpdateFunctionEventInvokeConfig": lambda c: [
        deploy(c),
        configure_events(c),
        c.update_function_event_invoke_config(FunctionName="orders", MaximumEventAgeInSeconds=60),
    ],
    "GetFunctionEventInvokeConfig": lambda c: [
        deploy(c),
        configure_events(c),
        c.get_function_event_invoke_config(FunctionName="orders"),
    ],
    "DeleteFunctionEventInvokeConfig": lambda c: [
        deploy(c),
        configure_events(c),
        c.delete_function_event_invoke_config(FunctionName="orders"),
    ],
    "ListFunctionEventInvokeConfigs": lambda c: [
        deploy(c, Publish=True),
        configure_events(c),
        configure_events(c, Qualifier="1"),
        c.list_function_event_invoke_configs(FunctionName="orders", MaxItems=1),
    ],
    "PublishLayerVersion": lambda c: [publish_layer(c)],
    "GetLayerVersion": lambda c: [publish_layer(c), c.get_layer_version(**LAYER)],
    "GetLayerVersionByArn": lambda c: [publish_layer(c), c.get_layer_version_by_arn(Arn=LAYER_VERSION)],
    "ListLayerVersions": lambda c: [
        publish_layer(c),
        publish_layer(c),
        c.list_layer_versions(LayerName="libraries", MaxItems=1),
    ],
    "ListLayers": lambda c: [publish_layer(c), c.list_layers()],
    "DeleteLayerVersion": lambda c: [publish_layer(c), c.delete_layer_version(**LAYER)],
    "AddLayerVersionPermission": lambda c: [publish_layer(c), share_layer(c)],
    "GetLayerVersionPolicy": lambda c: [publish_layer(c), share_layer(c), c.get_layer_version_policy(**LAYER)],
    "RemoveLayerVersionPermission": lambda c: [
        publish_layer(c),
        share_layer(c),
        c.remove_layer_version_permission(**LAYER, StatementId="all"),
    ],
    "GetAccountSettings": lambda c: [deploy(c), c.get_account_settings()],
    "CreateCapacityProvider": lambda c: [
        provide(
            c,
            InstanceRequirements={"Architectures": ["arm64"], "AllowedInstanceTypes": ["m7g.large"]},
            CapacityProviderScalingConfig={
                "MaxVCpuCount": 64,
                "ScalingMode": "Manual",
                "ScalingPolicies": [
                    {"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": 60.0}
                ],
            },
            KmsKeyArn="arn:aws:kms:us-east-1:123456789012:key/1",
            Tags={"team": "shop"},
        )
    ],
    "GetCapacityProvider": lambda c: [provide(c), c.get_capacity_provider(CapacityProviderName="fleet")],
    "UpdateCapacityProvider": lambda c: [
        provide(c),
        c.update_capacity_provider(
            CapacityProviderName="fleet", CapacityProviderScalingConfig={"MaxVCpuCount": 12, "ScalingMode": "Auto"}
        ),
    ],
    "DeleteCapacityProvider": lambda c: [provide(c), c.delete_capacity_provider(CapacityProviderName="fleet")],
    "ListCapacityProviders": lambda c: [provide(c), c.list_capacity_providers(State="Active", MaxItems=1)],
    "ListFunctionVersionsByCapacityProvider": lambda c: [
        deploy_on_fleet(c),
        c.list_function_versions_by_capacity_provider(CapacityProviderName="fleet"),
    ],
    "PutFunctionScalingConfig": lambda c: [
        deploy_on_fleet(c),
        scale(c, MinExecutionEnvironments=1, MaxExecutionEnvironments=3),
    ],
    "GetFunctionScalingConfig": lambda c: [
        deploy_on_fleet(c),
        scale(c, MinExecutionEnvironments=0, MaxExecutionEnvironments=0),
        c.get_function_scaling_config(FunctionName="orders", Qualifier="1"),
    ],
}


def alias(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    return answer


def answers_of(operation: str, lane: str) -> Iterator[Any]:
    """All answers of the operation's scenario, in one lane, at one frozen moment."""
    client = boto3.client("lambda", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with LambdaMock(MockConfig().changed({"lane": lane})) as mock:
        mock.clock.freeze()
        mock.clock.advance(2_000_000_000 - mock.clock.time())
        for answer in SCENARIOS[operation](client):
            if isinstance(answer.get("Payload"), StreamingBody):
                answer["Payload"] = answer["Payload"].read()
            if isinstance(answer.get("EventStream"), EventStream):
                answer["EventStream"] = list(answer["EventStream"])
            yield answer


def types_of(value: Any) -> Any:
    """The value's type, and those of everything in it in order."""
    if isinstance(value, dict):
        return {key: types_of(member) for key, member in value.items()}
    return [types_of(member) for member in value] if isinstance(value, list) else type(value)


def test_every_operation_of_the_model_is_built_or_listed_as_not_built() -> None:
    assert set(MODEL.operation_names) <= set(OPERATIONS) | OPERATIONS_NOT_BUILT
    assert not set(OPERATIONS) & OPERATIONS_NOT_BUILT


@pytest.mark.parametrize("name", KNOWN)
def test_an_operation_takes_every_member_of_its_input(name: str) -> None:
    members = {xform_name(member) for member in MODEL.operation_model(name).input_shape.members}
    assert members <= OPERATIONS[name].parameters
    assert members == OPERATIONS[name].parameters or not MODEL_IS_OURS


@pytest.mark.parametrize("name", KNOWN)
def test_an_operation_requires_no_more_than_the_model_does(name: str) -> None:
    shape = MODEL.operation_model(name).input_shape
    required = {
        parameter.name
        for parameter in inspect.signature(OPERATIONS[name].function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty
    }
    assert required <= {xform_name(member) for member in shape.required_members}


def test_every_operation_has_a_scenario() -> None:
    assert set(SCENARIOS) == set(OPERATIONS)


@pytest.mark.parametrize("operation", KNOWN)
def test_an_answer_is_what_the_model_says(operation: str) -> None:
    *_, answer = answers_of(operation, "fast")
    shape = MODEL.operation_model(operation).output_shape
    members = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    for event in members.pop("EventStream", ()):
        assert not ParamValidator().validate(event, shape.members["EventStream"]).has_errors()
    if shape is None:
        assert members == {}
    else:
        assert set(members) <= set(shape.members)
        assert not ParamValidator().validate(members, shape).has_errors()


@pytest.mark.parametrize("operation", KNOWN)
def test_both_lanes_answer_alike(operation: str) -> None:
    fast, wire = list(answers_of(operation, "fast")), list(answers_of(operation, "wire"))
    assert fast == wire
    assert types_of(fast) == types_of(wire)
    assert [list(answer) for answer in fast] == [list(answer) for answer in wire]


def test_every_error_of_the_model_is_known_with_its_status_and_its_members() -> None:
    for shape in MODEL.error_shapes:
        kind = ERRORS[shape.name]
        assert kind.status == shape.metadata["error"]["httpStatusCode"]
        assert kind.message_member in shape.members
        assert kind.modelled


def test_errors_beyond_the_model_are_those_that_aws_is_known_to_send() -> None:
    unmodelled = {name for name, kind in ERRORS.items() if not kind.modelled}
    assert unmodelled == {
        "AccessDeniedException",
        "ExpiredTokenException",
        "RequestEntityTooLargeException",
        "UnrecognizedClientException",
        "ValidationException",
    }
    assert not unmodelled & {shape.name for shape in MODEL.error_shapes}
