"""The signature that AWS Signer puts into a package, as far as Lambda shows it: which profile and which job made it.

It is believed. Whether it fits the package, has expired or was revoked isn't checked.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from lambda_mock.domain import archive

ENTRY = "META_INF/aws_signer_signature_v1.0.SF"
"""The file in the package that holds the signature."""

_LONGEST = 1 << 20
_PKCS7 = re.compile(rb"-----BEGIN PKCS7-----(.*?)-----END PKCS7-----", re.DOTALL)
# An ARN in DER: the tag of a UTF8String and its length, in one byte or behind 0x81.
_TEXT_IN_DER = re.compile(rb"\x0c\x81?(.)(?=arn:)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed a package: the version of a signing profile, and the signing job where it is told."""

    profile_version_arn: str
    job_arn: str | None = None


def signature_of(content: bytes) -> Signature | None:
    """The signature in a package, which is a readable zip; None where it has none, or one that names no profile.

    The file is a PKCS #7 message in PEM form, as AWS Signer writes it, or plain text with the two ARNs.
    """
    if ENTRY.encode() not in content:
        return None
    arns = _arns(archive.beginning_of(content, ENTRY, _LONGEST))
    profile = next((arn for arn in arns if ":/signing-profiles/" in arn), None)
    job = next((arn for arn in arns if ":/signing-jobs/" in arn), None)
    return None if profile is None else Signature(profile_version_arn=profile, job_arn=job)


def _arns(entry: bytes) -> list[str]:
    message = _PKCS7.search(entry)
    if message is None:
        return entry.decode(errors="replace").split()
    try:
        der = base64.b64decode(message[1])
    except binascii.Error:
        return []
    return [
        der[found.end() : found.end() + found[1][0]].decode(errors="replace") for found in _TEXT_IN_DER.finditer(der)
    ]
