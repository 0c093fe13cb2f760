"""A mock and moto, both active, and templates as dicts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/lambda-role"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
SOURCE = "def handler(event, context):\n    return '{answer}'\n"

_SESSION = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name=REGION)


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::Lambda::{kind}", "Properties": properties}


class Stacks:
    """CloudFormation, asked as a deployment would, and Lambda to see what came of it."""

    def __init__(self) -> None:
        self.cloudformation: Any = _SESSION.client("cloudformation")
        self.functions: Any = _SESSION.client("lambda")

    @staticmethod
    def function(answer: str = "one", **properties: Any) -> dict[str, Any]:
        """A function in a template, with defaults for what it must have; None takes one away."""
        given = {
            "Role": ROLE,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Code": {"ZipFile": SOURCE.format(answer=answer)},
            **properties,
        }
        return resource("Function", **{name: value for name, value in given.items() if value is not None})

    @staticmethod
    def resource(kind: str, **properties: Any) -> dict[str, Any]:
        """A resource of Lambda's in a template."""
        return resource(kind, **properties)

    def client(self, service: str) -> Any:
        return _SESSION.client(service)  # type: ignore[call-overload]

    def create(self, resources: Mapping[str, Any], /, name: str = "shop", **others: Any) -> Mapping[str, Any]:
        """Create a stack; what describe_stacks says of it."""
        self.cloudformation.create_stack(StackName=name, **_template(resources, others))
        return self.described(name)

    def update(self, resources: Mapping[str, Any], name: str = "shop", **others: Any) -> Mapping[str, Any]:
        self.cloudformation.update_stack(StackName=name, **_template(resources, others))
        return self.described(name)

    def delete(self, name: str = "shop") -> None:
        self.cloudformation.delete_stack(StackName=name)

    def described(self, name: str = "shop") -> Mapping[str, Any]:
        (stack,) = self.cloudformation.describe_stacks(StackName=name)["Stacks"]
        return dict(stack)

    def outputs(self, name: str = "shop") -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.described(name).get("Outputs", ())}

    def physical_id(self, logical_id: str, name: str = "shop") -> str:
        resources = self.cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return next(str(one["PhysicalResourceId"]) for one in resources if one["LogicalResourceId"] == logical_id)

    def told(self, name: str = "shop") -> list[tuple[str, str, str | None]]:
        """The events of a stack, the first one first."""
        events = self.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return [(one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason")) for one in events][
            ::-1
        ]

    def answer(self, function: str, qualifier: str | None = None) -> Any:
        which = {} if qualifier is None else {"Qualifier": qualifier}
        return json.loads(self.functions.invoke(FunctionName=function, **which)["Payload"].read())


def _template(resources: Mapping[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    parameters = others.pop("values", {})
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"TemplateBody": json.dumps({"Resources": resources, **others}), "Parameters": given}


@pytest.fixture
def stacks(mock_lambda: LambdaMock) -> Iterator[Stacks]:
    """Moto inside the mock, with a role for functions."""
    with mock_aws():
        stacks = Stacks()
        stacks.client("iam").create_role(RoleName="lambda-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        yield stacks
