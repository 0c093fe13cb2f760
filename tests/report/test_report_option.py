"""The option for the report: where the page goes, when it is refused, and that every run leaves one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lambda_mock import observing
from lambda_mock.reporting import destination
from tests.report.pages import Page

USES = "def test_it(mock_lambda, lambda_client):\n    lambda_client.list_functions()\n"
OPTION = "--lambda-mock-report=page.html"


def refused(pytester: pytest.Pytester, *arguments: str) -> str:
    """What pytest says when it doesn't begin."""
    pytester.makepyfile(USES)
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "collected" not in str(result.stdout)
    (line,) = (line for line in result.errlines if line.startswith("ERROR: "))
    return line.replace(str(pytester.path), "HERE")


def test_the_run_says_where_the_page_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES)
    result = pytester.runpytest_inprocess("-q", "--lambda-mock-report=a/new/folder/page.html")
    result.stdout.fnmatch_lines([f"lambda_mock: report written to {pytester.path}/a/new/folder/page.html"])
    assert list(Page(pytester.path / "a/new/folder/page.html").outcomes.values()) == ["passed"]
    assert [path.name for path in (pytester.path / "a/new/folder").iterdir()] == ["page.html"]


def test_without_the_option_nobody_watches_and_nothing_is_written(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"from lambda_mock import observing\n{USES}    assert mock_lambda._activation.watch is None\n")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    assert sorted(path.suffix for path in pytester.path.iterdir() if path.is_file()) == [".py"]


def test_when_the_run_has_ended_nobody_watches_any_longer(pytester: pytest.Pytester) -> None:
    before = list(observing._observers)
    pytester.makepyfile(f"from lambda_mock import observing\n{USES}    assert mock_lambda._activation.watch\n")
    pytester.runpytest_inprocess(OPTION).assert_outcomes(passed=1)
    assert observing._observers == before


def test_a_path_in_the_ini_file_starts_where_that_file_is(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlambda_mock_report = out/page.html\n")
    pytester.makepyfile(USES)
    (pytester.path / "below").mkdir()
    os.chdir(pytester.path / "below")
    pytester.runpytest_inprocess("..").assert_outcomes(passed=1)
    assert (pytester.path / "out/page.html").exists()


def test_the_command_line_is_stronger_than_the_ini_file_and_nothing_there_is_none(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlambda_mock_report = ini.html\n")
    pytester.makepyfile(USES)
    pytester.runpytest_inprocess(OPTION)
    pytester.runpytest_inprocess("--lambda-mock-report=")
    assert [path.name for path in pytester.path.glob("*.html")] == ["page.html"]


def test_a_folder_is_refused_before_anything_runs(pytester: pytest.Pytester) -> None:
    said = refused(pytester, "--lambda-mock-report=.")
    assert said == "ERROR: The report can't be written to HERE: that is a folder, give it a file's name."


def test_a_folder_that_cannot_be_made_is_refused_before_anything_runs(pytester: pytest.Pytester) -> None:
    (pytester.path / "file").touch()
    said = refused(pytester, "--lambda-mock-report=file/page.html")
    assert said == "ERROR: The report can't be written to HERE/file/page.html: File exists (HERE/file)."


def test_a_file_that_may_not_be_changed_is_refused_before_anything_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pytester.path / "page.html").touch()
    # For the superuser there is no such file.
    monkeypatch.setattr(os, "access", lambda path, mode, **_: not str(path).endswith("page.html"))
    said = refused(pytester, OPTION)
    assert said == "ERROR: The report can't be written to HERE/page.html: the file there may not be changed."


def test_a_missing_jinja2_is_said_before_anything_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lambda_mock.reporting

    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "lambda_mock.reporting.page")
    monkeypatch.delattr(lambda_mock.reporting, "page")
    assert refused(pytester, OPTION) == (
        "ERROR: The report (--lambda-mock-report) is made with Jinja2, which isn't installed: "
        "python -m pip install 'lambda-mock[report]'"
    )
    assert not (pytester.path / "page.html").exists()


def test_a_page_that_cannot_be_written_in_the_end_fails_the_run_and_leaves_the_old_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pytester.path / "page.html"
    page.write_text("old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    pytester.makepyfile(USES)
    result = pytester.runpytest_inprocess(OPTION)
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = f"lambda_mock: the report could NOT be written to {page}: *No space left on device"
    result.stdout.fnmatch_lines([said])
    assert [(path.name, path.read_text()) for path in pytester.path.glob("*html*")] == [("page.html", "old")]


def test_a_new_page_may_be_read_like_any_new_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    destination.write(tmp_path / "page.html", "text")
    assert (tmp_path / "page.html").stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize(
    ("body", "arguments", "said"),
    [
        (USES, ["--collect-only"], "Tests were only collected, and none was run."),
        ("def test_it(): pass", [], "No test used a mock of Lambda. tests 0"),
        ("def test_it(): pass", ["-k", "other"], "There were no tests."),
        ("", [], "There were no tests."),
        (
            USES + "    raise KeyboardInterrupt",
            [],
            "The run was interrupted. tests 1 calls 1 runs 0 deliveries 0 errors 0 1 interrupted",
        ),
    ],
)
def test_every_run_leaves_a_page_that_says_what_it_was(
    pytester: pytest.Pytester, body: str, arguments: list[str], said: str
) -> None:
    pytester.makepyfile(body)
    pytester.runpytest_inprocess(OPTION, *arguments, no_reraise_ctrlc=True)
    assert said in Page(pytester.path / "page.html").words


def test_a_run_that_stops_at_the_first_failure_has_what_ran_until_then(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"{USES}    assert 0\ndef test_other(mock_lambda): pass")
    pytester.runpytest_inprocess(OPTION, "-x", "-p", "no:randomly")
    assert Page(pytester.path / "page.html").outcomes == {"test_it": "failed"}


OUTCOMES = """
import pytest

@pytest.fixture
def breaks(mock_lambda):
    assert False

@pytest.fixture
def breaks_in_the_end(mock_lambda):
    yield
    assert False

def test_passes(mock_lambda): pass
def test_setup(breaks): pass
def test_teardown(breaks_in_the_end): pass
def test_fails_twice(breaks_in_the_end): assert False
@pytest.mark.xfail(strict=False)
def test_xfails(mock_lambda): assert False
@pytest.mark.xfail(strict=False)
def test_xpasses(mock_lambda): pass
def test_skips(mock_lambda): pytest.skip("not today")
def test_fails(mock_lambda): assert False
"""


def test_failures_come_first_and_all_else_as_collected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OUTCOMES)
    pytester.runpytest_inprocess(OPTION, "-p", "no:randomly")
    page = Page(pytester.path / "page.html")
    assert list(page.outcomes.items()) == [
        ("test_setup", "error"),
        ("test_teardown", "error"),
        ("test_fails_twice", "error"),
        ("test_fails", "failed"),
        ("test_passes", "passed"),
        ("test_xfails", "xfailed"),
        ("test_xpasses", "xpassed"),
        ("test_skips", "skipped"),
    ]
    assert page.data("test_fails_twice")["failure"].count(": AssertionError") == 2


def test_a_failure_that_is_on_the_page_keeps_its_section_on_the_terminal(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(mock_lambda):\n    assert False")
    result = pytester.runpytest_inprocess(OPTION)
    result.stdout.fnmatch_lines(["*- Lambda -*", "Nothing was called, and nothing ran."])
    assert "Nothing was called" not in Page(pytester.path / "page.html").data("test_it")["failure"]


def test_a_failure_without_a_traceback_is_told_in_its_own_words(pytester: pytest.Pytester) -> None:
    pytester.makepyfile('import pytest\n\ndef test_it(mock_lambda):\n    pytest.fail("no honey", pytrace=False)')
    pytester.runpytest_inprocess(OPTION).assert_outcomes(failed=1)
    assert Page(pytester.path / "page.html").data("test_it")["failure"] == "no honey"


def test_a_run_without_a_terminal_leaves_a_page_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"{USES}    assert 0")
    pytester.runpytest_inprocess(OPTION, "-p", "no:terminal")
    assert Page(pytester.path / "page.html").outcomes == {"test_it": "failed"}


RERUNS = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    "As plugins do that run a test again: the first attempt counts as a rerun, and the last of its reports is lost."
    *reports, _ = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        report.outcome = "rerun" if report.failed else report.outcome
        item.ihook.pytest_runtest_logreport(report=report)
    item._initrequest()
    runtestprotocol(item, log=True, nextitem=nextitem)
    return True

def pytest_report_teststatus(report):
    return ("rerun", "R", "RERUN") if report.outcome == "rerun" else None
"""


def test_each_attempt_at_a_test_is_told(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(RERUNS)
    pytester.makepyfile(
        f"tries = []\n{USES}    tries.append(lambda_client.list_layers())\n    assert len(tries) == 2\n"
    )
    pytester.runpytest_inprocess(OPTION).assert_outcomes(passed=1)
    page = Page(pytester.path / "page.html")
    first, second = page.attempts("test_it")
    assert (first["outcome"], second["outcome"]) == ("rerun", "passed")
    assert first["failure"].endswith("AssertionError")
    assert [event["n"] for event in first["events"]] == ["ListFunctions", "ListLayers"]
    assert [event["n"] for event in second["events"]] == ["ListFunctions", "ListLayers"]
    assert "2 attempts 4 calls" in page.words


def test_a_test_in_the_workers_of_xdist_is_told_alike(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        r"""
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_it(mock_lambda, lambda_client, number):
            mock_lambda.function("orders", lambda event, context: print("half \ud800 a character"), Publish=True)
            lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
            lambda_client.invoke(FunctionName="orders", Qualifier="live")
        """
    )
    pytester.runpytest_inprocess(OPTION, "-n1", "-p", "no:randomly").assert_outcomes(passed=4)
    page = Page(pytester.path / "page.html")
    assert list(page.outcomes) == [f"test_it[{number}]" for number in range(4)]
    for name in page.outcomes:
        assert page.story(name)[-2:] == ["c Invoke orders:live", "  r orders live on 1"]
        assert page.steps(name)[-1] == ("CreateAlias", "orders", "$LATEST 1, live→1")
        assert page.events(name)[-1]["l"] == "half ? a character\n"


HOSTILE = "</script><img src=x onerror=alert(1)>'\\\"&<!--"


def test_whatever_a_test_says_stays_text(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        HOSTILE = {HOSTILE!r}

        @pytest.mark.parametrize("name", [HOSTILE])
        def test_it(mock_lambda, lambda_client, name):
            def handler(event, context):
                print(name)
                raise ValueError(name)
            mock_lambda.function("orders", handler, Description=name, Environment={{"Variables": {{"NAME": name}}}})
            lambda_client.invoke(FunctionName="orders", Payload='{{"{{}}": 1}}'.replace("{{}}", "</script><img src=x>"))
            assert 0, name
        """
    )
    pytester.runpytest_inprocess(OPTION).assert_outcomes(failed=1)
    text = (pytester.path / "page.html").read_text("utf-8")
    assert "<img" not in text
    assert text.count("<script") == text.count("</script>") == 2
    (name,) = Page(pytester.path / "page.html").outcomes
    assert "onerror=alert(1)" in name


def test_room_is_made_by_telling_less_of_what_passed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lambda_mock.reporting import encoding, page

    monkeypatch.setattr(encoding, "_MOST_COMPRESSION", 1000)
    monkeypatch.setattr(page, "_ROOM", 9_000)
    monkeypatch.setattr(page, "_ROOM_OF_A_TEST", 0)
    pytester.makepyfile(
        """
        import json, random
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_it(mock_lambda, lambda_client, number):
            mock_lambda.function("orders", returns=None)
            draw = random.Random(number)
            for _ in range(25):
                lambda_client.invoke(FunctionName="orders", Payload=json.dumps(draw.randbytes(75).hex()))
            assert number != 3
        """
    )
    pytester.runpytest_inprocess(OPTION, "-p", "no:randomly")
    found = Page(pytester.path / "page.html")
    counts = {name: len([line for line in found.story(name) if line.startswith("c")]) for name in found.outcomes}
    assert counts["test_it[3]"] == 25
    assert {len(event["q"]) for event in found.events("test_it[3]")[2::2]} == {152}
    assert sum(counts.values()) < 4 * 25
    assert {found.story(name)[0] for name in counts if counts[name] < 25} <= {"… 6 more", "… 26 more"}
