"""How much code an account holds in a region. Every version counts in full, also where several share their code."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_mock.errors import CodeStorageExceededException
from lambda_mock.limits import AWS_DEFAULTS


@dataclass(slots=True)
class CodeStorage:
    """Bytes in use, and the limit of the account."""

    used: int = 0
    limit: int = AWS_DEFAULTS.total_code_size

    def require(self, size: int) -> None:
        """Raise CodeStorageExceededException unless there is room for `size` more bytes."""
        if size > 0 and self.used + size > self.limit:
            raise CodeStorageExceededException("Code storage limit exceeded.")

    def claim(self, size: int) -> None:
        """Take `size` more bytes (fewer where it is negative), or raise CodeStorageExceededException."""
        self.require(size)
        self.used += size

    def release(self, size: int) -> None:
        """Give `size` bytes back."""
        self.used -= size
