"""Tags: the same rules for everything that can be tagged."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lambda_mock.errors import InvalidParameterValueException


def check_tags(tags: Mapping[str, str], limit: int) -> None:
    """Refuse a set of tags that is larger than one resource can have."""
    if len(tags) > limit:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")


def merged(tags: Mapping[str, str], more: Mapping[str, str], limit: int) -> dict[str, str]:
    """The tags with `more` over them. The limit counts the keys that come out."""
    result = {**tags, **more}
    check_tags(result, limit)
    return result


def without(tags: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """The tags less those keys; one that isn't there is no error."""
    return {key: value for key, value in tags.items() if key not in keys}
