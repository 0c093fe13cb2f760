"""The bridge from moto's services to our functions, for as long as a mock is active and moto is loaded.

It takes attributes of moto's services when they are loaded, and gives them back with the last mock; nothing of moto is
imported for it.
"""

from __future__ import annotations

from lambda_mock.integrations.moto.bridge import backends, events, logs, s3, s3_events, secrets, ses, sns
from lambda_mock.integrations.moto.bridge.seam import enter, install, leave

__all__ = ["PLACES", "enter", "install", "leave"]

PLACES = [place for service in (backends, events, logs, s3, s3_events, secrets, ses, sns) for place in service.PLACES]
"""Every attribute of moto that is ours while a mock is active."""

install(PLACES)
