"""Where a function's code comes from: a zip in the request, an object in S3, or an image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.code import S3Object
from lambda_mock.domain.neighbours.images import image_digest
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.operations.registry import Context


_REFERENCE = "REFERENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSource:
    """The members of a request that say where the code is."""

    zip_file: bytes | None = None
    s3_bucket: str | None = None
    s3_key: str | None = None
    s3_object_version: str | None = None
    s3_object_storage_mode: str | None = None
    image_uri: str | None = None

    @classmethod
    def of(cls, code: Mapping[str, Any]) -> CodeSource:
        """The source that the structure `Code` of CreateFunction names."""
        return cls(
            zip_file=code.get("ZipFile"),
            s3_bucket=code.get("S3Bucket"),
            s3_key=code.get("S3Key"),
            s3_object_version=code.get("S3ObjectVersion"),
            s3_object_storage_mode=code.get("S3ObjectStorageMode"),
            image_uri=code.get("ImageUri"),
        )

    def check(self, package_type: str, *, verb: str) -> None:
        """Refuse a source that doesn't fit the package type, none at all, and more than one."""
        if package_type == "Zip" and self.image_uri is not None:
            raise InvalidParameterValueException(
                f"Please don't provide ImageUri when {verb} a function with packageType Zip."
            )
        if package_type == "Image" and self.image_uri is None:
            raise InvalidParameterValueException(
                f"Please provide ImageUri when {verb} a function with packageType Image."
            )
        if self.zip_file is not None and (self.s3_bucket or self.s3_key or self.image_uri):
            raise InvalidParameterValueException(
                "Please do not provide other FunctionCode parameters when providing a ZipFile."
            )
        if self.zip_file is None and self.image_uri is None and not (self.s3_bucket and self.s3_key):
            raise InvalidParameterValueException("Please provide a source for function code.")
        self.check_storage_mode()

    def check_storage_mode(self) -> None:
        """Refuse to refer to what isn't in S3."""
        if self.s3_object_storage_mode == _REFERENCE and not self.s3_bucket:
            raise InvalidParameterValueException(
                "S3ObjectStorageMode REFERENCE is only supported for code in Amazon S3."
            )

    def load_for(self, ctx: Context, function_name: str, signing: CodeSigningConfig | None) -> Code:
        """Fetch and check the code of a function, whose code signing config is `signing`, if it has one.

        A Python callable passes any config: nobody can sign one.
        """
        code = self.load(ctx)
        if signing is not None and ctx.backend.code.callable_of(code) is None:
            signing.check(code.signature, function_name)
        return code

    def load(self, ctx: Context) -> Code:
        """Fetch and check the code. Each of AWS's refusals of a package comes from here.

        The request holds the code, so that it is gone after a request that has come to nothing.
        """
        if self.image_uri is not None:
            digest = image_digest(ctx.backend.neighbours, self.image_uri, ctx.store.region)
            return ctx.backend.code.add_image(self.image_uri, digest)
        if self.zip_file is not None:
            return ctx.hold(ctx.backend.code.add_zip(self.zip_file))
        content = ctx.backend.neighbours.object_in_s3(
            self.s3_bucket or "",
            self.s3_key or "",
            self.s3_object_version,
            account_id=ctx.store.account_id,
            region=ctx.store.region,
        )
        code = ctx.hold(ctx.backend.code.add_zip(content, from_s3=True))
        if self.s3_object_storage_mode != _REFERENCE:
            return code
        # It is kept all the same, since what runs has to be there: the object can't be fetched anew from anywhere.
        return replace(
            code, s3_object=S3Object(bucket=self.s3_bucket or "", key=self.s3_key or "", version=self.s3_object_version)
        )
