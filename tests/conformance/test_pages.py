"""Pages of every list, by botocore's own paginators: each item once, whatever comes and goes between two pages.

A list operation that is built has a row in `LISTS`, which says how to make one of its items and how to unmake it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.session import Session

from lambda_mock.operations.registry import OPERATIONS

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

MODEL: Any = Session().get_service_model("lambda")
PAGINATED: Mapping[str, Mapping[str, str]] = Loader().load_service_model("lambda", "paginators-1")["pagination"]
BUILT = sorted(PAGINATED.keys() & OPERATIONS.keys())
ROLE = "arn:aws:iam::123456789012:role/lambda-role"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/shop/abcdefghij"


@dataclass(frozen=True)
class List:
    """How to fill a list.

    `prepare` makes what the items belong to, and gives the parameters of the list. `add` makes an item, the `n`-th of
    its test, and gives what tells it apart, which is what `identity` finds in the list's item. `remove` unmakes it.
    """

    add: Callable[[Account, int], str]
    remove: Callable[[Account, str], object]
    identity: Callable[[Any], str]
    prepare: Callable[[Account], Mapping[str, str]] = lambda _: {}


def qualifier_of(arn: str) -> str:
    return arn.rpartition(":")[2]


# Names that don't come in the order in which they are made.
def name_of(number: int) -> str:
    return f"item-{number * 7 % 10}-{number}"


def released(aws: Account) -> Mapping[str, str]:
    aws.create(Publish=True)
    return {"FunctionName": "orders"}


def another_version(aws: Account, number: int) -> str:
    aws.configure(Description=f"version {number}")
    return str(aws.publish()["FunctionArn"])


def version_with(operation: str, **parameters: Any) -> Callable[[Account, int], str]:
    """What adds an item to a new version of its own."""

    def add(aws: Account, number: int) -> str:
        arn = another_version(aws, number)
        aws.call(operation, FunctionName="orders", Qualifier=qualifier_of(arn), **parameters)
        return arn

    return add


def at_qualifier(operation: str) -> Callable[[Account, str], object]:
    """What removes the item of a qualified ARN."""
    return lambda aws, arn: aws.call(operation, FunctionName="orders", Qualifier=qualifier_of(arn))


def alias_with_url(aws: Account, number: int) -> str:
    aws.alias(name_of(number))
    url = aws.call("create_function_url_config", FunctionName="orders", Qualifier=name_of(number), AuthType="AWS_IAM")
    return str(url["FunctionArn"])


def mapping(aws: Account, number: int) -> str:
    queue = f"arn:aws:sqs:us-east-1:123456789012:queue-{number}"
    created = aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=queue)
    aws.call("get_event_source_mapping", UUID=created["UUID"])
    return str(created["UUID"])


def layer_version(aws: Account, name: str) -> Any:
    return aws.call("publish_layer_version", LayerName=name, Content={"ZipFile": aws.package()})


def signing_config(aws: Account) -> str:
    answer = aws.call("create_code_signing_config", AllowedPublishers={"SigningProfileVersionArns": [PROFILE]})
    return str(answer["CodeSigningConfig"]["CodeSigningConfigArn"])


def signed_function(aws: Account, number: int) -> str:
    (config,) = aws.call("list_code_signing_configs")["CodeSigningConfigs"]
    return str(aws.create(name_of(number), CodeSigningConfigArn=config["CodeSigningConfigArn"])["FunctionArn"])


def capacity_provider(aws: Account, number: int) -> str:
    answer = aws.call(
        "create_capacity_provider",
        CapacityProviderName=name_of(number),
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        PermissionsConfig={"CapacityProviderOperatorRoleArn": ROLE},
    )
    aws.call("get_capacity_provider", CapacityProviderName=name_of(number))
    return str(answer["CapacityProvider"]["CapacityProviderArn"])


def on_a_fleet(aws: Account) -> Mapping[str, str]:
    managed = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": capacity_provider(aws, 0)}}
    aws.create(Runtime="python3.13", CapacityProviderConfig=managed, Publish=True)
    return {"CapacityProviderName": name_of(0)}


LISTS: dict[str, List] = {
    "ListAliases": List(
        prepare=released,
        add=lambda aws, number: str(aws.alias(name_of(number))["Name"]),
        remove=lambda aws, name: aws.call("delete_alias", FunctionName="orders", Name=name),
        identity=lambda item: str(item["Name"]),
    ),
    "ListCapacityProviders": List(
        add=capacity_provider,
        remove=lambda aws, arn: aws.call("delete_capacity_provider", CapacityProviderName=qualifier_of(arn)),
        identity=lambda item: str(item["CapacityProviderArn"]),
    ),
    "ListCodeSigningConfigs": List(
        add=lambda aws, _: signing_config(aws),
        remove=lambda aws, arn: aws.call("delete_code_signing_config", CodeSigningConfigArn=arn),
        identity=lambda item: str(item["CodeSigningConfigArn"]),
    ),
    "ListEventSourceMappings": List(
        prepare=released,
        add=mapping,
        remove=lambda aws, uuid: aws.call("delete_event_source_mapping", UUID=uuid),
        identity=lambda item: str(item["UUID"]),
    ),
    "ListFunctionEventInvokeConfigs": List(
        prepare=released,
        add=version_with("put_function_event_invoke_config", MaximumRetryAttempts=1),
        remove=at_qualifier("delete_function_event_invoke_config"),
        identity=lambda item: str(item["FunctionArn"]),
    ),
    "ListFunctionUrlConfigs": List(
        prepare=released,
        add=alias_with_url,
        remove=at_qualifier("delete_function_url_config"),
        identity=lambda item: str(item["FunctionArn"]),
    ),
    "ListFunctionVersionsByCapacityProvider": List(
        prepare=on_a_fleet,
        add=another_version,
        remove=lambda aws, arn: aws.call("delete_function", FunctionName=arn),
        identity=lambda item: str(item["FunctionArn"]),
    ),
    "ListFunctions": List(
        add=lambda aws, number: str(aws.create(name_of(number))["FunctionName"]),
        remove=lambda aws, name: aws.call("delete_function", FunctionName=name),
        identity=lambda item: str(item["FunctionName"]),
    ),
    "ListFunctionsByCodeSigningConfig": List(
        prepare=lambda aws: {"CodeSigningConfigArn": signing_config(aws)},
        add=signed_function,
        remove=lambda aws, arn: aws.call("delete_function", FunctionName=arn),
        identity=str,
    ),
    "ListLayerVersions": List(
        prepare=lambda _: {"LayerName": "tools"},
        add=lambda aws, _: str(layer_version(aws, "tools")["Version"]),
        remove=lambda aws, number: aws.call("delete_layer_version", LayerName="tools", VersionNumber=int(number)),
        identity=lambda item: str(item["Version"]),
    ),
    "ListLayers": List(
        add=lambda aws, number: str(layer_version(aws, name_of(number))["LayerArn"]),
        remove=lambda aws, arn: aws.call("delete_layer_version", LayerName=arn, VersionNumber=1),
        identity=lambda item: str(item["LayerArn"]),
    ),
    "ListProvisionedConcurrencyConfigs": List(
        prepare=released,
        add=version_with("put_provisioned_concurrency_config", ProvisionedConcurrentExecutions=1),
        remove=at_qualifier("delete_provisioned_concurrency_config"),
        identity=lambda item: str(item["FunctionArn"]),
    ),
    "ListVersionsByFunction": List(
        prepare=released,
        add=another_version,
        remove=lambda aws, arn: aws.call("delete_function", FunctionName=arn),
        identity=lambda item: str(item["FunctionArn"]),
    ),
}  # fmt: skip


class Pages:
    """One of the lists, read page by page."""

    def __init__(self, aws: Account, operation: str, first: int = 1) -> None:
        self.aws = aws
        self.list = LISTS[operation]
        self.method = xform_name(operation)
        self.config = PAGINATED[operation]
        self.parameters = self.list.prepare(aws)
        self._numbers = itertools.count(first)

    def add(self) -> str:
        return self.list.add(self.aws, next(self._numbers))

    def page(self, size: int, marker: str | None) -> tuple[list[str], str | None]:
        """What tells apart the items of a page, and the marker of the next one."""
        marked = {} if marker is None else {self.config["input_token"]: marker}
        answer = self.aws.call(self.method, **self.parameters, **marked, **{self.config["limit_key"]: size})
        items = [self.list.identity(item) for item in answer[self.config["result_key"]]]
        return items, answer.get(self.config["output_token"])

    def all(self) -> list[str]:
        """Every item, read in one page."""
        items, marker = self.page(most_items(self.method), None)
        assert marker is None
        return items


def limit_of(operation: str) -> Any:
    return MODEL.operation_model(operation).input_shape.members[PAGINATED[operation]["limit_key"]]


def most_items(method: str) -> int:
    (operation,) = (name for name in PAGINATED if xform_name(name) == method)
    return int(limit_of(operation).metadata["max"])


def test_every_list_that_is_built_has_a_row_here() -> None:
    assert set(BUILT) <= set(LISTS)


@pytest.mark.parametrize("operation", BUILT)
def test_pages_of_one_hold_each_item_once_and_the_last_has_no_marker(aws: Account, operation: str) -> None:
    pages = Pages(aws, operation)
    made = {pages.add() for _ in range(3)}
    found: list[list[str]] = []
    marker = None
    while marker is not None or not found:
        items, marker = pages.page(1, marker)
        found.append(items)
    assert [len(items) for items in found] == [1] * len(found)
    assert [item for items in found for item in items] == pages.all()
    assert made <= set(pages.all())


@pytest.mark.parametrize("operation", BUILT)
def test_a_page_that_just_holds_everything_has_no_marker(aws: Account, operation: str) -> None:
    pages = Pages(aws, operation)
    for _ in range(3):
        pages.add()
    every = pages.all()
    assert pages.page(len(every), None) == (every, None)
    items, marker = pages.page(len(every) - 1, None)
    assert (items, marker is None) == (every[:-1], False)


@pytest.mark.parametrize("operation", BUILT)
def test_the_most_items_that_the_model_allows_are_no_error_and_one_more_is(
    unchecked: Account, aws: Account, operation: str
) -> None:
    pages = Pages(aws, operation)
    made = {pages.add() for _ in range(3)}
    most = most_items(pages.method)
    assert made <= set(pages.page(most, None)[0])
    key = pages.config["limit_key"]
    refusal = unchecked.refusal(pages.method, **pages.parameters, **{key: most + 1})
    place = f"{key[0].lower()}{key[1:]}"
    assert refusal == aws.misshapen(
        f"Value '{most + 1}' at '{place}' failed to satisfy constraint: "
        f"Member must have value less than or equal to {most}"
    )


@pytest.mark.parametrize("operation", BUILT)
@pytest.mark.parametrize("seed", range(5))
def test_no_item_comes_twice_and_none_that_stays_is_lost_while_others_come_and_go(
    aws: Account, operation: str, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable
    pages = Pages(aws, operation)
    there = [pages.add() for _ in range(8)]
    stay = set(pages.all())
    found: list[str] = []
    marker, more = None, True
    while more:
        items, marker = pages.page(random.choice([1, 2, 3]), marker)
        more = marker is not None
        found += items
        # Now and then it is the item that the marker was made of which goes.
        gone = items[-1] if items[-1] in there and random.random() < 0.5 else random.choice(there)
        there.remove(gone)
        stay.discard(gone)
        pages.list.remove(aws, gone)
        if random.random() < 0.5:
            there.append(pages.add())
        if not there:
            there.append(pages.add())
    assert len(found) == len(set(found))
    assert stay <= set(found)


@pytest.mark.parametrize("operation", BUILT)
@pytest.mark.parametrize("marker", ["nonsense", "bm9uc2Vuc2U=", "YWZ0ZXI6MQ==", "***", "ä"])
def test_a_marker_that_lambda_never_gave_is_refused(aws: Account, operation: str, marker: str) -> None:
    pages = Pages(aws, operation)
    pages.add()
    refusal = aws.refusal(pages.method, **pages.parameters, **{pages.config["input_token"]: marker})
    assert refusal == aws.invalid("Invalid pagination token")


@pytest.mark.parametrize("operation", BUILT)
def test_a_marker_of_another_list_is_refused(aws: Account, operation: str) -> None:
    theirs = Pages(aws, "ListFunctions" if operation != "ListFunctions" else "ListVersionsByFunction", first=5)
    for _ in range(2):
        theirs.add()
    _, marker = theirs.page(1, None)
    pages = Pages(aws, operation)
    pages.add()
    refusal = aws.refusal(pages.method, **pages.parameters, **{pages.config["input_token"]: marker})
    assert refusal == aws.invalid("Invalid pagination token")
