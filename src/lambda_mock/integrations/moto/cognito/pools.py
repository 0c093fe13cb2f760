"""What moto knows of pools and users, read at once and guarded, and Cognito's errors as moto raises them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_mock.integrations.moto.bridge.seam import known

MODELS = "moto.cognitoidp.models"
SERVICE = "cognitoidp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A user pool; `kept` is moto's own, and `triggers` its LambdaConfig."""

    kept: Any
    id: str
    arn: str
    region: str
    account_id: str
    triggers: Mapping[str, Any]

    def hides_who_exists(self, client_id: str | None) -> bool:
        """Whether an app client keeps to itself which users there are (`PreventUserExistenceErrors`)."""
        with known(SERVICE):
            client = self.kept.clients.get(client_id)
            return client is not None and client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"

    def user(self, username: str | None) -> Any | None:
        """Moto's user of a name, or of what may stand for one in this pool."""
        with known(SERVICE):
            return self.kept._get_user(username)  # noqa: SLF001 - moto's own way


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user as triggers are told of one."""

    name: str
    attributes: Mapping[str, str]


def pool_of(kept: Any) -> Pool:
    """One of moto's pools."""
    with known(SERVICE):
        return Pool(
            kept=kept,
            id=kept.id,
            arn=kept.arn,
            region=kept.region,
            account_id=kept.account_id,
            triggers=kept.extended_config.get("LambdaConfig") or {},
        )


def pool_by_id(backend: Any, pool_id: str) -> Pool | None:
    """A pool that has triggers; None for one that has none, or isn't there."""
    with known(SERVICE):
        kept = backend.user_pools.get(pool_id)
    return _with_triggers(kept)


def pool_by_client(backend: Any, client_id: str) -> Pool | None:
    """The pool of an app client, if it has triggers. Of several moto takes the last."""
    with known(SERVICE):
        found = [pool for pool in backend.user_pools.values() if client_id in pool.clients]
    return _with_triggers(found[-1] if found else None)


def _with_triggers(kept: Any | None) -> Pool | None:
    pool = None if kept is None else pool_of(kept)
    return pool if pool is not None and pool.triggers else None


def user_of(kept: Any) -> User:
    """One of moto's users, as the triggers of those who have signed up are told."""
    with known(SERVICE):
        status = getattr(kept.status, "value", kept.status)
        return User(name=kept.username, attributes={**kept.attribute_lookup, "cognito:user_status": status})


def new_user_of(kept: Any) -> User:
    """One of moto's users who isn't one yet: nothing but what was given."""
    with known(SERVICE):
        given = {name: value for name, value in kept.attribute_lookup.items() if name != "sub"}
        return User(name=kept.username, attributes=given)


def status(name: str) -> Any:
    """A status of users, as moto has them."""
    with known(SERVICE):
        return models().UserStatus[name]


def models() -> Any:
    """Moto's models of Cognito, which are there when something of theirs was called."""
    return sys.modules[MODELS]


def refusal(code: str, message: str) -> Exception:
    """An error of Cognito, as moto raises them."""
    with known(SERVICE):
        error: Exception = sys.modules["moto.core.exceptions"].JsonRESTError(error_type=code, message=message)
    return error


def unrecognizable() -> Exception:
    """What Cognito says of an answer that it can't use."""
    return refusal("InvalidLambdaResponseException", "Unrecognizable lambda output")
