"""Every error there is: AWS's, for the code under test, and ours, for the author of the test.

The two never mix. A `ServiceError` is an answer of Lambda, in AWS's words; a `LambdaMockError` says that the mock was
used wrongly, or asked for something that isn't built, and what to do about it.
"""

from __future__ import annotations

import sys
import warnings
from collections import deque
from types import FrameType
from typing import Any, ClassVar

_SERVER_ERROR = 500
# Whose code stands between the line that led to a warning and the place where that is noticed.
_BETWEEN = frozenset(
    {
        *("boto3", "botocore", "concurrent", "contextlib", "dataclasses", "flask", "lambda_mock", "moto", "requests"),
        *("responses", "threading", "urllib3", "werkzeug", "wrapt"),
    }
)
_RUNNERS = ("_pytest", "pluggy", "pytest")


class LambdaMockError(Exception):
    """The mock was used wrongly; the text says how to put it right."""


class NotBuiltError(LambdaMockError):
    """Lambda can do this, and `lambda_mock` can't yet."""


class LambdaMockWarning(UserWarning):
    """Something outside the mock is not as expected; the mock goes on without it."""


warned: deque[str] = deque(maxlen=100)
"""The texts of the last warnings, also of those that a filter keeps silent, for whoever reports a failed test."""


def warn(message: str) -> None:
    """Warn the author of the test, at the line of the test's or a function's own code that led to it."""
    warned.append(message)
    warnings.warn(message, LambdaMockWarning, stacklevel=1 + _levels_to_somebody(sys._getframe(1)))  # noqa: SLF001


def _levels_to_somebody(frame: FrameType | None) -> int:
    """How many frames it takes from `frame` to code that is neither ours nor a library's; 1 where there is none."""
    levels = 1
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package.startswith(_RUNNERS):
            break
        if package not in _BETWEEN and package != "importlib":
            return levels
        # Python itself doesn't count the frames of its import system.
        levels += package != "importlib"
        frame = frame.f_back
    return 1


class ServiceError(Exception):
    """An error that Lambda answers.

    A subclass is named exactly as AWS's code. `message` is AWS's text (None where AWS sends null), `typed` says whether
    the answer carries `Type` (AWS leaves it out of a few), and `members` are the further members of the error's shape,
    such as `Reason`.
    """

    status: ClassVar[int] = 400
    message_member: ClassVar[str] = "message"
    modelled: ClassVar[bool] = True

    def __init__(self, message: str | None, *, typed: bool = True, **members: Any) -> None:
        super().__init__(message)
        self.message = message
        self.typed: bool = typed and self.modelled
        self.members = members

    @property
    def code(self) -> str:
        """The error code, as `Error.Code` of a botocore ClientError shows it."""
        return type(self).__name__

    @property
    def fault(self) -> str:
        """Who is to blame, as AWS's `Type` member says it: `User` or `Service`."""
        return "Service" if self.status >= _SERVER_ERROR else "User"


class InvalidParameterValueException(ServiceError):
    """A parameter is well formed, and Lambda refuses its value."""


class ResourceNotFoundException(ServiceError):
    """The function, version, alias, policy or mapping isn't there."""

    status = 404
    message_member = "Message"


class ResourceConflictException(ServiceError):
    """The resource exists already, or is in a state that forbids the operation."""

    status = 409


class ResourceInUseException(ServiceError):
    """An operation on an event source mapping that is between two states."""

    message_member = "Message"


class ProvisionedConcurrencyConfigNotFoundException(ServiceError):
    """The version or alias has no provisioned concurrency of its own."""

    status = 404


class PreconditionFailedException(ServiceError):
    """The RevisionId isn't the latest one."""

    status = 412


class PolicyLengthExceededException(ServiceError):
    """The resource policy would grow past its limit."""


class AliasLimitExceededException(ServiceError):
    """The function has as many aliases as it may have."""


class PublicPolicyException(ServiceError):
    """The resource policy would let everybody in."""

    message_member = "Message"


class CodeStorageExceededException(ServiceError):
    """The account has no room left for code."""


class CodeSigningConfigNotFoundException(ServiceError):
    """The code signing config that a function is to use isn't there."""

    status = 404
    message_member = "Message"


class CodeVerificationFailedException(ServiceError):
    """The package isn't signed as the function's code signing config demands."""

    message_member = "Message"


class InvalidRequestContentException(ServiceError):
    """The payload of an invocation isn't JSON."""


class RecursiveInvocationException(ServiceError):
    """A function invoked itself in a loop, and Lambda stopped it."""

    message_member = "Message"


class CodeArtifactUserPendingException(ServiceError):
    """The function was idle, and is being made ready again."""

    status = 409


class ResourceNotReadyException(ServiceError):
    """The function was idle, and its network interfaces are being made anew."""

    status = 502


class SnapStartNotReadyException(ServiceError):
    """The version was idle, and its snapshot is being made anew."""

    status = 409
    message_member = "Message"


class NoPublishedVersionException(ServiceError):
    """A function on managed instances was invoked without a qualifier, and there is no `$LATEST.PUBLISHED`."""

    message_member = "Message"


class CapacityProviderLimitExceededException(ServiceError):
    """The account has as many capacity providers as it can have."""


class FunctionVersionsPerCapacityProviderLimitExceededException(ServiceError):
    """As many function versions run on the capacity provider as can."""


class TooManyRequestsException(ServiceError):
    """Throttled; `Reason` says by what."""

    status = 429


class ServiceException(ServiceError):
    """Lambda itself failed."""

    status = 500
    message_member = "Message"


class ValidationException(ServiceError):
    """The request's shape breaks a constraint of the model; not modelled itself, but this is what AWS sends."""

    modelled = False


class RequestEntityTooLargeException(ServiceError):
    """The request is larger than Lambda takes; not modelled, but this is what AWS sends."""

    status = 413
    modelled = False


class AccessDeniedException(ServiceError):
    """The caller has no rights on the resource; not modelled, but this is what AWS sends, with a null message."""

    status = 403
    message_member = "Message"
    modelled = False


class ExpiredTokenException(ServiceError):
    """The caller's temporary credentials are; not modelled, but this is what AWS sends."""

    status = 403
    modelled = False


class UnrecognizedClientException(ServiceError):
    """Nobody knows the caller's credentials; not modelled, but this is what AWS sends."""

    status = 403
    modelled = False


_UPPER_CASE = "Message"
_LOWER_CASE = "message"

# The modelled errors that no rule of ours raises yet: a fault set by the test can still answer with them.
_FURTHER: dict[str, tuple[int, str]] = {
    "CallbackTimeoutException": (400, _UPPER_CASE),
    "CodeArtifactUserDeletedException": (409, _LOWER_CASE),
    "CodeArtifactUserFailedException": (409, _LOWER_CASE),
    "DurableExecutionAlreadyStartedException": (409, _UPPER_CASE),
    "EC2AccessDeniedException": (502, _UPPER_CASE),
    "EC2ThrottledException": (502, _UPPER_CASE),
    "EC2UnexpectedException": (502, _UPPER_CASE),
    "EFSIOException": (410, _UPPER_CASE),
    "EFSMountConnectivityException": (408, _UPPER_CASE),
    "EFSMountFailureException": (403, _UPPER_CASE),
    "EFSMountTimeoutException": (408, _UPPER_CASE),
    "ENILimitReachedException": (502, _UPPER_CASE),
    "ENINotReadyException": (502, _UPPER_CASE),
    "InvalidCodeSignatureException": (400, _UPPER_CASE),
    "InvalidRuntimeException": (502, _UPPER_CASE),
    "InvalidSecurityGroupIDException": (502, _UPPER_CASE),
    "InvalidSubnetIDException": (502, _UPPER_CASE),
    "InvalidZipFileException": (502, _UPPER_CASE),
    "KMSAccessDeniedException": (502, _UPPER_CASE),
    "KMSDisabledException": (502, _UPPER_CASE),
    "KMSInvalidStateException": (502, _UPPER_CASE),
    "KMSNotFoundException": (502, _UPPER_CASE),
    "ModeNotSupportedException": (400, _LOWER_CASE),
    "RequestTooLargeException": (413, _LOWER_CASE),
    "RuntimeAliasDeletedException": (409, _LOWER_CASE),
    "RuntimeVersionDeletedException": (409, _LOWER_CASE),
    "S3FilesMountConnectivityException": (408, _UPPER_CASE),
    "S3FilesMountFailureException": (403, _UPPER_CASE),
    "S3FilesMountTimeoutException": (408, _UPPER_CASE),
    "SerializedRequestEntityTooLargeException": (413, _LOWER_CASE),
    "ServiceQuotaExceededException": (402, _UPPER_CASE),
    "SnapStartException": (400, _UPPER_CASE),
    "SnapStartRegenerationFailureException": (409, _UPPER_CASE),
    "SnapStartTimeoutException": (408, _UPPER_CASE),
    "SubnetIPAddressLimitReachedException": (502, _UPPER_CASE),
    "UnsupportedMediaTypeException": (415, _LOWER_CASE),
}


def _all_errors() -> dict[str, type[ServiceError]]:
    declared = {error.__name__: error for error in ServiceError.__subclasses__()}
    for code, (status, member) in _FURTHER.items():
        declared[code] = type(code, (ServiceError,), {"status": status, "message_member": member})
    return declared


ERRORS: dict[str, type[ServiceError]] = _all_errors()
"""Every error code that Lambda is known to answer, and its class."""
