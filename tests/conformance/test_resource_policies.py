"""Resource policies as whole documents: PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.errors import NotBuiltError

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
THEM = "arn:aws:iam::210987654321:root"
STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetResourcePolicy API to retrieve the latest Revision Id"
)
OTHER_REVISION = "00000000-0000-4000-8000-000000000000"
BAD_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."


@pytest.fixture
def aws(aws: Account) -> Account:
    """An account with a function `orders`, its version 1 and the alias `live` of it."""
    if not hasattr(aws.client, "put_resource_policy"):
        pytest.skip("This botocore is older than resource policies by ARN.")
    aws.create(Publish=True)
    aws.alias("live", "1")
    return aws


def statement(**members: Any) -> Answer:
    """A statement that lets another account invoke `orders`; a member that is None isn't there."""
    whole = {
        "Sid": "partner",
        "Effect": "Allow",
        "Principal": {"AWS": THEM},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        **members,
    }
    return {name: value for name, value in whole.items() if value is not None}


def document(*statements: Answer, **head: Any) -> Answer:
    return {"Version": "2012-10-17", **head, "Statement": list(statements) or [statement()]}


def put(aws: Account, policy: Any = None, arn: str = ARN, **members: Any) -> Answer:
    return aws.call("put_resource_policy", ResourceArn=arn, Policy=json.dumps(policy or document()), **members)


def refused(aws: Account, policy: Any = None, arn: str = ARN, **members: Any) -> Answer:
    text = policy if isinstance(policy, str) else json.dumps(policy or document())
    return aws.refusal("put_resource_policy", ResourceArn=arn, Policy=text, **members)


def malformed(aws: Account, why: str) -> Answer:
    return aws.invalid(f"The provided policy document was invalid: {why}.")


def shown(aws: Account, arn: str = ARN) -> Any:
    return json.loads(aws.call("get_resource_policy", ResourceArn=arn)["Policy"])


def missing(aws: Account, message: str) -> Answer:
    return aws.error("ResourceNotFoundException", message)


# The document ---------------------------------------------------------------------------------------------------------


def test_a_policy_is_answered_as_it_was_put_in_compact_json(aws: Account) -> None:
    policy = document(
        statement(
            Principal={"AWS": [THEM, "333333333333"], "Service": "s3.amazonaws.com", "Federated": "www.amazon.com"},
            Action=["lambda:InvokeFunction", "lambda:Get*"],
            Resource=[ARN, f"{ARN}:*"],
            Condition={"StringEquals": {"aws:SourceAccount": ["210987654321"]}, "Bool": {"aws:SecureTransport": True}},
        ),
        statement(
            Sid=None, Effect="Deny", Principal=None, NotPrincipal={"AWS": THEM}, Action=None, NotAction="lambda:Get*"
        ),
        statement(Sid="others", Resource=None, NotResource=f"{ARN}:1"),
        Id="mine",
    )
    text = json.dumps(policy, separators=(",", ":"))
    answer = put(aws, policy)
    assert answer == aws.answer(200, {"Policy": text, "RevisionId": aws.UUID})
    assert aws.call("get_resource_policy", ResourceArn=ARN) == answer
    assert aws.call("get_policy", FunctionName="orders") == answer


def test_a_single_statement_becomes_a_list_of_one(aws: Account) -> None:
    put(aws, {"Statement": statement()})
    assert shown(aws) == {"Statement": [statement()]}


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_a_version_and_an_alias_have_policies_of_their_own(aws: Account, qualifier: str) -> None:
    put(aws)
    arn = f"{ARN}:{qualifier}"
    put(aws, document(statement(Resource=arn)), arn)
    assert shown(aws, arn)["Statement"] == [statement(Resource=arn)]
    assert shown(aws)["Statement"] == [statement()]


def test_a_policy_replaces_what_add_permission_made(aws: Account) -> None:
    permit(aws, "before")
    put(aws)
    assert shown(aws) == document()


def test_add_permission_adds_to_a_policy_that_was_put(aws: Account) -> None:
    put(aws, document(Id="mine"))
    permit(aws, "after")
    sids = [each["Sid"] for each in shown(aws)["Statement"]]
    assert (shown(aws)["Id"], sids) == ("mine", ["partner", "after"])


def test_remove_permission_takes_statements_that_were_put(aws: Account) -> None:
    put(aws, document(statement(), statement(Sid=None)))
    aws.call("remove_permission", FunctionName="orders", StatementId="partner")
    assert shown(aws) == document(statement(Sid=None))


def test_a_statement_id_that_was_put_is_taken(aws: Account) -> None:
    put(aws)
    refusal = aws.refusal("add_permission", **permission("partner"))
    assert refusal["Error"]["Code"] == "ResourceConflictException"


def permission(sid: str) -> Answer:
    return {
        "FunctionName": "orders",
        "StatementId": sid,
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    }


def permit(aws: Account, sid: str) -> None:
    aws.call("add_permission", **permission(sid))


# RevisionIds ----------------------------------------------------------------------------------------------------------


def test_every_put_gives_the_policy_a_new_revision(aws: Account) -> None:
    assert put(aws)["RevisionId"] != put(aws)["RevisionId"]


def test_a_policy_is_replaced_where_the_revision_is_the_latest(aws: Account) -> None:
    revision = put(aws)["RevisionId"]
    put(aws, RevisionId=revision)
    assert refused(aws, document(statement(Sid="late")), RevisionId=revision) == aws.error(
        "PreconditionFailedException", STALE
    )
    assert shown(aws) == document()


def test_no_revision_is_the_latest_where_there_is_no_policy(aws: Account) -> None:
    latest = aws.shown()["RevisionId"]
    assert refused(aws, RevisionId=latest) == aws.error("PreconditionFailedException", STALE)


def test_both_ways_to_write_a_policy_share_its_revision(aws: Account) -> None:
    revision = put(aws)["RevisionId"]
    aws.call("add_permission", **permission("s3"), RevisionId=revision)
    assert refused(aws, RevisionId=revision) == aws.error("PreconditionFailedException", STALE)


def test_a_policy_leaves_the_functions_revision(aws: Account) -> None:
    before = aws.shown()["RevisionId"]
    put(aws)
    assert aws.shown()["RevisionId"] == before


# Deleting -------------------------------------------------------------------------------------------------------------


def test_a_policy_is_deleted_as_a_whole(aws: Account) -> None:
    put(aws)
    permit(aws, "s3")
    assert aws.call("delete_resource_policy", ResourceArn=ARN) == aws.answer(204, {})
    assert aws.refusal("get_resource_policy", ResourceArn=ARN) == missing(
        aws, "The resource you requested does not exist."
    )


def test_a_policy_is_deleted_where_the_revision_is_the_latest(aws: Account) -> None:
    revision = put(aws)["RevisionId"]
    refusal = aws.refusal("delete_resource_policy", ResourceArn=ARN, RevisionId=OTHER_REVISION)
    assert refusal == aws.error("PreconditionFailedException", STALE)
    assert shown(aws) == document()
    assert aws.call("delete_resource_policy", ResourceArn=ARN, RevisionId=revision) == aws.answer(204, {})


def test_a_policy_goes_with_what_it_belongs_to(aws: Account) -> None:
    arn = f"{ARN}:live"
    put(aws, document(statement(Resource=arn)), arn)
    aws.call("delete_alias", FunctionName="orders", Name="live")
    aws.alias("live", "1")
    assert aws.refusal("get_resource_policy", ResourceArn=arn)["Error"]["Code"] == "ResourceNotFoundException"


# What isn't there -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", ":2", ":gone", ":$LATEST", ":$LATEST.PUBLISHED"])
@pytest.mark.parametrize("name", ["orders", "nowhere"])
def test_a_policy_that_is_not_there_can_not_be_read(aws: Account, name: str, suffix: str) -> None:
    refusal = aws.refusal("get_resource_policy", ResourceArn=aws.arn(name) + suffix)
    assert refusal == missing(aws, "The resource you requested does not exist.")


def test_a_policy_that_is_not_there_can_not_be_deleted(aws: Account) -> None:
    assert aws.refusal("delete_resource_policy", ResourceArn=ARN) == missing(
        aws, "No policy is associated with the given resource."
    )
    assert aws.refusal("delete_resource_policy", ResourceArn=aws.arn("nowhere")) == missing(
        aws, f"No policy found for: {aws.arn('nowhere')}"
    )


def test_a_missing_function_can_have_no_policy(aws: Account) -> None:
    assert refused(aws, arn=aws.arn("nowhere")) == aws.not_found("nowhere")


@pytest.mark.parametrize("name", ["orders", "nowhere"])
@pytest.mark.parametrize("operation", ["put_resource_policy", "delete_resource_policy"])
def test_a_missing_version_or_alias_can_have_no_policy(aws: Account, operation: str, name: str) -> None:
    members = {"Policy": json.dumps(document())} if operation.startswith("put") else {}
    for qualifier in ("2", "$LATEST.PUBLISHED"):
        refusal = aws.refusal(operation, ResourceArn=aws.arn(name, qualifier), **members)
        assert refusal == aws.not_found(name, qualifier)
    assert aws.refusal(operation, ResourceArn=aws.arn(name, "gone"), **members) == missing(
        aws, f"Cannot find alias arn: {aws.arn(name, 'gone')}"
    )


def test_latest_can_have_no_policy(aws: Account) -> None:
    message = "We currently do not support adding policies for $LATEST."
    assert refused(aws, arn=f"{ARN}:$LATEST") == aws.invalid(message)


def test_another_region_is_not_reachable(aws: Account) -> None:
    elsewhere = ARN.replace("us-east-1", "eu-west-1")
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    assert refused(aws, arn=elsewhere) == missing(aws, message)
    for operation in ("get_resource_policy", "delete_resource_policy"):
        assert aws.refusal(operation, ResourceArn=elsewhere) == missing(aws, message)


def test_runtimes_have_no_policies_here(aws: Account) -> None:
    runtime = "arn:aws:lambda:us-east-1:123456789012:runtime/mine"
    with pytest.raises(NotBuiltError, match="doesn't do a runtime as ResourceArn of GetResourcePolicy yet"):
        aws.client.get_resource_policy(ResourceArn=runtime)


def test_a_bare_name_is_no_arn(aws: Account) -> None:
    refusal = aws.refusal("get_resource_policy", ResourceArn="orders")
    assert refusal["Error"]["Code"] == "ValidationException"


# What isn't a policy of the function ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("{", "it is not valid JSON"),
        ("[" * 20_000, "it is not valid JSON"),
        ('{"Id": NaN}', "it is not valid JSON"),
        ('{"Id": "\\ud800"}', "it is not valid JSON"),
        ("[]", "it is not a JSON object"),
        ({"Version": "2012-10-17"}, "it has no Statement"),
        ({"Statement": []}, "it has no Statement"),
        ({"Statement": "all"}, "it has no Statement"),
        ({"Statement": ["all"]}, "a statement is not a JSON object"),
        (document(Name="mine"), "it has an unknown element Name"),
        (document(Version="2026-07-09"), "its Version is not a valid one"),
        (document(Id=1), "its Id is not a valid one"),
        (document(statement(Sid=1)), "a Sid is not a string"),
        (document(statement(), statement()), "two statements have the same Sid"),
        (document(statement(Effect="allow")), "an Effect is neither Allow nor Deny"),
        (document(statement(Effect=None)), "an Effect is neither Allow nor Deny"),
        (document(statement(Grantee="me")), "a statement has an unknown element Grantee"),
        (document(statement(Principal=None)), "a statement needs one of Principal and NotPrincipal"),
        (document(statement(NotAction="*")), "a statement needs one of Action and NotAction"),
        (document(statement(Resource=None)), "a statement needs one of Resource and NotResource"),
        (document(statement(Action="s3:GetObject")), "an Action is not a valid one"),
        (document(statement(Action=[])), "an Action is not a valid one"),
        (document(statement(Action=[1])), "an Action is not a valid one"),
        (document(statement(Resource="arn:aws:s3:::invoices")), "a Resource is not a valid one"),
        (document(statement(Resource=[ARN, f"{ARN}s"])), "a Resource is not a valid one"),
        (document(statement(Condition=["StringEquals"])), "a Condition is not a JSON object"),
        (document(statement(Condition={"Equals": {"a": "b"}})), "a Condition has an unknown operator Equals"),
        (document(statement(Condition={"Bool": {}})), "the Bool of a Condition has no keys"),
        (document(statement(Condition={"Bool": ["a"]})), "the Bool of a Condition has no keys"),
        (document(statement(Condition={"Bool": {"a": []}})), "the Bool of a Condition has a value that is no text"),
        (document(statement(Condition={"Bool": {"a": None}})), "the Bool of a Condition has a value that is no text"),
    ],
)
def test_a_document_that_is_no_policy_is_refused(aws: Account, policy: Any, why: str) -> None:
    put(aws)
    assert refused(aws, policy) == malformed(aws, why)
    assert shown(aws) == document()


@pytest.mark.parametrize(
    "principal",
    [
        "210987654321",
        {},
        {"AWS": []},
        {"AWS": "ann"},
        {"AWS": [THEM, 1]},
        {"AWS": "arn:aws:s3:::invoices"},
        {"Service": "invalid.nonaws.com"},
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
        ["*"],
    ],
)
def test_a_principal_that_can_not_exist_is_refused(aws: Account, principal: Any) -> None:
    assert refused(aws, document(statement(Principal=principal))) == aws.invalid(BAD_PRINCIPAL)


def test_a_policy_of_an_alias_is_about_the_alias(aws: Account) -> None:
    arn = f"{ARN}:live"
    assert refused(aws, document(), arn) == malformed(aws, "a Resource is not a valid one")
    for resource in (arn, "*", f"{ARN}:*"):
        assert put(aws, document(statement(Resource=resource)), arn)["ResponseMetadata"] == 200


@pytest.mark.parametrize(
    "members",
    [
        {"Principal": "*"},
        {"Principal": {"AWS": ["333333333333", "*"]}, "Action": ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]},
        {"Principal": None, "NotPrincipal": {"AWS": THEM}},
        {"Principal": "*", "Action": None, "NotAction": "lambda:GetFunction"},
        {"Principal": "*", "Condition": {}},
    ],
)
def test_a_policy_that_lets_everybody_in_is_refused(aws: Account, members: Any) -> None:
    assert refused(aws, document(statement(**members))) == aws.error(
        "PublicPolicyException",
        "Lambda blocked the creation of this policy because it would grant public access to your function.",
    )


@pytest.mark.parametrize(
    "members",
    [
        {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}},
        {"Principal": "*", "Action": "lambda:InvokeFunctionUrl"},
        {"Principal": "*", "Effect": "Deny"},
        {"Principal": {"Service": "s3.amazonaws.com"}},
    ],
)
def test_a_policy_that_lets_in_fewer_is_not(aws: Account, members: Any) -> None:
    assert put(aws, document(statement(**members)))["ResponseMetadata"] == 200


def test_a_text_past_20480_characters_breaks_the_models_constraint(aws: Account) -> None:
    text = json.dumps(document()).ljust(20_481)
    assert refused(aws, text) == aws.misshapen(
        f"Value '{text}' at 'policy' failed to satisfy constraint: Member must have length less than or equal to 20480"
    )


@pytest.mark.lambda_mock(limits={"policy_size": 226})
def test_the_size_of_a_policy_counts_without_blanks(aws: Account) -> None:
    text = json.dumps(document(), indent=20)
    assert len(text) > 226
    assert aws.call("put_resource_policy", ResourceArn=ARN, Policy=text)["ResponseMetadata"] == 200
    assert refused(aws, document(statement(Sid="partners"))) == aws.error(
        "PolicyLengthExceededException", "The final policy size (227) is bigger than the limit (226)."
    )
