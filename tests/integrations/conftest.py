"""The default session of boto3 is put aside: what a test makes of it is its own."""

from __future__ import annotations

import boto3
import pytest


@pytest.fixture(autouse=True)
def no_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
