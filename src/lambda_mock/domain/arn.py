"""Names and ARNs of functions: every form that Lambda accepts, taken apart once.

A name that comes here has already met the pattern of its parameter; what is left is meaning, not spelling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lambda_mock.errors import AccessDeniedException, InvalidParameterValueException, ResourceNotFoundException

# Many a function is named like a region: without `arn:` in front, `my-service-1:live` is a function and its qualifier.
_FUNCTION = re.compile(
    r"(?P<arn>arn:[a-zA-Z-]*:lambda:)?"
    r"(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):(?(arn)|(?=\d{12}:|function:)))?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9-_.]+)(?::(?P<qualifier>[a-zA-Z0-9$._-]+))?"
)
# By the beginning of a region's name, up to what is a place in most of them.
_PARTITIONS = {
    "cn": "aws-cn", "us-gov": "aws-us-gov", "us-iso": "aws-iso", "us-isob": "aws-iso-b", "eu-isoe": "aws-iso-e",
    "us-isof": "aws-iso-f", "eusc": "aws-eusc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A function as a caller names it: its bare name, and the qualifier that was given with it or beside it."""

    name: str
    qualifier: str | None = None


def partition_of(region: str) -> str:
    """The partition that the region is in: `aws` for most."""
    return next((_PARTITIONS[prefix] for prefix in _PARTITIONS if region.startswith(f"{prefix}-")), "aws")


def function_reference(text: str, qualifier: str | None, *, region: str, account_id: str) -> FunctionReference:
    """Take a function name, partial ARN or ARN apart, as the caller of `region` and `account_id` means it.

    In AWS's order: a second, different qualifier is refused first, then a foreign region, then a foreign account.
    """
    if ":" not in text or (match := _apart(text)) is None:
        return FunctionReference(text, qualifier)
    derived = match["qualifier"]
    if derived is not None and qualifier is not None and derived != qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    if match["region"] not in {None, region}:
        raise ResourceNotFoundException(
            f"Functions from '{match['region']}' are not reachable in this region ('{region}')"
        )
    if match["account"] not in {None, account_id}:
        raise AccessDeniedException(None)
    return FunctionReference(match["name"], derived if qualifier is None else qualifier)


def owner_in(text: str) -> str | None:
    """The account that a function's name or ARN spells out; None where it leaves that to the caller."""
    match = _apart(text)
    return None if match is None else match["account"]


@lru_cache(maxsize=1024)
def _apart(text: str) -> re.Match[str] | None:
    return _FUNCTION.fullmatch(text)
