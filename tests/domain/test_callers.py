"""Whose access key it is."""

from __future__ import annotations

import pytest

from lambda_mock.domain.callers import Caller, Callers, session_of

OWN = Caller(account_id="123456789012")
FUNCTION = Caller(account_id="444444444444")
USER = Caller(account_id="333333333333", arns=("arn:aws:iam::333333333333:user/ann",))
ROLE = "arn:aws-cn:iam::123456789012:role/service/ci"


def callers(running: Caller | None = None) -> Callers:
    return Callers(
        "123456789012",
        {"AKIAPARTNER": "210987654321", "555555555555": "666666666666"},
        issued=lambda key: USER if key == "AKIAANN" else None,
        running=lambda: running,
    )


@pytest.mark.parametrize(
    ("access_key", "account_id"),
    [
        ("AKIAPARTNER", "210987654321"),
        ("777777777777", "777777777777"),
        ("555555555555", "666666666666"),
        ("AKIAANN", "333333333333"),
    ],
)
@pytest.mark.parametrize("running", [None, FUNCTION])
def test_a_key_belongs_to_whom_it_was_given(access_key: str, account_id: str, running: Caller | None) -> None:
    assert callers(running)(access_key).account_id == account_id


@pytest.mark.parametrize("access_key", [None, "", "AKIAOTHER", "1234", "1234567890123", "AKIA12345678"])
def test_any_other_key_is_the_mocks_own_account_or_the_running_functions(access_key: str | None) -> None:
    assert callers()(access_key) == OWN
    assert callers(FUNCTION)(access_key) == FUNCTION


def test_a_caller_is_shown_by_its_identity_or_as_its_root_user() -> None:
    assert USER.shown("us-east-1") == "arn:aws:iam::333333333333:user/ann"
    assert OWN.shown("cn-north-1") == "arn:aws-cn:iam::123456789012:root"


def test_who_works_in_a_role_goes_by_its_session_and_its_role() -> None:
    session = "arn:aws-cn:sts::123456789012:assumed-role/ci/orders"
    assert session_of(ROLE, "orders", "123456789012").arns == (session, ROLE)


def test_what_is_no_role_is_no_identity() -> None:
    assert session_of("somebody", "orders", "123456789012") == OWN
