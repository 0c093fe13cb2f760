"""An account with layers: publishing them, and what is expected of the answers."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

LINK = re.compile(
    r"https://awslambda-us-east-1-layers\.s3\.us-east-1\.amazonaws\.com/snapshots/\d{12}/[a-zA-Z0-9_-]+\?versionId=.+"
)
OTHER_KEY, OTHER_ACCOUNT = "AKIAOTHER", "210987654321"


class Layers:
    """The calls on layers, with a request's usual members filled in."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws

    def publish(self, name: str = "libraries", content: bytes | None = None, **members: Any) -> Answer:
        """Publish a version from a zip. Its link is checked by its form, and left out of what is given back."""
        zip_file = self.archive() if content is None else content
        answer = self.aws.call("publish_layer_version", LayerName=name, Content={"ZipFile": zip_file}, **members)
        return self.without_link(answer)

    def get(self, name: str = "libraries", number: int = 1) -> Answer:
        """What GetLayerVersion shows, treated likewise."""
        return self.without_link(self.aws.call("get_layer_version", LayerName=name, VersionNumber=number))

    def delete(self, name: str = "libraries", number: int = 1) -> Answer:
        return self.aws.call("delete_layer_version", LayerName=name, VersionNumber=number)

    def numbers(self, name: str = "libraries", **members: Any) -> list[int]:
        """The numbers of the versions as they are listed."""
        answer = self.aws.call("list_layer_versions", LayerName=name, **members)
        return [item["Version"] for item in answer["LayerVersions"]]

    def used(self) -> Any:
        """How many bytes the account's code has."""
        return self.aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"]

    @staticmethod
    def without_link(answer: Answer) -> Answer:
        content = dict(answer["Content"])
        assert LINK.fullmatch(content.pop("Location"))
        return {**answer, "Content": content}

    @staticmethod
    def archive(**modules: str) -> bytes:
        """A layer with these modules in its `python`; its bytes are the same whenever they are."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as package:
            for name, text in (modules or {"shared": "word = 'shared'\n"}).items():
                package.writestr(zipfile.ZipInfo(f"python/{name}.py"), text)
        return content.getvalue()

    @staticmethod
    def arn(name: str = "libraries", number: int | None = None, account: str = "123456789012") -> str:
        suffix = "" if number is None else f":{number}"
        return f"arn:aws:lambda:us-east-1:{account}:layer:{name}{suffix}"

    def list_item(self, name: str = "libraries", number: int = 1, **members: Any) -> Answer:
        """A version as a list shows it."""
        described = {
            "LayerVersionArn": self.arn(name, number),
            "Version": number,
            "Description": "",
            "CreatedDate": self.aws.DATE,
        }
        return described | members

    def version(self, name: str = "libraries", number: int = 1, **members: Any) -> Answer:
        """A version as PublishLayerVersion and GetLayerVersion show it, but for the link."""
        zip_file = self.archive()
        return {
            **self.list_item(name, number),
            "LayerArn": self.arn(name),
            "Content": {
                "CodeSha256": base64.b64encode(hashlib.sha256(zip_file).digest()).decode(),
                "CodeSize": len(zip_file),
            },
            **members,
        }


@pytest.fixture
def layers(aws: Account) -> Layers:
    return Layers(aws)


@pytest.fixture
def other(layers: Layers) -> Layers:
    """The same for account 210987654321, where the mock is told of its access key."""
    session = boto3.Session(aws_access_key_id=OTHER_KEY, aws_secret_access_key="secret", region_name="us-east-1")
    return Layers(type(layers.aws)(session.client("lambda")))
