"""What an account may have at most. AWS raises some of these for those who ask; a test may set them all."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of every account and region of one mock, with AWS's defaults.

    - `total_code_size`: bytes of all packages of an account in a region, each version counted in full.
    - `code_size_zipped`, `code_size_unzipped`: bytes of one package in a request, and of what is in it.
    - `concurrent_executions`: runs in flight of an account in a region.
    - `unreserved_concurrent_executions`: how many of those have to stay for functions that reserve nothing.
    - `layers`: layers of one function. `tags`: tags of one resource. `filters`: filters of one event source mapping.
    - `policy_size`: bytes of one resource policy. `environment_size`: bytes of a function's variables, as compact JSON.
    - `aliases`: aliases of one function; AWS publishes no number, and None is no limit.
    - `capacity_providers`: capacity providers of an account in a region. `versions_per_capacity_provider`: function
      versions that run on one of them.
    """

    total_code_size: int = 80_530_636_800
    code_size_zipped: int = 52_428_800
    code_size_unzipped: int = 262_144_000
    concurrent_executions: int = 1000
    unreserved_concurrent_executions: int = 100
    layers: int = 5
    tags: int = 50
    filters: int = 5
    policy_size: int = 20_480
    environment_size: int = 4096
    aliases: int | None = None
    capacity_providers: int = 1000
    versions_per_capacity_provider: int = 100


LIMITS: tuple[str, ...] = tuple(limit.name for limit in fields(Limits))
"""The names of all limits."""

AWS_DEFAULTS = Limits()
