"""The keywords of filters and assertions, for type checkers and editors: a misspelt one is found before the test runs.

Their values are anything, since a matcher may stand for each.
"""

from __future__ import annotations

from typing import Any, TypedDict


class FurtherCallCriteria(TypedDict, total=False):
    """What can be asked about a call beside its operation."""

    function: Any
    qualifier: Any
    parameters: Any
    outcome: Any
    error: Any
    error_message: Any
    attempt: Any
    region: Any
    account_id: Any
    owner_id: Any
    request_id: Any


class CallCriteria(FurtherCallCriteria, total=False):
    """What can be asked about a call."""

    operation: Any


class FurtherInvocationCriteria(TypedDict, total=False):
    """What can be asked about a run beside its function."""

    qualifier: Any
    version: Any
    payload: Any
    outcome: Any
    response: Any
    error_type: Any
    error_message: Any
    function_error: Any
    log: Any
    invocation_type: Any
    source_arn: Any
    attempt: Any
    duration: Any
    region: Any
    account_id: Any
    request_id: Any


class InvocationCriteria(FurtherInvocationCriteria, total=False):
    """What can be asked about a run."""

    function: Any


class FurtherDeliveryCriteria(TypedDict, total=False):
    """What can be asked about a delivery beside its target."""

    kind: Any
    condition: Any
    record: Any
    attributes: Any
    function: Any
    qualifier: Any
    region: Any
    account_id: Any
    request_id: Any
    error: Any


class DeliveryCriteria(FurtherDeliveryCriteria, total=False):
    """What can be asked about a delivery."""

    target: Any


class FurtherRefusalCriteria(TypedDict, total=False):
    """What can be asked about a refusal beside the function."""

    qualifier: Any
    principal: Any
    source_arn: Any
    source_account: Any
    region: Any
    account_id: Any


class RefusalCriteria(FurtherRefusalCriteria, total=False):
    """What can be asked about a refusal."""

    function: Any
