"""Colours for the section of a failed test, where pytest's terminal has any.

Reports are plain text, since they travel to other processes and into XML files. What is coloured is found by the signs
that the text has anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Markup = Callable[..., str]
"""`TerminalWriter.markup` of pytest: a text, and what it shall look like by keywords."""

_FIRST = re.compile(r"seed \S+ · .*")
_HEADING = re.compile(r"\S.*:$|Nothing was called.*|Nothing is deployed.*")
_FRAME_TOP = re.compile(r"(╭─ )(.+?)( ─.*)")
_ALIAS = re.compile(r"(│  )(\S+)( ─.*)")
_SHARE = re.compile(r"(?<= )\d[\d.]*%(?= )")
_STATE = re.compile(r"\b(Failed|Disabled|FAILED)\b")
_UNDER_WAY = re.compile(r"\b(Pending|InProgress|Inactive|IN_PROGRESS|Creating|Updating|Enabling|Disabling|Deleting)\b")
_DIM = re.compile(r"  (?:…|⋯) .*|(?: {6}│ {4}| {11})│ .*")
_NUMBER = re.compile(r"(  #\d+(?: to #\d+)?)(.*)")
_FAILURE = re.compile(r"✗ .*")


def coloured(text: str, markup: Markup) -> str:
    """The text of a section with escape codes as `markup` makes them."""
    return "\n".join(_line(line, markup) for line in text.split("\n"))


def _line(line: str, markup: Markup) -> str:
    if line.startswith(("╭", "│", "╰")):
        return _of_the_picture(line, markup)
    if _FIRST.fullmatch(line) or _DIM.fullmatch(line):
        return markup(line, light=True)
    if _HEADING.fullmatch(line):
        return markup(line, bold=True)
    line = _FAILURE.sub(lambda found: markup(found[0], red=True), line)
    return _NUMBER.sub(lambda found: markup(found[1], light=True) + found[2], line)


def _of_the_picture(line: str, markup: Markup) -> str:
    top = _FRAME_TOP.fullmatch(line)
    if top:
        return top[1] + markup(top[2], bold=True) + top[3]
    alias = _ALIAS.fullmatch(line)
    if alias:
        line = alias[1] + markup(alias[2], cyan=True) + alias[3]
    line = _SHARE.sub(lambda found: markup(found[0], yellow=True), line)
    line = _STATE.sub(lambda found: markup(found[0], red=True), line)
    return _UNDER_WAY.sub(lambda found: markup(found[0], yellow=True), line)
