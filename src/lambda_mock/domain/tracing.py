"""X-Ray trace headers: which trace an invocation is part of, as its function and its caller are told."""

from __future__ import annotations

import re
import zlib

_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)", re.IGNORECASE)
_SAMPLED = re.compile(r"(?:^|;)\s*Sampled=1(?:;|$)", re.IGNORECASE)


def trace_header(given: str | None, request_id: str, function_arn: str) -> str:
    """The header of an invocation: in the trace of the header that the caller has `given`, else in one of its own.

    As the seed draws request ids, so it draws traces. What begins one isn't sampled; the lineage tells the function.
    """
    digits = request_id.replace("-", "")
    root = _ROOT.search(given or "")
    trace = f"1-{digits[:8]}-{digits[8:]}" if root is None else root[1]
    sampled = int(root is not None and _SAMPLED.search(given or "") is not None)
    lineage = f"{zlib.crc32(function_arn.encode()):08x}"
    return f"Root={trace};Parent={digits[:16]};Sampled={sampled};Lineage=1:{lineage}:0"
