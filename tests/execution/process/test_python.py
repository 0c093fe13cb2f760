"""Python in a process of its own: what it sees of the machine, how it tells of it, and which Python it is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_mock.domain.layer import LayerVersion
from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.execution.process import interpreters, processes, python
from tests.execution.conftest import zip_of
from tests.execution.process.conftest import MINE

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

VERSION = MINE.removeprefix("python")
OTHERS = [f"3.{minor}" for minor in range(10, 15) if f"3.{minor}" != VERSION and interpreters.find(f"3.{minor}")]

ENVIRON = "import os\ndef handler(event, context): return dict(os.environ)\n"


def layer(aws: Lambda, files: dict[str, str]) -> LayerVersion:
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:libraries"
    return LayerVersion(layer_arn=arn, number=1, code=aws.code.add_zip(zip_of(files)), created=0.0)


# Its environment -------------------------------------------------------------------------------------------------


def test_the_variables_are_lambdas_and_the_functions_and_no_others(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_TEST", "not for the function")
    function = aws.of_zip(ENVIRON, name="shop", memory_size=1024, environment={"TEST_KEY": "TEST_VAL"})
    seen = aws.answer(function)
    assert re.fullmatch(r"127\.0\.0\.1:\d+", seen.pop("AWS_LAMBDA_RUNTIME_API"))
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", seen.pop("AWS_LAMBDA_LOG_STREAM_NAME"))
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", seen.pop("AWS_ACCESS_KEY_ID"))
    assert re.fullmatch(r"[A-Z2-7]{40}", seen.pop("AWS_SECRET_ACCESS_KEY"))
    assert re.fullmatch(r"[A-Z2-7]{100,}", seen.pop("AWS_SESSION_TOKEN"))
    assert seen.pop("_X_AMZN_TRACE_ID").startswith("Root=1-")
    assert seen == {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{MINE}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_NAME": "shop",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/shop",
        "AWS_REGION": "eu-west-1",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LC_CTYPE": "C.UTF-8",
        "LD_LIBRARY_PATH": (
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
        ),
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PWD": "/var/task",
        "PYTHONPATH": "/var/runtime",
        "SHLVL": "0",
        "TEST_KEY": "TEST_VAL",
        "TMPDIR": "/tmp",  # noqa: S108
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": "handler.handler",
    }


def test_each_environment_has_an_access_key_of_its_own(aws: Lambda) -> None:
    code = "import os\ndef handler(event, context): return os.environ['AWS_ACCESS_KEY_ID']\n"
    one, other = aws.of_zip(code, name="one"), aws.of_zip(code, name="other")
    assert aws.answer(one) == aws.answer(one)
    assert aws.answer(one) != aws.answer(other)


def test_the_search_path_is_lambdas(aws: Lambda) -> None:
    function = aws.of_zip(
        "import sys\ndef handler(event, context): return sys.path\n",
        layers=(layer(aws, {"python/a.py": "", f"python/lib/{MINE}/site-packages/b.py": ""}),),
    )
    path = aws.answer(function)
    assert path[:4] == ["/var/task", f"/opt/python/lib/{MINE}/site-packages", "/opt/python", "/var/runtime"]
    assert f"/var/lang/lib/{MINE}" in path
    assert not any("site-packages" in entry for entry in path[4:])


@pytest.mark.parametrize("library", ["pytest", "moto", "lambda_mock"])
def test_libraries_of_the_test_are_out_of_reach(aws: Lambda, library: str) -> None:
    error = aws.error(aws.of_zip(f"import {library}\n"))
    assert error["errorMessage"] == f"Unable to import module 'handler': No module named '{library}'"


def test_the_sdk_is_the_tests_own(aws: Lambda) -> None:
    import boto3

    function = aws.of_zip("import boto3\ndef handler(event, context): return [boto3.__version__, boto3.__file__]\n")
    assert aws.answer(function) == [boto3.__version__, "/var/runtime/boto3/__init__.py"]


def test_a_bundled_sdk_wins_over_the_runtimes(aws: Lambda) -> None:
    files = {
        "handler.py": "import boto3\ndef handler(event, context): return boto3.word\n",
        "boto3.py": "word = 'mine'\n",
    }
    assert aws.answer(aws.of_zip(files)) == "mine"


def test_a_stack_trace_has_lambdas_folders_wherever_it_goes(aws: Lambda) -> None:
    function = aws.of_zip(
        "import json, shared\ndef handler(event, context): shared.read()\n",
        layers=(layer(aws, {"python/shared.py": "import json\ndef read(): return json.loads('{')\n"}),),
    )
    places = [re.findall('File "(.+?)"', frame)[0] for frame in aws.error(function)["stackTrace"]]
    assert places[:3] == ["/var/task/handler.py", "/opt/python/shared.py", f"/var/lang/lib/{MINE}/json/__init__.py"]


def test_the_handlers_files_are_told_by_lambdas_names(aws: Lambda) -> None:
    function = aws.of_zip(
        "import os, sys, tempfile\ndef handler(event, context):\n"
        "    print(__file__)\n    return [__file__, os.getcwd(), tempfile.gettempdir(), sys.argv]\n"
    )
    assert aws.answer(function) == [
        "/var/task/handler.py", "/var/task", "/tmp", ["/var/runtime/bootstrap.py", "handler.handler"],  # noqa: S108
    ]  # fmt: skip
    assert "\n/var/task/handler.py\nEND" in aws.runs[0][1].log


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("/var/task/data.txt", "in the package"),
        ("/opt/data.txt", "in a layer"),
        (__file__, Path(__file__).read_text()),
    ],
    ids=["package", "layer", "test"],
)
def test_a_variable_may_name_a_file_on_lambda_or_of_the_test(aws: Lambda, given: str, seen: str) -> None:
    function = aws.of_zip(
        {
            "handler.py": "import os\ndef handler(event, context): return open(os.environ['FILE']).read()\n",
            "data.txt": "in the package",
        },
        layers=(layer(aws, {"data.txt": "in a layer"}),),
        environment={"FILE": given},
    )
    assert aws.answer(function) == seen


def test_a_variable_may_name_a_file_that_the_function_writes_for_the_test(aws: Lambda, tmp_path: Path) -> None:
    code = "import os\ndef handler(event, context): open(os.environ['FILE'], 'w').write('here')\n"
    aws.answer(aws.of_zip(code, environment={"FILE": str(tmp_path / "new")}))
    assert (tmp_path / "new").read_text() == "here"


def test_pythonpath_is_honoured(aws: Lambda) -> None:
    files = {"handler.py": "import lib\ndef handler(event, context): return lib.word\n", "vendor/lib.py": "word = 1\n"}
    assert aws.answer(aws.of_zip(files, environment={"PYTHONPATH": "/var/task/vendor:/var/runtime"})) == 1


def test_a_variable_that_no_process_can_have_is_told_to_the_test(aws: Lambda) -> None:
    function = aws.of_zip(ENVIRON, environment={"WRONG": "a\0b"})
    with pytest.raises(LambdaMockError, match="f can't run here: one of its environment variables has a value"):
        aws.run(function)


def test_exit_and_quit_are_there(aws: Lambda) -> None:
    error = aws.error(aws.of_zip("def handler(event, context): exit(7)\n"))
    assert error["errorMessage"].endswith("exit status 7")


# Its files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "open('new', 'w')", "open('handler.py', 'a')", "open(os.path.abspath('handler.py'), 'r+')", "os.mkdir('new')",
        "os.remove('handler.py')", "os.rename('handler.py', '/tmp/x')", "os.symlink('/tmp', 'new')",
        "os.truncate('handler.py', 0)", "os.chmod('handler.py', 0)", "os.rmdir('folder')", "os.utime('handler.py')",
        "os.link('handler.py', 'new')", "open(os.environ['LAYER'] + '/new', 'w')", "shutil.rmtree('folder')",
    ],
)  # fmt: skip
def test_the_package_and_the_layers_are_read_only(aws: Lambda, change: str) -> None:
    function = aws.of_zip(
        {"handler.py": f"import os, shutil\ndef handler(event, context): {change}\n", "folder/file": ""},
        layers=(layer(aws, {"python/a.py": ""}),),
        environment={"LAYER": "/opt"},
    )
    error = aws.error(function)
    assert error["errorType"] == "OSError"
    assert error["errorMessage"].startswith("[Errno 30] Read-only file system: ")
    assert "bootstrap" not in "".join(error["stackTrace"])
    assert sorted(file.name for file in aws.code.folder(function.code).iterdir()) == ["folder", "handler.py"]


def test_tmp_is_writable_and_the_package_readable(aws: Lambda) -> None:
    function = aws.of_zip(
        "import os, tempfile\ndef handler(event, context):\n"
        "    with tempfile.TemporaryFile() as file: file.write(b'x')\n"
        "    os.open('handler.py', os.O_RDONLY)\n    return [open('handler.py').read()[:6], os.path.exists('no')]\n"
    )
    assert aws.answer(function) == ["import", False]
    missing = aws.error(aws.of_zip("def handler(event, context): open('missing', 'r+')\n"))
    assert missing["errorType"] == "FileNotFoundError"


# Its log ---------------------------------------------------------------------------------------------------------


def written(log: str) -> str:
    found = re.search(r"START [^\n]*\n(.*)END [^\n]*\n", log, re.DOTALL)
    assert found, log
    return found[1]


def test_both_streams_and_child_processes_are_logged_in_order(aws: Lambda, capsys: pytest.CaptureFixture[str]) -> None:
    function = aws.of_zip(
        "import os, subprocess, sys\ndef handler(event, context):\n"
        "    for number in range(3):\n        print('out', number)\n        print('err', number, file=sys.stderr)\n"
        "    subprocess.run(['/bin/echo', 'child'])\n    os.write(1, b'no end')\n"
    )
    expected = "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\nchild\nno end\n"
    assert written(aws.run(function).log) == expected
    assert capsys.readouterr().out == expected.rstrip("\n"), "the test sees it, too"


def test_a_large_output_is_logged_whole(aws: Lambda) -> None:
    function = aws.of_zip("def handler(event, context):\n    for n in range(20000): print('line', n)\n")
    assert written(aws.run(function).log) == "".join(f"line {number}\n" for number in range(20000))


def test_a_record_of_several_lines_stays_together(aws: Lambda) -> None:
    function = aws.of_zip("import logging\ndef handler(event, context): logging.error('a\\nb' * 9000)\n")
    found = re.fullmatch(r"\[ERROR\]\t\S+Z\t(\S+)\t(.*)\n", written(aws.run(function).log), re.DOTALL)
    assert found
    assert (found[1], found[2]) == (aws.request_id, "a\nb" * 9000)


def test_output_that_looks_like_a_frame_of_a_log_but_is_none_is_kept(aws: Lambda) -> None:
    function = aws.of_zip("import os\ndef handler(event, context): os.write(1, b'\\xa5\\x5a\\x00\\x03\\0\\0')\n")
    assert written(aws.run(function).log).startswith("\ufffdZ\0")


def test_a_json_log_is_the_runtimes(aws: Lambda) -> None:
    function = aws.of_zip(
        "import logging\ndef handler(event, context):\n"
        "    logging.info('shown', extra={'n': 1})\n    logging.debug('not shown')\n    raise KeyError('k')\n",
        logging={"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"},
    )
    init, start, shown, error, done, report = map(json.loads, aws.run(function).log.splitlines())
    assert [line["type"] for line in (init, start, done, report)] == [
        "platform.initStart", "platform.start", "platform.runtimeDone", "platform.report",
    ]  # fmt: skip
    assert report["record"]["status"] == "error"
    assert {k: shown[k] for k in ("level", "message", "n", "requestId")} == {
        "level": "INFO", "message": "shown", "n": 1, "requestId": aws.request_id,
    }  # fmt: skip
    level = error.get("level", error.get("log_level"))  # as awslambdaric 4.0 calls it
    assert (level, error["errorType"], error["stackTrace"][0][:29]) == (
        "ERROR", "KeyError", '  File "/var/task/handler.py"',
    )  # fmt: skip


def test_a_failed_start_is_logged_with_the_runtimes_warning(aws: Lambda) -> None:
    log = aws.run(aws.of_zip("print('so far')\nimport nowhere\n")).log
    assert re.match(r"so far\n\[WARNING\]\t\S+Z\t\tLAMBDA_WARNING: Unhandled exception\. ", log)
    before, _, after = log.partition("START RequestId: ")
    assert (
        "\n[ERROR] Runtime.ImportModuleError: Unable to import module 'handler': No module named 'nowhere'\n" in before
    )
    assert re.search(
        r"\nINIT_REPORT Init Duration: \S+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.ImportModuleError\n$",
        before,
    )
    assert after.endswith(" MB\tStatus: error\tError Type: Runtime.ImportModuleError\n")
    assert "Init Duration" not in after


# Its invocations -------------------------------------------------------------------------------------------------


def test_events_and_results_of_six_megabytes_pass(aws: Lambda) -> None:
    event = "x" * 6_000_000
    assert aws.answer(aws.of_zip("def handler(event, context): return event\n"), event) == event


def test_bytes_are_answered_as_they_are(aws: Lambda) -> None:
    result = aws.run(aws.of_zip("def handler(event, context): return b'\\x00\\xff /tmp'\n"))
    assert (result.payload, result.function_error) == (b"\x00\xff /tmp", None)


def test_the_context_knows_the_time_that_is_left(aws: Lambda) -> None:
    function = aws.of_zip("def handler(event, context): return context.get_remaining_time_in_millis()\n", timeout=60)
    assert 0 < aws.answer(function) <= 60_000


def test_a_tenant_and_a_client_context_reach_the_function(aws: Lambda) -> None:
    function = aws.of_zip("def handler(event, context): return [context.tenant_id, context.client_context.custom]\n")
    assert aws.answer(function, tenant_id="blue", client_context='{"custom": {"ä": "\u2028"}}') == [
        "blue", {"ä": "\u2028"},
    ]  # fmt: skip


def test_a_client_context_that_is_no_json_fails_the_invocation(aws: Lambda) -> None:
    error = aws.error(aws.of_zip(ENVIRON), client_context="{no\njson")
    assert error["errorType"] == "Runtime.LambdaContextUnmarshalError"


# Which Python ----------------------------------------------------------------------------------------------------

SPEAKS = (
    "import sys, dateutil.parser, logging\nprint('loading')\ndef handler(event, context):\n    logging.warning('é')\n"
    "    if event: raise ValueError('é')\n"
    "    return ['%d.%d' % sys.version_info[:2], 'ü', context.tenant_id, context.client_context.custom]\n"
)


@pytest.mark.parametrize("version", OTHERS)
def test_a_function_runs_on_the_python_that_its_runtime_asks_for(aws: Lambda, version: str) -> None:
    assert _speaks_by_our_client(aws, version) == version


def test_our_client_speaks_as_the_compiled_one(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    found = python._spec
    monkeypatch.setattr(python, "_spec", lambda name: None if name == python._COMPILED else found(name))
    assert _speaks_by_our_client(aws, VERSION) == VERSION
    too_large = aws.of_zip("def handler(event, context): return 'x' * 6291557\n", name="large")
    assert aws.error(too_large)["errorType"] == "Function.ResponseSizeTooLarge"
    assert aws.error(too_large)["errorType"] == "Function.ResponseSizeTooLarge"
    assert "RuntimeError: Failed to post invocation response" in "".join(result.log for _, result, *_ in aws.runs)


def _speaks_by_our_client(aws: Lambda, version: str) -> str:
    """The version on which the function has really run."""
    function = aws.of_zip(SPEAKS, runtime=f"python{version}")
    for _ in range(2):
        ran_on, *rest = aws.answer(function, client_context='{"custom": {"a": "ö"}}', tenant_id="blue")
        assert rest == ["ü", "blue", {"a": "ö"}]
    error = aws.error(function, {"fail": True})
    assert (error["errorType"], error["errorMessage"], error["requestId"]) == ("ValueError", "é", aws.request_id)
    assert aws.runs[0][1].log.startswith("loading\nSTART")
    assert "\té\n" in aws.runs[0][1].log
    return str(ran_on)


@pytest.mark.parametrize(
    ("runtime", "reason"),
    [
        ("python3.99", "no Python 3.99 was found here, neither by pyenv or uv nor on PATH."),
        ("python3.9", "AWS's runtime client needs Python 3.10 or later."),
    ],
)
def test_where_that_python_is_missing_the_tests_own_runs_it_with_a_warning(
    aws: Lambda, runtime: str, reason: str
) -> None:
    function = aws.of_zip("import sys\ndef handler(event, context): return sys.version\n", runtime=runtime)
    told = f"A function for {runtime} runs on Python {VERSION}, the test's own: {reason} Give the function the runtime"
    with pytest.warns(LambdaMockWarning, match=re.escape(told)):
        assert aws.answer(function) == sys.version


def test_awslambdaric_has_to_be_installed(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    found = python._spec
    monkeypatch.setattr(python, "_spec", lambda name: None if name == "awslambdaric" else found(name))
    function = aws.of_zip(ENVIRON)
    for _ in range(2):
        with pytest.raises(LambdaMockError, match=r"pip install 'lambda-mock\[process\]'.*mock\.override"):
            aws.run(function)


def test_h11_has_to_be_installed(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        LambdaMockError, match=r"the module h11, .* pip install 'lambda-mock\[process\]'.*mock\.override"
    ):
        aws.run(aws.of_zip(ENVIRON))


def test_a_system_without_process_groups_is_refused(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_HAS_PROCESS_GROUPS", False)
    with pytest.raises(LambdaMockError, match="f can't run in a process here: that needs process groups"):
        aws.run(aws.of_zip(ENVIRON))


def test_a_runtime_client_may_lie_in_a_zip(aws: Lambda, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import importlib.util

    (tmp_path / "libraries.zip").write_bytes(zip_of({"six.py": "word = 'zipped'\n", "other.py": ""}))
    monkeypatch.syspath_prepend(tmp_path / "libraries.zip")
    spec = importlib.util.find_spec("other")
    assert spec is not None
    found = python._spec
    zipped = type("Loader", (), {"archive": str(tmp_path / "libraries.zip")})
    monkeypatch.setattr(
        python, "_spec", lambda name: type("Spec", (), {"loader": zipped}) if name == "six" else found(name)
    )
    function = aws.of_zip("import six\ndef handler(event, context): return [six.word, six.__file__]\n")
    assert aws.answer(function) == ["zipped", "/var/runtime/six.py"]


# Finding Pythons -------------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any Python but those that a test puts into the folder."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def place(program: Path, says: str) -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    "where", ["pyenv/versions/3.77.1/bin/python3.77", "uv/cpython-3.77.1-linux/bin/python3.77", "bin/python3.77"]
)
def test_a_python_is_found(nothing_known: Path, where: str) -> None:
    program = place(nothing_known / where, "printf '3.77\\n/lib\\n/prefix\\n'")
    found = interpreters.find("3.77")
    assert found == interpreters.Interpreter(path=str(program), version="3.77", stdlib="/lib", prefix="/prefix")


@pytest.mark.parametrize("says", ["exit 1", "printf '3.76\\n/lib\\n/prefix\\n'"])
def test_a_python_that_is_another_or_does_not_work_is_none(nothing_known: Path, says: str) -> None:
    place(nothing_known / "bin/python3.77", says)
    assert interpreters.find("3.77") is None


def test_a_shim_is_no_python(nothing_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(nothing_known / "shims/python3.77", "printf '3.77\\n/lib\\n/prefix\\n'")
    monkeypatch.setenv("PATH", str(nothing_known / "shims"))
    assert interpreters.find("3.77") is None


def test_the_tests_own_python_is_found_first(nothing_known: Path) -> None:
    found = interpreters.find(VERSION)
    assert found is not None
    assert Path(found.path).samefile(sys.executable)


def test_only_what_is_not_shared_is_shown_as_lambdas(tmp_path: Path) -> None:
    here = interpreters.Interpreter(
        path="/usr/bin/python3", version="3.12", stdlib="/usr/lib/python3.12", prefix="/usr"
    )
    shown = [name for _, name in python._places(here, tmp_path)]
    assert shown == ["/var/lang/lib/python3.12", "/var/runtime", "/var/lang"]
