"""How a mapping changes: the states that it goes through, what an update does to its settings, and its end."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.event_source_mappings.conftest import Mappings

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
TRASH = "arn:aws:sqs:us-east-1:123456789012:trash"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/0123"
REQUEST = {"FunctionName": "orders", "EventSourceArn": QUEUE}


observed = pytest.mark.lambda_mock(lifecycle="observed")


@pytest.fixture
def observing(mock_lambda: LambdaMock, lambda_client: Any) -> Any:
    """A client of an account that has a function `orders`, for tests in which a change lasts until it was looked at."""
    mock_lambda.function("orders", lambda event, context: event)
    return lambda_client


def states(client: Any, uuid: str, times: int) -> list[str]:
    """The states that so many looks at a mapping show."""
    return [client.get_event_source_mapping(UUID=uuid)["State"] for _ in range(times)]


# States ---------------------------------------------------------------------------------------------------------------


def test_a_mapping_is_enabled_when_the_next_call_arrives(mappings: Mappings) -> None:
    answer = mappings.create()
    assert answer["State"] == "Creating"
    assert mappings.get(answer["UUID"]) == {**answer, "State": "Enabled", "ResponseMetadata": 200}


def test_a_mapping_that_is_created_disabled_settles_there(mappings: Mappings) -> None:
    answer = mappings.create(Enabled=False)
    assert answer["State"] == "Creating"
    assert mappings.get(answer["UUID"])["State"] == "Disabled"


@pytest.mark.parametrize(
    ("before", "change", "under_way", "after"),
    [
        ("Enabled", {"BatchSize": 5}, "Updating", "Enabled"),
        ("Enabled", {"Enabled": True}, "Updating", "Enabled"),
        ("Enabled", {"Enabled": False}, "Disabling", "Disabled"),
        ("Disabled", {"BatchSize": 5}, "Updating", "Disabled"),
        ("Disabled", {"Enabled": True}, "Enabling", "Enabled"),
    ],
)
def test_an_update_shows_what_is_under_way_and_settles(
    mappings: Mappings, before: str, change: Answer, under_way: str, after: str
) -> None:
    uuid = mappings.created(Enabled=before == "Enabled")
    answer = mappings.update(uuid, **change)
    assert (answer["State"], answer["ResponseMetadata"]) == (under_way, 202)
    assert mappings.get(uuid)["State"] == after


def test_a_deleted_mapping_shows_itself_a_last_time(aws: Account, mappings: Mappings) -> None:
    before = mappings.create()
    after = mappings.delete(before["UUID"])
    assert mappings.plain(after) == {**mappings.plain(before), "State": "Deleting", "ResponseMetadata": 202}
    assert aws.refusal("get_event_source_mapping", UUID=before["UUID"]) == mappings.gone()


def test_a_deleted_mapping_makes_room_for_another_of_its_source(mappings: Mappings) -> None:
    first = mappings.create()
    mappings.delete(first["UUID"])
    assert mappings.plain(mappings.create()) == mappings.plain(first)


def test_a_change_is_dated_by_the_clock(mock_lambda: LambdaMock, mappings: Mappings) -> None:
    mock_lambda.clock.freeze()
    before = mappings.create()
    mock_lambda.clock.advance(3600)
    after = mappings.update(before["UUID"], BatchSize=5)
    assert (after["LastModified"] - before["LastModified"]).total_seconds() == pytest.approx(3600, abs=0.001)
    assert mappings.get(before["UUID"])["LastModified"] == after["LastModified"]


def test_a_mapping_is_dated_to_the_millisecond(mock_lambda: LambdaMock, mappings: Mappings) -> None:
    mock_lambda.clock.freeze()
    created = mappings.create()
    moment = datetime.fromtimestamp(round(mock_lambda.clock.time(), 3), tz=timezone.utc)
    assert created["LastModified"] == moment
    assert moment.microsecond % 1000 == 0


def test_a_mapping_outlives_its_function(aws: Account, mappings: Mappings) -> None:
    uuid = mappings.created()
    before = mappings.get(uuid)
    aws.call("delete_function", FunctionName="orders")
    assert mappings.get(uuid) == before
    assert mappings.delete(uuid)["State"] == "Deleting"


@observed
def test_an_observed_change_lasts_until_it_was_looked_at(observing: Any) -> None:
    uuid = observing.create_event_source_mapping(**REQUEST)["UUID"]
    assert states(observing, uuid, 3) == ["Creating", "Enabled", "Enabled"]
    observing.update_event_source_mapping(UUID=uuid, Enabled=False)
    assert states(observing, uuid, 3) == ["Disabling", "Disabled", "Disabled"]


@observed
def test_an_observed_deletion_lasts_until_it_was_looked_at(observing: Any) -> None:
    uuid = observing.create_event_source_mapping(**REQUEST)["UUID"]
    states(observing, uuid, 1)
    observing.delete_event_source_mapping(UUID=uuid)
    assert states(observing, uuid, 1) == ["Deleting"]
    with pytest.raises(observing.exceptions.ResourceNotFoundException):
        observing.get_event_source_mapping(UUID=uuid)


@observed
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_mapping_with_a_change_under_way_is_in_use(observing: Any, verb: str) -> None:
    uuid = observing.create_event_source_mapping(**REQUEST)["UUID"]
    with pytest.raises(observing.exceptions.ResourceInUseException) as caught:
        getattr(observing, f"{verb}_event_source_mapping")(UUID=uuid)
    message = f"Cannot {verb} the event source mapping because it is in use."
    assert caught.value.response.pop("ResponseMetadata")["HTTPStatusCode"] == 400
    assert caught.value.response == {
        "Error": {"Code": "ResourceInUseException", "Message": message},
        "Message": message,
        "Type": "User",
    }


@observed
def test_a_list_shows_a_change_under_way_and_does_not_end_it(observing: Any) -> None:
    uuid = observing.create_event_source_mapping(**REQUEST)["UUID"]
    (mapping,) = observing.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["State"] == "Creating"
    assert states(observing, uuid, 1) == ["Creating"]


# Updates --------------------------------------------------------------------------------------------------------------


def test_an_update_leaves_what_it_does_not_name(mappings: Mappings) -> None:
    before = mappings.create(STREAM, MaximumRetryAttempts=3, ParallelizationFactor=2)
    change = {"BatchSize": 7, "MaximumRetryAttempts": 0}
    mappings.update(before["UUID"], **change)
    expected = {**mappings.plain(before), **change, "State": "Enabled", "ResponseMetadata": 200}
    assert mappings.plain(mappings.get(before["UUID"])) == expected


@pytest.mark.parametrize("named", ["orders:live", "orders:1", f"{ARN}:$LATEST", "bills"])
def test_an_update_can_name_another_function(aws: Account, mappings: Mappings, named: str) -> None:
    aws.create("bills")
    uuid = mappings.created()
    arn = named if named.startswith("arn:") else aws.arn(named)
    assert mappings.update(uuid, FunctionName=named)["FunctionArn"] == arn
    assert mappings.get(uuid)["FunctionArn"] == arn


@pytest.mark.parametrize(
    ("member", "value", "nothing"),
    [
        ("FilterCriteria", {"Filters": [{"Pattern": '{"body":["a"]}'}]}, {"Filters": []}),
        ("FilterCriteria", {"Filters": [{"Pattern": '{"body":["a"]}'}]}, {}),
        ("ScalingConfig", {"MaximumConcurrency": 5}, {}),
        ("KMSKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1", ""),
    ],
)
def test_an_update_with_nothing_in_it_takes_a_member_away(
    mappings: Mappings, member: str, value: object, nothing: object
) -> None:
    answer = mappings.create(QUEUE, **{member: value})
    assert answer[member] == value
    assert member not in mappings.update(answer["UUID"], **{member: nothing})


def test_an_update_without_a_destination_takes_it_away(mappings: Mappings) -> None:
    uuid = mappings.created(STREAM, DestinationConfig={"OnFailure": {"Destination": TRASH}})
    answer = mappings.update(uuid, DestinationConfig={"OnFailure": {}})
    assert answer["DestinationConfig"] == {"OnFailure": {}}


def test_an_update_can_not_move_a_mapping_to_another_consumer_group(aws: Account, mappings: Mappings) -> None:
    uuid = mappings.created(CLUSTER, Topics=["bills"])
    config = {"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "other"}}
    assert mappings.update_refusal(uuid, **config) == aws.invalid("ConsumerGroupId can not be updated.")
    assert mappings.update(uuid, BatchSize=5)["AmazonManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": uuid}


def test_an_update_of_the_schemas_leaves_the_consumer_group(mappings: Mappings) -> None:
    uuid = mappings.created(CLUSTER, Topics=["bills"])
    schemas = {"SchemaRegistryConfig": {"SchemaRegistryURI": "https://schemas.example.com"}}
    answer = mappings.update(uuid, AmazonManagedKafkaEventSourceConfig=schemas)
    assert answer["AmazonManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": uuid, **schemas}


@pytest.mark.parametrize("change", [{"FunctionName": "nobody", "BatchSize": 5}, {"BatchSize": 15, "Enabled": False}])
def test_a_refused_update_changes_nothing(mappings: Mappings, change: Answer) -> None:
    uuid = mappings.created()
    before = mappings.get(uuid)
    mappings.update_refusal(uuid, **change)
    assert mappings.get(uuid) == before


@pytest.mark.parametrize(
    ("member", "inner", "value"),
    [
        ("FilterCriteria", "Filters", [{"Pattern": '{"a": [1]}'}]),
        ("AmazonManagedKafkaEventSourceConfig", "SchemaRegistryConfig", {"SchemaRegistryURI": "https://schemas.test"}),
    ],
)
def test_a_mapping_shares_nothing_with_the_request_that_made_it(
    mappings: Mappings, mock_lambda: LambdaMock, member: str, inner: str, value: Any
) -> None:
    source = {"FilterCriteria": QUEUE}.get(member, CLUSTER)
    uuid = mappings.created(source, **{member: {inner: value}}, **({"Topics": ["bills"]} if source == CLUSTER else {}))
    [call] = mock_lambda.calls.filter(operation="CreateEventSourceMapping")
    call.parameters[member][inner].clear()
    assert mappings.get(uuid)[member][inner] == value
