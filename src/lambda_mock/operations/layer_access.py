"""Who may do what with a layer: the account it belongs to everything, another account what a version's policy grants.

What belongs to another account is read from its store without that store's lock, since two locks held at once could
wait for each other; a version of a layer is a value, and read in one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.layer import LayerReference, LayerVersion, layer_reference
from lambda_mock.errors import AccessDeniedException, InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.layer import Layer
    from lambda_mock.operations.registry import Context


def named_layer(ctx: Context, text: str) -> LayerReference:
    """The layer that a caller means by a name or an ARN."""
    reference = layer_reference(text)
    return reference or LayerReference(name=text, account_id=ctx.store.account_id, region=ctx.store.region)


def check_number(number: int) -> None:
    """Refuse what can't be the number of a version."""
    if number < 1:
        raise InvalidParameterValueException("Layer Version Cannot be less than 1")


def own_layer(ctx: Context, reference: LayerReference, action: str, number: int | None = None) -> Layer | None:
    """The caller's own layer of that name, or None. Another account's is denied: policies grant nothing but reading."""
    if reference.account_id != ctx.store.account_id:
        raise _denied(ctx, action, reference.arn if number is None else f"{reference.arn}:{number}")
    return ctx.store.layers.get(reference.name) if reference.region == ctx.store.region else None


def readable_version(ctx: Context, reference: LayerReference, number: int) -> LayerVersion | None:
    """The version, where the caller may use it; None where the caller's account doesn't have it.

    Of another account whatever isn't granted is denied, whether it exists or not, and so is all that lies in another
    region.
    """
    store = ctx.backend.store(reference.account_id, ctx.store.region)
    layer = store.layers.get(reference.name) if reference.region == ctx.store.region else None
    version = None if layer is None else layer.version(number)
    if store is not ctx.store and (version is None or not version.grants(ctx.store.account_id)):
        raise _denied(ctx, "GetLayerVersion", f"{reference.arn}:{number}")
    return version


def _denied(ctx: Context, action: str, resource: str) -> AccessDeniedException:
    user = f"arn:{ctx.store.partition}:iam::{ctx.store.account_id}:root"
    return AccessDeniedException(
        f"User: {user} is not authorized to perform: lambda:{action} on resource: {resource} "
        f"because no resource-based policy allows the lambda:{action} action"
    )
