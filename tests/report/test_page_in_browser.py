"""The page in a real browser: it opens, draws, filters and follows links, says nothing and asks for nothing."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from lambda_mock.reporting import page as page_module
from lambda_mock.reporting.results import Results

if TYPE_CHECKING:
    from tests.report.browser import Browser

pytestmark = pytest.mark.browser

TESTS = Path(__file__).with_name("canary_release.py")
BLANK = 2_000

SHOT = "LAMBDA_MOCK_SCREENSHOT"
"""The variable that names the file to which the picture for the documentation is written anew."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a real run."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "test_release.py").write_text(TESTS.read_text("utf-8"), "utf-8")
    arguments = [
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        "--import-mode=importlib",
        f"--rootdir={folder}",
    ]
    before = Path.cwd()
    os.chdir(folder)
    try:
        pytest.main(["--lambda-mock-report=page.html", *arguments, "test_release.py"])
    finally:
        os.chdir(before)
    return folder / "page.html"


def at(browser: Browser, page: Path, test: str = "", **look: Any) -> None:
    browser.look(**look)
    browser.open(page.as_uri() + (f"#{quote('test_release.py::' + test, safe='')}" if test else ""))
    wait(browser)


def wait(browser: Browser) -> None:
    """Wait until the stories are unpacked."""
    browser.run(
        "new Promise(done => { const look = () => document.body.dataset.ready ? done() : setTimeout(look, 5); look() })"
    )


def texts(browser: Browser, selector: str) -> list[str]:
    """What is visible at each place that a selector names, with one space between words."""
    script = f"[...document.querySelectorAll({selector!r})].filter(e => e.checkVisibility())"
    found: list[str] = browser.run(f"{script}.map(e => (e.innerText || e.textContent).replace(/\\s+/g, ' ').trim())")
    return found


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({selector!r}).click()")


def type_in(browser: Browser, text: str) -> None:
    browser.run(
        "(() => { const box = document.querySelector('input[type=search]');"
        f"box.value = {text!r}; box.dispatchEvent(new InputEvent('input', {{bubbles: true}})) }})()"
    )


def part(browser: Browser, selector: str) -> bytes:
    """A picture of a part of the page."""
    rectangle = f"document.querySelector({selector!r}).getBoundingClientRect()"
    area = browser.run(
        f"(({{x, y, width, height}}) => ({{x: x + scrollX, y: y + scrollY, width, height}}))({rectangle})"
    )
    assert area["width"] > 0
    assert area["height"] > 0
    return browser.screenshot(**area)


def test_the_page_opens_in_silence_with_what_failed_first(browser: Browser, written: Path) -> None:
    at(browser, written)
    assert texts(browser, "h1") == ["What happened in Lambda"]
    assert [text.partition(" ")[2].partition(" ")[0] for text in texts(browser, ".test > summary .id")] == [
        "test_release.py"
    ] * 4
    assert texts(browser, ".test > summary b")[0] == "test_orders_are_booked"
    assert texts(browser, "output") == ["4 tests"]
    assert browser.complaints() == []
    assert browser.requests() == [written.as_uri()]


def test_a_link_to_a_test_opens_it_and_draws_its_story(browser: Browser, written: Path) -> None:
    at(browser, written, "test_canary_release")
    assert texts(browser, ".test[open] > summary b")[:1] == ["test_canary_release"]
    assert texts(browser, ".ev > summary .what") == [
        "arranged: CreateFunction orders by the mock itself step 1",
        "call: CreateAlias orders:live step 2",
        "call: Invoke orders:live",
        "run: orders:live version 1",
        "arranged: UpdateFunctionConfiguration orders by the mock itself step 3",
        "arranged: UpdateFunctionCode orders by the mock itself step 4",
        "call: UpdateAlias orders:live step 5",
        "100 × Invoke orders:live version 1: 94 version 2: 6",
        "call: UpdateAlias orders:live step 6",
        "100 × Invoke orders:live version 1: 46 version 2: 54",
        "call: UpdateAlias orders:live step 7",
        "call: Invoke orders:live",
        "run: orders:live version 2",
    ]
    assert texts(browser, ".split tbody tr") == [
        "version 1 100 → 90 → 50 → 0 % 141 141",
        "version 2 0 → 10 → 50 → 100 % 61 61",
    ]
    assert texts(browser, ".lanes text") == [
        "calls",
        "runs",
        "changes",
        "+1 h",
        "+1 h",
        "100 ×",
        "100 ×",
        "100 ×",
        "100 ×",
    ]
    assert browser.complaints() == []


def test_lines_open_to_what_they_stand_for(browser: Browser, written: Path) -> None:
    at(browser, written, "test_canary_release")
    click(browser, ".group > summary")
    assert len(texts(browser, ".group[open] > ol .ev")) == 200
    click(browser, ".group[open] li:nth-child(3) .r > summary")
    assert texts(browser, ".group .details div") == [
        'event { "id": 2 }', 'result { "release": 1, "total": 6 }', "log order 2, release 1",
    ]  # fmt: skip
    click(browser, ".group li:nth-child(3) .c > summary")
    assert texts(browser, ".group .c .details") == ["What was sent and what came back stands beneath, at the run."]


def test_the_graph_goes_back_and_forth_with_the_calls_that_changed_it(browser: Browser, written: Path) -> None:
    at(browser, written, "test_canary_release")
    assert texts(browser, ".by") == ["7 of 7: UpdateAlias orders:live"]
    click(browser, ".stepper button")
    assert texts(browser, ".by") == ["6 of 7: UpdateAlias orders:live"]
    assert texts(browser, ".share-text") == ["50 %", "50 %"]
    assert texts(browser, ".ev.on .what") == ["call: UpdateAlias orders:live step 6"]
    browser.run(
        "(() => { const range = document.querySelector('.stepper input');"
        "range.value = 1; range.dispatchEvent(new InputEvent('input')) })()"
    )
    assert texts(browser, ".by") == ["2 of 7: CreateAlias orders:live"]
    label = "document.querySelector('.graph').getAttribute('aria-label')"
    assert browser.run(label) == "Versions $LATEST, 1. live leads to version 1"
    click(browser, ".tag.step")
    assert browser.run(label) == "Versions $LATEST, 1"
    browser.run("document.querySelectorAll('.lanes .change')[4].dispatchEvent(new MouseEvent('click'))")
    assert texts(browser, ".share-text") == ["90 %", "10 %"]
    browser.run("document.querySelectorAll('.lanes rect.mk')[8].dispatchEvent(new MouseEvent('click'))")
    assert len(texts(browser, ".group[open] .ev.on")) == 1


def test_a_failure_shows_what_pytest_says_and_the_way_to_it(browser: Browser, written: Path) -> None:
    at(browser, written, "test_orders_are_booked")
    assert texts(browser, ".failure")[0].endswith(": AssertionError")
    assert texts(browser, ".ev > summary .what")[3:] == [
        "arranged: mock.fail: Invoke orders → TooManyRequestsException",
        "call: Invoke orders → TooManyRequestsException by mock.fail",
        "call: Invoke orders attempt 2",
        "run: orders $LATEST",
        "call: Invoke stock",
        "run: stock $LATEST → LookupError",
        "call: Invoke stock",
        "run: stock $LATEST of an event → LookupError",
        "run: stock $LATEST of an event attempt 2 → LookupError",
        "run: stock $LATEST of an event attempt 3 → LookupError",
        "delivery: destination: RetriesExhausted of stock:$LATEST arn:aws:sqs:us-east-1:123456789012:failed-orders",
    ]


def test_tests_are_found_by_words_and_outcomes_and_sorted(browser: Browser, written: Path) -> None:
    def shown() -> list[str]:
        return texts(browser, ".test > summary b")

    at(browser, written)
    everything = shown()
    type_in(browser, "UPDATEALIAS orders")
    assert (shown(), texts(browser, "output")) == (["test_canary_release"], ["1 of 4 tests"])
    type_in(browser, "nothing has this")
    assert (shown(), texts(browser, ".none")) == ([], ["No test has that."])
    browser.run("document.activeElement.blur()")
    for key, code in (("/", "Slash"), ("Escape", "Escape")):
        for kind in ("keyDown", "keyUp"):
            browser.send("Input.dispatchKeyEvent", type=kind, key=key, code=code)
    assert browser.run("document.activeElement.type") == "search"
    assert shown() == everything
    click(browser, "[data-outcome=failed]:not(details)")
    assert shown() == ["test_orders_are_booked"]
    browser.run("location.hash = '#' + encodeURIComponent('test_release.py::test_listed[1]')")
    browser.run("new Promise(done => setTimeout(done, 50))")
    assert shown() == everything
    assert texts(browser, ".test[open] > summary b")[:1] == ["test_listed[1]"]
    click(browser, "[name=collected]")
    assert shown() == ["test_canary_release", "test_orders_are_booked", "test_hostile_text", "test_listed[1]"]


def test_hostile_text_stays_text_in_every_place(browser: Browser, written: Path) -> None:
    at(browser, written, "test_hostile_text")
    browser.run("document.querySelectorAll('.test[open] .ev').forEach(event => { event.open = true })")
    browser.run("new Promise(done => setTimeout(done, 50))")
    assert "onerror=document.title='broken'" in " ".join(texts(browser, ".details"))
    assert texts(browser, ".mockline") == [
        "Mock 1 · eu-west-1 · account 123456789012 · seed 0", "Mock 2 · us-east-1 · account 123456789012 · seed 0",
    ]  # fmt: skip
    assert browser.run("document.title + document.images.length") == "What happened in Lambda0"
    assert browser.complaints() == []
    assert browser.requests() == [written.as_uri()]


def test_without_a_script_the_essentials_are_there(browser: Browser, written: Path) -> None:
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(written.as_uri())
        browser.run("document.querySelectorAll('details')[1].open = true")
        assert texts(browser, ".tools") == []
        (story,) = texts(browser, ".test[open] noscript pre")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
    assert story.startswith("… 371 lines before")
    assert story.endswith("call UpdateAlias orders:live call Invoke orders:live run orders:live on version 2")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_drawn_in_both_schemes_and_fits_a_narrow_window(
    browser: Browser, written: Path, *, dark: bool
) -> None:
    at(browser, written, "test_canary_release", dark=dark)
    wanted = "rgb(21, 20, 18)" if dark else "rgb(251, 250, 247)"
    assert browser.run("getComputedStyle(document.body).backgroundColor") == wanted
    for selector in (".graph", ".lanes", ".split"):
        assert len(part(browser, selector)) > BLANK, selector
    browser.look(dark=dark, width=390)
    assert browser.run("document.documentElement.scrollWidth") == 390


def test_the_page_of_a_thousand_tests_is_small_and_whole(browser: Browser, tmp_path: Path) -> None:
    results = Results()
    piece = a_piece()
    for number in range(1000):
        nodeid = f"tests/orders/test_orders_{number // 50}.py::test_number[{number}]"
        results.collected([nodeid])
        for when, part_of_it in (("setup", {}), ("call", copy.deepcopy(piece)), ("teardown", {})):
            results.reported(nodeid, when).take(part_of_it)
        results.reported(nodeid, None).is_now("failed" if number % 100 == 0 else "passed")
    page = tmp_path / "page.html"
    page.write_text(page_module.render(results, began=0.0, end=""), "utf-8")
    assert page.stat().st_size < 5_000_000
    browser.look()
    browser.open(page.as_uri())
    wait(browser)
    assert texts(browser, "output") == ["1,000 tests"]
    assert [text.split()[-1] for text in texts(browser, ".tiles div")] == ["1,000", "10,000", "5,000", "0", "0"]
    type_in(browser, "test_number[77]")
    click(browser, ".test:not([hidden]) > summary")
    assert texts(browser, ".test[open] .ev .what")[-1] == "5 × Invoke orders:live version 1: 5"
    assert browser.complaints() == []


def a_piece() -> dict[str, Any]:
    """What ten calls make, of which five run a function, and three change it."""
    events: list[dict[str, Any]] = []
    for number in range(10):
        event = {"id": 2 * number + 1, "kind": "call", "mock": 1, "name": "UpdateAlias", "time": 1e9 + number / 1000}
        event.update(
            took=0.213, about="orders:live", asked='{"FunctionName": "orders", "Name": "live"}', answered="x" * 300
        )
        if number > 4:
            run = {"id": 2 * number + 2, "kind": "run", "mock": 1, "name": "orders", "time": 1e9 + number / 1000}
            run.update(
                took=0.117, version="1", about="live", asked='{"id": 1234567}' * 20, answered="y" * 300, log="z" * 200
            )
            event.update(name="Invoke", children=[run])
        events.append(event)
    versions = [[str(number), f"abcdefg{number}", "the release", ""] for number in range(4)]
    return {
        "mocks": [["us-east-1", "123456789012", 0]],
        "functions": [[1, "123456789012", "us-east-1", "orders"]],
        "events": events,
        "steps": [[2 * step + 1, 0, [versions, 0, [["live", "1", [["2", step / 10]]]]]] for step in range(3)],
        "traffic": [[0, "live", "1", [["2", 0.1]], {"1": 4, "2": 1}]],
        "counts": {"calls": 10, "runs": 5},
        "operations": {"UpdateAlias": 5, "Invoke": 5},
        "durations": {"orders": [5, 0.6, 0.2]},
    }


@pytest.mark.skipif(SHOT not in os.environ, reason=f"the picture in the documentation is made anew with {SHOT}=FILE")
def test_the_picture_for_the_documentation(browser: Browser, written: Path) -> None:
    at(browser, written, "test_canary_release", width=1180, height=1400)
    click(browser, ".stepper button")
    browser.run("document.activeElement.blur(), window.scrollTo(0, 0)")
    area = browser.run(
        "(top => ({y: top, height: document.querySelector('.list').getBoundingClientRect().bottom + 24 - top}))"
        "(document.querySelector('.tools').getBoundingClientRect().top - 12)"
    )
    Path(os.environ[SHOT]).write_bytes(browser.screenshot(x=0, width=1180, **area))
