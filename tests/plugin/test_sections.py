"""Where the section of a failed test is shown: terminals, JUnit files, workers, debuggers, whatever kind of test."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from lambda_mock import failure_report, observing

FAILS = """
import pytest
from lambda_mock import current, mock_lambda

def test_it(mock_lambda, lambda_client):
    mock_lambda.function("orders", returns=1, Publish=True)
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    lambda_client.invoke(FunctionName="orders:live")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName="ordrs")
    assert False
"""
ALIAS = "│  live ───────▶ 1        ●"


def test_the_section_is_part_of_the_failure_before_what_was_captured(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILS.replace("    assert", "    print('captured')\n    assert"))
    result = pytester.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        ["E *assert False", "* Lambda *", "seed 0 *", "  #2  Invoke orders:live", "* Captured *"]
    )
    hidden = str(pytester.runpytest_inprocess("--show-capture=no", "--tb=native").stdout)
    assert ("What happened:" in hidden, "captured\n" in hidden) == (True, False)


def test_a_terminal_with_colours_has_them_and_no_other_one(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILS)
    file = pytester.path / "junit.xml"
    text = str(pytester.runpytest_inprocess("--color=yes", f"--junit-xml={file}").stdout)
    assert "│  \x1b[36mlive\x1b[0m ───────▶ 1 " in text
    assert "  Invoke ordrs \x1b[31m✗ ResourceNotFoundException: Function not found: " in text
    assert "\x1b[1mWhat happened:\x1b[0m" in text
    assert ALIAS in file.read_text("utf-8")
    assert ALIAS in str(pytester.runpytest_inprocess("--color=no").stdout)


def test_a_junit_file_has_the_section_without_any_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        FAILS
        + """
@pytest.fixture
def broken(mock_lambda):
    mock_lambda.function("broken", returns="\\x1b[31m")
    raise ValueError

def test_error(broken):
    pass
"""
    )
    file = pytester.path / "junit.xml"
    pytester.runpytest_inprocess(f"--junit-xml={file}").assert_outcomes(failed=1, errors=1)
    failure, error = (ET.parse(file).find(f".//{tag}") for tag in ("failure", "error"))  # noqa: S314  # ours
    assert failure is not None
    assert error is not None
    assert ALIAS in str(failure.text)
    assert "╭─ broken ─" in str(error.text)


@pytest.mark.parametrize("arguments", [["-x", "--tb=short"], ["--tb=native"], ["-q"], ["--import-mode=importlib"]])
def test_every_way_to_run_tests_works(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makepyfile(FAILS)
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["What happened:"])


def test_without_a_terminal_a_failure_is_one_all_the_same(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILS)
    result = pytester.runpytest_inprocess("-p", "no:terminal", "--lambda-mock-section=always", "--junit-xml=junit.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert ALIAS in (pytester.path / "junit.xml").read_text("utf-8")


def test_a_debugger_is_shown_the_section_first(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makepyfile(FAILS)
    pytester.makeconftest(
        """
        import pdb

        class Debugger(pdb.Pdb):
            def interaction(self, *arguments, **others):
                from lambda_mock import current
                print("stopped in", current().config.region, "with", len(current().calls), "calls")
        """
    )
    result = pytester.runpytest_inprocess("--pdb", "--pdbcls=conftest:Debugger")
    result.stdout.fnmatch_lines(["What happened:", "* entering PDB *", "stopped in us-east-1 with 3 calls"])


def test_each_kind_of_test_has_its_section(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        import pytest
        from lambda_mock import current, mock_lambda

        @mock_lambda
        def deploy(name):
            current().function(name, returns=1)

        def test_of_a_mock_that_has_ended():
            deploy("decorated")
            assert False

        @mock_lambda
        class Cases(unittest.TestCase):
            def setUp(self):
                current().function("setup", returns=1)

            def test_method(self):
                self.fail()

            def test_subtests(self):
                for number in range(2):
                    with self.subTest(number=number):
                        current().function(f"sub{number}", returns=1)
                        self.assertTrue(number)

        @pytest.mark.xfail(strict=True)
        def test_that_passes_and_should_not(mock_lambda):
            mock_lambda.function("strict", returns=1)

        @pytest.fixture
        def torn_down(mock_lambda):
            yield
            mock_lambda.function("teardown", returns=1)
            assert False

        def test_teardown(torn_down):
            pass

        def test_without_a_traceback(mock_lambda):
            mock_lambda.function("untraced", returns=1)
            pytest.fail("no more to say", pytrace=False)

        def test_without_any_mock():
            assert False
        """
    )
    text = str(pytester.runpytest_inprocess().stdout)
    by_test = dict(zip((found := re.split(r"\n_{5,} (.+?) _{5,}\n", text))[1::2], found[2::2], strict=True))
    shown = {name: re.findall(r"╭─ (\w+) ─", body) for name, body in by_test.items()}
    subtests = {name: functions for name, functions in shown.items() if "subtests" in name}
    assert {name: functions for name, functions in shown.items() if name not in subtests} == {
        "test_of_a_mock_that_has_ended": ["decorated"],
        "Cases.test_method": ["setup"],
        "test_that_passes_and_should_not": ["strict"],
        "ERROR at teardown of test_teardown": ["teardown"],
        "test_without_a_traceback": ["untraced"],
        "test_without_any_mock": [],
    }
    assert [functions[:2] for functions in subtests.values()][:1] == [["setup", "sub0"]]


def test_a_shared_mock_tells_what_the_failed_test_did(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from lambda_mock import LambdaMock

        @pytest.fixture(scope="module")
        def shared():
            with LambdaMock() as mock:
                yield mock

        def call(times):
            for _ in range(times):
                boto3.client("lambda").list_functions()

        def test_one(shared):
            call(3)

        def test_other(shared):
            call(2)
            assert False

        def test_that_begins_anew(shared):
            shared.calls.clear()
            call(1)
            assert False

        def test_that_forgets_what_it_did_itself(shared):
            call(1)
            shared.calls.clear()
            call(2)
            assert False

        def test_with_the_mock_entered_anew(shared):
            shared.__exit__(None, None, None)
            shared.__enter__()
            call(1)
            assert False
        """
    )
    text = str(pytester.runpytest_inprocess("-p", "no:randomly").stdout)
    assert "seed 0 · us-east-1 · account 123456789012 · begun before this test\n" in text
    stories = [text.splitlines()[:3] for text in text.split("What happened:\n")[1:]]
    assert stories[0] == ["  …   3 calls of earlier tests", "  #4  ListFunctions", "  #5  ListFunctions"]
    assert stories[1][0] == "  #1  ListFunctions"
    assert stories[2][:2] == ["  #1  ListFunctions", "  #2  ListFunctions"]
    assert stories[3][0] == "  #1  ListFunctions"


def test_warnings_of_the_test_stand_in_its_section_and_point_at_its_own_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        from moto import mock_aws

        def put():
            boto3.client("s3").put_object(Bucket="bucket", Key="k", Body=b"")

        @mock_aws
        def test_it(mock_lambda):
            arn = mock_lambda.function("orders", returns=1)
            client = boto3.client("s3")
            client.create_bucket(Bucket="bucket")
            client.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration={
                "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
            boto3.client("lambda").delete_function(FunctionName="orders")
            put()
            put()
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-W", "default::lambda_mock.LambdaMockWarning")
    story, _, warnings = str(result.stdout).partition("\nWarnings:\n")
    assert "What happened:" in story
    assert "    (2 times)\n" in warnings
    result.stdout.fnmatch_lines(["  - An event of arn:aws:s3:::bucket that s3.amazonaws.com sends to*"])
    [line] = re.findall(r"test_warnings\S*\.py:(\d+): LambdaMockWarning", warnings)
    assert (pytester.path / f"{pytester.path.name[:-1]}.py").read_text("utf-8").splitlines()[int(line) - 1].strip() == (
        'boto3.client("s3").put_object(Bucket="bucket", Key="k", Body=b"")'
    )


def test_a_warning_that_says_what_a_refusal_says_is_told_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from moto import mock_aws

        @mock_aws
        @pytest.mark.lambda_mock(enforce_policies=True)
        def test_it(mock_lambda):
            arn = mock_lambda.function("orders", returns=1)
            boto3.client("sns").create_topic(Name="topic")
            topic = "arn:aws:sns:us-east-1:123456789012:topic"
            boto3.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
            boto3.client("sns").publish(TopicArn=topic, Message="7")
            assert False
        """
    )
    text = str(pytester.runpytest_inprocess("-W", "ignore").stdout)
    assert "sns.amazonaws.com for arn:aws:sns:us-east-1:123456789012:topic may not invoke orders; missing is" in text
    assert "Warnings:" not in text


def test_many_warnings_are_cut(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from lambda_mock.errors import warn

        def test_it(mock_lambda):
            for number in range(12):
                warn(f"number {number} " + "word " * 30)
            assert False
        """
    )
    text = str(pytester.runpytest_inprocess("-W", "ignore").stdout)
    shown = text.partition("The last 10 of 12 warnings:\n")[2].splitlines()
    assert shown[0].startswith("  - number 2 word")
    assert shown[1].startswith("    word word")


def test_a_section_that_cannot_be_made_does_not_hide_the_failure(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("of ours")

    monkeypatch.setattr(failure_report, "sections", broken)
    pytester.makepyfile(FAILS)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*couldn't tell what happened, which is a mistake of its own: LookupError('of ours')"])


# The option -----------------------------------------------------------------------------------------------------------

MIXED = FAILS + "\n\ndef test_that_passes(mock_lambda):\n    mock_lambda.function('passing', returns=1)\n"


def test_nobody_is_told_of_mocks_any_longer_when_the_test_is_over(pytester: pytest.Pytester) -> None:
    before = list(observing._observers)
    pytester.makeconftest(
        """
        from lambda_mock import observing

        def pytest_runtest_logfinish():
            print(f"observers: {len(observing._observers)}")
        """
    )
    pytester.makepyfile("def test_one(mock_lambda): pass\ndef test_two(mock_lambda): raise KeyboardInterrupt")
    result = pytester.runpytest_inprocess("-s", "-p", "no:randomly", no_reraise_ctrlc=True)
    result.stdout.fnmatch_lines([f"*observers: {len(before)}"])
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert observing._observers == before


def test_off_shows_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(MIXED)
    assert "Lambda -" not in str(pytester.runpytest_inprocess("--lambda-mock-section=off").stdout)
    pytester.makeini("[pytest]\nlambda_mock_section = off")
    assert "Lambda -" not in str(pytester.runpytest_inprocess().stdout)


def test_always_shows_tests_that_pass_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(MIXED)
    for more in (["--color=yes"], ["-rP"]):
        result = pytester.runpytest_inprocess("--lambda-mock-section=always", *more)
        text = re.sub(r"\x1b\[\d+m", "", str(result.stdout))
        assert (text.count("╭─ passing ─"), text.count("╭─ orders ─")) == (1, 1)
        assert ("= LAMBDA =" in text) is ("-rP" not in more)
        assert "lambda_mock: section='always'" in text


def test_always_tells_of_tests_that_are_expected_to_fail_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILS.replace("def test_it", "@pytest.mark.xfail\ndef test_it"))
    result = pytester.runpytest_inprocess("--lambda-mock-section=always", "--color=yes")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["*= LAMBDA =*", "*_ test_it _*", "*What happened:*"])
    assert "Lambda" not in str(pytester.runpytest_inprocess("-v").stdout).partition("collected")[2]


def test_an_option_that_is_none_of_the_three_stops_the_run(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--lambda-mock-section=on")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*lambda_mock: section must be 'failed' or 'always' or 'off', and not 'on'."])


def test_a_test_that_passes_makes_no_section(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_report, "sections", None)
    monkeypatch.setattr(failure_report, "mocks_of", None)
    pytester.makepyfile("def test_it(mock_lambda):\n    mock_lambda.function('orders', returns=1)")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
