"""A deploy tool as teams write it: publish a layer, create or update, wait, publish, shift the alias, roll back.

The tool knows nothing of the mock. `lifecycle="observed"` shows whether it waits where AWS would make it wait.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import WaiterError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

pytestmark = pytest.mark.lambda_mock(lifecycle="observed")

ROLE = "arn:aws:iam::123456789012:role/prices"
PRICES = "import tax\n\ndef handler(event, context):\n    return tax.added(event['net'])\n"


def zipped(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(name, text)
    return content.getvalue()


def deployed(client: LambdaClient, source: str, layer: str) -> str:
    """Bring the source into service as a new version of `prices`, whose number is returned."""
    code = zipped("app.py", source)
    try:
        client.get_function(FunctionName="prices")
    except client.exceptions.ResourceNotFoundException:
        client.create_function(
            FunctionName="prices",
            Runtime="python3.13",
            Handler="app.handler",
            Role=ROLE,
            Code={"ZipFile": code},
            Layers=[layer],
        )
        client.get_waiter("function_active_v2").wait(FunctionName="prices")
    else:
        client.update_function_configuration(FunctionName="prices", Layers=[layer])
        client.get_waiter("function_updated_v2").wait(FunctionName="prices")
        client.update_function_code(FunctionName="prices", ZipFile=code)
        client.get_waiter("function_updated_v2").wait(FunctionName="prices")
    version = client.publish_version(FunctionName="prices")["Version"]
    client.get_waiter("published_version_active").wait(FunctionName="prices", Qualifier=version)
    return version


def layer_of(client: LambdaClient, rate: int) -> str:
    content = zipped("python/tax.py", f"def added(net):\n    return net + net * {rate} // 100\n")
    return client.publish_layer_version(LayerName="tax", Content={"ZipFile": content})["LayerVersionArn"]


def priced(client: LambdaClient, net: int) -> Any:
    return json.loads(client.invoke(FunctionName="prices:live", Payload=json.dumps({"net": net}))["Payload"].read())


def test_a_release_with_a_new_layer_is_shifted_to_and_rolled_back(
    mock_lambda: LambdaMock, lambda_client: LambdaClient
) -> None:
    first = deployed(lambda_client, PRICES, layer_of(lambda_client, 19))
    lambda_client.create_alias(FunctionName="prices", Name="live", FunctionVersion=first)
    second = deployed(lambda_client, PRICES, layer_of(lambda_client, 20))
    assert (first, second) == ("1", "2")
    assert priced(lambda_client, 100) == 119

    lambda_client.update_alias(
        FunctionName="prices", Name="live", RoutingConfig={"AdditionalVersionWeights": {second: 0.5}}
    )
    assert {priced(lambda_client, 100) for _ in range(20)} == {119, 120}

    lambda_client.update_alias(
        FunctionName="prices", Name="live", FunctionVersion=second, RoutingConfig={"AdditionalVersionWeights": {}}
    )
    assert priced(lambda_client, 100) == 120
    lambda_client.update_alias(FunctionName="prices", Name="live", FunctionVersion=first)
    assert priced(lambda_client, 100) == 119


def test_an_update_that_fails_reaches_no_alias(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    first = deployed(lambda_client, PRICES, layer_of(lambda_client, 19))
    lambda_client.create_alias(FunctionName="prices", Name="live", FunctionVersion=first)
    mock_lambda.fail_transition("prices", reason_code="InternalError")
    with pytest.raises(WaiterError):
        deployed(lambda_client, PRICES, layer_of(lambda_client, 20))
    mock_lambda.calls.assert_called("PublishVersion", times=1)
    assert priced(lambda_client, 100) == 119


def test_a_layer_that_was_deleted_is_kept_by_the_version_that_has_it(lambda_client: LambdaClient) -> None:
    version = deployed(lambda_client, PRICES, layer_of(lambda_client, 19))
    lambda_client.create_alias(FunctionName="prices", Name="live", FunctionVersion=version)
    lambda_client.delete_layer_version(LayerName="tax", VersionNumber=1)
    assert priced(lambda_client, 100) == 119
