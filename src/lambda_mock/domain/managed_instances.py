"""What a function on managed instances may be, and what it is where nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration

LEAST_MEMORY = 2048
_MEMORY_PER_VCPU = (2, 4, 8)
_MOST_CONCURRENCY_PER_VCPU = 64
_ACCELERATOR_MEMORY = (3, 6, 12, 16, 24, 48)

# The oldest version of each language that can do it; images have no runtime, and bring what they need.
_RUNTIMES = frozenset({
    "python3.13", "python3.14", "python3.15", "nodejs22.x", "nodejs24.x", "nodejs26.x", "java21", "java25",
    "dotnet8", "dotnet10", "provided.al2023",
})  # fmt: skip
_CONCURRENCY_PER_VCPU = {"python": 16, "nodejs": 64, "java": 32, "dotnet": 32}
_OTHER_CONCURRENCY_PER_VCPU = 16


def completed(config: Mapping[str, Any], runtime: str | None, memory_size: int) -> Mapping[str, Any]:
    """A CapacityProviderConfig with AWS's defaults for what it leaves out."""
    given = config["LambdaManagedInstancesCapacityProviderConfig"]
    ratio = given.get("ExecutionEnvironmentMemoryGiBPerVCpu", 2.0)
    concurrency = given.get("PerExecutionEnvironmentMaxConcurrency")
    if concurrency is None:
        concurrency = _usual_concurrency(runtime, memory_size, ratio)
    return {
        "LambdaManagedInstancesCapacityProviderConfig": {
            "CapacityProviderArn": given["CapacityProviderArn"],
            "PerExecutionEnvironmentMaxConcurrency": concurrency,
            "ExecutionEnvironmentMemoryGiBPerVCpu": float(ratio),
        }
    }


def resized(configuration: Configuration, runtime: str | None, memory_size: int) -> Mapping[str, Any]:
    """The CapacityProviderConfig with another runtime or memory: a concurrency nobody chose goes with them."""
    given = dict(configuration.managed_instances)
    usual = _usual_concurrency(
        configuration.runtime, configuration.memory_size, given["ExecutionEnvironmentMemoryGiBPerVCpu"]
    )
    if given["PerExecutionEnvironmentMaxConcurrency"] == usual:
        del given["PerExecutionEnvironmentMaxConcurrency"]
    return completed({"LambdaManagedInstancesCapacityProviderConfig": given}, runtime, memory_size)


def _usual_concurrency(runtime: str | None, memory_size: int, ratio: float) -> int:
    language = (runtime or "").rstrip("0123456789.x")
    each = _CONCURRENCY_PER_VCPU.get(language, _OTHER_CONCURRENCY_PER_VCPU)
    return each * max(1, int(_vcpus(memory_size, ratio)))


def check_managed(configuration: Configuration) -> None:
    """Refuse what a function on managed instances can't be."""
    if configuration.runtime is not None and configuration.runtime not in _RUNTIMES:
        raise InvalidParameterValueException(
            f"Runtime Enum {configuration.runtime} does not support specified feature: Lambda Managed Instances"
        )
    if configuration.logging["LogFormat"] != "JSON":
        raise InvalidParameterValueException(
            'LogLevel is not supported when LogFormat is set to "Text". '
            'Remove LogLevel from your request or change the LogFormat to "JSON" and try again.'
        )
    _check_size(configuration)
    for feature, used in (
        ("SnapStart", configuration.snap_start != "None"),
        ("VpcConfig", bool(configuration.echoed.get("VpcConfig", {}).get("SubnetIds"))),
        ("TenancyConfig", configuration.isolates_tenants),
    ):
        if used:
            raise InvalidParameterValueException(f"{feature} isn't supported for Lambda Managed Instances functions.")


def _check_size(configuration: Configuration) -> None:
    memory = configuration.memory_size
    if memory < LEAST_MEMORY:
        raise InvalidParameterValueException(
            f"MemorySize must be at least {LEAST_MEMORY} MB for Lambda Managed Instances functions."
        )
    ratio = configuration.managed_instances["ExecutionEnvironmentMemoryGiBPerVCpu"]
    if ratio not in _MEMORY_PER_VCPU:
        raise InvalidParameterValueException("ExecutionEnvironmentMemoryGiBPerVCpu must be 2, 4 or 8.")
    vcpus = _vcpus(memory, ratio)
    if vcpus < 1:
        raise InvalidParameterValueException(
            f"A MemorySize of {memory} MB is less than one vCPU at {ratio:g} GiB of memory per vCPU."
        )
    most = int(_MOST_CONCURRENCY_PER_VCPU * vcpus)
    if configuration.managed_instances["PerExecutionEnvironmentMaxConcurrency"] > most:
        raise InvalidParameterValueException(
            f"PerExecutionEnvironmentMaxConcurrency can't be greater than {most}, "
            f"which is {_MOST_CONCURRENCY_PER_VCPU} per vCPU."
        )


def check_accelerator(configuration: Configuration) -> None:
    """Refuse an accelerator that the function can't have; only images on managed instances can have one."""
    accelerator = configuration.echoed.get("AcceleratorConfig")
    if accelerator is None:
        return
    if (
        configuration.capacity_provider is None
        or configuration.package_type != "Image"
        or configuration.architectures != ("x86_64",)
    ):
        raise InvalidParameterValueException(
            "AcceleratorConfig is only supported for Lambda Managed Instances functions with packageType Image and the "
            "x86_64 architecture."
        )
    if accelerator["AcceleratorMemorySize"] not in _ACCELERATOR_MEMORY:
        *sizes, largest = map(str, _ACCELERATOR_MEMORY)
        raise InvalidParameterValueException(f"AcceleratorMemorySize must be {', '.join(sizes)} or {largest}.")


def _vcpus(memory_size: int, ratio: float) -> float:
    return memory_size / 1024 / ratio
