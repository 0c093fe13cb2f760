"""Configurations: everything that CreateFunction and UpdateFunctionConfiguration name in other services.

Only what a request names is looked up, and in this order: role, network, key, dead letters. File systems are believed:
the access points that moto makes have ids which Lambda itself refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.neighbours.keys import check_key
from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.domain.neighbours.roles import check_role
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.configuration_rules import Settings
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.neighbours.port import Neighbours
    from lambda_mock.domain.store import Store

_SENDING = {"sqs": "SendMessage on SQS", "sns": "Publish on SNS"}


def confirmed(
    neighbourhood: Neighbourhood, configuration: Configuration, given: Settings, store: Store
) -> Configuration:
    """The configuration that the `given` settings led to, with its VPC, or the refusal of what isn't there."""
    if given.role is not None:
        check_role(neighbourhood, given.role, store.account_id)
    if given.vpc_config is not None:
        configuration = _in_its_vpc(neighbourhood, configuration, store)
    if given.kms_key_arn:
        check_key(neighbourhood, given.kms_key_arn)
    if given.dead_letter_config is not None:
        _check_dead_letter_target(neighbourhood, given.dead_letter_config.get("TargetArn", ""))
    return configuration


def _in_its_vpc(neighbourhood: Neighbourhood, configuration: Configuration, store: Store) -> Configuration:
    network = configuration.echoed.get("VpcConfig")
    if network is None or not network["SubnetIds"]:
        return configuration
    groups = {_vpc_of_security_group(neighbourhood, group_id, store) for group_id in network["SecurityGroupIds"]}
    subnets = {_vpc_of_subnet(neighbourhood, subnet_id, store) for subnet_id in network["SubnetIds"]}
    if None in groups | subnets:
        return configuration
    if len(subnets) > 1:
        raise InvalidParameterValueException("Subnets are required to be in the same VPC")
    if groups != subnets:
        raise InvalidParameterValueException("Security Groups are required to be in the same VPC")
    (vpc_id,) = subnets
    return replace(configuration, echoed={**configuration.echoed, "VpcConfig": {**network, "VpcId": vpc_id}})


def _vpc_of_security_group(neighbourhood: Neighbourhood, group_id: str, store: Store) -> str | None:
    return _vpc_of(
        neighbourhood,
        lambda them: them.vpc_of_security_group(group_id, account_id=store.account_id, region=store.region),
        "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
        f"EC2 Error Message: The security group '{group_id}' does not exist",
    )


def _vpc_of_subnet(neighbourhood: Neighbourhood, subnet_id: str, store: Store) -> str | None:
    return _vpc_of(
        neighbourhood,
        lambda them: them.vpc_of_subnet(subnet_id, account_id=store.account_id, region=store.region),
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
        f"EC2 Error Message: The subnet ID '{subnet_id}' does not exist",
    )


def _vpc_of(
    neighbourhood: Neighbourhood, question: Callable[[Neighbours], str | None], when_missing: str
) -> str | None:
    try:
        return neighbourhood.ask(question)
    except MissingError:
        raise InvalidParameterValueException(when_missing) from None


def _check_dead_letter_target(neighbourhood: Neighbourhood, arn: str) -> None:
    """Refuse a queue or topic that isn't there, with what AWS says of every one that it can't send to."""
    sending = _SENDING.get("".join(arn.split(":")[2:3]))
    if sending is not None and neighbourhood.ask(lambda them: them.has(arn)) is False:
        raise InvalidParameterValueException(f"The provided execution role does not have permissions to call {sending}")
