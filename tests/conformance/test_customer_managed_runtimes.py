"""Customer-managed runtimes: the runtime `custom`, and the RuntimeConfig that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

MODEL: Any = Session().get_service_model("lambda")
MEMBERS = MODEL.operation_model("CreateFunction").input_shape.members
pytestmark = pytest.mark.skipif("RuntimeConfig" not in MEMBERS, reason="this botocore knows no RuntimeConfig")

OURS = {"RuntimeArn": "arn:aws:lambda:us-east-1:123456789012:runtime/ours", "RuntimeAlias": "live"}
THEIRS = OURS | {"RuntimeAlias": "next"}
MISSING = "RuntimeConfig is required when Runtime is set to custom."
UNUSED = "RuntimeConfig can only be specified when Runtime is set to custom."


def test_its_config_is_shown_and_no_version_of_a_runtime_of_aws(aws: Account) -> None:
    created = aws.create(Runtime="custom", RuntimeConfig=OURS, Publish=True)
    custom: dict[str, Any] = {"Runtime": "custom", "RuntimeConfig": OURS, "RuntimeVersionConfig": None}
    assert created == aws.answer(201, aws.configuration(Version="1", **custom, **aws.PENDING))
    assert aws.shown() == aws.answer(200, aws.configuration(**custom, **aws.ACTIVE))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"Runtime": "custom"}, MISSING),
        ({"RuntimeConfig": OURS}, UNUSED),
        ({"PackageType": "Image", "Runtime": None, "RuntimeConfig": OURS}, UNUSED),
    ],
)
def test_the_runtime_and_its_config_need_each_other(aws: Account, members: dict[str, Any], message: str) -> None:
    assert aws.refused_creation(**members) == aws.invalid(message)
    assert aws.call("list_functions")["Functions"] == []


def test_an_update_needs_both_too(aws: Account) -> None:
    aws.create()
    before = aws.shown()
    for members, message in (({"Runtime": "custom"}, MISSING), ({"RuntimeConfig": OURS}, UNUSED)):
        assert aws.refusal("update_function_configuration", FunctionName="orders", **members) == aws.invalid(message)
    assert aws.shown() == before


def test_an_update_changes_the_config_or_leaves_it(aws: Account) -> None:
    aws.create()
    aws.configure(Runtime="custom", RuntimeConfig=OURS)
    aws.configure(Timeout=10)
    assert aws.shown()["RuntimeConfig"] == OURS
    aws.configure(RuntimeConfig=THEIRS)
    assert aws.shown()["RuntimeConfig"] == THEIRS


def test_the_config_goes_with_the_runtime(aws: Account) -> None:
    aws.create(Runtime="custom", RuntimeConfig=OURS, Publish=True)
    aws.configure(Runtime="python3.12")
    assert aws.shown() == aws.answer(200, aws.configuration(**aws.ACTIVE))
    assert aws.shown("1")["RuntimeConfig"] == OURS


def test_running_one_is_the_mocks_own_error(aws: Account) -> None:
    aws.create(Runtime="custom", RuntimeConfig=OURS)
    with pytest.raises(LambdaMockError, match="custom"):
        aws.call("invoke", FunctionName="orders")
