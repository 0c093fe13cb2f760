"""Folders that are elsewhere on Lambda: what a function tells of its own is told by Lambda's names for them.

Answers, errors and logs are rewritten on their way out, whatever the runtime. What can't be hidden is what a function
does with the names itself: `/var/task` written out in its code leads nowhere here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable


class Places:
    """Pairs of a folder on this machine and its name on Lambda."""

    __slots__ = ("_pattern", "_real", "_shown", "_wanted")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        given = list(pairs)
        self._shown = {real.encode(): shown.encode() for real, shown in given}
        self._real = {shown: real for real, shown in given}
        longest_first = sorted(self._shown, key=len, reverse=True)
        self._pattern = re.compile(b"(" + b"|".join(map(re.escape, longest_first)) + rb")(?![\w.-])")
        names = sorted(self._real, key=len, reverse=True)
        self._wanted = re.compile(
            r"(?<![\w./-])(" + "|".join(map(re.escape, names)) + r")((?:/[^\s:;,'\"]*)?)(?![\w.-])"
        )

    def on_lambda(self, text: bytes) -> bytes:
        """The text with Lambda's names of these folders."""
        return self._pattern.sub(lambda found: self._shown[found[1]], text)

    def here(self, text: str) -> str:
        """The text with the folders of this machine where it names Lambda's."""
        return self._wanted.sub(lambda found: self._real[found[1]] + found[2], text)

    def here_unless_real(self, text: str) -> str:
        """The same, but for what is of this machine: a test may have a file in its own /tmp in mind, to be written."""
        return self._wanted.sub(
            lambda found: found[0] if self._is_of_this_machine(found) else self.here(found[0]), text
        )

    def _is_of_this_machine(self, found: re.Match[str]) -> bool:
        path, folder = found[0], os.path.dirname(found[0])  # noqa: PTH120
        return bool(found[2]) and (os.path.lexists(path) or (folder not in self._real and os.path.isdir(folder)))  # noqa: PTH112
