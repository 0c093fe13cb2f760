"""Accelerators: which functions can have one, and what it lets them have besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

if TYPE_CHECKING:
    from tests.conformance.managed_instances.conftest import Fleet

MODEL: Any = Session().get_service_model("lambda")
MEMBERS = MODEL.operation_model("CreateFunction").input_shape.members
pytestmark = pytest.mark.skipif("AcceleratorConfig" not in MEMBERS, reason="this botocore knows no accelerators")

MISPLACED = (
    "AcceleratorConfig is only supported for Lambda Managed Instances functions with packageType Image and the x86_64 "
    "architecture."
)
IMAGE: dict[str, Any] = {"PackageType": "Image", "Runtime": None}


def sized(memory: int) -> Any:
    return {"AcceleratorConfig": {"AcceleratorMemorySize": memory}}


@pytest.mark.parametrize("memory", [3, 6, 12, 16, 24, 48])
def test_its_memory_is_shown_in_versions_too(fleet: Fleet, memory: int) -> None:
    created = fleet.deploy(**IMAGE, **sized(memory), Publish=True)
    shown = [created, fleet.aws.shown(), fleet.aws.shown("1")]
    assert [each["AcceleratorConfig"] for each in shown] == [sized(memory)["AcceleratorConfig"]] * 3


@pytest.mark.parametrize("memory", [4, 47])
def test_memory_of_another_size_is_refused(fleet: Fleet, memory: int) -> None:
    expected = fleet.aws.invalid("AcceleratorMemorySize must be 3, 6, 12, 16, 24 or 48.")
    assert fleet.refused_function(**IMAGE, **sized(memory)) == expected


def test_a_package_has_none(fleet: Fleet) -> None:
    assert fleet.refused_function(**sized(6)) == fleet.aws.invalid(MISPLACED)


def test_an_ordinary_function_has_none(fleet: Fleet) -> None:
    assert fleet.aws.refused_creation(**IMAGE, **sized(6)) == fleet.aws.invalid(MISPLACED)


def test_another_architecture_has_none(fleet: Fleet) -> None:
    fleet.provide("small", InstanceRequirements={"Architectures": ["arm64"]})
    fleet.get("small")
    on_arm = IMAGE | {"Architectures": ["arm64"], "CapacityProviderConfig": fleet.on("small")}
    assert fleet.refused_function(**on_arm, **sized(6)) == fleet.aws.invalid(MISPLACED)


def test_an_update_gives_one_and_changes_it(fleet: Fleet) -> None:
    fleet.deploy(**IMAGE)
    assert "AcceleratorConfig" not in fleet.aws.shown()
    for memory in (6, 12):
        fleet.aws.configure(**sized(memory))
        assert fleet.aws.shown()["AcceleratorConfig"] == sized(memory)["AcceleratorConfig"]
    fleet.aws.configure(Timeout=10)
    assert fleet.aws.shown()["AcceleratorConfig"] == sized(12)["AcceleratorConfig"]


def test_more_storage_comes_with_one_only(fleet: Fleet) -> None:
    large: dict[str, Any] = {"EphemeralStorage": {"Size": 32768}}
    expected = fleet.aws.misshapen(
        "Value '32768' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value less than or "
        "equal to 10240"
    )
    assert fleet.refused_function(**IMAGE, **large) == expected
    fleet.deploy(**IMAGE, **sized(6), **large)
    assert fleet.aws.shown()["EphemeralStorage"] == {"Size": 32768}
    fleet.aws.configure(EphemeralStorage={"Size": 20000})
    assert fleet.aws.shown()["EphemeralStorage"] == {"Size": 20000}
