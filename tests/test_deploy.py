"""`mock.deploy`: what is in a folder, as a function that runs as any zip does."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMock, LambdaMockError, package
from lambda_mock.execution.process import nodejs
from lambda_mock.service import Service

if TYPE_CHECKING:
    from lambda_mock.keywords import FunctionKeywords

ROLE = "arn:aws:iam::111122223333:role/orders"
HANDLER = "def handler(event, context):\n    return {answer!r}\n"
PYTHON = f"python3.{sys.version_info.minor}"


def damaged() -> bytes:
    """A zip whose table of contents is whole, and whose file isn't."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.py", HANDLER)
    return content.getvalue().replace(content.getvalue()[36:44], b"\xff" * 8)


def write(folder: Path, **modules: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def answer(client: Any, name: str = "orders", event: object = None) -> Any:
    return json.load(client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])


def refused(mock: LambdaMock, source: Any, complaint: str, **settings: Any) -> None:
    with pytest.raises(LambdaMockError, match=f"^{re.escape(complaint)}"):
        mock.deploy(source, "orders", **settings)
    assert "Nothing is deployed" in mock.describe()


# What it makes -------------------------------------------------------------------------------------------------------


def test_a_folder_becomes_a_function(mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path) -> None:
    write(
        tmp_path, app="import prices\n\ndef handler(event, context):\n    return prices.TOTAL\n", prices="TOTAL = 15\n"
    )
    arn = mock_lambda.deploy(tmp_path, "orders", Timeout=7, Environment={"Variables": {"STAGE": "test"}})
    function = lambda_client.get_function_configuration(FunctionName="orders")
    assert function["FunctionArn"] == arn == "arn:aws:lambda:us-east-1:123456789012:function:orders"
    assert (function["Handler"], function["Runtime"], function["Timeout"]) == ("app.handler", PYTHON, 7)
    assert function["Environment"] == {"Variables": {"STAGE": "test"}}
    assert function["State"] == "Active"
    assert function["CodeSha256"] == base64.b64encode(hashlib.sha256(package(tmp_path)).digest()).decode()
    assert answer(lambda_client) == 15


@pytest.mark.parametrize("kind", ["file", "zip", "mapping", "bytes"])
def test_whatever_is_a_package_can_be_deployed(
    mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path, kind: str
) -> None:
    files = {"app.py": HANDLER.format(answer=kind)}
    write(tmp_path, app=files["app.py"])
    (tmp_path / "app.zip").write_bytes(package(files))
    sources: dict[str, Any] = {
        "file": tmp_path / "app.py",
        "zip": str(tmp_path / "app.zip"),
        "mapping": files,
        "bytes": package(files),
    }
    mock_lambda.deploy(sources[kind], "orders")
    assert answer(lambda_client) == kind


def test_it_goes_where_it_is_told_and_leaves_out_what_it_is_told(mock_lambda: LambdaMock, tmp_path: Path) -> None:
    write(tmp_path, app=HANDLER.format(answer="here"), test_app=HANDLER.format(answer="there"))
    arn = mock_lambda.deploy(
        tmp_path,
        "orders",
        exclude=["test_*.py"],
        region="eu-west-1",
        account_id="111122223333",
        Publish=True,
        Role=ROLE,
    )
    assert arn == "arn:aws:lambda:eu-west-1:111122223333:function:orders"


def test_a_function_that_is_there_gets_new_code_and_its_versions_keep_theirs(
    mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path
) -> None:
    mock_lambda.deploy(write(tmp_path, app=HANDLER.format(answer="first")), "orders", Publish=True)
    before = lambda_client.get_function_configuration(FunctionName="orders")
    mock_lambda.deploy(write(tmp_path, app=HANDLER.format(answer="second")), "orders", Publish=True, MemorySize=256)
    after = lambda_client.get_function_configuration(FunctionName="orders")
    assert [answer(lambda_client, f"orders:{version}") for version in (1, 2)] == ["first", "second"]
    assert (before["MemorySize"], after["MemorySize"]) == (128, 256)
    assert before["CodeSha256"] != after["CodeSha256"]


def test_a_callable_gives_way_to_a_folder_and_comes_back(
    mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path
) -> None:
    mock_lambda.function("orders", returns="callable", Runtime="nodejs22.x", Handler="index.handler")
    mock_lambda.deploy(write(tmp_path, app=HANDLER.format(answer="folder")), "orders")
    assert answer(lambda_client) == "folder"
    mock_lambda.function("orders", returns="callable again")
    assert answer(lambda_client) == "callable again"


def test_layers_are_made_of_folders_as_well(mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path) -> None:
    write(tmp_path, greetings="hello = 'Hello from a layer'\n")
    layer = "arn:aws:lambda:us-east-1:999999999999:layer:tools:3"
    mock_lambda.layer(layer, {"python": tmp_path})
    code = {"app.py": "import greetings\n\ndef handler(event, context):\n    return greetings.hello\n"}
    mock_lambda.deploy(code, "f", Layers=[layer])
    assert answer(lambda_client, "f") == "Hello from a layer"
    zipped = tmp_path / "layer.zip"
    zipped.write_bytes(package({"python/greetings.py": "hello = 'zip'\n"}))
    mock_lambda.layer(layer, zipped)
    mock_lambda.deploy(code, "g", Layers=[layer])
    assert answer(lambda_client, "g") == "zip"


# What runs it --------------------------------------------------------------------------------------------------------

NODE = "exports.handler = async () => 1\n"


@pytest.mark.parametrize(
    ("files", "settings", "runtime", "handler"),
    [
        ({"main.py": "def lambda_handler(event, context): ...\n"}, {}, PYTHON, "main.lambda_handler"),
        ({"main.py": "handler = print\n"}, {}, PYTHON, "main.handler"),
        ({"main.py": "handler: object = print\n"}, {}, PYTHON, "main.handler"),
        ({"main.py": "from shop import main as handler\n", "shop.py": ""}, {}, PYTHON, "main.handler"),
        (
            {"main.py": "from app import handler\n\ndef lambda_handler(event, context): ...\n"},
            {},
            PYTHON,
            "main.lambda_handler",
        ),
        ({"main.py": "import handler\n", "lib/app.py": "def handler(e, c): ...\n"}, {}, PYTHON, "main.handler"),
        ({"app.py": "def main(event, context): ...\n"}, {"Handler": "app.main"}, PYTHON, "app.main"),
        ({"app.py": "def handler(e, c): ...\n"}, {"Runtime": "python3.12"}, "python3.12", "app.handler"),
        ({"app.py": "def handler(e, c): ...\n", "broken.py": "def handler("}, {}, PYTHON, "app.handler"),
        (
            {"app.py": "def handler(e, c): ...\n", "index.js": NODE},
            {"Runtime": "python3.12"},
            "python3.12",
            "app.handler",
        ),
        ({"app.py": "", "index.js": NODE}, {"Handler": "index.handler"}, "nodejs20.x", "index.handler"),
        ({"index.js": NODE}, {}, "nodejs20.x", "index.handler"),
        ({"index.js": NODE}, {"Runtime": "nodejs24.x"}, "nodejs24.x", "index.handler"),
        ({"app.mjs": "export const handler = 1\n"}, {}, "nodejs20.x", "app.handler"),
        ({"app.mjs": "export async function lambdaHandler() {}\n"}, {}, "nodejs20.x", "app.lambdaHandler"),
        ({"app.cjs": "module.exports.handler = 1\n"}, {}, "nodejs20.x", "app.handler"),
        ({"app.mjs": "const f = 1\nexport { f as handler, f }\n"}, {}, "nodejs20.x", "app.handler"),
        ({"bootstrap": "#!/bin/sh\n", "app.py": ""}, {}, "provided.al2023", "bootstrap"),
        ({"bootstrap": "#!/bin/sh\n"}, {"Runtime": "provided.al2"}, "provided.al2", "bootstrap"),
        ({"shop.jar": b""}, {"Runtime": "java21", "Handler": "shop.App"}, "java21", "shop.App"),
    ],
)
def test_what_runs_a_package_is_found_where_there_is_one_answer(
    mock_lambda: LambdaMock,
    lambda_client: Any,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    settings: FunctionKeywords,
    runtime: str,
    handler: str,
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/node")
    monkeypatch.setattr(nodejs, "_asked", lambda path: (path, (20, 1, 0)))
    mock_lambda.deploy(files, "orders", **settings)
    found = lambda_client.get_function_configuration(FunctionName="orders")
    assert (found["Runtime"], found["Handler"]) == (runtime, handler)


@pytest.mark.parametrize(("found", "version"), [(None, ()), ("/node", ()), ("/node", (23, 1, 0))])
def test_where_no_node_of_lambda_is_found_it_is_one_that_lambda_has(
    mock_lambda: LambdaMock, lambda_client: Any, monkeypatch: pytest.MonkeyPatch, found: str | None, version: Any
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: found)
    monkeypatch.setattr(nodejs, "_asked", lambda path: (path, version))
    mock_lambda.deploy({"index.js": NODE}, "orders")
    assert lambda_client.get_function_configuration(FunctionName="orders")["Runtime"] == "nodejs22.x"


def test_a_function_that_is_there_keeps_a_runtime_and_a_handler_that_fit(
    mock_lambda: LambdaMock, lambda_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    performed: list[str] = []
    perform = Service.call

    def noted(service: Service, name: str, *arguments: Any, **place: Any) -> Any:
        performed.append(name)
        return perform(service, name, *arguments, **place)

    monkeypatch.setattr(Service, "call", noted)
    both = {"app.py": "def handler(e, c): ...\ndef lambda_handler(e, c): ...\n"}
    mock_lambda.deploy(both, "orders", Runtime="python3.12", Handler="app.lambda_handler")
    revision = lambda_client.get_function_configuration(FunctionName="orders")["RevisionId"]
    mock_lambda.deploy({**both, "more.py": ""}, "orders")
    found = lambda_client.get_function_configuration(FunctionName="orders")
    assert (found["Runtime"], found["Handler"]) == ("python3.12", "app.lambda_handler")
    assert found["RevisionId"] != revision
    assert performed == ["CreateFunction", "UpdateFunctionCode"]
    mock_lambda.deploy({"main.py": "def handler(e, c): ...\n"}, "orders")
    found = lambda_client.get_function_configuration(FunctionName="orders")
    assert (found["Runtime"], found["Handler"]) == ("python3.12", "main.handler")
    assert performed[2:] == ["UpdateFunctionConfiguration", "UpdateFunctionCode"]


@pytest.mark.parametrize(
    ("files", "settings", "complaint"),
    [
        (
            {"a.py": "def handler(e, c): ...\ndef lambda_handler(e, c): ...\n", "b.py": "handler = 1\n"},
            {},
            "a.handler, a.lambda_handler and b.handler may all be the handler. Say which it is: Handler='a.handler'.",
        ),
        (
            {"a.py": "def main(): ...\ndef entry(event, context): ...\n", "b.py": ""},
            {},
            "nothing in a.py and b.py is called handler or lambda_handler. Say what handles events: Handler='a.entry'.",
        ),
        (
            {"a.py": "async def handler(event, context): ...\n"},
            {},
            "nothing in a.py is called handler or lambda_handler. Say what handles events: Handler='app.main'.",
        ),
        (
            {"a.mjs": "export const main = 1\n"},
            {},
            "nothing in a.mjs is called handler or lambdaHandler. Say what handles events: Handler='app.main'.",
        ),
        (
            {"a.mjs": "export const handler = 1\n"},
            {"Runtime": "python3.13"},
            "there is no Python at the top of it, in which a handler could be. Say what handles events: Handler='app.m",
        ),
        (
            {"a.py": "def handler(e, c): ...\n", "a.js": NODE},
            {},
            "it has both Python and JavaScript at its top. Say which is run: Runtime='python3.13'.",
        ),
        (
            {"lib/app.py": "def handler(e, c): ...\n"},
            {},
            "there is no Python, JavaScript or bootstrap at the top of it, so it needs a Runtime= and a Handler=.",
        ),
        (
            {"shop.jar": b""},
            {"Runtime": "java21"},
            "what handles events is told by a name for java21: give it as Handler=.",
        ),
        (
            {"a.py": "def handler(e, c): ...\n"},
            {"Runtime": "python2.7"},
            "AWS refuses it with InvalidParameterValueException: The runtime parameter of python2.7 is no longer",
        ),
        (
            {"a.py": "handler = 1"},
            {"Timeout": "3"},
            "Invalid type for parameter Timeout, value: 3, type: <class 'str'>",
        ),
        ({"a.py": "handler = 1"}, {"Code": {}}, "leave out Code, since what the path leads to is the code."),
    ],
)
def test_where_nothing_can_be_found_the_test_has_to_say(
    mock_lambda: LambdaMock, files: dict[str, str], settings: dict[str, Any], complaint: str
) -> None:
    refused(mock_lambda, files, f"mock.deploy('orders'): {complaint}", **settings)


def test_what_is_no_deployment_is_refused(
    mock_lambda: LambdaMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(mock_lambda, "src", "There is no folder and no file 'src' to pack")
    refused(mock_lambda, b"no zip", "What is given as a zip can't be read as one: File is not a zip file.")
    refused(mock_lambda, damaged(), "What is given as a zip can't be read as one: Error -3 while decompressing data")
    refused(
        mock_lambda,
        package({"a.py": "handler = 1"}),
        "mock.deploy('orders'): exclude= leaves files of a folder out, and these are bytes.",
        exclude=["tests"],
    )
    refused(mock_lambda, {"a.py": "handler = 1"}, "mock.deploy knows no 'timeout'. Did you mean 'Timeout'?", timeout=3)
    refused(
        mock_lambda, {"a.py": "handler = 1"}, "mock.deploy knows no 'excludes'. Did you mean 'exclude'?", excludes=1
    )
    write(tmp_path / "src")
    with pytest.raises(
        LambdaMockError, match=re.escape("first, and then the name: mock.deploy('src', 'orders'), and not")
    ):
        mock_lambda.deploy("orders", "src")
    with pytest.raises(
        LambdaMockError, match=re.escape("under a name, as in mock.deploy('src/orders', 'orders'), not 7.")
    ):
        mock_lambda.deploy({"a.py": ""}, 7)  # type: ignore[arg-type]
    with pytest.raises(LambdaMockError, match="it is there already, and Tags is given only to a new function"):
        mock_lambda.deploy({"a.py": "handler = 1"}, "orders") and mock_lambda.deploy(
            {"a.py": "handler = 1"}, "orders", Tags={}
        )


@pytest.mark.lambda_mock(limits={"code_size_zipped": 100})
def test_a_package_that_is_too_large_is_refused_as_aws_does(mock_lambda: LambdaMock) -> None:
    complaint = "mock.deploy('orders'): AWS refuses it with RequestEntityTooLargeException: Zipped size must be smaller"
    refused(mock_lambda, {"a.py": "handler = 1\n" + 100 * "#"}, complaint)


# The files of the folder ---------------------------------------------------------------------------------------------

SHOP = {
    "app": """\
        # What is sold.
        import lib.prices

        def handler(event, context):
            if event == "where":
                return [handler.__code__.co_filename, __file__, lib.prices.__file__]
            if event == "later":
                import later
                return later.__file__
            return lib.prices.total(event)
        """,
    "lib/__init__": "",
    "lib/prices": """\
        def total(basket):
            if not basket:
                return 0
            return sum(price for price in basket)
        """,
    "later": "",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    import textwrap

    (tmp_path / "shop" / "lib").mkdir(parents=True)
    return write(tmp_path / "shop", **{name: textwrap.dedent(text) for name, text in SHOP.items()})


def test_code_names_the_files_of_the_folder_and_runs_from_a_copy(
    mock_lambda: LambdaMock, lambda_client: Any, shop: Path
) -> None:
    mock_lambda.deploy(shop, "orders")
    code, file, other = answer(lambda_client, event="where")
    assert code == str(shop / "app.py")
    assert shop not in Path(file).parents
    assert other == file.replace("app.py", "lib/prices.py")


MEASURED = """
import json, sys
import boto3, coverage
from lambda_mock import mock_lambda

shop = sys.argv[1]
measured = coverage.Coverage(data_file=None, source=[shop], branch=True, config_file=False)
with measured.collect(), mock_lambda() as mock:
    mock.deploy(shop, "orders")
    client = boto3.client("lambda", region_name="us-east-1")
    for basket in ("[1, 2]", "[3]"):
        assert json.load(client.invoke(FunctionName="orders", Payload=basket)["Payload"]) == 3
print(json.dumps([measured.analysis2(f"{shop}/{name}.py")[1:4:2] for name in ("lib/prices", "app")]))
"""


def test_the_coverage_of_a_folder_is_measured(shop: Path) -> None:
    """In a process that nobody else measures: of two that do in one process the outer one sees no more afterwards."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", MEASURED, str(shop)]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    (statements, missing), (_, missing_of_app) = json.loads(done.stdout)
    assert (statements, missing) == ([1, 2, 3, 4], [3])
    assert missing_of_app == [6, 8, 9]


def test_what_a_caller_is_told_of_a_failure_is_where_the_file_is_on_lambda(
    mock_lambda: LambdaMock, lambda_client: Any, shop: Path
) -> None:
    mock_lambda.deploy(shop, "orders")
    trace = answer(lambda_client, event=7)["stackTrace"]
    assert [re.sub(r"\n.*", "", line, flags=re.DOTALL) for line in trace] == [
        '  File "/var/task/app.py", line 10, in handler',
        '  File "/var/task/lib/prices.py", line 4, in total',
    ]
    (run,) = mock_lambda.invocations
    assert '"/var/task/lib/prices.py"' in run.log


def test_a_file_that_has_changed_since_is_not_taken_for_the_one_that_runs(
    mock_lambda: LambdaMock, lambda_client: Any, shop: Path
) -> None:
    mock_lambda.deploy(shop, "orders", Publish=True)
    (shop / "app.py").write_text((shop / "app.py").read_text().replace("# What is sold.", "\n\n\n"))
    (shop / "lib" / "prices.py").unlink()
    code, file, _ = answer(lambda_client, event="where")
    assert code == file
    assert answer(lambda_client, event=[1]) == 1


def test_modules_are_taken_from_cached_bytecode_and_named_all_the_same(
    mock_lambda: LambdaMock, lambda_client: Any, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    mock_lambda.deploy(shop, "orders", Publish=True)
    found = [answer(lambda_client, name, "where") for name in ("orders", "orders:1")]
    assert found[0] == found[1]
    assert (Path(found[0][1]).parent / "__pycache__").exists()
    assert found[0][0] == str(shop / "app.py")


def test_the_test_has_its_import_machinery_back(mock_lambda: LambdaMock, lambda_client: Any, shop: Path) -> None:
    before = list(sys.meta_path)
    mock_lambda.deploy(shop, "orders")
    assert answer(lambda_client, event="later").endswith("later.py")
    assert sys.meta_path == before
    assert "later" not in sys.modules


def test_other_modules_are_found_as_ever(
    mock_lambda: LambdaMock, lambda_client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    monkeypatch.delitem(sys.modules, "_symtable", raising=False)
    code = """\
def handler(event, context):
    import colorsys, _symtable
    try:
        import nothing_of_that_name
    except ImportError as error:
        return [colorsys.__file__, _symtable.__spec__.origin, str(error)]
"""
    mock_lambda.deploy(write(tmp_path, app=code, _symtable="mine = True\n"), "orders")
    found, built_in, missing = answer(lambda_client)
    assert Path(found).parent == Path(json.__file__).parents[1]
    assert (built_in, missing) == ("built-in", "No module named 'nothing_of_that_name'")


def test_nothing_stays_of_a_folder_whose_function_is_deleted(
    mock_lambda: LambdaMock, lambda_client: Any, shop: Path
) -> None:
    mock_lambda.deploy(shop, "orders")
    copy = Path(answer(lambda_client, event="where")[1])
    code = mock_lambda._activation.backend.code
    assert (copy.exists(), len(code._contents), len(code._originals)) == (True, 1, 1)
    lambda_client.delete_function(FunctionName="orders")
    assert (copy.exists(), len(code._contents), len(code._originals)) == (False, 0, 0)


def test_a_package_may_have_modules_of_the_standard_librarys_names(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    code = "import json, time\n\ndef handler(event, context):\n    return [json.__name__, time.__spec__.origin]\n"
    mock_lambda.deploy({"app.py": code}, "orders")
    assert answer(lambda_client) == ["json", "built-in"]
