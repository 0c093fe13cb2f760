"""Writes docs/supported-operations.md from the registry of operations and the model of the installed botocore.

    python docs/generate_supported_operations.py

The page says which botocore it was made with; a test compares the two where the versions are the same.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import botocore
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, StructureShape

import lambda_mock.operations
from lambda_mock.operations.registry import OPERATIONS

PAGE = Path(__file__).with_name("supported-operations.md")
_SOURCE = Path(lambda_mock.operations.__file__).parent

_HEAD = """\
# Supported operations

<!-- Made by docs/generate_supported_operations.py; don't edit. -->

{built} of the {all} operations of Lambda in botocore {botocore} are built. An operation that isn't, and a member that
isn't, raises `NotBuiltError` when a test uses it.

## Built

| operation | members not built yet |
|---|---|
"""
_TAIL = """
## Not built yet

"""


def page() -> str:
    """The text of the page for what is installed here."""
    model = ServiceModel(Loader().load_service_model("lambda", "service-2"), "lambda")
    refused = _refused()
    built = [name for name in model.operation_names if name in OPERATIONS]
    missing = [name for name in model.operation_names if name not in OPERATIONS]
    rows = [_row(model.operation_model(name), refused.get(name, ())) for name in built]
    head = _HEAD.format(built=len(built), all=len(model.operation_names), botocore=botocore.__version__)
    return head + "".join(rows) + _TAIL + "".join(f"- {name}\n" for name in missing)


def _row(operation: OperationModel, refused: tuple[str, ...]) -> str:
    unknown = _unknown(operation.input_shape, OPERATIONS[operation.name].parameters)
    members = ", ".join(f"`{member}`" for member in (*refused, *unknown))
    return f"| {operation.name} | {members} |\n"


def _unknown(shape: StructureShape | None, known: frozenset[str]) -> list[str]:
    spelt = {parameter.replace("_", "") for parameter in known}
    return [member for member in (shape.members if shape else ()) if member.lower() not in spelt]


def _refused() -> Mapping[str, tuple[str, ...]]:
    """The members that an operation hands to `refuse`, read from its source, since only a call would tell otherwise."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(_SOURCE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refuse":
                operation = node.args[0]
                if isinstance(operation, ast.Constant):
                    found[str(operation.value)] = tuple(str(keyword.arg) for keyword in node.keywords)
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
