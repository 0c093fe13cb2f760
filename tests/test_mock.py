"""What a mock adds to AWS's own API: callables as code, overrides, faults, a clock; and what it says to a wrong use."""

from __future__ import annotations

import gc
import io
import json
import traceback
import types
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, LambdaMockError, MockConfig, current, mock_lambda
from lambda_mock.wire.lambda_model import operation_names


def said(client: Any, name: str, **members: Any) -> Any:
    """What a function answers, parsed."""
    return json.loads(client.invoke(FunctionName=name, **members)["Payload"].read())


def zip_of(source: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), source)
    return content.getvalue()


def one(event: Any, context: Any) -> int:
    return 1


def two(event: Any, context: Any) -> int:
    return 2


# mock.function -------------------------------------------------------------------------------------------------------


def test_a_callable_is_deployed_and_its_arn_given(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    arn = mock_lambda.function("orders", one)
    assert arn == lambda_client.get_function(FunctionName="orders")["Configuration"]["FunctionArn"]
    assert said(lambda_client, "orders") == 1


def test_a_handler_is_deployed_by_decorating_it(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    @mock_lambda.function("orders", Timeout=7)
    def handler(event: Any, context: Any) -> Any:
        return event

    assert handler(5, None) == 5
    assert said(lambda_client, "orders", Payload=b"[1]") == [1]
    assert lambda_client.get_function_configuration(FunctionName="orders")["Timeout"] == 7


@pytest.mark.parametrize("value", [None, 0, {"a": [1]}, "text"])
def test_returns_stands_for_a_handler_that_returns_it(mock_lambda: LambdaMock, lambda_client: Any, value: Any) -> None:
    mock_lambda.function("orders", returns=value)
    assert said(lambda_client, "orders") == value


@pytest.mark.parametrize("error", [ValueError("no"), ValueError])
def test_raises_stands_for_a_handler_that_raises_it(mock_lambda: LambdaMock, lambda_client: Any, error: Any) -> None:
    mock_lambda.function("orders", raises=error)
    assert said(lambda_client, "orders")["errorType"] == "ValueError"


def test_an_error_that_is_raised_again_and_again_stays_as_it_was(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    error = ValueError("no")
    mock_lambda.function("orders", raises=error)
    lengths = set()
    for _ in range(3):
        lambda_client.invoke(FunctionName="orders")
        lengths.add(len(traceback.extract_tb(error.__traceback__)))
    assert len(lengths) == 1


def test_the_stack_of_such_an_error_shows_nothing_of_the_mock(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", raises=ValueError("no"))
    assert said(lambda_client, "orders")["stackTrace"] == []


def test_publishing_snapshots_a_callable_like_any_code(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, Publish=True)
    mock_lambda.function("orders", two, Publish=True)
    assert [said(lambda_client, "orders", Qualifier=version) for version in ("1", "2", "$LATEST")] == [1, 2, 2]


def test_a_callable_replaces_the_code_of_a_function_that_is_there(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, MemorySize=256)
    mock_lambda.function("orders", two, Description="second")
    shown = lambda_client.get_function_configuration(FunctionName="orders")
    assert (shown["Description"], shown["MemorySize"]) == ("second", 256)
    assert said(lambda_client, "orders") == 2


def test_the_same_callable_given_twice_is_new_code_each_time(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one)
    mock_lambda.function("invoices", one)
    first, second = (item["CodeSha256"] for item in lambda_client.list_functions()["Functions"])
    assert first != second


def test_a_function_is_deployed_in_the_region_and_account_asked_for() -> None:
    with mock_lambda(accounts={"AKIAOTHER": "210987654321"}) as mock:
        arn = mock.function("orders", one, region="eu-west-1", account_id="210987654321")
        client = boto3.client(
            "lambda", region_name="eu-west-1", aws_access_key_id="AKIAOTHER", aws_secret_access_key="secret"
        )
        assert arn == "arn:aws:lambda:eu-west-1:210987654321:function:orders"
        assert said(client, arn) == 1


def test_what_the_test_arranges_has_settled_even_where_changes_are_observed() -> None:
    with mock_lambda(lifecycle="observed") as mock:
        mock.function("orders", one, Publish=True)
        mock.function("orders", two)
        client = boto3.client("lambda", region_name="us-east-1")
        assert client.get_function_configuration(FunctionName="orders")["LastUpdateStatus"] == "Successful"
        assert said(client, "orders:1") == 1


def callable_object() -> Callable[[Any, Any], Any]:
    class Handler:
        def __call__(self, event: Any, context: Any) -> Any:
            return "called"

    return Handler()


def test_any_callable_can_be_code(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", callable_object())
    assert said(lambda_client, "orders") == "called"
    handler = lambda_client.get_function_configuration(FunctionName="orders")["Handler"]
    assert handler.endswith("Handler")


@pytest.mark.parametrize(
    ("arguments", "members", "complaint"),
    [
        ((one,), {"returns": 1}, "one of handler and returns"),
        ((), {"returns": 1, "raises": ValueError}, "one of returns and raises"),
        (("module.handler",), {}, "must be a callable"),
        ((), {"raises": "ValueError"}, "must be an exception"),
        ((one,), {"Timout": 3}, "Did you mean 'Timeout'"),
        ((one,), {"timeout": 3}, "names that boto3 uses"),
        ((one,), {"Timeout": "3"}, "valid types"),
        ((one,), {"Timeout": 6000}, "less than or equal to 5400"),
        ((one,), {"Timeout": 1000}, "AWS refuses it with ValidationException"),
        ((one,), {"Code": {"ZipFile": b""}}, "the callable is the code"),
        ((one,), {"FunctionName": "invoices"}, "knows no 'FunctionName'"),
        ((one,), {"region": "Frankfurt"}, "region must be"),
        ((one,), {"account_id": "5"}, "account_id must be"),
        ((), {"returs": 1}, "Did you mean 'returns'"),
    ],
)
def test_a_wrong_use_of_function_says_what_is_wrong(
    mock_lambda: LambdaMock, lambda_client: Any, arguments: tuple[Any, ...], members: dict[str, Any], complaint: str
) -> None:
    function: Any = mock_lambda.function
    with pytest.raises(LambdaMockError, match=complaint):
        function("orders", *arguments, **members)
    assert lambda_client.list_functions()["Functions"] == []


def test_a_handler_without_a_name_is_refused(mock_lambda: LambdaMock) -> None:
    function: Any = mock_lambda.function
    with pytest.raises(LambdaMockError, match="deployed under a name"):
        function(one)


def test_a_function_named_by_its_arn_has_that_arn(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    arn = mock_lambda.function("orders", one)
    assert mock_lambda.function(arn, two) == arn
    assert said(lambda_client, "orders") == 2


def test_new_code_may_be_for_another_architecture(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one)
    mock_lambda.function("orders", two, Architectures=["arm64"])
    assert lambda_client.get_function_configuration(FunctionName="orders")["Architectures"] == ["arm64"]


def test_what_only_a_new_function_takes_is_refused_of_another(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, Tags={"team": "shop"})
    with pytest.raises(LambdaMockError, match="Tags is given only to a new function"):
        mock_lambda.function("orders", two, Tags={"team": "shop"})
    assert said(lambda_client, "orders") == 1


def test_a_callable_can_stand_for_a_container_image(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, PackageType="Image", ImageConfig={"Command": ["app.handler"]}, Publish=True)
    mock_lambda.function("orders", two, Publish=True)
    assert [said(lambda_client, "orders", Qualifier=version) for version in ("1", "2", "$LATEST")] == [1, 2, 2]
    first, second = (lambda_client.get_function(FunctionName="orders", Qualifier=number) for number in "12")
    shown = first["Configuration"]
    assert (shown["PackageType"], shown["CodeSize"]) == ("Image", 0)
    assert shown["ImageConfigResponse"] == {"ImageConfig": {"Command": ["app.handler"]}}
    assert "Runtime" not in shown
    uri = f"000000000000.dkr.ecr.us-east-1.amazonaws.com/callable@sha256:{shown['CodeSha256']}"
    assert first["Code"] == {"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri}
    assert second["Configuration"]["CodeSha256"] != shown["CodeSha256"]


def test_a_callable_takes_the_place_of_an_image_that_cannot_run_here(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:latest"
    role = "arn:aws:iam::123456789012:role/lambda-role"
    lambda_client.create_function(FunctionName="orders", PackageType="Image", Code={"ImageUri": image}, Role=role)
    with pytest.raises(LambdaMockError, match="made for a container image, and only python"):
        lambda_client.invoke(FunctionName="orders")
    with mock_lambda.override("orders", one):
        assert said(lambda_client, "orders") == 1
    assert lambda_client.get_function(FunctionName="orders")["Code"]["ImageUri"] == image
    mock_lambda.function("orders", two)
    assert said(lambda_client, "orders") == 2


def test_what_an_image_does_not_take_is_refused_of_a_callable_too(mock_lambda: LambdaMock) -> None:
    with pytest.raises(LambdaMockError, match="Please don't provide Handler or Runtime or Layer"):
        mock_lambda.function("orders", one, PackageType="Image", Runtime="python3.13")


def test_a_function_without_a_handler_of_the_tests_own_is_shown_by_what_it_does(mock_lambda: LambdaMock) -> None:
    mock_lambda.function("fixed", returns=1)
    mock_lambda.function("broken", raises=ValueError)
    assert "lambda_mock.returns" in mock_lambda.describe()
    assert "lambda_mock.raises" in mock_lambda.describe()


# mock.override -------------------------------------------------------------------------------------------------------


def test_an_override_runs_in_place_of_the_code_and_changes_nothing(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one)
    before = lambda_client.get_function_configuration(FunctionName="orders")
    mock_lambda.override("orders", two)
    assert said(lambda_client, "orders") == 2
    after = lambda_client.get_function_configuration(FunctionName="orders")
    assert {**after, "ResponseMetadata": None} == {**before, "ResponseMetadata": None}


def test_an_override_ends_with_its_block(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one)
    with mock_lambda.override("orders", two):
        assert said(lambda_client, "orders") == 2
    assert said(lambda_client, "orders") == 1


def test_an_override_of_a_version_leaves_the_others_alone(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, Publish=True)
    mock_lambda.override("orders", two, qualifier="1")
    assert [said(lambda_client, name) for name in ("orders:1", "orders")] == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("orders", "app.handler"), "must be a callable"),
        (("orders:live", two), "bare name"),
        ((5, two), "bare name"),
        (("orders", two, 1), "qualifier is a string"),
    ],
)
def test_an_override_that_could_never_run_is_refused(
    mock_lambda: LambdaMock, arguments: tuple[Any, ...], complaint: str
) -> None:
    with pytest.raises(LambdaMockError, match=complaint):
        mock_lambda.override(*arguments)


# mock.fail -----------------------------------------------------------------------------------------------------------


def test_a_fault_fails_the_next_calls_and_no_more(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.fail("ListFunctions", "InvalidParameterValueException", times=2)
    for _ in range(2):
        with pytest.raises(ClientError, match="InvalidParameterValueException"):
            lambda_client.list_functions()
    assert lambda_client.list_functions()["Functions"] == []


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_botocore_retries_a_throttled_call_on_the_mocks_clock(mock_lambda: LambdaMock, mode: Any) -> None:
    client = boto3.client(
        "lambda", region_name="us-east-1", config=Config(retries={"mode": mode, "total_max_attempts": 4})
    )
    mock_lambda.function("orders", one)
    mock_lambda.fail("Invoke", "TooManyRequestsException", times=3)
    reply = client.invoke(FunctionName="orders")
    assert reply["ResponseMetadata"]["RetryAttempts"] == 3
    assert [call.attempt for call in mock_lambda.calls.filter(operation="Invoke")] == [1, 2, 3, 4]
    assert len(mock_lambda.invocations) == 1


def test_a_fault_of_one_function_spares_the_others(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one)
    mock_lambda.function("invoices", two)
    mock_lambda.fail(
        "Invoke", "ResourceNotReadyException", function="arn:aws:lambda:us-east-1:123456789012:function:orders"
    )
    assert said(lambda_client, "invoices") == 2
    mock_lambda.fail("Invoke", "InvalidRequestContentException", function="invoices")
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        lambda_client.invoke(FunctionName="invoices", Qualifier="$LATEST")


def test_a_fault_of_an_alias_spares_calls_that_do_not_name_it(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, Publish=True)
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    mock_lambda.fail("Invoke", "InvalidRequestContentException", times=2, function="orders:live")
    assert said(lambda_client, "orders") == 1
    assert said(lambda_client, "orders:1") == 1
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        lambda_client.invoke(FunctionName="orders:live")
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        lambda_client.invoke(FunctionName="orders", Qualifier="live")
    assert said(lambda_client, "orders:live") == 1


def test_an_alias_is_named_by_the_operations_on_aliases_too(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", one, Publish=True)
    mock_lambda.fail("CreateAlias", "ResourceConflictException", function="orders:live")
    lambda_client.create_alias(FunctionName="orders", Name="beta", FunctionVersion="1")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    mock_lambda.calls.assert_called("CreateAlias", function="orders:beta", error=None, times=1)


def test_a_fault_of_an_arn_is_one_of_its_account_and_region(mock_lambda: LambdaMock) -> None:
    def client(account_id: str, region: str) -> Any:
        return boto3.client("lambda", region_name=region, aws_access_key_id=account_id, aws_secret_access_key="any")

    arn = "arn:aws:lambda:eu-west-1:222222222222:function:orders"
    mock_lambda.fail("GetFunctionConcurrency", "InvalidParameterValueException", function=arn)
    for other in (client("222222222222", "us-east-1"), client("111111111111", "eu-west-1")):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            other.get_function_concurrency(FunctionName="orders")
    with pytest.raises(ClientError, match="InvalidParameterValueException"):
        client("111111111111", "eu-west-1").get_function_concurrency(FunctionName=arn)


@pytest.mark.skipif("GetResourcePolicy" not in operation_names(), reason="unknown to this botocore")
def test_a_fault_can_be_one_of_a_resource_policy_by_arn(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    arn = mock_lambda.function("orders", one)
    mock_lambda.fail("GetResourcePolicy", "ServiceException", times=10, function="orders")
    with pytest.raises(ClientError, match="ServiceException"):
        lambda_client.get_resource_policy(ResourceArn=arn)


def test_a_fault_carries_the_words_it_was_given(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.fail(
        "Invoke",
        "TooManyRequestsException",
        times=10,
        message="Slow down.",
        Reason="ConcurrentInvocationLimitExceeded",
    )
    with pytest.raises(ClientError) as caught:
        lambda_client.invoke(FunctionName="orders")
    response: Any = caught.value.response
    assert response["Error"]["Message"] == "Slow down."
    assert response["Reason"] == "ConcurrentInvocationLimitExceeded"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429


@pytest.mark.parametrize(
    ("error", "members"),
    [
        ("TooManyRequestsException", {"message": "Rate Exceeded.", "Reason": "CallerRateLimitExceeded"}),
        ("ServiceException", {"Message": "The AWS Lambda service encountered an internal error."}),
        ("InvalidParameterValueException", {"message": "InvalidParameterValueException"}),
    ],
)
def test_a_fault_without_words_has_the_usual_ones(
    mock_lambda: LambdaMock, lambda_client: Any, error: str, members: dict[str, str]
) -> None:
    mock_lambda.fail("ListFunctions", error, times=10)
    with pytest.raises(ClientError) as caught:
        lambda_client.list_functions()
    response: Any = caught.value.response
    assert {name: response.get(name) for name in members} == members


def test_a_server_error_is_a_fault_of_the_service(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.fail("GetFunction", "ServiceException", times=10)
    with pytest.raises(ClientError) as caught:
        lambda_client.get_function(FunctionName="orders")
    response: Any = caught.value.response
    assert (response["Type"], response["ResponseMetadata"]["HTTPStatusCode"]) == ("Service", 500)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("Invok", "ServiceException"), "Did you mean 'Invoke'"),
        (("Invoke", "ServiceExeption"), "can't raise 'ServiceExeption'. Did you mean 'ServiceException'"),
        (("GetAlias", "ResourceConflictException"), "It can raise .*ResourceNotFoundException"),
        (("Invoke", "ServiceException", 0), "at least 1"),
        (("Invoke", "ServiceException", 1.5), "at least 1"),
        (("Invoke", "ServiceException", "2"), "at least 1"),
        ((None, "ServiceException"), "the operation is given by its name"),
        (("Invoke", ValueError), "the error is given by its name"),
        (("Invoke", "ServiceException", 1, 5), "the function is given by its name"),
        (("ListFunctions", "ServiceException", 1, "orders"), "names no function"),
    ],
)
def test_a_fault_that_can_not_happen_is_refused(
    mock_lambda: LambdaMock, arguments: tuple[Any, ...], complaint: str
) -> None:
    with pytest.raises(LambdaMockError, match=complaint):
        mock_lambda.fail(*arguments)


def test_a_member_that_the_error_does_not_have_is_refused(mock_lambda: LambdaMock) -> None:
    with pytest.raises(LambdaMockError, match="Did you mean 'Reason'"):
        mock_lambda.fail("Invoke", "TooManyRequestsException", Resaon="CallerRateLimitExceeded")


# mock.layer ----------------------------------------------------------------------------------------------------------

VENDORS = "arn:aws:lambda:us-east-1:017000801446:layer:toolbox:18"


def layer_of(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("python/toolbox.py"), f"word = {text!r}\n")
    return content.getvalue()


def deploy_with_layer(client: Any) -> Any:
    source = zip_of("import toolbox\ndef handler(event, context):\n    return toolbox.word\n")
    return client.create_function(
        FunctionName="orders",
        Role="arn:aws:iam::123456789012:role/lambda-role",
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": source},
        Layers=[VENDORS],
    )


def test_a_layer_that_a_vendor_publishes_can_be_there(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.ClientError, match="no resource-based policy allows"):
        deploy_with_layer(lambda_client)
    mock_lambda.layer(VENDORS, layer_of("hammer"))
    assert [each["Arn"] for each in deploy_with_layer(lambda_client)["Layers"]] == [VENDORS]
    assert lambda_client.invoke(FunctionName="orders")["Payload"].read() == b'"hammer"'


def test_a_layer_without_content_is_empty(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.layer(VENDORS)
    deploy_with_layer(lambda_client)
    answer = lambda_client.invoke(FunctionName="orders")
    assert b"No module named 'toolbox'" in answer["Payload"].read()


def test_a_layer_that_is_given_again_is_another_one_for_who_asks_later(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    mock_lambda.layer(VENDORS, layer_of("hammer"))
    deploy_with_layer(lambda_client)
    mock_lambda.layer(VENDORS, layer_of("saw"))
    assert lambda_client.invoke(FunctionName="orders")["Payload"].read() == b'"hammer"'
    lambda_client.update_function_configuration(FunctionName="orders", Layers=[VENDORS])
    assert lambda_client.invoke(FunctionName="orders")["Payload"].read() == b'"saw"'


def test_the_vendor_goes_on_behind_the_number_that_was_given(mock_lambda: LambdaMock) -> None:
    mock_lambda.layer(VENDORS, layer_of("hammer"))
    vendor = boto3.client(
        "lambda", region_name="us-east-1", aws_access_key_id="017000801446", aws_secret_access_key="x"
    )
    used = vendor.get_account_settings()["AccountUsage"]["TotalCodeSize"]
    assert used == len(layer_of("hammer"))
    published = vendor.publish_layer_version(LayerName="toolbox", Content={"ZipFile": layer_of("saw")})
    assert published["Version"] == 19
    for number in (18, 19):
        vendor.delete_layer_version(LayerName="toolbox", VersionNumber=number)
    assert vendor.get_account_settings()["AccountUsage"]["TotalCodeSize"] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((None,), "give the ARN of a version of a layer"),
        (("toolbox",), "give the ARN of a version of a layer"),
        ((VENDORS.rpartition(":")[0],), "give the ARN of a version of a layer"),
        ((VENDORS.rpartition(":")[0] + ":0",), "give the ARN of a version of a layer"),
        ((VENDORS, "text"), "There is no folder and no file 'text' to pack"),
        ((VENDORS, b"text"), "AWS refuses it with InvalidParameterValueException: Could not unzip"),
    ],
)
def test_a_layer_that_can_not_be_is_refused(
    mock_lambda: LambdaMock, arguments: tuple[Any, ...], complaint: str
) -> None:
    with pytest.raises(LambdaMockError, match=complaint):
        mock_lambda.layer(*arguments)


# mock.fail_transition ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"reason_code": "InvalidSubnt"}, "no reason code 'InvalidSubnt'. Did you mean 'InvalidSubnet'. There are "),
        ({"reason_code": "Idle"}, "there is no reason code 'Idle'"),
        ({"reason_code": "Creating"}, "there is no reason code 'Creating'"),
        ({"reason_code": 5}, "there is no reason code 5"),
        ({"of": "EventSourceMaping"}, "Did you mean 'EventSourceMapping'"),
        ({"of": None}, "of is one of 'Function', .*'CapacityProvider', and not None"),
        ({"of": "EventSourceMapping", "reason_code": "InvalidSubnet"}, "of='EventSourceMapping' shows no reason code"),
        ({"of": "CapacityProvider", "reason": "No room."}, "shows neither reason nor code"),
        ({"of": "CapacityProvider", "reason_code": "InvalidSubnet"}, "shows neither reason nor code"),
        ({"of": "CapacityProvider", "qualifier": "1"}, "has no qualifiers"),
        ({"times": 0}, "times must be a whole number, at least 1"),
        ({"times": True}, "times must be a whole number, at least 1"),
        ({"qualifier": "live"}, "a version's number, not 'live'"),
        ({"function": "orders:live"}, "a version's number, not 'live'"),
        ({"of": "ProvisionedConcurrency", "qualifier": "$LATEST"}, "has no provisioned concurrency"),
        ({"function": "orders:1", "qualifier": "2"}, "contradict each other"),
        ({"function": None}, "the function is a string, and not None"),
        ({"qualifier": 1}, "the qualifier is a string, and not 1"),
        ({"reason": 1}, "the reason is a string, and not 1"),
        ({"region": "eu"}, "region"),
    ],
)
def test_a_failure_that_can_not_happen_is_refused(
    mock_lambda: LambdaMock, arguments: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(LambdaMockError, match=complaint):
        mock_lambda.fail_transition(**{"function": "orders", **arguments})


# The clock -----------------------------------------------------------------------------------------------------------


def test_answers_are_dated_by_the_clock(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.clock.freeze()
    mock_lambda.function("orders", one)
    first = lambda_client.get_function_configuration(FunctionName="orders")["LastModified"]
    lambda_client.update_function_configuration(FunctionName="orders", Description="same moment")
    assert lambda_client.get_function_configuration(FunctionName="orders")["LastModified"] == first
    mock_lambda.clock.advance(86_400)
    lambda_client.update_function_configuration(FunctionName="orders", Description="a day later")
    later = lambda_client.get_function_configuration(FunctionName="orders")["LastModified"]
    assert later == mock_lambda.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    assert later[:10] > first[:10]


# Being active --------------------------------------------------------------------------------------------------------


def test_an_active_mock_can_not_be_entered_again() -> None:
    with mock_lambda() as mock, pytest.raises(LambdaMockError, match="active already"):
        mock.__enter__()


def test_a_mock_that_is_not_active_can_not_be_left() -> None:
    mock = mock_lambda()
    with pytest.raises(LambdaMockError, match="isn't active"):
        mock.__exit__(None, None, None)
    with mock:
        pass
    with pytest.raises(LambdaMockError, match="isn't active"):
        mock.__exit__(None, None, None)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda mock: mock.function("orders", one),
        lambda mock: mock.override("orders", one),
        lambda mock: mock.fail("Invoke", "ServiceException"),
        lambda mock: mock.fail_run("orders", "Sandbox.Timedout"),
        lambda mock: mock.fail_transition("orders"),
        lambda mock: mock.s3_object("packages", "app.zip", b""),
    ],
    ids=["function", "override", "fail", "fail_run", "fail_transition", "s3_object"],
)
def test_nothing_is_arranged_in_a_mock_that_has_ended(arrange: Callable[[LambdaMock], object]) -> None:
    with mock_lambda() as mock:
        arrange(mock)
    with pytest.raises(LambdaMockError, match="has ended"):
        arrange(mock)


def test_an_option_without_its_name_is_refused() -> None:
    options: Any = mock_lambda
    with pytest.raises(LambdaMockError, match="Options are given by name"):
        options("eu-west-1")


def test_a_mock_that_is_entered_anew_begins_with_nothing(lambda_client: Any) -> None:
    mock = mock_lambda()
    mock.function("orders", one)
    with mock:
        assert said(lambda_client, "orders") == 1
    assert len(mock.calls) == 1
    with mock:
        assert lambda_client.list_functions()["Functions"] == []
        assert [call.operation for call in mock.calls] == ["ListFunctions"]


def test_an_inner_mock_answers_and_leaves_the_outer_one_as_it_was(lambda_client: Any) -> None:
    with mock_lambda() as outer:
        outer.function("orders", one)
        with mock_lambda() as inner:
            assert current() is inner
            assert lambda_client.list_functions()["Functions"] == []
        assert current() is outer
        assert said(lambda_client, "orders") == 1


def test_an_ended_mock_lets_go_of_what_functions_have_loaded(lambda_client: Any) -> None:
    source = """
import types, weakref
class Loaded: ...
loaded = Loaded()
types.probe = weakref.ref(loaded)
def handler(event, context): ...
"""
    with mock_lambda() as mock:
        lambda_client.create_function(
            FunctionName="orders",
            Role="arn:aws:iam::123456789012:role/lambda-role",
            Runtime="python3.12",
            Handler="app.handler",
            Code={"ZipFile": zip_of(source)},
        )
        lambda_client.invoke(FunctionName="orders")
        probe = vars(types).pop("probe")
        assert probe() is not None
    gc.collect()
    assert probe() is None
    assert len(mock.invocations) == 1


def test_there_is_no_current_mock_without_one() -> None:
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


def test_a_mock_shows_what_it_is() -> None:
    mock = LambdaMock(MockConfig(region="eu-west-1"))
    assert repr(mock) == "<LambdaMock eu-west-1 123456789012 new>"
    with mock:
        assert repr(mock).endswith("active>")


def test_ids_of_one_region_are_not_those_of_another(mock_lambda: LambdaMock) -> None:
    revisions = set()
    for region in ("us-east-1", "eu-west-1"):
        mock_lambda.function("orders", one, region=region)
        client = boto3.client("lambda", region_name=region)
        revisions.add(client.get_function_configuration(FunctionName="orders")["RevisionId"])
    assert len(revisions) == 2


def test_the_same_seed_gives_the_same_ids() -> None:
    def revisions(seed: int) -> list[str]:
        client = boto3.client("lambda", region_name="us-east-1")
        with mock_lambda(seed=seed) as mock:
            mock.function("orders", one)
            shown = client.get_function_configuration(FunctionName="orders")
            return [shown["RevisionId"], shown["ResponseMetadata"]["RequestId"]]

    with mock_lambda():
        assert revisions(1) == revisions(1) != revisions(2)
