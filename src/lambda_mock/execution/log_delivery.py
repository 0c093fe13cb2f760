"""Brings the logs of runs to CloudWatch Logs, where there is one: a neighbour keeps it, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.neighbours.port import NeighbourError
from lambda_mock.errors import warn
from lambda_mock.execution.frame import cloudwatch

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.execution.lineage import Run


class LogDelivery:
    """Brings each log to its group and stream. A neighbour that can't keep one is a warning, the first time."""

    __slots__ = ("_has_warned", "_neighbours")

    def __init__(self, neighbours: Neighbourhood) -> None:
        self._neighbours = neighbours
        self._has_warned = False

    def __call__(self, run: Run) -> None:
        """Bring the whole log of a run that has ended."""
        logs = self._neighbours.active()
        place = run.environment
        if logs is None or place is None:
            return
        request = run.request
        try:
            logs.keep_log(
                place.log_group,
                place.log_stream,
                cloudwatch(run),
                account_id=request.account_id,
                region=request.region,
            )
        except NeighbourError as error:
            if not self._has_warned:
                self._has_warned = True
                warn(f"{error} Logs of runs may be on the records of invocations alone.")
