"""Parameters that break the model are refused in AWS's grammar, and those that keep it aren't."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock.errors import ValidationException
from lambda_mock.wire.model import codec

FULL = {"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": b"PK"}}
LAYER = {"LayerName": "l", "Content": {"ZipFile": b"PK"}}
MAPPING = {"FunctionName": "f", "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:q"}
ALIAS = {"FunctionName": "f", "Name": "live", "FunctionVersion": "1"}
PATTERN_OF_A_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
TAGGED = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def one(item: str) -> str:
    return f"1 validation error detected: Value {item}"


def weights(**weight: float) -> dict[str, Any]:
    return {"AdditionalVersionWeights": {key.removeprefix("_"): value for key, value in weight.items()}}


def check(operation: Any, **parameters: Any) -> str | None:
    """What the check says of parameters that botocore's validator would keep from being sent."""
    try:
        codec(operation).check(parameters)
    except ValidationException as error:
        return error.message
    return None


@pytest.mark.parametrize("path", ["Timeout", "MemorySize", "EphemeralStorage.Size"])
def test_a_number_out_of_range_is_quoted_like_a_text(path: str, operation_model: Any) -> None:
    name, _, inner = path.partition(".")
    told = check(operation_model("UpdateFunctionConfiguration"), FunctionName="f", **{name: {inner: 0} if inner else 0})
    place = path[0].lower() + path[1:].replace(".S", ".s")
    assert told is not None
    assert told.startswith(one(f"'0' at '{place}' failed to satisfy constraint: Member must have value greater than "))


def test_too_little_provisioned_concurrency_is_told_as_recorded(operation_model: Any) -> None:
    operation = operation_model("PutProvisionedConcurrencyConfig")
    assert check(operation, FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=0) == one(
        "'0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    )


def test_a_negative_weight_is_told_as_recorded(operation_model: Any) -> None:
    told = check(operation_model("CreateAlias"), **ALIAS, RoutingConfig=weights(_2=-1.0))
    assert told is not None
    assert told.startswith(one("'{2=-1.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "))


def test_of_two_errors_of_one_member_the_length_comes_first(refusal: Any) -> None:
    name = f"arn:aws:lambda:invalid-region:123456789012:function:my-function{'a' * 170}"
    where = f"Value '{name}' at 'functionName' failed to satisfy constraint: Member must"
    assert refusal("CreateFunction", **{**FULL, "FunctionName": name}) == (
        f"2 validation errors detected: {where} have length less than or equal to 140; "
        f"{where} satisfy regular expression pattern: {PATTERN_OF_A_NAME}"
    )


def test_errors_come_in_the_order_of_the_models_members(refusal: Any) -> None:
    told = refusal("UpdateFunctionConfiguration", Timeout=10**6, Role="r1", FunctionName="f!", Description="d" * 257)
    assert told.startswith("4 validation errors detected: ")
    places = [item.partition(" at '")[2].partition("'")[0] for item in told.split("; Value")]
    assert places == ["functionName", "role", "description", "timeout"]


def test_keys_come_before_values(refusal: Any) -> None:
    told = refusal("CreateAlias", **ALIAS, RoutingConfig=weights(live=2.0))
    assert [part.partition(" must")[0] for part in told.split("constraint: ")[1::2]] == ["Map keys", "Map value"]


def test_a_missing_member_is_null(operation_model: Any) -> None:
    assert check(operation_model("CreateAlias"), FunctionName="f", Name="live") == one(
        "null at 'functionVersion' failed to satisfy constraint: Member must not be null"
    )


def test_a_missing_member_of_a_structure_is_null(operation_model: Any) -> None:
    assert check(operation_model("UpdateFunctionConfiguration"), FunctionName="f", EphemeralStorage={}) == one(
        "null at 'ephemeralStorage.size' failed to satisfy constraint: Member must not be null"
    )


def test_a_structure_within_a_list_has_its_number_in_the_path(refusal: Any) -> None:
    good = {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}
    told = refusal("CreateEventSourceMapping", **MAPPING, SourceAccessConfigurations=[good, {**good, "URI": "?"}])
    assert told.startswith(
        one("'?' at 'sourceAccessConfigurations.2.member.uRI' failed to satisfy constraint: Member must satisfy ")
    )


def test_a_null_within_a_list_of_structures_has_its_number_too(operation_model: Any) -> None:
    told = check(operation_model("CreateEventSourceMapping"), **MAPPING, FilterCriteria={"Filters": [{}, None]})
    assert told == one(
        "null at 'filterCriteria.filters.2.member' failed to satisfy constraint: Member must not be null"
    )


def test_a_list_of_structures_has_a_length(refusal: Any) -> None:
    mounts = [{"Arn": "x", "LocalMountPath": "/mnt/a"}] * 2
    told = refusal("UpdateFunctionConfiguration", FunctionName="f", FileSystemConfigs=mounts)
    assert told.startswith("3 validation errors detected: Value '[{Arn=x, LocalMountPath=/mnt/a}, ")
    assert (
        "at 'fileSystemConfigs' failed to satisfy constraint: Member must have length less than or equal to 1" in told
    )


def test_a_null_within_a_list_is_a_broken_constraint_of_the_list(operation_model: Any) -> None:
    told = check(operation_model("UpdateFunctionConfiguration"), FunctionName="f", ImageConfig={"Command": ["a", None]})
    assert told == one(
        "'[a, null]' at 'imageConfig.command' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must not be null]"
    )


def test_a_null_among_the_subnets_is_let_through_as_no_record_forbids_it(operation_model: Any) -> None:
    vpc = {"SubnetIds": [None], "SecurityGroupIds": []}
    assert check(operation_model("UpdateFunctionConfiguration"), FunctionName="f", VpcConfig=vpc) is None


def test_a_list_within_a_map_lists_its_constraints_within_those_of_the_map(refusal: Any) -> None:
    endpoints = {"KAFKA_BOOTSTRAP_SERVERS": ["no port"]}
    told = refusal("CreateEventSourceMapping", FunctionName="f", SelfManagedEventSource={"Endpoints": endpoints})
    assert told.startswith(
        one(
            "'{KAFKA_BOOTSTRAP_SERVERS=[no port]}' at 'selfManagedEventSource.endpoints' failed to satisfy constraint: "
            "Map value must satisfy constraint: [Member must have length less than or equal to 10, "
            "Member must have length greater than or equal to 1, Member must satisfy constraint: [Member must have"
        )
    )
    assert told.endswith(":[0-9]{1,5}, Member must not be null], Member must not be null]")


def test_a_map_of_plain_texts_demands_nothing_of_its_keys(made_up: Any) -> None:
    texts = {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}
    request = {"type": "structure", "members": {"Texts": {"shape": "Texts"}}}
    operation = made_up(Request=request, Texts=texts, Text={"type": "string"})
    assert check(operation, Texts={"": ""}) is None
    assert check(operation, Texts={"a": None}) == one(
        "'{a=null}' at 'texts' failed to satisfy constraint: "
        "Map value must satisfy constraint: [Member must not be null]"
    )


def test_a_sensitive_value_is_not_printed(refusal: Any) -> None:
    secret = {"Variables": {"1BAD": "hunter2"}}
    assert refusal("CreateFunction", **FULL, Environment=secret) == one(
        "at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: "
        "[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
    )


def test_only_the_first_letter_of_a_name_becomes_small(refusal: Any) -> None:
    told = refusal("CreateFunction", **FULL, KMSKeyArn="key")
    assert told.startswith(one("'key' at 'kMSKeyArn' failed to satisfy constraint: "))


def test_a_pattern_wants_the_whole_value(refusal: Any) -> None:
    assert refusal("CreateAlias", **{**ALIAS, "FunctionVersion": "1x"}) == one(
        "'1x' at 'functionVersion' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: (\$LATEST|[0-9]+)"
    )
    assert refusal("CreateAlias", **{**ALIAS, "FunctionVersion": "1\n"}) is not None


@pytest.mark.parametrize("operation_name", ["CreateFunction", "UpdateFunctionConfiguration"])
def test_the_runtime_is_left_to_the_operation(operation_name: str, refusal: Any) -> None:
    required = FULL if operation_name == "CreateFunction" else {"FunctionName": "f"}
    assert refusal(operation_name, **required, Runtime="cobol") is None


def test_the_runtime_that_layers_are_listed_for_is_checked_by_the_model(refusal: Any) -> None:
    told = refusal("ListLayers", CompatibleRuntime="cobol")
    assert told.startswith(
        one("'cobol' at 'compatibleRuntime' failed to satisfy constraint: Member must satisfy enum value set: [")
    )


def test_a_layer_may_be_for_any_runtime_of_the_model(refusal: Any) -> None:
    assert refusal("PublishLayerVersion", **LAYER, CompatibleRuntimes=["python3.14", "go1.x"]) is None


def test_a_plain_name_of_more_than_64_characters_is_left_to_the_operation(refusal: Any) -> None:
    assert refusal("CreateFunction", **{**FULL, "FunctionName": "a" * 65}) is None
    assert refusal("GetFunction", FunctionName="a" * 256) is None


@pytest.mark.parametrize(
    "name",
    [
        "f",
        "f.g",
        "f:live",
        "function:f",
        "123456789012:function:f:$LATEST",
        "arn:aws:lambda:eu-west-1:123456789012:function:f:1",
        "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f",
    ],
)
def test_every_form_of_a_name_is_let_through(name: str, refusal: Any) -> None:
    assert refusal("GetFunction", FunctionName=name) is None


def test_a_full_request_that_keeps_every_constraint_is_let_through(refusal: Any) -> None:
    settings = {
        "Handler": "m.f",
        "Description": "",
        "Timeout": 900,
        "MemorySize": 10240,
        "VpcConfig": {"SubnetIds": ["subnet-1a"], "SecurityGroupIds": ["sg-1A"], "Ipv6AllowedForDualStack": False},
        "DeadLetterConfig": {"TargetArn": ""},
        "Environment": {"Variables": {"AB": "ü", "a_1": ""}},
        "KMSKeyArn": "",
        "Tags": {"Größe: m²/s": "日本語 _.:/=+-@", "empty": ""},
        "Layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"],
        "FileSystemConfigs": [],
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None"},
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": "/aws/lambda/f"},
    }
    assert refusal("CreateFunction", **FULL, **settings) is None


def test_a_tag_holds_letters_numbers_spaces_and_some_signs(refusal: Any) -> None:
    assert refusal("TagResource", Resource=TAGGED, Tags={"größe 2": "1\u00a0000 ½ Ⅷ 日本"}) is None
    told = refusal("TagResource", Resource=TAGGED, Tags={"price": "5€"})
    assert told.startswith(
        one("'{price=5€}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: ")
    )
    assert r"pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*), Member must not be null]" in told


def test_every_bound_of_the_model_is_kept_and_told(operation: Any) -> None:
    """One too long or too large for each member that has a bound, and nothing for those that have none."""
    for name, shape in operation.input_shape.members.items():
        if "max" not in shape.metadata or shape.type_name not in {"string", "integer"}:
            continue
        value: Any = "a" * 10**5 if shape.type_name == "string" else 10**6
        told = check(operation, **{name: value})
        measured = "length" if shape.type_name == "string" else "value"
        assert told is not None
        assert f" at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: Member must" in told
        assert f"Member must have {measured} less than or equal to " in told
