"""Requests whose shape breaks a constraint: AWS's sentences, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.session import Session

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

ROLE_PATTERN = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"


def violation(value: str, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def most(limit: int, what: str = "value") -> str:
    return f"Member must have {what} less than or equal to {limit}"


def members(*constraints: str) -> str:
    return f"Member must satisfy constraint: [{', '.join(constraints)}]"


def of_ids(pattern: str) -> str:
    length = [
        "Member must have length less than or equal to 1024",
        "Member must have length greater than or equal to 0",
    ]
    return members(*length, f"Member must satisfy regular expression pattern: {pattern}")


ARCHITECTURES = members("Member must satisfy enum value set: [x86_64, arm64]", "Member must not be null")

# Members that creating and updating share, a value that breaks a constraint, and what AWS says to it.
SHARED: list[tuple[str, Any, str]] = [
    ("Role", "r1", violation("r1", "role", f"Member must satisfy regular expression pattern: {ROLE_PATTERN}")),
    ("Handler", "a b", violation("a b", "handler", r"Member must satisfy regular expression pattern: [^\s]+")),
    ("Handler", "h" * 129, violation("h" * 129, "handler", most(128, "length"))),
    ("Description", "d" * 257, violation("d" * 257, "description", most(256, "length"))),
    ("Timeout", 5401, violation("5401", "timeout", most(5400))),
    ("Timeout", 901, violation("901", "timeout", most(900))),
    ("MemorySize", 32769, violation("32769", "memorySize", most(32768))),
    ("MemorySize", 10241, violation("10241", "memorySize", most(10240))),
    ("EphemeralStorage", {"Size": 32769}, violation("32769", "ephemeralStorage.size", most(32768))),
    ("EphemeralStorage", {"Size": 10241}, violation("10241", "ephemeralStorage.size", most(10240))),
    (
        "VpcConfig",
        {"SubnetIds": ["bad subnet"]},
        violation("[bad subnet]", "vpcConfig.subnetIds", of_ids("subnet-[0-9a-z]*")),
    ),
    (
        "VpcConfig",
        {"SecurityGroupIds": ["sg-1", "bad"]},
        violation("[sg-1, bad]", "vpcConfig.securityGroupIds", of_ids("sg-[0-9a-zA-Z]*")),
    ),
    (
        "SnapStart",
        {"ApplyOn": "invalidOption"},
        violation(
            "invalidOption", "snapStart.applyOn", "Member must satisfy enum value set: [PublishedVersions, None]"
        ),
    ),
    (
        "LoggingConfig",
        {"LogGroup": "a b"},
        violation(
            "a b", "loggingConfig.logGroup", r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"
        ),
    ),
    (
        "KMSKeyArn",
        "key",
        violation(
            "key",
            "kMSKeyArn",
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
        ),
    ),
    (
        "TracingConfig",
        {"Mode": "Loud"},
        violation("Loud", "tracingConfig.mode", "Member must satisfy enum value set: [Active, PassThrough]"),
    ),
    (
        "DeadLetterConfig",
        {"TargetArn": "queue"},
        violation(
            "queue",
            "deadLetterConfig.targetArn",
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
        ),
    ),
    (
        "ImageConfig",
        {"WorkingDirectory": "d" * 1001},
        violation("d" * 1001, "imageConfig.workingDirectory", most(1000, "length")),
    ),
]
IDS = [f"{name}-{number}" for number, (name, *_) in enumerate(SHARED)]


@pytest.mark.parametrize(("name", "value", "expected"), SHARED, ids=IDS)
def test_creating_keeps_the_constraints(aws: Account, name: str, value: Any, expected: str) -> None:
    assert aws.refused_creation(**{name: value}) == aws.misshapen(expected)


@pytest.mark.parametrize(("name", "value", "expected"), SHARED, ids=IDS)
def test_updating_keeps_the_constraints(aws: Account, name: str, value: Any, expected: str) -> None:
    aws.create()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", **{name: value})
    assert refusal == aws.misshapen(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["x86_64", "arm64"], violation("[x86_64, arm64]", "architectures", most(1, "length"))),
        (["X86_64"], violation("[X86_64]", "architectures", ARCHITECTURES)),
    ],
)
def test_there_is_exactly_one_architecture(aws: Account, given: list[str], expected: str) -> None:
    assert aws.refused_creation(Architectures=given) == aws.misshapen(expected)
    aws.create()
    refusal = aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package(), Architectures=given)
    assert refusal == aws.misshapen(expected)


def test_no_architecture_is_refused_by_botocore_already(aws: Account) -> None:
    with pytest.raises(
        ParamValidationError, match="Invalid length for parameter Architectures, value: 0, valid min length: 1"
    ):
        aws.create(Architectures=[])


@pytest.mark.parametrize(
    ("operation", "parameters", "missing"),
    [
        ("create_function", {"FunctionName": "orders", "Code": {"ZipFile": b"any"}}, ["role"]),
        ("create_function", {"FunctionName": "orders"}, ["role", "code"]),
        ("create_alias", {"FunctionName": "orders"}, ["name", "functionVersion"]),
    ],
)
def test_what_is_required_must_not_be_null(
    unchecked: Account, operation: str, parameters: dict[str, Any], missing: list[str]
) -> None:
    items = [f"Value null at '{name}' failed to satisfy constraint: Member must not be null" for name in missing]
    assert unchecked.refusal(operation, **parameters) == unchecked.misshapen(*items)


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("Timeout", 0, violation("0", "timeout", "Member must have value greater than or equal to 1")),
        ("MemorySize", 127, violation("127", "memorySize", "Member must have value greater than or equal to 128")),
        (
            "EphemeralStorage",
            {"Size": 511},
            violation("511", "ephemeralStorage.size", "Member must have value greater than or equal to 512"),
        ),
        ("Architectures", [], violation("[]", "architectures", "Member must have length greater than or equal to 1")),
    ],
)
def test_lower_bounds_are_kept_too(unchecked: Account, member: str, value: Any, expected: str) -> None:
    assert unchecked.refused_creation(**{member: value}) == unchecked.misshapen(expected)


def test_all_violations_are_told_in_the_order_of_the_model(aws: Account) -> None:
    assert aws.refused_creation("my-function!", Role="r1", Timeout=6000) == aws.misshapen(
        violation(
            "my-function!",
            "functionName",
            r"Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?"
            r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
            r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?",
        ),
        violation("r1", "role", f"Member must satisfy regular expression pattern: {ROLE_PATTERN}"),
        violation("6000", "timeout", most(5400)),
    )


def test_the_shape_is_looked_at_before_anything_else(aws: Account) -> None:
    aws.create()
    refusal = aws.refused_creation(Runtime="nonsense", Role="r1")
    assert refusal["Error"]["Code"] == "ValidationException"


OTHERS: list[tuple[str, dict[str, Any], str]] = [
    (
        "list_functions",
        {"FunctionVersion": "invalid"},
        violation("invalid", "functionVersion", "Member must satisfy enum value set: [ALL]"),
    ),
    ("list_functions", {"MaxItems": 10001}, violation("10001", "maxItems", most(10000))),
    (
        "list_versions_by_function",
        {"FunctionName": "orders", "MaxItems": 10001},
        violation("10001", "maxItems", most(10000)),
    ),
    ("list_aliases", {"FunctionName": "orders", "MaxItems": 10001}, violation("10001", "maxItems", most(10000))),
    (
        "publish_version",
        {"FunctionName": "orders", "Description": "d" * 257},
        violation("d" * 257, "description", most(256, "length")),
    ),
    (
        "create_alias",
        {"FunctionName": "orders", "Name": "live", "FunctionVersion": "1", "Description": "d" * 257},
        violation("d" * 257, "description", most(256, "length")),
    ),
    (
        "invoke",
        {"FunctionName": "orders", "InvocationType": "Sometimes"},
        violation(
            "Sometimes", "invocationType", "Member must satisfy enum value set: [Event, RequestResponse, DryRun]"
        ),
    ),
    (
        "invoke",
        {"FunctionName": "orders", "LogType": "Head"},
        violation("Head", "logType", "Member must satisfy enum value set: [None, Tail]"),
    ),
    (
        "publish_version",
        {"FunctionName": "orders", "PublishTo": "x"},
        violation("x", "publishTo", "Member must satisfy enum value set: [LATEST_PUBLISHED]"),
    ),
]


def known(model: Any, cases: list[tuple[str, dict[str, Any], str]]) -> list[tuple[str, dict[str, Any], str]]:
    """Those whose members the installed botocore knows: it refuses the others itself."""
    names = {xform_name(name): name for name in model.operation_names}
    return [case for case in cases if set(case[1]) <= set(model.operation_model(names[case[0]]).input_shape.members)]


@pytest.mark.parametrize(("operation", "parameters", "expected"), known(Session().get_service_model("lambda"), OTHERS))
def test_other_operations_keep_their_constraints(
    aws: Account, operation: str, parameters: dict[str, Any], expected: str
) -> None:
    aws.create()
    assert aws.refusal(operation, **parameters) == aws.misshapen(expected)
