"""The ranges of what belongs to functions, in AWS's sentences: mappings, permissions, tags, layers, code signing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.session import Session

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
UUID = "00000000-0000-4000-8000-000000000000"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/orders/0123456789"
FILES = {
    "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/files",
}
TAG = r"Member must satisfy regular expression pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"

Case = tuple[str, dict[str, Any], str]


def violation(value: object, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def most(limit: int, what: str = "value") -> str:
    return f"Member must have {what} less than or equal to {limit}"


def least(limit: int, what: str = "value") -> str:
    return f"Member must have {what} greater than or equal to {limit}"


def pattern(expression: str) -> str:
    return f"Member must satisfy regular expression pattern: {expression}"


def printed(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


def of_mappings() -> list[Case]:
    """Numbers out of range, for creating and updating alike."""
    ranges = {
        "BatchSize": (1, 10_000),
        "MaximumBatchingWindowInSeconds": (0, 300),
        "ParallelizationFactor": (1, 10),
        "MaximumRecordAgeInSeconds": (-1, 604_800),
        "MaximumRetryAttempts": (-1, 10_000),
        "TumblingWindowInSeconds": (0, 900),
    }
    cases: list[Case] = []
    for operation, named in (
        ("create_event_source_mapping", {"FunctionName": "orders", "EventSourceArn": QUEUE}),
        ("update_event_source_mapping", {"UUID": UUID}),
    ):
        for member, (low, high) in ranges.items():
            path = member[0].lower() + member[1:]
            cases += [
                (operation, {**named, member: low - 1}, violation(low - 1, path, least(low))),
                (operation, {**named, member: high + 1}, violation(high + 1, path, most(high))),
            ]
        for number, constraint in ((1, least(2)), (1001, most(1000))):
            expected = violation(number, "scalingConfig.maximumConcurrency", constraint)
            cases.append((operation, {**named, "ScalingConfig": {"MaximumConcurrency": number}}, expected))
        longest = "x" * 4097
        cases.append(
            (
                operation,
                {**named, "FilterCriteria": {"Filters": [{"Pattern": longest}]}},
                violation(longest, "filterCriteria.filters.1.member.pattern", most(4096, "length")),
            )
        )
        response_types = "[Member must satisfy enum value set: [ReportBatchItemFailures], Member must not be null]"
        cases.append(
            (
                operation,
                {**named, "FunctionResponseTypes": ["ReportAll"]},
                violation("[ReportAll]", "functionResponseTypes", f"Member must satisfy constraint: {response_types}"),
            )
        )
    return cases


def of_permissions() -> list[Case]:
    permission = {"FunctionName": "orders", "StatementId": "s3", "Action": "lambda:Invoke", "Principal": "*"}
    actions = r"(lambda:[*]|lambda:[a-zA-Z]+|[*])"
    return [
        (
            "add_permission",
            {**permission, "Action": "s3:GetObject"},
            violation("s3:GetObject", "action", pattern(actions)),
        ),
        ("add_permission", {**permission, "SourceAccount": "1"}, violation("1", "sourceAccount", pattern(r"\d{12}"))),
        (
            "add_permission",
            {**permission, "StatementId": "s" * 101},
            violation("s" * 101, "statementId", most(100, "length")),
        ),
        (
            "add_permission",
            {**permission, "FunctionUrlAuthType": "SOME"},
            violation("SOME", "functionUrlAuthType", "Member must satisfy enum value set: [NONE, AWS_IAM]"),
        ),
        (
            "put_resource_policy",
            {"ResourceArn": ARN, "Policy": "{}", "RevisionId": "-" * 36},
            violation("-" * 36, "revisionId", pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")),
        ),
    ]


def of_tags() -> list[Case]:
    keys = f"[{most(128, 'length')}, {least(1, 'length')}, {TAG}]"
    values = f"[{most(256, 'length')}, {least(0, 'length')}, {TAG}, Member must not be null]"
    return [
        (
            "tag_resource",
            {"Resource": ARN, "Tags": {"k" * 129: "v"}},
            violation(f"{{{'k' * 129}=v}}", "tags", f"Map keys must satisfy constraint: {keys}"),
        ),
        (
            "tag_resource",
            {"Resource": ARN, "Tags": {"k": "v" * 257}},
            violation(f"{{k={'v' * 257}}}", "tags", f"Map value must satisfy constraint: {values}"),
        ),
    ]


def of_layers() -> list[Case]:
    layer = {"LayerName": "libraries", "Content": {"ZipFile": b"any"}}
    runtimes = ["python3.12"] * 16
    return [
        (
            "publish_layer_version",
            {**layer, "Description": "d" * 257},
            violation("d" * 257, "description", most(256, "length")),
        ),
        (
            "publish_layer_version",
            {**layer, "LicenseInfo": "l" * 513},
            violation("l" * 513, "licenseInfo", most(512, "length")),
        ),
        (
            "publish_layer_version",
            {**layer, "CompatibleRuntimes": runtimes},
            violation(printed(runtimes), "compatibleRuntimes", most(15, "length")),
        ),
        (
            "publish_layer_version",
            {**layer, "CompatibleArchitectures": ["arm64"] * 3},
            violation(printed(["arm64"] * 3), "compatibleArchitectures", most(2, "length")),
        ),
    ]


def of_the_rest() -> list[Case]:
    publishers = {"SigningProfileVersionArns": [PROFILE] * 21}
    url = {"FunctionName": "orders", "AuthType": "NONE"}
    words = ["run"] * 1501
    return [
        (
            "create_code_signing_config",
            {"AllowedPublishers": publishers},
            violation(printed([PROFILE] * 21), "allowedPublishers.signingProfileVersionArns", most(20, "length")),
        ),
        (
            "create_code_signing_config",
            {
                "AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]},
                "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Ignore"},
            },
            violation(
                "Ignore",
                "codeSigningPolicies.untrustedArtifactOnDeployment",
                "Member must satisfy enum value set: [Warn, Enforce]",
            ),
        ),
        (
            "create_function_url_config",
            {**url, "Cors": {"MaxAge": 86_401}},
            violation(86_401, "cors.maxAge", most(86_400)),
        ),
        *(
            (
                "update_function_configuration",
                {"FunctionName": "orders", "ImageConfig": {member: words}},
                violation(printed(words), f"imageConfig.{member[0].lower()}{member[1:]}", most(1500, "length")),
            )
            for member in ("Command", "EntryPoint")
        ),
        (
            "update_function_configuration",
            {"FunctionName": "orders", "FileSystemConfigs": [FILES, FILES]},
            violation(
                printed([f"{{Arn={FILES['Arn']}, LocalMountPath=/mnt/files}}"] * 2),
                "fileSystemConfigs",
                most(1, "length"),
            ),
        ),
        (
            "update_function_configuration",
            {"FunctionName": "orders", "LoggingConfig": {"LogGroup": "g" * 513}},
            violation("g" * 513, "loggingConfig.logGroup", most(512, "length")),
        ),
        (
            "put_runtime_management_config",
            {"FunctionName": "orders", "UpdateRuntimeOn": "Never"},
            violation("Never", "updateRuntimeOn", "Member must satisfy enum value set: [Auto, Manual, FunctionUpdate]"),
        ),
    ]


CASES = [*of_mappings(), *of_permissions(), *of_tags(), *of_layers(), *of_the_rest()]


def known(cases: list[Case]) -> list[Case]:
    """Those that the installed botocore knows: it refuses the others itself."""
    model = Session().get_service_model("lambda")
    names = {xform_name(name): name for name in model.operation_names}

    def members(operation: str) -> set[str]:
        shape = model.operation_model(names[operation]).input_shape if operation in names else None
        return set() if shape is None else set(shape.members)

    return [case for case in cases if set(case[1]) <= members(case[0])]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        pytest.param(*case, id=f"{number}-{case[0]}-{list(case[1])[-1] if case[1] else ''}")
        for number, case in enumerate(known(CASES))
    ],
)
def test_what_is_out_of_range_is_refused(
    unchecked: Account, operation: str, parameters: dict[str, Any], expected: str
) -> None:
    assert unchecked.refusal(operation, **parameters) == unchecked.misshapen(expected)
