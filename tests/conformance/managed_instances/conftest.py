"""An account with a capacity provider `fleet`, and functions that run on its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

PREFIX = "arn:aws:lambda:us-east-1:123456789012:capacity-provider"
NAMES = set(Session().get_service_model("lambda").operation_names)

# An older botocore has none of it.
collect_ignore_glob = [] if "CreateCapacityProvider" in NAMES else ["test_*.py"]


class Fleet:
    """The calls on capacity providers and on functions that run on them, with a request's usual members filled in."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws

    @staticmethod
    def arn(name: str = "fleet") -> str:
        return f"{PREFIX}:{name}"

    @staticmethod
    def request(name: str = "fleet", **members: Any) -> Answer:
        """What CreateCapacityProvider is sent; a member that is None isn't."""
        usual = {
            "CapacityProviderName": name,
            "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]},
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/operator"},
        }
        return {member: value for member, value in (usual | members).items() if value is not None}

    def provide(self, name: str = "fleet", **members: Any) -> Answer:
        """Create a capacity provider."""
        return self.aws.call("create_capacity_provider", **self.request(name, **members))

    def refused(self, name: str = "fleet", **members: Any) -> Answer:
        """The error that creating a capacity provider ends with."""
        return self.aws.refusal("create_capacity_provider", **self.request(name, **members))

    def get(self, name: str = "fleet") -> Answer:
        return self.aws.call("get_capacity_provider", CapacityProviderName=name)

    def delete(self, name: str = "fleet") -> Answer:
        return self.aws.call("delete_capacity_provider", CapacityProviderName=name)

    def described(self, name: str = "fleet", **members: Any) -> Answer:
        """A capacity provider as it is shown, with other members than those of `provide`."""
        usual = self.request(
            name,
            CapacityProviderName=None,
            CapacityProviderArn=self.arn(name),
            State="Active",
            InstanceRequirements={"Architectures": ["x86_64"]},
            CapacityProviderScalingConfig={"MaxVCpuCount": 400, "ScalingMode": "Auto"},
            LastModified=self.aws.DATE,
        )
        return usual | members

    def on(self, name: str = "fleet", **members: Any) -> Answer:
        """The CapacityProviderConfig of a function that runs on that provider."""
        return {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": self.arn(name), **members}}

    def deploy(self, name: str = "orders", provider: str = "fleet", **members: Any) -> Answer:
        """Create a function that runs on a provider's instances."""
        return self.aws.create(
            name, **({"Runtime": "python3.13", "CapacityProviderConfig": self.on(provider)} | members)
        )

    def refused_function(self, **members: Any) -> Answer:
        """The error that creating a function on `fleet` ends with."""
        return self.aws.refused_creation(**({"Runtime": "python3.13", "CapacityProviderConfig": self.on()} | members))

    def configuration(self, name: str = "orders", qualifier: str | None = None, **members: Any) -> Answer:
        """The configuration of a function that `deploy` made."""
        usual: Answer = {
            "Runtime": "python3.13",
            "MemorySize": 2048,
            "SnapStart": None,
            "LoggingConfig": {
                "ApplicationLogLevel": "INFO",
                "LogFormat": "JSON",
                "LogGroup": f"/aws/lambda/{name}",
                "SystemLogLevel": "INFO",
            },
            "CapacityProviderConfig": self.on(
                PerExecutionEnvironmentMaxConcurrency=16, ExecutionEnvironmentMemoryGiBPerVCpu=2.0
            ),
        }
        return self.aws.configuration(name, qualifier, **(usual | members))

    def publish_latest(self, name: str = "orders", **members: Any) -> Answer:
        """Publish to `$LATEST.PUBLISHED`."""
        return self.aws.publish(name, PublishTo="LATEST_PUBLISHED", **members)

    def versions(self, name: str = "fleet", **members: Any) -> Any:
        """Which versions run on a provider: the ends of their ARNs, and their states."""
        listed = self.aws.call("list_function_versions_by_capacity_provider", CapacityProviderName=name, **members)
        return [(item["FunctionArn"].partition(":function:")[2], item["State"]) for item in listed["FunctionVersions"]]

    def state_conflict(self, state: str, what: str = "function") -> Answer:
        return self.aws.error(
            "ResourceConflictException",
            f"The operation cannot be performed at this time. The {what} is currently in the following state: {state}",
        )


@pytest.fixture
def empty(aws: Account) -> Fleet:
    """An account without any capacity provider."""
    return Fleet(aws)


@pytest.fixture
def fleet(empty: Fleet) -> Fleet:
    """An account with the capacity provider `fleet`, which is Active."""
    empty.provide()
    empty.get()
    return empty
