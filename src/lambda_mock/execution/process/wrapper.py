"""AWS_LAMBDA_EXEC_WRAPPER: a program of the package or a layer that starts the runtime, given its command line.

A shell starts it, as on Lambda: what is no program at all, but text, runs as a script of that shell there, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_mock.execution.process.launch import Launch, Launcher, Material

VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"

# The words and the statuses are those of Lambda's runtimes.
_SCRIPT = f"""
wrapper="${VARIABLE}"
[ -f "$wrapper" ] || {{ echo "$wrapper: does not exist"; exit 127; }}
[ -x "$wrapper" ] || {{ echo "$wrapper: is not an executable"; exit 126; }}
exec "$wrapper" "$@"
"""


def wrapping(launcher: Launcher) -> Launcher:
    """A launcher that starts the runtime by way of the function's wrapper, where it has one."""

    def launch(material: Material) -> Launch:
        launch = launcher(material)
        if (material.version.configuration.environment or {}).get(VARIABLE):
            launch.command = ["/bin/sh", "-c", _SCRIPT, "/var/runtime/bootstrap", *launch.command]
        return launch

    return launch
