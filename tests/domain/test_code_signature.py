"""What is read out of the file that AWS Signer puts into a package."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from lambda_mock.domain.code_signature import ENTRY, Signature, signature_of

PROFILE = "arn:aws:signer:eu-central-1:123456789012:/signing-profiles/shop/AbCdEf1234"
LONG_PROFILE = f"arn:aws:signer:eu-central-1:123456789012:/signing-profiles/{'s' * 64}/AbCdEf1234"
JOB = "arn:aws:signer:eu-central-1:123456789012:/signing-jobs/00000000-0000-4000-8000-000000000000"


def package(entry: bytes, name: str = ENTRY) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
        archive.writestr(name, entry)
    return content.getvalue()


def der_text(text: str) -> bytes:
    """A UTF8String, which the tag of the next SEQUENCE, a zero in ASCII, follows without a gap."""
    length = bytes([len(text)]) if len(text) < 0x80 else bytes([0x81, len(text)])
    return b"\x31\x00\x0c" + length + text.encode() + b"\x30\x0b\x06\x09"


def pem(der: bytes) -> bytes:
    return b"-----BEGIN PKCS7-----\n" + base64.encodebytes(der) + b"-----END PKCS7-----\n"


@pytest.mark.parametrize("profile", [PROFILE, LONG_PROFILE], ids=["a short length", "a long length"])
def test_a_pkcs7_message_names_job_and_profile(profile: str) -> None:
    message = pem(b"\x30\x80" + der_text(JOB) + der_text(profile))
    assert signature_of(package(message)) == Signature(profile_version_arn=profile, job_arn=JOB)


@pytest.mark.parametrize("text", [f"{PROFILE}\n{JOB}\n", f"{JOB} {PROFILE}"])
def test_plain_text_names_job_and_profile_in_any_order(text: str) -> None:
    assert signature_of(package(text.encode())) == Signature(profile_version_arn=PROFILE, job_arn=JOB)


@pytest.mark.parametrize(
    "entry",
    [b"", b"\xff\xfe", JOB.encode(), pem(b"\x30\x80"), b"-----BEGIN PKCS7-----\n=a\n-----END PKCS7-----"],
    ids=["empty", "no text", "a job only", "no ARNs", "no base64"],
)
def test_a_file_that_names_no_profile_is_no_signature(entry: bytes) -> None:
    assert signature_of(package(entry)) is None


def test_a_package_without_the_file_has_no_signature() -> None:
    assert signature_of(package(PROFILE.encode(), "META-INF/MANIFEST.MF")) is None


def test_the_name_alone_is_no_signature() -> None:
    assert signature_of(package(PROFILE.encode(), f"{ENTRY}.bak")) is None


def test_a_file_that_can_not_be_read_is_no_signature() -> None:
    content = bytearray(package(PROFILE.encode()))
    start = content.index(ENTRY.encode()) + len(ENTRY)
    content[start : start + 8] = b"\xff" * 8
    assert signature_of(bytes(content)) is None
