"""What an answer of a function says about its batch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_mock.execution.executor import InvocationResult
from lambda_mock.polling.outcome import failures

ALL = ("one", "two", "three")


def failed(answer: Any, *, error: str | None = None, reports: bool = True) -> set[str]:
    payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    result = InvocationResult(payload=payload, function_error=error, log="", duration=1.0)
    settings = {"FunctionResponseTypes": ["ReportBatchItemFailures"] if reports else []}
    return set(failures(result, settings, ALL))


@pytest.mark.parametrize(
    "answer",
    [None, {}, [], "", {"batchItemFailures": []}, {"batchItemFailures": None}, {"statusCode": 200}],
    ids=json.dumps,
)
def test_an_answer_that_names_nothing_is_the_success_of_all(answer: Any) -> None:
    assert failed(answer) == set()


def test_an_answer_may_name_what_has_failed() -> None:
    assert failed({"batchItemFailures": [{"itemIdentifier": "three"}, {"itemIdentifier": "one"}]}) == {"one", "three"}


def test_what_is_named_twice_has_failed_once() -> None:
    assert failed({"batchItemFailures": [{"itemIdentifier": "two"}, {"itemIdentifier": "two"}]}) == {"two"}


def test_other_members_of_the_answer_and_its_items_say_nothing() -> None:
    assert failed({"batchItemFailures": [{"itemIdentifier": "two", "why": "late"}], "count": 1}) == {"two"}


@pytest.mark.parametrize(
    "items",
    [
        [{"itemIdentifier": ""}],
        [{"itemIdentifier": None}],
        [{"itemIdentifier": 1}],
        [{"itemIdentifier": ["one"]}],
        [{"itemIdentifier": {"one": "two"}}],
        [{"itemIdentifier": "four"}],
        [{"itemIdentifier": "one"}, {"itemIdentifier": "four"}],
        [{"itemidentifier": "one"}],
        [{"identifier": "one"}],
        [{}],
        [None],
        ["one"],
        [["one"]],
        "one",
        {"itemIdentifier": "one"},
        {},
        "",
        0,
        True,
    ],
    ids=json.dumps,
)
def test_a_list_that_lambda_cant_read_is_the_failure_of_all(items: Any) -> None:
    assert failed({"batchItemFailures": items}) == set(ALL)


@pytest.mark.parametrize("answer", ["done", 0, 1, True, False, [1], [{}], ["one"]], ids=json.dumps)
def test_an_answer_that_is_no_object_is_the_failure_of_all(answer: Any) -> None:
    assert failed(answer) == set(ALL)


@pytest.mark.parametrize("answer", [b"", b"{", b"\xff"])
def test_an_answer_that_is_no_json_is_the_failure_of_all(answer: bytes) -> None:
    assert failed(answer) == set(ALL)


def test_an_error_is_the_failure_of_all_whatever_it_says() -> None:
    assert failed({"batchItemFailures": []}, error="Unhandled") == set(ALL)


def test_an_error_is_the_failure_of_all_without_reports_too() -> None:
    assert failed(None, error="Unhandled", reports=False) == set(ALL)


def test_without_reports_every_answer_is_the_success_of_all() -> None:
    assert failed({"batchItemFailures": [{"itemIdentifier": "one"}]}, reports=False) == set()
