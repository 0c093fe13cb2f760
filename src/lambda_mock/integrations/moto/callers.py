"""Moto's IAM and STS as issuers of access keys: whose a call is."""

from __future__ import annotations

import sys
from typing import Any

from lambda_mock.domain.callers import Caller
from lambda_mock.integrations.moto.state import is_active, read


def issued_by_moto(access_key: str) -> Caller | None:
    """The user or role that moto's IAM or STS handed an access key to; None for keys that it doesn't know.

    Keys have AWS's form. moto keeps those of all kinds by account and partition, and of a role's session who it is.
    """
    if not access_key.startswith(("AKIA", "ASIA")) or "moto.iam.models" not in sys.modules or not is_active():
        return None
    return read("iam", lambda: _holder(access_key))


def _holder(access_key: str) -> Caller | None:
    iam: Any = sys.modules["moto.iam.models"]
    for account_id, partitions in list(iam.iam_backends.items()):
        for partition, backend in list(partitions.items()):
            key = backend.access_keys.get(access_key)
            if key is not None:
                return Caller(account_id=account_id, arns=_arns(account_id, partition, backend, key))
    return None


def _arns(account_id: str, partition: str, iam: Any, key: Any) -> tuple[str, ...]:
    """What the holder of a key goes by: a user's ARN, or that of a session and of its role."""
    if key.role_arn is not None:
        from moto.sts.models import sts_backends  # noqa: PLC0415 - moto is loaded only where it is active

        session = sts_backends[account_id][partition].get_assumed_role_from_access_key(key.access_key_id)
        return () if session is None else (session.arn, key.role_arn)
    user = iam.users.get(key.user_name)
    return () if user is None else (user.arn,)
