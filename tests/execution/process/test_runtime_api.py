"""The Runtime API: what each request of a runtime is answered, and that no mistake of one reaches somebody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.execution.process.conftest import told

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from tests.execution.conftest import Lambda

MANAGED = {
    "CapacityProviderConfig": {
        "LambdaManagedInstancesCapacityProviderConfig": {"PerExecutionEnvironmentMaxConcurrency": 2}
    }
}

Made = Callable[..., "FunctionVersion"]

OK = [202, {"status": "OK"}]
INVALID_ID = [400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}]


def not_allowed(before: str, wanted: str) -> list[object]:
    message = f"State transition from {before} to {wanted} failed for runtime. Error: State transition is not allowed"
    return [403, {"errorMessage": message, "errorType": "InvalidStateTransition"}]


def test_an_invocation_is_described_by_headers(aws: Lambda, made: Made) -> None:
    function = made(
        """
        while True:
            status, event = ask("GET", "invocation/next")
            known = {k: v for k, v in ask.headers.items() if k.startswith("Lambda") or k == "Content-Type"}
            answer(known["Lambda-Runtime-Aws-Request-Id"], [status, event, known])
        """,
        timeout=3,
    )
    seen = aws.answer(function, {"a": 1}, client_context='{\n"custom": {"é": 1}}', tenant_id="blue", qualifier="live")
    deadline = int(seen[2].pop("Lambda-Runtime-Deadline-Ms"))
    assert abs(deadline / 1000 - aws.clock.time() - 3) < 60
    trace = seen[2].pop("Lambda-Runtime-Trace-Id")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0", trace)
    context = seen[2].pop("Lambda-Runtime-Client-Context")
    assert json.loads(context.encode("latin-1")) == {"custom": {"é": 1}}
    assert seen == [
        200,
        {"a": 1},
        {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": aws.request_id,
            "Lambda-Runtime-Invoked-Function-Arn": f"{function.function_arn}:live",
            "Lambda-Runtime-Aws-Tenant-Id": "blue",
        },
    ]
    bare = aws.answer(function, 5)[2]
    assert not {"Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"} & set(bare)


def test_a_client_context_that_is_no_json_fits_into_a_header(aws: Lambda, made: Made) -> None:
    function = made("next_id() and answer(next_id(), ask.headers['Lambda-Runtime-Client-Context'])")
    assert aws.answer(function, client_context="{no\r\nX: json") == "{no X: json"


def test_an_answer_and_an_error_are_accepted(aws: Lambda, made: Made) -> None:
    function = made(
        """
        print(json.dumps(answer(next_id(), 1)))
        print(json.dumps(ask("POST", f"invocation/{next_id()}/error", '{"errorMessage": "no", "errorType": "Mine"}')))
        next_id()
        """
    )
    assert aws.answer(function) == 1
    assert aws.error(function) == {"errorMessage": "no", "errorType": "Mine"}
    assert aws.error(function)["errorType"] == "Runtime.ExitError"
    assert told(aws) == [OK, OK]


def test_an_error_without_a_body_is_made_of_its_type(aws: Lambda, made: Made) -> None:
    function = made(
        """
        ask("POST", f"invocation/{next_id()}/error", headers={"Lambda-Runtime-Function-Error-Type": "Mine.Type"})
        ask("POST", f"invocation/{next_id()}/error")
        """
    )
    assert [aws.error(function), aws.error(function)] == [{"errorType": "Mine.Type"}, {"errorType": "Unknown"}]


def test_an_error_may_tell_x_ray_its_cause_in_a_mebibyte(aws: Lambda, made: Made) -> None:
    function = made(
        """
        cause = {"Lambda-Runtime-Function-XRay-Error-Cause": "x" * (1 << 20)}
        print(json.dumps(ask("POST", f"invocation/{next_id()}/error", '{"errorType": "Mine"}', headers=cause)))
        next_id()
        """
    )
    assert aws.error(function) == {"errorType": "Mine"}
    aws.error(function)
    assert told(aws) == [OK]


@pytest.mark.parametrize("what", ["response", "error"])
def test_an_answer_for_another_invocation_is_refused(aws: Lambda, made: Made, what: str) -> None:
    function = made(
        f"""
        print(json.dumps(ask("POST", "invocation/some-id/{what}", "1")))
        mine = next_id()
        print(json.dumps(ask("POST", "invocation/another-id/{what}", "1")))
        answer(mine, "mine")
        """
    )
    assert aws.answer(function) == "mine"
    assert told(aws) == [INVALID_ID, INVALID_ID]


def test_a_second_answer_is_refused(aws: Lambda, made: Made) -> None:
    function = made(
        """
        mine = next_id()
        answer(mine, "first")
        print(json.dumps(answer(mine, "second")))
        print(json.dumps(ask("POST", f"invocation/{mine}/error", "{}")))
        answer(next_id(), "next")
        """
    )
    assert aws.answer(function) == "first"
    assert aws.answer(function, request_id="8f9c5b8e-0000-4000-8000-000000000002") == "next"
    assert told(aws) == [
        not_allowed("RuntimeResponseSentState", "InvocationResponse"),
        not_allowed("RuntimeResponseSentState", "InvocationErrorResponse"),
    ]


def test_who_asks_again_before_it_has_answered_gets_the_same_invocation(aws: Lambda, made: Made) -> None:
    function = made("first = next_id()\nanswer(next_id(), first)")
    assert aws.answer(function) == aws.request_id


def test_a_start_that_fails_is_reported_once(aws: Lambda, made: Made) -> None:
    function = made(
        """
        print(json.dumps(ask("POST", "restore/error", "{}")))
        print(json.dumps(ask("POST", "init/error", '{"errorMessage": "no", "errorType": "Mine"}')))
        """
    )
    assert aws.error(function) == {"errorMessage": "no", "errorType": "Mine"}
    assert told(aws)[0] == not_allowed("Started", "RuntimeRestoreErrorState")


def test_a_runtime_that_is_ready_has_started(aws: Lambda, made: Made) -> None:
    function = made(
        """
        mine = next_id()
        print(json.dumps(ask("POST", "init/error", "{}")))
        print(json.dumps(ask("GET", "restore/next")))
        answer(mine, "started")
        """
    )
    assert aws.answer(function) == "started"
    assert told(aws) == [not_allowed("Running", "InitError"), not_allowed("Running", "Restoring")]


def test_nothing_is_taken_from_a_runtime_whose_start_failed(aws: Lambda, made: Made) -> None:
    function = made(
        """
        ask("POST", "init/error", '{"errorType": "Mine"}')
        print(json.dumps(ask("GET", "invocation/next")))
        """
    )
    assert aws.error(function) == {"errorType": "Mine"}
    assert aws.error(function) == {"errorType": "Mine"}


def test_a_restored_runtime_goes_on_or_says_what_failed(aws: Lambda, made: Made) -> None:
    function = made("print(json.dumps(ask('GET', 'restore/next')))\nanswer(next_id(), 'restored')")
    assert aws.answer(function) == "restored"
    assert aws.runs[0][1].log.startswith("[200, null]\nSTART")
    failing = made("ask('GET', 'restore/next')\nask('POST', 'restore/error', '{\"errorType\": \"Hook\"}')", name="g")
    assert aws.error(failing) == {"errorType": "Hook"}


def test_other_paths_and_methods_are_not_the_apis(aws: Lambda, made: Made) -> None:
    function = made(
        """
        mine = next_id()
        tries = [("GET", "nothing"), ("POST", "invocation/next"), ("GET", f"invocation/{mine}/response"),
                 ("DELETE", "init/error"), ("POST", "invocation/a/b/response")]
        answer(mine, [ask(method, path, "" if method == "POST" else None)[0] for method, path in tries])
        """
    )
    assert aws.answer(function) == [404, 405, 405, 405, 404]


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [("HEAD", "", "405"), ("CONNECT", "", "405"), ("PUT", "Upgrade: websocket\\r\\nConnection: upgrade\\r\\n", "405")],
)
def test_any_method_is_answered(aws: Lambda, made: Made, method: str, more: str, status: str) -> None:
    function = made(
        f"""
        mine = next_id()
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        other = socket.create_connection((host, int(port)))
        other.sendall(f"{method} {{ROOT}}invocation/next HTTP/1.1\\r\\nHost: a\\r\\n{more}\\r\\n".encode())
        answer(mine, other.recv(1000).split()[1].decode())
        """
    )
    assert aws.answer(function) == status


@pytest.mark.parametrize(
    "garbage",
    [
        r"b'\x00\xff\r\n\r\n'",
        "b'GET / HTTP/1.1\\r\\n\\r\\n'",
        "b'POST /x HTTP/1.1\\r\\nContent-Length: no\\r\\n\\r\\n'",
    ],
)
def test_garbage_is_answered_400_and_harms_no_invocation(aws: Lambda, made: Made, garbage: str) -> None:
    function = made(
        f"""
        mine = next_id()
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        other = socket.create_connection((host, int(port)))
        other.sendall({garbage})
        said = b""
        while chunk := other.recv(1000):
            said += chunk
        answer(mine, said.split()[1].decode())
        """
    )
    assert aws.answer(function) == "400"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "GET /",
        "POST /2018-06-01/runtime/invocation/{mine}/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9\\r\\n\\r\\n1",
    ],
)
def test_who_hangs_up_in_the_middle_has_said_nothing(aws: Lambda, made: Made, sent: str) -> None:
    function = made(
        f"""
        mine = next_id()
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        other = socket.create_connection((host, int(port)))
        other.sendall(f"{sent}".encode())
        other.shutdown(socket.SHUT_WR)
        other.recv(1000)
        other.close()
        answer(mine, "whole")
        """
    )
    assert aws.answer(function) == "whole"


def test_a_runtime_may_use_a_connection_for_each_request(aws: Lambda, made: Made) -> None:
    function = made(
        """
        while True:
            asking = connect()
            ask("GET", "invocation/next", headers={"Connection": "close"}, over=asking)
            request_id = ask.headers["Lambda-Runtime-Aws-Request-Id"]
            ask("POST", f"invocation/{request_id}/response", "1", {"Connection": "close"}, connect())
        """
    )
    assert [aws.answer(function) for _ in range(5)] == [1] * 5


def test_who_asked_for_an_invocation_and_hung_up_gets_none(aws: Lambda, made: Made) -> None:
    function = made(
        """
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        while True:
            gone = socket.create_connection((host, int(port)))
            gone.sendall(f"GET {ROOT}invocation/next HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
            gone.close()
            answer(next_id(), "taken by another connection")
        """
    )
    assert {aws.answer(function) for _ in range(5)} == {"taken by another connection"}


def test_who_hung_up_between_two_invocations_keeps_none_from_who_waits(aws: Lambda, made: Made, tmp_path: Path) -> None:
    both_asked = tmp_path / "both-asked"
    function = made(
        f"""
        import pathlib
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        mine = next_id()
        gone = socket.create_connection((host, int(port)))
        answer(mine, 1)
        gone.sendall(f"GET {{ROOT}}invocation/next HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
        gone.close()
        connection.request("GET", f"{{ROOT}}invocation/next")
        pathlib.Path({str(both_asked)!r}).touch()
        response = connection.getresponse()
        response.read()
        answer(response.headers["Lambda-Runtime-Aws-Request-Id"], 2)
        """,
    )
    assert aws.answer(function) == 1
    while not both_asked.exists():
        pass
    assert aws.answer(function) == 2


def test_a_body_may_wait_for_leave_to_come(aws: Lambda, made: Made) -> None:
    function = made(
        """
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        mine = next_id()
        other = socket.create_connection((host, int(port)))
        other.sendall(f"POST {ROOT}invocation/{mine}/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 4\\r\\n"
                      "Expect: 100-continue\\r\\n\\r\\n".encode())
        leave = other.recv(1000).split()[1].decode()
        other.sendall(f'"{leave[:2]}'.encode())
        other.sendall(b'')
        other.sendall(f'{leave[2:]}"'[:1].encode())
        next_id()
        """.replace('"{leave[:2]}', '"{leave[:2]}').replace("[:1].encode", "[1:].encode")
    )
    assert aws.answer(function) == "10"


def test_an_answer_that_is_too_large_is_refused(aws: Lambda, made: Made) -> None:
    function = made(
        """
        print(json.dumps(ask("POST", f"invocation/{next_id()}/response", "x" * 6291557)))
        answer(next_id(), "small")
        """
    )
    result = aws.run(function)
    assert result.function_error == "Unhandled"
    assert result.payload == (
        b'{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",'
        b'"errorType":"Function.ResponseSizeTooLarge"}'
    )
    assert aws.answer(function) == "small"
    message = "Exceeded maximum allowed payload size (6291556 bytes)."
    assert told(aws) == [[413, {"errorMessage": message, "errorType": "RequestEntityTooLarge"}]]


def test_workers_of_one_runtime_wait_for_invocations_of_their_own(aws: Lambda, made: Made) -> None:
    function = made(
        """
        asked = {"one": threading.Event(), "two": threading.Event()}
        def work(name, other):
            own = connect()
            while True:
                own.request("GET", f"{ROOT}invocation/next")
                asked[name].set()
                asked[other].wait()
                response = own.getresponse()
                response.read()
                request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
                own.request("POST", f"{ROOT}invocation/{request_id}/response", json.dumps(name))
                own.getresponse().read()
        threading.Thread(target=work, args=["one", "two"]).start()
        work("two", "one")
        """,
        echoed=MANAGED,
    )
    assert {aws.answer(function) for _ in range(6)} == {"one", "two"}
