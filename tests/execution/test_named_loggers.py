"""What a function does to loggers that have names, while it is loaded, ends with its mock."""

from __future__ import annotations

import gc
import io
import logging
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_mock import mock_lambda

if TYPE_CHECKING:
    import pytest

CODE = """
import logging

logger = logging.getLogger("shop.orders")
logger.addHandler(logging.NullHandler())
logger.setLevel("ERROR")
logger.propagate = False
logging.getLogger("shop").setLevel("INFO")
logging.getLogger("shop").propagate = False

def handler(event, context):
    return [len(logger.handlers), logger.level, logger.propagate]
"""


def loaded(client: Any, name: str) -> Any:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", CODE)
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": content.getvalue()},
    )
    return client.invoke(FunctionName=name)["Payload"].read()


def state(name: str) -> tuple[int, int, bool]:
    logger = logging.getLogger(name)
    return len(logger.handlers), logger.level, logger.propagate


def test_what_functions_do_to_named_loggers_ends_with_their_mock(lambda_client: Any) -> None:
    tests_own = logging.NullHandler()
    logging.getLogger("shop").addHandler(tests_own)
    try:
        with mock_lambda():
            assert loaded(lambda_client, "orders") == b"[1, 40, false]"
            assert loaded(lambda_client, "billing") == b"[2, 40, false]"
            logging.getLogger("shop").setLevel("DEBUG")
            logging.getLogger("shop").propagate = True
        assert state("shop.orders") == (0, logging.NOTSET, True)
        assert state("shop") == (1, logging.DEBUG, True)
    finally:
        logging.getLogger("shop").removeHandler(tests_own)
        logging.getLogger("shop").setLevel(logging.NOTSET)


def test_the_last_change_is_taken_back_first_and_the_tests_own_ones_stay(lambda_client: Any) -> None:
    code = """
import logging
logging.getLogger("shop.prices").setLevel({level!r})
logging.getLogger("shop.stock").addHandler(logging.NullHandler())

def handler(event, context): ...
"""
    try:
        with mock_lambda() as mock:
            for level in ("ERROR", "INFO"):
                mock.deploy({"app.py": code.format(level=level)}, "orders")
                lambda_client.invoke(FunctionName="orders")
            logging.getLogger("shop.stock").propagate = False
        assert state("shop.prices") == (0, logging.NOTSET, True)
        assert state("shop.stock") == (0, logging.NOTSET, False)
    finally:
        logging.getLogger("shop.stock").propagate = True


def test_the_files_of_their_handlers_are_closed(
    lambda_client: Any, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    code = f"""
import logging
logger = logging.getLogger("shop.files")
logger.addHandler(logging.FileHandler({str(tmp_path / "one.log")!r}))
logger.addHandler(logging.FileHandler({str(tmp_path / "two.log")!r}, delay=True))
logger.handlers[0].handle(logging.makeLogRecord({{"msg": "loaded"}}))

def handler(event, context): ...
"""
    with mock_lambda() as mock:
        mock.deploy({"app.py": code}, "orders")
        lambda_client.invoke(FunctionName="orders")
    gc.collect()
    assert [str(each.message) for each in recwarn if str(tmp_path) in str(each.message)] == []
    assert (tmp_path / "one.log").read_text() == "loaded\n"
    assert state("shop.files")[0] == 0
