"""AWS::Lambda::EventSourceMapping, Url and EventInvokeConfig: how events come to a function, and where they end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.stacks.resource import Kind, Made, change_tags, only, tags_of

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Resource, Work

_UNDER_WAY = ("Creating", "Enabling", "Disabling", "Updating", "Deleting")

# What a setting of a mapping goes back to when a template no longer has it. None: it stays as it is.
_MAPPING: dict[str, Any] = {
    "AmazonManagedKafkaEventSourceConfig": None,
    "BatchSize": None,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "DocumentDBEventSourceConfig": None,
    "Enabled": True,
    "FilterCriteria": {},
    "FunctionName": None,
    "FunctionResponseTypes": [],
    "KmsKeyArn": "",
    "LoggingConfig": None,
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "MetricsConfig": {"Metrics": []},
    "ParallelizationFactor": 1,
    "ProvisionedPollerConfig": {},
    "ScalingConfig": {},
    "SelfManagedKafkaEventSourceConfig": None,
    "SourceAccessConfigurations": [],
    "TumblingWindowInSeconds": 0,
}
_SOURCE = ("EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource")


class EventSourceMappingKind(Kind):
    """A mapping, known by its UUID."""

    type = "AWS::Lambda::EventSourceMapping"
    properties = ("Queues", "Tags", "Topics", *_SOURCE, *_MAPPING)
    required = ("FunctionName",)
    # The API has no call that changes topics or queues.
    fixed = (*_SOURCE, "Queues", "Topics")
    attributes = ("Id", "EventSourceMappingArn")

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateEventSourceMapping."""
        given = {name: value for name, value in properties.items() if name != "Tags"}
        made = work(
            "CreateEventSourceMapping", Tags={**work.place.tags, **tags_of(properties)}, **_as_the_api_has_it(given)
        )
        self._wait(work, made["UUID"])
        attributes = {"Id": made["UUID"], "EventSourceMappingArn": made["EventSourceMappingArn"]}
        return Made(physical_id=made["UUID"], attributes=attributes)

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateEventSourceMapping."""
        old, uuid = resource.properties, resource.physical_resource_id
        settings = {
            name: properties.get(name, default)
            for name, default in _MAPPING.items()
            if old.get(name) != properties.get(name) and properties.get(name, default) is not None
        }
        if settings:
            work("UpdateEventSourceMapping", UUID=uuid, **_as_the_api_has_it(settings))
            self._wait(work, uuid)
        change_tags(work, resource.attributes["EventSourceMappingArn"], old, properties)
        return Made(physical_id=uuid, attributes=resource.attributes)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteEventSourceMapping."""
        work("DeleteEventSourceMapping", UUID=resource.physical_resource_id)
        self._wait(work, resource.physical_resource_id)

    def _wait(self, work: Work, uuid: str) -> None:
        work.settled("GetEventSourceMapping", lambda found: found["State"] not in _UNDER_WAY, UUID=uuid)


class UrlKind(Kind):
    """A function URL, of the function or of an alias, known by the ARN that it leads to."""

    type = "AWS::Lambda::Url"
    properties = ("AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn")
    required = ("TargetFunctionArn", "AuthType")
    fixed = ("TargetFunctionArn", "Qualifier")
    attributes = ("FunctionUrl", "FunctionArn")

    def create(self, work: Work, properties: Properties) -> Made:
        """CreateFunctionUrlConfig."""
        made = work("CreateFunctionUrlConfig", **_target(properties), **only(properties, self.properties[:3]))
        return Made(physical_id=made["FunctionArn"], attributes=only(made, self.attributes))

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """UpdateFunctionUrlConfig."""
        settings = {"Cors": {}, "InvokeMode": "BUFFERED", **only(properties, self.properties[:3])}
        work("UpdateFunctionUrlConfig", **_target(properties), **settings)
        return Made(physical_id=resource.physical_resource_id, attributes=resource.attributes)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteFunctionUrlConfig."""
        work("DeleteFunctionUrlConfig", **_target(resource.properties))


class EventInvokeConfigKind(Kind):
    """What becomes of asynchronous invocations of a version, of an alias or of `$LATEST`."""

    type = "AWS::Lambda::EventInvokeConfig"
    properties = (
        "DestinationConfig",
        "FunctionName",
        "MaximumEventAgeInSeconds",
        "MaximumRetryAttempts",
        "Qualifier",
    )
    required = ("FunctionName", "Qualifier")
    fixed = ("FunctionName", "Qualifier")

    def create(self, work: Work, properties: Properties) -> Made:
        """PutFunctionEventInvokeConfig."""
        work("PutFunctionEventInvokeConfig", **properties)
        return Made(physical_id=f"{properties['FunctionName']}|{properties['Qualifier']}")

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """PutFunctionEventInvokeConfig, which forgets what it isn't told."""
        work("PutFunctionEventInvokeConfig", **properties)
        return Made(physical_id=resource.physical_resource_id)

    def delete(self, work: Work, resource: Resource) -> None:
        """DeleteFunctionEventInvokeConfig."""
        work("DeleteFunctionEventInvokeConfig", **only(resource.properties, ("FunctionName", "Qualifier")))


def _target(properties: Properties) -> dict[str, Any]:
    return {"FunctionName": properties["TargetFunctionArn"], "Qualifier": properties.get("Qualifier")}


def _as_the_api_has_it(properties: Properties) -> dict[str, Any]:
    named = {"KMSKeyArn" if name == "KmsKeyArn" else name: value for name, value in properties.items()}
    brokers = named.get("SelfManagedEventSource")
    if isinstance(brokers, Mapping):
        endpoints = brokers.get("Endpoints", {})
        named["SelfManagedEventSource"] = {
            "Endpoints": {_ENDPOINTS.get(name, name): value for name, value in endpoints.items()}
        }
    return named


_ENDPOINTS = {"KafkaBootstrapServers": "KAFKA_BOOTSTRAP_SERVERS"}
