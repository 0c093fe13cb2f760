"""Functions in Node.js, and a layer that they share: deployed as a deploy tool would, and really run."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from typing import Any

import pytest

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no `node` in PATH"),
    # These are made for nodejs20.x, and run on whatever version there is.
    pytest.mark.filterwarnings("ignore:.* is made for nodejs20.x:lambda_mock.LambdaMockWarning"),
]

PRICES = "exports.priceOf = (item) => ({honey: 7, bread: 4})[item]"

# Packages of a layer are found by `require` and by `import`.
CART = """
import { priceOf } from 'prices'

export const handler = async (event, context) => {
    console.log('adding up for', context.functionName)
    const prices = event.items.map(priceOf)
    if (prices.includes(undefined)) throw new RangeError('no such item')
    return prices.reduce((sum, price) => sum + price, 0)
}
"""

LIST = """
const { priceOf } = require('prices')

exports.handler = (event, context, callback) => callback(null, {honey: priceOf('honey')})
"""


def zipped(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(name, text)
    return content.getvalue()


@pytest.fixture
def shop(lambda_client: Any) -> Any:
    layer = lambda_client.publish_layer_version(
        LayerName="prices", Content={"ZipFile": zipped("nodejs/node_modules/prices/index.js", PRICES)}
    )
    for name, file, code in (("cart", "index.mjs", CART), ("list", "index.js", LIST)):
        lambda_client.create_function(
            FunctionName=name,
            Runtime="nodejs20.x",
            Role="arn:aws:iam::123456789012:role/shop",
            Handler="index.handler",
            Code={"ZipFile": zipped(file, code)},
            Layers=[layer["LayerVersionArn"]],
        )
    return lambda_client


def test_an_es_module_uses_the_layer(shop: Any, mock_lambda: Any) -> None:
    answer = shop.invoke(FunctionName="cart", Payload=json.dumps({"items": ["honey", "bread"]}))
    assert json.load(answer["Payload"]) == 11
    assert "INFO\tadding up for cart\n" in mock_lambda.invocations[-1].log


def test_a_common_js_module_uses_it_too(shop: Any) -> None:
    assert json.load(shop.invoke(FunctionName="list")["Payload"]) == {"honey": 7}


def test_an_error_is_answered_as_aws_answers_it(shop: Any) -> None:
    answer = shop.invoke(FunctionName="cart", Payload=json.dumps({"items": ["gold"]}))
    assert answer["FunctionError"] == "Unhandled"
    error = json.load(answer["Payload"])
    assert (error["errorType"], error["errorMessage"]) == ("RangeError", "no such item")
    assert "file:///var/task/index.mjs:7:" in error["trace"][1]
