"""Ids and draws that repeat: every stream of them comes from the mock's seed and the stream's own name."""

from __future__ import annotations

import random
import string

_VERSION_AND_VARIANT_CLEARED = ~((0xF000 << 64) | (0xC000 << 48))
_VERSION_4 = (0x4000 << 64) | (0x8000 << 48)
_LOWER_CASE = string.ascii_lowercase + string.digits
_BITS_OF_A_CHARACTER = 32


class Ids:
    """One stream of ids, drawn from `seed` and `name`: two streams never disturb each other."""

    __slots__ = ("_bits",)

    def __init__(self, seed: int, name: str) -> None:
        self._bits = random.Random(f"{seed}:{name}").getrandbits  # noqa: S311 - repeatable on purpose, no secret

    def uuid(self) -> str:
        """A lower-case UUID of version 4, as AWS uses for request ids and RevisionIds."""
        digits = f"{(self._bits(128) & _VERSION_AND_VARIANT_CLEARED) | _VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def token(self, length: int) -> str:
        """Lower-case letters and digits, as AWS puts into the hosts of function URLs."""
        return "".join(_LOWER_CASE[self._bits(_BITS_OF_A_CHARACTER) % len(_LOWER_CASE)] for _ in range(length))

    def hexadecimal(self, length: int) -> str:
        """Lower-case hexadecimal digits, as AWS puts into the ids of code signing configs."""
        return f"{self._bits(4 * length):0{length}x}"


class Draws:
    """Named streams of numbers from 0 to 1, such as one for the weights of each alias."""

    __slots__ = ("_seed", "_streams")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, random.Random] = {}

    def next(self, name: str) -> float:
        """The next number of the stream `name`."""
        stream = self._streams.get(name)
        if stream is None:
            fresh = random.Random(f"{self._seed}:{name}")  # noqa: S311 - repeatable on purpose, no secret
            stream = self._streams.setdefault(name, fresh)
        return stream.random()
