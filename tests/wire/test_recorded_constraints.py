"""What AWS was recorded to say of parameters that break the model, word for word."""

from __future__ import annotations

from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/r"
NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
NAMESPACED_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
RUNTIMES = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, "
    "python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, "
    "java11, dotnet6, nodejs18.x, provided.al2, java8.al2"
)
LAYER_VERSION = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:"
    r"[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)"
)
TAGGABLE = (
    r"arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+"
    r"(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:"
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)"
)
DESTINATION = (
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)

ZIP = {"ZipFile": b"PK"}
FULL = {"FunctionName": "f", "Role": ROLE, "Code": ZIP}
LAYER = {"LayerName": "l", "Content": ZIP}
EXECUTION = {"FunctionName": "f", "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:q"}
PERMISSION = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}
ALIAS = {"FunctionName": "f", "Name": "live", "FunctionVersion": "1"}
TAGGED = "arn:aws:lambda:eu-west-1:123456789012:function:f"
FOREIGN = "arn:aws:lambda:eu-west-1:123456789012:foobar:f"
VERSIONLESS = "arn:aws:lambda:eu-west-1:123456789012:layer:l"


def one(item: str) -> str:
    return f"1 validation error detected: Value {item}"


def pattern(value: str, path: str, expression: str) -> str:
    constraint = f"Member must satisfy regular expression pattern: {expression}"
    return one(f"'{value}' at '{path}' failed to satisfy constraint: {constraint}")


# Each message as AWS was recorded to answer it.
RECORDED: list[tuple[str, dict[str, Any], str]] = [
    ("CreateFunction", {**FULL, "FunctionName": "a:b:c"}, pattern("a:b:c", "functionName", NAME)),
    ("DeleteFunction", {"FunctionName": "*"}, pattern("*", "functionName", NAMESPACED_NAME)),
    ("GetFunction", {"FunctionName": "f!"}, pattern("f!", "functionName", NAMESPACED_NAME)),
    ("Invoke", {"FunctionName": "f:1:2"}, pattern("f:1:2", "functionName", NAMESPACED_NAME)),
    ("GetFunction", {"FunctionName": "f", "Qualifier": "invalid!"}, pattern("invalid!", "qualifier", QUALIFIER)),
    ("AddPermission", {"FunctionName": "f", "Qualifier": "a?", **PERMISSION}, pattern("a?", "qualifier", QUALIFIER)),
    (
        "AddPermission",
        {"FunctionName": "f", **PERMISSION, "StatementId": "example.com"},
        pattern("example.com", "statementId", "([a-zA-Z0-9-_]+)"),
    ),
    (
        "GetFunction",
        {"FunctionName": "f", "Qualifier": "a" * 129},
        one(
            f"'{'a' * 129}' at 'qualifier' failed to satisfy constraint: "
            "Member must have length less than or equal to 128"
        ),
    ),
    (
        "CreateFunction",
        {**FULL, "FunctionName": "a" * 141},
        one(
            f"'{'a' * 141}' at 'functionName' failed to satisfy constraint: "
            "Member must have length less than or equal to 140"
        ),
    ),
    (
        "CreateFunctionUrlConfig",
        {"FunctionName": "f", "AuthType": "NONE", "Qualifier": "$LATEST"},
        pattern("$LATEST", "qualifier", r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"),
    ),
    ("CreateAlias", {**ALIAS, "Name": "2024"}, pattern("2024", "name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)")),
    (
        "CreateFunction",
        {**FULL, "Role": "r1"},
        pattern("r1", "role", r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"),
    ),
    ("ListTags", {"Resource": FOREIGN}, pattern(FOREIGN, "resource", TAGGABLE)),
    ("GetLayerVersionByArn", {"Arn": VERSIONLESS}, pattern(VERSIONLESS, "arn", LAYER_VERSION)),
    (
        "PutFunctionEventInvokeConfig",
        {"FunctionName": "f", "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:_-/!lambda:f"}}},
        pattern("arn:aws:_-/!lambda:f", "destinationConfig.onFailure.destination", DESTINATION),
    ),
    (
        "AddLayerVersionPermission",
        {"LayerName": "l", "VersionNumber": 1, "StatementId": "s", "Action": "*", "Principal": "*"},
        pattern("*", "action", "lambda:GetLayerVersion"),
    ),
    (
        "ListFunctions",
        {"FunctionVersion": "invalid"},
        one("'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]"),
    ),
    (
        "PutFunctionRecursionConfig",
        {"FunctionName": "f", "RecursiveLoop": "InvalidValue"},
        one(
            "'InvalidValue' at 'recursiveLoop' failed to satisfy constraint: "
            "Member must satisfy enum value set: [Terminate, Allow]"
        ),
    ),
    (
        "CreateFunctionUrlConfig",
        {"FunctionName": "f", "AuthType": "NONE", "InvokeMode": "UNKNOWN"},
        one(
            "'UNKNOWN' at 'invokeMode' failed to satisfy constraint: "
            "Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]"
        ),
    ),
    (
        "CreateEventSourceMapping",
        {**EXECUTION, "StartingPosition": "invalid"},
        one(
            "'invalid' at 'startingPosition' failed to satisfy constraint: "
            "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"
        ),
    ),
    (
        "UpdateFunctionConfiguration",
        {"FunctionName": "f", "SnapStart": {"ApplyOn": "invalidOption"}},
        one(
            "'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: "
            "Member must satisfy enum value set: [PublishedVersions, None]"
        ),
    ),
    (
        "ListLayers",
        {"CompatibleArchitecture": "archdoesnotexist"},
        one(
            "'archdoesnotexist' at 'compatibleArchitecture' failed to satisfy constraint: "
            "Member must satisfy enum value set: [x86_64, arm64]"
        ),
    ),
    (
        "CreateFunction",
        {**FULL, "Architectures": ["X86_64"]},
        one(
            "'[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        ),
    ),
    (
        "CreateFunction",
        {**FULL, "Architectures": ["x86_64", "arm64"]},
        one(
            "'[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
            "Member must have length less than or equal to 1"
        ),
    ),
    (
        "CreateFunction",
        {**FULL, "VpcConfig": {"SubnetIds": ["bad"], "SecurityGroupIds": ["sg-1"]}},
        one(
            "'[bad]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, "
            "Member must satisfy regular expression pattern: subnet-[0-9a-z]*]"
        ),
    ),
    (
        "CreateFunction",
        {**FULL, "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1", "bad"]}},
        one(
            "'[sg-1, bad]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: "
            "Member must satisfy constraint: [Member must have length less than or equal to 1024, "
            "Member must have length greater than or equal to 0, "
            "Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*]"
        ),
    ),
    (
        "UpdateFunctionConfiguration",
        {"FunctionName": "f", "Layers": [VERSIONLESS]},
        one(
            f"'[{VERSIONLESS}]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, "
            f"Member must satisfy regular expression pattern: {LAYER_VERSION}, Member must not be null]"
        ),
    ),
    (
        "CreateAlias",
        {**ALIAS, "RoutingConfig": {"AdditionalVersionWeights": {"$LATEST": 0.5}}},
        one(
            "'{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
            "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have "
            "length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]"
        ),
    ),
    *(
        (
            "UpdateAlias",
            {**ALIAS, "RoutingConfig": {"AdditionalVersionWeights": {"2": weight}}},
            one(
                f"'{{2={printed}}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
                "Member must have value greater than or equal to 0.0, Member must not be null]"
            ),
        )
        for weight, printed in ((2.0, "2.0"), (2, "2.0"))
    ),
    (
        "UntagResource",
        {"Resource": TAGGED, "TagKeys": []},
        one("null at 'tagKeys' failed to satisfy constraint: Member must not be null"),
    ),
    (
        "PublishLayerVersion",
        {**LAYER, "CompatibleRuntimes": ["invalidruntime", "nodejs20.x"], "CompatibleArchitectures": ["invalidarch"]},
        (
            "2 validation errors detected: Value '[invalidruntime, nodejs20.x]' at 'compatibleRuntimes' failed to "
            f"satisfy constraint: Member must satisfy enum value set: [{RUNTIMES}]; Value '[invalidarch]' at "
            "'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        ),
    ),
]


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [pytest.param(*case, id=f"{number}-{case[0]}") for number, case in enumerate(RECORDED)],
)
def test_a_broken_constraint_is_told_as_aws_was_recorded(
    name: str, parameters: dict[str, Any], message: str, refusal: Any
) -> None:
    assert refusal(name, **parameters) == message
