"""Resource policies as Lambda keeps them: AddPermission, RemovePermission, GetPolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.domain.policy import Grant

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
BUCKET = "arn:aws:s3:::invoices"
GONE = "The resource you requested does not exist."
STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetPolicy API to retrieve the latest Revision Id"
)


@pytest.fixture
def aws(aws: Account) -> Account:
    """An account with a function `orders`, its version 1 and the alias `live` of it."""
    aws.create(Publish=True)
    aws.alias("live", "1")
    return aws


def permission(sid: str = "s3", **members: Any) -> Answer:
    """A request that lets S3 invoke `orders`, or whoever and whatever `members` say."""
    return {
        "FunctionName": "orders",
        "StatementId": sid,
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        **members,
    }


def permit(aws: Account, sid: str = "s3", **members: Any) -> Answer:
    return aws.call("add_permission", **permission(sid, **members))


def added(aws: Account, **members: Any) -> Any:
    """The statement that a permission is answered with."""
    return json.loads(permit(aws, **members)["Statement"])


def statement(sid: str = "s3", resource: str = ARN, **members: Any) -> Answer:
    """The statement that lets S3 invoke the resource."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": resource,
        **members,
    }


def policy(aws: Account, **members: Any) -> Answer:
    return aws.call("get_policy", FunctionName="orders", **members)


def statements(aws: Account, **members: Any) -> Any:
    return json.loads(policy(aws, **members)["Policy"])["Statement"]


def missing(aws: Account, message: str) -> Answer:
    return aws.error("ResourceNotFoundException", message)


# Statements -----------------------------------------------------------------------------------------------------------


def test_a_permission_is_answered_as_compact_json_with_status_201(aws: Account) -> None:
    text = (
        '{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",'
        f'"Resource":"{ARN}","Condition":{{"ArnLike":{{"AWS:SourceArn":"{BUCKET}"}}}}}}'
    )
    assert permit(aws, SourceArn=BUCKET) == aws.answer(201, {"Statement": text})


def test_a_policy_is_a_json_document_with_a_revision_of_its_own(aws: Account) -> None:
    first, second = permit(aws)["Statement"], permit(aws, "sqs", Principal="sqs.amazonaws.com")["Statement"]
    text = f'{{"Version":"2012-10-17","Id":"default","Statement":[{first},{second}]}}'
    assert policy(aws) == aws.answer(200, {"Policy": text, "RevisionId": aws.UUID})
    assert policy(aws)["RevisionId"] != aws.shown()["RevisionId"]


@pytest.mark.parametrize(
    ("principal", "rendered"),
    [
        ("*", "*"),
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("events.amazonaws.com.cn", {"Service": "events.amazonaws.com.cn"}),
        ("alexa-appkit.amazon.com", {"Service": "alexa-appkit.amazon.com"}),
        ("210987654321", {"AWS": "arn:aws:iam::210987654321:root"}),
        ("arn:aws:iam::210987654321:user/ann", {"AWS": "arn:aws:iam::210987654321:user/ann"}),
        ("arn:aws:sts::210987654321:assumed-role/ci/1", {"AWS": "arn:aws:sts::210987654321:assumed-role/ci/1"}),
    ],
)
def test_a_principal_is_written_by_what_it_is(aws: Account, principal: str, rendered: object) -> None:
    assert added(aws, Principal=principal) == statement(Principal=rendered)


@pytest.mark.parametrize("principal", ["invalid.nonaws.com", "ann", "12345", "arn:aws:s3:::invoices"])
def test_a_principal_that_can_not_exist_is_refused(aws: Account, principal: str) -> None:
    assert aws.refusal("add_permission", **permission(Principal=principal)) == aws.invalid(
        "The provided principal was invalid. Please check the principal and try again."
    )


def test_an_account_is_written_in_the_partition_of_the_region() -> None:
    rendered = Grant(principal="210987654321", action="*").statement("s3", ARN, "aws-cn")["Principal"]
    assert rendered == {"AWS": "arn:aws-cn:iam::210987654321:root"}


@pytest.mark.parametrize(
    ("members", "condition"),
    [
        ({"SourceArn": BUCKET}, {"ArnLike": {"AWS:SourceArn": BUCKET}}),
        ({"SourceAccount": "210987654321"}, {"StringEquals": {"AWS:SourceAccount": "210987654321"}}),
        ({"PrincipalOrgID": "o-1234567890"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
        ({"EventSourceToken": "amzn1.ask.1"}, {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.1"}}),
    ],
)
def test_what_narrows_a_permission_becomes_a_condition(aws: Account, members: Answer, condition: object) -> None:
    assert added(aws, **members) == statement(Condition=condition)


def test_a_permission_for_calls_through_a_url_has_a_boolean_condition() -> None:
    # Asked of the domain, since an older model doesn't know the member.
    grant = Grant(principal="*", action="lambda:InvokeFunction", invoked_via_function_url=True)
    assert grant.statement("url", ARN, "aws")["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


def test_a_permission_without_conditions_has_no_condition_key(aws: Account) -> None:
    assert added(aws) == statement()


def test_conditions_come_in_the_order_of_aws(aws: Account) -> None:
    answer = permit(
        aws,
        "url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        SourceArn=BUCKET,
        SourceAccount="210987654321",
        PrincipalOrgID="o-1234567890",
        FunctionUrlAuthType="NONE",
    )
    assert answer["Statement"].partition('"Condition":')[2] == (
        '{"StringEquals":{"AWS:SourceAccount":"210987654321","lambda:FunctionUrlAuthType":"NONE",'
        f'"aws:PrincipalOrgID":"o-1234567890"}},"ArnLike":{{"AWS:SourceArn":"{BUCKET}"}}}}}}'
    )


def test_an_auth_type_goes_with_the_invocation_of_a_url_only(aws: Account) -> None:
    assert aws.refusal("add_permission", **permission(FunctionUrlAuthType="NONE")) == aws.invalid(
        "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
    )


@pytest.mark.parametrize("action", ["lambda:*", "*", "lambda:GetFunction"])
def test_any_action_of_lambda_can_be_permitted(aws: Account, action: str) -> None:
    assert added(aws, Action=action) == statement(Action=action)


def test_a_statement_id_with_a_dot_is_refused(aws: Account) -> None:
    assert aws.refusal("add_permission", **permission("example.com")) == aws.misshapen(
        "Value 'example.com' at 'statementId' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"
    )


def test_a_statement_id_with_a_dot_can_be_asked_to_be_removed(aws: Account) -> None:
    permit(aws)
    expected = missing(aws, "Statement example.com is not found in resource policy.")
    assert aws.refusal("remove_permission", FunctionName="orders", StatementId="example.com") == expected


def test_a_statement_id_that_is_taken_is_a_conflict(aws: Account) -> None:
    permit(aws)
    assert aws.refusal("add_permission", **permission(Principal="*")) == aws.error(
        "ResourceConflictException",
        "The statement id (s3) provided already exists. "
        "Please provide a new statement id, or remove the existing statement.",
    )
    assert statements(aws) == [statement()]


def test_a_policy_can_not_grow_past_20_kilobytes(aws: Account) -> None:
    source = f"{BUCKET}/{'x' * 9000}"
    permit(aws, "one", SourceArn=source)
    permit(aws, "two", SourceArn=source)
    before = policy(aws)
    third = statement("three", Condition={"ArnLike": {"AWS:SourceArn": source}})
    size = len(before["Policy"]) + len(",") + len(json.dumps(third, separators=(",", ":")))
    assert aws.refusal("add_permission", **permission("three", SourceArn=source)) == aws.error(
        "PolicyLengthExceededException", f"The final policy size ({size}) is bigger than the limit (20480)."
    )
    assert policy(aws) == before


# Scopes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "resource"),
    [
        ({"Qualifier": "1"}, f"{ARN}:1"),
        ({"FunctionName": "orders:1"}, f"{ARN}:1"),
        ({"FunctionName": f"{ARN}:1", "Qualifier": "1"}, f"{ARN}:1"),
        ({"FunctionName": "123456789012:function:orders:live"}, f"{ARN}:live"),
        ({"FunctionName": "function:orders"}, ARN),
    ],
)
def test_the_resource_of_a_statement_is_the_arn_that_was_named(aws: Account, members: Answer, resource: str) -> None:
    assert added(aws, **members) == statement(resource=resource)


def test_each_qualifier_has_a_policy_of_its_own(aws: Account) -> None:
    permit(aws)
    permit(aws, Qualifier="1")
    permit(aws, Qualifier="live")
    assert statements(aws) == [statement()]
    assert statements(aws, Qualifier="1") == [statement(resource=f"{ARN}:1")]
    assert statements(aws, Qualifier="live") == [statement(resource=f"{ARN}:live")]
    revisions = [policy(aws), policy(aws, Qualifier="1"), policy(aws, Qualifier="live")]
    assert len({each["RevisionId"] for each in revisions}) == 3


def test_publishing_copies_no_policy_and_leaves_the_one_there_is(aws: Account) -> None:
    permit(aws)
    before = policy(aws)
    aws.configure(Timeout=9)
    assert aws.publish()["Version"] == "2"
    assert policy(aws) == before
    assert aws.refusal("get_policy", FunctionName="orders", Qualifier="2") == missing(aws, GONE)


@pytest.mark.parametrize(
    "members",
    [
        {"Qualifier": "$LATEST"},
        {"FunctionName": "orders:$LATEST"},
        {"FunctionName": "orders:$LATEST", "Qualifier": "$LATEST"},
        {"FunctionName": "nobody:$LATEST"},
    ],
)
def test_a_permission_for_latest_is_refused(aws: Account, members: Answer) -> None:
    expected = aws.invalid("We currently do not support adding policies for $LATEST.")
    assert aws.refusal("add_permission", **permission(**members)) == expected


@pytest.mark.parametrize("operation", ["add_permission", "remove_permission", "get_policy"])
def test_a_function_name_with_another_qualifier_is_refused(aws: Account, operation: str) -> None:
    request = {"FunctionName": "orders:live", "Qualifier": "42"}
    if operation != "get_policy":
        request["StatementId"] = "s3"
    if operation == "add_permission":
        request = permission(**request)
    assert aws.refusal(operation, **request) == aws.invalid(
        "The derived qualifier from the function name does not match the specified qualifier."
    )


def test_a_permission_for_a_missing_function_names_the_function(aws: Account) -> None:
    assert aws.refusal("add_permission", **permission(FunctionName="nobody")) == aws.not_found("nobody")


@pytest.mark.parametrize("name", ["orders", "nobody"])
@pytest.mark.parametrize(
    ("qualifier", "message"),
    [
        ("unborn", "Cannot find alias arn: {}:unborn"),
        ("42", "Function not found: {}:42"),
        ("valid-with-$-but-doesnotexist", "Function not found: {}:valid-with-$-but-doesnotexist"),
    ],
)
def test_a_permission_for_a_missing_qualifier_names_it(aws: Account, name: str, qualifier: str, message: str) -> None:
    expected = missing(aws, message.format(aws.arn(name)))
    place = {"FunctionName": name, "Qualifier": qualifier}
    assert aws.refusal("add_permission", **permission(**place)) == expected
    assert aws.refusal("remove_permission", StatementId="s3", **place) == expected


def test_a_qualifier_of_bad_characters_is_refused(aws: Account) -> None:
    assert aws.refusal("add_permission", **permission(Qualifier="invalid-?-char")) == aws.misshapen(
        "Value 'invalid-?-char' at 'qualifier' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
    )


@pytest.mark.parametrize(
    "members", [{}, {"Qualifier": "77"}, {"Qualifier": "unborn"}, {"Qualifier": "$LATEST"}, {"FunctionName": "nobody"}]
)
def test_a_missing_policy_is_one_message_whatever_it_is_that_is_missing(aws: Account, members: Answer) -> None:
    assert aws.refusal("get_policy", **{"FunctionName": "orders", **members}) == missing(aws, GONE)


# Removing -------------------------------------------------------------------------------------------------------------


def test_a_permission_is_removed_with_status_204(aws: Account) -> None:
    permit(aws)
    permit(aws, "sqs")
    assert aws.call("remove_permission", FunctionName="orders", StatementId="sqs") == aws.answer(204, {})
    assert statements(aws) == [statement()]


def test_a_policy_goes_with_its_last_statement(aws: Account) -> None:
    permit(aws)
    aws.call("remove_permission", FunctionName="orders", StatementId="s3", RevisionId=policy(aws)["RevisionId"])
    assert aws.refusal("get_policy", FunctionName="orders") == missing(aws, GONE)


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": "1"}, {"Qualifier": "live"}, {"Qualifier": "$LATEST"}])
def test_removing_where_there_is_no_policy_is_refused(aws: Account, qualifier: Answer) -> None:
    expected = missing(aws, "No policy is associated with the given resource.")
    assert aws.refusal("remove_permission", FunctionName="orders", StatementId="s3", **qualifier) == expected


def test_removing_from_a_missing_function_names_its_policy(aws: Account) -> None:
    expected = missing(aws, f"No policy found for: {aws.arn('nobody')}")
    assert aws.refusal("remove_permission", FunctionName="nobody", StatementId="s3") == expected


def test_removing_an_unknown_statement_changes_nothing(aws: Account) -> None:
    permit(aws)
    before = policy(aws)
    expected = missing(aws, "Statement non-existent is not found in resource policy.")
    assert aws.refusal("remove_permission", FunctionName="orders", StatementId="non-existent") == expected
    assert policy(aws) == before


def test_an_alias_takes_its_policy_with_it(aws: Account) -> None:
    permit(aws, Qualifier="live")
    aws.call("delete_alias", FunctionName="orders", Name="live")
    aws.alias("live", "1")
    assert aws.refusal("get_policy", FunctionName="orders", Qualifier="live") == missing(aws, GONE)


def test_a_function_takes_its_policy_with_it(aws: Account) -> None:
    permit(aws)
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert aws.refusal("get_policy", FunctionName="orders") == missing(aws, GONE)


# Revisions ------------------------------------------------------------------------------------------------------------


def test_every_change_gives_the_policy_a_new_revision(aws: Account) -> None:
    permit(aws)
    revisions = [policy(aws)["RevisionId"]]
    permit(aws, "sqs")
    revisions.append(policy(aws)["RevisionId"])
    aws.call("remove_permission", FunctionName="orders", StatementId="sqs")
    revisions.append(policy(aws)["RevisionId"])
    assert len(set(revisions)) == 3


def test_a_permission_takes_the_revision_of_the_policy(aws: Account) -> None:
    permit(aws)
    permit(aws, "sqs", RevisionId=policy(aws)["RevisionId"])
    assert statements(aws) == [statement(), statement("sqs")]


def test_another_revision_than_the_latest_is_refused(aws: Account) -> None:
    permit(aws)
    expected = aws.error("PreconditionFailedException", STALE)
    assert aws.refusal("add_permission", **permission("sqs", RevisionId="wrong")) == expected
    removal = {"FunctionName": "orders", "StatementId": "s3", "RevisionId": "wrong"}
    assert aws.refusal("remove_permission", **removal) == expected
    assert statements(aws) == [statement()]


@pytest.mark.parametrize("qualifier", [{}, {"Qualifier": "1"}, {"Qualifier": "live"}])
def test_the_first_permission_takes_the_revision_of_what_it_is_for(aws: Account, qualifier: Answer) -> None:
    revision = aws.shown(qualifier.get("Qualifier"))["RevisionId"]
    if qualifier == {"Qualifier": "live"}:
        revision = aws.call("get_alias", FunctionName="orders", Name="live")["RevisionId"]
    stale = aws.error("PreconditionFailedException", STALE)
    assert aws.refusal("add_permission", **permission(RevisionId="wrong", **qualifier)) == stale
    permit(aws, RevisionId=revision, **qualifier)
    assert aws.refusal("add_permission", **permission("sqs", RevisionId=revision, **qualifier)) == stale


def test_permissions_leave_the_revision_of_the_function_as_it_was(aws: Account) -> None:
    before = aws.shown()
    permit(aws)
    aws.call("remove_permission", FunctionName="orders", StatementId="s3")
    assert aws.shown() == before
