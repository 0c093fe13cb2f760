"""What a function's answer says about a batch: which of its records have failed.

Without `ReportBatchItemFailures` every answer is a success, and an error is the failure of all. With it the answer may
name single records; one that Lambda can't read is the failure of all again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import warn

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationResult

REPORTS = "ReportBatchItemFailures"

_NOTHING_FAILED: frozenset[str] = frozenset()


def failures(result: InvocationResult, settings: Mapping[str, Any], identifiers: Collection[str]) -> Collection[str]:
    """The identifiers of the records of a batch that have failed, by the settings of its mapping.

    `identifiers` are those of all its records: message ids, or sequence numbers.
    """
    if result.function_error is not None:
        return identifiers
    if REPORTS not in settings.get("FunctionResponseTypes", ()):
        return _NOTHING_FAILED
    named = named_in(result.payload)
    if named is None or not named <= set(identifiers):
        return identifiers
    return named


def complaint(result: InvocationResult, failed: Collection[str], identifiers: Collection[str]) -> str:
    """Why records of a batch have failed, for whoever wonders; nothing where none has."""
    if not failed:
        return ""
    if result.function_error is not None:
        return "the last run failed"
    named = named_in(result.payload)
    if named is None:
        return "the last answer isn't one that Lambda can read, so all of its batch has failed"
    if not named <= set(identifiers):
        return "the last answer names what isn't in its batch, so all of it has failed"
    return "the last answer names them as failed"


def tell_of_what_is_ignored(
    result: InvocationResult, settings: Mapping[str, Any], identifiers: Collection[str]
) -> None:
    """Warn of an answer that names records and that nobody reads, so that they are lost, on AWS as here.

    It is called last of all: where warnings are errors, the batch has been handled all the same.
    """
    if REPORTS in settings.get("FunctionResponseTypes", ()) or b"batchItemFailures" not in result.payload:
        return
    named = named_in(result.payload)
    if named and named <= set(identifiers):
        warn(
            "A function has named records of its batch as failed, and Lambda doesn't read that: all of them count as "
            f"handled. The event source mapping lacks FunctionResponseTypes=[{REPORTS!r}]."
        )


def named_in(answer: bytes) -> frozenset[str] | None:
    """The records that an answer names as failed; None for an answer that Lambda takes for the failure of all."""
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    if said is None or said in ("", []):
        return _NOTHING_FAILED
    items = said.get("batchItemFailures") if isinstance(said, Mapping) else said
    if items is None:
        return _NOTHING_FAILED
    if not isinstance(said, Mapping) or not isinstance(items, list):
        return None
    return _identifiers(items)


def _identifiers(items: Sequence[Any]) -> frozenset[str] | None:
    named: list[Any] = [item.get("itemIdentifier") if isinstance(item, Mapping) else None for item in items]
    return frozenset(named) if all(isinstance(name, str) and name for name in named) else None
