"""An active moto beside Lambda, with the role of the functions that the tests here make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

_SESSION: Any = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="secret")


class Moto:
    """The other services."""

    @staticmethod
    @cache
    def client(service: str, region: str = "us-east-1") -> Any:
        return _SESSION.client(service, region_name=region)

    def role(self, name: str, document: Any) -> str:
        """The ARN of a new role with that trust policy, which is JSON or, for IAM, no policy at all."""
        text = document if isinstance(document, str) else json.dumps(document)
        role = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=text)["Role"]
        return str(role["Arn"])

    def queue(self, name: str = "orders", region: str = "us-east-1", **attributes: str) -> str:
        """The ARN of a new queue."""
        self.client("sqs", region).create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:{region}:123456789012:{name}"

    def topic(self, name: str = "orders") -> str:
        """The ARN of a new topic."""
        return str(self.client("sns").create_topic(Name=name)["TopicArn"])


def trusting(service: str, **members: Any) -> dict[str, Any]:
    """A trust policy for a service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement | members]}


@pytest.fixture
def moto(mock_lambda: Any) -> Iterator[Moto]:
    """A `mock_aws` inside the mock, and in it the role `lambda-role`."""
    with mock_aws():
        services = Moto()
        services.role("lambda-role", trusting("lambda.amazonaws.com"))
        yield services
