"""Types of what a test arranges: functions, overrides, faults, time, code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import assert_type

from lambda_mock import Invocation, LambdaMock, mock_lambda
from lambda_mock.faults import Fault
from lambda_mock.keywords import ConfigKeywords, FunctionKeywords


def handle(event: dict[str, Any], context: object) -> dict[str, int]:
    return {"total": len(event)}


def a_function_is_deployed_in_four_ways(mock_lambda: LambdaMock) -> None:
    assert_type(mock_lambda.function("orders", handle), str)
    assert_type(mock_lambda.function("orders", lambda event, context: None, Timeout=5), str)
    assert_type(mock_lambda.function("orders", returns={"total": 3}), str)
    assert_type(mock_lambda.function("orders", returns=None, region="eu-west-1"), str)
    assert_type(mock_lambda.function("orders", raises=ValueError), str)
    assert_type(mock_lambda.function("orders", raises=ValueError("no"), account_id="1" * 12), str)

    @mock_lambda.function("orders", MemorySize=512)
    def decorated(event: dict[str, int], context: object) -> int:
        return len(event)

    assert_type(decorated({"one": 1}, None), int)
    decorated("one")  # type: ignore[call-arg, arg-type]


def members_are_known_by_name_and_type(mock_lambda: LambdaMock) -> None:
    mock_lambda.function(
        "orders",
        handle,
        Runtime="python3.13",
        Environment={"Variables": {"TABLE": "orders"}},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ("sg-1",)},
        FileSystemConfigs=[{"Arn": "arn", "LocalMountPath": "/mnt/orders"}],
        Architectures=["arm64"],
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
        Tags={"team": "orders"},
        Publish=True,
    )
    mock_lambda.function("orders", handle, MemroySize=512)  # type: ignore[call-overload]
    mock_lambda.function("orders", handle, MemorySize="512")  # type: ignore[call-overload]
    mock_lambda.function("orders", handle, Environment={"TABLE": "orders"})  # type: ignore[call-overload]
    mock_lambda.function("orders", handle, PackageType="zip")  # type: ignore[call-overload]
    mock_lambda.function("orders", handle, Code={"ZipFile": b""})  # type: ignore[call-overload]
    mock_lambda.function("orders", handle, returns=1)  # type: ignore[call-overload]
    mock_lambda.function("orders", lambda event: None)  # type: ignore[arg-type, misc]
    mock_lambda.function("orders", raises="ValueError")  # type: ignore[call-overload]
    mock_lambda.function(handle)  # type: ignore[call-overload]


def keywords_can_be_kept_and_passed_on(anything: dict[str, Any]) -> None:
    options: ConfigKeywords = {"seed": 7, "async_mode": "manual"}
    settings: FunctionKeywords = {"Timeout": 5, "MemorySize": 512}
    with mock_lambda(**options) as mock:
        assert_type(mock.function("orders", handle, **settings), str)
        assert_type(mock.function("orders", handle, **anything), str)
    wrong: FunctionKeywords = {"Timeuot": 5}  # type: ignore[typeddict-unknown-key]
    assert wrong


def an_override_is_a_context_manager(mock_lambda: LambdaMock) -> None:
    with mock_lambda.override("orders", handle, "live") as override:
        assert_type(override.qualifier, str | None)
        assert_type(override.handler, Callable[..., Any])
    assert_type(mock_lambda.override("orders", handle, region="eu-west-1").remove(), None)
    mock_lambda.override("orders", 1)  # type: ignore[arg-type]


def faults_are_ordered(mock_lambda: LambdaMock) -> None:
    mock_lambda.fail(
        "Invoke", "TooManyRequestsException", times=2, function="orders:live", Reason="CallerRateLimitExceeded"
    )
    assert_type(mock_lambda.fail("Invoke", latency=timedelta(seconds=2)), Fault)
    assert_type(mock_lambda.fail_run("orders", "Sandbox.Timedout", every=3), Fault)
    with mock_lambda.fail("UpdateAlias", "ReadTimeoutError", "always", when="after") as fault:
        assert_type(fault.struck, int)
    assert_type(fault.assert_struck(times=1), None)
    assert_type(fault.remove(), None)
    mock_lambda.fail("Invoke", "ServiceException", when="later")  # type: ignore[arg-type]
    mock_lambda.fail()  # type: ignore[call-arg]
    mock_lambda.fail_transition("orders", reason_code="InvalidSubnet")
    mock_lambda.fail_transition("orders", of="EventSourceMapping", qualifier="live")
    mock_lambda.fail_transition("orders", of="Mapping")  # type: ignore[arg-type]


def time_is_the_mocks(mock_lambda: LambdaMock) -> None:
    clock = mock_lambda.clock
    assert_type(clock.now(), datetime)
    assert_type(clock.time(), float)
    clock.freeze()
    clock.advance(60)
    clock.advance(0.5)
    clock.advance("60")  # type: ignore[arg-type]


def the_rest_of_a_mock(mock_lambda: LambdaMock) -> None:
    runs = mock_lambda.drain()
    assert_type(runs[0], Invocation)
    assert_type(runs[1:], Sequence[Invocation])
    assert_type(mock_lambda.describe(), str)
    assert_type(mock_lambda.endpoint_url, str)
    assert_type(mock_lambda.url_of("orders", "live"), str)
    mock_lambda.s3_object("bucket", "key", b"body")
    mock_lambda.layer("arn:aws:lambda:us-east-1:111122223333:layer:tools:3", b"zip")
    mock_lambda.s3_object("bucket", "key", "body")  # type: ignore[arg-type]
    mock_lambda.calls = []  # type: ignore[misc, assignment]
