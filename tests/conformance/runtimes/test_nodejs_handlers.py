"""Node.js functions: where a handler is found, how it may answer, and what it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.conftest import UUID, Like
from tests.conformance.runtimes.conftest import ANY_VERSION, ONLY_HERE, Deployed, archive, dispatching, needs_node

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

pytestmark = [needs_node, pytest.mark.filterwarnings(ANY_VERSION)]

COMMON_JS = "exports.handler = async () => 'found'"
ES_MODULE = "export const handler = async () => 'found'"
# What `import` finds by name in a CommonJS module it finds by reading it, and not here.
UNSEEN_BY_IMPORT = "module['exports'] = {[`handler`]: async () => 'found'}"
TYPE_MODULE = '{"type": "module"}'


# Where a handler is found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.js": COMMON_JS}, "index.handler"),
        ({"index.cjs": COMMON_JS}, "index.handler"),
        ({"index.mjs": ES_MODULE}, "index.handler"),
        ({"index.js": ES_MODULE, "package.json": TYPE_MODULE}, "index.handler"),
        ({"index": COMMON_JS}, "index.handler"),
        ({"index/index.js": COMMON_JS}, "index.handler"),
        ({"src/deep/index.js": COMMON_JS}, "src/deep/index.handler"),
        ({"src/index.js": ES_MODULE, "src/package.json": TYPE_MODULE, "package.json": "{}"}, "src/index.handler"),
        ({"src/index.js": ES_MODULE, "package.json": TYPE_MODULE}, "src/index.handler"),
        ({"index.js": "exports.a = {b: {c: async () => 'found'}}"}, "index.a.b.c"),
        ({"index.mjs": "export const a = {b: async () => 'found'}"}, "index.a.b"),
        ({"node_modules/index/index.js": COMMON_JS}, "index.handler"),
        ({"node_modules/index.js": UNSEEN_BY_IMPORT, "package.json": TYPE_MODULE}, "node_modules/index.handler"),
        # Of several the one that needs no extension wins, then `.js`, `.mjs` and `.cjs`.
        ({"index": COMMON_JS, "index.js": "exports.handler = async () => 'hidden'"}, "index.handler"),
        ({"index.js": COMMON_JS, "index.mjs": "export const handler = async () => 'hidden'"}, "index.handler"),
        ({"index.mjs": ES_MODULE, "index.cjs": "exports.handler = async () => 'hidden'"}, "index.handler"),
    ],
)
def test_a_handler_is_found_in_its_file(orders: Deployed, files: dict[str, str], handler: str) -> None:
    orders.node(files, Handler=handler)
    assert orders.result() == "found"


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.js": COMMON_JS}, "index.handler"),
        ({"index.mjs": ES_MODULE}, "index.handler"),
        ({"index.cjs": COMMON_JS}, "index.handler"),
        ({"src/index.js": ES_MODULE, "package.json": TYPE_MODULE}, "src/index.handler"),
        ({"index.cjs": UNSEEN_BY_IMPORT}, "index.handler"),
        ({"node_modules/index/index.js": COMMON_JS}, "index.handler"),
    ],
)
def test_the_runtime_of_node_24_finds_it_too(orders: Deployed, files: dict[str, str], handler: str) -> None:
    orders.node(files, Handler=handler, Runtime="nodejs24.x")
    assert orders.result() == "found"


def test_an_es_module_may_await_at_its_top_level(orders: Deployed) -> None:
    code = "const ready = await new Promise((r) => setTimeout(r, 5, 7)); export const handler = async () => ready"
    orders.node({"index.mjs": code})
    assert orders.result() == 7


def test_a_module_is_loaded_once_and_keeps_its_state(orders: Deployed) -> None:
    orders.node("let runs = 0; exports.handler = async () => ++runs")
    assert [orders.result() for _ in range(3)] == [1, 2, 3]


def test_packages_are_found_in_the_package_and_in_layers_by_require_and_by_import(orders: Deployed) -> None:
    first = archive({"nodejs/node_modules/tools/index.js": "exports.name = 'layer'"})
    second = archive(
        {
            "nodejs/node20/node_modules/twenty/index.mjs": "export const name = 'twenty'",
            "nodejs/node20/node_modules/twenty/package.json": '{"exports": "./index.mjs"}',
        }
    )
    layers = [orders.layer(first, "one"), orders.layer(second, "two")]
    orders.node(
        {
            "index.mjs": """
                import { createRequire } from 'node:module'
                import { name as tools } from 'tools'
                import { name as twenty } from 'twenty'
                import { name as own } from 'own'
                const require = createRequire(import.meta.url)
                export const handler = async () => [tools, twenty, own, require('tools').name]
            """,
            "node_modules/own/index.js": "exports.name = 'own'",
        },
        Layers=layers,
    )
    assert orders.result() == ["layer", "twenty", "own", "layer"]


REQUIRES_AN_ES_MODULE = {
    "index.js": """
        let found
        try { found = require('./lib.mjs').name } catch (error) { found = error.code }
        exports.handler = async () => found
    """,
    "lib.mjs": "export const name = 'an ES module'",
}


@pytest.mark.parametrize(
    ("runtime", "options", "found"),
    [
        ("nodejs20.x", "", "ERR_REQUIRE_ESM"),
        ("nodejs22.x", "", "ERR_REQUIRE_ESM"),
        ("nodejs20.x", "--experimental-require-module", "an ES module"),
    ],
)
def test_es_modules_are_not_required_unless_the_function_asks_for_it(
    orders: Deployed, runtime: str, options: str, found: str
) -> None:
    variables = {"Variables": {"NODE_OPTIONS": f"--no-warnings {options}"}}
    orders.node(REQUIRES_AN_ES_MODULE, Runtime=runtime, Environment=variables)
    assert orders.result() == found


def test_memory_is_what_the_function_has(orders: Deployed) -> None:
    code = "exports.handler = async () => [require('v8').getHeapStatistics().heap_size_limit / 2 ** 20, typeof gc]"
    orders.node(code, MemorySize=200)
    limit, collector = orders.result()
    assert limit < 250
    assert collector == "function"


# How it may answer -----------------------------------------------------------------------------------------------


WAYS_TO_ANSWER: dict[str, Any] = {
    "async (event) => ({echo: event.text})": {"echo": "ä€😀"},
    "async () => {}": None,
    "async () => () => 1": None,
    "() => Promise.resolve(1)": 1,
    "() => ({then: (done) => done(1)})": 1,
    "(event, context, callback) => callback(null, event.text)": "ä€😀",
    "(event, context, callback) => { callback(null, 1); callback(null, 2) }": 1,
    "(event, context, callback) => { setTimeout(callback, 5, undefined, 1) }": 1,
    "(event, context) => context.succeed(1)": 1,
    "(event, context) => context.done(null, 1)": 1,
    "(event, context, callback) => { context.succeed(1); callback(null, 2) }": 1,
    "() => 'not waited for'": None,
    "(event, context, callback) => {}": None,
}


def test_a_handler_may_answer_in_many_ways(orders: Deployed) -> None:
    orders.node(dispatching(WAYS_TO_ANSWER))
    answers = {way: orders.result({"way": way, "text": "ä€😀"}) for way in WAYS_TO_ANSWER}
    assert answers == WAYS_TO_ANSWER


FORGETFUL = """
let runs = 0, late
exports.handler = (event, context) => {
    runs += 1
    if (late) late('too late')
    late = context.succeed
    return event.answers ? new Promise((resolve) => setTimeout(resolve, 50, runs)) : undefined
}
"""


def test_an_answer_to_an_invocation_that_has_ended_goes_nowhere(orders: Deployed) -> None:
    orders.node(FORGETFUL)
    assert [orders.result({"answers": answers}) for answers in (False, True, True)] == [None, 2, 3]


WAITS = """
let ended = false
exports.handler = (event, context, callback) => {
    setTimeout(() => { ended = true }, 50)
    context.callbackWaitsForEmptyEventLoop = event.waits
    const result = {}
    callback(null, { get ended() { return ended }, waits: context.callbackWaitsForEmptyEventLoop })
}
"""


@pytest.mark.parametrize("waits", [True, False])
def test_a_callback_waits_until_nothing_is_left_to_do_unless_it_need_not(orders: Deployed, waits: bool) -> None:  # noqa: FBT001
    orders.node(WAITS)
    assert orders.result({"waits": waits}) == {"ended": waits, "waits": waits}


def test_from_node_24_on_only_what_it_returns_counts(orders: Deployed) -> None:
    orders.node("exports.handler = (event, context) => [typeof context.succeed, event.n]", Runtime="nodejs24.x")
    assert orders.result({"n": 1}) == ["undefined", 1]


# What it is told -------------------------------------------------------------------------------------------------


CONTEXT = """
exports.handler = async (event, context) => ({
    context,
    names: Object.keys(context),
    remaining: context.getRemainingTimeInMillis(),
    trace: process.env._X_AMZN_TRACE_ID,
})
"""


def test_the_context_tells_of_the_invocation(orders: Deployed) -> None:
    orders.node(CONTEXT, Timeout=20, MemorySize=256, Publish=True)
    client_context = "eyJjdXN0b20iOiB7ImtleSI6ICLDpCJ9fQ=="
    answer = orders.invoke(Qualifier="1", ClientContext=client_context)
    told = json.loads(answer["Payload"])
    assert told.pop("remaining") in range(1, 20_001)
    assert told == {
        "context": {
            "callbackWaitsForEmptyEventLoop": True,
            "functionVersion": "1",
            "functionName": "orders",
            "memoryLimitInMB": "256",
            "logGroupName": "/aws/lambda/orders",
            "logStreamName": Like(r"\d{4}/\d\d/\d\d/\[1\][0-9a-f]{32}"),
            "clientContext": {"custom": {"key": "ä"}},
            "invokedFunctionArn": orders.aws.arn(qualifier="1"),
            "awsRequestId": UUID,
        },
        "names": [
            "callbackWaitsForEmptyEventLoop", "succeed", "fail", "done", "functionVersion", "functionName",
            "memoryLimitInMB", "logGroupName", "logStreamName", "clientContext", "identity", "invokedFunctionArn",
            "awsRequestId", "tenantId", "getRemainingTimeInMillis",
        ],
        "trace": Like("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0.*"),
    }  # fmt: skip


def test_a_context_has_no_client_context_where_none_was_sent(orders: Deployed) -> None:
    orders.node("exports.handler = async (event, context) => [typeof context.clientContext, typeof context.identity]")
    assert orders.result() == ["undefined", "undefined"]


def test_a_client_context_that_is_no_json_fails_the_invocation(orders: Deployed) -> None:
    orders.node(COMMON_JS)
    answer = orders.invoke(ClientContext="e2RhbWFnZWQ=")
    assert answer["FunctionError"] == "Unhandled"
    message = json.loads(answer["Payload"])["errorMessage"]
    assert message.startswith("Cannot parse ClientContext as json: SyntaxError:")


ENVIRONMENT = "exports.handler = async () => ({variables: process.env, folder: process.cwd()})"


def test_the_environment_is_lambdas_own(orders: Deployed) -> None:
    """Recorded in January 2026 with nodejs20.x; folders have Lambda's names in an answer, wherever they really are."""
    orders.node(ENVIRONMENT, MemorySize=1024, Environment={"Variables": {"TEST_KEY": "TEST_VAL"}})
    told = orders.result()
    assert told["folder"] == "/var/task"
    variables = {name: value for name, value in told["variables"].items() if name not in ONLY_HERE}
    assert variables == {
        "AWS_ACCESS_KEY_ID": Like("ASIA[A-Z0-9]{16}"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x",
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
        "NODE_PATH": (
            "/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task"
        ),
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PWD": "/var/task",
        "SHLVL": "0",
        "TEST_KEY": "TEST_VAL",
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": "index.handler",
        "_X_AMZN_TRACE_ID": Like("Root=.+"),
    }


def test_the_functions_own_node_path_counts(orders: Deployed) -> None:
    orders.node(
        "exports.handler = async () => process.env.NODE_PATH", Environment={"Variables": {"NODE_PATH": "/mine"}}
    )
    assert orders.result() == "/mine"


def test_globals_can_be_switched_off(orders: Deployed) -> None:
    code = "exports.handler = async () => typeof awslambda"
    orders.node(code, Environment={"Variables": {"AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA": "true"}})
    assert orders.result() == "undefined"


# What it calls ---------------------------------------------------------------------------------------------------

INVOKES_ANOTHER = """
exports.handler = async (event) => {
    const { AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_LAMBDA, AWS_REGION } = process.env
    const credential = `${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/lambda/aws4_request`
    const answer = await fetch(`${AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/${event.name}/invocations`, {
        method: 'POST',
        headers: {
            Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
        },
        body: JSON.stringify({ n: 1 }),
    })
    return [answer.status, await answer.json()]
}
"""


def test_a_call_of_the_function_finds_the_mock(orders: Deployed, mock_lambda: LambdaMock) -> None:
    """Made by hand, as the SDK makes it, which reads the same variables."""
    mock_lambda.function("stock", lambda event, context: {"received": event})
    orders.node(INVOKES_ANOTHER, Timeout=20)
    assert orders.result({"name": "stock"}) == [200, {"received": {"n": 1}}]
    assert orders.result({"name": "nowhere"})[0] == 404
    assert [run.function for run in mock_lambda.invocations] == ["stock", "orders", "orders"]
