"""What ends with its owner: the code that nothing holds any more, its files, its link, and what was loaded of it."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

observed = pytest.mark.lambda_mock(lifecycle="observed")
PackageType = Literal["Zip", "Image"]
PACKAGE_TYPES = pytest.mark.parametrize("package_type", ["Zip", "Image"])

WHERE = "STATE = []\n\ndef handler(event, context):\n    STATE.append(1)\n    return [__file__, len(STATE), {!r}]\n"


def where(aws: Account, qualifier: str | None = None) -> tuple[Path, int]:
    """The file that an invocation runs, and how often its environment has run by now."""
    path, times, _ = json.loads(aws.result(qualifier)[0])
    return Path(path), times


def link(aws: Account, qualifier: str | None = None) -> str:
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    return str(aws.call("get_function", FunctionName="orders", **parameters)["Code"]["Location"])


def status(url: str) -> int:
    return requests.get(url, timeout=5).status_code


def delete(aws: Account, qualifier: str | None = None) -> None:
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    aws.call("delete_function", FunctionName="orders", **parameters)


class Handler:
    """A callable that can be watched coming to its end."""

    def __call__(self, event: Any, context: Any) -> str:
        return "here"


def watched(deploy: Callable[[Handler], object]) -> Callable[[], bool]:
    """Deploy a handler, and give what tells whether it is still there."""
    handler = Handler()
    deploy(handler)
    reference = weakref.ref(handler)

    def is_there() -> bool:
        gc.collect()
        return reference() is not None

    return is_there


# Code ----------------------------------------------------------------------------------------------------------------


def test_a_deleted_function_takes_its_package_with_it(aws: Account) -> None:
    aws.create(code=WHERE.format("one"))
    path, _ = where(aws)
    url = link(aws)
    assert (path.exists(), status(url)) == (True, 200)
    delete(aws)
    assert not path.parent.exists()
    gone = requests.get(url, timeout=5)
    assert gone.status_code == 404
    assert gone.headers["Content-Type"] == "application/xml"
    assert "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>" in gone.text


def test_replaced_code_is_gone_unless_a_version_has_it(aws: Account) -> None:
    aws.create(code=WHERE.format("one"), Publish=True)
    old = link(aws)
    aws.update_code(WHERE.format("two"))
    newer = link(aws)
    assert status(old) == 200
    aws.update_code(WHERE.format("three"))
    assert (status(old), status(newer)) == (200, 404)
    delete(aws, "1")
    assert status(old) == 404


def test_code_stays_with_the_last_version_that_has_it(aws: Account) -> None:
    aws.create(code=WHERE.format("one"), Publish=True)
    aws.configure(Timeout=10)
    aws.publish()
    url = link(aws)
    path, _ = where(aws, "2")
    delete(aws, "1")
    assert (path.exists(), status(url)) == (True, 200)
    assert where(aws, "2") == (path, 2)
    delete(aws)
    assert (path.exists(), status(url)) == (False, 404)


def test_functions_with_the_same_package_do_not_take_it_from_each_other(aws: Account) -> None:
    aws.create(code=WHERE.format("one"))
    aws.create("bills", code=WHERE.format("one"))
    url = link(aws)
    aws.call("delete_function", FunctionName="bills")
    assert status(url) == 200
    assert where(aws)[0].exists()


def test_code_that_came_back_runs(aws: Account) -> None:
    aws.create(code=WHERE.format("one"))
    first, _ = where(aws)
    aws.update_code(WHERE.format("two"))
    where(aws)
    aws.update_code(WHERE.format("one"))
    path, times = where(aws)
    assert (first.exists(), path.exists(), times) == (False, True, 1)


@observed
def test_the_code_before_an_update_stays_until_the_update_has_ended(aws: Account) -> None:
    aws.create(code=WHERE.format("one"))
    aws.shown()
    old = link(aws)
    aws.update_code(WHERE.format("two"))
    assert where(aws)[0].exists()
    assert status(old) == 200
    aws.shown()
    assert status(old) == 404


@observed
def test_a_function_that_is_deleted_in_an_update_takes_both_codes_along(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=WHERE.format("one"))
    aws.shown()
    url = link(aws)
    path, _ = where(aws)
    aws.update_code(WHERE.format("two"))
    assert (path.exists(), kept(mock_lambda)) == (True, 2)
    delete(aws)
    assert (path.exists(), status(url), kept(mock_lambda)) == (False, 404, 0)


def test_the_code_of_an_update_that_failed_is_gone(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=WHERE.format("one"))
    old = link(aws)
    path, _ = where(aws)
    still_there = watched(lambda handler: _fail_to_deploy(mock_lambda, handler))
    assert not still_there()
    assert (status(old), where(aws)) == (200, (path, 2))


def _fail_to_deploy(mock: LambdaMock, handler: Handler) -> None:
    mock.fail_transition("orders")
    mock.function("orders", handler)


def test_nothing_stays_of_code_that_was_only_tried(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=WHERE.format("one"))
    aws.update_code(WHERE.format("two"), DryRun=True)
    assert kept(mock_lambda) == 1


@pytest.mark.lambda_mock(limits={"total_code_size": 1})
def test_nothing_stays_of_code_that_was_refused(aws: Account, mock_lambda: LambdaMock) -> None:
    assert aws.refused_creation()["Error"]["Code"] == "CodeStorageExceededException"
    assert kept(mock_lambda) == 0


def kept(mock: LambdaMock) -> int:
    """How many packages a mock keeps."""
    return len(mock._activation.backend.code._contents)


# Layers --------------------------------------------------------------------------------------------------------------

SHARED = "def handler(event, context):\n    import shared\n    return [shared.__file__, 1, None]\n"


def publish_layer(aws: Account, name: str = "shared") -> tuple[str, str]:
    """Publish a version of a layer that brings the module `shared`. Gives its ARN and the link to its content."""
    content = aws.package(f"NAME = {name!r}\n", "python/shared.py")
    answer = aws.call("publish_layer_version", LayerName=name, Content={"ZipFile": content})
    return answer["LayerVersionArn"], answer["Content"]["Location"]


def delete_layer(aws: Account, name: str = "shared") -> None:
    aws.call("delete_layer_version", LayerName=name, VersionNumber=1)


def test_a_layer_that_no_function_has_ends_with_its_version(aws: Account, mock_lambda: LambdaMock) -> None:
    _, url = publish_layer(aws)
    assert status(url) == 200
    delete_layer(aws)
    assert (status(url), kept(mock_lambda)) == (404, 0)


def test_a_deleted_layer_stays_with_the_versions_that_have_it(aws: Account, mock_lambda: LambdaMock) -> None:
    arn, url = publish_layer(aws)
    aws.create(code=SHARED, Layers=[arn], Publish=True)
    path, _ = where(aws, "1")
    delete_layer(aws)
    aws.configure(Layers=[])
    assert where(aws, "1")[0] == path
    assert (path.exists(), status(url)) == (True, 200)
    delete(aws, "1")
    assert (path.exists(), status(url), kept(mock_lambda)) == (False, 404, 1)


def test_what_was_merged_of_layers_ends_with_one_of_them(aws: Account, mock_lambda: LambdaMock) -> None:
    arns = [publish_layer(aws, name)[0] for name in ("shared", "other")]
    aws.create(code=SHARED, Layers=arns)
    path, _ = where(aws)
    delete(aws)
    assert path.exists()
    delete_layer(aws)
    assert not path.exists()
    assert kept(mock_lambda) == 1


@pytest.mark.lambda_mock(lifecycle="instant")
def test_layers_of_an_update_that_failed_are_let_go_of(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=WHERE.format("one"))
    arn, url = publish_layer(aws)
    mock_lambda.fail_transition("orders")
    aws.configure(Layers=[arn])
    delete_layer(aws)
    assert (status(url), kept(mock_lambda)) == (404, 1)


# Callables -----------------------------------------------------------------------------------------------------------


@PACKAGE_TYPES
def test_a_callable_ends_with_its_last_version(
    aws: Account, mock_lambda: LambdaMock, package_type: PackageType
) -> None:
    is_there = watched(lambda handler: mock_lambda.function("orders", handler, PackageType=package_type, Publish=True))
    mock_lambda.function("orders", returns="another")
    assert aws.result("1") == ('"here"', "1")
    assert is_there()
    delete(aws, "1")
    assert not is_there()


@PACKAGE_TYPES
def test_a_callable_ends_with_its_function(aws: Account, mock_lambda: LambdaMock, package_type: PackageType) -> None:
    is_there = watched(lambda handler: mock_lambda.function("orders", handler, PackageType=package_type))
    assert aws.result() == ('"here"', "$LATEST")
    delete(aws)
    assert not is_there()


@PACKAGE_TYPES
def test_a_callable_that_could_not_be_deployed_is_not_kept(mock_lambda: LambdaMock, package_type: PackageType) -> None:
    def refused(handler: Handler) -> None:
        with pytest.raises(Exception, match=r"[Rr]untime"):
            mock_lambda.function("orders", handler, PackageType=package_type, Runtime="python0.1")

    assert not watched(refused)()


# Runs ----------------------------------------------------------------------------------------------------------------


def test_a_run_keeps_its_code_though_its_function_is_deleted(aws: Account) -> None:
    code = (
        "import boto3, os, pathlib\n\ndef handler(event, context):\n"
        "    boto3.client('lambda', region_name='us-east-1').delete_function(FunctionName=context.function_name)\n"
        "    return [__file__, pathlib.Path(__file__).exists()]\n"
    )
    aws.create(code=code)
    url = link(aws)
    path, was_there = json.loads(aws.result()[0])
    assert was_there
    assert not Path(path).exists()
    assert status(url) == 404


def test_a_run_in_a_thread_ends_in_peace_when_its_function_is_deleted(aws: Account, mock_lambda: LambdaMock) -> None:
    begun, deleted = threading.Event(), threading.Event()
    results: list[tuple[str, str]] = []

    def handler(event: Any, context: Any) -> str:
        begun.set()
        assert deleted.wait(10)
        return "done"

    mock_lambda.function("orders", handler)
    runner = threading.Thread(target=lambda: results.append(aws.result()))
    runner.start()
    assert begun.wait(10)
    delete(aws)
    deleted.set()
    runner.join()
    assert results == [('"done"', "$LATEST")]
    assert kept(mock_lambda) == 0


def test_an_event_keeps_its_code_no_longer_than_its_attempts(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code="def handler(event, context):\n    raise ValueError('no')\n")
    aws.call("invoke", FunctionName="orders", InvocationType="Event")
    assert len(mock_lambda.invocations) == 3
    delete(aws)
    assert kept(mock_lambda) == 0


# Execution environments ----------------------------------------------------------------------------------------------


def test_an_environment_ends_with_its_version(aws: Account) -> None:
    aws.create(code=WHERE.format("one"), Publish=True)
    assert [where(aws, "1")[1] for _ in range(2)] == [1, 2]
    objects = {id(module) for module in _loaded()}
    delete(aws)
    gc.collect()
    assert not objects & {id(module) for module in _loaded()}


@pytest.mark.parametrize("change", [{"Timeout": 10}, {"Environment": {"Variables": {"A1": "1"}}}])
def test_an_environment_ends_with_an_update(aws: Account, change: dict[str, Any]) -> None:
    aws.create(code=WHERE.format("one"), Publish=True)
    assert where(aws)[1] == where(aws, "1")[1] == 1
    aws.configure(**change)
    gc.collect()
    assert len(_loaded()) == 1
    assert (where(aws)[1], where(aws, "1")[1]) == (1, 2)


def test_an_environment_whose_version_was_deleted_in_its_run_is_not_kept(aws: Account) -> None:
    code = (
        "import boto3\n\nSTATE = []\n\ndef handler(event, context):\n    STATE.append(1)\n"
        "    boto3.client('lambda', region_name='us-east-1').delete_function(FunctionName='orders')\n"
    )
    aws.create(code=code)
    aws.result()
    gc.collect()
    assert not _loaded()


def _loaded() -> list[object]:
    """The lists that the functions here keep in their modules' globals, by the modules' dictionaries."""
    return [each for each in gc.get_objects() if isinstance(each, dict) and "STATE" in each and "handler" in each]
