"""Subnets and security groups have to be there, and of one VPC, which is then shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from moto.ec2.models import ec2_backends

from lambda_mock import LambdaMockWarning

if TYPE_CHECKING:
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

NO_GROUP = (
    "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
    "EC2 Error Message: The security group 'sg-0missing' does not exist"
)
NO_SUBNET = (
    "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
    "EC2 Error Message: The subnet ID 'subnet-0missing' does not exist"
)
OTHER_GROUPS = "Security Groups are required to be in the same VPC"
OTHER_SUBNETS = "Subnets are required to be in the same VPC"


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC with two subnets and a security group."""

    vpc: str
    subnets: tuple[str, str]
    group: str

    def given(self, subnet: int = 0) -> dict[str, list[str]]:
        return {"SubnetIds": [self.subnets[subnet]], "SecurityGroupIds": [self.group]}

    def shown(self, subnet: int = 0) -> dict[str, Any]:
        return {**self.given(subnet), "VpcId": self.vpc, "Ipv6AllowedForDualStack": False}


def make_network(moto: Moto, block: str = "10.0", region: str = "us-east-1") -> Network:
    ec2 = moto.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    first, second = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"{block}.{number}.0/24", AvailabilityZone=f"{region}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    )
    group = ec2.create_security_group(VpcId=vpc, GroupName=f"of {vpc}", Description="of a test")["GroupId"]
    return Network(vpc=vpc, subnets=(first, second), group=group)


def test_a_function_shows_the_vpc_of_its_subnets(aws: Account, moto: Moto) -> None:
    one, other = make_network(moto), make_network(moto, "10.1")
    created = aws.create(VpcConfig=one.given())
    assert created == aws.answer(201, aws.configuration(VpcConfig=one.shown(), **aws.PENDING))
    assert aws.shown() == aws.answer(200, aws.configuration(VpcConfig=one.shown(), **aws.ACTIVE))

    updated = aws.configure(VpcConfig=other.given(1))
    assert updated == aws.answer(200, aws.configuration(VpcConfig=other.shown(1), **aws.UPDATING))

    none = {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False}
    removed = aws.configure(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    assert removed == aws.answer(200, aws.configuration(VpcConfig=none, **aws.UPDATING))


def test_a_change_of_something_else_keeps_the_vpc(aws: Account, moto: Moto) -> None:
    network = make_network(moto)
    aws.create(VpcConfig=network.given())
    assert aws.configure(VpcConfig={})["VpcConfig"] == network.shown()
    assert aws.configure(Timeout=9)["VpcConfig"] == network.shown()


def test_a_function_in_no_network_asks_for_none(aws: Account, moto: Moto) -> None:
    assert "VpcConfig" not in aws.create(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})


def test_a_missing_security_group_is_told_before_a_missing_subnet(aws: Account, moto: Moto) -> None:
    network = make_network(moto)
    missing_both = {"SubnetIds": ["subnet-0missing"], "SecurityGroupIds": ["sg-0missing"]}
    assert aws.refused_creation(VpcConfig=missing_both) == aws.invalid(NO_GROUP)
    one = {"SubnetIds": [*network.subnets, "subnet-0missing"], "SecurityGroupIds": [network.group]}
    assert aws.refused_creation(VpcConfig=one) == aws.invalid(NO_SUBNET)
    assert aws.call("list_functions")["Functions"] == []


def test_an_update_is_refused_a_network_that_is_not_there(aws: Account, moto: Moto) -> None:
    network = make_network(moto)
    aws.create(VpcConfig=network.given())
    before = aws.shown()
    for change, message in (
        ({"SubnetIds": ["subnet-0missing"]}, NO_SUBNET),
        ({"SecurityGroupIds": ["sg-0missing"]}, NO_GROUP),
    ):
        refusal = aws.refusal("update_function_configuration", FunctionName="orders", VpcConfig=change)
        assert refusal == aws.invalid(message)
    assert aws.shown() == before


def test_where_nothing_was_made_every_network_is_missing(aws: Account, moto: Moto) -> None:
    network = {"SubnetIds": ["subnet-0missing"], "SecurityGroupIds": ["sg-0missing"]}
    assert aws.refused_creation(VpcConfig=network) == aws.invalid(NO_GROUP)


def test_a_network_of_another_region_is_missing(aws: Account, moto: Moto) -> None:
    make_network(moto)
    there = make_network(moto, region="eu-west-1")
    assert aws.refused_creation(VpcConfig=there.given()) == aws.invalid(NO_GROUP.replace("sg-0missing", there.group))


def test_a_function_is_in_one_vpc_only(aws: Account, moto: Moto) -> None:
    one, other = make_network(moto), make_network(moto, "10.1")
    two_vpcs = {"SubnetIds": [one.subnets[0], other.subnets[0]], "SecurityGroupIds": [one.group]}
    assert aws.refused_creation(VpcConfig=two_vpcs) == aws.invalid(OTHER_SUBNETS)
    other_group = {"SubnetIds": list(one.subnets), "SecurityGroupIds": [one.group, other.group]}
    assert aws.refused_creation(VpcConfig=other_group) == aws.invalid(OTHER_GROUPS)


@pytest.mark.parametrize("network", [{"SubnetIds": ["subnet-1"]}, {"SecurityGroupIds": ["sg-1"]}])
def test_subnets_and_security_groups_go_together(aws: Account, network: dict[str, list[str]]) -> None:
    alone = "SubnetIds and SecurityIds must coexist or be both empty list."
    assert aws.refused_creation(VpcConfig=network) == aws.invalid(alone)
    aws.create()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", VpcConfig=network)
    assert refusal == aws.invalid(alone)


@pytest.mark.parametrize("unknown", ["get_security_group_from_id", "subnets"])
def test_a_network_that_moto_keeps_in_an_unknown_way_is_believed(
    aws: Account, moto: Moto, monkeypatch: pytest.MonkeyPatch, unknown: str
) -> None:
    network = make_network(moto)
    with monkeypatch.context() as patched:
        patched.setattr(ec2_backends["123456789012"]["us-east-1"], unknown, None)
        with pytest.warns(LambdaMockWarning, match="keeps ec2"):
            created = aws.create(VpcConfig=network.given())
    assert created["VpcConfig"]["SubnetIds"] == [network.subnets[0]]


def test_without_moto_every_network_is_believed(aws: Account) -> None:
    network = {"SubnetIds": ["subnet-0missing"], "SecurityGroupIds": ["sg-0missing"]}
    assert aws.create(VpcConfig=network)["VpcConfig"]["VpcId"].startswith("vpc-")
