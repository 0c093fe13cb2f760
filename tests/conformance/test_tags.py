"""Tags as Lambda keeps them: TagResource, UntagResource, ListTags."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

PREFIX = "arn:aws:lambda:us-east-1:123456789012"
ARN = f"{PREFIX}:function:orders"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/AbCdEf1234"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
TOO_MANY = "Number of tags exceeds resource tag limit."


@pytest.fixture
def aws(aws: Account) -> Account:
    """An account with a function `orders`, its version 1 and the alias `live` of it."""
    aws.create(Publish=True)
    aws.alias("live", "1")
    return aws


def mapped(aws: Account, **members: Any) -> str:
    """The ARN of an event source mapping of `orders`."""
    created = aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=QUEUE, **members)
    return str(created["EventSourceMappingArn"])


def signing(aws: Account, **members: Any) -> str:
    """The ARN of a code signing config."""
    publishers = {"SigningProfileVersionArns": [PROFILE]}
    created = aws.call("create_code_signing_config", AllowedPublishers=publishers, **members)
    return str(created["CodeSigningConfig"]["CodeSigningConfigArn"])


def provided(aws: Account, **members: Any) -> str:
    """The ARN of a capacity provider."""
    created = aws.call(
        "create_capacity_provider",
        CapacityProviderName="fleet",
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        PermissionsConfig={"CapacityProviderOperatorRoleArn": "arn:aws:iam::123456789012:role/operator"},
        **members,
    )
    return str(created["CapacityProvider"]["CapacityProviderArn"])


MAKERS: dict[str, Callable[[Account], str]] = {
    "function": lambda aws: ARN,
    "event source mapping": mapped,
    "code signing config": signing,
}
if "CreateCapacityProvider" in Session().get_service_model("lambda").operation_names:
    MAKERS["capacity provider"] = provided


@pytest.fixture(params=list(MAKERS))
def resource(request: pytest.FixtureRequest, aws: Account) -> str:
    """The ARN of something that can be tagged, once of each kind there is."""
    return MAKERS[request.param](aws)


def tag(aws: Account, resource: str, **tags: str) -> Answer:
    return aws.call("tag_resource", Resource=resource, Tags=tags)


def untag(aws: Account, resource: str, *keys: str) -> Answer:
    return aws.call("untag_resource", Resource=resource, TagKeys=keys)


def tags_of(aws: Account, resource: str) -> Any:
    return aws.call("list_tags", Resource=resource)["Tags"]


def many(count: int) -> dict[str, str]:
    return {f"key-{number}": "value" for number in range(count)}


def each_refusal(aws: Account, resource: str) -> list[Answer]:
    """What the three operations answer for a resource that none of them takes."""
    return [
        aws.refusal("tag_resource", Resource=resource, Tags={"a": "1"}),
        aws.refusal("untag_resource", Resource=resource, TagKeys=["a"]),
        aws.refusal("list_tags", Resource=resource),
    ]


# What tags do ---------------------------------------------------------------------------------------------------------


def test_what_was_never_tagged_has_no_tags(aws: Account, resource: str) -> None:
    assert aws.call("list_tags", Resource=resource) == aws.answer(200, {"Tags": {}})


def test_tagging_and_untagging_answer_204_with_nothing_in_it(aws: Account, resource: str) -> None:
    assert tag(aws, resource, a="1") == aws.answer(204, {})
    assert untag(aws, resource, "a") == aws.answer(204, {})


def test_tags_are_added_to_those_there_are(aws: Account, resource: str) -> None:
    tag(aws, resource, a="1")
    tag(aws, resource, b="2", c="3")
    assert tags_of(aws, resource) == {"a": "1", "b": "2", "c": "3"}


def test_a_tag_that_is_there_gets_the_new_value(aws: Account, resource: str) -> None:
    tag(aws, resource, a="1", b="2")
    tag(aws, resource, b="changed", c="3")
    assert tags_of(aws, resource) == {"a": "1", "b": "changed", "c": "3"}


def test_tags_are_taken_away_by_their_keys(aws: Account, resource: str) -> None:
    tag(aws, resource, a="1", b="2", c="3")
    untag(aws, resource, "a", "c")
    assert tags_of(aws, resource) == {"b": "2"}


def test_a_key_that_is_not_there_is_no_error(aws: Account, resource: str) -> None:
    tag(aws, resource, a="1")
    untag(aws, resource, "b")
    assert tags_of(aws, resource) == {"a": "1"}
    untag(aws, resource, "a", "b")
    assert tags_of(aws, resource) == {}


def test_tags_given_at_creation_are_there(aws: Account) -> None:
    aws.create("bills", Tags={"a": "1"})
    assert tags_of(aws, aws.arn("bills")) == {"a": "1"}
    assert tags_of(aws, mapped(aws, Tags={"b": "2"})) == {"b": "2"}


def test_get_function_shows_tags_only_while_there_are_any(aws: Account) -> None:
    assert "Tags" not in aws.call("get_function", FunctionName="orders")
    tag(aws, ARN, a="1")
    assert aws.call("get_function", FunctionName="orders")["Tags"] == {"a": "1"}
    untag(aws, ARN, "a")
    assert "Tags" not in aws.call("get_function", FunctionName="orders")


def test_an_answer_is_no_way_to_change_tags(aws: Account, resource: str) -> None:
    tag(aws, resource, a="1")
    tags_of(aws, resource).clear()
    assert tags_of(aws, resource) == {"a": "1"}


# RevisionId -----------------------------------------------------------------------------------------------------------


def test_tagging_and_untagging_give_latest_a_new_revision(aws: Account) -> None:
    before = aws.shown()
    tag(aws, ARN, a="1")
    tagged = aws.shown()
    untag(aws, ARN, "a")
    untagged = aws.shown()
    assert len({each.pop("RevisionId") for each in (before, tagged, untagged)}) == 3
    assert before == tagged == untagged


def test_tagging_leaves_versions_and_aliases_as_they_were(aws: Account) -> None:
    def others() -> tuple[Answer, Answer]:
        return aws.shown("1"), aws.call("get_alias", FunctionName="orders", Name="live")

    before = others()
    tag(aws, ARN, a="1")
    assert others() == before


def test_tagging_alone_makes_no_new_version(aws: Account) -> None:
    tag(aws, ARN, a="1")
    published = aws.publish()
    assert (published["Version"], published["RevisionId"]) == ("1", aws.shown("1")["RevisionId"])


# Limits and refusals --------------------------------------------------------------------------------------------------


def test_a_resource_has_50_tags_at_most(aws: Account, resource: str) -> None:
    assert aws.refusal("tag_resource", Resource=resource, Tags=many(51)) == aws.invalid(TOO_MANY)
    tag(aws, resource, **many(50))
    assert tags_of(aws, resource) == many(50)


def test_the_limit_counts_what_comes_out_of_merging(aws: Account, resource: str) -> None:
    full = many(50)
    tag(aws, resource, **full)
    tag(aws, resource, **{"key-0": "changed"})
    assert aws.refusal("tag_resource", Resource=resource, Tags={"one-more": "1"}) == aws.invalid(TOO_MANY)
    assert tags_of(aws, resource) == {**full, "key-0": "changed"}


def test_a_function_is_not_created_with_more_than_50_tags(aws: Account) -> None:
    code = {"ZipFile": aws.package()}
    created = {"FunctionName": "bills", "Role": aws.ROLE, "Code": code, "Handler": "index.handler", "Tags": many(51)}
    assert aws.refusal("create_function", **created, Runtime="python3.12") == aws.invalid(TOO_MANY)
    assert aws.refusal("list_tags", Resource=aws.arn("bills")) == aws.not_found("bills")


def test_a_mapping_is_not_created_with_more_than_50_tags(aws: Account) -> None:
    created = {"FunctionName": "orders", "EventSourceArn": QUEUE, "Tags": many(51)}
    assert aws.refusal("create_event_source_mapping", **created) == aws.invalid(TOO_MANY)
    assert aws.call("list_event_source_mappings")["EventSourceMappings"] == []


def test_a_code_signing_config_is_not_created_with_more_than_50_tags(aws: Account) -> None:
    assert tags_of(aws, signing(aws, Tags=many(50))) == many(50)
    parameters = {"AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]}, "Tags": many(51)}
    assert aws.refusal("create_code_signing_config", **parameters) == aws.invalid(TOO_MANY)
    assert len(aws.call("list_code_signing_configs")["CodeSigningConfigs"]) == 1


def test_tagging_with_no_tags_is_refused(aws: Account, resource: str) -> None:
    expected = aws.invalid("An error occurred and the request cannot be processed.")
    assert aws.refusal("tag_resource", Resource=resource, Tags={}) == expected


def test_untagging_with_no_keys_is_refused(aws: Account, resource: str) -> None:
    expected = aws.misshapen("Value null at 'tagKeys' failed to satisfy constraint: Member must not be null")
    assert aws.refusal("untag_resource", Resource=resource, TagKeys=[]) == expected


@pytest.mark.parametrize("qualifier", ["1", "live", "$LATEST", "unborn"])
def test_versions_and_aliases_have_no_tags(aws: Account, qualifier: str) -> None:
    message = "Tags on function aliases and versions are not supported. Please specify a function ARN."
    assert each_refusal(aws, f"{ARN}:{qualifier}") == [aws.invalid(message)] * 3


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("function:nobody", "Function not found: {}"),
        (f"event-source-mapping:{UNKNOWN}", "Event source mapping not found: {}"),
        ("capacity-provider:big", "Capacity provider not found: {}"),
        ("layer:shared", "Layer not found: {}"),
    ],
)
def test_a_missing_resource_is_named(aws: Account, kind: str, message: str) -> None:
    resource = f"{PREFIX}:{kind}"
    assert each_refusal(aws, resource) == [aws.error("ResourceNotFoundException", message.format(resource))] * 3


def test_a_missing_code_signing_config_is_named_without_a_type(aws: Account) -> None:
    resource = f"{PREFIX}:code-signing-config:csc-0123456789abcdef0"
    message = f"The Lambda code signing configuration {resource} can not be found."
    expected = aws.error("ResourceNotFoundException", message, typed=False)
    assert each_refusal(aws, resource) == [expected] * 3


def test_a_deleted_function_takes_its_tags_with_it(aws: Account) -> None:
    tag(aws, ARN, a="1")
    aws.call("delete_function", FunctionName="orders")
    assert aws.refusal("list_tags", Resource=ARN) == aws.not_found()
    aws.create()
    assert tags_of(aws, ARN) == {}


def test_a_function_of_another_region_is_out_of_reach(aws: Account) -> None:
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    expected = aws.error("ResourceNotFoundException", message)
    assert each_refusal(aws, ARN.replace("us-east-1", "eu-west-1")) == [expected] * 3


def test_a_mapping_of_another_region_is_not_found(aws: Account) -> None:
    elsewhere = mapped(aws).replace("us-east-1", "eu-west-1")
    expected = aws.error("ResourceNotFoundException", f"Event source mapping not found: {elsewhere}")
    assert each_refusal(aws, elsewhere) == [expected] * 3


@pytest.mark.parametrize(
    "resource",
    ["arn:aws:something", f"{PREFIX}:foobar:orders", f"{PREFIX}:capacity-provider:big:alias"],
)
def test_an_arn_of_anything_else_is_refused(aws: Account, resource: str) -> None:
    region = r"(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}"
    hexadecimal = "-".join(f"[0-9a-fA-F]{{{length}}}" for length in (8, 4, 4, 4, 12))
    pattern = (
        rf"arn:(aws[a-zA-Z-]*):lambda:{region}:\d{{12}}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?"
        "|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}"
        f"|event-source-mapping:{hexadecimal}|capacity-provider:[a-zA-Z0-9-_]+)"
    )
    item = f"Value '{resource}' at 'resource' failed to satisfy constraint: "
    expected = aws.misshapen(f"{item}Member must satisfy regular expression pattern: {pattern}")
    assert each_refusal(aws, resource) == [expected] * 3
