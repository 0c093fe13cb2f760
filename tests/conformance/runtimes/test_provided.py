"""provided.*: the package's own `bootstrap`, or a layer's, is the runtime."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import pytest

from tests.conformance.conftest import Like
from tests.conformance.runtimes.conftest import ONLY_HERE, Deployed, archive

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no bootstrap for Windows on Lambda")

PYTHON = (
    f"#!{sys.executable}\n"
    """
import http.client, json, os, sys

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
BASE = "/2018-06-01/runtime"

def ask(method, path, body=None, headers={}):
    api.request(method, BASE + path, body, headers)
    answer = api.getresponse()
    return answer.read(), dict(answer.headers)

def start():
    START
start()
runs = 0
while True:
    event, headers = ask("GET", "/invocation/next")
    event, runs = json.loads(event), runs + 1
    what, result, more = HANDLER(event)
    ask("POST", f"/invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/{what}", json.dumps(result), more)
"""
)

# As in AWS's tutorial, but without curl: bash speaks TCP by itself.
BASH = r"""#!/bin/bash
set -euo pipefail
api=${AWS_LAMBDA_RUNTIME_API/://}
while true; do
    exec 3<>"/dev/tcp/$api"
    printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: lambda\r\nConnection: close\r\n\r\n' >&3
    length=0 id=
    while IFS=': ' read -r name value <&3; do
        value=${value%$'\r'}
        case ${name,,} in
            content-length) length=$value ;;
            lambda-runtime-aws-request-id) id=$value ;;
            $'\r') break ;;
        esac
    done
    IFS= read -r -N "$length" event <&3
    exec 3>&-
    echo "handling $event" >&2
    answer="{\"handler\": \"$_HANDLER\", \"event\": $event}"
    exec 3<>"/dev/tcp/$api"
    printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\n' "$id" >&3
    printf 'Host: lambda\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' "${#answer}" "$answer" >&3
    cat <&3 >/dev/null
    exec 3>&-
done
"""


def python(handler: str = 'lambda event: ("response", event, {})', start: str = "pass") -> str:
    return PYTHON.replace("HANDLER", f"({handler})").replace("START", start)


def deploy(orders: Deployed, bootstrap: str | bytes, **members: Any) -> None:
    orders.zip(
        archive({"bootstrap": bootstrap}, executable=("bootstrap",)), **{"Runtime": "provided.al2023", **members}
    )


@pytest.mark.parametrize("runtime", ["provided.al2023", "provided.al2"])
def test_the_packages_bootstrap_is_the_runtime(orders: Deployed, runtime: str) -> None:
    deploy(orders, python('lambda event: ("response", [event, runs], {})'), Runtime=runtime)
    assert orders.result({"n": 1}) == [{"n": 1}, 1]
    assert orders.result() == [{}, 2]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_bootstrap_may_be_a_shell_script(orders: Deployed) -> None:
    deploy(orders, BASH, Handler="function.handler")
    assert orders.result({"n": 1}) == {"handler": "function.handler", "event": {"n": 1}}
    assert orders.log({"n": 2}) == ['handling {"n": 2}']


def test_a_layer_may_bring_the_bootstrap(orders: Deployed) -> None:
    layer = orders.layer(archive({"bootstrap": python()}, executable=("bootstrap",)))
    orders.zip(archive({"function.txt": "no program"}), Runtime="provided.al2023", Layers=[layer])
    assert orders.result({"n": 1}) == {"n": 1}


def test_the_packages_bootstrap_comes_before_a_layers(orders: Deployed) -> None:
    layer = orders.layer(archive({"bootstrap": "not this one"}, executable=("bootstrap",)))
    deploy(orders, python(), Layers=[layer])
    assert orders.result({"n": 1}) == {"n": 1}


def test_the_environment_is_lambdas_own(orders: Deployed) -> None:
    """Recorded in January 2026; unlike Lambda's own runtimes this one isn't told PWD, SHLVL and AWS_EXECUTION_ENV."""
    start = "global told; told = [dict(os.environ), os.getcwd(), sys.argv]"
    deploy(
        orders,
        python('lambda event: ("response", told, {})', start),
        Handler="function.handler",
        MemorySize=1024,
        Environment={"Variables": {"TEST_KEY": "TEST_VAL"}},
    )
    variables, folder, arguments = orders.result()
    assert (folder, arguments) == ("/var/task", ["/var/task/bootstrap"])
    # Python adds a variable of its own where the locale isn't there.
    assert {name: value for name, value in variables.items() if name not in {"LC_CTYPE", *ONLY_HERE}} == {
        "AWS_ACCESS_KEY_ID": Like("ASIA[A-Z0-9]{16}"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_NAME": "orders",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
        "AWS_LAMBDA_LOG_STREAM_NAME": Like(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}"),
        "AWS_LAMBDA_RUNTIME_API": Like(r"127\.0\.0\.1:\d+"),
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": Like(".+"),
        "AWS_SESSION_TOKEN": Like(".+"),
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": (
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
        ),
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "TEST_KEY": "TEST_VAL",
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": "function.handler",
    }


def test_an_error_is_answered_as_the_runtime_told_it(orders: Deployed) -> None:
    """Recorded in November 2025 with a runtime in Go, and in January 2026 with one in Rust."""
    error = {"errorMessage": "Error: some_error_msg", "errorType": "errorString"}
    deploy(orders, python(f'lambda event: ("error", {error!r}, {{}})'))
    assert orders.failure() == error
    assert orders.failure() == error


def test_an_error_without_a_body_has_the_type_of_its_header(orders: Deployed) -> None:
    post = 'ask("POST", "/init/error", b"", {"Lambda-Runtime-Function-Error-Type": "Custom.Broken"}); sys.exit(1)'
    deploy(orders, python(start=post))
    assert orders.failure()["errorType"] == "Custom.Broken"


# A bootstrap that can't be started -------------------------------------------------------------------------------


def invalid(reason: str) -> dict[str, Any]:
    return {"errorType": "Runtime.InvalidEntrypoint", "errorMessage": Like(rf"RequestId: {ID} Error: {reason}")}


ID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("files", "executable", "reason"),
    [
        ({"main": "#!/bin/sh"}, ("main",),
         r"Couldn't find valid bootstrap\(s\): \[/var/task/bootstrap /opt/bootstrap\]"),
        ({"bootstrap/main": "#!/bin/sh"}, ("bootstrap/main",),
         r"Couldn't find valid bootstrap\(s\): \[/var/task/bootstrap /opt/bootstrap\]"),
        ({"bootstrap": "#!/bin/sh"}, (), "fork/exec /var/task/bootstrap: permission denied"),
        ({"bootstrap": "no program"}, ("bootstrap",), "fork/exec /var/task/bootstrap: exec format error"),
        ({"bootstrap": b"\x7fELF damaged"}, ("bootstrap",), "fork/exec /var/task/bootstrap: exec format error"),
        ({"bootstrap": "#!/no/such/shell\n"}, ("bootstrap",),
         "fork/exec /var/task/bootstrap: no such file or directory"),
        ({"bootstrap": "#!/bin/sh\r\nexit\r\n"}, ("bootstrap",),
         "fork/exec /var/task/bootstrap: no such file or directory"),
    ],
)  # fmt: skip
def test_a_bootstrap_that_can_not_be_started_is_told(
    orders: Deployed, files: dict[str, str | bytes], executable: tuple[str, ...], reason: str
) -> None:
    orders.zip(archive(files, executable=executable), Runtime="provided.al2023")
    told = [orders.failure(), orders.failure()]
    assert told == [invalid(reason), invalid(reason)]
    assert told[0] != told[1]  # each names its own request


def test_the_log_tells_of_it(orders: Deployed) -> None:
    orders.zip(archive({"bootstrap": "#!/bin/sh"}), Runtime="provided.al2023")
    assert orders.log() == [
        Like(f"RequestId: {ID} Error: fork/exec /var/task/bootstrap: permission denied"),
        "Runtime.InvalidEntrypoint",
    ]


def test_a_layers_bootstrap_is_named_by_its_place(orders: Deployed) -> None:
    layer = orders.layer(archive({"bootstrap": "no program"}, executable=("bootstrap",)))
    orders.zip(archive({"function.txt": ""}), Runtime="provided.al2023", Layers=[layer])
    assert orders.failure() == invalid("fork/exec /opt/bootstrap: exec format error")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 0", "without providing a reason"),
        ("exit 7", "with error: exit status 7"),
        ("kill -9 $$", "with error: signal: killed"),
    ],
)
def test_a_bootstrap_that_ends_at_once_is_told(orders: Deployed, script: str, reason: str) -> None:
    deploy(orders, f"#!/bin/sh\necho 'last words' >&2\n{script}\n")
    assert orders.failure() == {
        "errorType": "Runtime.ExitError",
        "errorMessage": Like(f"RequestId: {ID} Error: Runtime exited {reason}"),
    }
    assert "last words" in orders.log()


def test_a_fixed_bootstrap_runs(orders: Deployed) -> None:
    orders.zip(archive({"bootstrap": python()}), Runtime="provided.al2023")
    orders.failure()
    fixed = archive({"bootstrap": python()}, executable=("bootstrap",))
    orders.aws.call("update_function_code", FunctionName="orders", ZipFile=fixed)
    assert orders.result({"n": 1}) == {"n": 1}


# A wrapper isn't for these runtimes ------------------------------------------------------------------------------


def test_a_wrapper_is_left_to_the_bootstrap(orders: Deployed) -> None:
    wrapper = {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/missing"}}
    deploy(orders, python('lambda event: ("response", os.environ["AWS_LAMBDA_EXEC_WRAPPER"], {})'), Environment=wrapper)
    assert orders.result() == "/var/task/missing"
