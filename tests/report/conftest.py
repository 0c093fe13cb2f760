"""What pytester's runs share: what is loaded here isn't loaded anew by each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3  # noqa: F401
import pytest
import requests  # noqa: F401

import lambda_mock.clients
import lambda_mock.failure_report
import lambda_mock.mock
import lambda_mock.reporting.page
import lambda_mock.reporting.plugin
import lambda_mock.reporting.watch  # noqa: F401
from tests.report.browser import browsing, executable

if TYPE_CHECKING:
    from tests.report.browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless browser, for all tests that look at pages."""
    if executable() is None:
        pytest.skip("there is no Chromium here to open the page with: apt-get install chromium")
    with browsing(tmp_path_factory.mktemp("browser")) as one:
        yield one
