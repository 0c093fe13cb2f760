"""`LambdaMock`: one mock, as fixture value, context manager and decorator, and everything it adds to AWS's own API.

It holds no state of its own: that is the activation's, and each entering begins a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from lambda_mock.activation import Activation
from lambda_mock.addresses import address_of
from lambda_mock.config import MockConfig
from lambda_mock.decorating import decorate
from lambda_mock.deploying import Deploying
from lambda_mock.deployment import (
    UNSET,
    Deployment,
    Handler,
    check_layer,
    check_override,
    check_settings,
    handler_from,
    provide_layer,
)
from lambda_mock.description import describe
from lambda_mock.errors import LambdaMockError
from lambda_mock.failing import Failing
from lambda_mock.intercept.botocore import interceptor
from lambda_mock.lasting import Lasting
from lambda_mock.package_deployment import layer_content

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from typing_extensions import Unpack

    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.runner import Override
    from lambda_mock.keywords import ConfigKeywords, FunctionKeywords
    from lambda_mock.packages import Source
    from lambda_mock.records import Calls, Invocation, Invocations
    from lambda_mock.records.deliveries import Deliveries
    from lambda_mock.records.refusals import Refusals

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

F = TypeVar("F", bound=Callable[..., Any])
H = TypeVar("H", bound=Callable[..., Any])


class LambdaMock(Lasting, Deploying, Failing):
    """AWS Lambda, answered in process.

    While it is active (`with`, or a decorated function running) it answers every Lambda call that any botocore client
    of the process makes, and what `requests` asks function URLs. While `mock_aws()` is active as well, what happens in
    moto's services reaches the functions: notifications, messages, records, schedules, stacks.
    """

    def __init__(self, config: MockConfig | None = None) -> None:
        given: object = config
        if not (given is None or isinstance(given, MockConfig)):
            message = f"LambdaMock takes a MockConfig, as in LambdaMock(MockConfig(seed=7)), and not {given!r}."
            raise LambdaMockError(message)
        self.config: MockConfig = config or MockConfig()
        self._activation = Activation(self, self.config)
        self._state: Literal["new", "active", "ended"] = "new"

    @property
    def clock(self) -> Clock:
        """The mock's time: `now()`, `advance(seconds)`, `advance_to(moment)`, `freeze(at=None)`, `resume()`.

        Timestamps, retries, waiters, schedules and what queues and streams wait for follow it.
        """
        return self._activation.clock

    @property
    def calls(self) -> Calls:
        """The API requests that were answered, in order, each attempt of a retried one for itself."""
        return self._activation.calls

    @property
    def invocations(self) -> Invocations:
        """The runs of functions, in the order in which they ended."""
        return self._activation.invocations

    @property
    def deliveries(self) -> Deliveries:
        """What was sent to destinations and dead-letter targets, and what was discarded, in order."""
        return self._activation.deliveries

    @property
    def refusals(self) -> Refusals:
        """What resource policies have kept from functions, in order; with `enforce_policies` only."""
        return self._activation.refusals

    @property
    def endpoint_url(self) -> str:
        """Where other processes find this mock while it is active: a URL for the `endpoint_url` of any SDK's client.

        An HTTP server begins to serve there when it is first asked for; it takes the extra `process`. Every service may
        be asked: others than Lambda are answered by moto, where `mock_aws` is active, and refused where it isn't.
        """
        return self._serving().endpoint.url

    def url_of(self, what: str, qualifier: str | None = None) -> str:
        """Where any client of HTTP, in this process or another, finds what only `requests` is answered at its own host.

        `what` is a function with a URL, or with `qualifier` (or `orders:live`) an alias of it that has one; or any URL
        that the mock has given: a function URL, also with a path, or a download link of code or of a layer. The address
        is one of `endpoint_url`, and good as long as that. The function sees the path without what stands before it.
        """
        return address_of(self._serving(), self.config, what, qualifier)

    # Being active ------------------------------------------------------------------------------------------------

    def __enter__(self) -> LambdaMock:  # noqa: PYI034  # Self is of Python 3.11
        """Answer from now on; a mock that was active before begins anew, and one that is active is refused."""
        if self._state == "active":
            message = "This mock is active already. For a mock inside a mock make another one: `with mock_lambda():`."
            raise LambdaMockError(message)
        if self._state == "ended":
            self._activation = Activation(self, self.config)
        self._activation.begin()
        self._state = "active"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop answering. What was recorded can still be read. A mock that isn't active is refused."""
        if self._state != "active":
            message = "This mock isn't active: it has been left already, or was never entered."
            raise LambdaMockError(message)
        self._state = "ended"
        self._activation.end()

    def __call__(self, target: F) -> F:
        """Decorate a function, coroutine function, generator fixture or test class: a fresh mock for every call."""
        return decorate(target, lambda: LambdaMock(self.config))

    # What AWS has no call for ------------------------------------------------------------------------------------

    @overload
    def function(
        self,
        name: str,
        handler: Handler,
        *,
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> str: ...

    @overload
    def function(
        self,
        name: str,
        *,
        returns: Any,
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> str: ...

    @overload
    def function(
        self,
        name: str,
        *,
        raises: BaseException | type[BaseException],
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> str: ...

    @overload
    def function(
        self,
        name: str,
        *,
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> Callable[[H], H]: ...

    def function(
        self,
        name: str,
        handler: Any = UNSET,
        *,
        returns: Any = UNSET,
        raises: Any = UNSET,
        region: str | None = None,
        account_id: str | None = None,
        **configuration: Unpack[FunctionKeywords],
    ) -> Any:
        """Create a function whose code is a Python callable, or give the existing `$LATEST` of that name new code.

        Give a `handler` of (event, context), or `returns` or `raises` in its place, or none of them to decorate one.
        `configuration` takes the members of CreateFunction by the names that boto3 uses, `Publish` included. The
        function is deployed in the mock's own region and account unless told otherwise. Gives the function's ARN, or
        as a decorator the handler itself. A mistake, and whatever AWS refuses, is a LambdaMockError.
        """
        store = self._store(region, account_id)
        check_settings(name, configuration)
        chosen = handler_from(name, handler, returns, raises)
        if chosen is not None:
            return self._open().deployment.deploy(store, name, chosen, configuration)

        def deploy(decorated: H) -> H:
            self._open().deployment.deploy(store, name, decorated, configuration)
            return decorated

        return deploy

    def override(
        self,
        name: str,
        handler: Handler,
        qualifier: str | None = None,
        *,
        region: str | None = None,
        account_id: str | None = None,
    ) -> Override:
        """Run `handler` in place of whatever is deployed under `name`; the state stays as it is.

        With a `qualifier` only invocations of that version or alias are concerned. The override lasts until the mock
        ends, until its `remove()`, or as long as the `with` block that it is used in.
        """
        store = self._store(region, account_id)
        check_override(name, handler, qualifier)
        if self._activation.watch is not None:
            self._activation.watch.arranged(f"mock.override({name!r}{f', {qualifier!r}' if qualifier else ''})")
        return self._activation.runner.override(store.account_id, store.region, name, qualifier, handler)

    def _originals_of(self, run: Invocation) -> Mapping[str, Path]:
        return self._activation.originals_of(run)

    def s3_object(self, bucket: str, key: str, body: bytes) -> None:
        """Put an object where functions find their code, for tests without moto's S3."""
        self._open().objects.put(bucket, key, body)

    def layer(self, arn: str, content: bytes | Source | None = None) -> None:
        """Let a layer version of another account be there, as a vendor publishes it: everybody may use it.

        `content` is its zip, or what `lambda_mock.package` makes one of, such as a folder's path; without it the layer
        is empty. A version of that ARN that is there already is replaced.
        """
        reference = check_layer(arn)
        activation = self._open()
        store = activation.backend.store(reference.account_id, reference.region)
        provide_layer(store, activation.backend.code, reference, layer_content(content), activation.clock.time())

    def drain(self) -> Invocations:
        """Run every event that waits and every batch that can be read, with what comes of it, until nothing is left.

        With `async_mode="manual"` both wait for this. With `"eager"` only what has to wait for time to pass is left for
        it: retries that would go on until records expire, and windows. All delays pass on the clock. Gives the runs
        that it made of events and batches, in the order in which they ended.
        """
        return self._open().drain()

    def describe(self) -> str:
        """The functions, versions and aliases there are, and what hangs on them, as a picture in text.

        Below it stands what was ordered with `fail` and `fail_transition` and has not happened yet, how many events
        wait for `drain`, or were dropped when the mock ended, and which records and messages wait, and for what.
        """
        activation = self._activation
        return describe(
            activation.backend,
            activation.faults,
            activation.runner.queue.waiting,
            activation.agenda.blocked(),
            activation.timetable.shown(),
            ended=self._state == "ended",
            manual=self.config.async_mode == "manual",
        )

    def __repr__(self) -> str:
        return f"<LambdaMock {self.config.region} {self.config.account_id} {self._state}>"

    def _deployment(self) -> Deployment:
        return self._open().deployment

    def _store(self, region: str | None, account_id: str | None) -> Store:
        asked = {"region": region, "account_id": account_id}
        config = self.config.changed({option: value for option, value in asked.items() if value is not None})
        return self._open().backend.store(config.account_id, config.region)

    def _serving(self) -> Activation:
        """The activation, for whoever wants its endpoint, which there is only while it is active."""
        if self._state != "active":
            message = "This mock isn't active, and has an endpoint only while it is: ask inside `with mock_lambda():`."
            raise LambdaMockError(message)
        return self._activation

    def _open(self) -> Activation:
        """The activation, for whoever arranges something in it: one that has ended is refused."""
        if self._state == "ended":
            message = "This mock has ended: arrange what it should do before it ends, or enter it anew."
            raise LambdaMockError(message)
        return self._activation


@overload
def mock_lambda(target: F, /) -> F: ...


@overload
def mock_lambda(**config: Unpack[ConfigKeywords]) -> LambdaMock: ...


def mock_lambda(target: Any = None, /, **config: Any) -> Any:
    """Mock AWS Lambda: as a decorator, with or without options, or as a context manager.

    The keywords are those of `MockConfig`. A decorated function is given no argument: `current()` is its mock.
    """
    mock = LambdaMock(MockConfig().changed(config))
    return mock if target is None else mock(target)


def active_mocks() -> list[LambdaMock]:
    """Every mock that is active, innermost first."""
    owners = (activation.owner for activation in interceptor.active() if isinstance(activation, Activation))
    return [owner for owner in owners if isinstance(owner, LambdaMock)]


def current() -> LambdaMock:
    """The innermost active mock. With none active: LambdaMockError."""
    active = active_mocks()
    if not active:
        message = "No lambda_mock is active here. Use the fixture mock_lambda, @mock_lambda or `with mock_lambda():`."
        raise LambdaMockError(message)
    return active[0]
