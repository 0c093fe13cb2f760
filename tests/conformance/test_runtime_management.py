"""Runtime management: of `$LATEST` and of each version for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

PINNED = f"arn:aws:lambda:us-east-1::runtime:{'0' * 64}"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("put_runtime_management_config", {"UpdateRuntimeOn": "Auto"}),
    ("get_runtime_management_config", {}),
]


def put(aws: Account, setting: str, **members: Any) -> dict[str, Any]:
    return aws.call("put_runtime_management_config", FunctionName="orders", UpdateRuntimeOn=setting, **members)


def shown(aws: Account, **members: Any) -> dict[str, Any]:
    return aws.call("get_runtime_management_config", FunctionName="orders", **members)


def expected(aws: Account, setting: str, qualifier: str | None = None, **members: Any) -> dict[str, Any]:
    return aws.answer(200, {"UpdateRuntimeOn": setting, "FunctionArn": aws.arn(qualifier=qualifier), **members})


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1"])
def test_runtimes_are_updated_automatically_unless_something_else_is_set(aws: Account, qualifier: str | None) -> None:
    aws.create(Publish=True)
    members = {} if qualifier is None else {"Qualifier": qualifier}
    assert shown(aws, **members) == expected(aws, "Auto", qualifier)


@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1"])
@pytest.mark.parametrize("setting", ["FunctionUpdate", "Auto"])
def test_what_is_set_is_shown(aws: Account, qualifier: str | None, setting: str) -> None:
    aws.create(Publish=True)
    members = {} if qualifier is None else {"Qualifier": qualifier}
    assert put(aws, setting, **members) == expected(aws, setting, qualifier)
    assert shown(aws, **members) == expected(aws, setting, qualifier)


@pytest.mark.parametrize("qualifier", ["$LATEST", "1"])
def test_a_runtime_version_that_is_set_by_hand_is_shown_with_the_configuration(aws: Account, qualifier: str) -> None:
    aws.create(Publish=True)
    before = aws.shown(qualifier)
    answer = expected(aws, "Manual", qualifier, RuntimeVersionArn=PINNED)
    assert put(aws, "Manual", Qualifier=qualifier, RuntimeVersionArn=PINNED) == answer
    assert shown(aws, Qualifier=qualifier) == answer
    assert aws.shown(qualifier) == before | {"RuntimeVersionConfig": {"RuntimeVersionArn": PINNED}}


def test_a_setting_takes_the_place_of_the_one_before(aws: Account) -> None:
    aws.create()
    before = aws.shown()
    put(aws, "Manual", RuntimeVersionArn=PINNED)
    put(aws, "Auto")
    assert shown(aws) == expected(aws, "Auto")
    assert aws.shown() == before


def test_unqualified_and_latest_are_the_same_setting(aws: Account) -> None:
    aws.create()
    put(aws, "FunctionUpdate")
    assert shown(aws, Qualifier="$LATEST") == expected(aws, "FunctionUpdate", "$LATEST")


def test_each_version_has_a_setting_of_its_own(aws: Account) -> None:
    aws.release("one", "two")
    put(aws, "FunctionUpdate", Qualifier="1")
    settings = [shown(aws, Qualifier=qualifier)["UpdateRuntimeOn"] for qualifier in ("$LATEST", "1", "2")]
    assert settings == ["Auto", "FunctionUpdate", "Auto"]


def test_a_new_version_is_updated_automatically_whatever_is_set_for_latest(aws: Account) -> None:
    aws.create()
    put(aws, "Manual", RuntimeVersionArn=PINNED)
    aws.publish()
    assert shown(aws, Qualifier="1") == expected(aws, "Auto", "1")
    assert aws.shown("1")["RuntimeVersionConfig"] != aws.shown()["RuntimeVersionConfig"]


def test_a_setting_of_latest_outlives_updates(aws: Account) -> None:
    aws.create()
    put(aws, "FunctionUpdate")
    aws.configure(Timeout=30)
    assert shown(aws) == expected(aws, "FunctionUpdate")


@pytest.mark.parametrize("qualifier", ["$LATEST", "1"])
def test_a_setting_makes_no_new_version(aws: Account, qualifier: str) -> None:
    aws.create(Publish=True)
    put(aws, "FunctionUpdate", Qualifier=qualifier)
    assert aws.publish()["Version"] == "1"


def test_publishing_without_a_change_shows_the_version_as_it_is_managed_by_now(aws: Account) -> None:
    aws.create(Publish=True)
    put(aws, "Manual", Qualifier="1", RuntimeVersionArn=PINNED)
    assert aws.publish()["RuntimeVersionConfig"] == {"RuntimeVersionArn": PINNED}


def test_the_qualifier_may_stand_in_the_name(aws: Account) -> None:
    aws.create(Publish=True)
    put(aws, "FunctionUpdate", Qualifier="1")
    answer = aws.call("get_runtime_management_config", FunctionName="orders:1")
    assert answer == expected(aws, "FunctionUpdate", "1")


@pytest.mark.parametrize(("operation", "members"), CALLS)
@pytest.mark.parametrize("qualifier", [None, "$LATEST", "1"])
def test_a_missing_function_is_not_found_as_it_was_named(
    aws: Account, operation: str, members: dict[str, Any], qualifier: str | None
) -> None:
    named = members if qualifier is None else members | {"Qualifier": qualifier}
    assert aws.refusal(operation, FunctionName="missing", **named) == aws.not_found("missing", qualifier)


@pytest.mark.parametrize(("operation", "members"), CALLS)
@pytest.mark.parametrize("qualifier", ["7", "live"])
def test_a_missing_version_and_an_alias_are_not_found(
    aws: Account, operation: str, members: dict[str, Any], qualifier: str
) -> None:
    aws.create(Publish=True)
    aws.alias()
    refused = aws.refusal(operation, FunctionName="orders", Qualifier=qualifier, **members)
    assert refused == aws.not_found(qualifier=qualifier)


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_two_qualifiers_have_to_be_the_same(aws: Account, operation: str, members: dict[str, Any]) -> None:
    refused = aws.refusal(operation, FunctionName="orders:1", Qualifier="2", **members)
    assert refused == aws.invalid(
        "The derived qualifier from the function name does not match the specified qualifier."
    )


def test_another_setting_is_refused(aws: Account) -> None:
    aws.create()
    assert aws.refusal(
        "put_runtime_management_config", FunctionName="orders", UpdateRuntimeOn="Never"
    ) == aws.misshapen(
        "Value 'Never' at 'updateRuntimeOn' failed to satisfy constraint: "
        "Member must satisfy enum value set: [Auto, Manual, FunctionUpdate]"
    )


def test_to_set_a_runtime_by_hand_takes_its_version(aws: Account) -> None:
    aws.create()
    refused = aws.refusal("put_runtime_management_config", FunctionName="orders", UpdateRuntimeOn="Manual")
    assert refused == aws.invalid("RuntimeVersionArn is required when UpdateRuntimeOn is set to Manual.")


@pytest.mark.parametrize("setting", ["Auto", "FunctionUpdate"])
def test_a_runtime_version_is_for_manual_settings_only(aws: Account, setting: str) -> None:
    aws.create()
    refused = aws.refusal(
        "put_runtime_management_config", FunctionName="orders", UpdateRuntimeOn=setting, RuntimeVersionArn=PINNED
    )
    assert refused == aws.invalid("RuntimeVersionArn can only be specified when UpdateRuntimeOn is set to Manual.")
