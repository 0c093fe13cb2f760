"""What versions take of their account, taken and given back in one step: storage, their code, places on instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_mock.domain.capacity_provider import CapacityProviders
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.domain.code_storage import CodeStorage
    from lambda_mock.domain.version import FunctionVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The account's storage and capacity providers, and the mock's code.

    An exchange of one version for another has two ends, since the old one goes on running until the change has settled:
    `complete` lets go of the old one, `undo` takes all of it back.
    """

    storage: CodeStorage
    contents: CodeStore
    capacity: CapacityProviders

    def take(self, version: FunctionVersion) -> None:
        """Take what a new version needs, or raise CodeStorageExceededException."""
        self.storage.claim(version.code.stored)
        self.contents.hold(*version.codes)
        self.capacity.attach(version)

    def exchange(self, before: FunctionVersion, after: FunctionVersion) -> None:
        """Take what `after` needs beside `before`, in the storage in place of it, or raise the same error."""
        self.storage.claim(after.code.stored - before.code.stored)
        self.contents.hold(*after.codes)
        self.capacity.attach(after)

    def complete(self, before: FunctionVersion, after: FunctionVersion) -> None:
        """End an exchange: nothing runs `before` any more."""
        self.contents.release(*before.codes, of=before.qualified_arn)
        self._leave(before, after)

    def undo(self, before: FunctionVersion, after: FunctionVersion, *, of: str | None = None) -> None:
        """End an exchange that has failed; `of` is the ARN of the version, where environments of `after` may be."""
        self.storage.release(after.code.stored - before.code.stored)
        self.contents.release(*after.codes, of=of)
        self._leave(after, before)

    def cut_short(self, before: FunctionVersion) -> None:
        """Give back what is left of `before` in an exchange that has not ended, as the version goes itself."""
        self.contents.release(*before.codes)
        self.capacity.detach(before)

    def give_back(self, version: FunctionVersion) -> None:
        """Give back everything of a version that is no more."""
        self.storage.release(version.code.stored)
        self.capacity.detach(version)
        self.contents.release(*version.codes, of=version.qualified_arn)

    def _leave(self, gone: FunctionVersion, stays: FunctionVersion) -> None:
        """Give back the place on instances of one of two versions, unless they share it."""
        if gone.configuration.capacity_provider != stays.configuration.capacity_provider:
            self.capacity.detach(gone)
