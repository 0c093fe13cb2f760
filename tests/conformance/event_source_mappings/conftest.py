"""An account with a function `orders`, and the event source mappings that the tests here make of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

PREFIX = "arn:aws:lambda:us-east-1:123456789012"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
ACCESS = {"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka"}


class Mappings:
    """The calls on event source mappings, with a request's usual members filled in."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws

    def create(self, source: str | None = QUEUE, **members: Any) -> Answer:
        """Map a source, and without one whatever `members` say, to `orders`; a stream from its beginning."""
        return self.aws.call("create_event_source_mapping", **_request(source, members))

    def created(self, source: str | None = QUEUE, **members: Any) -> str:
        """The id of a new mapping."""
        return str(self.create(source, **members)["UUID"])

    def create_refusal(self, source: str | None = QUEUE, **members: Any) -> Answer:
        return self.aws.refusal("create_event_source_mapping", **_request(source, members))

    def update(self, uuid: str, **members: Any) -> Answer:
        return self.aws.call("update_event_source_mapping", UUID=uuid, **members)

    def update_refusal(self, uuid: str, **members: Any) -> Answer:
        return self.aws.refusal("update_event_source_mapping", UUID=uuid, **members)

    def get(self, uuid: str) -> Answer:
        return self.aws.call("get_event_source_mapping", UUID=uuid)

    def delete(self, uuid: str) -> Answer:
        return self.aws.call("delete_event_source_mapping", UUID=uuid)

    def listed(self, **members: Any) -> Any:
        return self.aws.call("list_event_source_mappings", **members)["EventSourceMappings"]

    def ids(self, **members: Any) -> set[str]:
        return {mapping["UUID"] for mapping in self.listed(**members)}

    @staticmethod
    def kafka(*servers: str, topic: str = "bills", **members: Any) -> Answer:
        """The members that map a topic of self-managed Kafka."""
        return {
            "source": None,
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}},
            "Topics": [topic],
            "SourceAccessConfigurations": [ACCESS],
            **members,
        }

    @staticmethod
    def plain(answer: Answer) -> Answer:
        """An answer less what differs from run to run, once that was found to be well formed."""
        assert answer["EventSourceMappingArn"] == f"{PREFIX}:event-source-mapping:{answer['UUID']}"
        assert isinstance(answer["LastModified"], datetime)
        volatile = {"UUID", "EventSourceMappingArn", "LastModified"}
        return {name: value for name, value in answer.items() if name not in volatile}

    def gone(self) -> Answer:
        return self.aws.error("ResourceNotFoundException", "The resource you requested does not exist.")

    def conflict(self, message: str, uuid: str) -> Answer:
        return self.aws.error(
            "ResourceConflictException",
            f"{message} already exists. Please update or delete the existing mapping with UUID {uuid}",
        )


def _request(source: str | None, members: Answer) -> Answer:
    request: Answer = {"FunctionName": "orders"}
    if source is not None:
        request["EventSourceArn"] = source
        if ":stream/" in source or "/stream/" in source:
            request["StartingPosition"] = "TRIM_HORIZON"
    return request | members


@pytest.fixture
def mappings(aws: Account) -> Mappings:
    """Mappings of an account with a function `orders`, its version 1 and the alias `live` of it."""
    aws.create(Publish=True)
    aws.alias("live", "1")
    return Mappings(aws)
