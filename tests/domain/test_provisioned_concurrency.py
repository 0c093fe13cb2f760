"""How what is asked for ends: ready, or failed with a reason."""

from __future__ import annotations

import pytest

from lambda_mock.domain.alias import Alias
from lambda_mock.domain.provisioned_concurrency import INIT_FAILURE, ProvisionedConfigs
from lambda_mock.domain.run_limits import AccountConcurrency, RunLimits

LIVE = Alias(name="live", arn="arn:aws:lambda:us-east-1:123456789012:function:orders:live", version="1", revision_id="")
FAILED = {"Status": "FAILED", "StatusReason": "FUNCTION_ERROR_INIT_FAILURE"}


@pytest.fixture
def limits() -> RunLimits:
    return RunLimits(AccountConcurrency())


@pytest.fixture
def configs(limits: RunLimits) -> ProvisionedConfigs:
    return ProvisionedConfigs(limits)


def shown(configs: ProvisionedConfigs, qualifier: str) -> dict[str, object]:
    config = configs.get(qualifier)
    assert config is not None
    return {key: value for key, value in config.members().items() if key != "LastModified"}


def counts(requested: int, allocated: int) -> dict[str, object]:
    return {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AvailableProvisionedConcurrentExecutions": allocated,
        "AllocatedProvisionedConcurrentExecutions": allocated,
    }


def test_what_fails_at_first_is_never_there(configs: ProvisionedConfigs, limits: RunLimits) -> None:
    configs.put("1", alias=None, requested=2, now=0.0)
    configs.settle("1", INIT_FAILURE)
    assert shown(configs, "1") == counts(2, 0) | FAILED
    assert limits.begin("1", waits=False) is None
    configs.settle("1")
    assert shown(configs, "1") == counts(2, 0) | FAILED


def test_what_fails_later_leaves_what_there_was(configs: ProvisionedConfigs, limits: RunLimits) -> None:
    configs.put("live", alias=LIVE, requested=2, now=0.0)
    configs.settle("live")
    configs.move("live", version="2")
    configs.settle("live", INIT_FAILURE)
    assert shown(configs, "live") == counts(2, 2) | FAILED
    assert limits.begin("1", waits=False) is not None
    assert limits.begin("2", waits=False) is None


def test_what_failed_can_be_asked_for_again(configs: ProvisionedConfigs, limits: RunLimits) -> None:
    configs.put("1", alias=None, requested=2, now=0.0)
    configs.settle("1", INIT_FAILURE)
    configs.put("1", alias=None, requested=3, now=1.0)
    configs.settle("1")
    assert shown(configs, "1") == counts(3, 3) | {"Status": "READY", "StatusReason": None}
    assert limits.provisioned == 3


def test_nothing_settles_where_nothing_was_asked_for(configs: ProvisionedConfigs) -> None:
    configs.settle("1")
    assert list(configs) == []
