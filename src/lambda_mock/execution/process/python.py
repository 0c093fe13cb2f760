"""Python in a process: AWS's own runtime client, on a Python of this machine.

A function sees what it sees on Lambda: the standard library, its package, its layers, and the SDK that Lambda's runtime
brings, here the test's own. Nothing else of the test's site-packages is in reach. A folder of links stands for
/var/runtime.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError, warn
from lambda_mock.execution.folders import LAYER_ROOT, TASK_ROOT, Folders
from lambda_mock.execution.process.interpreters import Interpreter, find, own
from lambda_mock.execution.process.launch import Launch, Material

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_CHILD = Path(__file__).parent / "child"
_CLIENT = ("awslambdaric", "simplejson", "snapshot_restore_py")
_COMPILED = "runtime_client"
_SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
_OLDEST = (3, 10)
# Where more than a Python lies, so that not all of it can be taken for Lambda's.
_SHARED_PREFIXES = {"/", "/usr", "/usr/local", "/opt"}


def launch(material: Material) -> Launch:
    """How a function of a python* runtime is started."""
    configuration = material.version.configuration
    runtime = configuration.runtime or ""
    interpreter = _interpreter(runtime.removeprefix("python"))
    folder = material.workshop.shared(f"python{interpreter.version}", partial(_fill, interpreter))
    folders = Folders(material.task, material.layers, runtime)
    search = [TASK_ROOT, *map(folders.on_lambda, folders.search[1:])]
    return Launch(
        # The last argument is the program, before which a wrapper may insert further options.
        command=[interpreter.path, "-S", "-B", str(_CHILD / "bootstrap.py")],
        variables={
            "_LAMBDA_MOCK_KEPT": TASK_ROOT if material.layers is None else f"{TASK_ROOT}:{LAYER_ROOT}",
            "_LAMBDA_MOCK_SEARCH": ":".join(search),
            "LC_CTYPE": "C.UTF-8",  # Python's own doing where there is no en_US.UTF-8, as on Lambda
            "PYTHONPATH": "/var/runtime",
        },
        places=_places(interpreter, folder),
    )


def _places(interpreter: Interpreter, folder: Path) -> list[tuple[str, str]]:
    places = [
        (interpreter.stdlib, f"/var/lang/lib/python{interpreter.version}"),
        (str(folder / "runtime"), "/var/runtime"),
        (str(folder / "lang"), "/var/lang"),
    ]
    if interpreter.prefix not in _SHARED_PREFIXES:
        places.insert(0, (interpreter.prefix, "/var/lang"))
    return places


def _interpreter(wanted: str) -> Interpreter:
    """The Python that the runtime asks for, or the test's own, with a warning."""
    found = find(wanted) if _is_supported(wanted) else None
    if found is None:
        found = own()
        warn(
            f"A function for python{wanted} runs on Python {found.version}, the test's own: "
            + (
                f"no Python {wanted} was found here, neither by pyenv or uv nor on PATH."
                if _is_supported(wanted)
                else "AWS's runtime client needs Python 3.10 or later."
            )
            + f" Give the function the runtime python{found.version} in this test, or install Python {wanted}."
        )
    return found


def _is_supported(version: str) -> bool:
    parts = version.split(".")
    return all(part.isdecimal() for part in parts) and tuple(map(int, parts)) >= _OLDEST


def _fill(interpreter: Interpreter, folder: Path) -> None:
    """Make the folder in place of /var/runtime, and one in place of /var/lang, where PATH leads to this Python."""
    runtime, programs = folder / "runtime", folder / "lang" / "bin"
    runtime.mkdir()
    programs.mkdir(parents=True)
    for name in ("python", "python3", f"python{interpreter.version}"):
        (programs / name).symlink_to(interpreter.path)
    for name in _CLIENT:
        if not _link(name, runtime):
            raise LambdaMockError(
                f"execution='process' runs Python by AWS's own runtime client, and the module {name} of it is not "
                "installed: pip install 'lambda-mock[process]'. Or let the function run in this process, by "
                "execution='inline', or give it a Python callable: mock.override(name, handler)."
            )
    for name in _SDK:
        _link(name, runtime)
    if interpreter.path != own().path or not _link(_COMPILED, runtime):
        (runtime / f"{_COMPILED}.py").symlink_to(_CHILD / f"{_COMPILED}.py")


def _link(name: str, folder: Path) -> bool:
    """Let the folder have the module as the test has it; False where it has none."""
    spec = _spec(name)
    if spec is None:
        return False
    archive = getattr(spec.loader, "archive", None)
    if archive is not None:
        with zipfile.ZipFile(archive) as package:
            inside = [entry for entry in package.namelist() if entry.partition("/")[0] in {name, f"{name}.py"}]
            package.extractall(folder, inside)
        return True
    if spec.submodule_search_locations:
        (folder / name).symlink_to(next(iter(spec.submodule_search_locations)))
    elif spec.origin:
        (folder / os.path.basename(spec.origin)).symlink_to(spec.origin)  # noqa: PTH119
    return True


@functools.cache
def _spec(name: str) -> ModuleSpec | None:
    module = sys.modules.get(name)
    return importlib.util.find_spec(name) if module is None else module.__spec__
