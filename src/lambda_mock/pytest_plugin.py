"""The pytest plugin: options, a marker, the fixtures `mock_lambda` and `lambda_client`, and a section for failed tests.

pytest loads it in every run, so it loads nothing itself until a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock.clients import Clients
    from lambda_mock.config import MockConfig
    from lambda_mock.handler_context import LambdaContext
    from lambda_mock.mock import LambdaMock

_OPTIONS: Mapping[str, str] = {
    "region": "where mock.function deploys, and where calls go for which no client, variable or profile names one",
    "account_id": "the account of every caller that isn't named in accounts: 12 digits",
    "accounts": "access keys and the accounts they belong to: KEY=ACCOUNT, separated by commas or spaces",
    "seed": "what ids and weighted routing are drawn from: a whole number",
    "lifecycle": "when a change has settled: 'instant' or 'observed'",
    "lane": "'fast', or 'wire' to send every call through botocore's signing and retries",
    "async_mode": "when functions get events and messages: 'eager', or 'manual' to have them wait for mock.drain()",
    "execution": "where zips of Python run: inline, in the test's process, or process, in processes of their own",
    "processes": "how many processes of functions run at once at most",
    "identical_code_publishes": "whether an update with the same code makes a new version: true or false",
    "enforce_policies": "whether what other services and URLs bring needs a grant of the function: true or false",
    "timeouts": "whether a function is interrupted at its Timeout: true or false",
    "records": "how many calls, runs, deliveries and refusals are kept for assertions, of each",
    "limits": "what an account may have at most, where not AWS's defaults: NAME=NUMBER, separated by commas or spaces",
}
_REPORT = "write a page to look at, FILE.html: what each test did with Lambda, in pictures; takes the extra 'report'"
_MARKER = "lambda_mock(**config): the configuration of mock_lambda for this test. By itself it activates nothing."
_CLIENTS: pytest.StashKey[Clients] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each option twice, for the command line and for the ini file."""
    group = parser.getgroup("lambda_mock", "lambda_mock (AWS Lambda, answered in process)")
    for name, meaning in _OPTIONS.items():
        option = f"lambda_mock_{name}"
        group.addoption(f"--{option.replace('_', '-')}", dest=option, metavar=name.upper(), help=meaning)
        parser.addini(option, meaning, default=None)
    group.addoption("--lambda-mock-report", dest="lambda_mock_report", metavar="FILE", help=_REPORT)
    parser.addini("lambda_mock_report", _REPORT, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse options that can't work before any test runs."""
    config.addinivalue_line("markers", _MARKER)
    given = _given(config)
    if given:
        from lambda_mock.errors import LambdaMockError
        from lambda_mock.plugin_options import configured

        try:
            configured(given)
        except LambdaMockError as error:
            raise pytest.UsageError(str(error)) from error
    report, in_ini_file = config.getoption("lambda_mock_report"), config.getini("lambda_mock_report")
    if in_ini_file if report is None else report:
        from lambda_mock.reporting.plugin import begin

        begin(config, report, in_ini_file)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what isn't as by default."""
    given = _given(config)
    if not given:
        return None
    from lambda_mock.plugin_options import configured, differences

    changed = differences(configured(given))
    return f"lambda_mock: {changed}" if changed else None


def pytest_enter_pdb() -> None:
    """Let a function in which somebody stops take the time that this takes."""
    lineage = sys.modules.get("lambda_mock.execution.lineage")
    run = None if lineage is None else lineage.current()
    if run is not None:
        run.take_all_the_time_it_needs()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Let the time that a handler has begin with the test that calls it, and not with the fixtures before it."""
    module = sys.modules.get("lambda_mock.handler_context")
    context = None if module is None else getattr(item, "funcargs", {}).get("lambda_context")
    if module is not None and isinstance(context, module.LambdaContext):
        context.restart()


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain a comparison with records or with a `partial`, in the style of pytest's own explanations."""
    if "lambda_mock.matchers" not in sys.modules:
        return None
    from lambda_mock.assertion_texts import explain

    return explain(config, op, left, right)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell where a test went wrong, and what Lambda looked like when it failed."""
    if (
        call.excinfo is not None
        and "lambda_mock.mock" in sys.modules
        and not item.config.getoption("fulltrace", default=False)
    ):
        from lambda_mock.failure_report import where_the_test_went_wrong

        traceback = where_the_test_went_wrong(call.excinfo.value)
        if traceback is not None:
            call.excinfo = pytest.ExceptionInfo.from_exc_info((call.excinfo.type, call.excinfo.value, traceback))
    if call.excinfo is not None and "lambda_mock.records.misses" in sys.modules:
        from lambda_mock.assertion_texts import retell

        retell(call.excinfo.value, item.config)
    report = yield
    if report.failed and call.excinfo is not None and "lambda_mock.mock" in sys.modules:
        from lambda_mock.failure_report import mocks_of, section

        report.sections += [("Lambda", section(mock)) for mock in mocks_of(item, call.excinfo)]
    return report


@pytest.fixture(scope="session")
def lambda_mock_config(pytestconfig: pytest.Config) -> Any:
    """The configuration of every `mock_lambda`. Override it to configure a whole suite, or a part of one.

    It may be a MockConfig, or a dict of changes to what the ini file and the command line say.
    """
    from lambda_mock.plugin_options import configured

    return configured(_given(pytestconfig))


@pytest.fixture(name="mock_lambda")
def _mock_lambda(request: pytest.FixtureRequest, lambda_mock_config: Any) -> Iterator[LambdaMock]:
    """AWS Lambda for one test, with nothing deployed: a LambdaMock that answers every Lambda call in process."""
    from lambda_mock.mock import LambdaMock

    with LambdaMock(_config_of(request, lambda_mock_config)) as mock:
        yield mock


@pytest.fixture
def lambda_client(request: pytest.FixtureRequest, mock_lambda: LambdaMock) -> Iterator[LambdaClient]:
    """A boto3 client for Lambda in the region of `mock_lambda`; botocore's where boto3 isn't installed."""
    from lambda_mock.clients import Clients

    with request.config.stash.setdefault(_CLIENTS, Clients()).lent(mock_lambda.config.region) as client:
        yield client


@pytest.fixture
def lambda_context(request: pytest.FixtureRequest, lambda_mock_config: Any) -> LambdaContext:
    """A context for a handler that the test calls itself, and by `lambda_context(timeout=10)` one with other values."""
    from lambda_mock.handler_context import LambdaContext

    config = _config_of(request, lambda_mock_config)
    return LambdaContext(region=config.region, account_id=config.account_id, seed=config.seed)


def _config_of(request: pytest.FixtureRequest, lambda_mock_config: Any) -> MockConfig:
    """The configuration of a test: what the fixture gives, with the changes of its markers."""
    from lambda_mock.plugin_options import marked, of_fixture

    closest_last = reversed(list(request.node.iter_markers("lambda_mock")))
    return marked(of_fixture(lambda_mock_config, _given(request.config)), closest_last)


def _given(config: pytest.Config) -> dict[str, str]:
    """The options that the command line or else the ini file gives, as text."""
    found = {}
    for name in _OPTIONS:
        option = f"lambda_mock_{name}"
        text = config.getoption(option)
        found[name] = config.getini(option) if text is None else text
    return {name: text for name, text in found.items() if text is not None}
