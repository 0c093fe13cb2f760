"""Calls across accounts: what a resource policy lets another account do, and what nothing does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock.errors import LambdaMockError
from tests.conformance.calls import MODEL, about_functions, method, named_by
from tests.conformance.conftest import Account

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Answer

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
PARTIAL = "123456789012:function:orders"
THEM = "210987654321"
QUEUE = "arn:aws:sqs:us-east-1:210987654321:queue"
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."

# Instant: who may change something, and nothing else, may not wait for it either.
pytestmark = pytest.mark.lambda_mock(accounts={"AKIAPARTNER": THEM, "AKIATHIRD": "333333333333"}, lifecycle="instant")


def account(access_key: str, region: str = "us-east-1") -> Account:
    return Account(
        boto3.client("lambda", region_name=region, aws_access_key_id=access_key, aws_secret_access_key="any")
    )


@pytest.fixture
def aws(aws: Account) -> Account:
    """The owner: an account with a function `orders`, its version 1 and the alias `live` of it."""
    aws.create(Publish=True)
    aws.alias("live", "1")
    return aws


@pytest.fixture
def them(mock_lambda: LambdaMock) -> Account:
    """Account 210987654321, which has nothing of its own."""
    return account("AKIAPARTNER")


def permit(aws: Account, action: str = "lambda:*", **members: Any) -> None:
    sid = f"s{action[7:].strip('*')}{members.get('Qualifier', '')}"
    aws.call(
        "add_permission",
        **{"FunctionName": "orders", "StatementId": sid, "Action": action, "Principal": THEM, **members},
    )


def denied(
    aws: Account, action: str, arn: str = ARN, user: str = f"arn:aws:iam::{THEM}:root", *, explicitly: bool = False
) -> Answer:
    why = (
        "with an explicit deny in a resource-based policy"
        if explicitly
        else f"because no resource-based policy allows the lambda:{action} action"
    )
    message = f"User: {user} is not authorized to perform: lambda:{action} on resource: {arn} {why}"
    return aws.error("AccessDeniedException", message)


# What can be granted, with how each call is made ----------------------------------------------------------------------

GRANTABLE: dict[str, tuple[str, Answer]] = {
    "create_alias": ("CreateAlias", {"Name": "beta", "FunctionVersion": "1"}),
    "delete_alias": ("DeleteAlias", {"Name": "live"}),
    "delete_function": ("DeleteFunction", {}),
    "delete_function_concurrency": ("DeleteFunctionConcurrency", {}),
    "get_alias": ("GetAlias", {"Name": "live"}),
    "get_function": ("GetFunction", {}),
    "get_function_concurrency": ("GetFunctionConcurrency", {}),
    "get_function_configuration": ("GetFunctionConfiguration", {}),
    "get_policy": ("GetPolicy", {}),
    "invoke": ("InvokeFunction", {}),
    "list_aliases": ("ListAliases", {}),
    "list_function_event_invoke_configs": ("ListFunctionEventInvokeConfigs", {}),
    "list_tags": ("ListTags", {}),
    "list_versions_by_function": ("ListVersionsByFunction", {}),
    "publish_version": ("PublishVersion", {}),
    "put_function_concurrency": ("PutFunctionConcurrency", {"ReservedConcurrentExecutions": 5}),
    "put_function_event_invoke_config": ("PutFunctionEventInvokeConfig", {"MaximumRetryAttempts": 0}),
    "tag_resource": ("TagResource", {"Tags": {"team": "shop"}}),
    "untag_resource": ("UntagResource", {"TagKeys": ["team"]}),
    "update_alias": ("UpdateAlias", {"Name": "live", "Description": "theirs"}),
    "update_function_code": ("UpdateFunctionCode", {"ZipFile": Account.package("changed = True\n")}),
    "update_function_configuration": ("UpdateFunctionConfiguration", {"Timeout": 10}),
}
ON_TAGS = {"list_tags", "tag_resource", "untag_resource"}
PROVISIONED: dict[str, Answer] = {
    "put_provisioned_concurrency_config": {"Qualifier": "live", "ProvisionedConcurrentExecutions": 1},
    "get_provisioned_concurrency_config": {"Qualifier": "live"},
    "delete_provisioned_concurrency_config": {"Qualifier": "live"},
    "list_provisioned_concurrency_configs": {},
}
EVENTS = (
    "get_function_event_invoke_config",
    "delete_function_event_invoke_config",
    "update_function_event_invoke_config",
)


def asked(operation: str, name: str = ARN) -> Answer:
    return {"Resource" if operation in ON_TAGS else "FunctionName": name, **GRANTABLE[operation][1]}


@pytest.mark.parametrize("operation", GRANTABLE)
def test_another_account_is_kept_out_without_a_grant(aws: Account, them: Account, operation: str) -> None:
    action = GRANTABLE[operation][0]
    aws.call("add_permission", FunctionName="orders", StatementId="s3", Action="*", Principal="s3.amazonaws.com")
    permit(aws, "lambda:InvokeAsync")
    assert them.refusal(operation, **asked(operation)) == denied(aws, action)


@pytest.mark.parametrize("operation", GRANTABLE)
def test_another_account_may_do_what_is_granted(aws: Account, them: Account, operation: str) -> None:
    permit(aws, f"lambda:{GRANTABLE[operation][0]}")
    assert them.call(operation, **asked(operation))["ResponseMetadata"] < 300


@pytest.mark.parametrize("operation", EVENTS)
def test_another_account_may_configure_events_where_it_is_granted(aws: Account, them: Account, operation: str) -> None:
    aws.call("put_function_event_invoke_config", FunctionName="orders", MaximumRetryAttempts=0)
    members = {"MaximumRetryAttempts": 1} if operation.startswith("update") else {}
    action = operation_of(operation)
    assert them.refusal(operation, FunctionName=ARN, **members) == denied(aws, action)
    permit(aws, f"lambda:{action}")
    assert them.call(operation, FunctionName=ARN, **members)["ResponseMetadata"] < 300


@pytest.mark.parametrize("operation", PROVISIONED)
def test_another_account_may_provision_where_it_is_granted(aws: Account, them: Account, operation: str) -> None:
    named = {"FunctionName": ARN, **PROVISIONED[operation]}
    action, arn = operation_of(operation), f"{ARN}:live" if "Qualifier" in named else ARN
    if operation != "put_provisioned_concurrency_config":
        owners = PROVISIONED["put_provisioned_concurrency_config"]
        aws.call("put_provisioned_concurrency_config", FunctionName="orders", **owners)
    assert them.refusal(operation, **named) == denied(aws, action, arn)
    permit(aws, f"lambda:{action}", **({"Qualifier": "live"} if "Qualifier" in named else {}))
    assert them.call(operation, **named)["ResponseMetadata"] < 300


@pytest.mark.parametrize("name", [ARN, PARTIAL, f"us-east-1:{PARTIAL}", "123456789012:orders"])
def test_a_function_of_another_account_is_found_by_every_name_with_the_account(
    aws: Account, them: Account, name: str
) -> None:
    permit(aws)
    assert them.shown(name=name) == aws.shown()


def test_a_bare_name_is_always_the_callers_own(aws: Account, them: Account) -> None:
    permit(aws)
    refusal = them.refusal("get_function", FunctionName="orders")
    assert refusal["Error"]["Message"] == f"Function not found: {ARN.replace('123456789012', THEM)}"


def test_answers_carry_the_owners_arns(aws: Account, them: Account) -> None:
    permit(aws)
    assert them.shown(name=ARN)["FunctionArn"] == ARN
    assert them.call("publish_version", FunctionName=ARN)["FunctionArn"] == f"{ARN}:1"
    assert them.alias("beta", "1", ARN)["AliasArn"] == f"{ARN}:beta"


def test_what_another_account_changes_is_changed_for_the_owner(aws: Account, them: Account) -> None:
    permit(aws)
    them.call("update_function_configuration", FunctionName=PARTIAL, Timeout=10)
    them.call("tag_resource", Resource=ARN, Tags={"team": "shop"})
    assert aws.shown()["Timeout"] == 10
    assert aws.call("list_tags", Resource=ARN) == aws.answer(200, {"Tags": {"team": "shop"}})
    assert them.call("list_functions")["Functions"] == []


def test_lists_and_account_settings_are_the_callers_own(aws: Account, them: Account) -> None:
    permit(aws)
    assert them.call("list_functions")["Functions"] == []
    assert them.call("list_event_source_mappings")["EventSourceMappings"] == []
    assert them.call("get_account_settings")["AccountUsage"] == {"TotalCodeSize": 0, "FunctionCount": 0}


# Invoking -------------------------------------------------------------------------------------------------------------


def test_another_account_invokes_what_it_may(aws: Account, them: Account, mock_lambda: LambdaMock) -> None:
    permit(aws, "lambda:InvokeFunction")
    answer = them.call("invoke", FunctionName=ARN, Payload=b'{"n": 1}')
    assert json.load(answer["Payload"]) == {"event": {"n": 1}, "version": "$LATEST"}
    assert them.call("invoke", FunctionName=ARN, InvocationType="DryRun")["ResponseMetadata"] == 204
    assert them.call("invoke", FunctionName=ARN, InvocationType="Event")["ResponseMetadata"] == 202
    mock_lambda.invocations.assert_invoked(ARN, times=2)


def test_another_account_does_not_see_the_log(aws: Account, them: Account, mock_lambda: LambdaMock) -> None:
    permit(aws, "lambda:InvokeFunction")
    assert them.refusal("invoke", FunctionName=ARN, LogType="Tail") == aws.error(
        "AccessDeniedException", "Cross-account log access is not allowed"
    )
    assert len(mock_lambda.invocations) == 0


def test_a_grant_on_an_alias_is_for_the_alias(aws: Account, them: Account) -> None:
    permit(aws, "lambda:InvokeFunction", Qualifier="live")
    assert them.result("live", ARN)[1] == "1"
    assert them.result(name=f"{ARN}:live")[1] == "1"
    for qualifier in ("1", "$LATEST"):
        refusal = them.refusal("invoke", FunctionName=ARN, Qualifier=qualifier)
        assert refusal == denied(aws, "InvokeFunction", f"{ARN}:{qualifier}")
    assert them.refusal("invoke", FunctionName=ARN) == denied(aws, "InvokeFunction")


def test_a_grant_on_the_function_is_for_no_version_or_alias(aws: Account, them: Account) -> None:
    permit(aws, "lambda:InvokeFunction")
    for qualifier in ("live", "1", "$LATEST"):
        refusal = them.refusal("invoke", FunctionName=ARN, Qualifier=qualifier)
        assert refusal == denied(aws, "InvokeFunction", f"{ARN}:{qualifier}")


def test_a_missing_function_or_qualifier_is_told_as_one_that_is_out_of_reach(aws: Account, them: Account) -> None:
    permit(aws)
    nowhere = "arn:aws:lambda:us-east-1:123456789012:function:nowhere"
    assert them.refusal("invoke", FunctionName=nowhere) == denied(aws, "InvokeFunction", nowhere)
    assert them.refusal("invoke", FunctionName=f"{ARN}:gone") == denied(aws, "InvokeFunction", f"{ARN}:gone")


# Who is granted -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "principal", [THEM, "*", f"arn:aws:iam::{THEM}:root", f"arn:aws:iam::{THEM}:role/ci", f"arn:aws:iam::{THEM}:user/a"]
)
def test_a_grant_is_for_the_account_of_its_principal(aws: Account, them: Account, principal: str) -> None:
    permit(aws, Principal=principal)
    assert them.shown(name=ARN) == aws.shown()


@pytest.mark.parametrize("principal", ["333333333333", "arn:aws:iam::333333333333:role/ci", "s3.amazonaws.com"])
def test_a_grant_is_for_nobody_else(aws: Account, them: Account, principal: str) -> None:
    permit(aws, Principal=principal)
    assert them.refusal("get_function_configuration", FunctionName=ARN) == denied(aws, "GetFunctionConfiguration")


@pytest.mark.parametrize("members", [{"SourceAccount": THEM}, {"SourceArn": ARN}, {"EventSourceToken": "1"}])
def test_a_grant_for_what_a_service_sends_is_not_for_calls(aws: Account, them: Account, members: Answer) -> None:
    permit(aws, Principal="*", **members)
    assert them.refusal("get_function_configuration", FunctionName=ARN) == denied(aws, "GetFunctionConfiguration")


def test_a_grant_for_an_organisation_is_for_every_account(aws: Account, them: Account) -> None:
    permit(aws, Principal="*", PrincipalOrgID="o-1234567890")
    assert them.shown(name=ARN) == aws.shown()


def test_a_grant_ends_when_it_is_taken_away(aws: Account, them: Account) -> None:
    permit(aws)
    assert them.shown(name=ARN) == aws.shown()
    aws.call("remove_permission", FunctionName="orders", StatementId="s")
    assert them.refusal("get_function_configuration", FunctionName=ARN) == denied(aws, "GetFunctionConfiguration")


def test_an_account_needs_no_grant_for_its_own(aws: Account) -> None:
    assert aws.shown(name=ARN) == aws.shown()


# Policies as documents ------------------------------------------------------------------------------------------------


@pytest.fixture
def put(aws: Account) -> Callable[..., None]:
    """Give `orders` a policy of statements about the other account, or what else they say."""
    if not hasattr(aws.client, "put_resource_policy"):
        pytest.skip("This botocore is older than resource policies by ARN.")

    def put(*statements: Answer) -> None:
        common = {"Effect": "Allow", "Principal": {"AWS": [THEM]}, "Action": ["lambda:Get*"], "Resource": ARN}
        policy = {"Version": "2012-10-17", "Statement": [{**common, **each} for each in statements]}
        aws.call("put_resource_policy", ResourceArn=ARN, Policy=json.dumps(policy))

    return put


def test_a_statement_may_reach_all_versions_and_aliases(aws: Account, them: Account, put: Callable[..., None]) -> None:
    put({"Resource": [ARN, f"{ARN}:*"]})
    for qualifier in (None, "1", "live", "$LATEST"):
        assert them.shown(qualifier, ARN) == aws.shown(qualifier)


def test_a_statement_that_denies_outweighs_those_that_allow(
    aws: Account, them: Account, put: Callable[..., None]
) -> None:
    put({}, {"Effect": "Deny", "Action": "lambda:getfunction"})
    permit(aws, "lambda:GetFunction")
    assert them.shown(name=ARN) == aws.shown()
    assert them.refusal("get_function", FunctionName=ARN) == denied(aws, "GetFunction", explicitly=True)


def test_a_denial_on_the_function_reaches_the_alias_that_it_names(
    aws: Account, them: Account, put: Callable[..., None]
) -> None:
    put({"Effect": "Deny", "Resource": f"{ARN}:live"})
    permit(aws, "lambda:GetFunction", Qualifier="live")
    refusal = them.refusal("get_function", FunctionName=f"{ARN}:live")
    assert refusal == denied(aws, "GetFunction", f"{ARN}:live", explicitly=True)


def test_conditions_are_asked_about_the_call(aws: Account, them: Account, put: Callable[..., None]) -> None:
    aws.call("tag_resource", Resource=ARN, Tags={"shared": "yes"})
    put(
        {
            "Principal": "*",
            "Condition": {
                "StringEquals": {"aws:PrincipalAccount": [THEM], "aws:ResourceTag/shared": "yes"},
                "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
            },
        }
    )
    assert them.shown(name=ARN) == aws.shown()
    refusal = account("AKIATHIRD").refusal("get_function_configuration", FunctionName=ARN)
    assert refusal == denied(aws, "GetFunctionConfiguration", user="arn:aws:iam::333333333333:root")


# Tags in GetFunction --------------------------------------------------------------------------------------------------


def test_tags_are_shown_to_whom_they_may_be_listed(aws: Account, them: Account) -> None:
    aws.call("tag_resource", Resource=ARN, Tags={"team": "shop"})
    permit(aws, "lambda:GetFunction")
    answer = them.call("get_function", FunctionName=ARN)
    assert "Tags" not in answer
    if "TagsError" in MODEL.operation_model("GetFunction").output_shape.members:
        message = denied(aws, "ListTags")["Error"]["Message"]
        assert answer["TagsError"] == {"ErrorCode": "AccessDeniedException", "Message": message}
    permit(aws, "lambda:ListTags")
    assert them.call("get_function", FunctionName=ARN)["Tags"] == {"team": "shop"}


# What can't be granted ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", about_functions())
def test_a_function_of_another_region_is_reached_by_no_operation(aws: Account, operation: str) -> None:
    mapping = aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=QUEUE)
    for account_id in ("123456789012", THEM):
        asked = named_by(operation, f"arn:aws:lambda:ap-southeast-1:{account_id}:function:orders")
        if "UUID" in asked:
            asked["UUID"] = mapping["UUID"]
        refusal = aws.refusal(method(operation), **asked)
        assert refusal == aws.error(
            "ResourceNotFoundException",
            "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')",
        )


@pytest.mark.parametrize("operation", about_functions())
def test_a_function_of_another_account_is_reached_by_no_operation_without_a_grant(
    aws: Account, them: Account, operation: str
) -> None:
    refusal = them.refusal(method(operation), **named_by(operation, ARN))
    if operation == "CreateFunction":
        assert refusal == aws.error("AccessDeniedException", None)
    else:
        arn = f"{ARN}:1" if named_by(operation, ARN).get("Qualifier") else ARN
        assert refusal == denied(aws, "InvokeFunction" if operation in INVOKING else operation, arn)


INVOKING = {"Invoke", "InvokeWithResponseStream"}


def operation_of(method_name: str) -> str:
    return "".join(word.capitalize() for word in method_name.split("_"))


CAN_BE_GRANTED = {operation_of(name) for name in (*GRANTABLE, *EVENTS, *PROVISIONED)} | {"InvokeWithResponseStream"}


@pytest.mark.parametrize("operation", [name for name in about_functions() if name not in CAN_BE_GRANTED])
def test_not_everything_can_be_granted(aws: Account, them: Account, operation: str) -> None:
    permit(aws)
    refusal = them.refusal(method(operation), **named_by(operation, ARN))
    assert refusal["Error"]["Code"] == "AccessDeniedException"


def test_the_mock_deploys_nothing_under_the_arn_of_another_account(mock_lambda: LambdaMock) -> None:
    with pytest.raises(LambdaMockError, match="AWS refuses it with AccessDeniedException"):
        mock_lambda.function(f"{THEM}:function:orders", returns=None)


def test_what_is_no_function_is_looked_for_as_ever(them: Account) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:14e0db71-4b9d-4a0e-a5a5-3d1c5b5a5a5a"
    refusal = them.refusal("list_tags", Resource=arn)
    assert refusal["Error"]["Message"] == f"Event source mapping not found: {arn}"


# The order of checks --------------------------------------------------------------------------------------------------


def test_two_different_qualifiers_are_refused_before_the_account_is_looked_at(them: Account) -> None:
    assert them.refusal("invoke", FunctionName=f"{ARN}:1", Qualifier="2") == them.invalid(MISMATCH)
    elsewhere = ARN.replace("us-east-1", "eu-west-1")
    assert them.refusal("invoke", FunctionName=f"{elsewhere}:1", Qualifier="2") == them.invalid(MISMATCH)


def test_the_account_is_looked_at_before_anything_else(aws: Account, them: Account) -> None:
    assert them.refusal("invoke", FunctionName=ARN, Payload=b"{") == denied(aws, "InvokeFunction")
    assert them.refusal("delete_function", FunctionName=f"{ARN}:$LATEST") == denied(
        aws, "DeleteFunction", f"{ARN}:$LATEST"
    )


# Whose function it is that calls --------------------------------------------------------------------------------------

CALLING = (
    "import boto3\n"
    "def handler(event, context):\n"
    "    return boto3.client('lambda').get_function_configuration(**event)['FunctionArn']\n"
)


def test_a_function_calls_as_its_own_account(aws: Account, them: Account, mock_lambda: LambdaMock) -> None:
    them.create("caller", CALLING, Role=f"arn:aws:iam::{THEM}:role/service/caller-role")
    theirs = ARN.replace("123456789012", THEM).replace("orders", "caller")
    answer = them.call("invoke", FunctionName="caller", Payload=json.dumps({"FunctionName": "caller"}))
    assert json.load(answer["Payload"]) == theirs

    answer = them.call("invoke", FunctionName="caller", Payload=json.dumps({"FunctionName": ARN}))
    user = f"arn:aws:sts::{THEM}:assumed-role/caller-role/caller"
    message = denied(aws, "GetFunctionConfiguration", user=user)["Error"]["Message"]
    assert json.load(answer["Payload"])["errorMessage"].endswith(message)
    mock_lambda.calls.assert_called("GetFunctionConfiguration", function=ARN, account_id=THEM, times=1)


@pytest.mark.parametrize(("role", "reached"), [("service/caller-role", True), ("other-role", False)])
def test_a_grant_for_a_role_is_for_functions_in_that_role(
    aws: Account,
    them: Account,
    role: str,
    reached: bool,  # noqa: FBT001
) -> None:
    permit(aws, Principal=f"arn:aws:iam::{THEM}:role/{role}")
    them.create("caller", CALLING, Role=f"arn:aws:iam::{THEM}:role/service/caller-role")
    answer = them.call("invoke", FunctionName="caller", Payload=json.dumps({"FunctionName": ARN}))
    assert ("FunctionError" not in answer) is reached


# Which account a key is of -------------------------------------------------------------------------------------------


def test_a_key_of_12_digits_is_an_account(mock_lambda: LambdaMock) -> None:
    theirs = account("444444444444")
    theirs.create()
    assert theirs.shown()["FunctionArn"] == "arn:aws:lambda:us-east-1:444444444444:function:orders"
    assert account("AKIAOTHER").call("list_functions")["Functions"] == []


def test_a_client_of_another_region_sees_other_functions(aws: Account) -> None:
    there = account("AKIAOTHER", "eu-west-1")
    assert there.call("list_functions")["Functions"] == []
    there.create()
    assert there.shown()["FunctionArn"] == ARN.replace("us-east-1", "eu-west-1")


@pytest.mark.lambda_mock(lane="wire", accounts={"AKIAPARTNER": THEM})
def test_over_the_wire_it_is_the_same(aws: Account, them: Account) -> None:
    assert them.refusal("invoke", FunctionName=ARN) == denied(aws, "InvokeFunction")
    permit(aws, "lambda:InvokeFunction")
    assert them.call("invoke", FunctionName=ARN)["ResponseMetadata"] == 200


# What is recorded -----------------------------------------------------------------------------------------------------


def test_a_call_is_recorded_with_who_called_and_whom(aws: Account, them: Account, mock_lambda: LambdaMock) -> None:
    permit(aws)
    them.call("invoke", FunctionName=ARN)
    [call] = mock_lambda.calls.assert_called("Invoke", function=ARN)
    assert (call.account_id, call.owner_id) == (THEM, "123456789012")
    mock_lambda.calls.assert_called("Invoke", account_id=THEM, owner_id="123456789012")
    mock_lambda.calls.assert_not_called("Invoke", account_id="123456789012")
    [invocation] = mock_lambda.invocations.assert_invoked(ARN)
    assert invocation.account_id == "123456789012"


def test_a_call_that_was_refused_is_recorded_too(aws: Account, them: Account, mock_lambda: LambdaMock) -> None:
    them.refusal("invoke", FunctionName=ARN)
    mock_lambda.calls.assert_called("Invoke", account_id=THEM, error="AccessDeniedException")


def test_the_picture_has_no_accounts_that_were_only_named(them: Account, mock_lambda: LambdaMock) -> None:
    them.refusal("invoke", FunctionName=ARN)
    assert "account" not in mock_lambda.describe()
