"""What the option for the report brings into a run: a part that watches, and one that writes, the latter just once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lambda_mock.reporting.gathering import Gathering
from lambda_mock.reporting.writing import Writing

if TYPE_CHECKING:
    import pytest


def begin(config: pytest.Config, on_command_line: str | None, in_ini_file: str) -> None:
    """Watch, and write the page: a path on the command line is relative to where pytest was called.

    One in the ini file is relative to the folder of that file.
    """
    gathering = Gathering()
    config.pluginmanager.register(gathering, "lambda_mock_page_gathering")
    if not hasattr(config, "workerinput"):
        folder, name = config.invocation_params.dir, on_command_line
        if name is None:
            folder, name = config.inipath.parent if config.inipath else config.rootpath, in_ini_file
        path = folder / Path(name).expanduser()
        config.pluginmanager.register(Writing(path, config, gathering), "lambda_mock_page_writing")
