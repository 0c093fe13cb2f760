"""Types of the builders of events: plain data comes of them, and what they take is named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from typing_extensions import assert_type

from lambda_mock import events


def events_are_plain_data(moment: datetime) -> None:
    assert_type(events.s3_put("photos", "cat.jpg", size=3, at=moment), dict[str, Any])
    assert_type(events.sqs("hello", {"id": 1}, queue="orders"), dict[str, Any])
    assert_type(events.api_gateway_v2("GET", "/orders/7", query={"all": "yes"}), dict[str, Any])
    events.s3_put(bukket="photos")  # type: ignore[call-arg]
    events.s4_put("photos")  # type: ignore[attr-defined]
