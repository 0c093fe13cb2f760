"""Lambda's handler on the root logger: records become lines of the log of the run that wrote them."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import TYPE_CHECKING, Any

from lambda_mock.execution import logs
from lambda_mock.execution.lineage import current
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Run

_MOST_SEVERE = logging.CRITICAL
_STEP = 10
# What a record always has; anything else came by `extra=`.
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"aws_request_id", "asctime", "message"}
_exceptions = logging.Formatter()


class InstalledLevel(int):
    """The level that the root logger has for a run; one that the function sets is another object, even if equal."""


def level_of_function(before: int) -> int:
    """The function's own level for the root logger, which was `before` when its run began."""
    level = logging.root.level
    return before if isinstance(level, InstalledLevel) else level


class LogHandler(logging.Handler):
    """The handler of one execution environment. As on Lambda, a function may give it another formatter, or remove it.

    The root logger may let more pass than the function wants, since the test reads it too; this handler goes by
    `root_level`, the level that the root logger would have on Lambda.
    """

    def __init__(self, root_level: int) -> None:
        super().__init__()
        self.root_level = root_level

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record to the log of the run that this thread is part of, if any."""
        run = current()
        if run is None or record.levelno < self._threshold(record.name):
            return
        record.aws_request_id = run.request.request_id
        try:
            text = self._line(record, run)
        except Exception:  # noqa: BLE001  # a record may hold anything, and logging never fails its caller
            self.handleError(record)
        else:
            run.log.append(written(text if text.endswith("\n") else f"{text}\n", run.watch.now(), whole=True))

    def _line(self, record: logging.LogRecord, run: Run) -> str:
        if self.formatter is not None:
            return self.formatter.format(record)
        return _json_line(record, run) if logs.is_json(run) else _text_line(record, run)

    def _threshold(self, name: str) -> int:
        logger: logging.Logger | None = logging.getLogger(name)
        while logger is not None and logger is not logging.root:
            if logger.level:
                return logging.NOTSET  # decided below the root already
            logger = logger.parent
        return level_of_function(self.root_level)


def _text_line(record: logging.LogRecord, run: Run) -> str:
    moment = logs.milliseconds(run.watch.now())
    lines = [f"[{record.levelname}]\t{moment}\t{run.request.request_id}\t{record.getMessage()}"]
    if record.exc_info:
        lines.append(_exceptions.formatException(record.exc_info))
    if record.stack_info:
        lines.append(record.stack_info)
    return "\n".join(lines)


def _json_line(record: logging.LogRecord, run: Run) -> str:
    kind, error, trace = record.exc_info or (None, None, None)
    line: dict[str, Any] = {
        "timestamp": json_timestamp(run.watch.now()),
        "level": logging.getLevelName(min(_MOST_SEVERE, record.levelno) // _STEP * _STEP),
        "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
        "logger": record.name,
        "stackTrace": traceback.format_tb(trace) if trace else None,
        "errorType": kind.__name__ if kind else None,
        "errorMessage": str(error) if error else None,
        "requestId": run.request.request_id,
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if kind else None,
    }
    line.update((name, value) for name, value in vars(record).items() if name not in _KNOWN and name not in line)
    return json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, default=str)


def json_timestamp(moment: float) -> str:
    """A moment in epoch seconds as the runtime writes it into a JSON log: to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
