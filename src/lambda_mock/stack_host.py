"""What stacks in moto's CloudFormation see of an activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.model import OperationNotFoundError

from lambda_mock.domain.ids import Ids
from lambda_mock.errors import NotBuiltError
from lambda_mock.integrations.moto.stacks.answers import Answers
from lambda_mock.wire.lambda_model import check, input_shape

if TYPE_CHECKING:
    from lambda_mock.faults import Faults
    from lambda_mock.service import Service


class StackHost:
    """An activation, to stacks. Their calls are no calls of the test's, but break as those do where it ordered that."""

    def __init__(
        self,
        service: Service,
        faults: Faults,
        at_once: Callable[[], AbstractContextManager[object]],
        url: Callable[[], str],
        seed: int,
    ) -> None:
        self._service = service
        self._faults = faults
        self.at_once = at_once
        self.answers = Answers(url)
        self._seed = seed

    @cached_property
    def ids(self) -> Ids:
        """Drawn from only where there are stacks, and seeding takes its time."""
        return Ids(self._seed, "stacks")

    def input_shape(self, operation: str) -> Any:
        """The input of an operation. One that the installed botocore doesn't know is a NotBuiltError."""
        try:
            return input_shape(operation)
        except OperationNotFoundError as error:
            message = f"The installed botocore doesn't know {operation}, which this template needs: update it."
            raise NotBuiltError(message) from error

    def perform(
        self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str
    ) -> Mapping[str, Any]:
        """Perform an operation for an account, as its caller. Raises a ServiceError."""
        check(operation, parameters)
        strike = self._faults.meet(operation, parameters, region=region, account_id=account_id, of_a_client=False)

        def call() -> Mapping[str, Any]:
            return self._service.call(operation, parameters, region=region, account_id=account_id)

        return call() if strike is None else strike.around(call, None)
