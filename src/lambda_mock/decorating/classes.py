"""Decorating test classes: each test runs under a mock of its own, from the first set-up to the last tear-down.

The hooks that the test runner calls are taken over, in the class and in every class below it. Whichever of them the
runner calls first for a test enters the mock; those that it reaches through `super()` find it entered.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from lambda_mock.errors import LambdaMockError

# unittest leaves the hooks out of the traceback of a set-up that fails.
__unittest = True

_FRESH = "_lambda_mock_fresh"
_MOCK = "_lambda_mock"
_STAGE = "_lambda_mock_stage"
_IN_PLACE = "_lambda_mock_hook"
_RUNNING, _LEAVING, _OVER = "running", "leaving", "over"

Hook = Callable[..., Any]
Inner = Callable[[Any], Any]


def is_fixture(value: object) -> bool:
    """Whether `value` is what `@pytest.fixture` made of a function: in pytest 8.4 and up, or before."""
    return hasattr(value, "_fixture_function_marker") or hasattr(value, "_pytestfixturefunction")


def decorate_class(cls: type, fresh: Callable[[], AbstractContextManager[Any]]) -> None:
    """Give each test of `cls` and of its subclasses a mock from `fresh`; a decorated subclass has its own say."""
    is_new = not hasattr(cls, _FRESH)
    setattr(cls, _FRESH, staticmethod(fresh))
    if is_new:
        _take_over(cls)
        _take_over_subclasses_of(cls)


def mock_in(instance: object) -> Any:
    """The mock of the test that `instance` runs, or ran last; None before."""
    return getattr(instance, _MOCK, None)


def _take_over(cls: type) -> None:
    is_unittest = hasattr(cls, "addCleanup")
    for name, member in vars(cls).items():
        if isinstance(member, type) and name.startswith("Test") and not is_unittest:
            raise LambdaMockError(
                f"{cls.__name__} holds the test class {name}, for whose tests pytest would call the set-up of "
                f"{cls.__name__}: move {name} out of it, and decorate both."
            )
    hooks = {"setUp": _set_up} if is_unittest else {"setup_method": _setup_method, "teardown_method": _teardown_method}
    for name, build in hooks.items():
        found = getattr(cls, name, None)
        if is_fixture(found):
            raise LambdaMockError(
                f"{cls.__name__}.{name} is a fixture, but @mock_lambda needs pytest to call a plain method of that "
                "name: give the fixture another one."
            )
        if not hasattr(found, _IN_PLACE):
            hook = build(_what_it_stands_for(cls, name))
            hook.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(hook, _IN_PLACE, True)
            setattr(cls, name, hook)


def _take_over_subclasses_of(cls: Any) -> None:
    own = vars(cls).get("__init_subclass__")

    def __init_subclass__(subclass: Any, /, **kwargs: Any) -> None:  # noqa: N807
        inner = super(cls, subclass).__init_subclass__ if own is None else own.__get__(None, subclass)
        inner(**kwargs)
        _take_over(subclass)

    cls.__init_subclass__ = classmethod(__init_subclass__)


def _what_it_stands_for(cls: type, name: str) -> Inner:
    """How to find, for an instance, what would be called without us: the class's own hook, or an inherited one."""
    own = vars(cls).get(name)
    if own is None:
        return lambda instance: getattr(super(cls, instance), name, None)
    return lambda instance: own.__get__(instance, type(instance))


def _setup_method(inner: Inner) -> Hook:
    def setup_method(self: Any, method: Any = None) -> None:
        __tracebackhide__ = True
        is_first = _enter(self)
        try:
            _call(inner(self), method)
        except BaseException:
            if is_first:  # pytest tears down nothing whose setup failed
                _leave(self)
            raise

    return setup_method


def _teardown_method(inner: Inner) -> Hook:
    def teardown_method(self: Any, method: Any = None) -> None:
        __tracebackhide__ = True
        is_first = getattr(self, _STAGE, _OVER) == _RUNNING
        if is_first:
            setattr(self, _STAGE, _LEAVING)
        try:
            _call(inner(self), method)
        finally:
            if is_first:
                _leave(self)

    return teardown_method


def _set_up(inner: Inner) -> Hook:
    def setUp(self: Any) -> None:
        __tracebackhide__ = True
        if _enter(self):
            self.addCleanup(_leave, self)  # the first one in is the last one out: after tearDown and all other cleanups
        inner(self)()

    return setUp


def _call(hook: Any, method: Any) -> None:
    """Call a hook that may take the test method as its argument, or may not, or may not be there at all."""
    if hook is not None:
        takes_method = hook.__code__.co_argcount > hasattr(hook, "__self__")
        hook(*[method][:takes_method])


def _enter(instance: Any) -> bool:
    """Enter the mock of this test, unless it is entered already."""
    if getattr(instance, _STAGE, _OVER) != _OVER:
        return False
    mock = getattr(type(instance), _FRESH)()
    mock.__enter__()
    setattr(instance, _MOCK, mock)
    setattr(instance, _STAGE, _RUNNING)
    return True


def _leave(instance: Any) -> None:
    """Leave the mock. It stays in the instance, where the report of a failed test finds it."""
    setattr(instance, _STAGE, _OVER)
    getattr(instance, _MOCK).__exit__(None, None, None)
