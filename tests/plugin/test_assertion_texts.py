"""What pytest prints when an assertion about records fails: short, with `-v`, with colours, and without the plugin."""

from __future__ import annotations

import re
import sys

import pytest

from lambda_mock import assertion_texts

TESTS = """
import json, re
from unittest.mock import ANY
import pytest
from lambda_mock import mock_lambda, partial

WANTED = {"item": "honey", "order": {"id": 7, "customer": {"name": "Ada", "age": ANY}}, "lines": [1, 2, 3]}

@pytest.fixture
def shop(mock_lambda, lambda_client):
    mock_lambda.function("orders", returns=None, Publish=True)
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    found = {**WANTED, "order": {"id": 8, "customer": {"name": "Ada", "age": 36}}}
    for qualifier in ("live", "1"):
        lambda_client.invoke(FunctionName="orders", Qualifier=qualifier, Payload=json.dumps(found))
    return mock_lambda

def test_event(shop):
    shop.invocations.assert_invoked("orders:live", payload=WANTED)

def test_list(shop):
    assert shop.invocations == ["orders:live", {"qualifier": "live", "payload": ANY}]

def test_more(shop):
    assert shop.calls == ["CreateAlias", "Invoke"]

def test_fewer(shop):
    assert ["CreateAlias", "Invoke", "Invoke", {"operation": "DeleteAlias"}, "Invoke"] == shop.calls

def test_other(shop):
    assert shop.calls.filter(operation="CreateAlias") == [7]

class Late:
    "Equal as soon as it has been compared once."
    was_compared = False

    def __eq__(self, other):
        was_compared, self.was_compared = self.was_compared, True
        return was_compared

def test_late(shop):
    assert shop.calls == ["CreateAlias", "Invoke", Late()]

def test_part(shop):
    assert shop.invocations.last.event == partial({"order": {"id": 7}})

def test_part_first(shop):
    assert partial({"order": {"id": 7}}) == shop.invocations.last.event

def test_in(shop):
    assert {"operation": "Invoke", "qualifier": "$LATEST"} in shop.calls

def test_none_of_ours(shop):
    assert [1] == [2]

def test_another_comparison(shop):
    assert shop.calls != ["CreateAlias", "Invoke", "Invoke"]
"""
EXPECTED = (
    "Expected: at least one invocation with function='orders', qualifier='live', payload={'item': 'honey', 'order': "
    "{'id': 7, 'customer': {'name': 'Ada', 'age': <ANY>}}, 'lines': [1, 2, 3]}\nFound:    none among 2\n"
)
EVENT = """\
Nearest (- expected, + found):
  #1  orders:live on version 1 with {"item": "honey", "order": {"id": 8, "customer": {"name": "Ada", "age": 36}}, "l…
        payload={
          'order': {
      -     'id': 7,
      ?           ^
      +     'id': 8,
      ?           ^
            … and 1 equal
          },
          … and 2 equal
        }
  #2  orders:1 with {"item": "honey", "order": {"id": 8, "customer": {"name": "Ada", "age": 36}}, "l…
      - qualifier='live'
      ?            ^^^^
      + qualifier='1'
      ?            ^
        payload={
          'order': {
      -     'id': 7,
      ?           ^
      +     'id': 8,
      ?           ^
            … and 1 equal
          },
          … and 2 equal
        }
Use -v to see more.
"""
WHOLE_EVENT = """\
        payload={
          'item': 'honey',
          'order': {
      -     'id': 7,
      ?           ^
      +     'id': 8,
      ?           ^
            'customer': {
              'name': 'Ada',
              'age': 36,
            },
          },
          'lines': [
            1,
            2,
            3,
          ],
        }
"""


@pytest.fixture(autouse=True)
def _at_somebodys_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)


def printed(pytester: pytest.Pytester, *arguments: str, tests: str = TESTS) -> dict[str, str]:
    """By the test's name: the lines marked with E, without that mark."""
    pytester.makepyfile(tests)
    text = str(pytester.runpytest_inprocess("-p", "no:randomly", *arguments).stdout)
    parts = re.split(r"^_{3,} (\w+) _{3,}$", text.partition("= short test summary")[0], flags=re.MULTILINE)
    return {
        name: "".join(re.findall(r"^E {7}?(.*\n)", part, re.MULTILINE)).removeprefix("AssertionError: ")
        for name, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_a_failed_assertion_is_told_in_short_and_in_the_style_of_pytest(pytester: pytest.Pytester) -> None:
    texts = printed(pytester, "-q")
    told = {
        name: text.partition("\n  \n")[2].removesuffix("  Use -v to get more diff\n") for name, text in texts.items()
    }
    assert texts["test_event"] == EXPECTED + EVENT
    assert told["test_list"] == (
        '  At index 1 is orders:1 with {"item": "honey", "order": {"id": 8, '
        '"customer": {"name": "Ada", "age": 36}}, "l…\n'
        "  - qualifier='live'\n  ?            ^^^^\n  + qualifier='1'\n  ?            ^\n"
    )
    assert texts["test_list"].startswith("assert <mock.invocations: 2 | orders… == ['orders:live', {'qualifier':…\n")
    assert told["test_more"] == "  There is 1 more, first: Invoke orders:1\n"
    assert told["test_fewer"] == "  There are 2 missing, first: {'operation': 'DeleteAlias'}\n"
    assert told["test_other"].startswith(
        "  At index 0 is CreateAlias orders:live\n  - 7\n  + Call(operation='CreateAlias', "
    )
    assert told["test_late"] == (
        "  By now both are equal: what was missing was recorded after they had been compared.\n"
    )
    part = "    {\n      'order': {\n  -     'id': 7,\n  ?           ^\n  +     'id': 8,\n"
    assert told["test_part"].startswith(part)
    assert told["test_part_first"].startswith(part)
    assert told["test_in"].splitlines()[:4] == [
        "  Expected: at least one call with operation='Invoke', qualifier='$LATEST'",
        "  Found:    none among 3",
        "  No call has qualifier='$LATEST'. There are: '1', 'live'",
        "  Nearest (- expected, + found):",
    ]
    assert texts["test_another_comparison"].startswith("assert <mock.calls: 3 | CreateAlias orders:live | Invoke")
    assert told["test_none_of_ours"] == "  At index 0 diff: 1 != 2\n"


def test_a_failed_assertion_is_told_in_full_where_that_is_asked_for(pytester: pytest.Pytester) -> None:
    texts = printed(pytester, "-vv")
    assert texts["test_event"].startswith(EXPECTED)
    assert texts["test_event"].count(WHOLE_EVENT) == 2
    assert "Use -v" not in texts["test_event"]
    assert texts["test_fewer"].partition("Full diff (- expected, + found):\n")[2] == (
        "    [\n"
        "      {\n        'operation': 'CreateAlias',\n      },\n"
        "      {\n        'operation': 'Invoke',\n      },\n"
        "      {\n        'operation': 'Invoke',\n      },\n"
        "  -   {\n  -     'operation': 'DeleteAlias',\n  -   },\n"
        "  -   'Invoke',\n"
        "    ]\n"
    )
    assert texts["test_more"].endswith("    ]\n")
    assert "  +   {\n  +     'operation': 'Invoke',\n  +   },\n" in texts["test_more"]
    assert texts["test_part"].endswith("  ?           ^\n      },\n    }\n")


LONG = """
def test_it(mock_lambda, lambda_client):
    mock_lambda.function("orders", returns=None)
    lambda_client.invoke(FunctionName="orders", Payload='"' + 2000 * "a" + 'b"')
    mock_lambda.invocations.assert_invoked("orders", payload=2000 * "a" + "c")
"""


@pytest.mark.parametrize(
    ("arguments", "found", "hint"),
    [
        ([], f"      + payload=…{50 * 'a'}b'", "Use -v to see more."),
        (["-v"], f"      + payload=…{500 * 'a'}b'", "Use -vv to see more."),
        (["-vv"], f"      + payload='{2000 * 'a'}b'", f"      + payload='{2000 * 'a'}b'"),
    ],
    ids=["short", "longer", "whole"],
)
def test_two_long_texts_are_shown_where_they_differ(
    pytester: pytest.Pytester, arguments: list[str], found: str, hint: str
) -> None:
    lines = printed(pytester, *arguments, tests=LONG)["test_it"].splitlines()
    assert found in lines
    assert lines[-1] == hint


def test_where_ci_runs_the_tests_they_tell_as_much_as_with_v(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert f"      + payload=…{500 * 'a'}b'" in printed(pytester, tests=LONG)["test_it"].splitlines()


def test_a_diff_has_the_colours_of_pytest(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pygments", reason="without it pytest has no colours for diffs")
    pytester.makepyfile(TESTS)
    text = str(pytester.runpytest_inprocess("--color=yes", "-k", "event or list").stdout)
    assert re.findall(r"E {13}(\x1b\[\S+)-     'id': 7,\x1b", text)
    assert re.findall(r"E {9}(\x1b\[\S+)- qualifier='live'\x1b", text)


def test_without_a_terminal_there_are_no_colours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess("-p", "no:terminal", "--junit-xml=report.xml", "-k", "event")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "\nE             -     'id': 7,\n" in (pytester.path / "report.xml").read_text("utf-8")


def test_a_run_that_has_loaded_nothing_of_ours_is_asked_about_no_comparison(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "lambda_mock.matchers")
    monkeypatch.setattr(assertion_texts, "explain", None)
    assert printed(pytester, tests="def test_it():\n    assert [1] == [2]")["test_it"].startswith("assert [1] == [2]")


def test_without_the_plugin_an_assertion_tells_the_same(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
from lambda_mock import mock_lambda

@mock_lambda
def test_it():
    import lambda_mock
    mock = lambda_mock.current()
    mock.function("orders", returns=None)
    mock.invocations.assert_invoked("orders")
    """)
    result = pytester.runpytest_inprocess("-p", "no:lambda_mock")
    result.stdout.fnmatch_lines(
        [
            ">   *mock.invocations.assert_invoked(*",
            "E   *AssertionError: Expected: at least one invocation with function='orders'",
            "E   *Found:    none: there was no invocation at all",
        ]
    )
