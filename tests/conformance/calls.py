"""One call of every operation about a function: the least that it needs besides the function's name."""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from botocore.session import Session

from lambda_mock.operations.registry import OPERATIONS
from tests.conformance.conftest import ROLE

MODEL: Any = Session().get_service_model("lambda")
QUEUE = "arn:aws:sqs:us-east-1:210987654321:queue"

# What else than the function's name an operation needs.
PLAUSIBLE: dict[str, Any] = {
    "Action": "lambda:InvokeFunction",
    "AuthType": "NONE",
    "Code": {"ZipFile": b""},
    "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0",
    "EventSourceArn": QUEUE,
    "FunctionScalingConfig": {},
    "FunctionVersion": "1",
    "InvokeArgs": b"{}",
    "MaximumRetryAttempts": 1,
    "Name": "live",
    "Policy": "{}",
    "Principal": "s3.amazonaws.com",
    "ProvisionedConcurrentExecutions": 1,
    "RecursiveLoop": "Allow",
    "ReservedConcurrentExecutions": 1,
    "Role": ROLE,
    "StatementId": "s3",
    "TagKeys": ["team"],
    "Tags": {"team": "shop"},
    "UUID": "14e0db71-4b9d-4a0e-a5a5-3d1c5b5a5a5a",
    "UpdateRuntimeOn": "Auto",
}
NAMING = ("FunctionName", "Resource", "ResourceArn")
NEEDED_THOUGH_NOT_REQUIRED = {
    "CreateEventSourceMapping": "EventSourceArn",
    "PutFunctionEventInvokeConfig": "MaximumRetryAttempts",
    "UpdateFunctionEventInvokeConfig": "MaximumRetryAttempts",
}


def named_by(operation: str, name: str) -> dict[str, Any]:
    """The parameters of a call about the function of that name, or of that ARN where the operation wants one."""
    shape = MODEL.operation_model(operation).input_shape
    [member] = [name for name in NAMING if name in shape.members]
    needed = [*shape.required_members, *NEEDED_THOUGH_NOT_REQUIRED.get(operation, "").split()]
    qualifier = {"Qualifier": "1"} if "Qualifier" in shape.required_members else {}
    return {**{each: PLAUSIBLE[each] for each in needed if each in PLAUSIBLE}, member: name, **qualifier}


def about_functions(*members: str) -> list[str]:
    """The operations that are built and name a function, or only those of them that have these input members."""
    built = [MODEL.operation_model(name) for name in MODEL.operation_names if name in OPERATIONS]
    shapes = {each.name: each.input_shape.members for each in built if each.input_shape}
    return [name for name, given in shapes.items() if set(NAMING) & set(given) and set(members) <= set(given)]


def method(operation: str) -> str:
    """The name of an operation as a method of a client."""
    return str(xform_name(operation))
