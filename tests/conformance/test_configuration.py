"""What a configuration may be, how updates change it, and how Lambda refuses what it may not be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead-letters"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILES = {
    "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/data",
}
UNABLE = "Lambda was unable to configure your environment variables because the environment variables you have provided"
EVERYTHING: dict[str, Any] = {
    "Description": "takes orders",
    "Timeout": 30,
    "MemorySize": 256,
    "Environment": {"Variables": {"STAGE": "test"}},
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "KMSKeyArn": KEY,
    "TracingConfig": {"Mode": "Active"},
    "FileSystemConfigs": [FILES],
    "EphemeralStorage": {"Size": 1024},
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "orders"},
}


def empty(value: Any) -> None:
    """Take everything out of a container, and out of those in it."""
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            empty(member)
        value.clear()


def without_what_every_update_changes(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in {"RevisionId", "LastModified"}}


@pytest.mark.parametrize(
    "change", [{}, {"Description": "takes orders"}, {"TracingConfig": {}}, {"DeadLetterConfig": {}}]
)
def test_what_an_update_leaves_out_stays(aws: Account, change: dict[str, Any]) -> None:
    aws.create(**EVERYTHING)
    before = aws.shown()
    aws.configure(**change)
    assert without_what_every_update_changes(aws.shown()) == without_what_every_update_changes(before)


def test_half_a_character_is_kept_as_it_came(aws: Account) -> None:
    variables = {"STAGE": "\ud800"}
    assert aws.create(Environment={"Variables": variables})["Environment"] == {"Variables": variables}


@pytest.mark.parametrize("name", [name for name, value in EVERYTHING.items() if not isinstance(value, str | int)])
def test_a_version_shares_nothing_with_the_request_that_made_it(
    aws: Account, mock_lambda: LambdaMock, name: str
) -> None:
    aws.create(**{name: EVERYTHING[name]})
    before = aws.shown()[name]
    [call] = mock_lambda.calls.filter(operation="CreateFunction")
    empty(call.parameters[name])
    assert aws.shown()[name] == before


@pytest.mark.parametrize("name", EVERYTHING)
def test_an_update_sets_what_it_gives(aws: Account, name: str) -> None:
    aws.create()
    created = aws.create("invoices", **{name: EVERYTHING[name]})
    assert aws.configure(**{name: EVERYTHING[name]})[name] == created[name]


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ({"DeadLetterConfig": {"TargetArn": QUEUE}}, {"DeadLetterConfig": {"TargetArn": ""}}),
        ({"KMSKeyArn": KEY}, {"KMSKeyArn": ""}),
        ({"FileSystemConfigs": [FILES]}, {"FileSystemConfigs": []}),
    ],
)
def test_an_update_with_nothing_in_it_removes(aws: Account, given: dict[str, Any], change: dict[str, Any]) -> None:
    aws.create(**given)
    assert aws.configure(**change) == aws.answer(200, aws.configuration(**aws.UPDATING))


def test_a_description_can_be_emptied(aws: Account) -> None:
    aws.create(Description="takes orders")
    assert aws.configure(Description="")["Description"] == ""


def test_an_update_reaches_role_handler_and_runtime(aws: Account) -> None:
    aws.create()
    changes = {"Role": "arn:aws:iam::123456789012:role/other", "Handler": "app.main", "Runtime": "python3.13"}
    assert aws.configure(**changes) == aws.answer(200, aws.configuration(**changes, **aws.UPDATING))


def test_a_refused_update_changes_nothing(aws: Account) -> None:
    aws.create()
    before = aws.shown()
    aws.refusal("update_function_configuration", FunctionName="orders", Description="changed", Runtime="nonsense")
    assert aws.shown() == before


# Environment -----------------------------------------------------------------------------------------------------


def test_an_environment_replaces_all_variables(aws: Account) -> None:
    aws.create(Environment={"Variables": {"STAGE": "test", "TABLE": "orders"}})
    changed = aws.configure(Environment={"Variables": {"STAGE": "live"}})
    assert changed["Environment"] == {"Variables": {"STAGE": "live"}}


def test_an_empty_environment_clears_all_variables(aws: Account) -> None:
    aws.create(Environment={"Variables": {"STAGE": "test"}})
    assert aws.configure(Environment={"Variables": {}})["Environment"] == {"Variables": {}}


def variables_of(size: int) -> dict[str, str]:
    """Two variables that measure `size` bytes as compact JSON."""
    variables = {"SMALL_VAR": "ok", "LARGE_VAR": ""}
    return variables | {"LARGE_VAR": "x" * (size - len(json.dumps(variables, separators=(",", ":"))))}


def test_an_environment_of_4_kilobytes_is_taken(aws: Account) -> None:
    environment = {"Variables": variables_of(4096)}
    assert aws.create(Environment=environment)["Environment"] == environment


def test_an_environment_of_more_is_refused_with_what_was_measured(aws: Account) -> None:
    variables = variables_of(4097)
    measured = json.dumps(variables, separators=(",", ":"))
    refusal = aws.refused_creation(Environment={"Variables": variables})
    assert refusal == aws.invalid(f"{UNABLE} exceeded the 4KB limit. String measured: {measured}")


def test_an_environment_is_measured_in_bytes(aws: Account) -> None:
    variables = {"LARGE_VAR": "ä" * 2045}
    aws.create()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", Environment={"Variables": variables})
    assert refusal == aws.invalid(
        f'{UNABLE} exceeded the 4KB limit. String measured: {{"LARGE_VAR":"{variables["LARGE_VAR"]}"}}'
    )


def test_variables_of_lambda_itself_are_reserved(aws: Account) -> None:
    variables = {"STAGE": "test", "AWS_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_NAME": "other"}
    assert aws.refused_creation(Environment={"Variables": variables}) == aws.invalid(
        f"{UNABLE} contains reserved keys that are currently not supported for modification. "
        "Reserved keys used in this request: AWS_REGION, AWS_LAMBDA_FUNCTION_NAME"
    )


@pytest.mark.parametrize("name", ["A", "1ST", "WITH-DASH", "_PRIVATE"])
def test_a_variable_has_a_name_of_two_characters_at_least(aws: Account, name: str) -> None:
    refusal = aws.refused_creation(Environment={"Variables": {name: "value"}})
    assert refusal["Error"]["Code"] == "ValidationException"
    assert refusal["Error"]["Message"].endswith(
        "at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: "
        "[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
    )


# Network ---------------------------------------------------------------------------------------------------------


def network(vpc_id: str, *, subnets: list[str], groups: list[str]) -> dict[str, Any]:
    return {"SubnetIds": subnets, "SecurityGroupIds": groups, "VpcId": vpc_id, "Ipv6AllowedForDualStack": False}


def test_a_network_can_be_changed_and_taken_away(aws: Account) -> None:
    created = aws.create(VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})
    first = network(created["VpcConfig"]["VpcId"], subnets=["subnet-1"], groups=["sg-1"])
    assert created == aws.answer(201, aws.configuration(VpcConfig=first, **aws.PENDING))

    updated = aws.configure(VpcConfig={"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-2"]})
    second = network(updated["VpcConfig"]["VpcId"], subnets=["subnet-2"], groups=["sg-2"])
    assert updated == aws.answer(200, aws.configuration(VpcConfig=second, **aws.UPDATING))
    assert aws.shown() == aws.answer(200, aws.configuration(VpcConfig=second, **aws.ACTIVE))

    none = network("", subnets=[], groups=[])
    removed = aws.configure(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    assert removed == aws.answer(200, aws.configuration(VpcConfig=none, **aws.UPDATING))
    assert aws.shown() == aws.answer(200, aws.configuration(VpcConfig=none, **aws.ACTIVE))


def test_a_function_that_moves_to_another_subnet_stays_in_its_vpc(aws: Account) -> None:
    created = aws.create(VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})
    moved = aws.configure(VpcConfig={"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-2"]})
    assert moved["VpcConfig"]["VpcId"] == created["VpcConfig"]["VpcId"]


def test_a_network_may_allow_ipv6(aws: Account) -> None:
    given = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "Ipv6AllowedForDualStack": True}
    assert aws.create(VpcConfig=given)["VpcConfig"]["Ipv6AllowedForDualStack"] is True


# Logging ---------------------------------------------------------------------------------------------------------

TEXT = {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"}
JSON = {
    "LogFormat": "JSON", "LogGroup": "/aws/lambda/orders", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "change", "expected"),
    [
        ({}, {"LogFormat": "JSON"}, JSON),
        ({}, {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}, JSON | {"ApplicationLogLevel": "DEBUG"}),
        ({}, {"LogFormat": "JSON", "SystemLogLevel": "DEBUG"}, JSON | {"SystemLogLevel": "DEBUG"}),
        ({}, {"LogGroup": "cool_lambda"}, TEXT | {"LogGroup": "cool_lambda"}),
        ({"LogFormat": "JSON"}, {"LogGroup": "cool_lambda"}, JSON | {"LogGroup": "cool_lambda"}),
        ({"LogFormat": "JSON"}, {"SystemLogLevel": "WARN"}, JSON | {"SystemLogLevel": "WARN"}),
        ({"LogFormat": "JSON", "ApplicationLogLevel": "TRACE"}, {"LogFormat": "Text"}, TEXT),
        ({"LogFormat": "JSON"}, {}, JSON),
    ],
)
def test_a_logging_config_is_merged_into_what_is_there(
    aws: Account, given: dict[str, str], change: dict[str, str], expected: dict[str, str]
) -> None:
    aws.create(LoggingConfig=given)
    updated = aws.configure(LoggingConfig=change)
    assert updated == aws.answer(200, aws.configuration(LoggingConfig=expected, **aws.UPDATING))
    assert aws.shown() == aws.answer(200, aws.configuration(LoggingConfig=expected, **aws.ACTIVE))


def test_json_logging_comes_with_levels(aws: Account) -> None:
    created = aws.create(LoggingConfig={"LogFormat": "JSON"})
    assert created == aws.answer(201, aws.configuration(LoggingConfig=JSON, **aws.PENDING))


@pytest.mark.parametrize("level", ["ApplicationLogLevel", "SystemLogLevel"])
@pytest.mark.parametrize("log_format", [{}, {"LogFormat": "Text"}])
def test_text_logging_has_no_levels(aws: Account, log_format: dict[str, str], level: str) -> None:
    assert aws.refused_creation(LoggingConfig={level: "DEBUG", **log_format}) == aws.invalid(
        'LogLevel is not supported when LogFormat is set to "Text". '
        'Remove LogLevel from your request or change the LogFormat to "JSON" and try again.'
    )


# SnapStart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "runtime", ["python3.12", "python3.13", "java11", "java17", "java21", "java25", "dotnet8", "dotnet10"]
)
def test_snap_start_is_for_published_versions_and_off_on_latest(aws: Account, runtime: str) -> None:
    aws.create(Runtime=runtime)
    expected = {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}
    updated = aws.configure(SnapStart={"ApplyOn": "PublishedVersions"})
    assert updated == aws.answer(200, aws.configuration(SnapStart=expected, Runtime=runtime, **aws.UPDATING))


def test_snap_start_is_on_for_a_version_that_was_published_with_it(aws: Account) -> None:
    aws.create(SnapStart={"ApplyOn": "PublishedVersions"}, Publish=True)
    assert aws.shown("1")["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    assert aws.shown()["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}


def test_a_version_published_without_snap_start_never_has_it(aws: Account) -> None:
    aws.create(Publish=True)
    aws.configure(SnapStart={"ApplyOn": "PublishedVersions"})
    assert aws.shown("1")["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}


@pytest.mark.parametrize("runtime", ["python3.11", "nodejs22.x"])
def test_snap_start_is_not_for_every_runtime(aws: Account, runtime: str) -> None:
    refusal = aws.refused_creation(Runtime=runtime, SnapStart={"ApplyOn": "PublishedVersions"})
    assert refusal == aws.invalid(f"{runtime} is not supported for SnapStart enabled functions.")


def test_snap_start_is_not_for_images(aws: Account) -> None:
    refusal = aws.refused_creation(PackageType="Image", SnapStart={"ApplyOn": "PublishedVersions"})
    assert refusal == aws.invalid("SnapStart is not supported for functions with packageType Image.")


# Images ----------------------------------------------------------------------------------------------------------


def test_an_image_config_is_replaced_as_a_whole_and_removed_when_empty(aws: Account) -> None:
    aws.create(PackageType="Image", ImageConfig={"EntryPoint": ["sh"], "WorkingDirectory": "/app"})
    changed = aws.configure(ImageConfig={"Command": ["run"]})
    assert changed["ImageConfigResponse"] == {"ImageConfig": {"Command": ["run"]}}
    assert "ImageConfigResponse" not in aws.configure(ImageConfig={})


def test_a_zip_takes_no_settings_of_images(aws: Account) -> None:
    expected = aws.invalid("Please don't provide ImageConfig when the intended function PackageType is Zip.")
    assert aws.refused_creation(ImageConfig={"Command": ["run"]}) == expected
    aws.create()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", ImageConfig={"Command": ["run"]})
    assert refusal == expected
    assert aws.configure(ImageConfig={})["LastUpdateStatus"] == "InProgress"


@pytest.mark.parametrize("given", [{"Runtime": "python3.12"}, {"Handler": "index.handler"}])
def test_an_image_takes_no_runtime_and_no_handler(aws: Account, given: dict[str, str]) -> None:
    assert aws.refused_creation(PackageType="Image", **given) == aws.invalid(
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
    )


# Runtimes --------------------------------------------------------------------------------------------------------

RUNTIMES = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, "
    "python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, "
    "java11, dotnet6, nodejs18.x, provided.al2, java8.al2"
)


@pytest.mark.parametrize("runtime", RUNTIMES.split(", "))
def test_a_function_can_be_created_for_every_runtime_that_lambda_names(aws: Account, runtime: str) -> None:
    assert aws.create(Runtime=runtime) == aws.answer(201, aws.configuration(Runtime=runtime, **aws.PENDING))


@pytest.mark.parametrize(
    "runtime", ["nodejs26.x", "python3.15", "ruby4.0", "java8.al2023", "java11.al2023", "java17.al2023"]
)
def test_a_runtime_that_came_later_is_taken_too(aws: Account, runtime: str) -> None:
    assert aws.create(Runtime=runtime)["Runtime"] == runtime


@pytest.mark.parametrize("runtime", ["non-existent-runtime", "PYTHON3.9"])
def test_an_unknown_runtime_is_refused_with_those_there_are(aws: Account, runtime: str) -> None:
    expected = aws.invalid(
        f"Value {runtime} at 'runtime' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{RUNTIMES}] or be a valid ARN"
    )
    assert aws.refused_creation(Runtime=runtime) == expected
    aws.create()
    assert aws.refusal("update_function_configuration", FunctionName="orders", Runtime=runtime) == expected


@pytest.mark.parametrize(
    "runtime",
    [
        "java8",
        "go1.x",
        "provided",
        "ruby2.7",
        "nodejs14.x",
        "nodejs12.x",
        "python3.7",
        "dotnetcore3.1",
        "nodejs",
        "nodejs10.x",
        "python2.7",
        "python3.6",
        "dotnetcore2.1",
        "ruby2.5",
    ],
)
def test_a_retired_runtime_is_refused(aws: Account, runtime: str) -> None:
    expected = aws.invalid(
        f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. "
        "We recommend you use a supported runtime while creating or updating functions."
    )
    assert aws.refused_creation(Runtime=runtime) == expected
    aws.create()
    assert aws.refusal("update_function_configuration", FunctionName="orders", Runtime=runtime) == expected
