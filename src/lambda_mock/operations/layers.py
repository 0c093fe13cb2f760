"""Layers: publishing, reading, listing and deleting their versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.layer import Layer, layer_reference
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException
from lambda_mock.operations.answers import signature, timestamp
from lambda_mock.operations.layer_access import check_number, named_layer, own_layer, readable_version
from lambda_mock.operations.pages import key_of, number_of, page
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.source import CodeSource

if TYPE_CHECKING:
    from lambda_mock.domain.layer import LayerReference, LayerVersion

PAGE_LIMIT = 50


@operation("PublishLayerVersion")
def publish_layer_version(
    ctx: Context,
    *,
    layer_name: str,
    content: Mapping[str, Any],
    description: str = "",
    compatible_architectures: Sequence[str] | None = None,
    compatible_runtimes: Sequence[str] | None = None,
    license_info: str | None = None,
) -> Answer:
    """Make the next version of a layer, and the layer with its first one. Identical content is a new version, too."""
    reference = named_layer(ctx, layer_name)
    layer = own_layer(ctx, reference, "PublishLayerVersion")
    if reference.region != ctx.store.region:
        raise _not_found()
    source = CodeSource.of(content)
    _check_source(source)
    code = source.load(ctx)
    ctx.store.storage.claim(code.stored)
    ctx.backend.code.hold(code)
    if layer is None:
        layer = ctx.store.layers[reference.name] = Layer(name=reference.name, arn=reference.arn)
    version = layer.publish(
        code=code,
        created=ctx.backend.clock.time(),
        description=description,
        compatible_architectures=None if compatible_architectures is None else tuple(compatible_architectures),
        compatible_runtimes=None if compatible_runtimes is None else tuple(compatible_runtimes),
        license_info=license_info,
    )
    return _described(ctx, reference, version)


def _check_source(source: CodeSource) -> None:
    in_s3 = source.s3_bucket or source.s3_key
    if source.zip_file is not None and in_s3:
        raise InvalidParameterValueException(
            "Please do not provide other LayerVersionContent parameters when providing a ZipFile."
        )
    if source.zip_file is None and not (source.s3_bucket and source.s3_key):
        raise InvalidParameterValueException("Please provide a source for layer content.")
    source.check_storage_mode()


@operation("GetLayerVersion")
def get_layer_version(ctx: Context, *, layer_name: str, version_number: int) -> Answer:
    """A version of a layer, with a link to its content."""
    check_number(version_number)
    return _shown(ctx, named_layer(ctx, layer_name), version_number)


@operation("GetLayerVersionByArn")
def get_layer_version_by_arn(ctx: Context, *, arn: str) -> Answer:
    """The same by the ARN of the version."""
    reference = layer_reference(arn)
    if reference is None or reference.number is None:
        raise _not_found()  # one of AWS's own layers
    check_number(reference.number)
    return _shown(ctx, reference, reference.number)


def _shown(ctx: Context, reference: LayerReference, number: int) -> Mapping[str, Any]:
    version = readable_version(ctx, reference, number)
    if version is None:
        raise _not_found()
    return _described(ctx, reference, version)


def _not_found() -> ResourceNotFoundException:
    return ResourceNotFoundException("The resource you requested does not exist.")


@operation("ListLayerVersions")
def list_layer_versions(
    ctx: Context,
    *,
    layer_name: str,
    compatible_runtime: str | None = None,
    compatible_architecture: str | None = None,
    marker: str | None = None,
    max_items: int = PAGE_LIMIT,
) -> Answer:
    """The versions of a layer that say they are compatible, the newest first; none of a layer that isn't there."""
    layer = own_layer(ctx, named_layer(ctx, layer_name), "ListLayerVersions")
    after = key_of(marker)
    before = None if after is None else number_of(after)
    versions = () if layer is None else layer.newest_first(before)
    entries = (
        (str(version.number), _list_item(version))
        for version in versions
        if version.suits(compatible_runtime, compatible_architecture)
    )
    items, next_marker = page(entries, max_items)
    return {"NextMarker": next_marker, "LayerVersions": items}


@operation("ListLayers")
def list_layers(
    ctx: Context,
    *,
    compatible_runtime: str | None = None,
    compatible_architecture: str | None = None,
    marker: str | None = None,
    max_items: int = PAGE_LIMIT,
) -> Answer:
    """The layers by name, each with its newest version that says it is compatible; a layer without one isn't listed."""
    entries = _matching(ctx, key_of(marker), compatible_runtime, compatible_architecture)
    items, next_marker = page(entries, max_items)
    return {"NextMarker": next_marker, "Layers": items}


def _matching(
    ctx: Context, after: str | None, runtime: str | None, architecture: str | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, layer in ctx.store.layers.after(after):
        newest = next((version for version in layer.newest_first() if version.suits(runtime, architecture)), None)
        if newest is not None:
            yield name, {"LayerName": name, "LayerArn": layer.arn, "LatestMatchingVersion": _list_item(newest)}


@operation("DeleteLayerVersion")
def delete_layer_version(ctx: Context, *, layer_name: str, version_number: int) -> Answer:
    """Delete a version of a layer: functions that use it keep it. One that isn't there is no error."""
    check_number(version_number)
    layer = own_layer(ctx, named_layer(ctx, layer_name), "DeleteLayerVersion", version_number)
    deleted = None if layer is None else layer.delete(version_number)
    if deleted is not None:
        ctx.store.storage.release(deleted.code.stored)
        ctx.backend.code.release(deleted.code)
    return None


def _list_item(version: LayerVersion) -> dict[str, Any]:
    return {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "Description": version.description,
        "CreatedDate": timestamp(version.created),
        "CompatibleArchitectures": version.compatible_architectures,
        "CompatibleRuntimes": version.compatible_runtimes,
        "LicenseInfo": version.license_info,
    }


def _described(ctx: Context, reference: LayerReference, version: LayerVersion) -> Mapping[str, Any]:
    content: dict[str, Any] = {
        "CodeSha256": version.code.sha256,
        "CodeSize": version.code.size,
        **signature(version.code),
    }
    if version.code.s3_object is not None:
        content["ResolvedS3Object"] = version.code.s3_object.members()
    else:
        content["Location"] = ctx.backend.code.link(
            version.code,
            account_id=reference.account_id,
            region=reference.region,
            now=ctx.backend.clock.time(),
            name=reference.name,
            kept_as="layers",
        )
    return {**_list_item(version), "LayerArn": version.layer_arn, "Content": content}
