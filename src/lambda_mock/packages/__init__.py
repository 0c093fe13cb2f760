"""Deployment packages, made of what a test has: a folder, a file, or texts by name.

The same input makes the same bytes, and so the same CodeSha256, on every machine and with every Python: nothing in them
depends on dates, owners, the order of a folder or a compression library.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from operator import methodcaller

from lambda_mock.errors import LambdaMockError
from lambda_mock.packages.contents import contents_of
from lambda_mock.packages.zips import zipped

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

Content = str | bytes | os.PathLike[str]
"""What stands for a name of a package: a text or bytes, or a path of a file or a folder."""

Source = str | os.PathLike[str] | Mapping[str, Content]
"""What a package is made of: a path of a folder or a file, or its contents by name."""


def package(source: Source, *, exclude: Iterable[str] = ()) -> bytes:
    """The zip of a function or a layer, as `Code={"ZipFile": ...}` or `Content={"ZipFile": ...}` take it.

    `source` is one of

    - a folder: all that is in it, links followed, but for what `exclude` names, and what is no part of a program:
      `__pycache__` and `*.pyc`, the folders of version control, editors, virtual environments and caches of tools.
    - a file, which becomes the whole package; a `.zip` is one already, and is given as it is.
    - a mapping of names to contents: `{"app.py": "def handler(event, context): ...", "data.bin": b"..."}`. A path as
      content stands for that file, or for all that is in that folder; as `{".": "src"}` it does so at the top. A file
      that is named takes the place of one from a folder.

    `exclude` has patterns such as `"tests"`, `"*.md"` or `"docs/*.txt"`: of names, or of paths within the folder.

    Files keep whether they are executable; of those that a test writes, `bootstrap` is, and what begins with `#!`.
    Nothing is compressed, since compression libraries differ. What can't be packed is a LambdaMockError.
    """
    contents = contents_of(source, exclude)
    return contents if isinstance(contents, bytes) else zipped(contents)
