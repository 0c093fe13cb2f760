"""What nobody has told a builder: the account, the region, ids and ARNs. The same is made up for the same call.

Nothing is drawn and no clock is asked: what is made up is a hash of what was given.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import Any, NoReturn

from lambda_mock.domain.arn import partition_of
from lambda_mock.errors import LambdaMockError

Event = dict[str, Any]
"""What a function is given: plain data, made anew by each call."""

REGION = "us-east-1"
ACCOUNT = "123456789012"

_IDS = uuid.UUID("0e4a1f6e-6d33-4b0c-8a53-6f3f5d5f7b1c")
_REGION, _ACCOUNT = 3, 4
_PARTS_OF_AN_ARN = 6


def uuid_of(*given: object) -> str:
    """A UUID for what was given."""
    return str(uuid.uuid5(_IDS, repr(given)))


def digits_of(length: int, *given: object) -> str:
    """So many hexadecimal digits for what was given; 128 at the most."""
    return hashlib.sha512(repr(given).encode()).hexdigest()[:length]


def arn_of(
    parameter: str, given: str, service: str, region: str, account_id: str, *, before: str = "", after: str = ""
) -> str:
    """The ARN of what a parameter names: it may be one already, or is a bare name between `before` and `after`.

    LambdaMockError for an ARN of another service.
    """
    if not given.startswith("arn:"):
        return f"arn:{partition_of(region)}:{service}:{region}:{account_id}:{before}{given}{after}"
    parts = given.split(":", _PARTS_OF_AN_ARN - 1)
    if len(parts) < _PARTS_OF_AN_ARN or parts[2] != service:
        example = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{before}name{after}"
        raise LambdaMockError(
            f"{parameter}={given!r} is no ARN of {service}. Give a name, or an ARN such as {example}."
        )
    return given


def numbered(first: int | str, place: int) -> str:
    """The sequence number of the record at a place. LambdaMockError where the first isn't a whole number."""
    try:
        return str(int(first) + place)
    except ValueError:
        raise LambdaMockError(f"sequence_number={first!r} is no whole number, from which records count on.") from None


def region_in(arn: str) -> str:
    """The region that an ARN names."""
    return arn.split(":")[_REGION]


def account_in(arn: str) -> str:
    """The account that an ARN names."""
    return arn.split(":")[_ACCOUNT]


def plain(parameter: str, value: Any) -> Any:
    """A copy of a value as plain JSON data. LambdaMockError for what isn't any."""
    return json.loads(text_of(parameter, value))


def text_of(parameter: str, value: Any) -> str:
    """A value as JSON text. LambdaMockError for what can't be written so."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LambdaMockError(f"{parameter} can't be written as JSON: {error}.") from None


def body_of(parameter: str, value: Any) -> str:
    """The text of a body or message: a text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else text_of(parameter, value)


def refuse(parameter: str, given: object, known: Iterable[str]) -> NoReturn:
    """Raise a LambdaMockError about a value that isn't one of those that there are."""
    names = list(known)
    near = difflib.get_close_matches(str(given), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise LambdaMockError(f"There is no {parameter} {given!r}.{hint} There are: {', '.join(names)}.")
