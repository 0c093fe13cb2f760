"""The settings of an event source mapping: what a caller gave, over what the kind of source shows by default.

Settings are kept by AWS's names, as they are answered, and share no container with what the caller gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.event_sources import RESTRICTED, SELF_MANAGED_KAFKA, SQS, SourceKind
from lambda_mock.domain.filters import check_filters
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.limits import Limits

Settings = Mapping[str, Any]

# An empty one of these says nothing: it isn't shown, and given to an update it takes away what was there.
_ABSENT_WHEN_EMPTY = frozenset(
    {
        "DestinationConfig",
        "DocumentDBEventSourceConfig",
        "FilterCriteria",
        "KMSKeyArn",
        "LoggingConfig",
        "MetricsConfig",
        "ProvisionedPollerConfig",
        "ScalingConfig",
    }
)
_WINDOWLESS_BATCH = 10
_YOUNGEST_AGE = 60
_FOREVER = -1


def check_members(kind: SourceKind, given: Settings) -> None:
    """Refuse members that the kind of source doesn't have, and a destination for successes, which none has."""
    for member in given:
        if member in RESTRICTED - kind.members and not _is_empty(given[member]):
            raise _unsupported(member)
    if not _is_empty(given.get("DestinationConfig", {}).get("OnSuccess")):
        raise _unsupported("DestinationConfig")


def initial(kind: SourceKind, given: Settings, uuid: str, limits: Limits, now: float) -> Settings:
    """The settings of a mapping that is new at the moment `now`.

    Its id is also its consumer group's where it has one and none is given.
    """
    _check_position(kind, given)
    _check_moment(given, now)
    if kind is SELF_MANAGED_KAFKA and not given.get("SourceAccessConfigurations"):
        raise InvalidParameterValueException("Required 'sourceAccessConfigurations' parameter is missing.")
    settings = _completed(kind, given, limits)
    if kind.group is not None:
        settings[kind.group] = {"ConsumerGroupId": uuid, **settings.get(kind.group, {})}
    return settings


def changed(kind: SourceKind, settings: Settings, given: Settings, limits: Limits) -> Settings:
    """The settings after an update. What isn't given stays; the consumer group's id can't be another."""
    result = _completed(kind, {**settings, **given}, limits)
    if kind.group is not None:
        group = {**settings[kind.group], **result[kind.group]}
        if group["ConsumerGroupId"] != settings[kind.group]["ConsumerGroupId"]:
            raise InvalidParameterValueException("ConsumerGroupId can not be updated.")
        result[kind.group] = group
    return result


def _completed(kind: SourceKind, given: Settings, limits: Limits) -> dict[str, Any]:
    said = {
        member: deepcopy(value)
        for member, value in given.items()
        if not (member in _ABSENT_WHEN_EMPTY and _is_empty(value))
    }
    if "DestinationConfig" in said:
        said["DestinationConfig"] = {"OnFailure": said["DestinationConfig"]["OnFailure"]}
    settings = {**kind.defaults, **said}
    if kind is SQS:
        _check_queue(settings)
    _check_age(settings)
    check_filters(settings.get("FilterCriteria", {}), limits.filters, kind)
    return settings


def _check_position(kind: SourceKind, given: Settings) -> None:
    position = given.get("StartingPosition")
    if position is None:
        if kind.position_required:
            raise InvalidParameterValueException(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
                "Member must not be null."
            )
    elif not kind.positions:
        raise InvalidParameterValueException(f"StartingPosition is not valid for {kind.name} event sources.")
    elif position not in kind.positions:
        raise InvalidParameterValueException(f"Unsupported starting position for arn type: {given['EventSourceArn']}")
    elif position == "AT_TIMESTAMP" and "StartingPositionTimestamp" not in given:
        raise InvalidParameterValueException("Need to specify a timestamp")


def _check_moment(given: Settings, now: float) -> None:
    """Refuse a moment to start from that hasn't come yet, and one beside another starting position."""
    moment = given.get("StartingPositionTimestamp")
    if moment is None:
        return
    if given.get("StartingPosition") != "AT_TIMESTAMP":
        raise InvalidParameterValueException(
            "StartingPositionTimestamp is only valid if StartingPosition is set to AT_TIMESTAMP."
        )
    if moment > now:
        raise InvalidParameterValueException("StartingPositionTimestamp cannot be in the future.")


def _check_queue(settings: Settings) -> None:
    window = settings["MaximumBatchingWindowInSeconds"]
    if settings["BatchSize"] > _WINDOWLESS_BATCH and window == 0:
        raise InvalidParameterValueException(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )
    if window and settings["EventSourceArn"].endswith(".fifo"):
        raise InvalidParameterValueException("Batching window is not supported for FIFO queues")


def _check_age(settings: Settings) -> None:
    if _FOREVER < settings.get("MaximumRecordAgeInSeconds", _FOREVER) < _YOUNGEST_AGE:
        raise InvalidParameterValueException(
            "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)"
        )


def _unsupported(member: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(f"Unsupported {member} parameter for given event source mapping type.")


def _is_empty(value: object) -> bool:
    """Whether a structure says nothing: it has no members, or none that says anything."""
    if isinstance(value, Mapping):
        return all(_is_empty(member) for member in value.values())
    return value is None or value in ("", [], ())
