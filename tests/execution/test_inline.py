"""Zips of Python code: how they are loaded, what stays, and that nothing of them is left in the test's process."""

from __future__ import annotations

import encodings.cp437  # noqa: F401  # which zipfile would load when it reads its first name
import logging
import os
import sys
import textwrap
import threading
import types
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.errors import LambdaMockError, ServiceError
from lambda_mock.execution.capture import FunctionLogging

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

COUNTER = "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n"


@pytest.mark.usefixtures("execution")
def test_a_handler_is_found_in_its_module(aws: Lambda) -> None:
    assert aws.answer(aws.of_zip("def handler(event, context): return event\n"), {"a": [1]}) == {"a": [1]}


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("handler", ["pkg/sub/app.main", "pkg.sub.app.main"])
def test_a_handler_may_stand_in_a_package(aws: Lambda, handler: str) -> None:
    function = aws.of_zip(
        {
            "pkg/__init__.py": "",
            "pkg/sub/app.py": "from ..shared import word\nfrom . import beside\n"
            "def main(event, context): return [word, beside.word, __name__]\n",
            "pkg/sub/beside.py": "word = 'beside'\n",
            "pkg/shared.py": "word = 'shared'\n",
        },
        handler=handler,
    )
    assert aws.answer(function) == ["shared", "beside", "pkg.sub.app"]


def init_error(aws: Lambda, files: dict[str, str] | str, **settings: Any) -> tuple[str, str]:
    """The type and the message of an error at start, which has no request id."""
    error = aws.error(aws.of_zip(files, **settings))
    assert error["requestId"] == ""
    return error["errorType"], error["errorMessage"]


@pytest.mark.usefixtures("execution")
def test_a_missing_handler(aws: Lambda) -> None:
    assert init_error(aws, "x = 1\n", handler="handler.main") == (
        "Runtime.HandlerNotFound",
        "Handler 'main' missing on module 'handler'",
    )


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize(
    ("files", "handler", "message"),
    [
        ({"x.py": ""}, "missing.f", "Unable to import module 'missing': No module named 'missing'"),
        ({"x.py": ""}, "no/such.f", "Unable to import module 'no/such': No module named 'no'"),
        (
            {"handler.py": "import nowhere\n"},
            "handler.f",
            "Unable to import module 'handler': No module named 'nowhere'",
        ),
    ],
)
def test_a_module_that_cannot_be_imported(aws: Lambda, files: dict[str, str], handler: str, message: str) -> None:
    error = aws.error(aws.of_zip(files, handler=handler))
    assert error == {
        "errorMessage": message,
        "errorType": "Runtime.ImportModuleError",
        "requestId": "",
        "stackTrace": [],
    }


@pytest.mark.usefixtures("execution")
def test_a_name_that_a_module_lacks_is_an_import_error_too(aws: Lambda) -> None:
    kind, message = init_error(aws, {"handler.py": "from lib import nothing\n", "lib.py": ""})
    assert kind == "Runtime.ImportModuleError"
    assert message.startswith("Unable to import module 'handler': cannot import name 'nothing' from 'lib'")


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("module", ["handler", "lib"])
def test_a_syntax_error(aws: Lambda, module: str) -> None:
    files = {"handler.py": "import lib\n", "lib.py": "", f"{module}.py": "ok = 1\ndef broken(:\n"}
    error = aws.error(aws.of_zip(files))
    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert error["errorMessage"].startswith("Syntax error in module 'handler': ")
    assert error["errorMessage"].endswith(f"({module}.py, line 2)")
    assert error["stackTrace"] == [f'  File "/var/task/{module}.py" Line 2\n    def broken(:\n']


@pytest.mark.usefixtures("execution")
def test_a_handler_name_without_dot(aws: Lambda) -> None:
    assert init_error(aws, "", handler="handler") == (
        "Runtime.MalformedHandlerName",
        "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
    )


@pytest.mark.usefixtures("execution")
def test_a_handler_in_a_built_in_module(aws: Lambda) -> None:
    assert init_error(aws, "", handler="sys.exit") == (
        "Runtime.BuiltInModuleConflict",
        "Cannot use built-in module sys as a handler module",
    )


@pytest.mark.usefixtures("execution")
def test_an_exception_while_loading(aws: Lambda) -> None:
    error = aws.error(aws.of_zip("def fail():\n    raise KeyError('k')\n\nfail()\n"))
    assert (error["errorType"], error["errorMessage"], error["requestId"]) == ("KeyError", "'k'", "")
    assert error["stackTrace"][-2:] == [
        '  File "/var/task/handler.py", line 4, in <module>\n    fail()\n',
        "  File \"/var/task/handler.py\", line 2, in fail\n    raise KeyError('k')\n",
    ]
    assert "lambda_mock/execution" not in "".join(error["stackTrace"])


@pytest.mark.usefixtures("execution")
def test_an_exit_while_loading(aws: Lambda) -> None:
    error = aws.error(aws.of_zip("import sys\nsys.exit(3)\n"))
    assert error["errorMessage"] == f"RequestId: {aws.request_id} Error: Runtime exited with error: exit status 3"


def test_a_start_that_failed_is_repeated(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.starts", [], raising=False)
    function = aws.of_zip(
        {
            "handler.py": "import lib\nstarts.append(lib.__name__)\nassert len(starts) > 2\n"
            "def handler(event, context): return starts\n",
            "lib.py": "starts.append('loaded')\n",
        }
    )
    assert aws.error(function)["errorType"] == "AssertionError"
    assert aws.answer(function) == ["loaded", "lib", "loaded", "lib"]
    assert aws.answer(function) == ["loaded", "lib", "loaded", "lib"]


@pytest.mark.usefixtures("execution")
def test_globals_persist_while_the_function_is_warm(aws: Lambda) -> None:
    function = aws.of_zip(COUNTER)
    assert [aws.answer(function) for _ in range(3)] == [1, 2, 3]


@pytest.mark.usefixtures("execution")
@pytest.mark.parametrize("failing", ["raise ValueError", "return {1}", pytest.param("import nowhere", id="import")])
def test_a_function_stays_warm_after_an_error(aws: Lambda, failing: str) -> None:
    function = aws.of_zip(
        f"count = 0\ndef handler(event, context):\n    global count\n    count += 1\n"
        f"    if event: {failing}\n    return count\n"
    )
    assert aws.answer(function) == 1
    aws.error(function, {"fail": True})
    assert aws.answer(function) == 3


@pytest.mark.usefixtures("execution")
def test_a_function_starts_anew_after_its_process_has_ended(aws: Lambda) -> None:
    function = aws.of_zip(
        "import sys\ncount = 0\ndef handler(event, context):\n    global count\n    count += 1\n"
        "    if event: sys.exit(1)\n    return count\n"
    )
    assert aws.answer(function) == 1
    aws.error(function, {"exit": True})
    assert aws.answer(function) == 1
    assert "Init Duration" in aws.runs[-1][1].log


def test_a_function_starts_anew_after_a_timeout(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.advance", aws.clock.advance, raising=False)
    function = aws.of_zip(
        "count = 0\ndef handler(event, context):\n"
        "    global count\n    count += 1\n    advance(event)\n    return count\n",
        timeout=5,
    )
    assert [aws.answer(function, seconds) for seconds in (0, 0)] == [1, 2]
    aws.error(function, 60)
    assert aws.answer(function, 0) == 1


def test_the_time_that_loading_takes_is_not_the_invocations(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.advance", aws.clock.advance, raising=False)
    function = aws.of_zip("advance(8)\ndef handler(event, context): return 'in time'\n", timeout=3)
    assert aws.answer(function) == "in time"
    assert aws.runs[-1][1].duration < 3000


@pytest.mark.usefixtures("execution")
def test_versions_have_environments_of_their_own(aws: Lambda) -> None:
    latest = aws.of_zip(COUNTER)
    first = replace(latest, version="1")
    assert [aws.answer(version) for version in (latest, latest, first, latest)] == [1, 2, 1, 3]


@pytest.mark.usefixtures("execution")
def test_functions_of_the_same_code_have_environments_of_their_own(aws: Lambda) -> None:
    one, other = aws.of_zip(COUNTER, name="one"), aws.of_zip(COUNTER, name="other")
    assert one.code == other.code
    assert [aws.answer(function) for function in (one, one, other)] == [1, 2, 1]


@pytest.mark.usefixtures("execution")
def test_an_update_starts_the_function_anew(aws: Lambda) -> None:
    function = aws.of_zip(COUNTER)
    assert [aws.answer(function), aws.answer(function)] == [1, 2]
    other_code = replace(function, code=aws.of_zip(COUNTER + "\n").code)
    assert aws.answer(other_code) == 1
    other_configuration = replace(other_code, configuration=replace(function.configuration, timeout=9))
    assert aws.answer(other_configuration) == 1
    updated_with_the_same = replace(other_configuration, last_modified=99.0)
    assert aws.answer(updated_with_the_same) == 1


@pytest.mark.usefixtures("execution")
def test_a_change_of_state_keeps_the_function_warm(aws: Lambda) -> None:
    function = aws.of_zip(COUNTER)
    aws.answer(function)
    assert aws.answer(replace(function, revision_id="another")) == 2


def test_a_function_that_invokes_itself_runs_in_two_environments(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    function = aws.of_zip(
        "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n"
        "    inner = invoke(event - 1) if event else None\n    return [count, inner]\n"
    )
    monkeypatch.setattr("builtins.invoke", lambda event: aws.answer(function, event), raising=False)
    assert aws.answer(function, 0) == [1, None]
    assert aws.answer(function, 2) == [2, [1, [1, None]]]
    assert aws.answer(function, 1) == [3, [2, None]]


def test_concurrent_invocations_all_answer(aws: Lambda) -> None:
    function = aws.of_zip(COUNTER)
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: aws.answer(function), range(40))) == list(range(1, 41))


@pytest.fixture
def process_is_as_before() -> Any:
    """What a function may have changed in the process, before and after."""

    def look() -> list[object]:
        return [
            sys.path[:],
            set(sys.modules),
            list(sys.meta_path),
            Path.cwd(),
            {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
            warnings.filters[:],
            warnings.showwarning,
            logging.root.handlers[:],
            logging.root.level,
            sys.stdout,
            sys.stderr,
            threading.Thread.start,
            os._exit,
            sys.getrecursionlimit(),
            [entry for entry in sys.path_importer_cache if "lambda_mock-" in entry],
        ]

    before = look()
    yield
    assert look() == before


CHANGES_EVERYTHING = """
import logging, os, sys, threading, warnings
sys.path.insert(0, "/somewhere")
sys.path.append(os.path.join(os.path.dirname(__file__), "vendor"))
import vendored
import lib
os.environ["NEW"] = "x"
os.chdir("/")
warnings.simplefilter("ignore")
warnings.showwarning = print
logging.basicConfig(level=0, force=True)
logging.getLogger().addHandler(logging.NullHandler())
sys.setrecursionlimit(5000)

def handler(event, context):
    import late
    if event: raise event["error"]
    return [vendored.word, late.word, os.getcwd(), sys.path[0]]
"""


@pytest.mark.usefixtures("process_is_as_before")
@pytest.mark.parametrize("event", [None, "error"])
def test_the_process_is_as_before(aws: Lambda, event: str | None) -> None:
    function = aws.of_zip(
        {
            "handler.py": CHANGES_EVERYTHING,
            "lib.py": "",
            "late.py": "word = 'late'\n",
            "vendor/vendored.py": "word = 'vendored'\n",
        }
    )
    for _ in range(3):
        if event:
            aws.error(function, event)
        else:
            assert aws.answer(function) == ["vendored", "late", "/", "/somewhere"]


@pytest.mark.usefixtures("process_is_as_before")
@pytest.mark.parametrize("code", ["import lib\nraise KeyError", "import lib\ndef f(:", "import lib, sys\nsys.exit()"])
def test_the_process_is_as_before_when_loading_fails(aws: Lambda, code: str) -> None:
    assert aws.error(aws.of_zip({"handler.py": code, "lib.py": "import os\nos.chdir('/')\n"}))["errorType"] in {
        "KeyError", "Runtime.UserCodeSyntaxError", "Runtime.ExitError",
    }  # fmt: skip


def test_modules_are_told_apart_whatever_a_function_does_to_them(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "the_last_of_the_test", types.ModuleType("the_last_of_the_test"))
    function = aws.of_zip(
        {
            "handler.py": "import sys\nsys.modules.pop('the_last_of_the_test', None)\nimport lib\n"
            "sys.modules['made_up'] = type(sys)('made_up')\nsys.modules['no_module'] = object()\n"
            "def handler(event, context): return sorted(sys.modules.keys() & {'handler', 'lib'})\n",
            "lib.py": "",
        }
    )
    before = set(sys.modules) - {"the_last_of_the_test"}
    for _ in range(2):
        assert aws.answer(function) == ["handler", "lib"]
        assert set(sys.modules) - before <= {"made_up", "no_module", "the_last_of_the_test"}
    del sys.modules["made_up"], sys.modules["no_module"]


@pytest.mark.usefixtures("execution")
def test_functions_with_modules_of_the_same_name_do_not_meet(aws: Lambda) -> None:
    functions = [
        aws.of_zip(
            {
                "handler.py": "import common\ndef handler(event, context):\n"
                "    from late import word\n    return [common.word, word]\n",
                "common.py": f"word = 'common {name}'\n",
                "late.py": f"word = 'late {name}'\n",
            },
            name=name,
        )
        for name in ("one", "other")
    ]
    for _ in range(2):
        assert [aws.answer(function) for function in functions] == [
            ["common one", "late one"],
            ["common other", "late other"],
        ]


@pytest.mark.usefixtures("execution")
def test_a_package_has_its_own_module_where_the_test_has_one_of_that_name(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = types.ModuleType("handler")
    monkeypatch.setitem(sys.modules, "handler", mine)
    monkeypatch.setitem(sys.modules, "handler.inner", types.ModuleType("handler.inner"))
    function = aws.of_zip(
        "import sys\ndef handler(event, context):\n"
        "    return [sys.modules[__name__].__file__, 'handler.inner' in sys.modules]\n"
    )
    for _ in range(2):
        file, inner = aws.answer(function)
        assert file.endswith("handler.py")
        assert not inner
        assert sys.modules["handler"] is mine
        assert "handler.inner" in sys.modules


def test_modules_that_a_package_does_not_bring_are_those_of_the_test(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = types.ModuleType("shared_with_the_test")
    shared.answer = lambda: "mocked"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shared_with_the_test", shared)
    function = aws.of_zip(
        "import shared_with_the_test\ndef handler(event, context): return shared_with_the_test.answer()\n"
    )
    assert aws.answer(function) == "mocked"


def test_a_module_of_the_test_that_a_function_imports_first_stays(
    aws: Lambda, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_the_test.py").write_text("word = 'of the test'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "of_the_test", raising=False)
    assert aws.answer(aws.of_zip("import of_the_test\ndef handler(e, c): return of_the_test.word\n")) == "of the test"
    assert sys.modules["of_the_test"].word == "of the test"
    monkeypatch.delitem(sys.modules, "of_the_test")


@pytest.mark.parametrize("name", ["boto3", "json", "queue"])
def test_the_sdk_and_the_standard_library_are_the_tests_own(aws: Lambda, name: str) -> None:
    function = aws.of_zip(
        {
            "handler.py": f"import {name}\ndef handler(event, context): return {name}.__file__\n",
            f"{name}.py": "raise ImportError('the bundled one')\n",
        }
    )
    of_the_test, before = __import__(name), list(sys.meta_path)
    assert aws.answer(function) == of_the_test.__file__
    assert sys.meta_path == before


def test_a_standard_module_that_nothing_has_imported_yet_is_found_past_the_package(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    monkeypatch.setitem(sys.modules, "chunk_user", types.ModuleType("chunk_user"))
    monkeypatch.delitem(sys.modules, "sndhdr", raising=False)
    monkeypatch.delitem(sys.modules, "stringprep", raising=False)
    function = aws.of_zip(
        {
            "handler.py": "import stringprep\ndef handler(event, context): return stringprep.__file__\n",
            "stringprep.py": "raise ImportError('the bundled one')\n",
        }
    )
    assert "task-" not in aws.answer(function)


def test_an_sdk_that_the_test_does_not_have_is_the_packages(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aioboto3", raising=False)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if "site-packages" not in entry])
    function = aws.of_zip(
        {
            "handler.py": "import aioboto3\ndef handler(event, context): return aioboto3.word\n",
            "aioboto3.py": "word = 'bundled'\n",
        }
    )
    assert [aws.answer(function) for _ in range(2)] == ["bundled", "bundled"]
    assert "aioboto3" not in sys.modules


@pytest.mark.usefixtures("execution")
def test_a_handler_module_may_be_named_like_a_standard_one(aws: Lambda) -> None:
    import code

    function = aws.of_zip({"code.py": "def handler(event, context): return 'mine'\n"}, handler="code.handler")
    assert aws.answer(function) == "mine"
    assert sys.modules["code"] is code


@pytest.mark.usefixtures("execution")
def test_the_working_directory_is_the_package(aws: Lambda) -> None:
    function = aws.of_zip(
        {
            "handler.py": "import pathlib\ndef handler(e, c): return pathlib.Path('data.txt').read_text()\n",
            "data.txt": "d",
        }
    )
    assert aws.answer(function) == "d"


@pytest.mark.usefixtures("execution")
def test_a_function_outlives_its_working_directory_and_that_of_the_test(
    aws: Lambda, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_the_test").mkdir()
    monkeypatch.chdir(tmp_path / "of_the_test")
    (tmp_path / "of_the_test").rmdir()
    function = aws.of_zip(
        "import os, tempfile\ndef handler(event, context):\n"
        "    where = tempfile.mkdtemp()\n    os.chdir(where)\n    os.rmdir(where)\n    return 'alive'\n"
    )
    assert [aws.answer(function) for _ in range(2)] == ["alive", "alive"]


def test_warning_filters_of_a_function_hold_in_its_later_runs(aws: Lambda) -> None:
    function = aws.of_zip(
        "import warnings\nwarnings.simplefilter('ignore')\n"
        "def handler(event, context): warnings.warn('hush'); return 'ran'\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [aws.answer(function) for _ in range(3)] == ["ran"] * 3
        assert aws.error(aws.of_callable(lambda event, context: warnings.warn("loud", stacklevel=1)))


def test_a_function_that_another_one_invokes_sees_none_of_its_modules(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = aws.of_zip({"handler.py": "def handler(e, c):\n    import only_outer\n"}, name="inner")
    monkeypatch.setattr("builtins.invoke", lambda: aws.error(inner), raising=False)
    outer = aws.of_zip(
        {
            "handler.py": "import only_outer, sys\n"
            "def handler(event, context):\n"
            "    answer = invoke()\n    import late\n"
            "    return [answer['errorMessage'], sys.modules['handler'].__file__ == __file__, late.word]\n",
            "only_outer.py": "",
            "late.py": "word = 'late'\n",
        },
        name="outer",
    )
    assert aws.answer(outer) == ["No module named 'only_outer'", True, "late"]


def test_a_callable_that_a_zip_invokes_sees_the_modules_of_the_test(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = types.ModuleType("handler")
    monkeypatch.setitem(sys.modules, "handler", mine)
    inner = aws.of_callable(lambda event, context: sys.modules["handler"] is mine, name="inner")
    monkeypatch.setattr("builtins.invoke", lambda: aws.answer(inner), raising=False)
    assert aws.answer(aws.of_zip("def handler(event, context): return invoke()\n")) is True


def test_modules_stay_inside_though_others_are_taken_out_and_put_back(aws: Lambda) -> None:
    source = """
        import sys
        import app_part
        def handler(event, context):
            name = [name for name in sys.modules if not name.startswith("app")][-1]
            sys.modules[name] = sys.modules.pop(name)
            return "app_part" in sys.modules
        """
    function = aws.of_zip({"app.py": textwrap.dedent(source), "app_part.py": ""}, handler="app.handler")
    assert aws.answer(function) is True
    assert not {"app", "app_part"} & set(sys.modules)
    assert aws.error(aws.of_zip({"other.py": ""}, handler="app.handler"))["errorType"] == "Runtime.ImportModuleError"


def test_nothing_is_left_among_the_modules(aws: Lambda) -> None:
    before = set(sys.modules)
    assert aws.answer(aws.of_zip("def handler(event, context):\n    return 1\n")) == 1
    assert set(sys.modules) == before


def test_a_run_that_could_not_begin_leaves_its_callers_modules_to_the_caller(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = aws.of_zip("", name="wrong", environment={"WRONG": "a\0b"})
    mine = []
    inner = aws.of_callable(lambda event, context: mine.append("handler" in sys.modules), name="inner")

    def invoke() -> None:
        with pytest.raises(LambdaMockError):
            aws.run(wrong)
        aws.run(inner)

    monkeypatch.setattr("builtins.invoke", invoke, raising=False)
    aws.answer(aws.of_zip("def handler(event, context):\n    invoke()\n"))
    assert mine == [False]


@pytest.mark.usefixtures("execution")
def test_a_damaged_package_fails_the_invocation_and_not_the_test(aws: Lambda) -> None:
    function = aws.of_zip("text = 'what it says'\n")
    damaged = aws.code.add_zip(aws.code.content(function.code).replace(b"what it says", b"something els"))
    with pytest.raises(ServiceError) as refused:
        aws.run(replace(function, code=damaged))
    assert refused.value.code == "InvalidZipFileException"


@pytest.mark.usefixtures("execution")
def test_a_runner_that_is_closed_forgets_what_was_loaded(aws: Lambda) -> None:
    function = aws.of_zip(COUNTER)
    aws.answer(function)
    aws.runner.close()
    assert aws.answer(function) == 1


def test_files_are_really_there_for_debuggers_and_coverage(aws: Lambda) -> None:
    function = aws.of_zip("def handler(event, context): return handler.__code__.co_filename\n")
    assert Path(aws.answer(function)).read_text().startswith("def handler")


def test_the_process_is_the_tests_again_whatever_fails_on_the_way(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("on the way")

    function = aws.of_zip("import sys\nsys.path.append('x')\ndef handler(event, context): return 1\n")
    before = dict(os.environ), list(sys.path), sys.stdout, os._exit, Path.cwd(), set(sys.modules)
    with monkeypatch.context() as patch:
        patch.setattr(FunctionLogging, "keep", fail)
        with pytest.raises(RuntimeError, match="on the way"):
            aws.run(function)
    assert (dict(os.environ), list(sys.path), sys.stdout, os._exit, Path.cwd(), set(sys.modules)) == before
    assert aws.answer(function) == 1
