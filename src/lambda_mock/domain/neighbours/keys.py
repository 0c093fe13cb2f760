"""KMS keys: whether Lambda can encrypt and decrypt environment variables with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.errors import ERRORS, InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood

_INSIDE_A_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")

# By the code of KMS: Lambda's own code when it invokes, and why it can't decrypt.
_WHEN_INVOKED: Mapping[str, tuple[str, str]] = {
    "NotFoundException": ("KMSNotFoundException", "the KMS key was not found"),
    "DisabledException": ("KMSDisabledException", "the KMS key used is disabled"),
    "KMSInvalidStateException": (
        "KMSInvalidStateException",
        "the state of the KMS key used is not valid for Decrypt",
    ),
}


def check_key(neighbourhood: Neighbourhood, key_arn: str) -> None:
    """Refuse a key for a function's configuration that isn't there, isn't enabled, or is named by an alias."""
    wrong = _what_is_wrong(neighbourhood, key_arn, aliases=False)
    if wrong is not None:
        code, message = wrong
        raise InvalidParameterValueException(
            "Lambda was unable to configure access to your environment variables because the KMS key is invalid for "
            f"CreateGrant. Please check your KMS key settings. KMS Exception: {code} KMS Message: {message}"
        )


def check_decryption(neighbourhood: Neighbourhood, configuration: Configuration) -> None:
    """Refuse to run a function whose environment variables are under a key that is gone or out of use."""
    key_arn = configuration.echoed.get("KMSKeyArn")
    if not key_arn or not configuration.environment:
        return
    wrong = _what_is_wrong(neighbourhood, key_arn, aliases=True)
    if wrong is not None:
        code, message = wrong
        error, why = _WHEN_INVOKED[code]
        raise ERRORS[error](
            f"Lambda was unable to decrypt the environment variables because {why}. "
            f"Please check the function's KMS key settings. KMS Exception: {code}KMS Message: {message}"
        )


def _what_is_wrong(neighbourhood: Neighbourhood, key_arn: str, *, aliases: bool) -> tuple[str, str] | None:
    """What KMS answers, code and message, where it doesn't let the key be used."""
    try:
        state = neighbourhood.ask(lambda them: them.key_state(key_arn))
    except MissingError:
        state = ""
    if state is None:
        return None
    if ":alias/" in key_arn and not aliases:
        return "InvalidArnException", "Key Aliases are not supported for this operation."
    if not state:
        return "NotFoundException", f"Key '{key_arn}' does not exist"
    if state == "Enabled":
        return None
    code = "DisabledException" if state == "Disabled" else "KMSInvalidStateException"
    return code, f"{key_arn} is {_INSIDE_A_WORD.sub(' ', state).lower()}."
