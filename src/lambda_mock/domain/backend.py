"""All accounts and regions of one mock, and what they share: code, time, ids and the switches of behaviour."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.domain.function_url import UrlHosts
from lambda_mock.domain.ids import Draws, Ids
from lambda_mock.domain.store import Store
from lambda_mock.limits import AWS_DEFAULTS

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The behaviours that a test can switch.

    `observed`: a change stays under way until GetFunction or GetFunctionConfiguration has shown it.
    `identical_code_publishes`: an UpdateFunctionCode with the code that is there already makes the next publish a new
    version.
    `enforce_policies`: what other services bring reaches a function only where the policy of the qualifier allows it.
    `timeouts`: there are deadlines, of functions and of services that wait for them.
    """

    observed: bool = False
    identical_code_publishes: bool = True
    enforce_policies: bool = False
    timeouts: bool = True


class Backend:
    """The stores by account and region, made when they are first asked for."""

    def __init__(
        self,
        *,
        clock: Clock,
        code: CodeStore,
        neighbours: Neighbourhood,
        rules: Rules | None = None,
        limits: Limits = AWS_DEFAULTS,
        seed: int = 0,
    ) -> None:
        self.clock = clock
        self.code = code
        self.neighbours = neighbours
        self.rules = rules or Rules()
        self.limits = limits
        self.url_hosts = UrlHosts()
        self.draws = Draws(seed)
        self.request_ids = Ids(seed, "requests")
        self._seed = seed
        self._stores: dict[tuple[str, str], Store] = {}
        self._lock = threading.Lock()

    def store(self, account_id: str, region: str) -> Store:
        """The store of that account in that region."""
        found = self._stores.get((account_id, region))
        if found is None:
            with self._lock:
                ids = Ids(self._seed, f"{account_id}:{region}")
                fresh = Store(account_id=account_id, region=region, ids=ids, contents=self.code, limits=self.limits)
                found = self._stores.setdefault((account_id, region), fresh)
        return found

    def stores(self) -> list[Store]:
        """Every store there is, by account and region."""
        return [self._stores[key] for key in sorted(self._stores)]

    def names_ever(self) -> dict[str, set[str]]:
        """The functions that there are or were in any account and region, each with all qualifiers that it ever had."""
        names: dict[str, set[str]] = {}
        for store in self.stores():
            for name, qualifiers in store.names_ever().items():
                names.setdefault(name, set()).update(qualifiers)
        return names
