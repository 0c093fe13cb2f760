"""Tenants: a function that isolates them runs each in execution environments of its own, and has to be told which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration


def check_tenant(configuration: Configuration, tenant_id: str | None) -> None:
    """Refuse an invocation without a tenant where there are tenants, and with one where there are none."""
    if configuration.isolates_tenants and tenant_id is None:
        raise InvalidParameterValueException(
            "The invoked function is enabled with tenancy configuration. "
            "Add a valid tenant ID in your request and try again."
        )
    if tenant_id is not None and not configuration.isolates_tenants:
        raise InvalidParameterValueException(
            "The invoked function is not enabled with tenancy configuration. "
            "Remove the tenant ID from your request and try again."
        )


def check_caller(configuration: Configuration, callers: str) -> None:
    """Refuse `callers` (function URLs, event source mappings) that can't name the tenant of an invocation."""
    if configuration.isolates_tenants:
        raise InvalidParameterValueException(f"{callers} aren't supported for functions with a TenancyConfig.")


def check_isolation(configuration: Configuration) -> None:
    """Refuse what a function that isolates tenants can't have."""
    if configuration.isolates_tenants and configuration.snap_start != "None":
        raise InvalidParameterValueException("SnapStart isn't supported for functions with a TenancyConfig.")
