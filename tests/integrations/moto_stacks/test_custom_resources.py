"""Custom resources: functions are asked as CloudFormation asks them, and their answers arrive by whatever client."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import responses
from moto import mock_aws

from lambda_mock import LambdaMock, NotBuiltError

if TYPE_CHECKING:
    from tests.integrations.moto_stacks.conftest import Stacks

Handler = Callable[[Any, Any], Any]

ARN = "arn:aws:lambda:us-east-1:123456789012:function:maker"
UNANSWERED = (
    "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [{}]. "
    "If you are using the Python cfn-response module, you may need to update your Lambda function code so that "
    "CloudFormation can attach the updated version."
)

CFNRESPONSE = """
import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Said": event["RequestType"]}, "by-cfnresponse")
"""
BY_CLIENT = """
import json
def handler(event, context):
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": "made", "Data": {"Said": event["RequestType"]}}
    put(event["ResponseURL"], json.dumps(answer).encode())
"""
CLIENTS = {
    "urllib": """
import urllib.request
def put(url, body):
    urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).close()
""",
    "urllib3": """
import urllib3
def put(url, body):
    with urllib3.PoolManager() as pool:
        assert pool.request("PUT", url, body=body, headers={"content-type": ""}).status == 200
""",
    "requests": """
import requests
def put(url, body):
    requests.put(url, data=body).raise_for_status()
""",
    "http.client": """
import http.client
from urllib.parse import urlsplit
def put(url, body):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("PUT", parts.path, body)
    assert connection.getresponse().status == 200
    connection.close()
""",
}


def put(url: str, body: bytes) -> int:
    with urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")) as answer:  # noqa: S310
        return int(answer.status)


def answering(**answer: Any) -> Handler:
    """A handler that answers SUCCESS, or what it is told to."""

    def handler(event: Any, _context: Any) -> None:
        said = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
        said |= {"Status": "SUCCESS", "PhysicalResourceId": "made", **answer}
        put(event["ResponseURL"], json.dumps(said).encode())

    return handler


def custom(kind: str = "Custom::Maker", token: str = ARN, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": {"ServiceToken": token, **properties}}


def requests_to(mock: LambdaMock) -> list[Any]:
    return [invocation.event for invocation in mock.invocations]


def test_a_function_is_asked_to_create_update_and_delete(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stack_id = stacks.create({"Thing": custom(Size=5, Parts=[{"Big": True}, "b"])})["StackId"]
    stacks.update({"Thing": custom(Size=6)})
    stacks.delete()
    created, updated, deleted = requests_to(mock_lambda)
    every = {
        "ServiceToken": ARN,
        "StackId": stack_id,
        "LogicalResourceId": "Thing",
        "ResourceType": "Custom::Maker",
    }
    first = {"ServiceToken": ARN, "Size": "5", "Parts": [{"Big": "true"}, "b"]}
    second = {"ServiceToken": ARN, "Size": "6"}
    for request in (created, updated, deleted):
        assert request.pop("ResponseURL").startswith(mock_lambda.endpoint_url)
    ids = {request.pop("RequestId") for request in (created, updated, deleted)}
    assert len(ids) == 3
    assert created == {**every, "RequestType": "Create", "ResourceProperties": first}
    about = {"PhysicalResourceId": "made", "ResourceProperties": second}
    assert updated == {**every, "RequestType": "Update", **about, "OldResourceProperties": first}
    assert deleted == {**every, "RequestType": "Delete", **about}


def test_it_is_invoked_asynchronously(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Thing": custom()})
    assert [invocation.invocation_type for invocation in mock_lambda.invocations] == ["Event"]


@pytest.mark.lambda_mock(async_mode="manual")
def test_its_answer_is_waited_for_even_where_events_wait_to_be_drained(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    assert stacks.create({"Thing": custom()})["StackStatus"] == "CREATE_COMPLETE"
    stacks.functions.invoke(FunctionName="maker", InvocationType="Event", Payload=b"{}")
    assert len(mock_lambda.invocations) == 1


def test_the_general_type_is_asked_by_its_name(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Thing": custom("AWS::CloudFormation::CustomResource")})
    assert requests_to(mock_lambda)[0]["ResourceType"] == "AWS::CloudFormation::CustomResource"


def test_an_alias_as_service_token_is_where_it_points_when_it_is_asked(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.functions.publish_version(FunctionName="maker")
    stacks.functions.create_alias(FunctionName="maker", Name="live", FunctionVersion="1")
    stacks.create({"Thing": custom(token=f"{ARN}:live")})
    stacks.functions.update_alias(FunctionName="maker", Name="live", FunctionVersion="$LATEST")
    stacks.delete()
    assert [invocation.version for invocation in mock_lambda.invocations] == ["1", "$LATEST"]


def test_a_service_token_can_not_be_changed(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Thing": custom()})
    stacks.update({"Thing": custom(token=f"{ARN}:live")})
    assert ("Thing", "UPDATE_FAILED", "Modifying service token is not allowed.") in stacks.told()
    assert len(mock_lambda.invocations) == 1


def test_data_is_what_attributes_give(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering(Data={"Endpoint": "https://example.com", "Port": 80}))
    outputs = {
        "Endpoint": {"Value": {"Fn::GetAtt": ["Thing", "Endpoint"]}},
        "Both": {"Value": {"Fn::Sub": "${Thing.Endpoint}:${Thing.Port}"}},
        "Ref": {"Value": {"Ref": "Thing"}},
    }
    resources = {
        "Orders": stacks.function(FunctionName="orders", Description={"Fn::GetAtt": ["Thing", "Endpoint"]}),
        "Thing": custom(),
    }
    stacks.create(resources, Outputs=outputs)
    assert stacks.outputs() == {"Endpoint": "https://example.com", "Both": "https://example.com:80", "Ref": "made"}
    found = stacks.functions.get_function_configuration(FunctionName="orders")
    assert found["Description"] == "https://example.com"


def test_what_a_function_wants_hidden_is_used_and_not_shown(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering(Data={"Password": "secret"}, NoEcho=True))
    resources = {
        "Orders": stacks.function(FunctionName="orders", Description={"Fn::GetAtt": ["Thing", "Password"]}),
        "Thing": custom(),
    }
    stacks.create(resources, Outputs={"Password": {"Value": {"Fn::GetAtt": ["Thing", "Password"]}}})
    assert stacks.outputs() == {"Password": "*****"}
    assert stacks.functions.get_function_configuration(FunctionName="orders")["Description"] == "secret"


@pytest.mark.parametrize(
    ("client", "execution"),
    [
        *((client, "inline") for client in (*CLIENTS, "cfnresponse")),
        # What a function finds installed in a process of its own is what Lambda's runtimes have.
        *((client, "process") for client in ("urllib", "urllib3", "http.client", "cfnresponse")),
    ],
)
def test_an_answer_arrives_by_whatever_client(client: str, execution: str, request: pytest.FixtureRequest) -> None:
    request.applymarker(pytest.mark.lambda_mock(execution=execution))
    stacks: Stacks = request.getfixturevalue("stacks")
    source = CFNRESPONSE if client == "cfnresponse" else CLIENTS[client] + BY_CLIENT
    resources = {
        "Maker": stacks.function(FunctionName="maker", Code={"ZipFile": source}, Timeout=60),
        "Thing": custom(token={"Fn::GetAtt": ["Maker", "Arn"]}),  # type: ignore[arg-type]
    }
    stacks.create(resources, Outputs={"Said": {"Value": {"Fn::GetAtt": ["Thing", "Said"]}}})
    assert stacks.outputs() == {"Said": "Create"}
    stacks.delete()
    assert stacks.cloudformation.describe_stacks()["Stacks"] == []


@pytest.mark.filterwarnings("ignore::lambda_mock.LambdaMockWarning")
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js isn't installed")
def test_source_text_for_node_has_the_answering_module_too(stacks: Stacks) -> None:
    source = """
const response = require('cfn-response');
exports.handler = (event, context) => response.send(event, context, response.SUCCESS, { Said: event.RequestType }, 'x');
"""
    given: dict[str, Any] = {"Runtime": "nodejs20.x", "Code": {"ZipFile": source}, "Timeout": 60}
    resources = {
        "Maker": stacks.function(FunctionName="maker", **given),
        "Thing": custom(token={"Fn::GetAtt": ["Maker", "Arn"]}),  # type: ignore[arg-type]
    }
    stacks.create(resources, Outputs={"Said": {"Value": {"Fn::GetAtt": ["Thing", "Said"]}}})
    assert stacks.outputs() == {"Said": "Create"}


def test_the_answering_module_is_there_only_for_those_who_import_it(stacks: Stacks) -> None:
    resources = {
        "Plain": stacks.function(FunctionName="plain"),
        "Maker": stacks.function(FunctionName="maker", Code={"ZipFile": CFNRESPONSE}),
    }
    stacks.create(resources)
    sizes = [
        stacks.functions.get_function(FunctionName=name)["Configuration"]["CodeSize"] for name in ("plain", "maker")
    ]
    assert sizes[1] > sizes[0] + 400


@pytest.mark.parametrize("send", ["success", "connection refused"])
def test_the_answering_module_tells_what_it_sends(stacks: Stacks, mock_lambda: LambdaMock, send: str) -> None:
    stacks.create({"Maker": stacks.function(FunctionName="maker", Code={"ZipFile": CFNRESPONSE})})
    event = {"RequestType": "Create", "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"}
    event["ResponseURL"] = mock_lambda.endpoint_url + "/any?query" if send == "success" else "http://127.0.0.1:1/"
    stacks.functions.invoke(FunctionName="maker", Payload=json.dumps(event))
    log = mock_lambda.invocations[-1].log
    assert '{"Status": "SUCCESS", "Reason": "See the details in CloudWatch Log Stream: ' in log
    assert ("Status code: " in log) == (send == "success")
    assert ("send(..) failed executing http.request(..): " in log) == (send != "success")


def test_responses_of_a_tests_own_lets_an_answer_through_where_it_is_told_to(
    stacks: Stacks, mock_lambda: LambdaMock
) -> None:
    resources = {
        "Maker": stacks.function(FunctionName="maker", Code={"ZipFile": CLIENTS["requests"] + BY_CLIENT}, Timeout=60),
        "Thing": custom(token={"Fn::GetAtt": ["Maker", "Arn"]}),  # type: ignore[arg-type]
    }
    with responses.RequestsMock() as its_own:
        its_own.add_passthru(mock_lambda.endpoint_url)
        assert stacks.create(resources)["StackStatus"] == "CREATE_COMPLETE"


def test_an_answer_with_another_physical_id_is_a_replacement(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        answering(PhysicalResourceId=event["ResourceProperties"]["Name"])(event, context)

    mock_lambda.function("maker", handler)
    stacks.create({"Thing": custom(Name="first")})
    stacks.update({"Thing": custom(Name="second")})
    assert stacks.physical_id("Thing") == "second"
    asked = [(request["RequestType"], request.get("PhysicalResourceId")) for request in requests_to(mock_lambda)]
    assert asked == [("Create", None), ("Update", "first"), ("Delete", "first")]


def test_nothing_is_asked_where_nothing_has_changed(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Thing": custom(Size=1)})
    stacks.update({"Thing": custom(Size=1)}, Description="the same")
    assert len(mock_lambda.invocations) == 1


def test_a_failure_fails_the_stack_and_is_rolled_back(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        status = {"Status": "FAILED", "Reason": "no room"} if event["RequestType"] == "Create" else {}
        answering(**status, PhysicalResourceId="half-made")(event, context)

    mock_lambda.function("maker", handler)
    stack = stacks.create({"Thing": custom(), "Orders": stacks.function(FunctionName="orders")})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    asked = requests_to(mock_lambda)
    reason = (
        "Received response status [FAILED] from custom resource. Message returned: no room "
        f"(RequestId: {asked[0]['RequestId']})"
    )
    rolled_back = "The following resource(s) failed to create: [Thing]. Rollback requested by user."
    assert stacks.told() == [
        ("shop", "CREATE_IN_PROGRESS", "User Initiated"),
        ("Thing", "CREATE_FAILED", reason),
        ("shop", "ROLLBACK_IN_PROGRESS", rolled_back),
        ("shop", "ROLLBACK_COMPLETE", None),
    ]
    assert [request["RequestType"] for request in asked] == ["Create", "Delete"]
    assert asked[1]["PhysicalResourceId"] == "half-made"
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["maker"]


def test_a_failed_update_is_undone_by_another_one(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        fails = event["ResourceProperties"]["Size"] == "2"
        answering(**({"Status": "FAILED", "Reason": "too big"} if fails else {}))(event, context)

    mock_lambda.function("maker", handler)
    stacks.create({"Thing": custom(Size=1)})
    assert stacks.update({"Thing": custom(Size=2)})["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    sizes = [(event["RequestType"], event["ResourceProperties"]["Size"]) for event in requests_to(mock_lambda)]
    assert sizes == [("Create", "1"), ("Update", "2"), ("Update", "1")]
    assert requests_to(mock_lambda)[2]["OldResourceProperties"]["Size"] == "2"
    stacks.update({"Thing": custom(Size=3)})
    assert requests_to(mock_lambda)[3]["OldResourceProperties"]["Size"] == "1"


def test_one_that_an_update_fails_to_create_is_asked_to_be_deleted(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        fails = event["RequestType"] == "Create"
        answering(**({"Status": "FAILED", "Reason": "no room"} if fails else {}))(event, context)

    mock_lambda.function("maker", handler)
    orders = stacks.function(FunctionName="orders")
    stacks.create({"Orders": orders})
    assert stacks.update({"Orders": orders, "Thing": custom()})["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [event["RequestType"] for event in requests_to(mock_lambda)] == ["Create", "Delete"]


def test_what_can_not_be_deleted_keeps_the_stack(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    refusing = [True]

    def handler(event: Any, context: Any) -> None:
        fails = event["RequestType"] == "Delete" and refusing[0]
        answering(**({"Status": "FAILED", "Reason": "in use"} if fails else {}))(event, context)

    mock_lambda.function("maker", handler)
    resources = {
        "Used": stacks.function(FunctionName="used"),
        "Other": stacks.function(FunctionName="other"),
        "Thing": custom(Uses={"Ref": "Used"}),
    }
    stacks.create(resources)
    stacks.delete()
    assert stacks.described()["StackStatus"] == "DELETE_FAILED"
    assert stacks.told()[-1] == ("shop", "DELETE_FAILED", "The following resource(s) failed to delete: [Thing]. ")
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["maker", "used"]
    refusing[0] = False
    stacks.delete()
    assert [found["FunctionName"] for found in stacks.functions.list_functions()["Functions"]] == ["maker"]


def test_a_rollback_that_fails_says_so(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering(Status="FAILED", Reason="never"))
    assert stacks.create({"Thing": custom()})["StackStatus"] == "ROLLBACK_FAILED"
    statuses = [(name, status) for name, status, _ in stacks.told()]
    assert statuses[-2:] == [("Thing", "DELETE_FAILED"), ("shop", "ROLLBACK_FAILED")]


def test_a_resource_that_a_template_no_longer_has_is_deleted_and_its_failure_is_no_matter(
    stacks: Stacks, mock_lambda: LambdaMock
) -> None:
    def handler(event: Any, context: Any) -> None:
        fails = event["RequestType"] == "Delete"
        answering(**({"Status": "FAILED", "Reason": "in use"} if fails else {}))(event, context)

    mock_lambda.function("maker", handler)
    orders = stacks.function(FunctionName="orders")
    stacks.create({"Thing": custom(), "Orders": orders})
    assert stacks.update({"Orders": orders})["StackStatus"] == "UPDATE_COMPLETE"
    assert [event["RequestType"] for event in requests_to(mock_lambda)] == ["Create", "Delete"]


@pytest.mark.parametrize("raising", [True, False])
def test_a_function_that_never_answers_fails_the_resource(
    stacks: Stacks, mock_lambda: LambdaMock, *, raising: bool
) -> None:
    def handler(event: Any, _context: Any) -> None:
        if event["RequestType"] == "Delete":
            answering()(event, _context)
        elif raising:
            raise ValueError("forgot to answer")

    mock_lambda.function("maker", handler)
    assert stacks.create({"Thing": custom()})["StackStatus"] == "ROLLBACK_COMPLETE"
    asked = requests_to(mock_lambda)
    assert ("Thing", "CREATE_FAILED", UNANSWERED.format(asked[0]["RequestId"])) in stacks.told()
    # An event whose function fails is tried again, and nobody else's is.
    assert [event["RequestType"] for event in asked] == (["Create"] * 3 if raising else ["Create"]) + ["Delete"]
    assert asked[-1]["PhysicalResourceId"].startswith("shop-Thing-")


def test_a_second_attempt_may_answer_what_the_first_one_did_not(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    attempts: list[str] = []

    def handler(event: Any, context: Any) -> None:
        attempts.append(event["RequestId"])
        if len(attempts) == 1:
            raise ValueError("not yet")
        answering()(event, context)

    mock_lambda.function("maker", handler)
    assert stacks.create({"Thing": custom()})["StackStatus"] == "CREATE_COMPLETE"
    assert attempts[0] == attempts[1]


def test_an_answer_that_comes_too_late_is_refused(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Thing": custom()})
    (event,) = requests_to(mock_lambda)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        put(event["ResponseURL"], b"{}")


def test_only_a_put_answers(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    asked: list[int] = []

    def handler(event: Any, context: Any) -> None:
        try:
            urllib.request.urlopen(event["ResponseURL"]).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            asked.append(error.code)
        answering()(event, context)

    mock_lambda.function("maker", handler)
    assert stacks.create({"Thing": custom()})["StackStatus"] == "CREATE_COMPLETE"
    assert asked == [405]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"x" * 5000, "Response object is too long."),
        (b"yes", "Invalid Response object: Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "Invalid Response object: it is no JSON object"),
        ({"Status": "FAILURE"}, "Invalid Response object: 'FAILURE' is not a valid ResponseStatus"),
        ({"RequestId": "other"}, "Invalid Response object: RequestId isn't that of the request"),
        ({"Data": [1]}, "Invalid Response object: Data is no JSON object"),
        ({"PhysicalResourceId": ""}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": 5}, "Invalid PhysicalResourceId"),
    ],
)
def test_an_answer_of_the_wrong_form_fails_the_resource(
    stacks: Stacks, mock_lambda: LambdaMock, answer: Any, reason: str
) -> None:
    def handler(event: Any, context: Any) -> None:
        if event["RequestType"] == "Delete":
            answering()(event, context)
        elif isinstance(answer, bytes):
            put(event["ResponseURL"], answer)
        else:
            answering(**answer)(event, context)

    mock_lambda.function("maker", handler)
    assert stacks.create({"Thing": custom()})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("Thing", "CREATE_FAILED", reason) in stacks.told()


def test_an_attribute_that_was_not_answered_fails_what_asks_for_it(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering(Data={"There": "yes"}))
    asking = stacks.function(FunctionName="orders", Description={"Fn::GetAtt": ["Thing", "Missing"]})
    stack = stacks.create({"Thing": custom(), "Orders": asking})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    created = requests_to(mock_lambda)[0]
    reason = (
        "CustomResource attribute error: Vendor response doesn't contain Missing attribute in object "
        f"{stack['StackId']}|Thing|{created['RequestId']}"
    )
    assert ("Orders", "CREATE_FAILED", reason) in stacks.told()
    assert [event["RequestType"] for event in requests_to(mock_lambda)] == ["Create", "Delete"]


def test_so_does_an_output_that_asks_for_it(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    outputs = {"Missing": {"Value": {"Fn::GetAtt": ["Thing", "Missing"]}}}
    assert stacks.create({"Thing": custom()}, Outputs=outputs)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [event["RequestType"] for event in requests_to(mock_lambda)] == ["Create", "Delete"]


def test_a_function_that_is_not_there_fails_the_resource(stacks: Stacks) -> None:
    assert stacks.create({"Thing": custom()})["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = f"Function not found: {ARN}:$LATEST (Service: Lambda, Status Code: 404)"
    assert ("Thing", "CREATE_FAILED", reason) in stacks.told()


def test_a_resource_without_a_service_token_is_refused(stacks: Stacks) -> None:
    stacks.create({"Thing": {"Type": "Custom::Maker"}})
    reason = "Properties validation failed for resource Thing with message:\n[#: required key [ServiceToken] not found]"
    assert ("Thing", "CREATE_FAILED", reason) in stacks.told()


def test_a_topic_as_service_token_is_told_not_to_be_built(stacks: Stacks) -> None:
    with pytest.raises(NotBuiltError, match="only functions are asked"):
        stacks.create({"Thing": custom(token="arn:aws:sns:us-east-1:123456789012:makers")})


def test_a_function_that_makes_stacks_waits_for_the_resources_in_them(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    def deploys(_event: Any, _context: Any) -> str:
        return str(stacks.create({"Thing": custom()})["StackStatus"])

    mock_lambda.function("maker", answering())
    mock_lambda.function("deploys", deploys)
    assert stacks.answer("deploys") == "CREATE_COMPLETE"
    stacks.functions.invoke(FunctionName="deploys", InvocationType="Event", Payload=b"{}")
    assert stacks.described()["StackStatus"] == "CREATE_COMPLETE"


def test_no_thread_is_left_over() -> None:
    before = set(threading.enumerate())
    template = json.dumps({"Resources": {"Thing": custom()}})
    with mock_aws(), LambdaMock() as mock:
        mock.function("maker", answering())
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        session.client("cloudformation").create_stack(StackName="shop", TemplateBody=template)
        assert len(mock.invocations) == 1
    assert set(threading.enumerate()) <= before
