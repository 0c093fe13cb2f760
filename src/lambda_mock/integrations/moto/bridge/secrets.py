"""Secrets Manager: rotation, whose four steps moto makes one after the other within RotateSecret.

On AWS they come after it, so that its caller isn't told of a step that fails: the rotation just ends there, with the
new version still AWSPENDING.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import ServiceError
from lambda_mock.events.rotation import step_of
from lambda_mock.integrations.moto.bridge.backends import invoking
from lambda_mock.integrations.moto.bridge.seam import Place, known

PRINCIPAL = "secretsmanager.amazonaws.com"

_NOT_ALLOWED = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    f"principal {PRINCIPAL}."
)


class _StepFailedError(Exception):
    """A step failed: the rotation ends with it."""


def _rotate_secret(ours: Functions, wrapped: Any, manager: Any, secret_id: str, **members: Any) -> Any:
    with known("secretsmanager"):
        secret: Any = manager.secrets[secret_id] if secret_id in manager.secrets else None  # noqa: SIM401 - by ARN, too
        arn: str = members.get("rotation_lambda_arn") or getattr(secret, "rotation_lambda_arn", None) or ""
        rotates = secret is not None and arn and not secret.is_deleted()
    if not rotates:
        return wrapped(secret_id=secret_id, **members)
    if not ours.has(arn):
        from moto.secretsmanager.exceptions import ResourceNotFoundException  # noqa: PLC0415 - moto is loaded

        raise ResourceNotFoundException(f"Resource not found for ARN '{arn}'.")
    if not ours.admits(_trigger(secret, arn, b"{}")):
        from moto.secretsmanager.exceptions import SecretsManagerClientError  # noqa: PLC0415 - moto is loaded

        raise SecretsManagerClientError("AccessDeniedException", _NOT_ALLOWED)
    with known("secretsmanager"):
        _end_previous(secret)
    with _steps_of(secret, ours):
        try:
            return wrapped(secret_id=secret_id, **{**members, "rotation_lambda_arn": arn})
        except _StepFailedError:
            return secret.to_short_dict()


def _end_previous(secret: Any) -> None:
    """Take the label AWSPENDING from the version to which the rotation before has led.

    It may stay there on AWS; moto takes that for a rotation that is still going on.
    """
    for version in secret.versions.values():
        stages = version["version_stages"]
        if "AWSCURRENT" in stages and "AWSPENDING" in stages:
            stages.remove("AWSPENDING")


@contextmanager
def _steps_of(secret: Any, ours: Functions) -> Iterator[None]:
    """Have the invocations that moto makes go to the function as the steps of this secret's rotation."""

    def step(function_arn: str, body: bytes) -> bytes:
        told = json.loads(body)
        event = step_of(told["Step"], secret.arn, told["ClientRequestToken"])
        trigger = _trigger(secret, function_arn, json.dumps(event).encode())
        before = invoking.set(None)
        try:
            response = ours.call(trigger)
        except ServiceError as error:
            raise _StepFailedError from error
        finally:
            invoking.reset(before)
        if response.function_error is not None:
            raise _StepFailedError
        return response.payload

    before = invoking.set(step)
    try:
        yield
    finally:
        invoking.reset(before)


def _trigger(secret: Any, function_arn: str, payload: bytes) -> Trigger:
    with known("secretsmanager"):
        return Trigger(
            function_arn=function_arn,
            payload=payload,
            principal=PRINCIPAL,
            source_arn=secret.arn,
            source_account=secret.account_id,
        )


PLACES = [
    Place(
        module="moto.secretsmanager.models",
        owner="SecretsManagerBackend",
        name="rotate_secret",
        replacement=_rotate_secret,
    )
]
