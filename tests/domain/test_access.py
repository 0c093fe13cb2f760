"""What policy statements say to a request: principals, actions, resources, conditions, and that a denial wins."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock.domain.access import AccountAsker, Request, ServiceAsker, decide
from lambda_mock.domain.callers import Caller

ARN = "arn:aws:lambda:us-east-1:111111111111:function:orders"
ROLE = "arn:aws:iam::222222222222:role/ci"
SESSION = "arn:aws:sts::222222222222:assumed-role/ci/build"
UNKNOWN = Caller(account_id="222222222222")
KNOWN = Caller(account_id="222222222222", arns=(SESSION, ROLE))


def request(caller: Caller = UNKNOWN, **changes: Any) -> Request:
    given: dict[str, Any] = {
        "asker": AccountAsker(caller),
        "action": "lambda:InvokeFunction",
        "resource": ARN,
        "region": "us-east-1",
        "now": 1_767_225_600.0,
        "tags": {"Team": "shop"},
    }
    return Request(**(given | changes))


def statement(**members: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **members}
    return {name: value for name, value in whole.items() if value is not None}


def decided(*statements: dict[str, Any], caller: Caller = UNKNOWN, **changes: Any) -> str:
    return decide(statements, request(caller, **changes))


def test_no_statement_says_nothing() -> None:
    assert decided() == "nothing said"


def test_a_denial_wins_wherever_it_stands() -> None:
    assert decided(statement()) == "allowed"
    assert decided(statement(Effect="Deny"), statement()) == "denied"
    assert decided(statement(), statement(Effect="Deny")) == "denied"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"Action": "lambda:InvokeFunction"}, True),
        ({"Action": "LAMBDA:invoke*"}, True),
        ({"Action": ["lambda:GetFunction", "lambda:*"]}, True),
        ({"Action": "lambda:Invoke"}, False),
        ({"Action": None, "NotAction": ["lambda:GetFunction"]}, True),
        ({"Action": None, "NotAction": ["lambda:Invoke*"]}, False),
        ({"Resource": ARN}, True),
        ({"Resource": f"{ARN}:*"}, False),
        ({"Resource": [f"{ARN}:1", "arn:aws:lambda:*:111111111111:function:ord?rs"]}, True),
        ({"Resource": None, "NotResource": f"{ARN}:*"}, True),
        ({"Resource": None, "NotResource": ARN}, False),
    ],
)
def test_a_statement_is_about_its_actions_and_resources(members: Any, expected: bool) -> None:  # noqa: FBT001
    assert (decided(statement(**members)) == "allowed") is expected


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("caller", [UNKNOWN, KNOWN])
@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": "222222222222"}, True),
        ({"AWS": ["333333333333", "arn:aws:iam::222222222222:root"]}, True),
        ({"AWS": "arn:aws:iam::333333333333:root"}, False),
        ({"AWS": "arn:aws:iam::333333333333:role/ci"}, False),
        ({"Service": "s3.amazonaws.com"}, False),
        ({"Federated": "www.amazon.com"}, False),
    ],
)
def test_an_account_stands_for_all_who_are_in_it(caller: Caller, effect: str, principal: Any, expected: bool) -> None:  # noqa: FBT001
    assert (decided(statement(Effect=effect, Principal=principal), caller=caller) != "nothing said") is expected


@pytest.mark.parametrize(
    ("caller", "principal", "allowed", "denied"),
    [
        (KNOWN, ROLE, True, True),
        (KNOWN, SESSION, True, True),
        (KNOWN, f"{ROLE}2", False, False),
        (UNKNOWN, ROLE, True, False),
    ],
)
def test_an_identity_is_asked_for_where_it_is_known(
    caller: Caller,
    principal: str,
    allowed: bool,  # noqa: FBT001
    denied: bool,  # noqa: FBT001
) -> None:
    one = {"AWS": principal}
    assert (decided(statement(Principal=one), caller=caller) == "allowed") is allowed
    assert (decided(statement(Effect="Deny", Principal=one), caller=caller) == "denied") is denied
    everybody_else = {"Principal": None, "NotPrincipal": one}
    assert (decided(statement(**everybody_else), caller=caller) == "allowed") is not denied
    assert (decided(statement(Effect="Deny", **everybody_else), caller=caller) == "denied") is not allowed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:PrincipalAccount", "222222222222"),
        ("aws:PrincipalArn", ROLE),
        ("aws:ResourceAccount", "111111111111"),
        ("aws:ResourceTag/Team", "shop"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:SecureTransport", "true"),
        ("aws:CurrentTime", "2026-01-01T00:00:00+00:00"),
        ("aws:EpochTime", "1767225600"),
        ("aws:ViaAWSService", "false"),
        ("aws:PrincipalIsAWSService", "false"),
    ],
)
def test_what_is_known_of_a_request_can_be_a_condition(key: str, value: str) -> None:
    assert decided(statement(Condition={"StringEquals": {key: value}}), caller=KNOWN) == "allowed"
    assert decided(statement(Condition={"StringEquals": {key: "other"}}), caller=KNOWN) == "nothing said"


def test_a_caller_without_an_identity_is_the_root_user_to_a_condition() -> None:
    condition = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::222222222222:root"}}
    assert decided(statement(Condition=condition)) == "allowed"


def test_what_is_not_known_is_absent() -> None:
    assert decided(statement(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})) == "nothing said"
    assert decided(statement(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})) == "denied"


def test_an_account_is_a_member_of_whichever_organisation_is_asked_for() -> None:
    paths = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/r-1/*"]}}
    for condition in (
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        paths,
        {"Null": {"aws:PrincipalOrgID": "false"}},
    ):
        assert decided(statement(Condition=condition)) == "allowed"
    stranger = statement(Effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})
    assert decided(stranger) == "nothing said"


BUCKET = "arn:aws:s3:::invoices"
S3 = ServiceAsker(principal="s3.amazonaws.com", source_arn=BUCKET, source_account="222222222222")
SOMEWHERE = ServiceAsker(principal="s3.amazonaws.com", source_arn=None, source_account=None)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"Service": "s3.amazonaws.com"}, True),
        ({"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}, True),
        ({"Service": "sns.amazonaws.com"}, False),
        ({"AWS": "222222222222"}, False),
    ],
)
def test_a_service_is_asked_for_by_its_name(principal: Any, expected: bool) -> None:  # noqa: FBT001
    assert (decided(statement(Principal=principal), asker=S3) == "allowed") is expected
    assert (decided(statement(Effect="Deny", Principal=principal), asker=S3) == "denied") is expected


@pytest.mark.parametrize(
    ("condition", "expected", "without_a_source"),
    [
        ({"ArnLike": {"AWS:SourceArn": BUCKET}}, True, False),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::inv*"}}, True, False),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::orders"}}, False, False),
        ({"StringEquals": {"AWS:SourceAccount": "222222222222"}}, True, False),
        ({"StringEquals": {"AWS:SourceAccount": "333333333333"}}, False, False),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, True, True),
        ({"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}, True, True),
        ({"Null": {"aws:PrincipalArn": "true"}}, True, True),
    ],
)
def test_a_service_acts_for_a_source(condition: Any, expected: bool, without_a_source: bool) -> None:  # noqa: FBT001
    assert (decided(statement(Condition=condition), asker=S3) == "allowed") is expected
    assert (decided(statement(Condition=condition), asker=SOMEWHERE) == "allowed") is without_a_source
