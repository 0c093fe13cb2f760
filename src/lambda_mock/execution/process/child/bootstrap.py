"""Starts AWS's runtime client in a process that looks like Lambda's: search path, exit and quit, a read-only package.

Two variables tell it the folders that nobody may change, and those in which modules are looked for. It has no
arguments, and the handler's name from _HANDLER, so that a wrapper finds a command line and variables as on Lambda.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

# What changes files, and which of its arguments are paths.
_WRITING = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _protect(*roots: str) -> None:
    """Let nobody change files below `roots`: they lie on a read-only file system on Lambda, and this is its error."""
    inside = tuple(root + os.sep for root in roots)

    def is_inside(path: Any) -> bool:
        return not isinstance(path, int) and (os.path.abspath(os.fsdecode(path)) + os.sep).startswith(inside)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not flags & _WRITE_FLAGS or path is None:
                return
            touched = [path] if flags & os.O_CREAT or os.path.exists(path) else []
        else:
            touched = [arguments[number] for number in _WRITING.get(event, ())]
        for path in touched:
            if is_inside(path):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(path))

    sys.addaudithook(hook)


def main() -> None:
    """Run the handler, as the program in /var/runtime does."""
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()
    kept = os.environ.pop("_LAMBDA_MOCK_KEPT")
    sys.path[:1] = os.environ.pop("_LAMBDA_MOCK_SEARCH").split(":")

    from awslambdaric import __main__ as runtime
    from awslambdaric import bootstrap

    mine, extract = __file__, bootstrap.extract_traceback
    bootstrap.extract_traceback = lambda trace: [frame for frame in extract(trace) if frame[0] != mine]
    program = os.path.join(os.environ["LAMBDA_RUNTIME_DIR"], "bootstrap.py")
    sys.argv[:] = [program, os.environ["_HANDLER"]]
    sys.modules["__main__"].__file__ = program
    _protect(*kept.split(":"))
    runtime.main(sys.argv)


if __name__ == "__main__":
    main()
