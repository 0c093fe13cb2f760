"""Decorating functions and classes with a mock: whatever kind of function it is, it keeps its kind and its arguments.

`fresh` stands for the mock everywhere: it gives a new context manager each time, and nothing else is known of it. The
wrappers hold it in a local variable, where the report of a failed test finds it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from lambda_mock.decorating.classes import decorate_class, is_fixture
from lambda_mock.errors import LambdaMockError

F = TypeVar("F")
Fresh = Callable[[], AbstractContextManager[Any]]
Wrap = Callable[[Any, Fresh], Callable[..., Any]]


def decorate(target: F, fresh: Fresh) -> F:
    """Let `target` run under a mock of its own each time; nothing is injected.

    It may be a function, a coroutine function, a generator function of either kind (a fixture below `@pytest.fixture`),
    or a test class, every test of which gets its own mock. Anything else is a LambdaMockError.
    """
    if isinstance(target, type):
        decorate_class(target, fresh)
        return target
    if not is_fixture(target):
        for is_one, wrap in _KINDS:
            if is_one(target):
                return cast("F", functools.wraps(cast("Any", target))(wrap(target, fresh)))
    raise LambdaMockError(_refusal(target))


def _refusal(target: object) -> str:
    if is_fixture(target):
        return (
            "@mock_lambda stands above @pytest.fixture, where pytest would never run it. Swap the two: @pytest.fixture "
            "comes first, then @mock_lambda, then the function."
        )
    if isinstance(target, (staticmethod, classmethod)):
        return f"@mock_lambda stands above @{type(target).__name__}. Swap the two: it decorates the function itself."
    return (
        f"@mock_lambda decorates functions, generator functions of fixtures, and test classes, and not {target!r}. "
        "Options are given by name, as in mock_lambda(region='eu-west-1')."
    )


def _wrap_function(target: Callable[..., Any], fresh: Fresh) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        mock = fresh()
        with mock:
            return target(*args, **kwargs)

    return function


def _wrap_coroutine(target: Callable[..., Any], fresh: Fresh) -> Callable[..., Any]:
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        mock = fresh()
        with mock:
            return await target(*args, **kwargs)

    return coroutine


def _wrap_generator(target: Callable[..., Any], fresh: Fresh) -> Callable[..., Any]:
    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        __tracebackhide__ = True
        mock = fresh()
        with mock:
            return (yield from target(*args, **kwargs))

    return generator


def _wrap_async_generator(target: Callable[..., Any], fresh: Fresh) -> Callable[..., Any]:
    async def generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        __tracebackhide__ = True
        mock = fresh()
        with mock:
            inner = target(*args, **kwargs)
            step = inner.__anext__()
            while True:  # what `yield from` does; there is none for these
                try:
                    value = await step
                except StopAsyncIteration:
                    return
                try:
                    sent = yield value
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as error:  # noqa: BLE001  # it is the inner one's to judge
                    step = inner.athrow(error)
                else:
                    step = inner.asend(sent)

    return generator


_KINDS: tuple[tuple[Callable[[object], bool], Wrap], ...] = (
    (inspect.isasyncgenfunction, _wrap_async_generator),
    (inspect.iscoroutinefunction, _wrap_coroutine),
    (inspect.isgeneratorfunction, _wrap_generator),
    (inspect.isfunction, _wrap_function),
    (inspect.ismethod, _wrap_function),
)
