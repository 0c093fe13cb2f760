"""The mocks that are active, as stacks see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.patching import Interception

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Host

stacks: Interception[Host] = Interception()
"""Moto's CloudFormation is patched while there is one; it isn't imported for that."""
