"""Lists of mappings: of one source, of one function as named, of all; and their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.event_source_mappings.conftest import Mappings

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
TRASH = "arn:aws:sqs:us-east-1:123456789012:trash"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"


def test_a_list_shows_mappings_as_they_are(aws: Account, mappings: Mappings) -> None:
    mapping = mappings.get(mappings.created(STREAM, Tags={"a": "1"}))
    del mapping["ResponseMetadata"]
    assert aws.call("list_event_source_mappings") == aws.answer(200, {"EventSourceMappings": [mapping]})


def test_a_list_can_be_of_one_source_or_of_one_function_as_named(aws: Account, mappings: Mappings) -> None:
    aws.create("bills")
    ids = {
        (named, source): mappings.created(source, FunctionName=named)
        for named in ("orders", "orders:live", "bills")
        for source in (QUEUE, TRASH)
    }
    assert mappings.ids() == set(ids.values())
    assert mappings.ids(EventSourceArn=QUEUE) == {uuid for (_, source), uuid in ids.items() if source == QUEUE}
    assert mappings.ids(FunctionName=ARN) == {ids["orders", QUEUE], ids["orders", TRASH]}
    assert mappings.ids(FunctionName="orders:live") == {ids["orders:live", QUEUE], ids["orders:live", TRASH]}
    assert mappings.ids(FunctionName="bills", EventSourceArn=TRASH) == {ids["bills", TRASH]}


@pytest.mark.parametrize(
    "members", [{"FunctionName": "nobody"}, {"FunctionName": "orders:unborn"}, {"EventSourceArn": TRASH}]
)
def test_a_list_of_what_there_is_not_is_empty(aws: Account, mappings: Mappings, members: Answer) -> None:
    mappings.create()
    assert aws.call("list_event_source_mappings", **members) == aws.answer(200, {"EventSourceMappings": []})


def test_a_list_comes_in_pages_that_end(aws: Account, mappings: Mappings) -> None:
    ids = {mappings.created(f"{QUEUE}-{number}") for number in range(3)}
    paginator = aws.client.get_paginator("list_event_source_mappings")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 1}))
    assert [len(page["EventSourceMappings"]) for page in pages] == [1, 1, 1]
    assert {page["EventSourceMappings"][0]["UUID"] for page in pages} == ids
    assert "NextMarker" not in pages[-1]


def test_a_page_has_100_mappings_at_most(aws: Account, mappings: Mappings) -> None:
    for number in range(101):
        mappings.create(f"{QUEUE}-{number}")
    first = aws.call("list_event_source_mappings", MaxItems=1000)
    assert len(first["EventSourceMappings"]) == 100
    assert len(mappings.listed(Marker=first["NextMarker"])) == 1
