"""AWS Lambda, mocked in process: versions, aliases and errors as AWS answers them, and functions that really run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock import events as events
    from lambda_mock.config import MockConfig as MockConfig
    from lambda_mock.errors import LambdaMockError as LambdaMockError
    from lambda_mock.errors import LambdaMockWarning as LambdaMockWarning
    from lambda_mock.errors import NotBuiltError as NotBuiltError
    from lambda_mock.handler_context import LambdaContext as LambdaContext
    from lambda_mock.matchers import partial as partial
    from lambda_mock.mock import LambdaMock as LambdaMock
    from lambda_mock.mock import current as current
    from lambda_mock.mock import mock_lambda as mock_lambda
    from lambda_mock.packages import package as package
    from lambda_mock.records import Call as Call
    from lambda_mock.records import Invocation as Invocation
    from lambda_mock.records.deliveries import Delivery as Delivery
    from lambda_mock.records.refusals import Refusal as Refusal
    from lambda_mock.unittest_mixin import LambdaMockMixin as LambdaMockMixin

_HOMES = {
    "Call": "lambda_mock.records",
    "Delivery": "lambda_mock.records.deliveries",
    "Invocation": "lambda_mock.records",
    "LambdaContext": "lambda_mock.handler_context",
    "LambdaMock": "lambda_mock.mock",
    "LambdaMockError": "lambda_mock.errors",
    "LambdaMockMixin": "lambda_mock.unittest_mixin",
    "LambdaMockWarning": "lambda_mock.errors",
    "MockConfig": "lambda_mock.config",
    "NotBuiltError": "lambda_mock.errors",
    "Refusal": "lambda_mock.records.refusals",
    "current": "lambda_mock.mock",
    "mock_lambda": "lambda_mock.mock",
    "package": "lambda_mock.packages",
    "partial": "lambda_mock.matchers",
}
_MODULES = ("events",)

__all__ = [
    "Call",
    "Delivery",
    "Invocation",
    "LambdaContext",
    "LambdaMock",
    "LambdaMockError",
    "LambdaMockMixin",
    "LambdaMockWarning",
    "MockConfig",
    "NotBuiltError",
    "Refusal",
    "current",
    "events",
    "mock_lambda",
    "package",
    "partial",
]


if not TYPE_CHECKING:  # pragma: no branch - type checkers are to know which names there are, and which are not

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used, since pytest imports this package also where nothing is mocked.

        There is no `__dir__`: freezegun looks at all that it lists of every module, and would load all of this one.
        """
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        home = _HOMES.get(name)
        if home is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)

        # Looked up each time, since modules may be loaded anew: pytest's `pytester` does so between its runs.
        return getattr(import_module(home), name)
