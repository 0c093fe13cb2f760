"""The picture of what is deployed."""

from __future__ import annotations

from dataclasses import replace
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock.description import NOTHING, describe
from lambda_mock.description.arrows import Arrow, draw
from lambda_mock.domain.backend import Backend
from lambda_mock.domain.clock import Clock
from lambda_mock.domain.code import Code, CodeStore
from lambda_mock.domain.configuration import Configuration
from lambda_mock.domain.event_source_mapping import EventSourceMapping
from lambda_mock.domain.event_sources import SELF_MANAGED_KAFKA, SQS, SourceKind
from lambda_mock.domain.function_url import UNQUALIFIED, FunctionUrl
from lambda_mock.domain.layer import LayerVersion
from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
from lambda_mock.domain.neighbours.objects import LocalObjects

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from lambda_mock.domain.function import Function


@pytest.fixture
def backend() -> Backend:
    return Backend(clock=Clock(), code=CodeStore(), neighbours=Neighbourhood(LocalObjects(), lambda: None))


def created(backend: Backend, name: str = "orders", *, region: str = "us-east-1", code: str = "blue") -> Function:
    settings = Configuration(role="role", runtime="python3.13", handler="app.handler")
    store = backend.store("123456789012", region)
    function = store.create(name, code=package(code), configuration=settings, now=0.0)
    function.settle()
    return function


def package(name: str) -> Code:
    return Code(sha256=f"{name}Hash0123456789", size=1)


def changed(function: Function, code: str, description: str) -> None:
    settings = replace(function.latest.configuration, description=description)
    function.update(now=0.0, code=package(code), configuration=settings)
    function.settle()


def released(function: Function, code: str, description: str = "") -> None:
    changed(function, code, description)
    function.publish()


def alias(function: Function, name: str, version: str, **weights: float) -> None:
    shares = {number.removeprefix("v"): weight for number, weight in weights.items()}
    function.keep_alias(name, version=version, weights=shares, description="")


def arrow(name: str, *targets: tuple[int, str]) -> Arrow:
    return Arrow(name=name, rows=tuple(row for row, _ in targets), labels=tuple(label for _, label in targets))


def picture(text: str) -> str:
    return cleandoc(text)


def lines(text: str) -> list[str]:
    return cleandoc(text).splitlines()


# Functions -----------------------------------------------------------------------------------------------------------


def test_nothing_deployed_is_said_in_a_sentence(backend: Backend) -> None:
    backend.store("123456789012", "us-east-1")
    assert describe(backend) == NOTHING


def test_a_canary_release_is_a_forked_arrow(backend: Backend) -> None:
    function = created(backend)
    released(function, "blue", "the first release")
    released(function, "green", "adds discounts")
    alias(function, "live", "1", v2=0.1)
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ orders ───────────────────────────────── python3.13 · app.handler ─╮
        │  live ──┬─ 90% ───▶ 1        ● blueHash  the first release          │
        │         └─ 10% ───▶ 2        ◆ greenHas  adds discounts             │
        │                     $LATEST  ◆ greenHas  adds discounts     Active  │
        ╰─────────────────────────────────────────────────────────────────────╯
    """)


def test_several_aliases_of_a_version_meet_before_it(backend: Backend) -> None:
    function = created(backend)
    released(function, "blue")
    alias(function, "beta", "1")
    alias(function, "live", "1")
    alias(function, "next", "$LATEST")
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ orders ───────── python3.13 · app.handler ─╮
        │  beta ─────┬─▶ 1        ● blueHash          │
        │  live ─────┘                                │
        │  next ───────▶ $LATEST  ● blueHash  Active  │
        ╰─────────────────────────────────────────────╯
    """)


def test_functions_stand_below_each_other_by_region_and_name(backend: Backend) -> None:
    created(backend, "orders")
    created(backend, "billing")
    created(backend, "orders", region="eu-west-1")
    assert describe(backend) == picture("""
        eu-west-1 · account 123456789012
        ╭─ orders ─── python3.13 · app.handler ─╮
        │  $LATEST  ● blueHash  Active          │
        ╰───────────────────────────────────────╯

        us-east-1 · account 123456789012
        ╭─ billing ─── python3.13 · app.handler ─╮
        │  $LATEST  ● blueHash  Active           │
        ╰────────────────────────────────────────╯
        ╭─ orders ─── python3.13 · app.handler ─╮
        │  $LATEST  ● blueHash  Active          │
        ╰───────────────────────────────────────╯
    """)


def test_a_change_under_way_is_shown(backend: Backend) -> None:
    store = backend.store("123456789012", "us-east-1")
    store.create("new", code=package("blue"), configuration=Configuration(role="role", package_type="Image"), now=0.0)
    created(backend, "old").update(now=0.0, code=package("green"))
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ new ────────────────── Image ─╮
        │  $LATEST  ● blueHash  Pending  │
        ╰────────────────────────────────╯
        ╭─ old ───────────────── python3.13 · app.handler ─╮
        │  $LATEST  ● greenHas  Active, update InProgress  │
        ╰──────────────────────────────────────────────────╯
    """)


def test_old_versions_that_no_alias_needs_are_left_out(backend: Backend) -> None:
    function = created(backend)
    for number in range(1, 12):
        released(function, f"c{number}")
    alias(function, "live", "4")
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ orders ───────── python3.13 · app.handler ─╮
        │                ⋮        1 to 3              │
        │  live ───────▶ 4        ■ c4Hash01          │
        │                ⋮        5 to 8              │
        │                9        ● c9Hash01          │
        │                10       ◆ c10Hash0          │
        │                11       ▲ c11Hash0          │
        │                $LATEST  ▲ c11Hash0  Active  │
        ╰─────────────────────────────────────────────╯
    """)


def test_the_same_sign_means_the_same_code(backend: Backend) -> None:
    function = created(backend)
    for code in ("blue", "green", "blue"):
        released(function, code)
    assert [line.split()[2] for line in describe(backend).splitlines()[2:-1]] == ["●", "◆", "●", "●"]


def test_a_long_description_is_cut_and_a_wide_one_keeps_the_frame_straight(backend: Backend) -> None:
    function = created(backend)
    released(function, "blue", "two\nlines\tand a \x1b[31mcolour")
    released(function, "blue", "ä" * 100)
    released(function, "blue", "日本語" * 20)
    released(function, "blue", "e\u0301te\u0301")
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ orders ───────────────────────────────────── python3.13 · app.handler ─╮
        │  1        ● blueHash  two lines and a [31mcolour                        │
        │  2        ● blueHash  äääääääääääääääääääääääääääääääääääääää…          │
        │  3        ● blueHash  日本語日本語日本語日本語日本語日本語日…           │
        │  4        ● blueHash  été                                               │
        │  $LATEST  ● blueHash  été                                       Active  │
        ╰─────────────────────────────────────────────────────────────────────────╯
    """)


@pytest.mark.parametrize(
    ("weight", "shown"),
    [(0.1, ["90%", "10%"]), (1 / 3, ["66.67%", "33.33%"]), (1.0, ["0%", "100%"]), (0.0, ["100%", "0%"])],
)
def test_weights_are_shown_in_percent_and_the_main_version_has_the_rest(
    backend: Backend, weight: float, shown: list[str]
) -> None:
    function = created(backend)
    released(function, "blue")
    released(function, "green")
    alias(function, "live", "1", v2=weight)
    assert [word for word in describe(backend).split() if word.endswith("%")] == shown


# What hangs on a function --------------------------------------------------------------------------------------------

LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:deps"
SERVERS = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:9092"]}}
KAFKA = {"Topics": ["orders", "returns"], "SelfManagedEventSource": SERVERS}


def mapping(function_arn: str, kind: SourceKind, **settings: Any) -> EventSourceMapping:
    return EventSourceMapping(
        uuid=kind.name,
        arn="",
        kind=kind,
        function_arn=function_arn,
        settings=settings,
        enabled=True,
        last_modified=0.0,
        tags={},
    )


def test_layers_concurrency_and_urls_stand_below_the_versions(backend: Backend) -> None:
    function = created(backend)
    layers = tuple(LayerVersion(layer_arn=LAYER, number=number, code=package("x"), created=0.0) for number in (2, 1))
    function.update(now=0.0, configuration=replace(function.latest.configuration, layers=layers))
    function.settle()
    function.publish()
    alias(function, "live", "1")
    function.limits.reserve(10)
    function.provisioned.put("live", alias=function.aliases.get("live"), requested=3, now=0.0)
    url = FunctionUrl(host="h", auth_type="NONE", created=0.0, last_modified=0.0, cors={}, invoke_mode=None)
    function.urls["live"] = function.urls[UNQUALIFIED] = url
    facts = "layers deps:2, deps:1 · reserved 10 · provisioned 3 for live{} · URL · URL of live"
    assert f"│  {facts.format(' IN_PROGRESS')}  │" in describe(backend).splitlines()
    function.provisioned.settle("live")
    assert f"│  {facts.format('')}  │" in describe(backend).splitlines()


def test_event_source_mappings_stand_below_their_function(backend: Backend) -> None:
    function = created(backend)
    created(backend, "orders2")
    mappings = backend.store("123456789012", "us-east-1").mappings
    queue = mapping(f"{function.arn}:live", SQS, EventSourceArn="arn:aws:sqs:us-east-1:123456789012:jobs")
    mappings["SQS"] = queue.settled() or queue
    mappings["Kafka"] = mapping(function.arn, SELF_MANAGED_KAFKA, **KAFKA)
    assert describe(backend) == picture("""
        us-east-1 · account 123456789012
        ╭─ orders ─────────────────────── python3.13 · app.handler ─╮
        │  $LATEST  ● blueHash  Active                              │
        │  self-managed Kafka orders, returns ──▶ orders  Creating  │
        │  SQS jobs ──▶ live  Enabled                               │
        ╰───────────────────────────────────────────────────────────╯
        ╭─ orders2 ─── python3.13 · app.handler ─╮
        │  $LATEST  ● blueHash  Active           │
        ╰────────────────────────────────────────╯
    """)


def test_what_is_ordered_to_fail_stands_at_the_end_until_it_has(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.fail("ListFunctions", "InvalidParameterValueException")
    mock_lambda.fail("Invoke", "ServiceException", 3, function="us-east-1:123456789012:function:orders:live")
    mock_lambda.fail_transition("orders", qualifier="$LATEST", reason_code="InvalidSubnet", times=2)
    mock_lambda.fail_transition("orders", of="EventSourceMapping", region="eu-west-1")
    text = f"""{NOTHING}

Ordered to fail, and not met yet:
  ListFunctions → InvalidParameterValueException
  Invoke us-east-1:123456789012:orders:live → ServiceException, 3 times
  EventSourceMapping orders → LAMBDA_INITIATED (eu-west-1 · account 123456789012)
  Function orders:$LATEST → InvalidSubnet, 2 times (us-east-1 · account 123456789012)"""
    assert mock_lambda.describe() == text
    with pytest.raises(ClientError):
        lambda_client.list_functions()
    assert "ListFunctions" not in mock_lambda.describe()


# Arrows --------------------------------------------------------------------------------------------------------------


def test_without_arrows_rows_are_as_they_are() -> None:
    assert draw(["one", "two"], []) == ["one", "two"]


def test_a_fork_may_lead_up() -> None:
    assert draw(["one", "two", "three"], [arrow("a", (2, "90%"), (0, "10%"))]) == lines("""
            ┌─ 10% ───▶ one
            │           two
        a ──┴─ 90% ───▶ three
    """)


def test_a_fork_that_leads_both_ways_has_its_name_in_the_middle() -> None:
    assert draw(["one", "two", "three"], [arrow("a", (1, "80%"), (0, "10%"), (2, "10%"))]) == lines("""
            ┌─ 10% ───▶ one
        a ──┼─ 80% ───▶ two
            └─ 10% ───▶ three
    """)


def test_a_fork_of_three_branches_on_one_side_has_a_tee() -> None:
    assert draw(["one", "two", "three"], [arrow("a", (0, "80%"), (1, "10%"), (2, "10%"))]) == lines("""
        a ──┬─ 80% ───▶ one
            ├─ 10% ───▶ two
            └─ 10% ───▶ three
    """)


def test_forks_that_overlap_run_side_by_side_and_cross_as_little_as_they_can() -> None:
    arrows = [arrow("live", (0, "90%"), (1, "10%")), arrow("test", (0, "50%"), (1, "50%"))]
    assert draw(["one", "two"], arrows) == lines("""
        live ──┬─── 90% ─┬─▶ one
        test ──│─┬─ 50% ─┘
               │ └─ 50% ─┬─▶ two
               └─── 10% ─┘
    """)


def test_forks_that_do_not_overlap_share_a_lane() -> None:
    arrows = [arrow("a", (0, "90%"), (1, "10%")), arrow("b", (2, "50%"), (3, "50%"))]
    assert draw(["one", "two", "three", "four"], arrows) == lines("""
        a ──┬─ 90% ───▶ one
            └─ 10% ───▶ two
        b ──┬─ 50% ───▶ three
            └─ 50% ───▶ four
    """)


def test_everything_at_once() -> None:
    arrows = [
        arrow("back", (3, "75%"), (1, "25%")),
        arrow("beta", (1, "95%"), (0, "5%")),
        arrow("canary", (0, "50%"), (1, "50%")),
        arrow("edge", (4, "")),
        arrow("live", (0, "90%"), (1, "10%")),
        arrow("stable", (1, "")),
    ]
    assert draw(["1", "6", "7", "14", "$LATEST"], arrows) == lines("""
        canary ──┬───── 50% ─┬─▶ 1
        live ────│───┬─ 90% ─┤
                 │ ┌─│── 5% ─┘
                 │ │ └─ 10% ─┬─▶ 6
                 └─│─── 50% ─┤
        beta ──────┴─── 95% ─┤
        stable ──────────────┤
                 ┌───── 25% ─┘
                 │               7
        back ────┴───── 75% ───▶ 14
        edge ──────────────────▶ $LATEST
    """)
