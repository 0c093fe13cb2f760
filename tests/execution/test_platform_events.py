"""What Lambda itself writes into a log in JSON, and which of it at which level; what a function writes into one."""

# ruff: noqa: LOG015, T201  # handlers print, and use the root logger as many do

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.execution import logs, platform_events
from lambda_mock.execution.lineage import Run

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

JSON_LOGS = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def json_lines(log: str) -> list[Any]:
    """The objects of a log, without those about an initialisation that went well."""
    return [line for line in map(json.loads, log.splitlines()) if not line.get("type", "").startswith("platform.init")]


def kinds(log: str) -> list[str]:
    """The kinds of events that are in a log, without the `platform.` before them."""
    return [json.loads(line)["type"].partition(".")[2] for line in log.splitlines()]


def test_a_json_log_is_framed_by_platform_events(aws: Lambda) -> None:
    aws.clock.freeze()
    begun = aws.clock.time()
    function = aws.of_callable(lambda event, context: aws.clock.advance(0.25), logging=JSON_LOGS, version="3")
    start, report = json_lines(aws.run(function).log)
    assert start == {
        "time": logs.milliseconds(begun),
        "type": "platform.start",
        "record": {"requestId": aws.request_id, "functionArn": ARN, "version": "3"},
    }
    metrics = report["record"].pop("metrics")
    assert report == {
        "time": logs.milliseconds(begun + 0.25),
        "type": "platform.report",
        "record": {"requestId": aws.request_id, "status": "success"},
    }
    assert metrics.pop("maxMemoryUsedMB") <= 128
    assert metrics.pop("initDurationMs") >= 0
    assert metrics == {"durationMs": pytest.approx(250), "billedDurationMs": 251, "memorySizeMB": 128}
    assert "initDurationMs" not in json_lines(aws.run(function).log)[-1]["record"]["metrics"]


def test_a_json_log_has_records_as_objects(aws: Lambda) -> None:
    aws.clock.freeze()

    def handler(event: object, context: object) -> None:
        logging.getLogger("shop").info("sold %d", 3, extra={"order": {"id": 7}, "what": object})
        logging.warning({"a": "dict"})
        logging.debug("not at INFO")
        print("plain")

    log = aws.run(aws.of_callable(handler, logging=JSON_LOGS)).log.splitlines()[1:]
    assert json.loads(log[1]) == {
        "timestamp": logs.milliseconds(aws.clock.time())[:-5] + "Z",
        "level": "INFO",
        "message": "sold 3",
        "logger": "shop",
        "requestId": aws.request_id,
        "order": {"id": 7},
        "what": "<class 'object'>",
    }
    assert json.loads(log[2])["message"] == {"a": "dict"}
    assert log[3] == "plain"


def test_a_json_log_has_exceptions_in_members(aws: Lambda) -> None:
    def handler(event: object, context: object) -> None:
        try:
            int("no number")
        except ValueError:
            logging.exception("caught")
        raise KeyError("uncaught")

    _, caught, uncaught, done, report = json_lines(aws.run(aws.of_callable(handler, logging=JSON_LOGS)).log)
    assert (caught["level"], caught["errorType"]) == ("ERROR", "ValueError")
    assert caught["errorMessage"] == "invalid literal for int() with base 10: 'no number'"
    assert caught["location"].startswith(f"{__file__}:handler:")
    assert 'int("no number")' in caught["stackTrace"][0]
    assert list(uncaught) == ["timestamp", "level", "errorMessage", "errorType", "requestId", "stackTrace"]
    assert (uncaught["level"], uncaught["errorType"]) == ("ERROR", "KeyError")
    assert done["type"] == "platform.runtimeDone"
    assert [event["record"]["status"] for event in (done, report)] == ["error", "error"]


@pytest.mark.parametrize(
    ("level", "shown"),
    [("TRACE", ["debug", "info", "error"]), ("INFO", ["info", "error"]), ("WARN", ["error"]), ("FATAL", [])],
)
def test_the_application_log_level_is_the_root_loggers(aws: Lambda, level: str, shown: list[str]) -> None:
    def handler(event: object, context: object) -> None:
        logging.debug("debug")
        logging.info("info")
        logging.error("error")

    function = aws.of_callable(handler, logging={**JSON_LOGS, "ApplicationLogLevel": level})
    assert [line["message"] for line in json_lines(aws.run(function).log)[1:-1]] == shown


def test_a_json_log_of_warnings_has_no_platform_events(aws: Lambda) -> None:
    function = aws.of_callable(
        lambda event, context: logging.error("mine"), logging={**JSON_LOGS, "SystemLogLevel": "WARN"}
    )
    assert [line["message"] for line in json_lines(aws.run(function).log)] == ["mine"]


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("late", {"status": "timeout"}),
        ("exit", {"status": "error", "errorType": "Runtime.ExitError"}),
        ("raise", {"status": "error"}),
    ],
)
@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARN"])
def test_what_goes_wrong_is_told_at_every_level(aws: Lambda, event: str, outcome: dict[str, str], level: str) -> None:
    def handler(event: str, context: object) -> None:
        if event == "late":
            aws.clock.advance(100)
        elif event == "exit":
            sys.exit()
        raise ValueError

    function = aws.of_callable(handler, logging={**JSON_LOGS, "SystemLogLevel": level})
    result = aws.run(function, event)
    done, report = (json.loads(line) for line in result.log.splitlines()[-2:])
    assert (done["type"], report["type"]) == ("platform.runtimeDone", "platform.report")
    assert done["record"].pop("metrics") == {
        "durationMs": report["record"].pop("metrics")["durationMs"],
        "producedBytes": len(result.payload),
    }
    assert done["record"] == report["record"] == {"requestId": aws.request_id, **outcome}


@pytest.mark.parametrize(
    ("level", "cold", "warm"),
    [
        (
            "DEBUG",
            ["initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"],
            ["start", "runtimeDone", "report"],
        ),
        ("INFO", ["initStart", "start", "report"], ["start", "report"]),
        ("WARN", [], []),
    ],
)
def test_the_system_log_level_decides_which_events_there_are(
    aws: Lambda, level: str, cold: list[str], warm: list[str]
) -> None:
    function = aws.of_zip("def handler(event, context): pass\n", logging={**JSON_LOGS, "SystemLogLevel": level})
    assert [kinds(aws.run(function).log) for _ in range(2)] == [cold, warm]


def test_an_image_has_no_runtime_version_to_tell(aws: Lambda) -> None:
    function = aws.of_callable(lambda event, context: None, logging=JSON_LOGS, runtime=None)
    assert kinds(aws.run(function).log) == ["start", "report"]
    debug = aws.of_callable(lambda event, context: None, logging={**JSON_LOGS, "SystemLogLevel": "DEBUG"}, runtime=None)
    assert "runtimeVersion" not in json.loads(aws.run(debug).log.splitlines()[0])["record"]


def test_a_cold_start_tells_what_is_initialised_where(aws: Lambda) -> None:
    aws.clock.freeze()
    function = aws.of_zip(
        "import json\nprint('{}')\ndef handler(event, context): return context.log_stream_name\n",
        logging={**JSON_LOGS, "SystemLogLevel": "DEBUG"},
        version="3",
    )
    result = aws.run(function)
    start, written, done, report = (json.loads(line) for line in result.log.splitlines()[:4])
    moment = logs.milliseconds(aws.clock.time())
    assert start == {
        "time": moment,
        "type": "platform.initStart",
        "record": {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": "python:3.12.v38",
            "runtimeVersionArn": start["record"]["runtimeVersionArn"],
            "functionName": "f",
            "functionVersion": "3",
            "instanceId": json.loads(result.payload),
            "instanceMaxMemory": 134217728,
        },
    }
    assert start["record"]["runtimeVersionArn"].startswith("arn:aws:lambda:eu-west-1::runtime:")
    assert written == {}
    outcome = {"initializationType": "on-demand", "phase": "init", "status": "success"}
    assert done == {"time": moment, "type": "platform.initRuntimeDone", "record": outcome}
    figures = json.loads(result.log.splitlines()[-1])["record"]["metrics"]
    assert report == {
        "time": moment,
        "type": "platform.initReport",
        "record": {**outcome, "metrics": {"durationMs": figures["initDurationMs"]}},
    }


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARN"])
def test_an_initialisation_that_failed_is_told_at_every_level(aws: Lambda, level: str) -> None:
    function = aws.of_zip("import nowhere\n", logging={**JSON_LOGS, "SystemLogLevel": level})
    lines = [json.loads(line) for line in aws.run(function).log.splitlines()]
    told = [line for line in lines if line.get("type") in {"platform.initRuntimeDone", "platform.initReport"}]
    outcome = {"status": "error", "errorType": "Runtime.ImportModuleError"}
    expected = {"initializationType": "on-demand", "phase": "init", **outcome}
    assert [{**line["record"], "metrics": None} for line in told] == [{**expected, "metrics": None}] * 2
    assert lines[-1]["record"].items() >= {"requestId": aws.request_id, **outcome}.items()


@pytest.mark.parametrize(
    ("runtime", "name"),
    [
        ("python3.14", "python:3.14.v38"),
        ("nodejs22.x", "nodejs:22.v38"),
        ("provided.al2023", "provided:al2023.v38"),
        ("java8.al2", "java:8.al2.v38"),
        ("dotnet8", "dotnet:8.v38"),
    ],
)
def test_the_versions_of_runtimes_have_names(aws: Lambda, runtime: str, name: str) -> None:
    version = aws.of_callable(lambda event, context: None, runtime=runtime)
    assert platform_events.runtime_version(version) == name


@pytest.mark.parametrize(
    ("managed", "pool", "kind"),
    [
        ({}, None, "on-demand"),
        ({}, 1, "provisioned-concurrency"),
        ({"PerExecutionEnvironmentMaxConcurrency": 16}, None, "lambda-managed-instances"),
    ],
)
def test_an_initialisation_tells_its_type(aws: Lambda, managed: Any, pool: int | None, kind: str) -> None:
    echoed = {"CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": managed}}
    version = aws.of_callable(lambda event, context: None, logging=JSON_LOGS, echoed=echoed)
    run = Run(aws.request(version, pool=pool), aws.clock)
    run.init_duration = 1.0
    [start] = platform_events.before_initialisation(run)
    assert json.loads(start)["record"]["initializationType"] == kind
