"""The families of resources: how one of each is made, and the calls that read it and write it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.tasks import ROLE, package

Call = Callable[[Any, Any, int], object]
"""Takes what a family's `make` has given, a client, and the number of the call."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One operation on one resource; `prepare` isn't timed."""

    operation: str
    call: Call
    prepare: Call | None = None


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of resource.

    `begin` takes a client and makes what all of them hang on; `make` takes a client and a number, makes one and gives
    what it is called by.
    """

    title: str
    make: Callable[[Any, int], Any]
    read: Work
    write: Work
    begin: Callable[[Any], object] = lambda _: None


_SHOP = "shop"
_CODE = package()
_LAYER = package("layered")
_GRANT = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
_SHARED = {"Action": "lambda:GetLayerVersion", "Principal": "*"}
_PUBLISHERS = tuple(
    {"SigningProfileVersionArns": [f"arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/012345678{number}"]}
    for number in range(2)
)
_NETWORK = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
_PERMISSIONS = {"CapacityProviderOperatorRoleArn": ROLE}


def _name(number: int) -> str:
    return f"item-{number:05}"


def _arn(client: Any, name: str) -> str:
    return f"arn:aws:lambda:{client.meta.region_name}:123456789012:function:{name}"


def _function(client: Any, number: int) -> str:
    name = _name(number)
    client.create_function(
        FunctionName=name, Runtime="python3.13", Role=ROLE, Handler="app.handler", Code={"ZipFile": _CODE}
    )
    return name


def _shop(client: Any) -> None:
    client.create_function(
        FunctionName=_SHOP, Runtime="python3.13", Role=ROLE, Handler="app.handler", Code={"ZipFile": _CODE}
    )


def _describe(_: Any, client: Any, number: int) -> None:
    client.update_function_configuration(FunctionName=_SHOP, Description=f"revision {number}")


def _version(client: Any, number: int) -> str:
    _describe(None, client, number)
    return str(client.publish_version(FunctionName=_SHOP)["Version"])


def _alias(client: Any, number: int) -> str:
    client.create_alias(FunctionName=_SHOP, Name=_name(number), FunctionVersion="$LATEST")
    return _name(number)


def _permit(name: str, client: Any, _: int) -> object:
    return client.add_permission(FunctionName=name, StatementId="more", **_GRANT)


def _forbid(name: str, client: Any, _: int) -> None:
    if len(json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]) > 1:
        client.remove_permission(FunctionName=name, StatementId="more")


def _permitted(client: Any, number: int) -> str:
    name = _function(client, number)
    client.add_permission(FunctionName=name, StatementId="first", **_GRANT)
    return name


def _policy(name: str, client: Any, number: int) -> object:
    statement: dict[str, Any] = {"Sid": f"sid-{number}", "Effect": "Allow", "Resource": _arn(client, name)}
    statement |= {"Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return client.put_resource_policy(ResourceArn=_arn(client, name), Policy=document)


def _with_policy(client: Any, number: int) -> str:
    name = _function(client, number)
    _policy(name, client, 0)
    return name


def _with_event_config(client: Any, number: int) -> str:
    name = _function(client, number)
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    return name


def _with_provisioned(client: Any, number: int) -> str:
    name = _function(client, number)
    client.publish_version(FunctionName=name)
    client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    return name


def _with_url(client: Any, number: int) -> str:
    name = _function(client, number)
    client.create_function_url_config(FunctionName=name, AuthType="NONE")
    return name


def _mapping(client: Any, number: int) -> str:
    queue = f"arn:aws:sqs:{client.meta.region_name}:123456789012:{_name(number)}"
    return str(client.create_event_source_mapping(FunctionName=_SHOP, EventSourceArn=queue)["UUID"])


def _layer(client: Any, number: int) -> str:
    client.publish_layer_version(LayerName=_name(number), Content={"ZipFile": _LAYER})
    return _name(number)


def _shared_layer(client: Any, number: int) -> str:
    name = _layer(client, number)
    client.add_layer_version_permission(LayerName=name, VersionNumber=1, StatementId="first", **_SHARED)
    return name


def _unshare(name: str, client: Any, _: int) -> None:
    policy = client.get_layer_version_policy(LayerName=name, VersionNumber=1)["Policy"]
    if len(json.loads(policy)["Statement"]) > 1:
        client.remove_layer_version_permission(LayerName=name, VersionNumber=1, StatementId="more")


def _signing_config(client: Any, number: int) -> str:
    answer = client.create_code_signing_config(AllowedPublishers=_PUBLISHERS[number % 2])
    return str(answer["CodeSigningConfig"]["CodeSigningConfigArn"])


def _provider(client: Any, number: int) -> str:
    client.create_capacity_provider(
        CapacityProviderName=_name(number), VpcConfig=_NETWORK, PermissionsConfig=_PERMISSIONS
    )
    return _name(number)


FAMILIES: tuple[Family, ...] = (
    Family(
        title="functions",
        make=_function,
        read=Work(operation="GetFunction", call=lambda name, client, _: client.get_function(FunctionName=name)),
        write=Work(
            operation="UpdateFunctionConfiguration",
            call=lambda name, client, number: client.update_function_configuration(
                FunctionName=name, Description=str(number)
            ),
        ),
    ),
    Family(
        title="versions",
        begin=_shop,
        make=_version,
        read=Work(
            operation="GetFunctionConfiguration",
            call=lambda version, client, _: client.get_function_configuration(FunctionName=_SHOP, Qualifier=version),
        ),
        write=Work(
            operation="PublishVersion",
            call=lambda _, client, number: client.publish_version(FunctionName=_SHOP),
            prepare=_describe,
        ),
    ),
    Family(
        title="aliases",
        begin=_shop,
        make=_alias,
        read=Work(operation="GetAlias", call=lambda name, client, _: client.get_alias(FunctionName=_SHOP, Name=name)),
        write=Work(
            operation="UpdateAlias",
            call=lambda name, client, number: client.update_alias(
                FunctionName=_SHOP, Name=name, Description=str(number)
            ),
        ),
    ),
    Family(
        title="permissions",
        make=_permitted,
        read=Work(operation="GetPolicy", call=lambda name, client, _: client.get_policy(FunctionName=name)),
        write=Work(operation="AddPermission", call=_permit, prepare=_forbid),
    ),
    Family(
        title="resource policies",
        make=_with_policy,
        read=Work(
            operation="GetResourcePolicy",
            call=lambda name, client, _: client.get_resource_policy(ResourceArn=_arn(client, name)),
        ),
        write=Work(operation="PutResourcePolicy", call=_policy),
    ),
    Family(
        title="tags",
        make=_function,
        read=Work(operation="ListTags", call=lambda name, client, _: client.list_tags(Resource=_arn(client, name))),
        write=Work(
            operation="TagResource",
            call=lambda name, client, number: client.tag_resource(
                Resource=_arn(client, name), Tags={"call": str(number)}
            ),
        ),
    ),
    Family(
        title="event source mappings",
        begin=_shop,
        make=_mapping,
        read=Work(
            operation="GetEventSourceMapping",
            call=lambda uuid, client, _: client.get_event_source_mapping(UUID=uuid),
        ),
        write=Work(
            operation="UpdateEventSourceMapping",
            call=lambda uuid, client, number: client.update_event_source_mapping(UUID=uuid, BatchSize=1 + number % 2),
        ),
    ),
    Family(
        title="event invoke configs",
        make=_with_event_config,
        read=Work(
            operation="GetFunctionEventInvokeConfig",
            call=lambda name, client, _: client.get_function_event_invoke_config(FunctionName=name),
        ),
        write=Work(
            operation="PutFunctionEventInvokeConfig",
            call=lambda name, client, number: client.put_function_event_invoke_config(
                FunctionName=name, MaximumRetryAttempts=number % 3
            ),
        ),
    ),
    Family(
        title="reserved concurrency",
        make=_function,
        read=Work(
            operation="GetFunctionConcurrency",
            call=lambda name, client, _: client.get_function_concurrency(FunctionName=name),
        ),
        write=Work(
            operation="PutFunctionConcurrency",
            call=lambda name, client, number: client.put_function_concurrency(
                FunctionName=name, ReservedConcurrentExecutions=1 + number % 2
            ),
        ),
    ),
    Family(
        title="provisioned concurrency",
        make=_with_provisioned,
        read=Work(
            operation="GetProvisionedConcurrencyConfig",
            call=lambda name, client, _: client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1"),
        ),
        write=Work(
            operation="PutProvisionedConcurrencyConfig",
            call=lambda name, client, number: client.put_provisioned_concurrency_config(
                FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1 + number % 2
            ),
        ),
    ),
    Family(
        title="function URLs",
        make=_with_url,
        read=Work(
            operation="GetFunctionUrlConfig",
            call=lambda name, client, _: client.get_function_url_config(FunctionName=name),
        ),
        write=Work(
            operation="UpdateFunctionUrlConfig",
            call=lambda name, client, number: client.update_function_url_config(
                FunctionName=name, AuthType=("NONE", "AWS_IAM")[number % 2]
            ),
        ),
    ),
    Family(
        title="runtime and recursion",
        make=_function,
        read=Work(
            operation="GetRuntimeManagementConfig",
            call=lambda name, client, _: client.get_runtime_management_config(FunctionName=name),
        ),
        write=Work(
            operation="PutFunctionRecursionConfig",
            call=lambda name, client, number: client.put_function_recursion_config(
                FunctionName=name, RecursiveLoop=("Allow", "Terminate")[number % 2]
            ),
        ),
    ),
    Family(
        title="layers",
        make=_layer,
        read=Work(
            operation="GetLayerVersion",
            call=lambda name, client, _: client.get_layer_version(LayerName=name, VersionNumber=1),
        ),
        write=Work(
            operation="PublishLayerVersion",
            call=lambda name, client, _: client.publish_layer_version(LayerName=name, Content={"ZipFile": _LAYER}),
        ),
    ),
    Family(
        title="layer policies",
        make=_shared_layer,
        read=Work(
            operation="GetLayerVersionPolicy",
            call=lambda name, client, _: client.get_layer_version_policy(LayerName=name, VersionNumber=1),
        ),
        write=Work(
            operation="AddLayerVersionPermission",
            call=lambda name, client, _: client.add_layer_version_permission(
                LayerName=name, VersionNumber=1, StatementId="more", **_SHARED
            ),
            prepare=_unshare,
        ),
    ),
    Family(
        title="code signing configs",
        make=_signing_config,
        read=Work(
            operation="GetCodeSigningConfig",
            call=lambda arn, client, _: client.get_code_signing_config(CodeSigningConfigArn=arn),
        ),
        write=Work(
            operation="UpdateCodeSigningConfig",
            call=lambda arn, client, number: client.update_code_signing_config(
                CodeSigningConfigArn=arn, Description=str(number)
            ),
        ),
    ),
    Family(
        title="capacity providers",
        make=_provider,
        read=Work(
            operation="GetCapacityProvider",
            call=lambda name, client, _: client.get_capacity_provider(CapacityProviderName=name),
        ),
        write=Work(
            operation="UpdateCapacityProvider",
            call=lambda name, client, number: client.update_capacity_provider(
                CapacityProviderName=name, CapacityProviderScalingConfig={"MaxVCpuCount": 100 + number % 2}
            ),
        ),
    ),
)
