"""An account with something of everything that is built, made anew whenever it has changed, and a picture of its state.

The account is filled by the scenarios of tests/test_operations.py, so that what an operation of tomorrow makes is in it
as soon as that operation has its scenario there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import runpy
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock
from lambda_mock.domain.code import CodeStore
from lambda_mock.domain.ids import Draws, Ids
from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.errors import ServiceError
from lambda_mock.operations.registry import OPERATIONS

Step = tuple[str, Mapping[str, Any]]

REGION, ACCOUNT_ID = "us-east-1", "123456789012"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/orders/stream/2026-01-01T00:00:00.000"
_TAKES_AWAY = ("Delete", "Remove", "Untag")
_RECORDS_KEPT = 500
_MISSING = "missing"


class _Absent(dict[str, Any]):
    """What a scenario gets in place of the answer to a call that was refused."""

    def __missing__(self, key: str) -> str:
        return _MISSING


class _Persistent:
    """A client for which being refused is no reason to stop, and which keeps what it did, with how that went."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._operations = client.meta.method_to_api_mapping
        self.calls: list[tuple[str, Mapping[str, Any], bool]] = []

    def __getattr__(self, name: str) -> Any:
        def call(**parameters: Any) -> Any:
            try:
                answer = getattr(self._client, name)(**parameters)
            except ClientError:
                answer = _Absent()
            self.calls.append((self._operations[name], parameters, not isinstance(answer, _Absent)))
            return answer

        return call


class World:
    """Account 123456789012 in us-east-1, a client that checks nothing itself, and the values that are found there.

    `bases` has the scenarios' calls that succeeded, by operation. `found` has every text and number of requests and
    answers so far, by the name of the member that it stood in.
    """

    def __init__(self) -> None:
        session = boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="secret", region_name=REGION)
        self.client = session.client(
            "lambda", config=Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 1})
        )
        self.model: Any = self.client.meta.service_model
        self.found: dict[str, set[Any]] = {}
        self._mock = LambdaMock()
        self._steps = self._rehearsed()
        while len(kept := self._replayed()) < len(self._steps):
            self._steps = kept
        self._look_around()

    @property
    def _backend(self) -> Any:
        return self._mock._activation.backend

    def call(self, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call, less ResponseMetadata."""
        self._untouched = False
        answer: dict[str, Any] = getattr(self.client, xform_name(name))(**parameters)
        return {member: value for member, value in answer.items() if member != "ResponseMetadata"}

    def reads(self, name: str) -> bool:
        """Whether an operation only reads."""
        return bool(self.model.operation_model(name).http["method"] == "GET")

    def changed(self) -> bool:
        """Whether the state is another one than that in which the account was made."""
        self._untouched = self._untouched or state_of(self._backend) == self.known
        return not self._untouched

    def restore(self) -> None:
        """Make the account anew if it has changed, or has seen many calls."""
        if self.changed() or len(self._mock.calls) > _RECORDS_KEPT:
            self._replayed()

    def close(self) -> None:
        self._mock.__exit__(None, None, None)

    def _begin(self) -> None:
        if self._mock._state == "active":
            self.close()
        self._mock.__enter__()
        self._mock.clock.freeze()
        self._mock.clock.advance(2_000_000_000 - self._mock.clock.time())

    def _rehearsed(self) -> list[Step]:
        """The calls by which the account comes to be: what succeeded of all scenarios, less what takes things away."""
        self._begin()
        client = _Persistent(self.client)
        _several_functions(client)
        scenarios = runpy.run_path(str(Path(__file__).parents[1] / "test_operations.py"))["SCENARIOS"]
        for scenario in scenarios.values():
            # An older botocore doesn't know every operation.
            with contextlib.suppress(AttributeError, LookupError, TypeError):
                scenario(client)
        self.bases: dict[str, list[Mapping[str, Any]]] = {}
        for name, parameters, succeeded in client.calls:
            if succeeded:
                self.bases.setdefault(name, []).append(parameters)
        steps: list[Step] = []
        for name, parameters, succeeded in client.calls:
            adds = succeeded and not name.startswith(("Invoke", *_TAKES_AWAY)) and not self.reads(name)
            if adds and (name, parameters) not in steps:
                steps.append((name, _as_sent(parameters)))
        return steps

    def _replayed(self) -> list[Step]:
        """Begin anew and take those steps; which of them succeeded."""
        self._begin()
        succeeded = []
        service = self._mock._activation._service  # below the wire, where it costs a quarter
        for name, parameters in self._steps:
            with contextlib.suppress(ServiceError):
                service.call(name, parameters, region=REGION, account_id=ACCOUNT_ID)
                succeeded.append((name, parameters))
        self.known = state_of(self._backend)
        self._untouched = True
        return succeeded

    def _look_around(self) -> None:
        """Learn the values that there are, by all that can be read without knowing more than a function's name."""
        self._learn("", [parameters for _, parameters in self._steps])
        for name in filter(self.reads, sorted(OPERATIONS.keys() & set(self.model.operation_names))):
            for parameters in ({}, *({"FunctionName": function} for function in sorted(self.found["FunctionName"]))):
                for page in ({}, {"MaxItems": 1}):
                    with contextlib.suppress(ClientError, KeyError):
                        self._learn("", self.call(name, {**parameters, **page}))

    def _learn(self, member: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, part in value.items():
                self._learn(key, part)
        elif isinstance(value, list | tuple):
            for part in value:
                self._learn(member, part)
        elif isinstance(value, str | int) and value != _MISSING:
            self.found.setdefault(member, set()).add(value)


def _as_sent(value: Any) -> Any:
    """A parameter as it comes from the wire."""
    if isinstance(value, Mapping):
        return {key: _as_sent(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_sent(part) for part in value]
    return value.timestamp() if isinstance(value, datetime) else value


def _several_functions(client: Any) -> None:
    """Three functions with versions, a weighted alias, mappings, policies, tags and events' configs."""
    scenarios = runpy.run_path(str(Path(__file__).parents[1] / "test_operations.py"))
    package = scenarios["package"]
    code = {
        "Role": scenarios["ROLE"],
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Code": {"ZipFile": package()},
    }
    for name in ("orders", "bills", "carts"):
        client.create_function(FunctionName=name, Publish=True, Tags={"team": "shop"}, **code)
    client.create_function(
        FunctionName="image", PackageType="Image", Role=code["Role"], Code={"ImageUri": f"{ACCOUNT_ID}.dkr.ecr/shop:1"}
    )
    client.update_function_code(FunctionName="orders", ZipFile=package("handler = print"), Publish=True)
    client.create_alias(FunctionName="orders", Name="next", FunctionVersion="$LATEST")
    client.create_alias(
        FunctionName="orders",
        Name="half",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    client.create_alias(FunctionName="bills", Name="live", FunctionVersion="1")
    client.create_event_source_mapping(FunctionName="bills:live", EventSourceArn=TABLE, StartingPosition="LATEST")
    client.put_function_concurrency(FunctionName="bills", ReservedConcurrentExecutions=0)
    client.put_function_event_invoke_config(FunctionName="orders", Qualifier="half", MaximumRetryAttempts=1)
    for qualifier in ("1", "half"):
        client.add_permission(
            FunctionName="orders",
            Qualifier=qualifier,
            StatementId="sns",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
        )


# The state -------------------------------------------------------------------------------------------------------


def state_of(backend: Any) -> Any:
    """All that a backend keeps, as nested tuples that compare by content.

    It follows the fields of dataclasses, slots and attributes, whatever class they belong to, and leaves out what is no
    state: locks, callables, streams of ids, and memos, which are the fields that a dataclass doesn't compare by.
    """
    return _picture([[store for store in backend.stores() if _holds_anything(store)], backend.code._contents])


# One that nothing ever happens in.
_PRISTINE = LambdaMock()._activation.backend


def _holds_anything(store: Any) -> bool:
    """Whether a store differs from one that was only looked into, which makes it."""
    if (store.account_id, store.region) == (ACCOUNT_ID, REGION):
        return True
    return bool(_picture(store) != _picture(_PRISTINE.store(store.account_id, store.region)))


def _picture(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN or isinstance(value, Enum):
        return value
    if isinstance(value, Mapping | SortedNames):
        entries = value.items() if isinstance(value, Mapping) else value.after(None)
        return [(_picture(key), _picture(part)) for key, part in entries]
    if isinstance(value, list | tuple):
        return [_picture(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted((_picture(part) for part in value), key=repr)
    if kind.__module__.partition(".")[0] != "lambda_mock" or kind in _NO_STATE or callable(value):
        return None
    return kind.__name__, [(name, _picture(getattr(value, name, None))) for name in _names(kind, value)]


# When a version was last invoked is kept of an invocation that was refused, too: somebody has asked for it.
_KEPT_OF_REFUSALS = frozenset({("Function", "used")})
_PLAIN = frozenset({type(None), str, int, float, bool, bytes})
# The packages are pictured once, and not with everything that can reach them.
_NO_STATE = frozenset({CodeStore, Draws, Ids})
_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type, value: Any) -> tuple[str, ...]:
    """Where an object of ours keeps what it is made of."""
    if kind not in _NAMES:
        if dataclasses.is_dataclass(kind):
            _NAMES[kind] = tuple(
                field.name
                for field in dataclasses.fields(kind)
                if field.compare and (kind.__name__, field.name) not in _KEPT_OF_REFUSALS
            )
        else:
            slots = [slot for base in kind.__mro__ for slot in base.__dict__.get("__slots__", ())]
            _NAMES[kind] = tuple(sorted(slots))
    attributes = getattr(value, "__dict__", None) if not dataclasses.is_dataclass(kind) else None
    return _NAMES[kind] if attributes is None else (*_NAMES[kind], *sorted(attributes))


# Not for the session: an active mock is there for everybody.
@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()
