"""`LambdaMockMixin`: a mock for each test of a `unittest.TestCase`, or one for all tests of the class.

It takes over the hooks that test runners call, as the decorator of classes does, so that a subclass that forgets
`super()` has its mock all the same. pytest isn't needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from operator import methodcaller
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.clients import Clients
from lambda_mock.config import MockConfig
from lambda_mock.decorating.classes import decorate_class, mock_in
from lambda_mock.errors import LambdaMockError
from lambda_mock.mock import LambdaMock

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# pytest shows where the test went wrong, and not where that was noticed; so does unittest.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)
__unittest = True

_SHARED = "_lambda_mock_shared"
_CLIENT = "_lambda_mock_client"
_clients = Clients()


class NothingYetError(LambdaMockError, AttributeError):
    """Where there is no mock: for who looks through all attributes of a class, one that isn't there."""


class _Mock:
    """Gives a test its mock, and the class the one that its tests share."""

    def __get__(self, instance: object, owner: type) -> LambdaMock:
        found = getattr(owner, _SHARED, None) or mock_in(instance)
        if not isinstance(found, LambdaMock):
            raise NothingYetError(_nothing_yet(owner, instance))
        return found


class _Client:
    """Lends a client to a test until its last cleanup, or to the class until that of its tests."""

    def __get__(self, instance: Any, owner: Any) -> LambdaClient:
        borrower = owner if instance is None else instance
        kept: LambdaClient | None = vars(borrower).get(_CLIENT)
        if kept is None:
            lent = _clients.lent(borrower.mock_lambda.config.region)
            kept = lent.__enter__()
            setattr(borrower, _CLIENT, kept)
            add_cleanup = owner.addClassCleanup if instance is None else instance.addCleanup
            add_cleanup(_give_back, borrower, lent)
        return kept


class LambdaMockMixin:
    """Gives each test a mock of its own: `class TestOrders(LambdaMockMixin, unittest.TestCase)`.

    It is active from `setUp` to the last cleanup, whether or not a class calls `super().setUp()`. It works with
    IsolatedAsyncioTestCase and with the test cases of frameworks, too; pytest isn't needed, and runs them as well.

    - `self.mock_lambda` is the mock, and `self.lambda_client` a boto3 client of Lambda in its region.
    - `lambda_mock_config`, an attribute of the class, configures it: a mapping of options, or a MockConfig. What a
      class says is added to what its bases say. Options that can't work are a LambdaMockError where the class is made.
    - `lambda_mock_per_class = True` gives all tests of a class one mock, active from `setUpClass` on, where it is
      `cls.mock_lambda`. What a test leaves behind is then there for the next one.
    """

    lambda_mock_config: ClassVar[Mapping[str, Any] | MockConfig] = {}
    lambda_mock_per_class: ClassVar[bool] = False

    mock_lambda: _Mock = _Mock()
    lambda_client: _Client = _Client()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let the class have its mocks, once it is one of tests."""
        super().__init_subclass__(**kwargs)
        config = _config_of(cls)
        if hasattr(cls, "addCleanup"):
            per_class = cls.lambda_mock_per_class
            decorate_class(cls, nullcontext if per_class else lambda: LambdaMock(config))
            if per_class:
                _share(cls, config)


def _config_of(cls: type) -> MockConfig:
    """The options of a class: those of its bases with its own over them."""
    config = MockConfig()
    for base in reversed(cls.__mro__):
        given = vars(base).get("lambda_mock_config", {})
        if isinstance(given, MockConfig):
            config = given
        elif isinstance(given, Mapping):
            config = config.changed(given)
        else:
            raise LambdaMockError(
                f"{base.__name__}.lambda_mock_config is a mapping of options or a MockConfig, and not {given!r}."
            )
    return config


def _share(cls: Any, config: MockConfig) -> None:
    """Let a mock be active from the class's first set-up to its last clean-up."""
    inner = vars(cls).get("setUpClass")

    def setUpClass(owner: Any) -> None:
        __tracebackhide__ = True
        if owner.lambda_mock_per_class and vars(owner).get(_SHARED) is None:
            mock = LambdaMock(config)
            mock.__enter__()
            setattr(owner, _SHARED, mock)
            owner.addClassCleanup(_end, owner)
        set_up = super(cls, owner).setUpClass if inner is None else inner.__get__(None, owner)
        set_up()

    cls.setUpClass = classmethod(setUpClass)


def _give_back(borrower: Any, lent: AbstractContextManager[Any]) -> None:
    delattr(borrower, _CLIENT)
    lent.__exit__(None, None, None)


def _end(owner: Any) -> None:
    mock = vars(owner)[_SHARED]
    delattr(owner, _SHARED)
    mock.__exit__(None, None, None)


def _nothing_yet(owner: type, instance: object) -> str:
    if instance is None and not getattr(owner, "lambda_mock_per_class", False):
        return (
            f"{owner.__name__} has a mock for each test, and none for the class. Set lambda_mock_per_class = True to "
            "share one, or arrange things in setUp, with self.mock_lambda."
        )
    return f"{owner.__name__} has its mock while its tests run, from its set-up to the last cleanup, and not outside."
