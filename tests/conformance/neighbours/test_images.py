"""Images are looked up in ECR where the test has made repositories there; the digest is ECR's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.fixture
def digest(moto: Moto) -> str:
    """The digest of the image `shop:latest`."""
    return push(moto, "shop", "latest")


def push(moto: Moto, repository: str, tag: str, region: str = "us-east-1") -> str:
    ecr = moto.client("ecr", region)
    ecr.create_repository(repositoryName=repository)
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": f"sha256:{'0' * 64}"}
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": config,
        "layers": [],
    }
    image = ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest))["image"]
    return str(image["imageId"]["imageDigest"])


def created(aws: Account, uri: str) -> Any:
    return aws.create(PackageType="Image", Code={"ImageUri": uri})


@pytest.mark.parametrize("form", ["shop:latest", "shop@{}", "shop:latest@{}"])
def test_an_image_has_the_digest_that_ecr_has(aws: Account, digest: str, form: str) -> None:
    uri = f"{REGISTRY}/{form.format(digest)}"
    assert created(aws, uri)["CodeSha256"] == digest.removeprefix("sha256:")
    assert aws.call("get_function", FunctionName="orders")["Code"] == {
        "RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": f"{REGISTRY}/shop@{digest}",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["shop:missing", "missing:latest", f"shop@sha256:{'1' * 64}"])
def test_an_image_that_is_not_there_is_refused(aws: Account, digest: str, form: str) -> None:
    uri = f"{REGISTRY}/{form}"
    message = f"Source image {uri} does not exist. Provide a valid source image."
    assert aws.refused_creation(PackageType="Image", Code={"ImageUri": uri}) == aws.invalid(message)
    created(aws, f"{REGISTRY}/shop:latest")
    refusal = aws.refusal("update_function_code", FunctionName="orders", ImageUri=uri)
    assert refusal == aws.invalid(message)
    assert aws.shown()["CodeSha256"] == digest.removeprefix("sha256:")


def test_an_image_needs_a_tag_or_digest(aws: Account, digest: str) -> None:
    uri = f"{REGISTRY}/shop"
    refusal = aws.refused_creation(PackageType="Image", Code={"ImageUri": uri})
    assert refusal == aws.invalid(f"Source image {uri} is not valid. Provide a valid source image.")


def test_an_image_of_another_region_is_refused(aws: Account, moto: Moto) -> None:
    push(moto, "shop", "latest", "eu-west-1")
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest"
    refusal = aws.refused_creation(PackageType="Image", Code={"ImageUri": uri})
    assert refusal == aws.invalid(f"Source image {uri} is not valid. Provide a valid source image.")


def test_an_image_of_a_registry_that_nobody_knows_is_believed(aws: Account, digest: str) -> None:
    assert created(aws, f"{REGISTRY}/shop:latest".replace("1234", "4321", 1))["ResponseMetadata"] == 201


def test_a_registry_without_repositories_knows_nothing(aws: Account, moto: Moto) -> None:
    moto.client("ecr").describe_repositories()
    assert created(aws, f"{REGISTRY}/shop:latest")["ResponseMetadata"] == 201


def test_without_moto_every_image_is_believed(aws: Account) -> None:
    assert created(aws, f"{REGISTRY}/shop:missing")["ResponseMetadata"] == 201
