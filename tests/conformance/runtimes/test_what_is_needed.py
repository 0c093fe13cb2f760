"""What the machine has to have for a runtime, and what a test is told where it hasn't."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from lambda_mock import LambdaMock, LambdaMockError, LambdaMockWarning
from tests.conformance.runtimes.conftest import ANY_VERSION, Deployed, archive, needs_node

NODE = shutil.which("node")
CODE = "exports.handler = async () => 'ran'"


def fake_node(folder: Path, script: str) -> None:
    """A `node` that is a script, alone in PATH."""
    program = folder / "node"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_node_a_test_is_told_the_ways_out(orders: Deployed, path: Path) -> None:
    orders.node(CODE)
    with pytest.raises(LambdaMockError) as caught:
        orders.invoke()
    assert str(caught.value) == (
        "orders can't run here: it is made for nodejs20.x, and PATH finds no node here. Install Node.js 20 (nvm and "
        "the like put it into PATH), or give the function a Python callable to run instead: "
        "mock.override('orders', handler)."
    )


def test_without_node_a_callable_runs(orders: Deployed, mock_lambda: LambdaMock, path: Path) -> None:
    orders.node(CODE)
    mock_lambda.override("orders", lambda event, context: "in its place")
    assert orders.result() == "in its place"


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo v16.20.2; echo /bin/node", "version 16.20.2"),
        ("echo v20.1.1; echo /bin/node; exit 1", "one that doesn't work"),
        ("echo 5", "one that doesn't work"),
    ],
)
def test_a_node_that_is_too_old_or_broken_is_named(orders: Deployed, path: Path, script: str, found: str) -> None:
    fake_node(path, script)
    orders.node(CODE)
    with pytest.raises(LambdaMockError, match=f"and {path}/node is {found}, and 18 or later is needed"):
        orders.invoke()


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_the_node_of_a_version_manager_is_found(orders: Deployed, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in PATH starts the real one, and only where the test's own variables tell it how."""
    monkeypatch.setenv("VERSION_MANAGER", str(NODE))
    fake_node(path, 'exec "$VERSION_MANAGER" "$@"')
    orders.node(CODE)
    assert orders.result() == "ran"


@needs_node
def test_another_version_of_node_runs_with_a_warning(orders: Deployed) -> None:
    orders.node(CODE, Runtime="nodejs16.x")
    with pytest.warns(LambdaMockWarning, match=r"orders is made for nodejs16\.x and runs on Node\.js \d+\.\d+\.\d+"):
        assert orders.result() == "ran"


@pytest.mark.parametrize("runtime", ["java21", "dotnet8", "ruby3.3"])
def test_a_runtime_that_can_not_run_here_is_named_with_the_ways_out(orders: Deployed, runtime: str) -> None:
    orders.zip(archive({"index": ""}), Runtime=runtime)
    with pytest.raises(LambdaMockError) as caught:
        orders.invoke()
    assert str(caught.value) == (
        f"orders can't run here: it is made for the runtime {runtime}, and only python*, nodejs* and provided.* run "
        "here. Give it a Python callable to run instead: mock.override('orders', handler); or let the test deploy it "
        "as provided.al2023, with a bootstrap that starts it."
    )


def test_a_container_image_is_named_with_the_way_out(orders: Deployed) -> None:
    orders.aws.create(PackageType="Image")
    with pytest.raises(LambdaMockError) as caught:
        orders.invoke()
    assert str(caught.value) == (
        "orders can't run here: it is made for a container image, and only python*, nodejs* and provided.* run here. "
        "Give it a Python callable to run instead: mock.override('orders', handler); or let the test deploy it as "
        "provided.al2023, with a bootstrap that starts it."
    )


# The SDK ---------------------------------------------------------------------------------------------------------


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_the_projects_own_sdk_is_what_the_runtime_brings(
    orders: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "node_modules"
    for name, text in {
        "@aws-sdk/client-lambda/index.js": "exports.name = 'the SDK, ' + require('@smithy/core').name",
        "@smithy/core/index.js": "exports.name = 'its core, ' + require('tslib').name",
        "tslib/index.js": "exports.name = 'and what that needs'",
    }.items():
        (modules / name).parent.mkdir(parents=True)
        (modules / name).write_text(text, "utf-8")
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path / "tests")
    orders.node(
        {
            "index.mjs": """
            import { createRequire } from 'node:module'
            import { name } from '@aws-sdk/client-lambda'
            const require = createRequire(import.meta.url)
            let other
            try { other = require('tslib') } catch (error) { other = error.code }
            export const handler = async () => [name, require('@aws-sdk/client-lambda').name, other]
        """
        }
    )
    sdk = "the SDK, its core, and what that needs"
    assert orders.result() == [sdk, sdk, "MODULE_NOT_FOUND"]


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_without_an_sdk_of_the_project_there_is_none(
    orders: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    orders.node("require('@aws-sdk/client-lambda')")
    payload = orders.failure()
    assert payload["errorType"] == "Runtime.ImportModuleError"
    assert payload["errorMessage"].startswith("Error: Cannot find module '@aws-sdk/client-lambda'\n")


# Extensions ------------------------------------------------------------------------------------------------------


def layer_with_extensions(orders: Deployed) -> str:
    files = {
        "extensions/agent": "#!/bin/sh\n",
        "extensions/second": "#!/bin/sh\n",
        "extensions/notes.txt": "no program",
    }
    return orders.layer(archive(files, executable=("extensions/agent", "extensions/second")))


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
@pytest.mark.parametrize("runtime", ["nodejs20.x", "python3.12"])
def test_extensions_are_named_once_for_each_function(orders: Deployed, runtime: str) -> None:
    files = {"index.js": CODE, "index.py": "def handler(event, context):\n    return 'ran'\n"}
    orders.zip(archive(files), Runtime=runtime, Layers=[layer_with_extensions(orders)])
    with pytest.warns(LambdaMockWarning) as warned:
        assert orders.result() == "ran"
    (warning,) = warned
    assert str(warning.message) == (
        "orders runs without its extensions: /opt/extensions/agent, /opt/extensions/second. lambda_mock starts no "
        "programs beside the function's runtime. To be rid of this warning leave out the layers that bring them, or "
        "ignore LambdaMockWarning."
    )
    orders.aws.configure(Timeout=5)
    assert orders.result() == "ran"


def test_a_wrapper_does_not_run_in_the_tests_own_process(orders: Deployed) -> None:
    code = "def handler(event, context):\n    return 'ran'\n"
    wrapper = {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}}
    orders.zip(archive({"index.py": code}), Environment=wrapper)
    with pytest.warns(LambdaMockWarning) as warned:
        assert orders.result() == "ran"
    (warning,) = warned
    assert str(warning.message) == (
        "orders runs without its wrapper: AWS_LAMBDA_EXEC_WRAPPER is '/opt/wrapper', and a function that runs in the "
        "test's own process has no command that it could start. With execution='process' it runs."
    )
    orders.aws.configure(Timeout=5)
    assert orders.result() == "ran"


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_a_package_has_no_extensions(orders: Deployed) -> None:
    orders.zip(archive({"index.js": CODE, "extensions/agent": "#!/bin/sh\n"}, executable=("extensions/agent",)),
               Runtime="nodejs20.x")  # fmt: skip
    assert orders.result() == "ran"
