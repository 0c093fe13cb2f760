"""DynamoDB's events: changes of items as the stream of their table tells them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Literal

from lambda_mock.errors import LambdaMockError
from lambda_mock.events.attribute_values import Item, size_of_item, typed_item
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, digits_of, numbered, refuse, region_in
from lambda_mock.events.moments import DEFAULT, Moment, epoch, to_the_millisecond

View = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
"""What a stream shows of a change."""

Change = tuple[Item | None, Item | None]
"""An item before and after: None for an item that wasn't there, or isn't there any more."""

_IMAGES: Mapping[str, tuple[str, ...]] = {
    "KEYS_ONLY": (),
    "NEW_IMAGE": ("NewImage",),
    "OLD_IMAGE": ("OldImage",),
    "NEW_AND_OLD_IMAGES": ("NewImage", "OldImage"),
}
_EXPIRED = {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
_FIRST = 4421584500000000017450439091
_OF_A_CHANGE = 2


def record(
    *,
    event_id: str,
    event_name: str,
    arrived: float,
    images: Mapping[str, Mapping[str, Any]],
    sequence_number: str,
    view: str,
    stream_arn: str,
    expired: bool = False,
) -> Event:
    """The record of a change: `images` has the typed items that the stream shows, `Keys` first.

    `arrived` is in epoch seconds. An item may have `expired`, and not been deleted by anybody.
    """
    return {
        "eventID": event_id,
        "eventName": event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region_in(stream_arn),
        "dynamodb": {
            "ApproximateCreationDateTime": float(int(arrived)),
            **images,
            "SequenceNumber": sequence_number,
            "SizeBytes": sum(map(size_of_item, images.values())),
            "StreamViewType": view,
        },
        **({"userIdentity": dict(_EXPIRED)} if expired else {}),
        "eventSourceARN": stream_arn,
    }


# Builders -------------------------------------------------------------------------------------------------------------


def dynamodb(
    *changes: Change,
    table: str = "table",
    keys: str | Sequence[str] | None = None,
    view: View = "NEW_AND_OLD_IMAGES",
    expired: bool = False,
    sequence_number: int | str = _FIRST,
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """Changes of items of a table, in one batch: `events.dynamodb((None, {"id": 1}), ({"id": 2}, None))`.

    A change is the item before and after it: without a before it was inserted, without an after removed. Without any
    change there is one, an item that was inserted. An item is plain Python, `{"id": "1", "price": 9.5, "tags": {"a"}}`,
    or has the types of DynamoDB throughout. `keys` are the names of the table's key attributes, the first attribute of
    the item without it. `view` is what the stream shows. `expired` items were removed by their time to live. `table` is
    a name, or the ARN of the stream; the records are numbered from `sequence_number` on.

    LambdaMockError for a change that DynamoDB wouldn't tell: of nothing, or of an item's key.

    Source: events recorded from AWS; "Using AWS Lambda with Amazon DynamoDB" in the developer guide of Lambda.
    """
    if view not in _IMAGES:
        refuse("view", view, _IMAGES)
    arn = arn_of(
        "table",
        table,
        "dynamodb",
        region,
        account_id,
        before="table/",
        after=f"/stream/{to_the_millisecond(DEFAULT).removesuffix('Z')}",
    )
    moment = epoch(at)
    records = []
    for place, change in enumerate(changes or ((None, {"id": "1"}),)):
        event_name, images = _images(change, keys)
        if expired and event_name != "REMOVE":
            raise LambdaMockError("expired= is of items that were removed. Give such as ({'id': '1'}, None).")
        shown = ("Keys", *_IMAGES[view])
        records.append(
            record(
                event_id=event_id or digits_of(32, arn, place, repr(images)),
                event_name=event_name,
                arrived=moment,
                images={
                    name: images[name] for name in ("Keys", "NewImage", "OldImage") if name in images and name in shown
                },
                sequence_number=numbered(sequence_number, place),
                view=view,
                stream_arn=arn,
                expired=expired,
            )
        )
    return {"Records": records}


def dynamodb_insert(
    item: Item | None = None,
    *,
    table: str = "table",
    keys: str | Sequence[str] | None = None,
    view: View = "NEW_AND_OLD_IMAGES",
    sequence_number: int | str = _FIRST,
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An item was inserted: `events.dynamodb_insert({"id": "1", "price": 9.5})`.

    As `events.dynamodb`, of one change.
    """
    return dynamodb(
        (None, {"id": "1"} if item is None else item),
        table=table,
        keys=keys,
        view=view,
        sequence_number=sequence_number,
        event_id=event_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def dynamodb_modify(
    old: Item,
    new: Item,
    *,
    table: str = "table",
    keys: str | Sequence[str] | None = None,
    view: View = "NEW_AND_OLD_IMAGES",
    sequence_number: int | str = _FIRST,
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An item was changed: `events.dynamodb_modify({"id": "1", "n": 1}, {"id": "1", "n": 2})`.

    As `events.dynamodb`, of one change.
    """
    return dynamodb(
        (old, new),
        table=table,
        keys=keys,
        view=view,
        sequence_number=sequence_number,
        event_id=event_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def dynamodb_remove(
    item: Item | None = None,
    *,
    table: str = "table",
    keys: str | Sequence[str] | None = None,
    view: View = "NEW_AND_OLD_IMAGES",
    expired: bool = False,
    sequence_number: int | str = _FIRST,
    event_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """An item was removed, by somebody or by its time to live (`expired`): `events.dynamodb_remove({"id": "1"})`.

    As `events.dynamodb`, of one change.
    """
    return dynamodb(
        ({"id": "1"} if item is None else item, None),
        table=table,
        keys=keys,
        view=view,
        expired=expired,
        sequence_number=sequence_number,
        event_id=event_id,
        region=region,
        account_id=account_id,
        at=at,
    )


def _images(change: Change, keys: str | Sequence[str] | None) -> tuple[str, dict[str, dict[str, Any]]]:
    """The name of a change, and all that a stream could show of it."""
    given: object = change
    if not isinstance(given, tuple) or len(given) != _OF_A_CHANGE or given == (None, None):
        raise LambdaMockError(
            f"{change!r} is no change of an item. Give the item before and after, such as (None, {{'id': '1'}}) for "
            "one that was inserted."
        )
    before, after = change
    old = None if before is None else typed_item("the item before", before)
    new = None if after is None else typed_item("the item after", after)
    item = new if new is not None else old or {}
    named = _names_of(keys, item)
    key = _key(named, item)
    if old is None:
        return "INSERT", {"Keys": key, "NewImage": item}
    if new is None:
        return "REMOVE", {"Keys": key, "OldImage": old}
    if _key(named, old) != key:
        raise LambdaMockError(
            f"The key {', '.join(named)} of an item can't change, from {_key(named, old)} to {key}: DynamoDB tells two "
            "changes, one item that was removed and one that was inserted."
        )
    if old == new:
        raise LambdaMockError("The item is the same before and after: DynamoDB tells nothing of that.")
    return "MODIFY", {"Keys": key, "NewImage": new, "OldImage": old}


def _names_of(keys: str | Sequence[str] | None, item: Mapping[str, Any]) -> list[str]:
    if keys is None:
        return list(item)[:1]
    return [keys] if isinstance(keys, str) else list(keys)


def _key(named: Sequence[str], item: Mapping[str, Any]) -> dict[str, Any]:
    for name in named:
        if name not in item:
            near = difflib.get_close_matches(name, list(item), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise LambdaMockError(f"The item has no key {name!r}.{hint} It has: {', '.join(item)}.")
    if not named:
        raise LambdaMockError("An item without attributes has no key: give at least one.")
    return {name: deepcopy(item[name]) for name in named}
