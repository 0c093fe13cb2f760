"""provided.* in a process: the program `bootstrap` of the package, or of a layer, is the runtime."""

from __future__ import annotations

from lambda_mock.execution.folders import LAYER_ROOT, TASK_ROOT
from lambda_mock.execution.process.launch import Launch, Material

_NAME = "bootstrap"
# What Lambda's own runtimes are given, and what a shell makes in which they start.
_NOT_GIVEN = ("AWS_EXECUTION_ENV", "PWD", "PYTHONPATH", "SHLVL")


def launch(material: Material) -> Launch:
    """How a function of a provided.* runtime is started."""
    for folder, shown in ((material.task, TASK_ROOT), (material.layers, LAYER_ROOT)):
        if folder is not None and (folder / _NAME).is_file():
            return Launch(
                command=[str(folder / _NAME)],
                variables=dict.fromkeys(_NOT_GIVEN),
                entrypoint=f"{shown}/{_NAME}",
            )
    places = f"[{TASK_ROOT}/{_NAME} {LAYER_ROOT}/{_NAME}]"
    return Launch(command=(), fault=f"Couldn't find valid bootstrap(s): {places}")
