"""What holds for every operation about a function: which names it takes, what it checks first, and what it misses.

The operations come from the model. One that is new is missed in the tables here, and finds its row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, MockConfig
from tests.conformance.calls import MODEL, about_functions, method, named_by
from tests.conformance.conftest import UUID

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

# The functions exist in no account and in neither region.
ELSEWHERE = "arn:aws:lambda:ap-southeast-1:210987654321:function:nowhere"
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."

# Which names are taken -------------------------------------------------------------------------------------------

_PREFIX = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
)
NAMES = {
    _PREFIX + r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?": (
        "CreateAlias CreateFunction DeleteAlias DeleteFunctionConcurrency DeleteProvisionedConcurrencyConfig GetAlias "
        "GetFunctionConcurrency GetProvisionedConcurrencyConfig ListAliases ListProvisionedConcurrencyConfigs "
        "PublishVersion PutFunctionConcurrency PutProvisionedConcurrencyConfig UpdateAlias UpdateFunctionCode "
        "UpdateFunctionConfiguration"
    ),
    _PREFIX + r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?": (
        "AddPermission CreateEventSourceMapping DeleteFunction DeleteFunctionCodeSigningConfig "
        "DeleteFunctionEventInvokeConfig GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration "
        "GetFunctionEventInvokeConfig GetPolicy GetRuntimeManagementConfig Invoke InvokeAsync InvokeWithResponseStream "
        "ListDurableExecutionsByFunction ListEventSourceMappings ListFunctionEventInvokeConfigs ListVersionsByFunction "
        "PutFunctionCodeSigningConfig PutFunctionEventInvokeConfig PutRuntimeManagementConfig RemovePermission "
        "UpdateEventSourceMapping UpdateFunctionEventInvokeConfig"
    ),
    _PREFIX + r"([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?": (
        "CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig ListFunctionUrlConfigs "
        "UpdateFunctionUrlConfig"
    ),
    _PREFIX + r"([a-zA-Z0-9-_]+)": (
        "GetFunctionRecursionConfig GetFunctionScalingConfig PutFunctionRecursionConfig PutFunctionScalingConfig"
    ),
}
PATTERNS = {operation: pattern for pattern, operations in NAMES.items() for operation in operations.split()}
GENERAL_QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
URL_QUALIFIER = r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"
QUALIFIERS = {
    **dict.fromkeys(NAMES[_PREFIX + r"([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?"].split(), URL_QUALIFIER),
    **{f"{verb}ProvisionedConcurrencyConfig": "(|[a-zA-Z0-9$_-]+)" for verb in ("Delete", "Get", "Put")},
    **{f"{verb}FunctionScalingConfig": r"(\$LATEST\.PUBLISHED|[0-9]+)" for verb in ("Get", "Put")},
}


def misspelled(value: str, member: str, pattern: str) -> str:
    return (
        f"Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {pattern}"
    )


@pytest.mark.parametrize("operation", about_functions("FunctionName"))
@pytest.mark.parametrize("name", ["orders!", f"{ELSEWHERE}:1:2", "arn:aws:lambda:us-east-1::function:orders"])
def test_a_misspelled_name_is_refused_with_the_pattern(aws: Account, operation: str, name: str) -> None:
    expected = aws.misshapen(misspelled(name, "functionName", PATTERNS[operation]))
    assert aws.refusal(method(operation), **named_by(operation, name)) == expected


@pytest.mark.parametrize("operation", about_functions("FunctionName", "Qualifier"))
def test_a_misspelled_qualifier_is_refused_before_a_different_one(aws: Account, operation: str) -> None:
    pattern = QUALIFIERS.get(operation, GENERAL_QUALIFIER)
    name = "nowhere" if operation.endswith("ScalingConfig") else f"{ELSEWHERE}:live"
    asked = named_by(operation, name) | {"Qualifier": "a?"}
    assert aws.refusal(method(operation), **asked) == aws.misshapen(misspelled("a?", "qualifier", pattern))


# Two qualifiers --------------------------------------------------------------------------------------------------

# Names of scaling configs take no qualifier.
TWICE_QUALIFIED = [name for name in about_functions("FunctionName", "Qualifier") if "Scaling" not in name]


@pytest.mark.parametrize("operation", TWICE_QUALIFIED)
@pytest.mark.parametrize("function", ["orders", "nowhere", ELSEWHERE])
def test_two_different_qualifiers_are_refused_before_anything_is_looked_up(
    aws: Account, operation: str, function: str
) -> None:
    aws.release("one")
    aws.alias("live")
    asked = named_by(operation, f"{function}:live") | {"Qualifier": "other"}
    assert aws.refusal(method(operation), **asked) == aws.invalid(MISMATCH)


@pytest.mark.parametrize("operation", TWICE_QUALIFIED)
def test_a_qualifier_means_the_same_in_the_name_and_beside_it(aws: Account, operation: str) -> None:
    beside = outcome(aws, operation, {"FunctionName": "orders", "Qualifier": "live"})
    assert outcome(aws, operation, {"FunctionName": "orders:live", "Qualifier": "live"}) == beside
    if "Qualifier" not in MODEL.operation_model(operation).input_shape.required_members:
        assert outcome(aws, operation, {"FunctionName": "orders:live"}) == beside


FORMS = ["function:", "123456789012:function:", "us-east-1:123456789012:function:"]
FORMS.append(f"arn:aws:lambda:{FORMS[-1]}")


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (operation, name)
        for operation in about_functions("FunctionName")
        for name in ("orders", "orders:live", "orders:$LATEST")
        if re.fullmatch(PATTERNS[operation], name)
    ],
)
def test_every_form_of_a_name_gets_the_same_answer(aws: Account, operation: str, name: str) -> None:
    answer = outcome(aws, operation, {"FunctionName": name})
    for form in FORMS:
        assert outcome(aws, operation, {"FunctionName": form + name}) == answer


def outcome(aws: Account, operation: str, asked: Mapping[str, Any], lane: str = "fast") -> Answer:
    """All that comes back of one call in a mock of its own, with a function `orders` whose alias is `live`."""
    with LambdaMock(MockConfig().changed({"lane": lane})) as mock:
        mock.clock.freeze()
        mock.clock.advance(2_000_000_000 - mock.clock.time())
        aws.release("one")
        aws.alias("live")
        parameters = {**named_by(operation, ""), **asked}
        try:
            answer: Answer = getattr(aws.client, method(operation))(**parameters)
        except ClientError as error:
            return {**error.response}
        if "Payload" in answer:
            answer["Payload"] = answer["Payload"].read()
        if "EventStream" in answer:
            answer["EventStream"] = list(answer["EventStream"])
        return answer


# What no function could be asked ---------------------------------------------------------------------------------

# By the qualifier, whether there is such a function or not.
LATEST_ONLY = (
    "Current operation does not support versions other than $LATEST. "
    "Please set the version to $LATEST or do not set a version in your request."
)
FUNCTIONS_ONLY = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
    "Please specify either a function name or an unqualified function ARN."
)
PUBLISHED_ONLY = "The function resource provided must be an alias or a published version."
NO_POLICY = "We currently do not support adding policies for $LATEST."
REFUSED = {
    ("$LATEST", "$LATEST version cannot be deleted without deleting the function."): "DeleteFunction",
    ("live", "Deletion of aliases is not currently supported."): "DeleteFunction",
    ("$LATEST", NO_POLICY): "AddPermission PutResourcePolicy",
    ("$LATEST", "Provisioned Concurrency Configs cannot be applied to unpublished function versions."): (
        "PutProvisionedConcurrencyConfig"
    ),
    ("$LATEST", PUBLISHED_ONLY): "DeleteProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig",
    ("$LATEST", FUNCTIONS_ONLY): "DeleteFunctionConcurrency GetFunctionConcurrency PutFunctionConcurrency",
    ("1", LATEST_ONLY): (
        "CreateAlias CreateFunction DeleteAlias DeleteFunctionCodeSigningConfig GetAlias GetFunctionCodeSigningConfig "
        "ListAliases PublishVersion PutFunctionCodeSigningConfig UpdateAlias UpdateFunctionCode "
        "UpdateFunctionConfiguration"
    ),
    ("$LATEST", "Tags on function aliases and versions are not supported. Please specify a function ARN."): (
        "ListTags TagResource UntagResource"
    ),
}


@pytest.mark.parametrize(
    ("operation", "qualifier", "message"),
    [
        (operation, qualifier, message)
        for (qualifier, message), operations in REFUSED.items()
        for operation in operations.split()
        if operation in about_functions()
    ],
)
def test_a_qualifier_is_refused_after_the_region_and_before_the_function_is_looked_for(
    aws: Account, operation: str, qualifier: str, message: str
) -> None:
    asked = named_by(operation, f"{aws.arn('nowhere')}:{qualifier}")
    if "Qualifier" in asked:
        asked["Qualifier"] = qualifier
    assert aws.refusal(method(operation), **asked) == aws.invalid(message)
    elsewhere = {member: str(value).replace("us-east-1", "eu-west-1") for member, value in asked.items()}
    asked |= {member: elsewhere[member] for member in {"FunctionName", "Resource", "ResourceArn"} & set(asked)}
    assert aws.refusal(method(operation), **asked) == aws.error(
        "ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    )


# What isn't there ------------------------------------------------------------------------------------------------

NO_FUNCTION = {
    "Function not found: {}": (
        "AddPermission DeleteFunction DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency GetFunction "
        "GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration GetFunctionRecursionConfig "
        "GetRuntimeManagementConfig ListAliases ListProvisionedConcurrencyConfigs ListTags ListVersionsByFunction "
        "PublishVersion PutFunctionCodeSigningConfig PutFunctionRecursionConfig PutResourcePolicy "
        "PutRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration"
    ),
    "Function not found: {}:$LATEST": "Invoke InvokeAsync InvokeWithResponseStream PutFunctionConcurrency",
    "Function not found: {}:1": (
        "CreateAlias DeleteProvisionedConcurrencyConfig GetFunctionScalingConfig GetProvisionedConcurrencyConfig "
        "PutFunctionScalingConfig PutProvisionedConcurrencyConfig"
    ),
    "Cannot find alias arn: {}:live": "GetAlias",
    "Alias not found: {}:live": "UpdateAlias",
    "No policy found for: {}": "DeleteResourcePolicy RemovePermission",
    "Function does not exist": "CreateFunctionUrlConfig ListFunctionUrlConfigs UpdateFunctionUrlConfig",
    "The resource you requested does not exist.": (
        "DeleteFunctionUrlConfig GetFunctionUrlConfig GetPolicy GetResourcePolicy"
    ),
    "The function {}:$LATEST doesn't have an EventInvokeConfig": (
        "DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig"
    ),
    "The function doesn't exist.": (
        "ListFunctionEventInvokeConfigs PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig"
    ),
}
MISSED = {operation: text for text, operations in NO_FUNCTION.items() for operation in operations.split()}
# To create one isn't to miss it; an alias and a list can be empty; mappings have another error for it.
NOT_MISSED = {
    "CreateEventSourceMapping", "CreateFunction", "DeleteAlias", "ListEventSourceMappings", "UpdateEventSourceMapping",
}  # fmt: skip
MISSING = [name for name in about_functions() if name not in NOT_MISSED]


def code_signing_config(aws: Account) -> str:
    profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/abcdefghij"
    answer = aws.call("create_code_signing_config", AllowedPublishers={"SigningProfileVersionArns": [profile]})
    return str(answer["CodeSigningConfig"]["CodeSigningConfigArn"])


@pytest.mark.parametrize("operation", MISSING)
@pytest.mark.parametrize("form", ["name", "ARN"])
def test_each_operation_misses_a_function_in_its_own_words(aws: Account, operation: str, form: str) -> None:
    if form == "name" and "FunctionName" not in MODEL.operation_model(operation).input_shape.members:
        form = "ARN"
    asked = named_by(operation, "nowhere" if form == "name" else aws.arn("nowhere"))
    if "CodeSigningConfigArn" in asked:
        asked["CodeSigningConfigArn"] = code_signing_config(aws)
    expected = aws.error("ResourceNotFoundException", MISSED[operation].format(aws.arn("nowhere")))
    assert aws.refusal(method(operation), **asked) == expected


@pytest.mark.parametrize("operation", ["create_event_source_mapping", "update_event_source_mapping"])
def test_a_mapping_misses_its_function_as_a_bad_parameter(aws: Account, operation: str) -> None:
    aws.create()
    queue = "arn:aws:sqs:us-east-1:123456789012:orders"
    given = {"EventSourceArn": queue}
    if operation.startswith("update"):
        given = {"UUID": aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=queue)["UUID"]}
    refusal = aws.refusal(operation, FunctionName="nowhere", **given)
    assert refusal == aws.invalid("Function does not exist")


# The texts for a number, for a name, and for what is neither.
QUALIFIERS_MISSED = {"42": 0, "noalias": 1, "with-$-inside": 2}
NO_QUALIFIER = {
    ("Function not found: {}",) * 3: (
        "GetFunction GetFunctionConfiguration GetRuntimeManagementConfig Invoke InvokeWithResponseStream "
        "PutRuntimeManagementConfig"
    ),
    ("Function not found: {}", "Cannot find alias arn: {}", "Function not found: {}"): (
        "AddPermission DeleteProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig "
        "PutProvisionedConcurrencyConfig RemovePermission"
    ),
    ("The resource you requested does not exist.",) * 3: "GetPolicy",
    ("The function {} doesn't have an EventInvokeConfig",) * 3: (
        "DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig"
    ),
    ("The function doesn't exist.",) * 3: "PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig",
}
UNFOUND = {operation: texts for texts, operations in NO_QUALIFIER.items() for operation in operations.split()}
# Of URLs only an alias can be missed.
NO_URL = {
    **dict.fromkeys(["CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"], "Function does not exist"),
    **dict.fromkeys(["DeleteFunctionUrlConfig", "GetFunctionUrlConfig"], "The resource you requested does not exist."),
}
# DeleteFunction looks at what kind a qualifier is before it looks for it; scaling configs are for versions only.
OF_THEIR_OWN = {"DeleteFunction", "GetFunctionScalingConfig", "PutFunctionScalingConfig"}


@pytest.mark.parametrize("operation", [name for name in about_functions("Qualifier") if name not in OF_THEIR_OWN])
@pytest.mark.parametrize("qualifier", QUALIFIERS_MISSED)
@pytest.mark.parametrize("function", ["orders", "nowhere"])
def test_each_operation_misses_a_qualifier_in_its_own_words(
    aws: Account, operation: str, qualifier: str, function: str
) -> None:
    aws.create()
    refusal = aws.refusal(method(operation), **named_by(operation, function) | {"Qualifier": qualifier})
    if operation in NO_URL and qualifier != "noalias":
        assert refusal == aws.misshapen(misspelled(qualifier, "qualifier", URL_QUALIFIER))
    else:
        text = NO_URL[operation] if operation in NO_URL else UNFOUND[operation][QUALIFIERS_MISSED[qualifier]]
        assert refusal == aws.error("ResourceNotFoundException", text.format(aws.arn(function, qualifier)))


# On the wire -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", about_functions())
def test_errors_are_the_same_over_the_wire(aws: Account, operation: str) -> None:
    [member] = {"FunctionName", "Resource", "ResourceArn"} & set(MODEL.operation_model(operation).input_shape.members)
    for name in ("orders!", "arn:aws:lambda:us-east-1:123456789012:function:nowhere", ELSEWHERE):
        answer = outcome(aws, operation, {member: name}, "wire")
        assert answer == outcome(aws, operation, {member: name})
        if "Error" in answer:
            headers = answer["ResponseMetadata"]["HTTPHeaders"]
            assert headers["x-amzn-errortype"] == answer["Error"]["Code"]
            assert headers["x-amzn-requestid"] == answer["ResponseMetadata"]["RequestId"] == UUID


@pytest.mark.parametrize("lane", ["fast", "wire"])
@pytest.mark.parametrize(
    ("operation", "asked", "message"),
    [
        (
            "CreateAlias",
            {"Name": "edge", "FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (
            "PutFunctionConcurrency",
            {"ReservedConcurrentExecutions": 901},
            (
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                "below its minimum value of [100]."
            ),
        ),
        (
            "PutProvisionedConcurrencyConfig",
            {"ProvisionedConcurrentExecutions": 1001},
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
        ),
    ],
)
def test_some_errors_have_no_type_on_any_lane(
    aws: Account, operation: str, asked: Answer, message: str, lane: str
) -> None:
    answer = outcome(aws, operation, {"FunctionName": "orders", **asked}, lane)
    expected = aws.invalid(message, typed=False)
    assert answer | {"ResponseMetadata": answer["ResponseMetadata"]["HTTPStatusCode"]} == expected
