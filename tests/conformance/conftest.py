"""What the conformance tests speak with: an account of AWS, and its answers and errors to compare whole ones with.

Answers and errors are compared with every member they have. Only what differs from run to run is matched by its form.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

Answer = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/lambda-role"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:latest"
CODE = "def handler(event, context):\n    return {'event': event, 'version': context.function_version}\n"

# What an error's response holds besides `Error`: the status, and under which name the message stands once more.
ERRORS: Mapping[str, tuple[int, str | None]] = {
    "AccessDeniedException": (403, None),
    "AliasLimitExceededException": (400, "message"),
    "CapacityProviderLimitExceededException": (400, "message"),
    "CodeSigningConfigNotFoundException": (404, "Message"),
    "CodeStorageExceededException": (400, "message"),
    "CodeVerificationFailedException": (400, "Message"),
    "FunctionVersionsPerCapacityProviderLimitExceededException": (400, "message"),
    "InvalidParameterValueException": (400, "message"),
    "InvalidRequestContentException": (400, "message"),
    "NoPublishedVersionException": (400, "Message"),
    "PolicyLengthExceededException": (400, "message"),
    "PreconditionFailedException": (412, "message"),
    "ProvisionedConcurrencyConfigNotFoundException": (404, "message"),
    "PublicPolicyException": (400, "Message"),
    "RequestEntityTooLargeException": (413, None),
    "ResourceConflictException": (409, "message"),
    "ResourceNotFoundException": (404, "Message"),
    "TooManyRequestsException": (429, "message"),
    "ValidationException": (400, None),
}


# An older botocore shows nothing more of errors that it doesn't know.
KNOWN_SHAPES = frozenset(Session().get_service_model("lambda").shape_names)


class Like:
    """Equal to every text that matches a pattern as a whole."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self._pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        return hash(self._pattern)

    def __repr__(self) -> str:
        return f"Like({self._pattern.pattern!r})"


UUID = Like("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DATE = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
LINK = Like(r"https://awslambda-[a-z0-9-]+-tasks\.s3\.us-east-1\.amazonaws\.com/.+")
RUNTIME_VERSION = Like("arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}")

UNDER_WAY = "The function is being created."
PENDING = {"State": "Pending", "StateReason": UNDER_WAY, "StateReasonCode": "Creating"}
ACTIVE = {"State": "Active", "LastUpdateStatus": "Successful"}
UPDATING = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": UNDER_WAY,
    "LastUpdateStatusReasonCode": "Creating",
}


def package(text: str = CODE, name: str = "index.py") -> bytes:
    """A zip of one file, whose bytes are the same whenever its content is."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()


def _creation(name: str, code: str, members: Answer) -> Answer:
    defaults: Answer = {"FunctionName": name, "Role": ROLE}
    if members.get("PackageType") == "Image":
        defaults["Code"] = {"ImageUri": IMAGE}
    else:
        defaults |= {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": package(code)}}
    return {key: value for key, value in (defaults | members).items() if value is not None}


class Account:
    """Account 123456789012 in us-east-1: the calls of a test, and what AWS is expected to say to them."""

    UUID = UUID
    DATE = DATE
    LINK = LINK
    ROLE = ROLE
    IMAGE = IMAGE
    PENDING: Answer = PENDING
    ACTIVE: Answer = ACTIVE
    UPDATING: Answer = UPDATING

    def __init__(self, client: Any) -> None:
        self.client = client

    # Calls -------------------------------------------------------------------------------------------------------

    def call(self, operation: str, **parameters: Any) -> Answer:
        """The whole answer to a call, with nothing of ResponseMetadata but the status."""
        answer = getattr(self.client, operation)(**parameters)
        return {**answer, "ResponseMetadata": answer["ResponseMetadata"]["HTTPStatusCode"]}

    def refusal(self, operation: str, **parameters: Any) -> Answer:
        """The whole error that a call is refused with, with nothing of ResponseMetadata but the status."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client, operation)(**parameters)
        response: Answer = {**caught.value.response}
        return {**response, "ResponseMetadata": response["ResponseMetadata"]["HTTPStatusCode"]}

    def create(self, name: str = "orders", code: str = CODE, **members: Any) -> Answer:
        """Create a function from a zip, or from an image where `PackageType` says so."""
        return self.call("create_function", **_creation(name, code, members))

    def refused_creation(self, name: str = "orders", code: str = CODE, **members: Any) -> Answer:
        """The whole error that such a creation is refused with. A member that is None isn't sent."""
        return self.refusal("create_function", **_creation(name, code, members))

    def update_code(self, code: str, name: str = "orders", **members: Any) -> Answer:
        return self.call("update_function_code", FunctionName=name, ZipFile=package(code), **members)

    def configure(self, name: str = "orders", **members: Any) -> Answer:
        return self.call("update_function_configuration", FunctionName=name, **members)

    def publish(self, name: str = "orders", **members: Any) -> Answer:
        return self.call("publish_version", FunctionName=name, **members)

    def shown(self, qualifier: str | None = None, name: str = "orders") -> Answer:
        """What GetFunctionConfiguration shows."""
        parameters = {} if qualifier is None else {"Qualifier": qualifier}
        return self.call("get_function_configuration", FunctionName=name, **parameters)

    def alias(self, alias: str = "live", version: str = "1", name: str = "orders", **members: Any) -> Answer:
        return self.call("create_alias", FunctionName=name, Name=alias, FunctionVersion=version, **members)

    def release(self, *texts: str, name: str = "orders") -> None:
        """Create a function and publish versions 1, 2, ... whose code returns those texts."""
        first, *others = [f"def handler(event, context):\n    return {text!r}\n" for text in texts]
        self.create(name, first, Publish=True)
        for code in others:
            self.update_code(code, name, Publish=True)

    def result(self, qualifier: str | None = None, name: str = "orders") -> tuple[str, str]:
        """The payload of an invocation, and the version that ran."""
        parameters = {} if qualifier is None else {"Qualifier": qualifier}
        answer = self.call("invoke", FunctionName=name, **parameters)
        return answer["Payload"].read().decode(), answer["ExecutedVersion"]

    # What AWS says -----------------------------------------------------------------------------------------------

    @staticmethod
    def package(text: str = CODE, name: str = "index.py") -> bytes:
        return package(text, name)

    @staticmethod
    def arn(name: str = "orders", qualifier: str | None = None) -> str:
        suffix = "" if qualifier is None else f":{qualifier}"
        return f"arn:aws:lambda:us-east-1:123456789012:function:{name}{suffix}"

    @staticmethod
    def answer(status: int, members: Answer) -> Answer:
        """An answer with that status."""
        return {**members, "ResponseMetadata": status}

    def configuration(
        self, name: str = "orders", qualifier: str | None = None, code: str = CODE, **members: Any
    ) -> Answer:
        """The configuration of a function that `create` made, with other members; one that is None isn't there."""
        content = package(code)
        expected: Answer = {
            "Architectures": ["x86_64"],
            "CodeSha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
            "CodeSize": len(content),
            "Description": "",
            "EphemeralStorage": {"Size": 512},
            "FunctionArn": self.arn(name, qualifier),
            "FunctionName": name,
            "Handler": "index.handler",
            "LastModified": DATE,
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
            "MemorySize": 128,
            "PackageType": "Zip",
            "RevisionId": UUID,
            "Role": ROLE,
            "Runtime": "python3.12",
            "RuntimeVersionConfig": {"RuntimeVersionArn": RUNTIME_VERSION},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "Timeout": 3,
            "TracingConfig": {"Mode": "PassThrough"},
            "Version": "$LATEST",
        }
        return {key: value for key, value in (expected | members).items() if value is not None}

    def list_item(self, name: str = "orders", qualifier: str | None = None, **members: Any) -> Answer:
        """The same as a list shows it, which leaves out the states and the runtime's version."""
        return self.configuration(name, qualifier, RuntimeVersionConfig=None, **members)

    def alias_configuration(self, alias: str = "live", name: str = "orders", **members: Any) -> Answer:
        expected: Answer = {
            "AliasArn": self.arn(name, alias),
            "Name": alias,
            "FunctionVersion": "1",
            "Description": "",
            "RevisionId": UUID,
        }
        return expected | members

    def deletion(self) -> Answer:
        """The answer to DeleteFunction, in which older models of botocore know no members."""
        shape = self.client.meta.service_model.operation_model("DeleteFunction").output_shape
        return self.answer(204, {} if shape is None else {"StatusCode": 204})

    @staticmethod
    def error(code: str, message: str | None, *, typed: bool = True) -> Answer:
        """An error response. What the model knows has its message once more, under the name that its shape gives it."""
        status, member = ERRORS[code]
        expected: Answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": status}
        if member is None or code not in KNOWN_SHAPES:
            return expected
        return expected | {member: message} | ({"Type": "User"} if typed else {})

    def not_found(self, name: str = "orders", qualifier: str | None = None) -> Answer:
        return self.error("ResourceNotFoundException", f"Function not found: {self.arn(name, qualifier)}")

    def invalid(self, message: str, *, typed: bool = True) -> Answer:
        return self.error("InvalidParameterValueException", message, typed=typed)

    def misshapen(self, *items: str) -> Answer:
        """The request's shape breaks constraints: `Value '...' at '...' failed to satisfy constraint: ...` of each."""
        plural = "s" if len(items) > 1 else ""
        return self.error("ValidationException", f"{len(items)} validation error{plural} detected: {'; '.join(items)}")


# As production code waits ----------------------------------------------------------------------------------------

Waiting = Callable[[Any, Answer, Answer], None]
# The mock's clock is the test's: waiting takes none of it.
AT_ONCE = {"Delay": 0}
_MOST_LOOKS = 5


def _wait(waiter: str) -> Waiting:
    """Wait for `$LATEST` with that waiter, and for a version that the same call published with the one for those."""

    def wait(client: Any, parameters: Answer, answer: Answer) -> None:
        if "CapacityProviderConfig" in answer:  # what can't be invoked is never what the waiters wait for
            _wait_for_managed(client, parameters, answer)
        else:
            client.get_waiter(waiter).wait(FunctionName=answer["FunctionName"], WaiterConfig=AT_ONCE)
        if answer["Version"] != "$LATEST":
            _wait_for_version(client, parameters, answer)

    return wait


def _wait_for_version(client: Any, _: Answer, answer: Answer) -> None:
    version = {"FunctionName": answer["FunctionName"], "Qualifier": answer["Version"]}
    client.get_waiter("published_version_active").wait(**version, WaiterConfig=AT_ONCE)


def _look(
    read: str, named: Callable[[Answer, Answer], Answer], state: Callable[[Answer], str], *settled: str
) -> Waiting:
    """Look at what botocore has no waiter for, until it has settled or is gone."""

    def wait(client: Any, parameters: Answer, answer: Answer) -> None:
        missing = client.exceptions
        with contextlib.suppress(
            missing.ResourceNotFoundException, missing.ProvisionedConcurrencyConfigNotFoundException
        ):
            for _ in range(_MOST_LOOKS):
                if state(getattr(client, read)(**named(parameters, answer))) in settled:
                    return
            pytest.fail(f"{read} shows no end of what is under way.")

    return wait


_wait_for_managed = _look(
    "get_function_configuration",
    lambda _, answer: {"FunctionName": answer["FunctionName"]},
    lambda configuration: str(configuration.get("LastUpdateStatus")),
    "Successful",
    "Failed",
)
_wait_for_mapping = _look(
    "get_event_source_mapping",
    lambda _, answer: {"UUID": answer["UUID"]},
    lambda mapping: str(mapping["State"]),
    "Enabled",
    "Disabled",
)
_wait_for_capacity = _look(
    "get_capacity_provider",
    lambda _, answer: {"CapacityProviderName": answer["CapacityProvider"]["CapacityProviderArn"].rpartition(":")[2]},
    lambda answer: str(answer["CapacityProvider"]["State"]),
    "Active",
    "Failed",
)
_wait_for_environments = _look(
    "get_provisioned_concurrency_config",
    lambda asked, _: {"FunctionName": asked["FunctionName"], "Qualifier": asked.get("Qualifier") or asked["Name"]},
    lambda config: str(config["Status"]),
    "READY",
    "FAILED",
)
_wait_for_scaling = _look(
    "get_function_configuration",
    lambda asked, _: {"FunctionName": asked["FunctionName"], "Qualifier": asked["Qualifier"]},
    lambda configuration: str(configuration["State"]),
    "Active",
    "Deactivated",
)
_WAITING: Mapping[str, Waiting] = {
    "CreateFunction": _wait("function_active_v2"),
    **dict.fromkeys(["UpdateFunctionCode", "UpdateFunctionConfiguration"], _wait("function_updated_v2")),
    "PublishVersion": _wait_for_version,
    **{f"{verb}EventSourceMapping": _wait_for_mapping for verb in ("Create", "Update", "Delete")},
    **{f"{verb}CapacityProvider": _wait_for_capacity for verb in ("Create", "Update", "Delete")},
    **dict.fromkeys(["PutProvisionedConcurrencyConfig", "UpdateAlias"], _wait_for_environments),
    "PutFunctionScalingConfig": _wait_for_scaling,
}
"""What is under way after an operation, and how to wait until it is through."""


@pytest.fixture(autouse=True)
def _waiting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--lambda-mock-lifecycle=observed` wait for each change, as careful code does, so that tests needn't.

    A test that says by its marker which lifecycle it is about is left alone.
    """
    states_its_own = any("lifecycle" in marker.kwargs for marker in request.node.iter_markers("lambda_mock"))
    if states_its_own or request.config.getoption("lambda_mock_lifecycle") != "observed":
        return
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call_and_wait(client: Any, operation: str, parameters: Any) -> Any:
        answer = call(client, operation, parameters)
        if operation in _WAITING and client.meta.service_model.service_name == "lambda":
            _WAITING[operation](client, parameters, answer)
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", call_and_wait)


_IN_A_PROCESS = [
    pytest.mark.lambda_mock(execution="process"),
    pytest.mark.filterwarnings("ignore:A function for python3"),
]


@pytest.fixture(params=["inline", pytest.param("process", marks=_IN_A_PROCESS)])
def execution(request: pytest.FixtureRequest) -> str:
    """Tests that use this state what holds wherever a function runs."""
    where: str = request.param
    return where


@pytest.fixture
def aws(lambda_client: Any) -> Account:
    return Account(lambda_client)


@pytest.fixture(scope="session")
def unchecked_client() -> Any:
    """A client that sends what botocore would refuse before sending it."""
    session = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="secret", region_name="us-east-1")
    return session.client("lambda", config=Config(parameter_validation=False))


@pytest.fixture
def unchecked(unchecked_client: Any, mock_lambda: Any) -> Account:
    return Account(unchecked_client)
