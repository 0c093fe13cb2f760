"""Who makes a call: the account, and the identity in it as far as anybody knows it.

The access key is all that a request says of its caller. It belongs to an account because the test says so, because it
is an account's number, or because whoever issued it (moto) says so. A function that runs in the test's process has no
key of its own: it is known by its run, and works in its role. Everybody else is of the mock's own account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lambda_mock.domain.arn import partition_of

_ACCOUNT_LENGTH = 12
_ROLE = re.compile(r"(?P<partition>arn:[^:]+):iam::(?P<account>\d{12}):role/(?:.*/)?(?P<name>[^/]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The account that a call comes from. `arns` are those that its user or role goes by, the first one in errors."""

    account_id: str
    arns: tuple[str, ...] = ()

    def shown(self, region: str) -> str:
        """The caller as AWS's errors name it; one without an identity is the account's root user."""
        return self.arns[0] if self.arns else f"arn:{partition_of(region)}:iam::{self.account_id}:root"


def session_of(role: str, name: str, account_id: str) -> Caller:
    """Whoever of an account works in a role, under the name of that session."""
    match = _ROLE.fullmatch(role)
    if match is None:
        return Caller(account_id=account_id)
    session = f"{match['partition']}:sts::{match['account']}:assumed-role/{match['name']}/{name}"
    return Caller(account_id=account_id, arns=(session, role))


class Callers:
    """The callers by their access keys.

    `issued` asks whoever hands out access keys. A key that is nobody's, and no key at all, is `running`: the function
    that makes the call, where one does. Else it is the mock's own account.
    """

    def __init__(
        self,
        account_id: str,
        accounts: Mapping[str, str],
        *,
        issued: Callable[[str], Caller | None],
        running: Callable[[], Caller | None],
    ) -> None:
        self._own = Caller(account_id=account_id)
        self._named = {key: Caller(account_id=account) for key, account in accounts.items()}
        self._issued = issued
        self._running = running

    def __call__(self, access_key: str | None) -> Caller:
        """The caller with that access key; None is a call without one that can be read."""
        known = None if access_key is None else self._known(access_key)
        return known or self._running() or self._own

    def _known(self, access_key: str) -> Caller | None:
        named = self._named.get(access_key)
        if named is None and len(access_key) == _ACCOUNT_LENGTH and access_key.isdecimal():
            return Caller(account_id=access_key)
        return named or self._issued(access_key)
