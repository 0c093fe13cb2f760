"""`mock.deploy`: what is in a folder, as a function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from operator import methodcaller
from typing import TYPE_CHECKING

from lambda_mock.deployment import check_settings
from lambda_mock.errors import LambdaMockError
from lambda_mock.package_deployment import Package

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.deployment import Deployment
    from lambda_mock.domain.store import Store
    from lambda_mock.keywords import FunctionKeywords
    from lambda_mock.packages import Source

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)


class Deploying(ABC):
    """What has functions, and lets packages be deployed as new ones."""

    @abstractmethod
    def _deployment(self) -> Deployment:
        """What creates functions here."""

    @abstractmethod
    def _store(self, region: str | None, account_id: str | None) -> Store:
        """Where the functions of a region and an account are; None is the own one."""

    def deploy(
        self,
        path: bytes | Source,
        name: str,
        *,
        exclude: Iterable[str] = (),
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> str:
        """Create a function whose code is what `path` leads to, or give the existing `$LATEST` of that name new code.

        `path` is a folder, a file, a zip, or anything else that `lambda_mock.package` takes, and so is `exclude`; or
        the bytes of a zip. `configuration` takes the members of CreateFunction by the names that boto3 uses, `Publish`
        included. Without `Handler` it is the one function `handler` or `lambda_handler` in the modules at the top, and
        without `Runtime` the test's own Python; for JavaScript its exported `handler` and the Node.js in PATH. The
        function is deployed in the mock's own region and account unless told otherwise. Gives its ARN. A mistake, and
        whatever AWS refuses, is a LambdaMockError.

        It runs as any zip does: from an unpacked copy, whose version stays as it is when the folder changes. What the
        package doesn't bring is imported from where the test has it. Coverage, tracebacks and breakpoints of Python
        that runs in the test's process are about the files in the folder.
        """
        store = self._store(region, account_id)
        check_settings(name, configuration, "mock.deploy", "what the path leads to")
        return self._deployment().deploy_package(store, name, Package.of(path, name, exclude), configuration)
