"""An alias: a name of its own ARN that points to one version, or shares its traffic between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A pointer to `version`; `weights` gives a second version its share of the invocations, from 0.0 to 1.0."""

    name: str
    arn: str
    version: str
    revision_id: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)

    def choose(self, draw: float) -> str:
        """The version that serves an invocation, given a number from 0 (included) to 1 (excluded)."""
        for version, weight in self.weights.items():
            if draw < weight:
                return version
        return self.version

    def points_to(self, version: str) -> bool:
        """Whether any of the alias's traffic may go to `version`."""
        return version == self.version or version in self.weights
