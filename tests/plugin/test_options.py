"""The configuration of the fixture: the ini file, the command line, the fixture `lambda_mock_config` and the marker."""

from __future__ import annotations

import os

import pytest

from lambda_mock import pytest_plugin
from lambda_mock.config import OPTIONS, MockConfig, parse_option
from lambda_mock.errors import LambdaMockError
from lambda_mock.plugin_checks import check_arguments

SHOWS = """
def test_shown(mock_lambda):
    print("seed", mock_lambda.config.seed, "region", mock_lambda.config.region)
"""
FIXTURE = """
import pytest

@pytest.fixture
def lambda_mock_config(lambda_mock_config):
    return {body}
"""


def shown(pytester: pytest.Pytester, *arguments: str, passed: int = 1) -> str:
    result = pytester.runpytest_inprocess("-rP", *arguments)
    result.assert_outcomes(passed=passed)
    return str(result.stdout)


def test_every_option_can_be_given_in_the_ini_file_and_on_the_command_line() -> None:
    assert tuple(pytest_plugin._OPTIONS) == OPTIONS


def test_the_help_tells_the_defaults_that_hold() -> None:
    told = {name: default for name, (_, _, default) in pytest_plugin._OPTIONS.items()}
    assert (told.pop("accounts"), told.pop("limits")) == ("none", "AWS's")
    default = MockConfig()
    assert {name: parse_option(name, text) for name, text in told.items()} == {n: getattr(default, n) for n in told}


def test_the_help_shows_every_option_in_one_group(pytester: pytest.Pytester) -> None:
    text = str(pytester.runpytest_inprocess("--help").stdout)
    group = text.partition("lambda_mock (AWS Lambda, answered in process):")[2].partition("\n\n")[0]
    names = [*OPTIONS, "section"]
    assert all(f"--lambda-mock-{name.replace('_', '-')}=" in group for name in names)
    assert group.count("(default:") >= len(names)
    assert all(f"\n  lambda_mock_{name}" in text for name in names)


def test_without_options_the_defaults_hold(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SHOWS)
    assert "seed 0 region us-east-1" in shown(pytester)


def test_the_ini_file_configures_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlambda_mock_seed = 5\nlambda_mock_region = eu-west-1\n")
    pytester.makepyfile(SHOWS)
    assert "seed 5 region eu-west-1" in shown(pytester)


def test_the_command_line_is_stronger_than_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlambda_mock_seed = 5\nlambda_mock_region = eu-west-1\n")
    pytester.makepyfile(SHOWS)
    assert "seed 6 region eu-west-1" in shown(pytester, "--lambda-mock-seed=6")


def test_the_fixture_is_stronger_than_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE.format(body="lambda_mock_config.changed({'seed': 7})"))
    pytester.makepyfile(SHOWS)
    assert "seed 7 region eu-north-1" in shown(pytester, "--lambda-mock-seed=6", "--lambda-mock-region=eu-north-1")


def test_a_dict_from_the_fixture_changes_what_it_names(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE.format(body="{'seed': 7}"))
    pytester.makepyfile(SHOWS)
    assert "seed 7 region eu-north-1" in shown(pytester, "--lambda-mock-region=eu-north-1")


def test_the_fixture_may_have_any_scope(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE.format(body="{'seed': 7}").replace(".fixture", ".fixture(scope='session')"))
    pytester.makepyfile(SHOWS)
    assert "seed 7" in shown(pytester)


def test_the_marker_is_the_strongest_and_the_closest_marker_wins(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE.format(body="{'seed': 7}"))
    pytester.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.lambda_mock(seed=8, region="eu-west-1", lane="wire")

        @pytest.mark.lambda_mock(seed=9, region="eu-north-1")
        class TestIt:
            @pytest.mark.lambda_mock(seed=10)
            def test_it(self, mock_lambda):
                config = mock_lambda.config
                assert (config.seed, config.region, config.lane) == (10, "eu-north-1", "wire")
        """
    )
    shown(pytester)


def test_the_marker_activates_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import lambda_mock, pytest

        @pytest.mark.lambda_mock(seed=1)
        def test_it():
            with pytest.raises(lambda_mock.LambdaMockError, match="No lambda_mock is active"):
                lambda_mock.current()
        """
    )
    shown(pytester, "--strict-markers", "-W", "default::lambda_mock.LambdaMockWarning")


def test_the_marker_is_listed(pytester: pytest.Pytester) -> None:
    pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.lambda_mock(?*config): *"])


# Mistakes are told before any test runs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("lambda_mock(regoin='x')", "*lambda_mock has no option 'regoin'. Did you mean 'region'*"),
        ("lambda_mock(lane='slow')", "*lane must be 'fast' or 'wire', and not 'slow'.*"),
        ("lambda_mock(7)", "*pytest.mark.lambda_mock takes options by name, as in seed=7, and not (7,).*"),
        ("lambda_moc(seed=7)", "*There is no marker 'lambda_moc'. Did you mean 'lambda_mock'?"),
        ("mock_lambda", "*no marker 'mock_lambda', which is the name of the fixture. The marker is 'lambda_mock'."),
    ],
)
def test_a_marker_that_cannot_work_is_refused_before_any_test_runs(
    pytester: pytest.Pytester, marker: str, message: str
) -> None:
    pytester.makepyfile(
        test_a="def test_that_is_right(mock_lambda): pass",
        test_b=f"import pytest\n\nclass TestIt:\n    @pytest.mark.{marker}\n    def test_it(self, mock_lambda): pass",
    )
    result = pytester.runpytest_inprocess("-W", "ignore::pytest.PytestUnknownMarkWarning")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR collecting test_b.py*", f"test_b.py::TestIt::test_it: {message}"])


def test_markers_of_others_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers =\n    mock_lambda: theirs\n    slow(lambda_mocks): theirs\n    lambda_mocks")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.mock_lambda
        @pytest.mark.lambda_mocks
        @pytest.mark.slow
        @pytest.mark.mocking_birds
        @pytest.mark.parametrize("lambda_mock", [1])
        def test_it(lambda_mock):
            pass
        """
    )
    shown(pytester, "-W", "ignore::pytest.PytestUnknownMarkWarning")


@pytest.mark.parametrize(
    ("test", "is_told"),
    [
        ("def test_it(): pass", True),
        ("def test_it(request): request.getfixturevalue('mock_lambda')", False),
        ("def test_it():\n    with mock_lambda(): pass", False),
        ("def test_it(lambda_client): pass", False),
        ("def test_it(lambda_context): pass", False),
        ("def test_it(): pytest.skip()", False),
    ],
)
def test_a_marker_of_a_test_without_any_mock_is_told(pytester: pytest.Pytester, test: str, *, is_told: bool) -> None:
    pytester.makepyfile(
        f"import pytest\nfrom lambda_mock import mock_lambda\n\n@pytest.mark.lambda_mock(seed=7)\n{test}\n"
    )
    text = str(pytester.runpytest_inprocess("-W", "default::lambda_mock.LambdaMockWarning").stdout)
    told = "LambdaMockWarning: The marker lambda_mock of test_it configures nothing: it is for the fixtures"
    assert (told in text) is is_told


def test_a_marker_of_a_whole_module_may_be_for_some_of_its_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\npytestmark = pytest.mark.lambda_mock(seed=7)\n\ndef test_it(): pass")
    shown(pytester)


def test_a_marker_that_a_fixture_adds_is_checked_when_it_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(autouse=True)
        def seeded(request):
            request.node.add_marker(pytest.mark.lambda_mock(sed=7))

        def test_it(mock_lambda):
            pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*lambda_mock has no option 'sed'. Did you mean 'seed'*"])


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--lambda-mock-sed=7", "*lambda_mock has no option --lambda-mock-sed. Did you mean --lambda-mock-seed?"),
        (
            "--lambda-mock-async_mode=manual",
            "*--lambda-mock-async_mode. Did you mean --lambda-mock-async-mode?",
        ),
        ("--lambda-mock", "*lambda_mock has no option --lambda-mock."),
    ],
)
def test_an_option_that_is_misspelt_is_told_with_the_nearest_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, argument: str, message: str
) -> None:
    pytester.makepyfile(SHOWS)
    for result in (pytester.runpytest_inprocess("-v", argument), in_addopts(pytester, monkeypatch, argument)):
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"{message} The options are region, account-id, *, section, report."])


def in_addopts(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, argument: str) -> pytest.RunResult:
    monkeypatch.setenv("PYTEST_ADDOPTS", f"{os.environ['PYTEST_ADDOPTS']} {argument}")
    return pytester.runpytest_inprocess()


def test_what_follows_two_dashes_is_no_option() -> None:
    check_arguments(["--lambda-mock-seed=7", "--", "--lambda-mock-x.py"], OPTIONS)
    with pytest.raises(LambdaMockError, match="no option --lambda-mock-x"):
        check_arguments(["--lambda-mock-seed=7", "--lambda-mock-x.py"], OPTIONS)


@pytest.mark.parametrize("file", ["pytest.ini", "tox.ini", "pyproject.toml", "-o"])
def test_an_ini_option_that_is_misspelt_is_refused(pytester: pytest.Pytester, file: str) -> None:
    pytester.makepyfile(SHOWS)
    table = "[tool.pytest.ini_options]" if file == "pyproject.toml" else "[pytest]"
    arguments = ["-o", "lambda_mock_sed=7"] if file == "-o" else []
    if not arguments:
        (pytester.path / file).write_text(f"{table}\nlambda_mock_sed = '7'\n", "utf-8")
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*lambda_mock has no ini option lambda_mock_sed. Did you mean lambda_mock_seed? The options are region, *"]
    )


def test_an_ini_option_that_is_like_none_is_refused_with_all_there_are(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-o", "lambda_mock_colour=7")
    result.stderr.fnmatch_lines(["*has no ini option lambda_mock_colour. The options are region, *, section, report."])


def test_a_fixture_that_gives_something_else_fails_its_tests(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE.format(body="7"))
    pytester.makepyfile(SHOWS)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*lambda_mock_config must give a MockConfig or a dict, and not 7.*"])


@pytest.mark.parametrize("arguments", [["--lambda-mock-seed=x"], ["-o", "lambda_mock_seed=x"]])
def test_an_option_that_cannot_work_stops_the_run_before_it_begins(
    pytester: pytest.Pytester, arguments: list[str]
) -> None:
    pytester.makepyfile(SHOWS)
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*lambda_mock: seed must be a whole number, and not 'x'."])


def test_the_header_names_what_is_not_as_by_default(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--lambda-mock-seed=7", "--lambda-mock-region=us-east-1")
    result.stdout.fnmatch_lines(["lambda_mock: seed=7"])


@pytest.mark.parametrize("arguments", [[], ["--lambda-mock-seed=0"]])
def test_the_header_is_silent_about_defaults(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.runpytest_inprocess(*arguments).stdout.no_fnmatch_line("lambda_mock:*")
