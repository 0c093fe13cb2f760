"""A canary is chance, and a test wants to know: the mock draws from a seed, so that a run can be repeated."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import boto3

from lambda_mock import mock_lambda

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def canary(client: LambdaClient, weight: float) -> None:
    """Versions 1 and 2 of a function, and an alias that gives `weight` of its traffic to the second one."""
    client.update_function_configuration(FunctionName="orders", Description="second")
    client.publish_version(FunctionName="orders")
    client.create_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": weight}},
    )


def versions_run(seed: int, weight: float, invocations: int) -> list[str]:
    with mock_lambda(seed=seed) as mock:
        mock.function("orders", returns=None, Publish=True)
        client = boto3.client("lambda", region_name="us-east-1")
        canary(client, weight)
        return [client.invoke(FunctionName="orders", Qualifier="live")["ExecutedVersion"] for _ in range(invocations)]


def test_the_second_version_gets_about_its_share() -> None:
    seen = Counter(versions_run(seed=0, weight=0.25, invocations=400))
    assert 60 < seen["2"] < 140
    assert seen["1"] + seen["2"] == 400


def test_the_same_seed_draws_the_same_versions() -> None:
    assert versions_run(seed=7, weight=0.5, invocations=50) == versions_run(seed=7, weight=0.5, invocations=50)


def test_another_seed_draws_others() -> None:
    assert versions_run(seed=7, weight=0.5, invocations=50) != versions_run(seed=8, weight=0.5, invocations=50)
