"""Secrets Manager's events: the steps of a rotation."""

from __future__ import annotations

import uuid
from typing import Literal, get_args

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, digits_of, refuse, uuid_of

Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]
"""The steps of a rotation, in their order."""

_TOKENS = uuid.UUID("5b0e7a4c-8d0e-4d9c-9f0a-5d7c1f3f2a61")


def step_of(step: str, secret_arn: str, token: str) -> Event:
    """What a function is told of a step; `token` is the id of the new version."""
    return {
        "Step": step,
        "SecretId": secret_arn,
        "ClientRequestToken": token,
        "RotationToken": str(uuid.uuid5(_TOKENS, f"{secret_arn} {token}")),
    }


# Builders -------------------------------------------------------------------------------------------------------------


def secrets_manager_rotation(
    step: Step = "createSecret",
    *,
    secret: str = "secret",  # noqa: S107 - the name of one
    token: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
) -> Event:
    """A step of a rotation: `events.secrets_manager_rotation("createSecret", secret="database")`.

    `secret` is a name or an ARN, `token` the ClientRequestToken, which is the id of the version that is being made: it
    is the same for all steps of one secret unless it is given. LambdaMockError for a step that there isn't.

    Source: "Lambda rotation functions" in the user guide of Secrets Manager.
    """
    if step not in get_args(Step):
        refuse("step of a rotation", step, get_args(Step))
    arn = arn_of(
        "secret",
        secret,
        "secretsmanager",
        region,
        account_id,
        before="secret:",
        after=f"-{digits_of(6, 'secret', secret)}",
    )
    return step_of(step, arn, token or uuid_of("version", arn))
