"""Layers under a function that runs: where its modules are looked for, which of two wins, and whose they are."""

from __future__ import annotations

import io
import sys
import types
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.domain.layer import LayerVersion
from lambda_mock.errors import ServiceError

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from tests.execution.conftest import Lambda

IMPORTS = "import shared\ndef handler(event, context): return shared.word\n"
SITE_PACKAGES = "python/lib/python3.12/site-packages"


def layer(aws: Lambda, files: dict[str, str]) -> LayerVersion:
    """A layer version with these files."""
    aws.serial += 1
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:libraries"
    return LayerVersion(layer_arn=arn, number=aws.serial, code=aws.code.add_zip(archive(files)), created=0.0)


def archive(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    return content.getvalue()


def function(aws: Lambda, code: dict[str, str] | str, *layers: dict[str, str], **settings: Any) -> FunctionVersion:
    """A function with layers of these files."""
    return aws.of_zip(code, layers=tuple(layer(aws, files) for files in layers), **settings)


def module(text: str, name: str = "shared", folder: str = "python") -> dict[str, str]:
    return {f"{folder}/{name}.py": f"word = {text!r}\n"}


# Where modules are found -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("folder", ["python", SITE_PACKAGES])
def test_a_module_is_found_in_a_layer(aws: Lambda, folder: str) -> None:
    assert aws.answer(function(aws, IMPORTS, module("of a layer", folder=folder))) == "of a layer"


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("folder", ["", "lib", "python/lib/python3.11/site-packages", "nodejs/node_modules"])
def test_a_module_is_not_found_elsewhere_in_a_layer(aws: Lambda, folder: str) -> None:
    error = aws.error(function(aws, IMPORTS, module("of a layer", folder=folder)))
    assert error["errorMessage"] == "Unable to import module 'handler': No module named 'shared'"


def test_site_packages_are_those_of_the_functions_runtime(aws: Lambda) -> None:
    files = {
        **module("older", folder="python/lib/python3.11/site-packages"),
        **module("newer", folder="python/lib/python3.13/site-packages"),
    }
    words = [aws.answer(function(aws, IMPORTS, files, runtime=f"python{minor}")) for minor in ("3.11", "3.13")]
    assert words == ["older", "newer"]


def test_the_package_wins_over_site_packages_and_they_over_python(aws: Lambda) -> None:
    files = {
        **module("python", "a"), **module("python", "b"), **module("python", "c"),
        **module("site-packages", "a", SITE_PACKAGES), **module("site-packages", "b", SITE_PACKAGES),
    }  # fmt: skip
    code = {
        "handler.py": "import a, b, c\ndef handler(event, context): return [a.word, b.word, c.word]\n",
        **module("task", "a", "."),
    }
    assert aws.answer(function(aws, code, files)) == ["task", "site-packages", "python"]


def test_the_import_path_begins_as_lambdas_does(aws: Lambda) -> None:
    code = "import os, sys\ndef handler(event, context): return [os.environ['LAMBDA_TASK_ROOT'], *sys.path[:3]]\n"
    files = {**module("x"), **module("y", folder=SITE_PACKAGES)}
    task, first, second, third = aws.answer(function(aws, code, files))
    assert first == task
    assert second == f"{third}/lib/python3.12/site-packages"
    assert Path(third).name == "python"


def test_a_handler_may_come_from_a_layer(aws: Lambda) -> None:
    files = {"python/wrapper.py": "import app\ndef handler(event, context): return ['wrapped', app.answer]\n"}
    assert aws.answer(function(aws, {"app.py": "answer = 1\n"}, files, handler="wrapper.handler")) == ["wrapped", 1]


def test_a_package_of_a_layer_is_loaded_with_what_is_in_it(aws: Lambda) -> None:
    files = {"python/pkg/__init__.py": "", "python/pkg/part.py": "from . import data\nword = data.word\n",
             "python/pkg/data.py": "word = 'deep'\n"}  # fmt: skip
    code = "def handler(event, context):\n    from pkg.part import word\n    return word\n"
    assert aws.answer(function(aws, code, files)) == "deep"


def test_a_layer_without_python_is_no_harm(aws: Lambda) -> None:
    assert aws.answer(function(aws, "def handler(event, context): return 1\n", {"bin/tool": "#!/bin/sh\n"})) == 1


# Several layers --------------------------------------------------------------------------------------------------


def test_a_later_layer_wins_over_an_earlier_one(aws: Lambda) -> None:
    first, second = layer(aws, module("first")), layer(aws, module("second"))
    orders = [aws.of_zip(IMPORTS, layers=order) for order in ((first, second), (second, first))]
    assert [aws.answer(version) for version in orders] == ["second", "first"]


def test_files_of_several_layers_come_together_in_one_package(aws: Lambda) -> None:
    code = "from pkg import a, b\ndef handler(event, context): return [a.word, b.word]\n"
    layers = [module("first", "a", "python/pkg"), module("second", "b", "python/pkg")]
    assert aws.answer(function(aws, code, *layers)) == ["first", "second"]


def test_a_module_that_ran_from_one_layer_does_not_run_in_place_of_anothers(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sources have one size and may have one time, by which Python knows its compiled modules."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    first, second = layer(aws, module("1")), layer(aws, module("2"))
    words = [aws.answer(aws.of_zip(IMPORTS, layers=layers)) for layers in ((first,), (first, second), (second, first))]
    assert words == ["1", "2", "1"]


# Whose the modules are -------------------------------------------------------------------------------------------


def test_two_functions_have_each_its_own_version_of_a_layer(aws: Lambda) -> None:
    versions = [layer(aws, module(word)) for word in ("old", "new")]
    functions = [aws.of_zip(IMPORTS, name=f"f{layer.number}", layers=(layer,)) for layer in versions]
    for _ in range(2):
        assert [aws.answer(version) for version in functions] == ["old", "new"]


def test_functions_that_share_a_layer_do_not_share_its_modules(aws: Lambda) -> None:
    shared = layer(aws, {"python/shared.py": "count = 0\n"})
    code = "import shared\ndef handler(event, context):\n    shared.count += 1\n    return shared.count\n"
    functions = [aws.of_zip(code, name=name, layers=(shared,)) for name in "ab"]
    assert [aws.answer(version) for version in (*functions, *functions)] == [1, 1, 2, 2]


def test_a_version_keeps_its_layer_when_latest_gets_another(aws: Lambda) -> None:
    latest = function(aws, IMPORTS, module("old"))
    version = replace(latest, version="1")
    assert aws.answer(version) == "old"
    updated = replace(latest, configuration=replace(latest.configuration, layers=(layer(aws, module("new")),)))
    assert [aws.answer(updated), aws.answer(version)] == ["new", "old"]


def test_a_layer_has_its_own_module_where_the_test_has_one_of_that_name(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = types.ModuleType("shared")
    monkeypatch.setitem(sys.modules, "shared", own)
    for _ in range(2):
        assert aws.answer(function(aws, IMPORTS, module("of a layer"))) == "of a layer"
        assert sys.modules["shared"] is own


@pytest.mark.parametrize("name", ["boto3", "json"])
def test_the_sdk_and_the_standard_library_are_the_tests_own(aws: Lambda, name: str) -> None:
    code = f"import {name}\ndef handler(event, context): return hasattr({name}, 'word')\n"
    assert aws.answer(function(aws, code, module("of a layer", name))) is False


def test_the_way_to_site_packages_is_no_module_of_the_layers(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    own = types.ModuleType("lib")
    monkeypatch.setitem(sys.modules, "lib", own)
    code = "import lib, sys, shared\ndef handler(event, context): return [lib.__name__, hasattr(lib, 'mine')]\n"
    own.mine = True  # type: ignore[attr-defined]
    assert aws.answer(function(aws, code, module("x", folder=SITE_PACKAGES))) == ["lib", True]
    files = {**module("x", folder=SITE_PACKAGES), "python/lib/__init__.py": ""}
    assert aws.answer(function(aws, code, files, name="g")) == ["lib", False]


def test_nothing_of_a_layer_is_left_in_the_process(aws: Lambda) -> None:
    modules, path = set(sys.modules), sys.path[:]
    code = "import shared\ndef handler(event, context):\n    import late\n    return late.word\n"
    version = function(aws, code, {**module("shared"), **module("late", "late", SITE_PACKAGES)})
    for _ in range(2):
        assert aws.answer(version) == "late"
        assert (set(sys.modules), sys.path) == (modules, path)
        assert [entry for entry in sys.path_importer_cache if "lambda_mock-" in entry] == []


# What is seen of them --------------------------------------------------------------------------------------------


def test_a_stack_trace_shows_a_layer_where_it_is_on_lambda(aws: Lambda) -> None:
    files = {"python/shared.py": "def fail(): raise KeyError('x')\n"}
    code = "import shared\ndef handler(event, context): shared.fail()\n"
    trace = aws.error(function(aws, code, files))["stackTrace"]
    assert [line.split('"')[1] for line in trace] == ["/var/task/handler.py", "/opt/python/shared.py"]


def test_a_damaged_layer_fails_the_invocation_and_not_the_test(aws: Lambda) -> None:
    content = archive(module("what it says")).replace(b"what it says", b"something els")
    damaged = LayerVersion(layer_arn="arn", number=1, code=aws.code.add_zip(content), created=0.0)
    for layers in ((damaged,), (layer(aws, module("x")), damaged)):
        version = aws.of_zip(IMPORTS, layers=layers)
        with pytest.raises(ServiceError, match="could not unzip"):
            aws.run(version)


def test_layers_are_unpacked_and_merged_once(aws: Lambda) -> None:
    layers = tuple(layer(aws, module(word, word)) for word in ("a", "b"))
    code = "import a, b\ndef handler(event, context): return [a.__file__, b.__file__]\n"
    places = {tuple(aws.answer(aws.of_zip(code, name=name, layers=layers))) for name in "fgh"}
    assert len(places) == 1
    aws.code.close()
    assert not any(Path(file).exists() for file in places.pop())
