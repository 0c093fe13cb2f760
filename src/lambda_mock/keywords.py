"""The keywords of `mock_lambda(...)` and of `mock.function(...)`, one by one, for type checkers and editors.

No test needs them when it runs. `FunctionKeywords` has what boto3's `create_function` takes, less what the mock gives
by itself, in the shapes of boto3's type stubs: what is typed with those fits here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

from lambda_mock.config import AsyncMode, Execution, Lane, Lifecycle


class ConfigKeywords(TypedDict, total=False):
    """The options of a mock; `MockConfig` says what they mean."""

    region: str
    account_id: str
    accounts: Mapping[str, str]
    seed: int
    lifecycle: Lifecycle
    lane: Lane
    async_mode: AsyncMode
    execution: Execution
    processes: int
    identical_code_publishes: bool
    enforce_policies: bool
    timeouts: bool
    records: int
    limits: Mapping[str, int]


class VpcSettings(TypedDict, total=False):
    """The network that a function is in."""

    SubnetIds: Sequence[str]
    SecurityGroupIds: Sequence[str]
    Ipv6AllowedForDualStack: bool


class DeadLetterSettings(TypedDict, total=False):
    """Where events go that were given up: the ARN of a queue or topic."""

    TargetArn: str


class EnvironmentSettings(TypedDict, total=False):
    """The environment variables of a function."""

    Variables: Mapping[str, str]


class TracingSettings(TypedDict, total=False):
    """Whether X-Ray traces every run."""

    Mode: Literal["Active", "PassThrough"]


class S3FilesSettings(TypedDict, total=False):
    """How files that are kept in S3 are read."""

    DirectS3Read: Literal["ENABLED", "DISABLED", "AUTO"]


class _FileSystem(TypedDict):
    Arn: str
    LocalMountPath: str


class FileSystemSettings(_FileSystem, total=False):
    """A file system, and where a function finds it."""

    S3FilesConfig: S3FilesSettings


class ImageSettings(TypedDict, total=False):
    """What of a container image is overridden."""

    EntryPoint: Sequence[str]
    Command: Sequence[str]
    WorkingDirectory: str


class EphemeralStorageSettings(TypedDict):
    """The size of /tmp, in MB."""

    Size: int


class SnapStartSettings(TypedDict, total=False):
    """Whether published versions start from a snapshot."""

    ApplyOn: Literal["PublishedVersions", "None"]


class LoggingSettings(TypedDict, total=False):
    """What a function logs, how, and where to."""

    LogFormat: Literal["JSON", "Text"]
    ApplicationLogLevel: Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    SystemLogLevel: Literal["DEBUG", "INFO", "WARN"]
    LogGroup: str


class TenancySettings(TypedDict):
    """Whether tenants are kept apart."""

    TenantIsolationMode: Literal["PER_TENANT"]


class _ManagedInstances(TypedDict):
    CapacityProviderArn: str


class ManagedInstancesSettings(_ManagedInstances, total=False):
    """The capacity provider on whose instances a function runs, and how much of it an environment has."""

    PerExecutionEnvironmentMaxConcurrency: int
    ExecutionEnvironmentMemoryGiBPerVCpu: float


class CapacityProviderSettings(TypedDict):
    """What a function runs on, where that isn't Lambda's own."""

    LambdaManagedInstancesCapacityProviderConfig: ManagedInstancesSettings


class DurableSettings(TypedDict, total=False):
    """How long durable executions last, in seconds, and are kept, in days."""

    KMSKeyArn: str
    RetentionPeriodInDays: int
    ExecutionTimeout: int


class RuntimeSettings(TypedDict):
    """A runtime that a customer manages."""

    RuntimeArn: str
    RuntimeAlias: str


class AcceleratorSettings(TypedDict):
    """The memory of an accelerator, in GB."""

    AcceleratorMemorySize: int


class FunctionKeywords(TypedDict, total=False):
    """The configuration of a function by boto3's names, and `Publish`.

    `Runtime` is any text: there is a new one every few months, and what the installed botocore doesn't know is refused
    when the test runs.
    """

    Runtime: str
    Role: str
    Handler: str
    Description: str
    Timeout: int
    MemorySize: int
    Publish: bool
    PublishTo: Literal["LATEST_PUBLISHED"]
    VpcConfig: VpcSettings
    PackageType: Literal["Zip", "Image"]
    DeadLetterConfig: DeadLetterSettings
    Environment: EnvironmentSettings
    KMSKeyArn: str
    TracingConfig: TracingSettings
    Tags: Mapping[str, str]
    Layers: Sequence[str]
    FileSystemConfigs: Sequence[FileSystemSettings]
    CodeSigningConfigArn: str
    ImageConfig: ImageSettings
    Architectures: Sequence[Literal["x86_64", "arm64"]]
    EphemeralStorage: EphemeralStorageSettings
    SnapStart: SnapStartSettings
    LoggingConfig: LoggingSettings
    TenancyConfig: TenancySettings
    CapacityProviderConfig: CapacityProviderSettings
    DurableConfig: DurableSettings
    RuntimeConfig: RuntimeSettings
    AcceleratorConfig: AcceleratorSettings
