"""Where AWS checks by something else than the model that botocore ships: the one table of exceptions.

Tables are by the name of a shape, and a row stands only where AWS was recorded, or where botocore's older models differ
from what AWS does today. No row asks for a version of botocore: one that a model has no use for is never looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_REGION = r"(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}"
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_NAME_PREFIX = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?(" + _REGION + r":)?(\d{12}:)?(function:)?"
_TAG_TEXT = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"

_TRAITS: Mapping[str, Mapping[str, Any]] = {
    # Recorded in 2025-11 by their error messages; botocore's models of before 2025-12 have older patterns.
    "FunctionName": {"min": 1, "max": 140, "pattern": _NAME_PREFIX + r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"},
    # Not recorded: the same without a qualifier.
    "UnqualifiedFunctionName": {"min": 1, "max": 140, "pattern": _NAME_PREFIX + r"([a-zA-Z0-9-_]+)"},
    "NamespacedFunctionName": {
        "min": 1,
        "max": 256,
        "pattern": _NAME_PREFIX + r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    },
    "NumericLatestPublishedOrAliasQualifier": {
        "min": 1,
        "max": 128,
        "pattern": r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
    },
    "FunctionUrlFunctionName": {
        "min": 1,
        "max": 140,
        "pattern": _NAME_PREFIX + r"([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?",
    },
    "FunctionUrlQualifier": {"min": 1, "max": 128, "pattern": r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"},
    "DestinationArn": {
        "min": 0,
        "max": 350,
        "pattern": r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:("
        + _REGION
        + r")?:(\d{12})?:(.*)",
    },
    "SubnetId": {"min": 0, "max": 1024, "pattern": "subnet-[0-9a-z]*"},
    "SecurityGroupId": {"min": 0, "max": 1024, "pattern": "sg-[0-9a-zA-Z]*"},
    # Recorded without the parentheses that botocore's model has around it all.
    "LayerVersionArn": {
        "min": 1,
        "max": 2048,
        "pattern": r"(arn:(aws[a-zA-Z-]*)?:lambda:"
        + _REGION
        + r":\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)",
    },
    # Recorded with layers and without network connectors.
    "TaggableResource": {
        "min": 1,
        "max": 10000,
        "pattern": r"arn:(aws[a-zA-Z-]*):lambda:"
        + _REGION
        + r":\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)"
        + r"|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:"
        + _UUID
        + r"|capacity-provider:[a-zA-Z0-9-_]+)",
    },
    # The target of an alias, as botocore had it up to 2025-11; nobody recorded the message of today.
    "VersionWithLatestPublished": {"min": 1, "max": 1024, "pattern": r"(\$LATEST|[0-9]+)"},
    # Not recorded, but grown since botocore 1.40.
    "CodeSigningConfigArn": {
        "min": 0,
        "max": 200,
        "pattern": r"arn:(aws[a-zA-Z-]*)?:lambda:" + _REGION + r":\d{12}:code-signing-config:csc-[a-z0-9]{17}",
    },
    "UUIDString": {"min": 36, "max": 36},
    "TagKey": {"min": 1, "max": 128, "pattern": _TAG_TEXT},
    "TagValue": {"min": 0, "max": 256, "pattern": _TAG_TEXT},
    "Timeout": {"min": 1, "max": 5400},
    "MemorySize": {"min": 128, "max": 32768},
    "EphemeralStorageSize": {"min": 512, "max": 32768},
}

# By which the lists of layers check a runtime, recorded in 2026-01. AWS knows names there that it never had in public.
_RUNTIMES = (
    "ruby3.5 ruby2.6 dotnetcore1.0 python3.7 nodejs8.10 nasa ruby2.7 python2.7-greengrass dotnetcore2.0 python3.8 "
    "java21 dotnet6 dotnetcore2.1 python3.9 java11 nodejs6.10 provided dotnetcore3.1 dotnet8 java25 java17 nodejs "
    "nodejs4.3 java8.al2 go1.x dotnet10 nodejs20.x go1.9 byol nodejs10.x provided.al2023 nodejs22.x python3.10 java8 "
    "nodejs12.x python3.11 nodejs24.x nodejs8.x python3.12 nodejs14.x nodejs8.9 nodejs26.x python3.13 python3.14 "
    "nodejs16.x python3.15 provided.al2 nodejs4.3-edge nodejs18.x ruby3.2 python3.4 ruby3.3 ruby3.4 ruby2.5 python3.6 "
    "python2.7"
)

# AWS prints the values of an enum in the order of a hash; these are the orders that were recorded.
_ENUM_ORDERS: Mapping[str, tuple[str, ...]] = {
    "Architecture": ("x86_64", "arm64"),
    "EventSourcePosition": ("LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"),
    "InvokeMode": ("RESPONSE_STREAM", "BUFFERED"),
    "RecursiveLoop": ("Terminate", "Allow"),
    "Runtime": tuple(_RUNTIMES.split()),
    "SnapStartApplyOn": ("PublishedVersions", "None"),
}

# What the message names, recorded in 2026-01. AWS was recorded taking retired names for a layer as well, and some came
# later: here all that the model knows pass.
_LAYER_RUNTIMES = (
    "nodejs20.x python3.14 provided.al2023 python3.12 python3.13 nodejs24.x nodejs22.x java25 python3.10 python3.11 "
    "java21 ruby3.3 ruby3.4 ruby3.2 python3.8 python3.9 java17 nodejs16.x dotnet10 dotnet8 java11 dotnet6 nodejs18.x "
    "provided.al2 java8.al2"
)

PLAIN_ENUM_LISTS: Mapping[str, tuple[str, ...]] = {"CompatibleRuntimes": tuple(_LAYER_RUNTIMES.split())}
"""Lists whose bad members AWS reports as if the list were one value, and the names that it then prints."""

LISTS_OF_NULLABLE: frozenset[str] = frozenset({"SubnetIds", "SecurityGroupIds"})
"""Lists whose members may be null. For each other list that was recorded, AWS names that as a constraint of its own."""

CHECKED_BY_THE_OPERATION: frozenset[tuple[str, str]] = frozenset(
    # AWS answers InvalidParameterValueException for these, in words of their own.
    {("CreateFunction", "Runtime"), ("UpdateFunctionConfiguration", "Runtime")}
    # Recorded with a number that is invalid: a missing function is told first.
    | {("PutFunctionConcurrency", "ReservedConcurrentExecutions")}
)
"""Members, with their operation, that the model constrains and AWS checks later, by a rule of its own."""

_QUALIFIED = (
    "AddPermission DeleteFunction DeleteFunctionEventInvokeConfig GetFunction GetFunctionConfiguration "
    "GetFunctionEventInvokeConfig GetPolicy GetRuntimeManagementConfig Invoke InvokeWithResponseStream "
    "PutFunctionEventInvokeConfig PutRuntimeManagementConfig RemovePermission UpdateFunctionEventInvokeConfig"
)
_NAMESPACED = (
    "AddPermission CreateEventSourceMapping DeleteFunction DeleteFunctionCodeSigningConfig "
    "DeleteFunctionEventInvokeConfig GetFunctionCodeSigningConfig GetFunctionEventInvokeConfig ListEventSourceMappings "
    "ListFunctionEventInvokeConfigs PutFunctionCodeSigningConfig PutFunctionEventInvokeConfig "
    "PutRuntimeManagementConfig RemovePermission UpdateEventSourceMapping UpdateFunctionEventInvokeConfig"
)
_OF_URLS = (
    "CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig ListFunctionUrlConfigs "
    "UpdateFunctionUrlConfig"
)
# The shapes of today for members to which older models give a stricter or a laxer one.
_RESHAPED: Mapping[tuple[str, str], str] = {
    **{(operation, "Qualifier"): "NumericLatestPublishedOrAliasQualifier" for operation in _QUALIFIED.split()},
    **{(operation, "FunctionName"): "NamespacedFunctionName" for operation in _NAMESPACED.split()},
    **{(operation, "FunctionName"): "FunctionUrlFunctionName" for operation in _OF_URLS.split()},
    **{(f"{verb}EventSourceMapping", "UUID"): "UUIDString" for verb in ("Delete", "Get", "Update")},
    **{(f"{verb}Alias", "FunctionVersion"): "VersionWithLatestPublished" for verb in ("Create", "Update")},
    ("ListAliases", "FunctionVersion"): "VersionWithLatestPublished",
}


# The only record of two members at once; botocore has had both orders.
_MEMBER_ORDERS: Mapping[str, tuple[str, ...]] = {
    "PublishLayerVersion": ("CompatibleRuntimes", "CompatibleArchitectures"),
}


def member_order(operation: str, names: Iterable[str]) -> list[str]:
    """The input members of an operation in the order in which AWS tells what is wrong with them."""
    recorded = _MEMBER_ORDERS.get(operation, ())
    given = list(names)
    ordered = iter([name for name in recorded if name in given])
    return [next(ordered) if name in recorded else name for name in given]


def shape_name(operation: str, member: str, model_name: str) -> str:
    """The shape by which AWS checks an input member of an operation, where the model says `model_name`."""
    return _RESHAPED.get((operation, member), model_name)


def traits(name: str, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a shape demands (`min`, `max`, `pattern`), by AWS's word before the model's."""
    return {**metadata, **_TRAITS.get(name, {})}


def enum_order(name: str, values: Sequence[str]) -> list[str]:
    """The values of an enum as AWS prints them: those recorded first, and then what else the model has."""
    return list(dict.fromkeys([*_ENUM_ORDERS.get(name, ()), *values]))
