"""Looking into a function: a debugger that stops in it, and the coverage of its lines.

Both work since the function runs in the process of the test. A test's own `breakpoint()` in a handler stops just so; no
function times out while somebody looks at it.
"""

from __future__ import annotations

import importlib.util
import io
import json
import pdb  # noqa: T100
import zipfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import coverage

if TYPE_CHECKING:
    import pytest
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

SHOP = Path(__file__).parent / "shop" / "v2" / "orders.py"


class Terminal(pdb.Pdb):
    """A debugger at which somebody has typed ahead; what it shows is in `shown`."""

    def __init__(self, *typed: str) -> None:
        self.shown = io.StringIO()
        super().__init__(stdin=io.StringIO("\n".join(typed) + "\n"), stdout=self.shown, nosigint=True, readrc=False)
        self.prompt = ""


def test_stopping_in_a_callable(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    terminal = Terminal("p event['price']", "up 0", "p context.function_name", "continue")

    @mock_lambda.function("orders")
    def handler(event: dict[str, int], context: Any) -> int:
        terminal.set_trace()
        return 2 * event["price"]

    reply = lambda_client.invoke(FunctionName="orders", Payload='{"price": 21}')
    assert json.load(reply["Payload"]) == 42
    assert "21\n" in terminal.shown.getvalue()
    assert "'orders'\n" in terminal.shown.getvalue()


def test_stopping_in_a_zip(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal("p price", "price = 100", "continue")
    # `breakpoint()` asks this hook which debugger to start; without it, it would be the one that the terminal is for.
    monkeypatch.setattr("sys.breakpointhook", terminal.set_trace)
    code = "def handler(event, context):\n    price = event['price']\n    breakpoint()\n    return price\n"
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", code)
    lambda_client.create_function(
        FunctionName="orders",
        Runtime="python3.13",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/shop",
        Code={"ZipFile": package.getvalue()},
    )
    reply = lambda_client.invoke(FunctionName="orders", Payload='{"price": 21}')
    assert terminal.shown.getvalue().splitlines()[-1] == "21"
    assert json.load(reply["Payload"]) == 100


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_coverage_of_a_handler(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    """As `pytest --cov` measures it. An empty basket is where the function fails, so its last line isn't run."""

    def never_run(basket: dict[str, int]) -> list[str]:
        measured = coverage.Coverage(data_file=None, include=[str(SHOP)], config_file=False)
        with measured.collect():
            mock_lambda.function("orders", imported(SHOP).handler)
            lambda_client.invoke(FunctionName="orders", Payload=json.dumps({"basket": basket}))
        _, _, _, missing, _ = measured.analysis2(str(SHOP))
        lines = SHOP.read_text("utf-8").splitlines()
        return [lines[number - 1].strip() for number in missing]

    assert never_run({}) == ['return {"total": total - present, "priced_by": context.function_version}']
    assert never_run({"honey": 2}) == []
