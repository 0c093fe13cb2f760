"""What a function does to loggers that have names, while it is loaded, ends with its mock."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

from lambda_mock import mock_lambda

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
