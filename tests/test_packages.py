"""`lambda_mock.package`: deployment packages of folders, files and texts."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lambda_mock import LambdaMockError, package


def made(folder: Path, *files: str) -> Path:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n")
    return folder


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def executables(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [entry.filename for entry in archive.infolist() if entry.external_attr >> 16 & 0o111]


def refused(source: Any, complaint: str, **options: Any) -> None:
    with pytest.raises(LambdaMockError, match=f"^{re.escape(complaint)}"):
        package(source, **options)


# The same bytes everywhere -------------------------------------------------------------------------------------------


def test_the_same_input_makes_the_same_bytes_on_every_machine_and_every_python() -> None:
    content = package({"app.py": "def handler(event, context):\n    return 'größer'\n", "é/data.bin": b"\0\1"})
    assert base64.b64encode(hashlib.sha256(content).digest()).decode() == "api10t1ghRabGq5taBS07fZjdJa2S0iqW35wcimh7D0="
    assert content == package({"é/data.bin": b"\0\1", "app.py": "def handler(event, context):\n    return 'größer'\n"})


def test_a_folder_and_the_same_texts_make_the_same_bytes(tmp_path: Path) -> None:
    made(tmp_path, "b.py", "a.py", "lib/c.py")
    (tmp_path / "a.py").chmod(0o600)
    os.utime(tmp_path / "b.py", (1, 1))
    assert package(tmp_path) == package({name: f"# {name}\n" for name in ("a.py", "b.py", "lib/c.py")})
    assert package(str(tmp_path)) == package(tmp_path)


def test_what_is_in_a_package_depends_on_nothing_but_its_files() -> None:
    with zipfile.ZipFile(io.BytesIO(package({"b.txt": "b", "a.txt": "a"}))) as archive:
        found = [
            (e.filename, e.date_time, e.create_system, oct(e.external_attr >> 16), e.extra, e.compress_type)
            for e in archive.infolist()
        ]
    rest = ((1980, 1, 1, 0, 0, 0), 3, "0o100644", b"", zipfile.ZIP_STORED)
    assert found == [("a.txt", *rest), ("b.txt", *rest)]


# What comes into it --------------------------------------------------------------------------------------------------


def test_a_folder_is_packed_without_what_is_no_part_of_a_program(tmp_path: Path) -> None:
    made(tmp_path, "app.py", "lib/prices.json", ".env", "node_modules/x/index.js")
    made(tmp_path, "__pycache__/app.pyc", "lib/old.pyc", ".git/HEAD", ".venv/bin/python", ".DS_Store", ".idea/x")
    made(tmp_path, "my-environment/pyvenv.cfg", "my-environment/lib/x.py", "lib/pyvenv.cfg.txt")
    assert names(package(tmp_path)) == [
        ".env", "app.py", "lib/prices.json", "lib/pyvenv.cfg.txt", "node_modules/x/index.js",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["tests"], ["app.py", "docs/a.md", "docs/a.txt", "lib/a.md"]),
        (["*.md"], ["app.py", "docs/a.txt", "lib/tests", "tests/test_app.py"]),
        (["docs/*.md"], ["app.py", "docs/a.txt", "lib/a.md", "lib/tests", "tests/test_app.py"]),
        (("./docs", "tests/"), ["app.py", "lib/a.md", "lib/tests"]),
        ({"t*", "*.md", "docs"}, ["app.py"]),
    ],
)
def test_patterns_leave_names_and_paths_out(tmp_path: Path, patterns: Any, left: list[str]) -> None:
    made(tmp_path, "app.py", "docs/a.md", "docs/a.txt", "lib/a.md", "lib/tests", "tests/test_app.py")
    assert names(package(tmp_path, exclude=patterns)) == left
    assert names(package({".": tmp_path}, exclude=patterns)) == left


def test_a_single_file_is_the_whole_package(tmp_path: Path) -> None:
    assert package(made(tmp_path, "app.py") / "app.py") == package({"app.py": "# app.py\n"})


def test_a_zip_is_a_package_already(tmp_path: Path) -> None:
    path = tmp_path / "orders.ZIP"
    path.write_bytes(b"whatever it is")
    assert package(path) == b"whatever it is"


def test_a_mapping_may_name_files_and_folders_by_their_paths(tmp_path: Path) -> None:
    made(tmp_path, "src/app.py", "src/config.json", "shared/money.py", "LICENSE.txt", "shared/__pycache__/money.pyc")
    content = package({
        "config.json": "{}",
        ".": str(tmp_path / "src"),
        "lib/shared": tmp_path / "shared",
        "LICENSE": tmp_path / "LICENSE.txt",
    })  # fmt: skip
    assert names(content) == ["LICENSE", "app.py", "config.json", "lib/shared/money.py"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("config.json") == b"{}"
        assert archive.read("LICENSE") == b"# LICENSE.txt\n"


def test_links_are_followed(tmp_path: Path) -> None:
    made(tmp_path, "shared/money.py", "orders/app.py", "orders/lib/x.py")
    (tmp_path / "orders" / "shared").symlink_to("../shared")
    (tmp_path / "orders" / "again").symlink_to("lib")
    (tmp_path / "orders" / "main.py").symlink_to("app.py")
    assert package(tmp_path / "orders") == package(
        {
            "again/x.py": "# orders/lib/x.py\n",
            "app.py": "# orders/app.py\n",
            "lib/x.py": "# orders/lib/x.py\n",
            "main.py": "# orders/app.py\n",
            "shared/money.py": "# shared/money.py\n",
        }
    )


def test_files_keep_whether_they_are_executable(tmp_path: Path) -> None:
    made(tmp_path, "bootstrap", "run.sh", "data.txt")
    (tmp_path / "run.sh").chmod(0o711)
    assert executables(package(tmp_path)) == ["run.sh"]


def test_of_what_a_test_writes_programs_are_executable() -> None:
    content = package({"bootstrap": "", "bin/run": b"#!/bin/sh\n", "lib/bootstrap": "", "app.py": "# !"})
    assert executables(content) == ["bin/run", "bootstrap"]


# What can't be packed ------------------------------------------------------------------------------------------------


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("nothing")
    here = str(Path.cwd())
    refused("src", f"There is no folder and no file 'src' to pack, seen from {here!r}.")
    refused("", f"There is no folder and no file '' to pack, seen from {here!r}.")
    refused(Path("link"), f"There is no folder and no file 'link' to pack, seen from {here!r}. It is a link that leads")
    refused({"app.py": Path("app.py")}, "There is no folder and no file 'app.py' to pack")
    refused({".": "src"}, "There is no folder and no file 'src' to pack")


def test_source_without_a_name_is_refused() -> None:
    refused("def handler(event, context):\n    pass\n", "A text stands for a path here. Source is given with a name: ")


@pytest.mark.parametrize("source", [None, 7, b"PK", ["app.py"]])
def test_what_is_neither_a_path_nor_a_mapping_is_refused(source: Any) -> None:
    refused(
        source, "A package is made of a path, or of a mapping such as {'app.py': 'def handler(event, context): ...'}"
    )


def test_what_is_shown_of_a_refused_value_is_short() -> None:
    with pytest.raises(LambdaMockError) as refusal:
        package(b"x" * 1000)  # type: ignore[arg-type]
    assert str(refusal.value).endswith("and not of b'" + 58 * "x" + "….")


def test_an_empty_package_is_refused(tmp_path: Path) -> None:
    made(tmp_path, "__pycache__/app.pyc")
    refused({}, "A package has at least one file, and the mapping has none.")
    refused(tmp_path, f"A package has at least one file, and the folder {str(tmp_path)!r} has none to pack.")
    refused({"lib": tmp_path}, "A package has at least one file, and the folders of the mapping have none to pack.")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/app.py", "names are relative, seen from the top of the package"),
        ("C:/app.py", "names are relative, seen from the top of the package"),
        ("../app.py", "it names a file below the top of the package, without . and .. and empty parts"),
        ("lib/../app.py", "it names a file below the top of the package"),
        ("./app.py", "it names a file below the top of the package"),
        ("..", "it names a file below the top of the package"),
        ("lib//app.py", "it names a file below the top of the package"),
        ("lib/", "it names a file below the top of the package"),
        ("lib\\app.py", "folders in it are separated by /"),
        ("a\0b", "some of its characters are no text"),
        ("\ud800", "some of its characters are no text"),
    ],
)
def test_a_name_that_no_file_of_a_package_has_is_refused(name: str, why: str) -> None:
    refused({name: ""}, f"{name!r} can't be the name of a file in a package: {why}")


@pytest.mark.parametrize("name", ["", 7, None])
def test_what_is_no_name_is_refused(name: Any) -> None:
    refused({name: ""}, f"A file of a package has a name such as 'app.py', and not {name!r}.")


def test_a_file_at_the_top_has_a_name(tmp_path: Path) -> None:
    refused({".": made(tmp_path, "app.py") / "app.py"}, "'.' can't be the name of a file in a package: it names a file")


def test_content_that_is_no_text_is_refused() -> None:
    refused({"a.txt": 7}, "The content of 'a.txt' is a text, bytes or a path, and not 7.")
    refused(
        {"a.json": {"a": 1}}, "The content of 'a.json' is a text, bytes or a path, and not {'a': 1}. Of a dict, json.d"
    )
    refused({"a.txt": "\ud800"}, "The content of 'a.txt' is no text that can be written: 'utf-8' codec can't encode")


def test_one_name_for_a_file_and_a_folder_is_refused() -> None:
    refused(
        {"lib/deep/app.py": "", "lib": ""}, "'lib' is a file of the package, and 'lib/deep/app.py' is to lie in it."
    )


def test_links_without_an_end_are_refused(tmp_path: Path) -> None:
    made(tmp_path, "lib/app.py")
    (tmp_path / "lib" / "up").symlink_to("..")
    up = str(tmp_path / "lib" / "up")
    refused(
        tmp_path, f"{up!r} is a link to a folder that it lies in, and has no end. Name it in exclude=, or take it away"
    )
    assert names(package(tmp_path, exclude=["up"])) == ["lib/app.py"]


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    made(tmp_path, "app.py")
    (tmp_path / "link").symlink_to("nothing")
    refused(
        tmp_path, f"{str(tmp_path / 'link')!r} is a link that leads nowhere, and can't be packed. Name it in exclude="
    )
    (tmp_path / "link").unlink()
    os.mkfifo(tmp_path / "pipe")
    refused(
        tmp_path, f"{str(tmp_path / 'pipe')!r} is neither a file nor a folder, and can't be packed. Name it in excl"
    )


def test_what_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    made(tmp_path, "app.py")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", denied)
        refused(tmp_path, f"{str(tmp_path / 'app.py')!r} can't be read: Permission denied.")
    monkeypatch.setattr(Path, "iterdir", denied)
    refused(tmp_path, f"The folder {str(tmp_path)!r} can't be read: Permission denied.")


@pytest.mark.parametrize("exclude", ["*.md", 7, [7], [""]])
def test_patterns_are_a_list_of_texts(tmp_path: Path, exclude: Any) -> None:
    complaint = f"exclude= is a list of patterns, such as ['tests', '*.md'], and not {exclude!r}."
    refused(made(tmp_path, "app.py"), complaint, exclude=exclude)


def test_of_a_single_file_nothing_can_be_left_out(tmp_path: Path) -> None:
    path = made(tmp_path, "app.py") / "app.py"
    refused(path, f"exclude= leaves files of a folder out, and {str(path)!r} is a single file.", exclude=["tests"])


def test_nor_of_a_mapping_without_folders(tmp_path: Path) -> None:
    refused({"app.py": ""}, "exclude= leaves files of a folder out, and the mapping has no folder.", exclude=["tests"])
    assert names(package({"lib": made(tmp_path, "app.py", "tests")}, exclude=["tests"])) == ["lib/app.py"]
