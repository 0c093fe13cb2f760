"""What a caller told Cognito for the triggers: moto's operations read no ClientMetadata and no ValidationData."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import Place, known

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

_OPERATIONS = (
    "admin_confirm_sign_up admin_create_user admin_initiate_auth admin_respond_to_auth_challenge "
    "confirm_forgot_password confirm_sign_up forgot_password initiate_auth respond_to_auth_challenge sign_up"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of a request to Cognito: its ClientMetadata and ValidationData, None where it has none."""

    client_metadata: Mapping[str, Any] | None = None
    validation_data: Mapping[str, Any] | None = None


_asked: ContextVar[Asked] = ContextVar("lambda_mock_cognito_request", default=Asked())  # noqa: B039 - it is frozen


def asked() -> Asked:
    """What the request says that is being answered."""
    return _asked.get()


def _answer(_: Functions, wrapped: Any, response: Any) -> Any:
    with known("cognitoidp"):
        parameters = response.parameters
        pairs = parameters.get("ValidationData")
        told = Asked(
            client_metadata=parameters.get("ClientMetadata") or None,
            validation_data={pair["Name"]: pair.get("Value", "") for pair in pairs} if pairs else None,
        )
    before = _asked.set(told)
    try:
        return wrapped()
    finally:
        _asked.reset(before)


PLACES = [
    Place(module="moto.cognitoidp.responses", owner="CognitoIdpResponse", name=name, replacement=_answer)
    for name in _OPERATIONS.split()
]
