"""Any sequence of releases, promotions, rollbacks and deletions, against a model of what versions and aliases are."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lambda_mock import LambdaMock

NAMES = st.sampled_from(["live", "beta", "old"])
WEIGHTS = st.sampled_from([0.0, 0.5, 1.0])


@dataclass
class Alias:
    version: int
    other: int | None = None
    weight: float = 0.0

    def targets(self) -> set[int]:
        """The versions that an invocation may run."""
        if self.other is None or self.weight == 0.0:
            return {self.version}
        return {self.other} if self.weight == 1.0 else {self.version, self.other}


@dataclass
class Model:
    """What a function is: what `$LATEST` and each version return, and which alias points where."""

    latest: int = 0
    changed: bool = True
    last_number: int = 0
    versions: dict[int, int] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)

    def publish(self) -> int:
        if self.changed or self.last_number not in self.versions:
            self.last_number += 1
            self.versions[self.last_number] = self.latest
            self.changed = False
        return self.last_number


class Releases(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.mock = LambdaMock().__enter__()
        self.client = CLIENT
        self.model = Model()
        self.deploy()

    def teardown(self) -> None:
        if hasattr(self, "mock"):
            self.mock.__exit__(None, None, None)

    def deploy(self) -> None:
        value = self.model.latest
        self.mock.function("shop", lambda event, context: value)

    def refused(self, code: str) -> Any:
        return pytest.raises(ClientError, match=code)

    def expectation(self, code: str | None) -> Any:
        return contextlib.nullcontext() if code is None else self.refused(code)

    @rule(value=st.integers(0, 99))
    def update(self, value: int) -> None:
        self.model.latest = value
        self.model.changed = True
        self.deploy()

    @rule()
    def publish(self) -> None:
        assert int(self.client.publish_version(FunctionName="shop")["Version"]) == self.model.publish()

    @precondition(lambda self: self.model.last_number)
    @rule(data=st.data())
    def delete_version(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, self.model.last_number))
        needed = any(number in {alias.version, alias.other} for alias in self.model.aliases.values())
        with self.expectation("ResourceConflictException" if needed else None):
            self.client.delete_function(FunctionName="shop", Qualifier=str(number))
        if not needed:
            self.model.versions.pop(number, None)

    @precondition(lambda self: self.model.last_number)
    @rule(name=NAMES, data=st.data())
    def create_alias(self, name: str, data: st.DataObject) -> None:
        version = data.draw(st.integers(1, self.model.last_number))
        code = "ResourceNotFoundException" if version not in self.model.versions else None
        code = "ResourceConflictException" if name in self.model.aliases else code
        with self.expectation(code):
            self.client.create_alias(FunctionName="shop", Name=name, FunctionVersion=str(version))
        if code is None:
            self.model.aliases[name] = Alias(version)

    @precondition(lambda self: self.model.aliases)
    @rule(weight=WEIGHTS, data=st.data())
    def shift(self, weight: float, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.aliases)))
        alias = self.model.aliases[name]
        other = data.draw(st.integers(1, self.model.last_number))
        code = "ResourceNotFoundException" if other not in self.model.versions else None
        code = "InvalidParameterValueException" if other == alias.version else code
        with self.expectation(code):
            self.client.update_alias(
                FunctionName="shop", Name=name, RoutingConfig={"AdditionalVersionWeights": {str(other): weight}}
            )
        if code is None:
            self.model.aliases[name] = Alias(alias.version, other, weight)

    @precondition(lambda self: self.model.aliases)
    @rule(data=st.data())
    def promote(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.aliases)))
        version = data.draw(st.sampled_from(sorted(self.model.versions)))
        self.client.update_alias(
            FunctionName="shop", Name=name, FunctionVersion=str(version), RoutingConfig={"AdditionalVersionWeights": {}}
        )
        self.model.aliases[name] = Alias(version)

    @rule(name=NAMES)
    def delete_alias(self, name: str) -> None:
        self.client.delete_alias(FunctionName="shop", Name=name)
        self.model.aliases.pop(name, None)

    @rule()
    def delete_and_create_anew(self) -> None:
        self.client.delete_function(FunctionName="shop")
        self.model = Model(latest=self.model.latest, last_number=self.model.last_number)
        self.deploy()

    @invariant()
    def versions_run_what_they_were_published_with(self) -> None:
        if hasattr(self, "mock"):
            listed = self.client.list_versions_by_function(FunctionName="shop")["Versions"]
            assert [item["Version"] for item in listed] == ["$LATEST", *map(str, self.model.versions)]
            for number, value in self.model.versions.items():
                assert self.run(str(number)) == (str(number), value)

    @invariant()
    def aliases_run_what_they_point_to(self) -> None:
        if hasattr(self, "mock"):
            listed = self.client.list_aliases(FunctionName="shop")["Aliases"]
            assert [item["Name"] for item in listed] == sorted(self.model.aliases)
            for name, alias in self.model.aliases.items():
                executed, value = self.run(name)
                assert int(executed) in alias.targets()
                assert value == self.model.versions[int(executed)]

    def run(self, qualifier: str) -> tuple[str, Any]:
        answer = self.client.invoke(FunctionName="shop", Qualifier=qualifier)
        return answer["ExecutedVersion"], json.loads(answer["Payload"].read())


CLIENT = boto3.client("lambda", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
TestReleases = Releases.TestCase
TestReleases.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
