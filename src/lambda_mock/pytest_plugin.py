"""The pytest plugin: options, a marker, the fixtures `mock_lambda` and `lambda_client`, and a section for failed tests.

pytest loads it in every run, so it loads nothing itself until a test asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock.attendance import Attendance
    from lambda_mock.clients import Clients
    from lambda_mock.config import MockConfig
    from lambda_mock.handler_context import LambdaContext
    from lambda_mock.mock import LambdaMock

# What each option of MockConfig takes, and means, and what it is unless it is given.
_OPTIONS: Mapping[str, tuple[str, str, str]] = {
    "region": (
        "NAME",
        "where mock.function deploys, and where calls go for which no client, variable or profile names a region",
        "us-east-1",
    ),
    "account_id": ("DIGITS", "the account of every caller that isn't named in accounts: 12 digits", "123456789012"),
    "accounts": (
        "KEY=ACCOUNT,...",
        "access keys and the accounts they belong to, separated by commas or spaces",
        "none",
    ),
    "seed": ("N", "what ids and weighted routing are drawn from: a whole number", "0"),
    "lifecycle": (
        "instant|observed",
        "whether a change has settled when the next call arrives, or lasts until a GetFunction has shown it once",
        "instant",
    ),
    "lane": ("fast|wire", "wire sends every call through botocore's signing, sending and parsing", "fast"),
    "async_mode": (
        "eager|manual",
        "when functions get events, messages and records: at once, or when the test calls mock.drain()",
        "eager",
    ),
    "execution": (
        "inline|process",
        "where zips of Python run: in the test's process, or in processes of their own",
        "inline",
    ),
    "processes": ("N", "how many processes of functions run at once at most", "8"),
    "identical_code_publishes": (
        "true|false",
        "whether an update with the same code makes the next publish a new version",
        "true",
    ),
    "enforce_policies": (
        "true|false",
        "whether what other services and URLs bring needs a grant in the function's resource policy",
        "false",
    ),
    "timeouts": ("true|false", "whether a function is interrupted at its Timeout; false is for debuggers", "true"),
    "records": (
        "N",
        "how many calls, runs, deliveries and refusals are kept for assertions, of each",
        "10000",
    ),
    "limits": (
        "NAME=NUMBER,...",
        "what an account may have at most, separated by commas or spaces; lambda_mock.limits.Limits has the names",
        "AWS's",
    ),
}
# Those that are for the run, and not for a mock.
_FOR_THE_RUN: Mapping[str, tuple[str, str, str]] = {
    "section": (
        "failed|always|off",
        "which tests show what their mocks have recorded, and what was deployed",
        "failed",
    ),
    "report": (
        "FILE.html",
        "write a page to look at: what each test did with Lambda, in pictures; takes the extra 'report'",
        "none",
    ),
}
_PREFIX = "lambda_mock_"
_MARKER = (
    "lambda_mock(**config): the configuration of mock_lambda for this test, as in seed=7, by the names of MockConfig. "
    "By itself it activates nothing."
)
_CLIENTS: pytest.StashKey[Clients] = pytest.StashKey()
_SECTION: pytest.StashKey[str] = pytest.StashKey()
_ATTENDANCE: pytest.StashKey[Attendance] = pytest.StashKey()
_MARKED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each option twice, for the command line and for the ini file."""
    group = parser.getgroup("lambda_mock", "lambda_mock (AWS Lambda, answered in process)")
    for name, (value, meaning, default) in {**_OPTIONS, **_FOR_THE_RUN}.items():
        option, text = f"{_PREFIX}{name}", f"{meaning} (default: {default})"
        group.addoption(f"--{option.replace('_', '-')}", dest=option, metavar=value, help=text)
        parser.addini(option, f"{value}: {text}", default=None)


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Refuse an option of the command line that is misspelt, before pytest does without the nearest name."""
    ours = [argument for argument in args if argument.startswith("--lambda-mock") or argument == "--"]
    if ours:
        from lambda_mock.plugin_checks import check_arguments

        with _refused():
            check_arguments(ours, [*_OPTIONS, *_FOR_THE_RUN])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse options that can't work before any test runs."""
    config.addinivalue_line("markers", _MARKER)
    keys = _ini_keys(config)
    given = _given(config, {**_OPTIONS, **_FOR_THE_RUN})
    config.stash[_SECTION] = given.pop("section", "failed")
    report = given.pop("report", None)
    if keys or given or config.stash[_SECTION] != "failed":
        from lambda_mock.plugin_checks import check_ini, section_mode
        from lambda_mock.plugin_options import configured

        with _refused():
            check_ini(keys, [*_OPTIONS, *_FOR_THE_RUN])
            section_mode(config.stash[_SECTION])
            configured(given)
    if report:
        from lambda_mock.reporting.plugin import begin

        begin(config, config.getoption("lambda_mock_report"), config.getini("lambda_mock_report"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Follow no mocks any longer where a run was interrupted."""
    _dismiss(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what isn't as by default."""
    given, section = _given(config), config.stash[_SECTION]
    parts = [] if section == "failed" else [f"section={section!r}"]
    if given:
        from lambda_mock.plugin_options import configured, differences

        parts = [*filter(None, [differences(configured(given))]), *parts]
    return f"lambda_mock: {', '.join(parts)}" if parts else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse markers that can't work, or are misspelt, before any test runs; see which ones are for no mock at all."""
    report = yield
    mistakes: list[str] = []
    for item in report.result or ():
        if isinstance(item, pytest.Item):
            mistakes += _mistakes_of(item)
            own = getattr(getattr(item, "obj", None), "pytestmark", ())
            if not {"mock_lambda", "lambda_context"} & set(getattr(item, "fixturenames", ())) and any(
                mark.name == "lambda_mock" for mark in own
            ):
                item.stash[_MARKED] = False
    if mistakes:
        report.outcome = "failed"
        report.longrepr = "\n".join(mistakes)
        report.result = []
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Follow which mocks the test has, from its first fixture on."""
    if "lambda_mock.mock" in sys.modules:
        from lambda_mock.attendance import Attendance

        _dismiss(item.config)
        item.config.stash[_ATTENDANCE] = Attendance()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Tell of a marker that has configured nothing."""
    if item.stash.get(_MARKED, False):
        from lambda_mock.errors import LambdaMockWarning

        item.warn(
            LambdaMockWarning(
                f"The marker lambda_mock of {item.name} configures nothing: it is for the fixtures mock_lambda, "
                "lambda_client and lambda_context, and this test has no mock at all."
            )
        )


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
    if "lambda_mock.mock" in sys.modules:
        shown = item.config.stash[_SECTION]
        if (report.failed and shown != "off") or (report.when == "call" and shown == "always"):
            _add_sections(item, call, report)
    if report.when == "call" and report.passed and _MARKED in item.stash:
        followed = item.config.stash.get(_ATTENDANCE, None)
        item.stash[_MARKED] = followed is None or not followed.had_any()
    if report.when == "teardown":
        _dismiss(item.config)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, Any, Any]:
    """Colour the sections while pytest prints them, and print those that it doesn't, before what has failed."""
    always = terminalreporter.config.stash[_SECTION] == "always"
    reports = [report for category in ("failed", "error") for report in terminalreporter.stats.get(category, ())]
    if not always and not any(getattr(report, "longrepr", None) for report in reports):
        return (yield)
    from lambda_mock.report_sections import failures, others, painted, tell

    passed = others(terminalreporter) if always else []
    with painted(terminalreporter, [*failures(terminalreporter), *passed]):
        if passed and not terminalreporter.hasopt("P"):
            tell(terminalreporter, passed)
        return (yield)


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


def _given(config: pytest.Config, options: Iterable[str] = _OPTIONS) -> dict[str, str]:
    """The options that the command line or else the ini file gives, as text."""
    found = {}
    for name in options:
        option = f"{_PREFIX}{name}"
        text = config.getoption(option)
        found[name] = config.getini(option) if text is None else text
    return {name: text for name, text in found.items() if text is not None}


def _ini_keys(config: pytest.Config) -> list[str]:
    """The keys of the ini file, and of `-o`, that are ours by their beginning."""
    # pytest 9 has deprecated the public name, and put nothing in its place.
    kept: Iterable[str] = vars(config).get("_inicfg") or vars(config).get("inicfg") or ()
    overridden = (text.partition("=")[0] for text in config.getoption("override_ini") or ())
    return [key for key in (*kept, *overridden) if key.startswith(_PREFIX)]


def _mistakes_of(item: pytest.Item) -> Iterator[str]:
    """What is wrong with the markers of a test that are ours, or look like it."""
    for mark in item.iter_markers():
        if "lam" in mark.name or "mock" in mark.name:
            from lambda_mock.plugin_checks import mistake_in

            registered = {line.partition(":")[0].partition("(")[0].strip() for line in item.config.getini("markers")}
            mistake = mistake_in(mark, registered)
            if mistake is not None:
                yield f"{item.nodeid}: {mistake}"


def _add_sections(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    from lambda_mock.errors import warned
    from lambda_mock.failure_report import mocks_of, sections
    from lambda_mock.report_sections import attach

    followed = item.config.stash.get(_ATTENDANCE, None)
    mocks = mocks_of(item, call.excinfo, () if followed is None else reversed(followed.entered))
    try:
        found = sections(mocks, warned, None if followed is None else followed.since)
    except Exception as error:  # noqa: BLE001  # a failure of the test isn't hidden by one of ours
        found = [("Lambda", f"lambda_mock couldn't tell what happened, which is a mistake of its own: {error!r}")]
    attach(report, found)


def _dismiss(config: pytest.Config) -> None:
    """Follow the mocks of a test no longer."""
    followed = config.stash.get(_ATTENDANCE, None)
    if followed is not None:
        del config.stash[_ATTENDANCE]
        followed.end()


@contextmanager
def _refused() -> Iterator[None]:
    """Tell of a mistake of the user's as pytest does."""
    from lambda_mock.errors import LambdaMockError

    try:
        yield
    except LambdaMockError as error:
        raise pytest.UsageError(str(error)) from error
