"""How a resource fails: with a reason in CloudFormation's words, which a stack's events repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.errors import ServiceError

_HANDLER_ERRORS = {401: "InvalidCredentials", 403: "AccessDenied", 404: "NotFound", 409: "ResourceConflict"}
_HANDLER_ERRORS[429] = "Throttling"
_SERVER_ERROR = 500
_CONFLICT = 409


class ResourceError(Exception):
    """A resource that couldn't be created, updated or deleted, and with it its stack.

    `resource` is the Resource that there is of it nevertheless, which a rollback takes away or changes back. Where
    nobody has said yet whose failure it is, `logical_id` is empty.
    """

    def __init__(self, reason: str, *, resource: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.resource = resource
        self.logical_id = ""
        self.resource_type = ""

    def of(self, logical_id: str, resource_type: str) -> ResourceError:
        """The error, now of that resource unless it is of another one already."""
        if not self.logical_id:
            self.logical_id, self.resource_type = logical_id, resource_type
        return self


def refused(error: ServiceError, request_id: str, token: str, *, creating: bool) -> ResourceError:
    """What CloudFormation makes of an error that Lambda answered."""
    told = f"{error.message} (Service: Lambda, Status Code: {error.status}, Request ID: {request_id})"
    told += " (SDK Attempt Count: 1)"
    if error.status >= _SERVER_ERROR:
        code = "ServiceInternalError"
    elif creating and error.status == _CONFLICT:
        code = "AlreadyExists"
    else:
        code = _HANDLER_ERRORS.get(error.status, "InvalidRequest")
    return ResourceError(handler_message(told, token, code))


def handler_message(message: str, token: str, code: str) -> str:
    """The reason that a failed handler of a resource type gives."""
    return f'Resource handler returned message: "{message}" (RequestToken: {token}, HandlerErrorCode: {code})'


def misshapen(logical_id: str, problem: str) -> ResourceError:
    """What CloudFormation says of properties that the resource type's schema forbids."""
    return ResourceError(f"Properties validation failed for resource {logical_id} with message:\n[#{problem}]")
