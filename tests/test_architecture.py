"""The house rules, kept by reading the source: who may import whom, how long things may be, which words are out.

An import under `TYPE_CHECKING` or inside a function counts like any other, but in `__init__` and `pytest_plugin`, where
only what runs at import counts.
"""

from __future__ import annotations

import ast
import graphlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "lambda_mock"

# What the mock is made of; together they see everything, so that nothing below needs to.
TOP = (
    "mock activation addresses arrivals decorating deploying deployment description failing lasting ordering "
    "package_deployment stack_host"
)

BELOW = (
    "errors names limits config keywords packages patching matchers records faults domain events wire execution "
    "operations polling service loopback intercept integrations observing"
)

LAYERS: dict[str, tuple[str, str]] = {
    # layer: (ours, of third parties); a name stands for the module and all below it
    "__init__": ("", ""),
    "errors": ("", ""),
    "names": ("", ""),
    "limits": ("", ""),
    "config": ("errors limits", ""),
    "keywords": ("config", ""),
    "matchers": ("errors", ""),
    "records": ("errors names matchers records", "typing_extensions"),
    "faults": ("errors names", ""),
    "packages": ("errors packages", ""),
    "handler_context": ("config errors domain execution.context", "typing_extensions"),
    "clients": ("", "boto3 botocore"),
    "patching": ("errors", "wrapt"),
    "domain": ("errors limits domain", ""),
    "events": ("errors domain.arn domain.web.messages events", ""),
    "wire": ("errors wire", "botocore"),
    "execution": ("errors domain events execution", "awslambdaric h11"),
    "operations": ("errors domain events execution.executor operations", ""),
    "polling": (
        (
            "errors domain events polling execution.executor execution.lineage execution.post execution.destinations "
            "execution.sources"
        ),
        "",
    ),
    "service": ("errors records faults domain wire operations execution.executor", ""),
    "loopback": ("loopback", "h11"),
    "intercept": ("errors wire patching loopback intercept", "botocore wrapt"),
    "integrations": (
        "errors domain events patching loopback integrations",
        "boto3 botocore moto requests responses urllib3 wrapt",
    ),
    **dict.fromkeys(
        TOP.split(),
        (
            f"{TOP} {BELOW}",
            "boto3 botocore requests typing_extensions wrapt",
        ),
    ),
    "unittest_mixin": ("clients config decorating errors mock", "mypy_boto3_lambda"),
    "plugin_options": ("config errors", ""),
    "plugin_checks": ("config errors plugin_options", ""),
    "story": ("records", ""),
    "section_colours": ("", ""),
    "report_sections": ("section_colours", ""),
    "attendance": ("errors mock observing", ""),
    "failure_report": ("config errors mock plugin_options report_sections story", ""),
    "observing": ("records wire execution.executor", ""),
    "reporting": (
        (
            "errors names domain records wire execution.executor execution.lineage activation mock observing "
            "report_sections reporting"
        ),
        "jinja2 pytest",
    ),
    "assertion_texts": ("matchers records", ""),
    "pytest_plugin": ("", "pytest"),
}
LAZY = {"__init__", "pytest_plugin"}
HEAVY = {
    *("awslambdaric", "boto3", "botocore", "flask", "h11", "jinja2"),
    *("moto", "requests", "responses", "urllib3", "wrapt"),
}
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "misc", "util", "utils"}
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
MEAN_LINES_OF_A_FUNCTION = 15


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module of the package; `name` is relative to it: `domain.store`, `domain` for `domain/__init__.py`."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]

    def imports(self) -> Iterator[str]:
        """Full names of the modules that it imports; `from package import module` is an import of the module."""
        nodes = _run_at_import(self.tree) if self.layer in LAZY else ast.walk(self.tree)
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}:{node.lineno}: write the import in full"
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    yield full if full.removeprefix("lambda_mock.") in MODULES else str(node.module)

    def imports_of_ours(self) -> set[str]:
        names = {name for name in self.imports() if name.partition(".")[0] == "lambda_mock"}
        return {name.partition(".")[2] or "__init__" for name in names}


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _run_at_import(child)


def _read() -> dict[str, Module]:
    modules = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        modules[name] = Module(name=name, path=path, tree=ast.parse(path.read_text("utf-8")))
    return modules


MODULES = _read()


def _is_below(name: str, allowed: str) -> bool:
    return any(name == entry or name.startswith(f"{entry}.") for entry in allowed.split())


def test_every_module_has_a_row_in_the_table_of_layers() -> None:
    assert {module.layer for module in MODULES.values()} <= set(LAYERS)


def test_a_layer_imports_only_what_its_row_allows() -> None:
    broken = [
        f"{module.name} imports {name}"
        for module in MODULES.values()
        for name in sorted(module.imports_of_ours())
        if not _is_below(name, LAYERS[module.layer][0])
    ]
    assert broken == []


def test_a_layer_imports_only_the_libraries_that_its_row_names() -> None:
    broken = [
        f"{module.name} imports {name}"
        for module in MODULES.values()
        for name in sorted({name.partition(".")[0] for name in module.imports()} - sys.stdlib_module_names)
        if name not in {"lambda_mock", *LAYERS[module.layer][1].split()}
    ]
    assert broken == []


def test_an_operation_imports_no_other_operation() -> None:
    operations = {
        module.name
        for module in MODULES.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("operation(") for decorator in node.decorator_list)
    }
    broken = [
        f"{module.name} imports {name}"
        for module in MODULES.values()
        if module.layer == "operations" and module.name != "operations"
        for name in sorted(module.imports_of_ours() & {*operations, "operations"})
    ]
    assert operations, "no module declares an operation: does this test still know the decorator?"
    assert broken == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module.name: module.imports_of_ours() for module in MODULES.values()}
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_no_file_is_too_long_to_read_in_one_go() -> None:
    lengths = {module.name: len(module.path.read_text("utf-8").splitlines()) for module in MODULES.values()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{module.name}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}
    assert sum(lengths.values()) / len(lengths) < MEAN_LINES_OF_A_FUNCTION


def test_modules_are_named_for_what_they_are_for() -> None:
    assert [name for name in MODULES if NAMES_THAT_SAY_NOTHING & set(name.split("."))] == []


def test_every_module_opens_with_what_it_is_for() -> None:
    assert [module.name for module in MODULES.values() if not ast.get_docstring(module.tree)] == []


def test_loading_the_plugin_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "test_empty.py").touch()
    script = (
        "import sys, pytest; pytest.main(['--collect-only', '-q', '-p', 'lambda_mock.pytest_plugin']);"
        "print('imported:', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    imported = set(done.stdout.rpartition("imported:")[2].split())
    assert "lambda_mock" in imported, done.stdout + done.stderr
    assert imported & HEAVY == set()


def test_pre_commit_checks_with_the_versions_of_the_dev_extra() -> None:
    pinned = dict(re.findall(r'"([\w-]+)(?:\[\w+\])?==([\w.]+)"', (ROOT / "pyproject.toml").read_text("utf-8")))
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    stubs = {name: version for name, version in pinned.items() if name not in {"mypy", "pyright", "ruff"}}
    tools = dict(re.findall(r"/(?:mirrors-)?(\w+)(?:-pre-commit|-python)?\n +rev: v([\w.]+)", hooks))
    assert tools == {name: pinned[name] for name in ("mypy", "pyright", "ruff")}
    assert dict(re.findall(r"- ([\w-]+)(?:\[\w+\])?==([\w.]+)", hooks)) == stubs
