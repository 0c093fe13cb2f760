"""`python examples/release.py`: a release, blue and green, without AWS.

Version 2 of a function gets a tenth of the traffic, then all of it, and then is rolled back. Nothing but `mock_lambda`
tells this script from one that releases to AWS.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from lambda_mock import mock_lambda

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

SHOP = Path(__file__).parent / "shop"
NAME, ALIAS = "orders", "live"
INVOCATIONS = 500
CANARY = 0.1
BASKET = {"bread": 2, "honey": 1}

WIDTH = 50
EIGHTHS = " ▏▎▍▌▋▊▉"


def main() -> None:
    """Release version 2, step by step, with a picture of each."""
    with mock_lambda(region="eu-central-1") as mock:
        shop = boto3.client("lambda", region_name="eu-central-1")

        step(1, "Version 1 is built from source, created, published, and goes live")
        first = create(shop, build("v1"))
        shop.create_alias(FunctionName=NAME, Name=ALIAS, FunctionVersion=first)
        show(mock.describe())

        step(2, "Version 2 is built and published. Nobody notices")
        second = publish(shop, build("v2"))
        show(mock.describe())
        draw(send_orders(shop), {first: 1.0})

        step(3, f"Canary: version 2 gets {CANARY:.0%} of the traffic")
        point(shop, first, {second: CANARY})
        show(mock.describe())
        draw(send_orders(shop), {first: 1 - CANARY, second: CANARY})

        step(4, "Promotion: version 2 gets all of it")
        point(shop, second)
        draw(send_orders(shop), {second: 1.0})

        step(5, "Somebody sends an empty basket")
        complain(order(shop, {}))

        step(6, "Rollback: one call, and version 1 is back, to the byte")
        point(shop, first)
        show(mock.describe())
        draw(send_orders(shop), {first: 1.0})
        say(f"an empty basket now costs {order(shop, {})['answer']['total']}")

        total, calls = len(mock.invocations), len(mock.calls)
        print(f"\n  {calls} API calls and {total} invocations, all answered within this process.\n")


# The release: boto3, as on AWS --------------------------------------------------------------------------------------


def build(folder: str) -> bytes:
    """The deployment package of one of the folders in examples/shop."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for file in sorted((SHOP / folder).iterdir()):
            if file.is_file():
                package.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
    return archive.getvalue()


def create(client: LambdaClient, package: bytes) -> str:
    """Create the function, publish it, and give the version's number."""
    client.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Handler="orders.handler",
        Role="arn:aws:iam::123456789012:role/shop",
        Code={"ZipFile": package},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=NAME)
    return client.publish_version(FunctionName=NAME)["Version"]


def publish(client: LambdaClient, package: bytes) -> str:
    """Give the function new code and publish it in the same step; nobody else's update can come between."""
    version = client.update_function_code(FunctionName=NAME, ZipFile=package, Publish=True)["Version"]
    client.get_waiter("published_version_active").wait(FunctionName=NAME, Qualifier=version)
    return version


def point(client: LambdaClient, version: str, weights: dict[str, float] | None = None) -> None:
    """Let the alias lead to `version`, less what `weights` gives to another one."""
    client.update_alias(
        FunctionName=NAME,
        Name=ALIAS,
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": weights or {}},
    )


def order(client: LambdaClient, basket: dict[str, int]) -> dict[str, Any]:
    """Send one order to the live alias."""
    event = json.dumps({"basket": basket})
    reply = client.invoke(FunctionName=NAME, Qualifier=ALIAS, Payload=event, LogType="Tail")
    return {
        "version": reply["ExecutedVersion"],
        "failed": "FunctionError" in reply,
        "answer": json.loads(reply["Payload"].read()),
        "log": base64.b64decode(reply["LogResult"]).decode(),
    }


def send_orders(client: LambdaClient) -> Counter[str]:
    """Send many orders, and count which version priced them."""
    replies = [order(client, BASKET) for _ in range(INVOCATIONS)]
    assert all(reply["answer"]["priced_by"] == reply["version"] for reply in replies)
    return Counter(reply["version"] for reply in replies)


# The pictures -------------------------------------------------------------------------------------------------------


def step(number: int, title: str) -> None:
    print(f"\n  {number}  {title}\n     {'─' * len(title)}")


def say(text: str) -> None:
    print(f"     {text}")


def show(picture: str) -> None:
    print("\n".join(f"     {line}" for line in picture.splitlines()))


def draw(seen: Counter[str], expected: dict[str, float]) -> None:
    """How many invocations each version should have had, and how many it had."""
    print()
    for version, share in expected.items():
        awaited = round(share * INVOCATIONS)
        say(f"version {version}   expected {awaited:4}  {bar(awaited, '░')}")
        say(f"                seen {seen[version]:4}  {bar(seen[version])}")
    assert seen.keys() == expected.keys()


def bar(count: int, block: str = "█") -> str:
    """`count` of all invocations, as a length; full blocks are drawn to an eighth of a character."""
    whole, eighths = divmod(round(count / INVOCATIONS * WIDTH * 8), 8)
    return block * whole + (EIGHTHS[eighths].strip() if block == "█" else "")


def complain(reply: dict[str, Any]) -> None:
    """What a caller is told of a failure, and what the log says."""
    assert reply["failed"]
    say(f"version {reply['version']} answers {reply['answer']['errorType']}: {reply['answer']['errorMessage']}")
    for line in reply["log"].rstrip().splitlines():
        say(f"  │ {line}")


if __name__ == "__main__":
    main()
