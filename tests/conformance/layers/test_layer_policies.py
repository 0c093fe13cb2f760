"""The policies of layer versions: which other accounts may use one, and how that is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.layers.conftest import Layers

STALE = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetLayerPolicy API to retrieve the latest Revision Id"
)
NO_POLICY = "No policy is associated with the given resource."
FIRST: Answer = {"LayerName": "libraries", "VersionNumber": 1}
CALLS: list[tuple[str, Answer]] = [
    ("add_layer_version_permission", {"StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "*"}),
    ("get_layer_version_policy", {}),
    ("remove_layer_version_permission", {"StatementId": "s1"}),
]


def grant(aws: Account, sid: str = "s1", principal: str = "*", **members: Any) -> Answer:
    given = {**FIRST, "StatementId": sid, "Action": "lambda:GetLayerVersion", "Principal": principal, **members}
    return aws.call("add_layer_version_permission", **given)


def refused(aws: Account, **members: Any) -> Answer:
    given = {**FIRST, "StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "*", **members}
    return aws.refusal("add_layer_version_permission", **given)


def statement(layers: Layers, sid: str = "s1", principal: Any = "*", **members: Any) -> Answer:
    resource = layers.arn(number=1)
    described = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "lambda:GetLayerVersion"}
    return {**described, "Resource": resource, **members}


@pytest.fixture(autouse=True)
def _published(layers: Layers) -> None:
    layers.publish()


# Adding ----------------------------------------------------------------------------------------------------------


def test_a_permission_is_answered_with_its_statement_and_the_policys_revision(aws: Account, layers: Layers) -> None:
    text = json.dumps(statement(layers), separators=(",", ":"))
    assert grant(aws) == aws.answer(201, {"Statement": text, "RevisionId": aws.UUID})


@pytest.mark.parametrize("principal", ["210987654321", "arn:aws:iam::210987654321:root"])
def test_an_account_is_shown_as_its_root(aws: Account, layers: Layers, principal: str) -> None:
    text = json.dumps(statement(layers, principal={"AWS": "arn:aws:iam::210987654321:root"}), separators=(",", ":"))
    assert grant(aws, principal=principal)["Statement"] == text


def test_an_organisation_is_shown_as_a_condition(aws: Account, layers: Layers) -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-t194hfs8cz"}}
    text = json.dumps(statement(layers, Condition=condition), separators=(",", ":"))
    assert grant(aws, OrganizationId="o-t194hfs8cz")["Statement"] == text


def test_a_statement_id_is_given_once(aws: Account) -> None:
    grant(aws)
    assert refused(aws) == aws.error(
        "ResourceConflictException",
        "The statement id (s1) provided already exists. "
        "Please provide a new statement id, or remove the existing statement.",
    )


def test_only_reading_can_be_granted(aws: Account) -> None:
    assert refused(aws, Action="*") == aws.misshapen(
        "Value '*' at 'action' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: lambda:GetLayerVersion"
    )


@pytest.mark.lambda_mock(limits={"policy_size": 300})
def test_a_policy_has_a_limit(aws: Account) -> None:
    grant(aws)
    size = len(aws.call("get_layer_version_policy", **FIRST)["Policy"])
    assert refused(aws, StatementId="s2") == aws.error(
        "PolicyLengthExceededException",
        f"The final policy size ({2 * size - len(HEAD)}) is bigger than the limit (300).",
    )


HEAD = '{"Version":"2012-10-17","Id":"default","Statement":[]}'[:-1]


# Reading and removing --------------------------------------------------------------------------------------------


def test_a_policy_has_its_statements_in_the_order_they_came(aws: Account, layers: Layers) -> None:
    grant(aws, "z")
    revision = grant(aws, "a", "210987654321")["RevisionId"]
    account = {"AWS": "arn:aws:iam::210987654321:root"}
    statements = [statement(layers, "z"), statement(layers, "a", account)]
    document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    expected = {"Policy": json.dumps(document, separators=(",", ":")), "RevisionId": revision}
    assert aws.call("get_layer_version_policy", **FIRST) == aws.answer(200, expected)


def test_removing_a_statement_leaves_the_others(aws: Account) -> None:
    grant(aws, "s1")
    revision = grant(aws, "s2")["RevisionId"]
    assert aws.call("remove_layer_version_permission", **FIRST, StatementId="s1") == aws.answer(204, {})
    left = aws.call("get_layer_version_policy", **FIRST)
    assert [entry["Sid"] for entry in json.loads(left["Policy"])["Statement"]] == ["s2"]
    assert left["RevisionId"] != revision


def test_the_last_statement_takes_the_policy_with_it(aws: Account) -> None:
    missing = aws.error("ResourceNotFoundException", NO_POLICY)
    assert aws.refusal("get_layer_version_policy", **FIRST) == missing
    grant(aws)
    aws.call("remove_layer_version_permission", **FIRST, StatementId="s1")
    assert aws.refusal("get_layer_version_policy", **FIRST) == missing
    assert aws.refusal("remove_layer_version_permission", **FIRST, StatementId="s1") == missing


def test_a_statement_that_is_not_there_cannot_be_removed(aws: Account) -> None:
    grant(aws)
    assert aws.refusal("remove_layer_version_permission", **FIRST, StatementId="doesnotexist") == aws.error(
        "ResourceNotFoundException", "Statement doesnotexist is not found in resource policy."
    )


def test_each_version_has_a_policy_of_its_own(aws: Account, layers: Layers) -> None:
    grant(aws)
    layers.publish()
    second = {**FIRST, "VersionNumber": 2}
    assert aws.refusal("get_layer_version_policy", **second) == aws.error("ResourceNotFoundException", NO_POLICY)


# RevisionIds -----------------------------------------------------------------------------------------------------


def test_a_revision_that_is_not_the_policys_is_refused(aws: Account) -> None:
    stale = aws.error("PreconditionFailedException", STALE)
    assert refused(aws, RevisionId="wrong") == stale, "there is no policy yet, and so no revision of it"
    grant(aws)
    before = aws.call("get_layer_version_policy", **FIRST)
    assert refused(aws, RevisionId="wrong") == stale, "a stale revision is told before a statement id that is taken"
    assert aws.refusal("remove_layer_version_permission", **FIRST, StatementId="s1", RevisionId="wrong") == stale
    assert aws.call("get_layer_version_policy", **FIRST) == before


def test_the_revision_of_the_policy_lets_it_change(aws: Account) -> None:
    first = grant(aws, "s1")["RevisionId"]
    second = grant(aws, "s2", RevisionId=first)["RevisionId"]
    aws.call("remove_layer_version_permission", **FIRST, StatementId="s1", RevisionId=second)
    assert len({first, second, aws.call("get_layer_version_policy", **FIRST)["RevisionId"]}) == 3


# What isn't there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "members"), CALLS)
@pytest.mark.parametrize(("name", "number"), [("doesnotexist", 1), ("libraries", 2)])
def test_a_version_that_is_not_there_has_no_policy(
    aws: Account, layers: Layers, operation: str, members: Answer, name: str, number: int
) -> None:
    refusal = aws.refusal(operation, LayerName=name, VersionNumber=number, **members)
    message = f"Layer version {layers.arn(name, number)} does not exist."
    assert refusal == aws.error("ResourceNotFoundException", message)


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_a_version_below_one_has_no_policy(aws: Account, operation: str, members: Answer) -> None:
    refusal = aws.refusal(operation, LayerName="libraries", VersionNumber=0, **members)
    assert refusal == aws.invalid("Layer Version Cannot be less than 1")


def test_the_layer_may_be_named_by_its_arn(aws: Account, layers: Layers) -> None:
    grant(aws, LayerName=layers.arn())
    assert aws.call("get_layer_version_policy", LayerName=layers.arn(), VersionNumber=1)["RevisionId"] == aws.UUID
