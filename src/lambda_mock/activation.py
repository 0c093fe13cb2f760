"""One activation of a mock: its state, its time, its records, and the parts that work on them, wired together once.

A mock that is entered anew gets a new one, so nothing can be left over from before.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from lambda_mock.arrivals import Arrivals
from lambda_mock.deployment import Deployment
from lambda_mock.domain.backend import Backend, Rules
from lambda_mock.domain.callers import Caller, Callers, session_of
from lambda_mock.domain.clock import Clock
from lambda_mock.domain.code import CodeStore
from lambda_mock.domain.ids import Ids
from lambda_mock.domain.links import Download, is_link
from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
from lambda_mock.domain.neighbours.objects import LocalObjects
from lambda_mock.execution.lineage import current, end_what_was_given_up, inside
from lambda_mock.execution.log_delivery import LogDelivery
from lambda_mock.execution.post import Post
from lambda_mock.execution.runner import Runner
from lambda_mock.faults import Faults
from lambda_mock.integrations.moto import moto_where_active
from lambda_mock.integrations.moto.callers import issued_by_moto
from lambda_mock.integrations.moto.server import answer_by_moto
from lambda_mock.integrations.requests import downloads
from lambda_mock.intercept.botocore import interceptor
from lambda_mock.intercept.credentials import Provision, provide
from lambda_mock.intercept.http_endpoint import HttpEndpoint
from lambda_mock.limits import Limits
from lambda_mock.polling.agenda import Agenda, keep_result
from lambda_mock.polling.kinds import POLLERS
from lambda_mock.polling.poller import Means
from lambda_mock.records import Calls, Invocation, Invocations
from lambda_mock.records.deliveries import Deliveries, Delivery
from lambda_mock.records.refusals import Refusals
from lambda_mock.service import Service
from lambda_mock.wire.lambda_model import operation_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock.config import MockConfig
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.post import Letter
    from lambda_mock.loopback.messages import HttpAnswer, HttpRequest
    from lambda_mock.wire.reply import Exchange, Reply


_Answer = TypeVar("_Answer")

# By their endings: a mapping that is new or switched on may find something to read, and after a run there may be room
# for one that couldn't happen in the midst of it.
_LEADS_TO_POLLING = ("EventSourceMapping", "Invoke", "InvokeWithResponseStream")


class Activation:
    """What a mock is from its beginning to its end, and what the interceptors see of it."""

    def __init__(self, owner: object, config: MockConfig) -> None:
        self.owner = owner
        self.lane = config.lane
        self.clock = Clock()
        self.calls = Calls(operations=operation_names)
        self.invocations = Invocations()
        self.objects = LocalObjects()
        self.faults = Faults()
        limits = Limits(**config.limits)
        self._code = CodeStore(limits)
        neighbours = Neighbourhood(self.objects, moto_where_active)
        self.backend = Backend(
            clock=self.clock,
            code=self._code,
            neighbours=neighbours,
            rules=Rules(
                observed=config.lifecycle == "observed",
                identical_code_publishes=config.identical_code_publishes,
                enforce_policies=config.enforce_policies,
            ),
            limits=limits,
            seed=config.seed,
        )
        self.deliveries = Deliveries()
        self.refusals = Refusals()
        self._here = threading.local()
        post = Post(neighbours, self._next_delivery_id, self._record_delivery)
        self.runner = Runner(
            self._code,
            self.clock,
            self._record,
            post,
            LogDelivery(neighbours),
            manual=config.async_mode == "manual",
            timeouts=config.timeouts,
            execution=config.execution,
            processes=config.processes,
            services=lambda _access_key: self.endpoint.variables({}),
        )
        self._service = Service(
            backend=self.backend,
            runner=self.runner,
            faults=self.faults,
            caller_of=Callers(config.account_id, config.accounts, issued=issued_by_moto, running=_running),
            on_call=self.calls.append,
        )
        self.arrivals = Arrivals(self._service, self.refusals, self.clock, self.runner.queue.look)
        self._begin_polling(neighbours, post)
        self.deployment = Deployment(self._service, self._code, neighbours.roles)
        self.endpoint = HttpEndpoint(
            answer=self.answer, within=self._within, others=self._answer_others, region=config.region
        )
        self._provision: Provision | None = None
        self._region = config.region
        self._seed = config.seed

    def _begin_polling(self, neighbours: Neighbourhood, post: Post) -> None:
        """Have queues and streams of event source mappings read, and time that passes noticed."""
        means = Means(
            clock=self.clock,
            neighbours=neighbours,
            resolve=self._service.batch_for,
            run=self.runner.run,
            post=post,
            note=keep_result,
        )
        self.agenda = self.runner.queue.sources = Agenda(self.backend, POLLERS, means)
        self.clock.on_advance = self.runner.queue.look

    def begin(self) -> None:
        """Answer from now on, inside whatever is active already."""
        self._provision = provide(self._region)
        interceptor.enter(self)
        downloads.enter(self)

    def end(self) -> None:
        """Stop answering, and give back what was borrowed: environment, files, execution environments."""
        downloads.leave(self)
        interceptor.leave(self)
        if self._provision is not None:
            self._provision.take_back()
        self.runner.close()
        self.endpoint.close()
        self._code.close()

    @cached_property
    def _delivery_ids(self) -> Ids:
        """Drawn from only where something is delivered, and seeding takes its time."""
        return Ids(self._seed, "deliveries")

    def _next_delivery_id(self) -> str:
        return self._delivery_ids.uuid()

    def answer(self, exchange: Exchange) -> Reply:
        """What Lambda answers to one request. A thread of a run that was given up ends here."""
        end_what_was_given_up()
        try:
            reply = self._service.answer(exchange)
        finally:
            end_what_was_given_up()
        if exchange.operation.name.endswith(_LEADS_TO_POLLING):
            self.runner.queue.look()
        return reply

    def during(self, call: Callable[[], _Answer]) -> _Answer:
        """Make a call of another service, and handle what that brings to functions."""
        return self.arrivals.during(call)

    def find(self, url: str) -> Download | None:
        """What a link to code answers; None for what isn't a link of this mock. A function URL: NotBuiltError."""
        self.backend.url_hosts.refuse_requests(url)
        return self._code.download(url, self.clock.time()) if is_link(url) else None

    def drain(self) -> Invocations:
        """Handle the events that wait; gives the runs that this made of them."""
        # The runs of a thread are recorded in it; another one that drains as well, or invokes, has its own.
        drained, before = Invocations(), getattr(self._here, "drained", None)
        self._here.drained = drained
        try:
            self.runner.queue.drain()
        finally:
            self._here.drained = before
        return drained

    def _within(self, access_key: str | None) -> AbstractContextManager[object]:
        """The run of the function whose access key it is, for the calls that it makes from a process of its own."""
        run = None if access_key is None else self.runner.run_of(access_key)
        return nullcontext() if run is None else inside(run)

    def _answer_others(self, request: HttpRequest, service: str | None) -> HttpAnswer | str:
        """What another service than Lambda answers to another process: where that is a function, in its account."""
        caller = _running()
        account_id = None if caller is None else caller.account_id
        return self.during(lambda: answer_by_moto(request, service, account_id))

    def _record(self, request: InvocationRequest, result: InvocationResult, attempt: int, begun: float) -> None:
        invocation = Invocation(
            function=request.version.function_name,
            version=request.version.version,
            qualifier=request.qualifier,
            payload=request.payload,
            result=result.payload,
            function_error=result.function_error,
            log=result.log,
            duration=result.duration,
            request_id=request.request_id,
            region=request.region,
            account_id=request.account_id,
            time=begun,
            attempt=attempt,
            invocation_type=request.invocation_type,
            source_arn=request.source_arn,
        )

        self.invocations.append(invocation)
        drained: Invocations | None = getattr(self._here, "drained", None)
        if drained is not None and (invocation.invocation_type == "Event" or invocation.source_arn is not None):
            drained.append(invocation)

    def _record_delivery(self, letter: Letter, error: str | None) -> None:
        _, _, _, region, account_id, _, function, qualifier = letter.function_arn.split(":")
        self.deliveries.append(
            Delivery(
                kind=letter.kind,
                target=letter.to,
                body=letter.body,
                condition=letter.condition,
                error=error,
                function=function,
                qualifier=qualifier,
                region=region,
                account_id=account_id,
                request_id=letter.request_id,
                time=letter.moment,
                attributes={name: value for name, (_, value) in letter.attributes.items()},
            )
        )


def _running() -> Caller | None:
    """The function that is running here and makes a call, in its role; None where the test itself makes it."""
    run = current()
    if run is None:
        return None
    version = run.request.version
    return session_of(version.configuration.role, version.function_name, run.request.account_id)
