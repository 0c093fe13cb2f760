"""The layers of a function: which ones it may be given, and how large they and its code may be together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.layer import LayerReference, layer_reference
from lambda_mock.errors import InvalidParameterValueException
from lambda_mock.operations.layer_access import readable_version

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.layer import LayerVersion
    from lambda_mock.operations.registry import Context


def with_layers(ctx: Context, configuration: Configuration, arns: Sequence[str] | None) -> Configuration:
    """The configuration with these layer versions in place of its own; with its own where none were named at all."""
    if arns is None:
        return configuration
    most = ctx.store.limits.layers
    if len(arns) > most:
        raise InvalidParameterValueException(f"Cannot reference more than {most} layers.")
    references = [layer_reference(arn) for arn in arns]
    _check_distinct(references, arns)
    found = [_version(ctx, reference, arn) for reference, arn in zip(references, arns, strict=True)]
    return replace(configuration, layers=tuple(found))


def check_signatures(signing: CodeSigningConfig | None, configuration: Configuration) -> None:
    """Refuse layers that the function's code signing config doesn't trust."""
    if signing is not None:
        for layer in configuration.layers:
            signing.check(layer.code.signature, layer.arn)


def check_unzipped_size(ctx: Context, code: Code, configuration: Configuration) -> None:
    """Refuse layers that are too large by themselves, or together with the function's code."""
    if not configuration.layers:
        return
    limit = ctx.store.limits.code_size_unzipped
    size = sum(ctx.backend.code.unzipped_size(layer.code) for layer in configuration.layers)
    if size > limit:
        raise InvalidParameterValueException(f"Layers consume more than the available size of {limit} bytes")
    size += ctx.backend.code.unzipped_size(code)
    if size > limit:
        raise InvalidParameterValueException(
            f"Function code combined with layers exceeds the maximum allowed size of {limit} bytes. "
            f"The actual size is {size} bytes."
        )


def _check_distinct(references: Sequence[LayerReference | None], arns: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for reference, arn in zip(references, arns, strict=True):
        layer = arn if reference is None else reference.arn
        if layer in seen:
            raise InvalidParameterValueException(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{seen[layer]} and {arn} are versions of the same layer."
            )
        seen[layer] = arn


def _version(ctx: Context, reference: LayerReference | None, arn: str) -> LayerVersion:
    found = None
    if reference is not None and reference.number is not None:
        if reference.account_id == ctx.store.account_id and reference.region != ctx.store.region:
            raise InvalidParameterValueException(
                "Layers are not in the same region as the function. "
                f"Layers are expected to be in region {ctx.store.region}."
            )
        found = readable_version(ctx, reference, reference.number)
    # Its owner doesn't wait for this account's lock, and may have deleted it just now.
    if found is None or not ctx.holds(found.code):
        raise InvalidParameterValueException(f"Layer version {arn} does not exist.")
    return found
