"""The table of operations: `@operation` puts a function into it, and `Context` is what each of them is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_mock.operations.pages import of_one_list

if TYPE_CHECKING:
    from lambda_mock.domain.backend import Backend
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.executor import Runner

Answer = Mapping[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Context:
    """What an operation may use: the store it works on, everything behind it, and the way to run functions.

    The store is the caller's, or that of another account whose function the caller names and may use. `tags_withheld`
    is why such a caller may not see the tags in an answer, in AWS's words. `trace` is the X-Ray trace header of the
    request, and `headers` are those of the answer that are no members of it. `held` is the code that the request has
    brought. What is in `afterwards` happens when the operation is done, no longer under the store's lock.
    """

    store: Store
    backend: Backend
    runner: Runner
    request_id: str
    tags_withheld: str | None = None
    trace: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    held: list[Code] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def hold(self, code: Code) -> Code:
        """Remember that code which was added is held by this request, and give it."""
        self.held.append(code)
        return code

    def holds(self, code: Code) -> bool:
        """Hold code that somebody else may let go of at any moment; whether it was still there."""
        there = self.backend.code.hold_what_is_there(code)
        if there:
            self.held.append(code)
        return there

    def let_go(self) -> None:
        """Release the code that the request has brought, once its operation is done: what nobody took is gone."""
        for code in self.held:
            self.backend.code.release(code)


_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation that is built: its function, and the names of the parameters that the function takes."""

    name: str
    function: Callable[..., Answer]
    parameters: frozenset[str]
    locked: bool


OPERATIONS: dict[str, Operation] = {}
"""Every operation that is built, by AWS's name."""


def operation(name: str, *, locked: bool = True) -> Callable[[_F], _F]:
    """Enter a function as the operation `name`.

    Its keyword-only parameters are the operation's input members in snake_case. It returns the output members by
    AWS's names, `StatusCode` among them where the status differs from the model's, or raises a ServiceError. It runs
    under the store's lock unless `locked` is False: then it locks for itself, which is for operations that run user
    code.
    """

    def enter(function: _F) -> _F:
        parameters = inspect.signature(function).parameters.values()
        names = frozenset(p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY)
        OPERATIONS[name] = Operation(
            name=name,
            function=of_one_list(name, function) if "marker" in names else function,
            parameters=names,
            locked=locked,
        )
        return function

    return enter
