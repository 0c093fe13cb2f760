"""Layers of other accounts: what a version's policy grants, and what stays with the account that has the layer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock.operations.layer_access import readable_version

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.layers.conftest import Layers

# AKIAOTHER is the key of 210987654321; whoever uses any other belongs to 123456789012.
pytestmark = pytest.mark.lambda_mock(accounts={"AKIAOTHER": "210987654321"})

THEIRS = "210987654321"
IMPORTS = "import shared\ndef handler(event, context):\n    return shared.word\n"
EVERYBODY: Answer = {"Principal": "*"}
ORGANISATION: Answer = {"Principal": "*", "OrganizationId": "o-t194hfs8cz"}
THIS_ACCOUNT: Answer = {"Principal": "123456789012"}


def denied(aws: Account, action: str, resource: str) -> Answer:
    return aws.error(
        "AccessDeniedException",
        f"User: arn:aws:iam::123456789012:root is not authorized to perform: lambda:{action} on resource: {resource} "
        f"because no resource-based policy allows the lambda:{action} action",
    )


def grant(theirs: Layers, sid: str = "s1", **members: Any) -> None:
    theirs.aws.call(
        "add_layer_version_permission",
        LayerName="libraries",
        VersionNumber=1,
        StatementId=sid,
        Action="lambda:GetLayerVersion",
        **members,
    )


@pytest.fixture
def arn(other: Layers) -> str:
    """The ARN of a layer version of the other account."""
    other.publish()
    return other.arn(number=1, account=THEIRS)


def test_a_version_that_its_owner_deletes_at_the_very_moment_is_not_there(
    aws: Account, other: Layers, arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(other, **EVERYBODY)

    def read_and_delete(*arguments: Any) -> Any:
        found = readable_version(*arguments)
        other.aws.call("delete_layer_version", LayerName="libraries", VersionNumber=1)
        return found

    monkeypatch.setattr("lambda_mock.operations.function_layers.readable_version", read_and_delete)
    assert aws.refused_creation(Layers=[arn]) == aws.invalid(f"Layer version {arn} does not exist.")


@pytest.mark.parametrize("granted", [EVERYBODY, ORGANISATION, THIS_ACCOUNT])
def test_a_granted_version_can_be_read_and_used(
    aws: Account, layers: Layers, other: Layers, arn: str, granted: Answer
) -> None:
    grant(other, **granted)
    own = other.get()
    assert own["LayerVersionArn"] == arn
    assert layers.without_link(aws.call("get_layer_version_by_arn", Arn=arn)) == own
    assert layers.get(other.arn(account=THEIRS)) == own
    assert aws.create(code=IMPORTS, Layers=[arn])["Layers"] == [{"Arn": arn, "CodeSize": len(other.archive())}]
    assert aws.result() == ('"shared"', "$LATEST")


def test_a_version_that_was_not_granted_is_denied(aws: Account, other: Layers, arn: str) -> None:
    refused = denied(aws, "GetLayerVersion", arn)
    assert aws.refusal("get_layer_version_by_arn", Arn=arn) == refused
    assert aws.refusal("get_layer_version", LayerName=arn.removesuffix(":1"), VersionNumber=1) == refused
    assert aws.refused_creation(Layers=[arn]) == refused
    grant(other, Principal="111111111111")
    assert aws.refusal("get_layer_version_by_arn", Arn=arn) == refused, "that was granted to a third account"


def test_one_statement_of_several_is_enough(aws: Account, other: Layers, arn: str) -> None:
    grant(other, "third", Principal="111111111111")
    assert aws.refusal("get_layer_version_by_arn", Arn=arn) == denied(aws, "GetLayerVersion", arn)
    grant(other, "ours", **THIS_ACCOUNT)
    assert aws.call("get_layer_version_by_arn", Arn=arn)["LayerVersionArn"] == arn


def test_a_grant_is_for_one_version(aws: Account, other: Layers, arn: str) -> None:
    grant(other, **EVERYBODY)
    other.publish()
    second = f"{arn[:-1]}2"
    assert aws.refusal("get_layer_version_by_arn", Arn=second) == denied(aws, "GetLayerVersion", second)


@pytest.mark.parametrize("name", ["libraries", "nothing"])
def test_what_does_not_exist_is_denied_like_what_was_not_granted(
    aws: Account, other: Layers, arn: str, name: str
) -> None:
    grant(other, **EVERYBODY)
    missing = other.arn(name, 9, THEIRS)
    assert arn != missing
    assert aws.refused_creation(Layers=[missing]) == denied(aws, "GetLayerVersion", missing)


def test_a_granted_version_of_another_region_is_denied(aws: Account, other: Layers, arn: str) -> None:
    grant(other, **EVERYBODY)
    elsewhere = type(aws)(boto3.client("lambda", region_name="eu-west-1"))
    assert elsewhere.refused_creation(Layers=[arn]) == denied(aws, "GetLayerVersion", arn)


def test_a_function_keeps_a_layer_whose_grant_was_taken_back(aws: Account, other: Layers, arn: str) -> None:
    grant(other, **THIS_ACCOUNT)
    aws.create(code=IMPORTS, Layers=[arn])
    other.aws.call("remove_layer_version_permission", LayerName="libraries", VersionNumber=1, StatementId="s1")
    assert aws.result() == ('"shared"', "$LATEST")
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", Layers=[arn])
    assert refusal == denied(aws, "GetLayerVersion", arn)


def test_layers_of_one_name_in_two_accounts_are_two(aws: Account, layers: Layers, other: Layers, arn: str) -> None:
    grant(other, **EVERYBODY)
    layers.publish(content=layers.archive(own="word = 'ours'\n"))
    code = "import own, shared\ndef handler(event, context):\n    return own.word + shared.word\n"
    aws.create(code=code, Layers=[layers.arn(number=1), arn])
    assert aws.result() == ('"oursshared"', "$LATEST")


@pytest.mark.parametrize(
    ("operation", "action", "members", "suffix"),
    [
        ("publish_layer_version", "PublishLayerVersion", {"Content": {"ZipFile": b"PK"}}, ""),
        ("list_layer_versions", "ListLayerVersions", {}, ""),
        ("delete_layer_version", "DeleteLayerVersion", {"VersionNumber": 1}, ":1"),
        ("get_layer_version_policy", "GetLayerVersionPolicy", {"VersionNumber": 1}, ":1"),
        (
            "add_layer_version_permission",
            "AddLayerVersionPermission",
            {"VersionNumber": 1, "StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*"},
            ":1",
        ),
        (
            "remove_layer_version_permission",
            "RemoveLayerVersionPermission",
            {"VersionNumber": 1, "StatementId": "s1"},
            ":1",
        ),
    ],
)
def test_everything_but_reading_stays_with_the_account_that_has_the_layer(
    aws: Account, other: Layers, arn: str, operation: str, action: str, members: Answer, suffix: str
) -> None:
    grant(other, **EVERYBODY)
    layer = arn.removesuffix(":1")
    refused = denied(aws, action, layer + suffix)
    assert aws.refusal(operation, LayerName=layer, **members) == refused
    assert other.numbers() == [1]


def test_two_accounts_that_use_each_others_layers_do_not_wait_for_each_other(layers: Layers, other: Layers) -> None:
    arns = {}
    for owner, account in ((layers, "123456789012"), (other, THEIRS)):
        owner.publish()
        grant(owner, **EVERYBODY)
        owner.aws.create()
        arns[account] = owner.arn(number=1, account=account)

    def use(aws: Account, arn: str) -> None:
        for _ in range(50):
            aws.configure(Layers=[arn])

    threads = [
        threading.Thread(target=use, args=(layers.aws, arns[THEIRS]), daemon=True),
        threading.Thread(target=use, args=(other.aws, arns["123456789012"]), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
