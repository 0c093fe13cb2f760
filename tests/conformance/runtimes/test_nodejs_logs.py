"""What Node.js functions write: the lines of AWS's own runtime, as text and as JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.conformance.conftest import KNOWN_SHAPES, UUID, Like
from tests.conformance.runtimes.conftest import ANY_VERSION, Deployed, needs_node

pytestmark = [needs_node, pytest.mark.filterwarnings(ANY_VERSION)]

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ID = "[0-9a-f-]{36}"


def test_each_call_of_console_is_a_line_with_time_request_and_level(orders: Deployed) -> None:
    orders.node("""
        console.log('loading')
        exports.handler = async () => {
            for (const method of ['trace', 'debug', 'info', 'log', 'warn', 'error', 'fatal']) console[method](method, 1)
            console.log('%s has %d', 'orders', 2, {a: {b: [1]}})
            console.log()
        }
    """)
    levels = ["TRACE", "DEBUG", "INFO", "INFO", "WARN", "ERROR", "FATAL"]
    methods = ["trace", "debug", "info", "log", "warn", "error", "fatal"]
    assert orders.log() == [
        Like(rf"{MOMENT}\tundefined\tINFO\tloading"),
        *[Like(rf"{MOMENT}\t{ID}\t{level}\t{method} 1") for level, method in zip(levels, methods, strict=True)],
        Like(rf"{MOMENT}\t{ID}\tINFO\torders has 2 \{{ a: \{{ b: \[ 1 \] \}} \}}"),
        Like(rf"{MOMENT}\t{ID}\tINFO\tundefined"),
    ]


def test_a_line_names_the_request_that_it_was_written_in(orders: Deployed) -> None:
    orders.node("exports.handler = async (event, context) => { console.log('here'); return context.awsRequestId }")
    for _ in range(2):
        answer = orders.invoke(LogType="Tail")
        log = base64.b64decode(answer["LogResult"]).decode()
        assert f"\t{json.loads(answer['Payload'])}\tINFO\there\n" in log


def test_a_message_keeps_its_line_breaks(orders: Deployed) -> None:
    orders.node(r"exports.handler = async () => { console.log('one\ntwo'); process.stdout.write('raw\n') }")
    assert orders.log() == [Like(rf"{MOMENT}\t{ID}\tINFO\tone"), "two", "raw"]


def test_a_log_is_complete_however_long_it_is(orders: Deployed, mock_lambda: Any) -> None:
    orders.node("exports.handler = async () => { for (let i = 0; i < 3000; i++) console.log('x'.repeat(100)) }")
    orders.result()
    assert mock_lambda.invocations[0].log.count("\tINFO\t" + "x" * 100) == 3000


def test_what_is_written_last_is_in_the_log_when_the_process_ends(orders: Deployed) -> None:
    orders.node("exports.handler = async () => { console.log('x'.repeat(200_000), 'last words'); process.exit(1) }")
    assert any(line.endswith(" last words") for line in orders.log())


def test_the_error_that_ends_an_invocation_is_logged(orders: Deployed) -> None:
    orders.node(
        "exports.handler = async () => { throw Object.assign(new TypeError('boom'), {code: 'E1', detail: [1]}) }"
    )
    (line,) = orders.log()
    head, _, tail = line.partition("Invoke Error \t")
    assert head == Like(rf"{MOMENT}\t{ID}\tERROR\t")
    described = json.loads(tail)
    assert list(described) == ["errorType", "errorMessage", "code", "detail", "stack"]
    assert described.pop("stack")[0] == "TypeError: boom"
    assert described == {"errorType": "TypeError", "errorMessage": "boom", "code": "E1", "detail": [1]}


@pytest.mark.parametrize(
    ("dying", "title", "described"),
    [
        ("setTimeout(() => { throw new Error('late') }, 1)", "Uncaught Exception",
         {"errorType": "Error", "errorMessage": "late"}),
        ("Promise.reject('why')", "Unhandled Promise Rejection",
         {"errorType": "Runtime.UnhandledPromiseRejection", "errorMessage": "why", "reason": "why", "promise": {}}),
    ],
)  # fmt: skip
def test_the_error_that_ends_the_process_is_logged(
    orders: Deployed, dying: str, title: str, described: dict[str, Any]
) -> None:
    orders.node(f"exports.handler = async () => {{ {dying}; await new Promise((r) => setTimeout(r, 1000)) }}")
    line = next(line for line in orders.log() if title in line)
    told = json.loads(line.partition(f"\tERROR\t{title} \t")[2])
    assert told.pop("stack")[0].startswith(described["errorType"])
    assert told == described


def json_log(orders: Deployed) -> list[Any]:
    text = base64.b64decode(orders.invoke(LogType="Tail")["LogResult"]).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    return [line for line in lines if "type" not in line]


def test_a_json_log_has_an_object_for_each_call(orders: Deployed) -> None:
    orders.node(
        r"""
        exports.handler = async () => {
            console.debug('hidden')
            console.info('text\nof lines')
            console.warn({a: 1, error: new Error('inside')})
            console.error('two things', new TypeError('boom'))
            const circular = {}; circular.self = circular
            console.log(circular)
            throw new RangeError('end')
        }
        """,
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
    )
    info, warning, error, circular, end = json_log(orders)
    same = {"timestamp": Like(MOMENT), "requestId": UUID}
    assert info == {**same, "level": "INFO", "message": "text\nof lines"}
    assert warning["message"]["error"].pop("stackTrace")[0] == "Error: inside"
    assert warning == {
        **same,
        "level": "WARN",
        "message": {"a": 1, "error": {"errorType": "Error", "errorMessage": "inside"}},
    }
    assert error.pop("stackTrace")[0] == "TypeError: boom"
    assert error.pop("message").startswith("two things TypeError: boom\n    at ")
    assert error == {**same, "level": "ERROR", "errorType": "TypeError", "errorMessage": "boom"}
    assert circular == {**same, "level": "INFO", "message": "<ref *1> { self: [Circular *1] }"}
    assert end["message"].pop("stackTrace")[0] == "RangeError: end"
    assert end == {**same, "level": "ERROR", "message": {"errorType": "RangeError", "errorMessage": "end"}}


@pytest.mark.skipif("TenancyConfig" not in KNOWN_SHAPES, reason="this botocore knows no tenants")
def test_a_json_log_names_the_tenant(orders: Deployed) -> None:
    orders.node(
        "exports.handler = async (event, context) => { console.log('here'); return context.tenantId }",
        LoggingConfig={"LogFormat": "JSON"},
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"},
    )
    answer = orders.invoke(LogType="Tail", TenantId="blue")
    assert json.loads(answer["Payload"]) == "blue"
    lines = [json.loads(line) for line in base64.b64decode(answer["LogResult"]).decode().splitlines()]
    assert [line["tenantId"] for line in lines if "type" not in line] == ["blue"]
