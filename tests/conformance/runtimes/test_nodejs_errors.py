"""Node.js functions that fail: the payloads of AWS's own runtime, and what becomes of the process."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.conftest import UUID, Like
from tests.conformance.runtimes.conftest import ANY_VERSION, Deployed, dispatching, needs_node

pytestmark = [needs_node, pytest.mark.filterwarnings(ANY_VERSION)]

RELATIVE = (
    "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler "
    "names."
)
STREAMING_BOTH_WAYS = """
exports.handler = async () => {}
exports.handler[Symbol.for('aws.lambda.runtime.handler.streaming')] = 'both'
"""
UNSETTLED = (
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise "
    "that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes"
)


def told(payload: dict[str, Any]) -> tuple[str, str]:
    """Type and message of an error; its trace is there, too, and begins with them."""
    assert list(payload) == ["errorType", "errorMessage", "trace"]
    return payload["errorType"], payload["errorMessage"]


def test_an_error_has_the_trace_of_lambda(orders: Deployed) -> None:
    """Recorded in January 2026 with nodejs20.x and nodejs22.x."""
    orders.node("exports.handler = async function () {\n  throw new Error('Error: some_error_msg')\n}")
    payload = orders.failure()
    trace = payload.pop("trace")
    assert payload == {"errorType": "Error", "errorMessage": "Error: some_error_msg"}
    assert trace[0] == "Error: Error: some_error_msg"
    assert trace[1] == Like(r"    at (Runtime\.)?(exports\.)?handler \(/var/task/index\.js:2:9\)")
    assert trace[2] == Like(r"    at Runtime\.handleOnceNonStreaming \(file:///var/runtime/\w+\.mjs:\d+:\d+\)")


ERRORS = {
    "async () => { throw new TypeError('boom') }": ("TypeError", "boom"),
    "async () => { throw new (class Mine extends Error {})('boom') }": ("Error", "boom"),
    "async () => { throw Object.assign(new Error('boom'), {name: 'Mine'}) }": ("Mine", "boom"),
    "async () => { throw new Error('boom', {cause: new Error('deeper')}) }": ("Error", "boom"),
    "async () => { throw {name: 'Mine', message: 'boom', stack: 'Mine: boom'} }": ("Mine", "boom"),
    "async () => { throw 'text' }": ("string", "text"),
    "async () => { throw 7 }": ("number", "7"),
    "async () => { throw {} }": ("object", "[object Object]"),
    "() => { throw new RangeError('at once') }": ("RangeError", "at once"),
    "(event, context, callback) => callback(new Error('boom'))": ("Error", "boom"),
    "(event, context, callback) => callback('text')": ("string", "text"),
    "(event, context) => context.fail(new Error('boom'))": ("Error", "boom"),
    "(event, context) => context.fail()": ("string", "handled"),
    "(event, context) => context.done(new Error('boom'))": ("Error", "boom"),
    "async () => { const a = {}; a.a = a; return a }": ("Error", "Unable to stringify response body"),
    "async () => 10n": ("Error", "Unable to stringify response body"),
    "(event, context) => context.succeed(10n)": ("Error", "Unable to stringify response body"),
    "async () => { throw new Error('\\x7F') }": ("Error", "%7F"),
    "async () => { throw Object.assign(new Error(''), {name: '名前'}) }": ("名前", ""),
}


def test_an_error_of_the_handler_is_answered(orders: Deployed) -> None:
    orders.node(dispatching(ERRORS))
    assert {way: told(orders.failure({"way": way})) for way in ERRORS} == ERRORS


def test_a_promise_that_is_never_settled_is_an_error(orders: Deployed) -> None:
    orders.node("exports.handler = async () => { await new Promise(() => {}) }")
    assert told(orders.failure()) == ("Runtime.NodeJsExit", UNSETTLED)
    assert told(orders.failure()) == ("Runtime.NodeJsExit", UNSETTLED)


def test_a_callback_that_can_not_be_answered_with_ends_the_process(orders: Deployed) -> None:
    orders.node("let runs = 0; exports.handler = (event, context, callback) => callback(null, event.n ? 10n : ++runs)")
    assert orders.result() == 1
    assert told(orders.failure({"n": 1})) == ("Error", "Unable to stringify response body")
    assert orders.result() == 1


def test_an_error_that_can_not_be_told_is_answered_all_the_same(orders: Deployed) -> None:
    orders.node("""
        class Odd extends Error { get message() { throw new Error() } }
        exports.handler = async () => { throw new Odd() }
    """)
    assert orders.failure() == {
        "errorType": "handled",
        "errorMessage": "callback called with Error argument, but there was a problem while retrieving one or more of "
        "its message, name, and stack",
    }


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        ("async () => { throw new TypeError('boom') }", ("TypeError", "boom")),
        ("async () => 10n", ("Runtime.JSONStringifyError", "Unable to stringify response body")),
    ],
)
def test_an_error_on_node_24_is_answered(orders: Deployed, handler: str, error: tuple[str, str]) -> None:
    orders.node(f"exports.handler = {handler}", Runtime="nodejs24.x")
    assert told(orders.failure()) == error


def test_after_an_error_of_the_handler_the_environment_is_used_again(orders: Deployed) -> None:
    orders.node(
        "let runs = 0; exports.handler = async (event) => { runs += 1; if (event.fail) throw new Error(); return runs }"
    )
    orders.failure({"fail": True})
    assert orders.result() == 2


DYING = "let runs = 0; exports.handler = async (event) => { runs += 1; if (event.die) { DIE } return runs }"


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (
            "setTimeout(() => { throw new TypeError('late') }, 1); await new Promise((r) => setTimeout(r, 1000))",
            ("TypeError", "late"),
        ),
        (
            "Promise.reject(new Error('unhandled')); await new Promise((r) => setTimeout(r, 1000))",
            ("Runtime.UnhandledPromiseRejection", "Error: unhandled"),
        ),
    ],
)
def test_what_nobody_catches_is_answered_and_ends_the_process(
    orders: Deployed, how: str, error: tuple[str, str]
) -> None:
    orders.node(DYING.replace("DIE", how))
    assert orders.result() == 1
    assert told(orders.failure({"die": True})) == error
    assert orders.result() == 1


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("process.exit(0)", "Runtime exited without providing a reason"),
        ("process.exit(3)", "Runtime exited with error: exit status 3"),
        ("process.kill(process.pid, 'SIGTERM')\nawait new Promise((r) => setTimeout(r, 1000))",
         "Runtime exited with error: signal: terminated"),
    ],
)  # fmt: skip
def test_a_process_that_ends_is_told(orders: Deployed, how: str, reason: str) -> None:
    orders.node(DYING.replace("DIE", how))
    payload = orders.failure({"die": True})
    message = payload.pop("errorMessage")
    assert payload == {"errorType": "Runtime.ExitError"}
    assert message == Like(f"RequestId: [0-9a-f-]{{36}} Error: {reason}")
    assert message.split()[1] == UUID
    assert orders.result() == 1


@pytest.mark.parametrize(
    ("files", "handler", "error"),
    [
        ({"other.js": ""}, "index.handler", (
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'index'\nRequire stack:\n- /var/runtime/index.mjs",
        )),
        ({"index.js": "require('missing')"}, "index.handler", (
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'missing'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs",
        )),
        ({"index.mjs": "import 'missing'"}, "index.handler", (
            "Error", "Cannot find package 'missing' imported from /var/task/index.mjs",
        )),
        ({"index.js": "exports.handler = {"}, "index.handler", (
            "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input",
        )),
        ({"index.js": "import fs from 'node:fs'"}, "index.handler", (
            "Runtime.UserCodeSyntaxError", "SyntaxError: Cannot use import statement outside a module",
        )),
        ({"index.js": "exports.other = 1"}, "index.handler", (
            "Runtime.HandlerNotFound", "index.handler is undefined or not exported",
        )),
        ({"index.js": "exports.a = 1"}, "index.a.b.c", (
            "Runtime.HandlerNotFound", "index.a.b.c is undefined or not exported",
        )),
        ({"index.js": "exports.handler = 'text'"}, "index.handler", (
            "Runtime.HandlerNotFound", "index.handler is not a function",
        )),
        ({"index.js": ""}, "index", ("Runtime.MalformedHandlerName", "Bad handler")),
        ({"index.js": ""}, "../index.handler", (
            "Runtime.MalformedHandlerName",
            RELATIVE,
        )),
        ({"index.js": "throw new RangeError('at its start')"}, "index.handler", ("RangeError", "at its start")),
        ({"index.js": "Promise.reject(new Error('early')); exports.handler = async () => 1"}, "index.handler", (
            "Runtime.UnhandledPromiseRejection", "Error: early",
        )),
        ({"index.js": STREAMING_BOTH_WAYS}, "index.handler", (
            "Runtime.MalformedStreamingHandler", "Only response streaming is supported.",
        )),
    ],
)  # fmt: skip
def test_what_can_not_be_loaded_is_answered(
    orders: Deployed, files: dict[str, str], handler: str, error: tuple[str, str]
) -> None:
    orders.node(files, Handler=handler)
    assert told(orders.failure()) == error
    assert told(orders.failure()) == error


def test_a_damaged_package_json_is_named_in_the_log(orders: Deployed) -> None:
    orders.node({"index.js": "exports.handler = async () => 1", "package.json": "{damaged"})
    warning = "/var/task/package.json cannot be read, it will be ignored for ES module detection purposes."
    assert any(warning in line for line in orders.log())
    error, message = told(orders.failure())
    assert (error, message.partition(": ")[0]) == ("Runtime.UserCodeSyntaxError", "SyntaxError")


def test_node_24_has_no_handlers_with_a_callback(orders: Deployed) -> None:
    orders.node("exports.handler = (event, context, callback) => callback(null, 1)", Runtime="nodejs24.x")
    error, message = told(orders.failure())
    assert error == "Runtime.CallbackHandlerDeprecated"
    assert message.startswith(
        "ERROR: AWS Lambda has removed support for callback-based function handlers starting with"
    )


def test_a_promise_that_is_never_settled_ends_node_24(orders: Deployed) -> None:
    orders.node("exports.handler = async () => { await new Promise(() => {}) }", Runtime="nodejs24.x")
    payload = orders.failure()
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 13")
