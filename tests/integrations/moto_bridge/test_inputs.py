"""What EventBridge makes of an event for a target, by InputPath and InputTransformer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_mock.integrations.moto.bridge.inputs import InvalidInputError, input_for

EVENT: Any = {
    "source": "shop",
    "resources": ["a", "b"],
    "detail": {
        "id-1": {"deep": [{"n": 1}, {"n": 2}]},
        "text": 'say "hi"\n\\',
        "none": None,
        "yes": True,
        "object": {"a": ["b", 1]},
        "a/b": "slash",
    },
}


def made(target: Any, **predefined: Any) -> Any:
    return json.loads(input_for(target, EVENT, predefined))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.source", "shop"),
        ("$.resources[1]", "b"),
        ("$.detail.id-1.deep[0].n", 1),
        ("$.detail.id-1.deep[*].n", [1, 2]),
        ("$.resources[*]", ["a", "b"]),
        ("$.detail['id-1'].deep[1]", {"n": 2}),
        ('$["detail"]["yes"]', True),
        ("$.detail.a/b", "slash"),
        ("$.detail.none", None),
        ("$.detail.missing", None),
        ("$.resources[2]", None),
        ("$.source[0]", None),
        ("$.resources.a", None),
    ],
)
def test_a_path_leads_into_the_event(path: str, expected: Any) -> None:
    assert made({"InputPath": path}) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"a": <text>}', {"a": 'say "hi"\n\\'}),
        ('{"a": "<text>"}', {"a": 'say "hi"\n\\'}),
        ('{"a": "it says <yes>, <none>"}', {"a": "it says true, null"}),
        ('{"a": <yes>, "b": <none>}', {"a": True, "b": None}),
        ('{"a": <object>}', {"a": {"a": ["b", 1]}}),
        ('{"a": "<object>"}', {"a": "{a:[b,1]}"}),
        ('{"a": <missing>}', {"a": ""}),
        ('{"a": "<missing>!"}', {"a": "!"}),
        ('{"a": <unknown>}', {"a": ""}),
        (r'{"a": "\"<yes>\" <text>"}', {"a": '"true" say "hi"\n\\'}),
        ("<object>", {"a": ["b", 1]}),
        ("[<yes>, 1]", [True, 1]),
        ('"<yes> or <none>"', "true or null"),
        ('"one <yes>"\n"two <none>"\n', "one true\ntwo null"),
        ("it is <yes>", "it is true"),
        ("7", 7),
    ],
)
def test_a_template_is_filled_in(template: str, expected: Any) -> None:
    paths = {name: f"$.detail.{name}" for name in ("text", "yes", "none", "object", "missing")}
    assert made({"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}) == expected


def test_a_constant_stands_for_the_event() -> None:
    assert made({"Input": "[1]", "InputPath": "", "InputTransformer": None}) == [1]


def test_without_settings_a_target_is_sent_the_event() -> None:
    assert made({}) == EVENT


def test_a_predefined_variable_can_not_be_overwritten() -> None:
    transformer = {"InputPathsMap": {"aws.events.rule-name": "$.source"}, "InputTemplate": "<aws.events.rule-name>"}
    assert made({"InputTransformer": transformer}, **{"aws.events.rule-name": "mine"}) == "mine"


@pytest.mark.parametrize("template", ["{", '{"a": <yes> <yes>}', '"a', '["a'])
def test_what_looks_like_json_has_to_be_json(template: str) -> None:
    with pytest.raises(InvalidInputError, match="makes no JSON"):
        made({"InputTransformer": {"InputTemplate": template}})
