"""How many execution environments a version on managed instances has, at the least and at the most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lambda_mock.errors import InvalidParameterValueException

ScalingConfig = Mapping[str, int]
"""`MinExecutionEnvironments` and `MaxExecutionEnvironments`, as far as they were given."""

_DEFAULT_MINIMUM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionScaling:
    """What is in effect, and what was asked for and isn't in effect yet; None where there is nothing."""

    applied: ScalingConfig | None = None
    requested: ScalingConfig | None = None

    def settled(self) -> FunctionScaling:
        """With what was asked for in effect. Asking for nothing takes away what there was."""
        return self if self.requested is None else FunctionScaling(applied=self.requested or None)

    def members(self, function_arn: str) -> Mapping[str, object]:
        """As GetFunctionScalingConfig answers it."""
        return {
            "FunctionArn": function_arn,
            "AppliedFunctionScalingConfig": self.applied,
            "RequestedFunctionScalingConfig": self.requested or None,
        }


UNSCALED = FunctionScaling()


def check_scaling(config: ScalingConfig) -> None:
    """Refuse a least number that is greater than the most, with 3 as the least where none is given."""
    least = config.get("MinExecutionEnvironments", _DEFAULT_MINIMUM)
    most = config.get("MaxExecutionEnvironments")
    if least == 0 and most != 0:
        raise InvalidParameterValueException(
            "MinExecutionEnvironments can be 0 only when MaxExecutionEnvironments is 0 too."
        )
    if most is not None and least > most:
        raise InvalidParameterValueException(
            f"MinExecutionEnvironments ({least}) can't be greater than MaxExecutionEnvironments ({most})."
        )
