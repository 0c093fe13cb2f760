"""Functions of runtimes that always run in a process of their own: Node.js and provided.*."""

from __future__ import annotations

import base64
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

NODEJS = "nodejs20.x"
# Which Node.js is on the machine that runs the tests is no concern of theirs.
ANY_VERSION = "ignore:.* is made for nodejs:lambda_mock.LambdaMockWarning"
# Variables without which a function on this machine wouldn't find its /tmp and the mock.
ONLY_HERE = {
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_LAMBDA",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "NO_PROXY",
    "TMPDIR",
    "no_proxy",
}
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no `node` in PATH")


def archive(files: Mapping[str, str | bytes], *, executable: tuple[str, ...] = ()) -> bytes:
    """A zip as it would be made on Linux, where `executable` files are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            package.writestr(entry, text)
    return content.getvalue()


def dispatching(handlers: Iterable[str]) -> str:
    """The text of a module whose handler calls the one of these that the event names by its `way`."""
    ways = ", ".join(f"[{json.dumps(handler)}]: {handler}" for handler in handlers)
    return f"const ways = {{{ways}}}; exports.handler = (event, ...rest) => ways[event.way](event, ...rest)"


class Deployed:
    """The function `orders`, and how it answers."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws

    def node(self, files: str | Mapping[str, str], **members: Any) -> None:
        """Deploy a Node.js function: the text of its `index.js`, or all its files by name."""
        content = archive({"index.js": files} if isinstance(files, str) else files)
        self.zip(content, **{"Runtime": NODEJS, **members})

    def zip(self, content: bytes, **members: Any) -> None:
        self.aws.create(Code={"ZipFile": content}, **{"Timeout": 60, **members})

    def layer(self, content: bytes, name: str = "tools") -> str:
        """Publish a layer, and give its ARN."""
        answer = self.aws.call("publish_layer_version", LayerName=name, Content={"ZipFile": content})
        return str(answer["LayerVersionArn"])

    def invoke(self, event: Any = None, **parameters: Any) -> Answer:
        """The whole answer, its payload read."""
        answer = self.aws.call("invoke", FunctionName="orders", Payload=json.dumps(event or {}), **parameters)
        return {**answer, "Payload": answer["Payload"].read()}

    def result(self, event: Any = None, **parameters: Any) -> Any:
        """What it returns; it must succeed."""
        answer = self.invoke(event, **parameters)
        assert answer == {
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "Payload": answer["Payload"],
            "ResponseMetadata": 200,
        }, answer
        return json.loads(answer["Payload"])

    def failure(self, event: Any = None) -> Answer:
        """The payload of its error; it must fail."""
        answer = self.invoke(event)
        assert answer == {
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "FunctionError": "Unhandled",
            "Payload": answer["Payload"],
            "ResponseMetadata": 200,
        }, answer
        payload: Answer = json.loads(answer["Payload"])
        return payload

    def log(self, event: Any = None) -> list[str]:
        """The lines of an invocation's log, without those of Lambda itself."""
        text = base64.b64decode(self.invoke(event, LogType="Tail")["LogResult"]).decode()
        return [line for line in text.splitlines() if not line.startswith(("START ", "END ", "REPORT ", "INIT_"))]


@pytest.fixture
def orders(aws: Account) -> Deployed:
    return Deployed(aws)
