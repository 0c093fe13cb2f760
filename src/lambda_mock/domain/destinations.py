"""Destinations: which ARNs Lambda takes as the place where the outcome of an event goes.

Functions of the same account and region have to exist, and so has what a neighbour would know; everything else is
believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.store import Store

Destinations = Mapping[str, Mapping[str, str]]

# By side, in the order in which they are checked. S3 takes failures only, says the model's documentation.
_SERVICES: Mapping[str, frozenset[str]] = {
    "OnSuccess": frozenset({"events", "lambda", "sns", "sqs"}),
    "OnFailure": frozenset({"events", "lambda", "s3", "sns", "sqs"}),
}


def check_destinations(
    destinations: Destinations, function_name: str, store: Store, neighbourhood: Neighbourhood
) -> None:
    """Refuse what can't be a destination of that function, in AWS's words: InvalidParameterValueException."""
    for side, services in _SERVICES.items():
        arn = destinations.get(side, {}).get("Destination")
        if not arn:
            continue
        service = "".join(arn.split(":")[2:3])
        if service not in services:
            raise InvalidParameterValueException(
                f"The provided destination config {_in_java(destinations)} is invalid."
            )
        if service == "lambda":
            _check_function(arn, function_name, store)
        else:
            _check_elsewhere(arn, neighbourhood)


def _check_elsewhere(arn: str, neighbourhood: Neighbourhood) -> None:
    if neighbourhood.ask(lambda them: them.has(arn)) is False:
        raise _invalid(arn)


def _invalid(arn: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(f"The destination ARN {arn} is invalid.")


def _check_function(arn: str, function_name: str, store: Store) -> None:
    reference = store.local_reference(arn)
    if reference is None:
        region, account_id, kind = arn.split(":")[3:6]
        missing = kind != "function" or (region, account_id) == (store.region, store.account_id)
    else:
        found = store.functions.get(reference.name)
        missing = found is None or not found.has(reference.qualifier)
    if missing:
        raise _invalid(arn)
    if reference is not None and reference.name == function_name:
        raise InvalidParameterValueException("You can't specify the function as a destination for itself.")


def _in_java(destinations: Destinations) -> str:
    """The members as Java prints them: `DestinationConfig(onSuccess=OnSuccess(destination=ARN), onFailure=null)`."""
    sides = (
        f"o{side[1:]}={side}(destination={destinations[side].get('Destination', 'null')})"
        if side in destinations
        else f"o{side[1:]}=null"
        for side in _SERVICES
    )
    return f"DestinationConfig({', '.join(sides)})"
