"""AWS_LAMBDA_EXEC_WRAPPER: a program that starts the runtime in its place."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock import MockConfig
from tests.conformance.conftest import Like
from tests.conformance.runtimes.conftest import ANY_VERSION, NODEJS, Deployed, archive, needs_node

NODE = {"Runtime": NODEJS, "Handler": "index.handler"}
NODE_CODE = {"index.js": "exports.handler = async () => [process.env.WRAPPED, process.env._HANDLER, process.execArgv]"}
PYTHON = {"Runtime": "python3.12", "Handler": "index.handler"}
PYTHON_CODE = {
    "index.py": (
        "import os, sys\n\n"
        "def handler(event, context):\n"
        "    return [os.environ['WRAPPED'], os.environ['_HANDLER'], sys._xoptions]\n"
    )
}
SETS_A_VARIABLE = '#!/bin/bash\nexport WRAPPED=yes\nexec "$@"\n'
# As in AWS's documentation of wrapper scripts: options are inserted before the last argument.
ADDS_AN_OPTION = """#!/bin/bash
args=("$@")
export WRAPPED=yes
exec "${args[@]:0:$#-1}" OPTION "${args[@]: -1}"
"""

pytestmark = pytest.mark.filterwarnings(ANY_VERSION, "ignore:A function for python:lambda_mock.LambdaMockWarning")


@pytest.fixture
def lambda_mock_config() -> MockConfig:
    return MockConfig(execution="process")


def wrap(path: str) -> dict[str, Any]:
    return {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": path}}


RUNTIMES = [
    pytest.param(NODE, NODE_CODE, ["--stack-trace-limit=3"], id="nodejs", marks=needs_node),
    pytest.param(PYTHON, PYTHON_CODE, {"importtime": True}, id="python"),
]


@pytest.mark.parametrize(("settings", "code", "option"), RUNTIMES)
def test_a_wrapper_starts_the_runtime(
    orders: Deployed, settings: dict[str, Any], code: dict[str, str], option: Any
) -> None:
    files = {**code, "wrapper": SETS_A_VARIABLE}
    orders.zip(archive(files, executable=("wrapper",)), Environment=wrap("/var/task/wrapper"), **settings)
    assert orders.result()[:2] == ["yes", "index.handler"]


@pytest.mark.parametrize(("settings", "code", "option"), RUNTIMES)
def test_a_layer_may_bring_the_wrapper(
    orders: Deployed, settings: dict[str, Any], code: dict[str, str], option: Any
) -> None:
    layer = orders.layer(archive({"bin/wrapper": SETS_A_VARIABLE}, executable=("bin/wrapper",)))
    orders.zip(archive(code), Environment=wrap("/opt/bin/wrapper"), Layers=[layer], **settings)
    assert orders.result()[0] == "yes"


@pytest.mark.parametrize(("settings", "code", "option"), RUNTIMES)
def test_a_wrapper_may_insert_options_before_the_last_argument(
    orders: Deployed, settings: dict[str, Any], code: dict[str, str], option: Any
) -> None:
    wanted = "-Ximporttime" if settings is PYTHON else option[0]
    files = {**code, "wrapper": ADDS_AN_OPTION.replace("OPTION", wanted)}
    orders.zip(archive(files, executable=("wrapper",)), Environment=wrap("/var/task/wrapper"), **settings)
    told = orders.result()[2]
    assert told == option if settings is PYTHON else option[0] in told


@pytest.mark.parametrize(("settings", "code", "option"), RUNTIMES)
def test_a_wrapper_may_choose_another_handler(
    orders: Deployed, settings: dict[str, Any], code: dict[str, str], option: Any
) -> None:
    wrapper = '#!/bin/sh\nexport WRAPPED=yes _HANDLER=index.handler\nexec "$@"\n'
    members = {**settings, "Handler": "nowhere.handler"}
    files = {**code, "wrapper": wrapper}
    orders.zip(archive(files, executable=("wrapper",)), Environment=wrap("/var/task/wrapper"), **members)
    assert orders.result()[1] == "index.handler"


@pytest.mark.parametrize(("settings", "code", "option"), RUNTIMES)
@pytest.mark.parametrize(
    ("path", "line", "status"),
    [
        ("/opt/otel-handler", "/opt/otel-handler: does not exist", 127),
        ("/var/task/plain", "/var/task/plain: is not an executable", 126),
    ],
)
def test_a_wrapper_that_can_not_be_started_ends_the_runtime(
    orders: Deployed, settings: dict[str, Any], code: dict[str, str], option: Any, path: str, line: str, status: int
) -> None:
    orders.zip(archive({**code, "plain": SETS_A_VARIABLE}), Environment=wrap(path), **settings)
    assert orders.failure() == {
        "errorType": "Runtime.ExitError",
        "errorMessage": Like(f"RequestId: [0-9a-f-]{{36}} Error: Runtime exited with error: exit status {status}"),
    }
    assert line in orders.log()


@needs_node
def test_a_wrapper_that_starts_nothing_ends_the_runtime(orders: Deployed) -> None:
    files = {**NODE_CODE, "wrapper": "#!/bin/sh\nexit 5\n"}
    orders.zip(archive(files, executable=("wrapper",)), Environment=wrap("/var/task/wrapper"), **NODE)
    assert orders.failure()["errorMessage"].endswith("Runtime exited with error: exit status 5")


@needs_node
def test_an_empty_name_is_no_wrapper(orders: Deployed) -> None:
    orders.zip(archive(NODE_CODE), Environment=wrap(""), **NODE)
    assert orders.result()[1] == "index.handler"
