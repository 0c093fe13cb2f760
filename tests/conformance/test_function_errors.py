"""Functions that fail: AWS answers 200 with `FunctionError`, and a payload that says what went wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer


def failure(aws: Account, **parameters: Any) -> Answer:
    """The payload of an invocation that fails; everything else about the answer is the same for every failure."""
    answer = aws.call("invoke", FunctionName="orders", **parameters)
    payload: Answer = json.loads(answer.pop("Payload").read())
    assert answer == {
        "StatusCode": 200,
        "ExecutedVersion": "$LATEST",
        "FunctionError": "Unhandled",
        "ResponseMetadata": 200,
    }
    return payload


def request_id(text: str) -> str:
    return text.split()[1]


@pytest.mark.usefixtures("execution")
def test_an_exception_of_the_handler_is_answered_with_its_stack_trace(aws: Account) -> None:
    aws.create(code='def handler(event, context):\n    raise Exception("Handler fails")\n')
    payload = failure(aws)
    assert payload == {
        "errorMessage": "Handler fails",
        "errorType": "Exception",
        "requestId": aws.UUID,
        "stackTrace": ['  File "/var/task/index.py", line 2, in handler\n    raise Exception("Handler fails")\n'],
    }
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]


def test_an_exception_of_a_callable_is_answered_alike(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", raises=KeyError("missing"))
    payload = failure(aws)
    assert (payload["errorType"], payload["errorMessage"]) == ("KeyError", "'missing'")
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]


@pytest.mark.usefixtures("execution")
def test_an_exception_without_a_message_has_an_empty_one(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    raise ValueError\n")
    payload = failure(aws)
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "")


def test_a_timeout_is_told_with_the_request(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: mock_lambda.clock.advance(2), Timeout=1)
    payload = failure(aws)
    told = payload["errorMessage"]
    assert payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id(told)} Error: Task timed out after 1.00 seconds",
    }
    assert request_id(told) == aws.UUID


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys\n\ndef handler(event, context):\n    sys.exit(0)\n", "Runtime exited without providing a reason"),
        (
            "import sys\n\ndef handler(event, context):\n    sys.exit(127)\n",
            "Runtime exited with error: exit status 127",
        ),
        (
            "import os\n\ndef handler(event, context):\n    os._exit(127)\n",
            "Runtime exited with error: exit status 127",
        ),
    ],
)
def test_a_function_that_ends_its_process_is_told_so(aws: Account, code: str, reason: str) -> None:
    aws.create(code=code)
    payload = failure(aws)
    told = payload["errorMessage"]
    assert payload == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id(told)} Error: {reason}",
    }
    assert request_id(told) == aws.UUID


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("handler", "code", "error_type", "message"),
    [
        ("index.missing", "", "Runtime.HandlerNotFound", "Handler 'missing' missing on module 'index'"),
        ("other.handler", "", "Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'"),
        (
            "index.handler",
            "import nothing",
            "Runtime.ImportModuleError",
            "Unable to import module 'index': No module named 'nothing'",
        ),
        (
            "index",
            "",
            "Runtime.MalformedHandlerName",
            "Bad handler 'index': not enough values to unpack (expected 2, got 1)",
        ),
        ("sys.handler", "", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module"),
        ("index.handler", "1 / 0", "ZeroDivisionError", "division by zero"),
    ],
)
def test_a_function_that_cannot_be_loaded_is_told_why(
    aws: Account, handler: str, code: str, error_type: str, message: str
) -> None:
    aws.create(code=code, Handler=handler)
    payload = failure(aws)
    assert (payload["errorType"], payload["errorMessage"], payload["requestId"]) == (error_type, message, "")


@pytest.mark.usefixtures("execution")
def test_a_syntax_error_is_told_with_its_line(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return )\n")
    payload = failure(aws)
    assert payload["errorType"] == "Runtime.UserCodeSyntaxError"
    assert payload["errorMessage"].startswith("Syntax error in module 'index': ")
    assert payload["errorMessage"].endswith("(index.py, line 2)")
    [place] = payload["stackTrace"]
    assert place.rstrip() == '  File "/var/task/index.py" Line 2\n        return )'


@pytest.mark.usefixtures("execution")
def test_a_result_that_is_no_json_is_told(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return {1, 2}\n")
    payload = failure(aws)
    assert payload["errorType"] == "Runtime.MarshalError"
    assert payload["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


@pytest.mark.usefixtures("execution")
def test_a_client_context_that_is_no_json_is_told(aws: Account) -> None:
    aws.create()
    payload = failure(aws, ClientContext="bm8ganNvbg==")
    assert payload["errorType"] == "Runtime.LambdaContextUnmarshalError"
    assert payload["errorMessage"].startswith("Unable to parse Client Context JSON: ")


@pytest.mark.usefixtures("execution")
def test_a_result_over_6_megabytes_is_told(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return 'x' * event\n")
    payload = failure(aws, Payload=str(6_291_556 - 1))
    assert payload == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


@pytest.mark.usefixtures("execution")
def test_a_result_of_the_limit_is_answered(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return 'x' * event\n")
    answer = aws.call("invoke", FunctionName="orders", Payload=str(6_291_556 - 2))
    assert len(answer["Payload"].read()) == 6_291_556


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from decimal import Decimal\n\ndef handler(e, c): return [Decimal('1'), Decimal('1.5')]\n", "[1, 1.5]"),
        ("def handler(e, c): return float('nan')\n", "NaN"),
        ("def handler(e, c): return 'ä'\n", '"ä"'),
        ("def handler(e, c): return b'raw'\n", "raw"),
    ],
)
def test_a_result_is_written_as_lambdas_runtime_writes_it(aws: Account, code: str, expected: str) -> None:
    aws.create(code=code)
    assert aws.result() == (expected, "$LATEST")


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("handler", "path"), [("src/app.main", "src/app.py"), ("src.app.main", "src/app.py"), ("app.main", "app.py")]
)
def test_a_handler_is_named_by_its_module_and_the_last_dot(aws: Account, handler: str, path: str) -> None:
    content = aws.package("def main(event, context):\n    return 'found'\n", path)
    aws.create(Handler=handler, Code={"ZipFile": content})
    assert aws.result() == ('"found"', "$LATEST")


@pytest.mark.usefixtures("execution")
def test_a_function_that_failed_runs_again(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return 1 / event\n")
    assert failure(aws, Payload="0")["errorType"] == "ZeroDivisionError"
    answer = aws.call("invoke", FunctionName="orders", Payload="1")
    assert ("FunctionError" in answer, answer["Payload"].read()) == (False, b"1.0")
