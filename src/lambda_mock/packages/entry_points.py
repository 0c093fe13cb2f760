"""What a package is run by, where the test doesn't say: its runtime, and its handler.

Only what is at the top of the package is looked at, and only where there is one answer it is taken.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import methodcaller

from lambda_mock.errors import LambdaMockError

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_PROGRAM = "bootstrap"
_CUSTOM = "provided.al2023"
_PYTHON, _NODE, _OWN = "Python", "JavaScript", "a bootstrap"
_LANGUAGES = {"python": _PYTHON, "nodejs": _NODE, "provided": _OWN}
_SUFFIXES = {".py": _PYTHON, ".mjs": _NODE, ".js": _NODE, ".cjs": _NODE}
_USUAL_NAMES = {_PYTHON: ("handler", "lambda_handler"), _NODE: ("handler", "lambdaHandler")}
_EXPORTS = (
    r"\bexports\.({name})\s*=",
    r"\bexport\s+(?:const|let|var|async\s+function|function)\s+({name})\b",
    r"\bexport\s*\{{[^}}]*\b({name})\s*(?:,|\}})",
)
_EVENT_AND_CONTEXT = 2


def runtime_of(files: Mapping[str, bytes], handler: str | None, current: str | None, node: Callable[[], str]) -> str:
    """The runtime for what is at the top of a package: the `current` one, if it is of that language.

    Otherwise Python's is that of the test, and JavaScript's that of `node`.
    """
    language = _language(files, handler)
    if current is not None and _language_of_runtime(current) == language:
        return current
    if language == _OWN:
        return _CUSTOM
    return node() if language == _NODE else f"python3.{sys.version_info.minor}"


def handler_of(files: Mapping[str, bytes], runtime: str, current: str | None) -> str:
    """The handler, as Lambda is told it; of several the `current` one. LambdaMockError where there is none, or more."""
    language = _language_of_runtime(runtime)
    if language == _OWN:
        return _PROGRAM
    if language is None:
        raise LambdaMockError(f"what handles events is told by a name for {runtime}: give it as Handler=.")
    modules = {name: text for name, text in sorted(files.items()) if _language_of(name) == language}
    found = [f"{_stem(name)}.{function}" for name, text in modules.items() for function in _handlers(language, text)]
    if current in found or len(found) == 1:
        return current if current in found and current is not None else found[0]
    if found:
        raise LambdaMockError(f"{_listed(found)} may all be the handler. Say which it is: Handler={found[0]!r}.")
    raise LambdaMockError(_nothing_found(language, modules))


def _language(files: Mapping[str, bytes], handler: str | None) -> str:
    module = (handler or "").rpartition(".")[0]
    of_handler = {language for suffix, language in _SUFFIXES.items() if f"{module}{suffix}" in files}
    found = of_handler or ({_OWN} if _PROGRAM in files else {_language_of(name) for name in files} - {None})
    if len(found) == 1:
        (language,) = found
        return str(language)
    if not found:
        raise LambdaMockError(
            "there is no Python, JavaScript or bootstrap at the top of it, so it needs a Runtime= and a Handler=."
        )
    raise LambdaMockError("it has both Python and JavaScript at its top. Say which is run: Runtime='python3.13'.")


def _handlers(language: str, text: bytes) -> list[str]:
    """Those of the usual names that a module has; what it makes itself comes before what it imports."""
    usual = _USUAL_NAMES[language]
    if language == _NODE:
        decoded = text.decode(errors="replace")
        return [name for name in usual if any(re.search(form.format(name=name), decoded) for form in _EXPORTS)]
    tree = _parsed(text)
    made = {name for statement in tree for name in _made_by(statement)}
    imported = {
        alias.asname or alias.name
        for statement in tree
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    }
    return [name for name in usual if name in made] or [name for name in usual if name in imported]


def _made_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id


def _nothing_found(language: str, modules: Mapping[str, bytes]) -> str:
    """What a test is told where nothing has one of the usual names, with what may be meant."""
    usual = " or ".join(_USUAL_NAMES[language])
    where = _listed(modules) if modules else f"no {language} at the top of it"
    text = f"nothing in {where} is called {usual}." if modules else f"there is {where}, in which a handler could be."
    taking_two = [
        f"{_stem(name)}.{function}" for name, content in modules.items() for function in _of_two_arguments(content)
    ]
    example = taking_two[0] if taking_two else "app.main"
    return f"{text} Say what handles events: Handler={example!r}."


def _of_two_arguments(text: bytes) -> Iterator[str]:
    for statement in _parsed(text):
        if isinstance(statement, ast.FunctionDef) and len(statement.args.args) == _EVENT_AND_CONTEXT:
            yield statement.name


def _parsed(text: bytes) -> list[ast.stmt]:
    """The statements of a module; none where it can't be read as Python, which its import will tell better."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return []


def _language_of(name: str) -> str | None:
    return next((language for suffix, language in _SUFFIXES.items() if name.endswith(suffix)), None)


def _language_of_runtime(runtime: str) -> str | None:
    return next((_LANGUAGES[kind] for kind in _LANGUAGES if runtime.startswith(kind)), None)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
