"""Who is measured: the mock, and moto where it is installed. Each keeps its state while another one has its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any, Protocol

import boto3

from benchmarks.tasks import CALLABLE, ROLE, Task, create, deploy
from lambda_mock import mock_lambda
from lambda_mock.integrations.moto.bridge.seam import functions
from lambda_mock.intercept.botocore import interceptor

OURS, MOTO = "lambda_mock", "moto"
MOTO_IS_HERE = find_spec("moto") is not None
REGION = "us-east-1"


class Contestant(Protocol):
    """Something that answers a client of its own while it is active.

    `prepares` says whether what a task does before its call has to be done.
    """

    name: str
    client: Any
    prepares: bool

    def takes_part_in(self, task: Task, /) -> bool:
        """Whether it can do a task at all."""

    def active(self) -> Any:
        """Its turn, as a context."""


def new_client(region: str = REGION) -> Any:
    """A client with credentials of its own, so that nothing depends on who is active when it is made."""
    return boto3.session.Session().client(
        "lambda", region_name=region, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def create_moto() -> Any:
    """moto, with the backend that its documentation gives for tests without Docker."""
    from moto import mock_aws

    return mock_aws(config={"lambda": {"use_docker": False}})


class Ours:
    """lambda_mock, entered once: a pause takes only the interception off, since a mock entered anew is empty."""

    name = OURS
    prepares = True

    def __init__(self, *, in_process: bool = False) -> None:
        self._in_process = in_process
        self._end = ExitStack()
        mock = self._end.enter_context(mock_lambda(execution="process" if in_process else "inline"))
        self.client = new_client()
        deploy(self.client)
        mock.function(CALLABLE, lambda event, context: {"said": "here"})
        (self._activation,) = interceptor.active()
        (self._functions,) = functions.active()
        self._leave()

    def takes_part_in(self, task: Task) -> bool:
        """There is one for functions that run in processes of their own, and one for all else."""
        return task.in_process == self._in_process

    @contextmanager
    def active(self) -> Iterator[None]:
        """Its turn, with the state of the one before."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def close(self) -> None:
        """End the mock, as leaving it does."""
        self._enter()
        self._end.close()

    def _enter(self) -> None:
        interceptor.enter(self._activation)
        functions.enter(self._functions)

    def _leave(self) -> None:
        functions.leave(self._functions)
        interceptor.leave(self._activation)


class Moto:
    """moto. Without Docker it answers Invoke and runs nothing."""

    name = MOTO
    prepares = True

    def __init__(self) -> None:
        self._mock = create_moto()
        self._mock.start()
        # moto asks its IAM for the role of a function.
        boto3.client("iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument="{}")
        self.client = new_client()
        deploy(self.client)
        create(self.client, CALLABLE)
        self._mock.stop(remove_data=False)

    def takes_part_in(self, task: Task) -> bool:
        """It runs no zip without Docker, and so there is nothing to time."""
        return not task.runs_code or CALLABLE in task.title

    @contextmanager
    def active(self) -> Iterator[None]:
        """Its turn, with the state of the one before."""
        self._mock.start(reset=False)
        try:
            yield
        finally:
            self._mock.stop(remove_data=False)
