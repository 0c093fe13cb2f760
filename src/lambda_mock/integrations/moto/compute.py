"""EC2 and ECR as moto keeps them: networks and images."""

from __future__ import annotations

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.integrations.moto.state import backend


def vpc_of_subnet(subnet_id: str, account_id: str, region: str) -> str:
    """The VPC of a subnet. Raises MissingError."""
    ec2 = backend("ec2", account_id, region)
    for zone in () if ec2 is None else ec2.subnets.values():
        if subnet_id in zone:
            return str(zone[subnet_id].vpc_id)
    raise MissingError(subnet_id)


def vpc_of_security_group(group_id: str, account_id: str, region: str) -> str:
    """The VPC of a security group. Raises MissingError."""
    ec2 = backend("ec2", account_id, region)
    group = None if ec2 is None else ec2.get_security_group_from_id(group_id)
    if group is None:
        raise MissingError(group_id)
    return str(group.vpc_id)


def image_digest(repository: str, tag: str | None, digest: str | None, account_id: str, region: str) -> str | None:
    """The digest of an image. Raises MissingError; None for a registry in which the test has made nothing."""
    ecr = backend("ecr", account_id, region)
    if ecr is None or not ecr.repositories:
        return None
    found = ecr.repositories.get(repository)
    for image in () if found is None else found.images:
        if digest == image.get_image_digest() or (digest is None and tag in image.image_tags):
            return str(image.get_image_digest())
    raise MissingError(repository)
