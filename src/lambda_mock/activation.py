"""One activation of a mock: its state, its time, its records, and the parts that work on them, wired together once.

A mock that is entered anew gets a new one, so nothing can be left over from before.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_mock.arrivals import Arrivals
from lambda_mock.deployment import Deployment
from lambda_mock.domain.backend import Backend, Rules
from lambda_mock.domain.callers import Caller, Callers, session_of
from lambda_mock.domain.clock import Clock
from lambda_mock.domain.code import CodeStore
from lambda_mock.domain.ids import Ids
from lambda_mock.domain.links import answer_to, is_link_host, link_in
from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
from lambda_mock.domain.neighbours.objects import LocalObjects
from lambda_mock.execution.lineage import current, end_what_was_given_up, inside
from lambda_mock.execution.log_delivery import LogDelivery
from lambda_mock.execution.post import Post
from lambda_mock.execution.runner import Runner
from lambda_mock.faults import Faults, call_errors
from lambda_mock.integrations.loopback_web import served_by
from lambda_mock.integrations.moto import bridge, cognito, moto_where_active
from lambda_mock.integrations.moto.api_gateway import ApiGateway
from lambda_mock.integrations.moto.callers import issued_by_moto
from lambda_mock.integrations.moto.server import answer_by_moto
from lambda_mock.integrations.moto.stacks import stacks
from lambda_mock.integrations.moto.stacks.state_machines import state_machine
from lambda_mock.integrations.requests import web
from lambda_mock.intercept.botocore import interceptor
from lambda_mock.intercept.credentials import provide
from lambda_mock.intercept.http_endpoint import HttpEndpoint
from lambda_mock.intercept.signatures import signature_of
from lambda_mock.limits import Limits
from lambda_mock.observing import watch_of
from lambda_mock.polling.agenda import Agenda, keep_result
from lambda_mock.polling.kinds import POLLERS
from lambda_mock.polling.poller import Means
from lambda_mock.polling.timetable import Timetable
from lambda_mock.polling.together import Together
from lambda_mock.records import Calls, Invocation, Invocations
from lambda_mock.records.deliveries import Deliveries, Delivery
from lambda_mock.records.refusals import Refusals
from lambda_mock.service import Service
from lambda_mock.stack_host import StackHost
from lambda_mock.wire.lambda_model import members_of, operation_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambda_mock.config import MockConfig
    from lambda_mock.domain.web.messages import WebAnswer, WebRequest
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.post import Letter
    from lambda_mock.loopback.messages import HttpAnswer, HttpRequest
    from lambda_mock.observing import Watch
    from lambda_mock.wire.reply import Exchange, Reply


_Answer = TypeVar("_Answer")
_Member = TypeVar("_Member")

# By their endings: a mapping that is new or switched on may find something to read, or have a function again, and after
# a run there may be room for one that couldn't happen in the midst of it.
_LEADS_TO_POLLING = ("EventSourceMapping", "CreateFunction", "CreateAlias", "Invoke", "InvokeWithResponseStream")

# What calls can be asked for, and nothing else.
_KNOWN_OF_CALLS: dict[str, Any] = {"operations": operation_names, "members": members_of, "errors": call_errors}


class Activation:
    """What a mock is from its beginning to its end, and what the interceptors see of it."""

    watch: Watch | None = None

    def __init__(self, owner: object, config: MockConfig) -> None:
        self.owner = owner
        self.lane = config.lane
        self.clock = Clock()
        self.calls = Calls(**_KNOWN_OF_CALLS, names=self._names, limit=config.records)
        self.invocations = Invocations(names=self._names, limit=config.records)
        self.objects = LocalObjects()
        self.faults = Faults(self.clock.sleep, config.seed)
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
                timeouts=config.timeouts,
            ),
            limits=limits,
            seed=config.seed,
        )
        self.deliveries = Deliveries(names=self._names, limit=config.records)
        self.refusals = Refusals(names=self._names, limit=config.records)
        self._here = threading.local()
        self._deliver_log = LogDelivery(neighbours)
        post = Post(neighbours, self._next_delivery_id, self._record_delivery)
        self.runner = Runner(
            self._code,
            self.clock,
            self._record,
            post,
            self._keep_log,
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
        self._open_to_others(neighbours, post)
        self.deployment = Deployment(self._service, self._code, neighbours.roles)
        self.endpoint = HttpEndpoint(
            answer=self.answer,
            within=self._within,
            others=self._answer_others,
            region=config.region,
            hosts=served_by(self),
        )
        self._entered: list[Callable[[], None]] = []
        self._region, self._seed, self._kept = config.region, config.seed, config.records

    def _open_to_others(self, neighbours: Neighbourhood, post: Post) -> None:
        """Take what other services bring, have queues, streams and schedules read, and time that passes noticed."""
        self.arrivals = Arrivals(self._service, self.refusals, self.clock, self.runner.queue.look)
        self._gateway = ApiGateway(functions=self.arrivals, new_id=self._next_gateway_id, now=self.clock.time)
        means = Means(
            clock=self.clock,
            neighbours=neighbours,
            resolve=self._service.batch_for,
            run=self.runner.run,
            post=post,
            note=keep_result,
        )
        self.agenda = Agenda(self.backend, POLLERS, means)
        self.timetable = Timetable(self.clock, neighbours, self.arrivals)
        self.runner.queue.sources = Together(self.agenda, self.timetable)
        self.clock.on_advance = self.runner.queue.look
        self.runner.breaks = self._breaks

    def begin(self) -> None:
        """Answer from now on, inside whatever is active already."""
        self.watch = watch_of(self)
        if self.watch is not None:
            self._service.on_performed = self.watch.performed
            self._service.on_call = self.watch.hearing(self.calls.append)
        self._entered.append(provide(self._region).take_back)
        cognito.install()
        try:
            self._enter(interceptor.enter, interceptor.leave, self)
            self._enter(web.enter, web.leave, self)
            self._enter(stacks.enter, stacks.leave, self._stacks)
            self._enter(bridge.enter, bridge.leave, self.arrivals)
        except BaseException:
            self.end()
            raise

    def _enter(self, enter: Callable[[_Member], None], leave: Callable[[_Member], None], member: _Member) -> None:
        # It may raise when it is done: a warning, where warnings are errors. Then it is to be left as well.
        self._entered.append(lambda: leave(member))
        enter(member)

    def end(self) -> None:
        """Stop answering, and give back what was borrowed: environment, files, execution environments."""
        while self._entered:
            self._entered.pop()()
        self.runner.close()
        self.endpoint.close()
        self._code.close()

    @cached_property
    def _stacks(self) -> StackHost:
        return StackHost(
            self._service,
            faults=self.faults,
            at_once=self.runner.queue.at_once,
            url=lambda: self.endpoint.url,
            seed=self._seed,
        )

    @cached_property
    def _delivery_ids(self) -> Ids:
        """Drawn from only where something is delivered, and seeding takes its time."""
        return Ids(self._seed, "deliveries")

    @cached_property
    def _gateway_ids(self) -> Ids:
        return Ids(self._seed, "gateway")

    def _names(self) -> dict[str, set[str]]:
        return self.backend.names_ever()

    def _next_gateway_id(self) -> str:
        return self._gateway_ids.uuid()

    def _next_delivery_id(self) -> str:
        return self._delivery_ids.uuid()

    def answer(self, exchange: Exchange) -> Reply:
        """What Lambda answers to one request. A thread of a run that was given up ends here."""
        end_what_was_given_up()
        try:
            if self.watch is None:
                reply = self._service.answer(exchange)
            else:
                reply = self.watch.answer(self._service.answer, exchange)
        finally:
            end_what_was_given_up()
        if exchange.operation.name.endswith(_LEADS_TO_POLLING):
            self.runner.queue.look()
        return reply

    def during(self, call: Callable[[], _Answer]) -> _Answer:
        """Make a call of another service, and handle what that brings to functions."""
        return self.arrivals.during(call)

    def knows(self, host: str) -> bool:
        """Whether a host is of Lambda's code, of a function URL that this mock has given, or of an API in moto."""
        return is_link_host(host) or self.backend.url_hosts.find(host) is not None or self._gateway.knows(host)

    def ask(self, request: WebRequest) -> WebAnswer | None:
        """What a link, a function URL or an API in front of a function answers; None where it isn't this mock's."""
        if is_link_host(request.host):
            found = self._code.download(link_in(request), self.clock.time())
            return None if found is None else answer_to(request, found)
        signature = signature_of(request)
        end_what_was_given_up()
        try:
            access_key = signature.access_key if signature.service == "lambda" else None
            answer = self._service.answer_url(request, access_key, self.arrivals.refused)
            return self._gateway.ask(request) if answer is None else answer
        finally:
            end_what_was_given_up()

    def drain(self) -> Invocations:
        """Handle the events that wait; gives the runs that this made of them."""
        # The runs of a thread are recorded in it; another one that drains as well, or invokes, has its own.
        drained = Invocations(names=self._names, limit=self._kept)
        before = getattr(self._here, "drained", None)
        self._here.drained = drained
        try:
            if self.watch is None:
                self.runner.queue.drain()
            else:
                self.watch.during("mock.drain()", self.runner.queue.drain)
        finally:
            self._here.drained = before
        return drained

    def _within(self, access_key: str | None) -> AbstractContextManager[object]:
        """The run of the function whose access key it is, for the calls that it makes from a process of its own."""
        run = None if access_key is None else self.runner.run_of(access_key)
        return nullcontext() if run is None else inside(run)

    def _answer_others(self, request: HttpRequest, service: str | None) -> HttpAnswer | str:
        """What another service than Lambda answers to another process: where that is a function, in its account."""
        answered = self._stacks.answers.receive(request)
        if answered is not None:
            return answered
        caller = _running()
        account_id = None if caller is None else caller.account_id
        return self.during(lambda: answer_by_moto(request, service, account_id))

    def _breaks(self, request: InvocationRequest) -> str | None:
        """The error with which the test has ordered a run to break down, if it has."""
        version = request.version
        where = {"region": request.region, "account_id": request.account_id}
        return self.faults.meet_run(version.function_name, (request.qualifier, version.version), **where)

    def originals_of(self, run: Invocation) -> Mapping[str, Path]:
        """The files on disk that the package of a run was made of, by their names in it, as far as that is known."""
        store = self.backend.store(run.account_id, run.region)
        with store.lock:
            function = store.functions.get(run.function)
            versions = () if function is None else function.all_versions()
            code = next((each.code for each in versions if each.version == run.version), None)
        return {} if code is None else self._code.originals_of(code)

    def _keep_log(self, run: Run) -> None:
        """Bring a run's log to where it is kept; what that leads to comes of the run."""
        with inside(run):
            self.arrivals.holding(lambda: self._deliver_log(run))

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
        if self.watch is not None:
            self.watch.ran(request, invocation)
        drained: Invocations | None = getattr(self._here, "drained", None)
        if drained is not None and (invocation.invocation_type == "Event" or invocation.source_arn is not None):
            drained.append(invocation)

    def _record_delivery(self, letter: Letter, error: str | None) -> None:
        _, _, _, region, account_id, _, function, qualifier = letter.function_arn.split(":")
        delivery = Delivery(
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
        self.deliveries.append(delivery)
        if self.watch is not None:
            self.watch.delivered(delivery)


def _running() -> Caller | None:
    """The function or state machine that runs here and makes a call, in its role; None where the test itself does."""
    run = current()
    if run is None:
        return state_machine()
    version = run.request.version
    return session_of(version.configuration.role, version.function_name, run.request.account_id)
