"""Event sources: whether the queue or stream of a mapping is there, and gives the function enough time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.event_sources import DYNAMODB, KINESIS, SQS, SourceKind
from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood


def check_source(neighbourhood: Neighbourhood, kind: SourceKind, arn: str, timeout: int) -> None:
    """Refuse a queue, stream or consumer that isn't there for a function with that timeout, in seconds.

    Brokers, clusters and servers are believed.
    """
    if kind is SQS:
        _check_queue(neighbourhood, arn, timeout)
    elif (kind is KINESIS or kind is DYNAMODB) and neighbourhood.ask(lambda them: them.has(arn)) is False:
        raise InvalidParameterValueException(f"Stream not found: {arn}")


def _check_queue(neighbourhood: Neighbourhood, arn: str, timeout: int) -> None:
    try:
        hidden = neighbourhood.ask(lambda them: them.visibility_timeout(arn))
    except MissingError:
        raise InvalidParameterValueException(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist."
        ) from None
    if hidden is not None and hidden < timeout:
        raise InvalidParameterValueException(
            f"Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds"
        )
