"""SES: an email that is sent in moto is received there, too.

moto never receives anything, so the email takes the shortest way: from SendEmail or SendRawEmail to the first rule that
is about one of its recipients.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.bridge.seam import Place, tolerated

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions
    from lambda_mock.events.mail import Received

_MODELS = "moto.ses.models"


def _send_email(
    ours: Functions, wrapped: Any, ses: Any, source: str, subject: str, body: str, destinations: Any
) -> Any:
    message = wrapped(source, subject, body, destinations)
    told = (message.id, source, subject, body, destinations, ses.region_name, datetime.now(timezone.utc))
    _receive(ours, ses, lambda mail: mail.composed(*told))
    return message


def _send_raw_email(ours: Functions, wrapped: Any, ses: Any, source: str, destinations: Any, raw_data: str) -> Any:
    message = wrapped(source, destinations, raw_data)
    told = (message.id, raw_data, message.destinations, ses.region_name, datetime.now(timezone.utc))
    _receive(ours, ses, lambda mail: mail.received(*told))
    return message


def _receive(ours: Functions, ses: Any, compose: Callable[[Any], Received]) -> None:
    """Receive an email if there is an active rule set: older versions of moto know none."""
    with tolerated("ses"):
        active = getattr(ses, "describe_active_receipt_rule_set", lambda: None)()
        if active is None:
            return
        # They take long to load.
        from lambda_mock.events import mail  # noqa: PLC0415
        from lambda_mock.integrations.moto.bridge import receiving  # noqa: PLC0415

        receiving.receive(ours, ses, active, compose(mail))


PLACES = [
    Place(module=_MODELS, owner="SESBackend", name="send_email", replacement=_send_email),
    Place(module=_MODELS, owner="SESBackend", name="send_raw_email", replacement=_send_raw_email),
]
