"""Custom resources: what a stack asks a function for, and what it makes of the answer.

The function is invoked asynchronously, as on AWS, and its answer is waited for where it is asked: moto's CloudFormation
does all of a stack within one call. What hasn't been answered when the event and its retries are through never will be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import NotBuiltError, ServiceError
from lambda_mock.events.custom_resources import request
from lambda_mock.integrations.moto.stacks.answers import read
from lambda_mock.integrations.moto.stacks.failures import ResourceError
from lambda_mock.integrations.moto.stacks.resource import Kind, Made, Resource

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.stacks.resource import Properties, Work

_LONGEST_NAME = 1024
_MASK = "*****"
_NO_ECHO = "NoEcho"

_showing: ContextVar[bool] = ContextVar("lambda_mock_showing", default=False)


class CustomKind(Kind):
    """A resource that a function of the user's makes. Any property goes; `ServiceToken` is the function."""

    type = "AWS::CloudFormation::CustomResource"
    required = ("ServiceToken",)

    def __init__(self, declared_type: str) -> None:
        self._declared_type = declared_type

    def create(self, work: Work, properties: Properties) -> Made:
        """Ask for it to be created."""
        name = work.place.name(_LONGEST_NAME)
        return self._ask(work, "Create", properties, self._there_is(work, name, properties), None)

    def change(self, work: Work, resource: Resource, properties: Properties) -> Made:
        """Ask for an update. An answer with another physical id means that there is a new resource now."""
        if properties["ServiceToken"] != resource.properties["ServiceToken"]:
            raise ResourceError("Modifying service token is not allowed.")
        unfinished = Resource(
            kind=self,
            place=resource.place,
            physical_resource_id=resource.physical_resource_id,
            properties=properties,
            attributes=resource.attributes,
        )
        return self._ask(work, "Update", properties, unfinished, resource)

    def delete(self, work: Work, resource: Resource) -> None:
        """Ask for it to be deleted."""
        self._ask(work, "Delete", resource.properties, None, resource)

    def has(self, attribute: str) -> bool:  # noqa: ARG002 - the function decides
        """Nobody knows before the function has answered."""
        return True

    def attribute(self, resource: Resource, name: str) -> Any:
        """What the function has answered under that name."""
        data: Mapping[str, Any] = resource.attributes["Data"]
        if name not in data:
            about = resource.attributes["Request"]
            raise ResourceError(
                f"CustomResource attribute error: Vendor response doesn't contain {name} attribute in object {about}"
            )
        return _MASK if resource.attributes[_NO_ECHO] and _showing.get() else data[name]

    def complaint(self, properties: Properties) -> str | None:
        """It needs to know whom to ask."""
        return None if "ServiceToken" in properties else ": required key [ServiceToken] not found"

    def _there_is(self, work: Work, name: str, properties: Properties) -> Resource:
        return Resource(kind=self, place=work.place, physical_resource_id=name, properties=properties, attributes={})

    def _ask(
        self,
        work: Work,
        request_type: str,
        properties: Properties,
        unfinished: Resource | None,
        there_was: Resource | None,
    ) -> Made:
        place, request_id = work.place, work.host.ids.uuid()
        key = (place.stack_id, place.logical_id, request_id)
        asked = request(
            request_type=request_type,
            service_token=properties["ServiceToken"],
            response_url=work.host.answers.expect(*key),
            stack_id=place.stack_id,
            request_id=request_id,
            logical_id=place.logical_id,
            resource_type=self._declared_type,
            properties=properties,
            physical_id=None if there_was is None else there_was.physical_resource_id,
            old_properties=there_was.properties if there_was is not None and request_type == "Update" else None,
        )
        try:
            _invoke(work, asked)
        finally:
            body = work.host.answers.take(*key)
        try:
            return _outcome(body, asked, "|".join(key))
        except ResourceError as error:
            error.resource = unfinished
            if unfinished is not None and body is not None:
                unfinished.physical_resource_id = _physical_id_in(body) or unfinished.physical_resource_id
            raise


@contextmanager
def shown() -> Iterator[None]:
    """What is asked for in here will be shown: where a function has answered NoEcho, that is asterisks."""
    token = _showing.set(True)
    try:
        yield
    finally:
        _showing.reset(token)


def _invoke(work: Work, asked: Mapping[str, Any]) -> None:
    token = str(asked["ServiceToken"])
    if token.split(":")[2:3] != ["lambda"]:
        message = (
            f"lambda_mock doesn't ask {token} for the custom resource {work.place.logical_id}: only functions are "
            "asked. Give the ARN of one as ServiceToken."
        )
        raise NotBuiltError(message)
    try:
        with work.host.at_once():
            work("Invoke", FunctionName=token, InvocationType="Event", Payload=json.dumps(asked).encode())
    except ServiceError as error:
        raise ResourceError(f"{error.message} (Service: Lambda, Status Code: {error.status})") from error


def _outcome(body: bytes | None, asked: dict[str, Any], about: str) -> Made:
    if body is None:
        raise ResourceError(
            "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId "
            f"[{asked['RequestId']}]. If you are using the Python cfn-response module, you may need to update your "
            "Lambda function code so that CloudFormation can attach the updated version."
        )
    answer = read(body, asked)
    if answer["Status"] == "FAILED":
        raise ResourceError(
            f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')} "
            f"(RequestId: {asked['RequestId']})"
        )
    physical_id = answer.get("PhysicalResourceId")
    if not physical_id or not isinstance(physical_id, str):
        raise ResourceError("Invalid PhysicalResourceId")
    attributes = {"Data": answer.get("Data") or {}, _NO_ECHO: answer.get(_NO_ECHO) in {True, "true"}, "Request": about}
    return Made(physical_id=physical_id, attributes=attributes)


def _physical_id_in(body: bytes) -> str | None:
    try:
        found = json.loads(body).get("PhysicalResourceId")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
