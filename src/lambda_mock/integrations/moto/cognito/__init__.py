"""Cognito user pools of moto: the functions of their `LambdaConfig` run when users sign up, are confirmed and sign in.

moto keeps that configuration and calls nothing. Here its methods are taken, as the bridge takes those of other
services, and what a function answers has its effect on moto's users and tokens.
"""

from __future__ import annotations

from functools import cache

from lambda_mock.integrations.moto.bridge import seam
from lambda_mock.integrations.moto.cognito import asked, confirmation, sign_in, sign_up, tokens

PLACES = [place for part in (asked, sign_up, confirmation, sign_in, tokens) for place in part.PLACES]
"""Every attribute of moto's Cognito that is ours while a mock is active."""


@cache
def install() -> None:
    """Have them taken whenever a mock is active, and moto's Cognito there."""
    seam.install(PLACES)
