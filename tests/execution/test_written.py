"""How the pieces of a log become events of CloudWatch."""

from __future__ import annotations

from lambda_mock.execution.written import events, written


def test_what_is_printed_is_an_event_for_each_line() -> None:
    assert events([written("a\nb\n\n", 5.0)], 1.0) == [(5.0, "a\n"), (5.0, "b\n"), (5.0, "\n")]


def test_a_line_that_comes_in_pieces_is_one_event_of_its_beginning() -> None:
    pieces = [written("a", 2.0), written("b", 3.0), written("\nc", 4.0), written("\n", 5.0)]
    assert events(pieces, 1.0) == [(2.0, "ab\n"), (4.0, "c\n")]


def test_a_record_is_one_event_however_many_lines_it_has() -> None:
    assert events([written("a\nb\n", 2.0, whole=True)], 1.0) == [(2.0, "a\nb\n")]


def test_a_bare_record_has_no_line_end() -> None:
    assert events([written("{}\n", 2.0, whole=True, bare=True)], 1.0) == [(2.0, "{}")]


def test_a_line_that_is_unfinished_stands_where_it_began() -> None:
    pieces = [written("beg", 2.0), written("record\n", 3.0, whole=True), written("un\n", 4.0)]
    assert events(pieces, 1.0) == [(2.0, "begun\n"), (3.0, "record\n")]


def test_what_no_moment_is_known_of_has_that_of_what_was_before_it() -> None:
    assert events(["a\n", written("b\n", 2.0), "c\n"], 1.0) == [(1.0, "a\n"), (2.0, "b\n"), (2.0, "c\n")]


def test_no_event_is_earlier_than_the_one_before_it() -> None:
    """Real time may be set back while a function runs."""
    assert events([written("a\n", 2.0), written("b\n", 1.5)], 1.0) == [(2.0, "a\n"), (2.0, "b\n")]
