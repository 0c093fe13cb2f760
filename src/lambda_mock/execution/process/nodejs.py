"""Node.js in a process: a bootstrap of ours on the `node` that PATH finds, with AWS's options and variables.

Which version runs a function is the machine's choice, as it is for every other JavaScript tool of a project; one that
differs from the runtime's is named in a warning. The SDK that Lambda's runtime brings is the project's own, where it
has one.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError, warn
from lambda_mock.execution.process.launch import Launch, Material

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_mock.domain.configuration import Configuration

_CHILD = Path(__file__).parent / "node"
_OLDEST = (18, 0)
_PROBE = "process.version + '\\n' + process.execPath"
_PATIENCE = 20.0
_SDK_2, _SDK_3 = ("aws-sdk",), ("@aws-sdk", "@smithy", "@aws-crypto", "@aws")
_LAST_WITH_SDK_2 = 16
# An experimental feature that Lambda's runtimes switch off: the option, the last runtimes that do, and the first
# versions of Node.js that know it, each up to the next major one.
_REQUIRE_OF_ES_MODULES = ("require-module", frozenset({16, 18, 20, 22}), ((20, 17), (22, 0)))
_DETECTION_OF_ES_MODULES = ("detect-module", frozenset({16, 18, 22}), ((20, 10), (21, 1), (22, 0)))

_NODE_PATH = "/opt/nodejs/node{}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task"

Version = tuple[int, ...]


def launch(material: Material) -> Launch:
    """How a function of a nodejs* runtime is started."""
    configuration = material.version.configuration
    generation = int("".join(re.findall(r"\d+", configuration.runtime or "")) or 0)
    node, version = _node(material.version.function_name, generation)
    folder = material.workshop.shared(f"nodejs{generation}", partial(_fill, node, generation))
    runtime, programs = folder / "runtime", folder / "lang" / "bin"
    options = [*_switched_off(configuration, generation, version), *_memory(configuration.memory_size)]
    return Launch(
        command=[
            str(programs / "node"), "--expose-gc", "--max-http-header-size=81920", *options,
            str(runtime / "bootstrap.mjs"),
        ],
        variables={"NODE_PATH": _NODE_PATH.format(generation)},
        places=[(str(runtime), "/var/runtime"), (str(folder / "lang"), "/var/lang")],
    )  # fmt: skip


def runtime_here() -> str | None:
    """The runtime that has the version of Node.js which PATH finds; None where it finds none that works."""
    path = shutil.which("node")
    version = () if path is None else _asked(path)[1]
    return f"nodejs{version[0]}.x" if version else None


def _node(name: str, generation: int) -> tuple[str, Version]:
    """The Node.js of this machine and its version, with a warning where it isn't the one of the runtime."""
    path = shutil.which("node")
    if path is None:
        raise LambdaMockError(_impossible(name, generation, "PATH finds no node here"))
    program, version = _asked(path)
    if version < _OLDEST:
        found = "version " + ".".join(map(str, version)) if version else "one that doesn't work"
        raise LambdaMockError(_impossible(name, generation, f"{path} is {found}, and 18 or later is needed"))
    if version[0] != generation:
        warn(
            f"{name} is made for nodejs{generation}.x and runs on Node.js {'.'.join(map(str, version))}, the one that "
            f"PATH finds. Where the difference matters, put Node.js {generation} first in PATH."
        )
    return program, version


def _impossible(name: str, generation: int, reason: str) -> str:
    return (
        f"{name} can't run here: it is made for nodejs{generation}.x, and {reason}. Install Node.js {generation} (nvm "
        f"and the like put it into PATH), or give the function a Python callable to run instead: "
        f"mock.override({name!r}, handler)."
    )


@functools.cache
def _asked(path: str) -> tuple[str, Version]:
    """Where the Node.js at `path` really is, and its version; () where it doesn't work.

    Version managers put programs of that name into PATH that start the real one, and need the test's own variables.
    """
    try:
        said = subprocess.run(  # noqa: S603  # whatever PATH calls `node`
            [path, "-p", _PROBE], check=True, capture_output=True, text=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return path, ()
    found = re.match(r"v(\d+)\.(\d+)\.(\d+).*\n(.+)\n", said.stdout)
    return (path, ()) if found is None else (found[4], tuple(map(int, found.groups()[:3])))


def _switched_off(configuration: Configuration, generation: int, version: Version) -> Iterator[str]:
    """The options by which Lambda's runtime disables features, but for those that the function's NODE_OPTIONS wants."""
    wanted = (configuration.environment or {}).get("NODE_OPTIONS", "").split()
    for feature, generations, since in (_REQUIRE_OF_ES_MODULES, _DETECTION_OF_ES_MODULES):
        known = any(version[0] == first[0] and version >= first for first in since) or version[0] > since[-1][0]
        if known and generation in generations and f"--experimental-{feature}" not in wanted:
            yield f"--no-experimental-{feature}"


def _memory(size: int) -> Sequence[str]:
    """A tenth of the function's memory is for young objects, the rest for old ones; in MB."""
    young = size // 10
    return [f"--max-semi-space-size={young // 2}", f"--max-old-space-size={size - young}"]


def _fill(node: str, generation: int, folder: Path) -> None:
    """Make a folder in place of /var/runtime, with the SDK, and one of /var/lang, where PATH leads to this Node.js."""
    runtime, programs = folder / "runtime", folder / "lang" / "bin"
    modules = runtime / "node_modules"
    modules.mkdir(parents=True)
    programs.mkdir(parents=True)
    (programs / "node").symlink_to(node)
    for source in _CHILD.glob("*.mjs"):
        shutil.copy(source, runtime)
    here = Path.cwd()
    for name in _SDK_2 if generation <= _LAST_WITH_SDK_2 else _SDK_3:
        found = next((place for place in (here, *here.parents) if (place / "node_modules" / name).is_dir()), None)
        if found is not None:
            (modules / name).symlink_to(found / "node_modules" / name)
