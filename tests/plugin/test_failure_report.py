"""What pytest prints about Lambda when a test fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.failure_report import sections

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

RELEASE = """
import boto3, pytest, unittest
from lambda_mock import current, mock_lambda

def release():
    client = boto3.client("lambda")
    current().function("orders", returns="ok")
    client.publish_version(FunctionName="orders")
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    client.invoke(FunctionName="orders", Qualifier="live")

"""


def report(pytester: pytest.Pytester, body: str, *arguments: str, **outcomes: int) -> str:
    pytester.makepyfile(RELEASE + body)
    result = pytester.runpytest_inprocess(*arguments)
    result.assert_outcomes(**outcomes)
    return str(result.stdout)


def test_a_failed_test_shows_its_seed_what_was_deployed_and_the_calls(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "@pytest.mark.lambda_mock(seed=42)\ndef test_it(mock_lambda):\n    release()\n    assert False",
        failed=1,
    )
    section = text.partition("- Lambda -")[2].splitlines()[1:]
    assert section[:3] == ["seed 42 · us-east-1 · account 123456789012", "", "us-east-1 · account 123456789012"]
    assert section[3].startswith("╭─ orders ─")
    assert section[4].startswith("│  live ───────▶ 1 ")
    calls = ["  #1  PublishVersion orders", "  #2  CreateAlias orders:live", "  #3  Invoke orders:live"]
    assert section[7:12] == ["", "What happened:", *calls]
    assert re.fullmatch(r' {6}└─ version 1 · \d+\.\d ms · {} → "ok"', section[12])


def test_a_test_that_passes_shows_nothing(pytester: pytest.Pytester) -> None:
    assert "- Lambda -" not in report(pytester, "def test_it(mock_lambda):\n    release()", "-rA", passed=1)


def test_a_test_without_a_mock_shows_nothing(pytester: pytest.Pytester) -> None:
    assert "- Lambda -" not in report(pytester, "def test_it():\n    assert False", failed=1)


@pytest.mark.parametrize(
    "body",
    [
        "def test_it(mock_lambda):\n    release()\n    assert False",
        "@mock_lambda\ndef test_it():\n    release()\n    assert False",
        "def test_it():\n    with mock_lambda() as mock:\n        release()\n    assert False",
        "@mock_lambda\nclass TestIt:\n    def test_it(self):\n        release()\n        assert False",
        "@mock_lambda\nclass It(unittest.TestCase):\n    def test_it(self):\n        release()\n        assert False",
        "@mock_lambda\nclass Case(unittest.TestCase):\n    def test_it(self):\n        release()\n        self.fail()",
        "@pytest.fixture\n@mock_lambda\ndef mocked():\n    yield\n\ndef test(mocked):\n    release()\n    assert 0",
    ],
)
def test_the_mock_is_found_whichever_way_it_came_in(pytester: pytest.Pytester, body: str) -> None:
    text = report(pytester, body, failed=1)
    assert text.count("- Lambda -") == 1
    assert "  #3  Invoke orders:live" in text


def test_an_error_in_the_set_up_and_one_in_the_tear_down_are_reported_too(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        """
@pytest.fixture
def before(mock_lambda):
    release()
    assert False

@pytest.fixture
def after(mock_lambda):
    yield
    assert False

def test_before(before):
    pass

def test_after(after):
    release()
""",
        passed=1,
        errors=2,
    )
    assert text.count("  #3  Invoke orders:live") == 2


def test_calls_of_one_kind_are_one_line(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def test_it(mock_lambda, lambda_client):\n"
        "    for number in range(30):\n"
        "        lambda_client.list_functions()\n"
        "    assert False",
        failed=1,
    )
    assert "What happened:\n  #1 to #30  ListFunctions, 30 times\n" in text


def test_events_that_wait_and_what_was_delivered_are_shown(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "@pytest.mark.lambda_mock(async_mode='manual')\n"
        "def test_it(mock_lambda, lambda_client):\n"
        "    queue = 'arn:aws:sqs:us-east-1:123456789012:dead'\n"
        "    mock_lambda.function('f', raises=ValueError, DeadLetterConfig={'TargetArn': queue})\n"
        "    lambda_client.invoke(FunctionName='f', InvocationType='Event')\n"
        "    mock_lambda.drain()\n"
        "    lambda_client.invoke(FunctionName='f', InvocationType='Event')\n"
        "    assert False",
        failed=1,
    )
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert f"Events that wait for mock.drain():\n  1 for {arn}\n" in text
    sent = "dead letter of f:$LATEST (RetriesExhausted) to arn:aws:sqs:us-east-1:123456789012:dead"
    assert f"Deliveries:\n  #1  {sent}\n" in text


def test_a_function_that_failed_shows_where(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def test_it(mock_lambda, lambda_client):\n"
        "    mock_lambda.function('f', lambda event, context: event['honey'])\n"
        "    lambda_client.invoke(FunctionName='f')\n"
        "    assert False",
        failed=1,
    )
    shown = text.partition("What happened:\n")[2].splitlines()
    assert shown[0] == "  #1  Invoke f"
    assert re.fullmatch(r" {6}└─ \$LATEST · \d+\.\d ms · {} ✗ KeyError: 'honey'", shown[1])
    assert re.fullmatch(r' {11}File ".*\.py", line \d+, in <lambda>', shown[2])
    assert shown[3] == "             mock_lambda.function('f', lambda event, context: event['honey'])"


def test_a_test_that_called_nothing_says_so(pytester: pytest.Pytester) -> None:
    text = report(pytester, "def test_it(mock_lambda):\n    assert False", failed=1)
    assert "Nothing is deployed: there are no functions.\n\nNothing was called, and nothing ran.\n" in text


def test_a_large_picture_is_cut(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def test_it(mock_lambda):\n"
        "    for number in range(40):\n"
        "        mock_lambda.function(f'f{number}', returns=1)\n"
        "    assert False",
        failed=1,
    )
    assert "… and 61 more lines: mock.describe()" in text


def test_each_of_several_mocks_has_its_section(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def test_it(lambda_client):\n    with mock_lambda(seed=5) as inner:\n        assert False",
        failed=1,
    )
    inner, outer = text.index("- Lambda (1 of 2 mocks) -"), text.index("- Lambda (2 of 2 mocks) -")
    assert inner < text.index("seed 5 ·") < outer < text.index("seed 0 ·")


def test_a_wrong_use_is_shown_where_the_test_made_it(pytester: pytest.Pytester) -> None:
    text = report(pytester, "def test_it(mock_lambda):\n    mock_lambda.function('f', returns=1, Timout=3)", failed=1)
    assert "Did you mean 'Timeout'" in text
    assert "deployment.py" not in text


def test_what_is_not_built_is_shown_where_the_test_asked_for_it(pytester: pytest.Pytester) -> None:
    body = (
        "def test_it(mock_lambda, lambda_client, monkeypatch):\n"
        "    from lambda_mock.operations.registry import OPERATIONS\n"
        "    monkeypatch.delitem(OPERATIONS, 'ListAliases')\n"
        "    lambda_client.list_aliases(FunctionName='orders')"
    )
    short = report(pytester, body, failed=1)
    assert "doesn't do ListAliases yet" in short
    assert "client.py" not in short
    assert "service.py" not in short
    whole = report(pytester, body, "--full-trace", failed=1)
    assert "client.py" in whole
    assert "service.py" in whole


def test_what_a_function_of_the_test_did_wrong_is_shown_where_it_did(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def handler(event, context):\n    current().fail('Invok', 'ServiceException')\n\n"
        "def test_it(mock_lambda, lambda_client):\n"
        "    mock_lambda.function('f', handler)\n"
        "    lambda_client.invoke(FunctionName='f')",
        failed=1,
    )
    assert "    current().fail('Invok', 'ServiceException')" in text
    assert "    lambda_client.invoke(FunctionName='f')" in text
    assert "inline.py" not in text


def test_an_option_that_can_not_be_is_told_without_what_noticed_it(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "@pytest.mark.lambda_mock(limits={'layer': 6})\ndef test_it(mock_lambda):\n    pass",
        errors=1,
    )
    assert "Did you mean 'layers'" in text
    assert "config.py" not in text
    assert "fixtures.py" not in text


def test_a_fixture_that_configures_what_can_not_be_is_told_where_pytest_called_us(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        """
@pytest.fixture
def lambda_mock_config():
    return {"sed": 7}

def test_it(mock_lambda):
    pass
""",
        *("-p", "no:asyncio"),
        errors=1,
    )
    assert re.findall(r"^>  .*", text, re.MULTILINE) == [
        ">       with LambdaMock(_config_of(request, lambda_mock_config)) as mock:"
    ]
    assert "Did you mean 'seed'" in text


def test_of_many_deliveries_the_last_are_told_by_their_numbers(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", returns=1)
    sent = {"OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:123456789012:sent"}}
    lambda_client.put_function_event_invoke_config(FunctionName="orders", DestinationConfig=sent)
    for _ in range(12):
        lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    [(_, text)] = sections([mock_lambda])
    lines = text.partition("The last 10 of 12 deliveries:\n")[2].splitlines()
    assert [line.partition("  destination of orders:$LATEST (Success)")[0] for line in lines] == [
        f"  #{number}" for number in range(3, 13)
    ]


def test_what_aws_refuses_at_a_deployment_is_told_once(pytester: pytest.Pytester) -> None:
    text = report(
        pytester, "def test_it(mock_lambda):\n    mock_lambda.function('f', returns=1, Timeout=3000)", failed=1
    )
    assert "AWS refuses it with ValidationException" in text
    assert "direct cause" not in text


def test_a_function_of_a_folder_shows_the_file_in_it(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("orders")
    (folder / "app.py").write_text("def handler(event, context):\n    return event['item']\n", "utf-8")
    text = report(
        pytester,
        "def test_it(mock_lambda, lambda_client):\n"
        "    mock_lambda.deploy('orders', 'orders', Publish=True)\n"
        "    lambda_client.invoke(FunctionName='orders:1')\n"
        "    mock_lambda.deploy('orders', 'gone')\n"
        "    lambda_client.invoke(FunctionName='gone')\n"
        "    lambda_client.delete_function(FunctionName='gone')\n"
        "    assert False",
        failed=1,
    )
    assert "version 1 · " in text
    assert text.count('           File "orders/app.py", line 2, in handler\n') == 1
    # Nobody knows any longer what it was made of.
    assert text.count('           File "/var/task/app.py", line 2, in handler\n') == 1


def test_what_was_ordered_to_fail_and_did_not_is_told(pytester: pytest.Pytester) -> None:
    text = report(
        pytester,
        "def test_it(mock_lambda):\n"
        "    mock_lambda.function('orders', returns=1)\n"
        "    mock_lambda.fail('Invoke', 'ServiceException', function='order:live')\n"
        "    assert False",
        failed=1,
    )
    assert "Ordered to fail, and not met yet:\n  Invoke order:live → ServiceException\n" in text
