"""Code signing configs: whose signature a package must carry before a function takes it, and what happens otherwise.

A config is asked when a package is deployed, and at no other time: what is deployed already goes on running.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.errors import (
    CodeSigningConfigNotFoundException,
    CodeVerificationFailedException,
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)

if TYPE_CHECKING:
    from lambda_mock.domain.code_signature import Signature

WARN, ENFORCE = "Warn", "Enforce"


@dataclass(slots=True, kw_only=True)
class CodeSigningConfig:
    """One code signing config.

    `publishers` are the ARNs of signing profile versions. `description` is None where none was ever given.
    `last_modified` is in epoch seconds. `functions` are the ARNs of those that use the config, by name.
    """

    config_id: str
    arn: str
    publishers: tuple[str, ...]
    last_modified: float
    policy: str
    description: str | None
    tags: dict[str, str]
    functions: SortedNames[str, str] = field(default_factory=SortedNames)

    def check_unused(self) -> None:
        """Refuse what can only be done to a config that no function uses."""
        if len(self.functions):
            raise ResourceConflictException(
                f"The code signing configuration {self.arn} is in use by one or more functions and cannot be deleted."
            )

    def check(self, signature: Signature | None, target: str) -> None:
        """Refuse a package without a signature of one of the publishers, if that is the policy.

        `target` is what the package is for: a function by its name, a layer version by its ARN.
        """
        if self.policy == ENFORCE and (signature is None or signature.profile_version_arn not in self.publishers):
            raise CodeVerificationFailedException(
                "Lambda cannot deploy the function. The function or layer might be signed using a signature that the "
                f"client is not configured to accept. Check the provided signature for {target}."
            )

    def members(self) -> dict[str, Any]:
        """What AWS shows of the config besides when it was changed."""
        shown: dict[str, Any] = {
            "CodeSigningConfigId": self.config_id,
            "CodeSigningConfigArn": self.arn,
            "AllowedPublishers": {"SigningProfileVersionArns": self.publishers},
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": self.policy},
        }
        if self.description is not None:
            shown["Description"] = self.description
        return shown


def not_found(arn: str) -> ResourceNotFoundException:
    """What Lambda answers for a config that isn't there, where it is asked for the config itself."""
    return ResourceNotFoundException(f"The Lambda code signing configuration {arn} can not be found.", typed=False)


def policy_in(policies: Mapping[str, str] | None, otherwise: str) -> str:
    """What a request wants to happen to a package that isn't trusted."""
    return (policies or {}).get("UntrustedArtifactOnDeployment", otherwise)


def config_for_function(configs: SortedNames[str, CodeSigningConfig], arn: str) -> CodeSigningConfig:
    """The config that a function is to use. Missing: CodeSigningConfigNotFoundException."""
    config = configs.get(arn)
    if config is None:
        raise CodeSigningConfigNotFoundException(
            "The code signing configuration cannot be found. "
            f"Check that the provided configuration is not deleted: {arn}."
        )
    return config


def check_package_type(package_type: str) -> None:
    """Refuse code signing for images."""
    if package_type == "Image":
        raise InvalidParameterValueException(
            "Code signing is not supported for functions created with container images."
        )
