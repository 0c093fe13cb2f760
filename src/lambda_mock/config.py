"""The mock's configuration: one frozen value, and the words for a wrong one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from operator import methodcaller
from typing import Any, Literal, NoReturn, get_args

from lambda_mock.errors import LambdaMockError
from lambda_mock.limits import LIMITS

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

Lifecycle = Literal["instant", "observed"]
Lane = Literal["fast", "wire"]
AsyncMode = Literal["eager", "manual"]
Execution = Literal["inline", "process"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "lifecycle": get_args(Lifecycle),
    "lane": get_args(Lane),
    "async_mode": get_args(AsyncMode),
    "execution": get_args(Execution),
}
_NUMBERS = ("processes", "records")
_SWITCHES = ("enforce_policies", "identical_code_publishes", "timeouts")
_ACCOUNT_ID = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, kw_only=True)
class MockConfig:
    """How a mock behaves.

    - `region`: where `mock.function` deploys, and where calls go for which no client, variable or profile names one.
    - `account_id`: the account of every caller of whom nothing else is known; 12 digits.
    - `accounts`: access key to account id, for tests with several accounts. A key of 12 digits is an account by itself,
      and one that moto's STS or IAM issued belongs to the account that it was issued for.
    - `seed`: what ids, RevisionIds and weighted routing are drawn from; the same seed repeats them.
    - `lifecycle`: `"instant"`, where a change has settled when the next call arrives, or `"observed"`, where it lasts
      until GetFunction or GetFunctionConfiguration has shown it once.
    - `lane`: `"fast"` answers below botocore's signing and retries where it can, `"wire"` sends every call through
      them.
    - `async_mode`: when functions get events, messages and records: `"eager"`, before the call that brings them has its
      answer, or `"manual"`, when `mock.drain()` is called.
    - `execution`: where zips of Python run: `"inline"`, in the test's process, or `"process"`, each execution
      environment in a process of its own, as Lambda has it. Callables always run in the test's thread.
    - `processes`: how many processes of functions run at once at most; further invocations wait in line.
    - `identical_code_publishes`: whether an UpdateFunctionCode with the same code makes the next publish a new
      version. True is what AWS was recorded doing; False is what its old documentation says.
    - `enforce_policies`: whether events of other services, and requests to function URLs, reach a function only where
      the resource policy of exactly that version or alias allows it, as on AWS. Without it nobody asks the policies.
    - `timeouts`: whether a function is interrupted at its Timeout. With False nothing has a deadline, for debuggers.
    - `records`: how many calls, runs, deliveries and refusals are kept for assertions, of each. Older ones are dropped,
      and an assertion that they could decide says so.
    - `limits`: what an account may have at most, where it differs from AWS's defaults: `{"concurrent_executions": 20}`.
      `lambda_mock.limits.Limits` names them all.
    """

    region: str = "us-east-1"
    account_id: str = "123456789012"
    accounts: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    lifecycle: Lifecycle = "instant"
    lane: Lane = "fast"
    async_mode: AsyncMode = "eager"
    execution: Execution = "inline"
    processes: int = 8
    identical_code_publishes: bool = True
    enforce_policies: bool = False
    timeouts: bool = True
    records: int = 10_000
    limits: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that can't work, naming those that can."""
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                _refuse(name, getattr(self, name), " or ".join(repr(choice) for choice in choices))
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                _refuse(name, getattr(self, name), "True or False")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            _refuse("seed", self.seed, "a whole number")
        for name in _NUMBERS:
            _check_number(name, getattr(self, name))
        region: object = self.region
        if not isinstance(region, str) or not _REGION.fullmatch(region):
            _refuse("region", self.region, "a region's name, such as 'eu-west-1'")
        if not _is_account(self.account_id):
            _refuse("account_id", self.account_id, "a string of 12 digits")
        accounts: object = self.accounts
        if not isinstance(accounts, Mapping) or not all(
            isinstance(key, str) and key and _is_account(account) for key, account in accounts.items()
        ):
            _refuse("accounts", accounts, "access keys with accounts of 12 digits, such as {'AKIAONE': '111111111111'}")
        _check_limits(self.limits)

    def changed(self, changes: Mapping[str, Any]) -> MockConfig:
        """The same configuration with `changes` applied; an unknown name is refused with the nearest known one."""
        for name in changes:
            if name not in OPTIONS:
                raise LambdaMockError(_unknown(name))
        return replace(self, **changes)


OPTIONS: tuple[str, ...] = tuple(option.name for option in fields(MockConfig))
"""The names of all options, as arguments, ini options (`lambda_mock_<name>`) and command line options know them."""


def parse_option(name: str, text: str) -> object:
    """The value of the option `name` as an ini file or a command line writes it."""
    if name in _SWITCHES:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        _refuse(name, text, "true or false")
    if name in {"seed", *_NUMBERS}:
        try:
            return int(text)
        except ValueError:
            _refuse(name, text, "a whole number")
    if name == "accounts":
        pairs = [pair.partition("=") for pair in text.replace(",", " ").split()]
        if not all(key and _is_account(account) for key, _, account in pairs):
            _refuse(name, text, "KEY=ACCOUNT, separated by commas or spaces, each account of 12 digits")
        return {key: account for key, _, account in pairs}
    if name == "limits":
        pairs = [pair.partition("=") for pair in text.replace(",", " ").split()]
        if not all(number.isdecimal() for _, _, number in pairs):
            _refuse(name, text, "NAME=NUMBER, separated by commas or spaces")
        return {limit: int(number) for limit, _, number in pairs}
    return text


def _check_limits(limits: object) -> None:
    if not isinstance(limits, Mapping):
        _refuse("limits", limits, "names with whole numbers, such as {'concurrent_executions': 20}")
    for name, number in limits.items():
        if name not in LIMITS:
            near = difflib.get_close_matches(str(name), LIMITS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise LambdaMockError(f"lambda_mock knows no limit {name!r}.{hint} The limits are {', '.join(LIMITS)}.")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            _refuse(f"limits[{name!r}]", number, "a whole number, at least 0")


def _check_number(name: str, number: object) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        _refuse(name, number, "a whole number, at least 1")


def _is_account(value: object) -> bool:
    return isinstance(value, str) and _ACCOUNT_ID.fullmatch(value) is not None


def _refuse(name: str, value: object, expected: str) -> NoReturn:
    message = f"lambda_mock: {name} must be {expected}, and not {value!r}."
    raise LambdaMockError(message)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, OPTIONS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"lambda_mock has no option {name!r}.{hint} The options are {', '.join(OPTIONS)}."
