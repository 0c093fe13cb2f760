"""Whether all that a test can reach through `from lambda_mock import ...` has a type that every type checker knows.

`pyright --verifytypes` looks at a package of its own that offers just the public names, so that it judges what those
lead to, and not each internal module. Only our own symbols count: what pytest and botocore leave open is theirs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
PUBLIC = "from lambda_mock import *\nfrom lambda_mock import __all__ as __all__\n"
NAME = "lambda_mock_as_seen"


def symbols() -> list[dict[str, object]]:
    """What pyright found, by the names in `lambda_mock.__all__` and from there on."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, NAME)
        package.mkdir()
        (package / "py.typed").touch()
        (package / "__init__.py").write_text(PUBLIC, "utf-8")
        # Which Python it asks for the packages that there are isn't an option with `--verifytypes`.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join([folder, str(SOURCE)])}
        command = [sys.executable, "-m", "pyright", "--verifytypes", NAME, "--outputjson"]
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    found = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    return [symbol for symbol in found if symbol["name"].startswith("lambda_mock.")]


def main() -> int:
    """Say which symbols have no type of their own."""
    found = symbols()
    wrong = [symbol for symbol in found if not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]]
    for symbol in wrong:
        print(symbol["name"], *(problem["message"] for problem in symbol["diagnostics"]), sep="\n    ")
    print(f"{len(found) - len(wrong)} of the {len(found)} symbols that public names lead to have a known type.")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
