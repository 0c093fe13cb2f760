"""A user pool of moto whose triggers are a function of ours, and what it has been told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_mock import LambdaMock, mock_lambda

REGION = "us-east-1"
ACCOUNT = "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:triggers"
PASSWORD = "Passw0rd!"
BOB = {"USERNAME": "bob", "PASSWORD": PASSWORD}


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@dataclass
class Pool:
    """A pool with an app client; `respond` has what the function makes of the event of a trigger."""

    mock: LambdaMock
    id: str = ""
    client_id: str = ""
    told: list[Any] = field(default_factory=list)
    respond: dict[str, Callable[[Any], Any]] = field(default_factory=dict)

    def handler(self, event: Any, _: Any) -> Any:
        self.told.append(json.loads(json.dumps(event)))
        make = self.respond.get(event["triggerSource"])
        return event if make is None else make(event)

    def responds(self, source: str, **response: Any) -> None:
        self.respond[source] = lambda event: {**event, "response": {**event["response"], **response}}

    def deploy(self, *triggers: str, arn: str = ARN, config: Any = None, users: Any = None, **members: Any) -> None:
        """Make the pool, with these triggers, and its app client."""
        cognito = self.cognito
        given = {"LambdaConfig": {**dict.fromkeys(triggers, arn), **(config or {})}, **(users or {})}
        self.id = cognito.create_user_pool(PoolName="people", **given)["UserPool"]["Id"]
        made = cognito.create_user_pool_client(UserPoolId=self.id, ClientName="app", **members)
        self.client_id = made["UserPoolClient"]["ClientId"]

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{self.id}"

    @property
    def sources(self) -> list[str]:
        return [event["triggerSource"] for event in self.told]

    @cached_property
    def cognito(self) -> Any:
        return client("cognito-idp")

    def sign_up(self, name: str = "bob", **members: Any) -> Any:
        return self.cognito.sign_up(ClientId=self.client_id, Username=name, Password=PASSWORD, **members)

    def with_user(self, name: str = "bob", **attributes: str) -> str:
        """Somebody who can sign in; gives the sub."""
        told, self.told = self.told, []
        given = [{"Name": key, "Value": value} for key, value in attributes.items()]
        made = self.cognito.admin_create_user(UserPoolId=self.id, Username=name, UserAttributes=given)
        self.cognito.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)
        self.told = told
        (sub,) = (one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")
        return str(sub)

    def sign_in(self, flow: str = "USER_PASSWORD_AUTH", parameters: Any = None, **members: Any) -> Any:
        given = {"AuthFlow": flow, "AuthParameters": parameters or BOB, **members}
        return self.cognito.initiate_auth(ClientId=self.client_id, **given)

    def answer(self, challenge: Any, **responses: str) -> Any:
        """Answer a challenge, as bob."""
        return self.cognito.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "bob"} | responses,
        )

    def user(self, name: str = "bob") -> Any:
        found = self.cognito.admin_get_user(UserPoolId=self.id, Username=name)
        attributes = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        return {"status": found["UserStatus"], **attributes}

    def names(self) -> list[str]:
        return [user["Username"] for user in self.cognito.list_users(UserPoolId=self.id)["Users"]]

    def event(self, source: str, request: Any, response: Any, client_id: str | None = None, **others: Any) -> Any:
        """The event of a trigger, as it should be."""
        return {
            "version": "1",
            "triggerSource": source,
            "region": REGION,
            "userPoolId": self.id,
            "userName": "bob",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client_id or self.client_id},
            "request": request,
            "response": response,
            **others,
        }


def claims(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def code_of(forgotten: Any) -> str:
    """The code that moto sends to somebody who has forgotten a password."""
    return str(forgotten["ResponseMetadata"]["HTTPHeaders"]["x-moto-forgot-password-confirmation-code"])


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """The code and the message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call()
    error: Mapping[str, str] = caught.value.response["Error"]  # type: ignore[assignment]
    return error["Code"], error["Message"]


def fails(message: str) -> Callable[[Any], Any]:
    def fail(_: Any) -> Any:
        raise ValueError(message)

    return fail


@pytest.fixture
def config() -> dict[str, Any]:
    """The options of the mock: no test is about the time that a busy machine takes, unless it says so."""
    return {"timeouts": False}


@pytest.fixture
def pool(config: dict[str, Any]) -> Iterator[Pool]:
    with mock_aws(), mock_lambda(**config) as mock:
        pool = Pool(mock)
        mock.function("triggers", pool.handler)
        yield pool
