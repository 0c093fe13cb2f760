"""Event patterns: what each operator matches, how fields, arrays and `$or` go together, and what is no pattern."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_mock.domain.patterns import OF_FILTERS, OF_RULES, InvalidPatternError, compiled


def matches(pattern: Any, event: Any) -> bool:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return compiled(text, OF_RULES).matches(event)


def is_pattern(pattern: Any, operators: frozenset[str] = OF_RULES) -> bool:
    try:
        compiled(pattern if isinstance(pattern, str) else json.dumps(pattern), operators)
    except InvalidPatternError:
        return False
    return True


LAMBDA_SYNTAX = [
    # The rows of the table "Filter rule syntax" in the Lambda developer guide.
    ({"UserID": [None]}, {"UserID": None}, {"UserID": ""}),
    ({"LastName": [""]}, {"LastName": ""}, {"LastName": None}),
    ({"Name": ["Alice"]}, {"Name": "Alice"}, {"Name": "alice"}),
    ({"Name": [{"equals-ignore-case": "alice"}]}, {"Name": "ALICE"}, {"Name": "alicia"}),
    (
        {"Location": ["New York"], "Day": ["Monday"]},
        {"Location": "New York", "Day": "Monday", "Hour": 9},
        {"Location": "New York", "Day": "Friday"},
    ),
    ({"PaymentType": ["Credit", "Debit"]}, {"PaymentType": "Debit"}, {"PaymentType": "Cash"}),
    (
        {"$or": [{"Location": ["New York"]}, {"Day": ["Monday"]}]},
        {"Location": "Rome", "Day": "Monday"},
        {"Location": "Rome", "Day": "Friday"},
    ),
    ({"Weather": [{"anything-but": ["Raining"]}]}, {"Weather": "Sunny"}, {"Weather": "Raining"}),
    ({"Price": [{"numeric": ["=", 100]}]}, {"Price": 100}, {"Price": "100"}),
    ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, {"Price": 20}, {"Price": 10}),
    ({"ProductName": [{"exists": True}]}, {"ProductName": None}, {"Product": "Name"}),
    ({"ProductName": [{"exists": False}]}, {"Product": "Name"}, {"ProductName": ""}),
    ({"Region": [{"prefix": "us-"}]}, {"Region": "us-east-1"}, {"Region": "eu-west-1"}),
    ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.png"}, {"FileName": "a.PNG"}),
]
RULE_SYNTAX = [
    # What EventBridge's "Comparison operators" adds.
    ({"Service": [{"prefix": {"equals-ignore-case": "eventb"}}]}, {"Service": "EventBridge"}, {"Service": "Bridge"}),
    ({"Service": [{"suffix": {"equals-ignore-case": "tbridge"}}]}, {"Service": "EVENTBRIDGE"}, {"Service": "Event"}),
    ({"State": [{"anything-but": "initializing"}]}, {"State": "running"}, {"State": "initializing"}),
    ({"Limit": [{"anything-but": 123}]}, {"Limit": 124}, {"Limit": 123.0}),
    ({"Limit": [{"anything-but": [100, 200]}]}, {"Limit": "100"}, {"Limit": 200}),
    ({"Region": [{"anything-but": {"prefix": "us-"}}]}, {"Region": "eu-west-1"}, {"Region": "us-east-1"}),
    ({"Region": [{"anything-but": {"prefix": ["us-", "eu-"]}}]}, {"Region": "ap-east-1"}, {"Region": "eu-west-1"}),
    ({"FileName": [{"anything-but": {"suffix": ".png"}}]}, {"FileName": "a.jpg"}, {"FileName": "a.png"}),
    ({"FileName": [{"anything-but": {"suffix": [".png", ".gif"]}}]}, {"FileName": "a.jpg"}, {"FileName": "a.gif"}),
    (
        {"State": [{"anything-but": {"equals-ignore-case": "initializing"}}]},
        {"State": "running"},
        {"State": "INITIALIZING"},
    ),
    ({"State": [{"anything-but": {"equals-ignore-case": ["a", "b"]}}]}, {"State": "c"}, {"State": "B"}),
    ({"FilePath": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"FilePath": "/src/a"}, {"FilePath": "/lib/a"}),
    ({"FilePath": [{"anything-but": {"wildcard": ["*/lib/*", "*.o"]}}]}, {"FilePath": "/a"}, {"FilePath": "/a.o"}),
    ({"FilePath": [{"wildcard": "dir/*.png"}]}, {"FilePath": "dir/a/b.png"}, {"FilePath": "a/dir/b.png"}),
    ({"IP": [{"cidr": "10.0.0.0/24"}]}, {"IP": "10.0.0.255"}, {"IP": "10.0.1.0"}),
    ({"IP": [{"cidr": "2001:db8::/32"}]}, {"IP": "2001:db8::1"}, {"IP": "2001:db9::1"}),
]


@pytest.mark.parametrize(("pattern", "met", "unmet"), LAMBDA_SYNTAX + RULE_SYNTAX, ids=json.dumps)
def test_each_documented_operator(pattern: Any, met: Any, unmet: Any) -> None:
    assert matches(pattern, met)
    assert not matches(pattern, unmet)


@pytest.mark.parametrize(("pattern", "met", "unmet"), LAMBDA_SYNTAX, ids=json.dumps)
def test_filters_of_mappings_have_the_operators_of_lambdas_table(pattern: Any, met: Any, unmet: Any) -> None:
    assert is_pattern(pattern, OF_FILTERS)


@pytest.mark.parametrize(
    "pattern",
    [{"a": [{"cidr": "10.0.0.0/24"}]}, {"a": [{"wildcard": "*"}]}, {"a": [{"anything-but": {"wildcard": "*a"}}]}],
    ids=json.dumps,
)
def test_addresses_and_wildcards_are_for_rules_only(pattern: Any) -> None:
    assert is_pattern(pattern, OF_RULES)
    assert not is_pattern(pattern, OF_FILTERS)


@pytest.mark.parametrize(
    ("wanted", "value", "met"),
    [
        (1, 1.0, True),
        (300, 3.0e2, True),
        (300, "300", False),
        ("300", 300, False),
        (1, True, False),
        (0, False, False),
        (True, 1, False),
        (False, 0, False),
        (True, True, True),
        (True, "true", False),
        (None, "null", False),
        (123456789012, 123456789012, True),
        ({"numeric": ["=", 1]}, True, False),
        ({"numeric": [">", -1]}, False, False),
        ({"numeric": ["<", 5]}, None, False),
        ({"numeric": ["=", 3.018e2]}, 301.8, True),
        ({"numeric": ["<", 2]}, 2, False),
        ({"numeric": ["<=", 2]}, 2.0, True),
        ({"numeric": [">=", 2]}, 1.999999, False),
        ({"numeric": [">=", 2, "<", 3]}, 2, True),
        ({"numeric": [">=", 2, "<", 3]}, 3, False),
        ({"numeric": [">", 1]}, 5_000_000_000, True),
        ({"numeric": [">", 1]}, 5_000_000_001, False),
        ({"numeric": ["<", 1]}, -5_000_000_001, False),
        ({"prefix": "1"}, 12, False),
        ({"suffix": "2"}, 12, False),
        ({"equals-ignore-case": "null"}, None, False),
        ({"wildcard": "*"}, 12, False),
        ({"wildcard": "*"}, "", True),
        ({"wildcard": "a"}, "a", True),
        ({"wildcard": "a"}, "ab", False),
        ({"wildcard": "a*b*c"}, "abc", True),
        ({"wildcard": "a*b*c"}, "ac", False),
        ({"wildcard": "a*bc*c"}, "abc", False),
        ({"wildcard": "ab*ba"}, "aba", False),
        ({"wildcard": "a*b*b*c"}, "abc", False),
        ({"wildcard": "*b*"}, "abc\n", True),
        ({"wildcard": "a\\*b*"}, "a*bc", True),
        ({"wildcard": "a\\*b*"}, "axbc", False),
        ({"wildcard": "a\\\\*"}, "a\\b", True),
        ({"cidr": "10.0.0.0/24"}, "10.0.0.0/24", False),
        ({"cidr": "10.0.0.0/24"}, 10, False),
        ({"cidr": "10.0.0.7/24"}, "10.0.0.6", False),
        ({"cidr": "10.0.0.7/24"}, "10.0.0.7", True),
        ({"cidr": "0.0.0.0/0"}, "::1", False),
        ({"anything-but": "a"}, None, True),
        ({"anything-but": "a"}, True, True),
        ({"anything-but": 1}, True, True),
        ({"anything-but": {"prefix": "a"}}, 1, True),
        ({"prefix": ""}, "anything", True),
    ],
    ids=json.dumps,
)
def test_a_value_is_only_what_json_says_that_it_is(wanted: Any, value: Any, *, met: bool) -> None:
    assert matches({"a": [wanted]}, {"a": value}) is met


def test_a_field_has_to_match_one_entry_of_its_list() -> None:
    pattern = {"a": [None, "x", 1, {"prefix": "y"}, {"exists": False}]}
    assert [matches(pattern, {"a": value}) for value in (None, "x", 1, "yes")] == [True] * 4
    assert matches(pattern, {})
    assert not matches(pattern, {"a": "z"})


def test_anything_but_asks_for_something() -> None:
    assert not matches({"a": [{"anything-but": "x"}]}, {})


@pytest.mark.parametrize(
    "event", [{"a": {"b": {"c": 1}}}, {"a": [{"b": [{"c": [2, 1]}]}]}, {"a": {"b": {"c": [[1]], "d": 2}, "c": 3}}]
)
def test_fields_are_found_at_their_depth(event: Any) -> None:
    assert matches({"a": {"b": {"c": [1]}}}, event)


@pytest.mark.parametrize("event", [{"c": 1}, {"a": {"c": 1}}, {"a": 1}, {"a": None}, {"a": []}, {"a": {"b": 1}}])
def test_fields_elsewhere_are_not_found(event: Any) -> None:
    assert not matches({"a": {"b": {"c": [1]}}}, event)


def test_an_intermediate_place_does_not_exist() -> None:
    person = {"person": {"name": "John Doe", "address": {"city": "Anytown"}, "cars": [{"make": "Yugo"}], "pets": []}}
    for name in ("address", "cars", "pets"):
        assert not matches({"person": {name: [{"exists": True}]}}, person)
        assert matches({"person": {name: [{"exists": False}]}}, person)
    assert matches({"person": {"cars": {"make": [{"exists": True}]}}}, person)
    assert matches({"person": {"name": {"first": [{"exists": False}]}}}, person)


def test_an_array_of_the_event_matches_by_any_element() -> None:
    event = {"resources": ["i-1", "i-2", ["i-3"]]}
    assert [matches({"resources": [name]}, event) for name in ("i-1", "i-3", "i-4")] == [True, True, False]
    assert matches({"resources": ["i-4", "i-2"]}, event)
    assert matches({"resources": [{"anything-but": "i-1"}]}, event)
    assert not matches({"resources": [{"anything-but": ["i-1", "i-2", "i-3"]}]}, event)


EMPLOYEES = [
    {"firstName": "John", "lastName": "Doe"},
    {"firstName": "Anna", "lastName": "Smith"},
    {"firstName": "Peter", "lastName": "Jones", "left": True},
]


@pytest.mark.parametrize("employees", [EMPLOYEES, [EMPLOYEES[:2], EMPLOYEES[2:]]])
@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ({"firstName": ["Anna"]}, True),
        ({"firstName": ["Anna"], "lastName": ["Smith"]}, True),
        ({"firstName": ["Anna"], "lastName": ["Jones"]}, False),
        ({"firstName": ["Anna"], "$or": [{"lastName": ["Jones"]}, {"lastName": ["Doe"]}]}, False),
        ({"firstName": ["Anna"], "$or": [{"lastName": ["Jones"]}, {"lastName": ["Smith"]}]}, True),
        ({"firstName": ["Anna"], "left": [{"exists": False}]}, True),
        ({"firstName": ["Peter"], "left": [{"exists": False}]}, False),
        ({"left": [{"exists": False}]}, False),
        ({"salary": [{"exists": False}]}, True),
    ],
    ids=json.dumps,
)
def test_fields_under_one_array_are_looked_for_in_one_element(employees: Any, pattern: Any, *, met: bool) -> None:
    assert matches({"employees": pattern}, {"employees": employees}) is met


def test_a_choice_below_is_for_the_same_element_as_its_neighbours() -> None:
    pattern = {"a": {"b": [1]}, "$or": [{"a": {"c": [2]}}, {"d": [1]}]}
    assert not matches(pattern, {"a": [{"b": 1}, {"c": 2}]})
    assert matches(pattern, {"a": [{"b": 1, "c": 2}]})
    assert matches(pattern, {"a": [{"b": 1}], "d": 1})


def test_or_goes_with_and_and_nests() -> None:
    pattern = {
        "source": ["aws.cloudwatch"],
        "$or": [
            {"metricName": ["CPUUtilization"]},
            {"metricType": ["Type"], "$or": [{"metricId": [1234]}, {"detail": {"spaceId": [1000]}}]},
        ],
    }
    source = {"source": "aws.cloudwatch"}
    assert matches(pattern, {**source, "metricName": "CPUUtilization"})
    assert matches(pattern, {**source, "metricType": "Type", "metricId": 1234})
    assert matches(pattern, {**source, "metricType": "Type", "detail": {"spaceId": 1000}})
    assert not matches(pattern, {**source, "metricType": "Type"})
    assert not matches(pattern, {**source, "metricId": 1234})
    assert not matches(pattern, {"metricName": "CPUUtilization"})


def test_a_name_that_is_written_twice_asks_for_both() -> None:
    pattern = '{"d": {"new": {"S": ["b"]}}, "d": {"old": {"S": ["a"]}}}'
    assert matches(pattern, {"d": {"new": {"S": "b"}, "old": {"S": "a"}}})
    assert not matches(pattern, {"d": {"old": {"S": "a"}}})
    assert not matches(pattern, {"d": {"new": {"S": "b"}}})


def test_a_list_that_is_written_twice_is_the_last_one() -> None:
    assert matches('{"a": [1], "a": [2]}', {"a": 2})
    assert not matches('{"a": [1], "a": [2]}', {"a": 1})


def test_a_place_can_be_a_value_and_an_object_in_an_array_only() -> None:
    pattern = '{"a": [1], "a": {"b": [2]}}'
    assert matches(pattern, {"a": [1, {"b": 2}]})
    assert not matches(pattern, {"a": [2, {"b": 2}]})
    assert not matches(pattern, {"a": {"b": 2}})


def test_a_deep_event_is_no_trouble() -> None:
    event: Any = ["x"]
    for _ in range(5_000):
        event = [event]
    assert matches({"a": ["x"]}, {"a": event})
    assert not matches({"a": {"b": ["x"]}}, {"a": event})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ('{"a": [NaN]}', "NaN"),
        ('{"a": [Infinity]}', "Infinity"),
        ("[" * 100_000, "The JSON is nested too deeply"),
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ({"a": {}}, "Empty objects are not allowed"),
        ({"a": []}, "Empty arrays are not allowed"),
        ({"a": "b"}, '"a" must be an object or an array'),
        ({"a": [["b"]]}, "Match value must be String, number, true, false, or null"),
        ({"a": [{}]}, "Only one key allowed in match expression"),
        ({"a": [{"prefix": "b", "suffix": "c"}]}, "Only one key allowed in match expression"),
        ('{"a": [{"prefix": "b", "prefix": "c"}]}', "Only one key allowed in match expression"),
        ({"a": [{"regex": "b"}]}, "Unrecognized match type regex"),
        ({"a": [{"prefix": 1}]}, "The operand must be a string"),
        ({"a": [{"suffix": None}]}, "The operand must be a string"),
        ({"a": [{"prefix": {"suffix": "b"}}]}, "Unrecognized match type suffix"),
        ({"a": [{"prefix": {"equals-ignore-case": 1}}]}, "The operand must be a string"),
        ({"a": [{"equals-ignore-case": ["b"]}]}, "The operand must be a string"),
        ({"a": [{"exists": "true"}]}, "exists match pattern must be either true or false."),
        ({"a": [{"exists": 0}]}, "exists match pattern must be either true or false."),
        ({"a": [{"wildcard": "a**b"}]}, "Consecutive wildcard characters"),
        ({"a": [{"wildcard": "a\\b"}]}, "Invalid escape character"),
        ({"a": [{"wildcard": "a\\"}]}, "Invalid escape character"),
        ({"a": [{"wildcard": ["a"]}]}, "The operand must be a string"),
        ({"a": [{"numeric": 1}]}, "Value of numeric must be an array of one or two comparisons"),
        ({"a": [{"numeric": [">"]}]}, "Value of numeric must be an array of one or two comparisons"),
        ({"a": [{"numeric": [1, ">"]}]}, "The operand must be a string"),
        ({"a": [{"numeric": [">", "1"]}]}, "The operand must be numeric"),
        ({"a": [{"numeric": [">", True]}]}, "The operand must be numeric"),
        ({"a": [{"numeric": ["!", 1]}]}, "Unrecognized numeric range operator"),
        ({"a": [{"numeric": ["=", 1, "<", 2]}]}, "Bad numeric range operator"),
        ({"a": [{"numeric": ["<", 2, ">", 1]}]}, "Bad numeric range operator"),
        ({"a": [{"numeric": [">", 1, "=", 2]}]}, "Bad numeric range operator"),
        ({"a": [{"numeric": [">", 2, "<", 2]}]}, "Bottom must be less than top"),
        ({"a": [{"numeric": ["<", 5_000_000_001]}]}, "Value must be between -5.0E9 and 5.0E9, inclusive"),
        ({"a": [{"cidr": "10.0.0.0"}]}, "Malformed CIDR 10.0.0.0"),
        ({"a": [{"cidr": "10.0.0.0/32"}]}, "Malformed CIDR 10.0.0.0/32"),
        ({"a": [{"cidr": "10.0.0.0/255.0.0.0"}]}, "Malformed CIDR 10.0.0.0/255.0.0.0"),
        ({"a": [{"cidr": "here/8"}]}, "Malformed CIDR here/8"),
        ({"a": [{"cidr": 10}]}, "The operand must be a string"),
        ({"a": [{"anything-but": []}]}, "Inside anything but list, either all values are number or string"),
        ({"a": [{"anything-but": ["a", 1]}]}, "Inside anything but list, either all values are number or string"),
        ({"a": [{"anything-but": None}]}, "Inside anything but list, either all values are number or string"),
        ({"a": [{"anything-but": [True]}]}, "Inside anything but list, either all values are number or string"),
        ({"a": [{"anything-but": 6e9}]}, "Value must be between -5.0E9 and 5.0E9, inclusive"),
        ({"a": [{"anything-but": {"numeric": ["=", 1]}}]}, "Unrecognized match type numeric"),
        ({"a": [{"anything-but": {"prefix": ""}}]}, "Null prefix/suffix not allowed"),
        ({"a": [{"anything-but": {"suffix": []}}]}, "Null prefix/suffix not allowed"),
        ({"a": [{"anything-but": {"wildcard": 1}}]}, "The operand must be a string"),
        ({"$or": {"a": [1]}}, "There must have at least 2 Objects in $or relationship."),
        ({"$or": [{"a": [1]}]}, "There must have at least 2 Objects in $or relationship."),
        ({"$or": [{"a": [1]}, "b"]}, "Only JSON object is allowed in array of $or relationship."),
        ({"$or": [{"a": [1]}, {}]}, "Empty objects are not allowed"),
        (
            {"$or": [{"a": [1]}, {"b": {"prefix": ["c"]}}]},
            "prefix is a reserved name, which cannot be used inside $or.",
        ),
        ({"$or": [{"a": [1]}, {"=": [1]}]}, "= is a reserved name, which cannot be used inside $or."),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_is_no_pattern(pattern: Any, reason: str) -> None:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    with pytest.raises(InvalidPatternError) as refused:
        compiled(text, OF_RULES)
    assert str(refused.value) == reason


def test_an_operators_name_can_be_a_fields() -> None:
    assert matches({"prefix": ["a"]}, {"prefix": "a"})


def test_choices_come_to_a_thousand_combinations_at_the_most() -> None:
    ten = {"$or": [{"a": [number]} for number in range(10)]}
    pattern = dict.fromkeys("abc", ten)
    assert matches(pattern, {"a": {"a": 9}, "b": {"a": 9}, "c": {"a": 9}})
    assert not is_pattern({**pattern, "d": {"$or": [{"a": [1]}, {"b": [1]}]}})


def test_a_pattern_is_a_hundred_deep_at_the_most() -> None:
    def nested(depth: int) -> tuple[Any, Any]:
        pattern: Any = [1]
        event: Any = 1
        for _ in range(depth):
            pattern, event = {"a": pattern}, {"a": event}
        return pattern, event

    assert matches(*nested(100))
    assert not is_pattern(nested(101)[0])


# Whatever is written.

scalars = st.sampled_from([1, 2, "x", "y", None, True])
json_values = st.recursive(
    scalars | st.text(max_size=3) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
operands = st.recursive(
    scalars | st.sampled_from(["a*b", "10.0.0.0/8", "=", ">", "<", ""]) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*sorted(OF_RULES), "$or", "a"]), inner, max_size=2)
    ),
    max_leaves=10,
)
events = st.dictionaries(st.sampled_from("ab"), json_values, max_size=2)


@given(pattern=st.dictionaries(st.sampled_from(["a", "b", "$or"]), operands, max_size=2), event=events)
def test_what_is_a_pattern_decides_for_any_event(pattern: Any, event: Any) -> None:
    text = json.dumps(pattern)
    if is_pattern(text):
        assert matches(text, event) in {True, False}
    if is_pattern(text, OF_FILTERS):
        assert compiled(text, OF_FILTERS).matches(event) is matches(text, event)


texts = st.text(alphabet="ab", max_size=2)
numbers = st.integers(-3, 3)


def texts_or_list(of: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return of | st.lists(of, min_size=1, max_size=2)


matchers = st.one_of(
    scalars,
    numbers,
    texts,
    st.builds(lambda text: {"prefix": text}, texts),
    st.builds(lambda text: {"suffix": {"equals-ignore-case": text}}, texts),
    st.builds(lambda text: {"equals-ignore-case": text}, texts),
    st.builds(lambda found: {"exists": found}, st.booleans()),
    st.builds(lambda sign, bound: {"numeric": [sign, bound]}, st.sampled_from(["<", "<=", "=", ">", ">="]), numbers),
    st.builds(lambda low, width: {"numeric": [">", low, "<=", low + width]}, numbers, st.integers(1, 3)),
    st.builds(lambda values: {"anything-but": values}, texts_or_list(texts) | st.lists(numbers, min_size=1)),
    st.builds(
        lambda name, text: {"anything-but": {name: text}},
        st.sampled_from(["prefix", "suffix", "equals-ignore-case"]),
        texts_or_list(st.text(alphabet="ab", min_size=1, max_size=2)),
    ),
)
fields = st.recursive(
    st.lists(matchers, min_size=1, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=2),
    max_leaves=4,
)
objects = st.dictionaries(st.sampled_from("abc"), fields, min_size=1, max_size=2)


@given(first=objects, second=objects, event=events)
def test_what_the_grammar_makes_is_a_pattern_and_or_is_or(first: Any, second: Any, event: Any) -> None:
    assert is_pattern(first, OF_FILTERS)
    either = {"$or": [first, second]}
    assert matches(either, event) is (matches(first, event) or matches(second, event))


# What is found in arrays, said once more as AWS says it: an event is a list of fields, each of which knows the elements
# that it is in, and no two fields of a match are in different elements of one array.

Found = tuple[str, object, dict[int, int]]
plain_fields = st.recursive(
    st.lists(scalars, min_size=1, max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("ab"), inner, min_size=1, max_size=2),
    max_leaves=4,
)


def flattened(node: Any, path: str, within: dict[int, int], arrays: Iterator[int]) -> Iterator[Found]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from flattened(value, f"{path}.{name}", within, arrays)
    elif isinstance(node, list):
        array = next(arrays)
        for index, item in enumerate(node):
            inside = {**within, array: index} if isinstance(item, list | dict) else within
            yield from flattened(item, path, inside, arrays)
    else:
        yield path, node, within


def wanted(node: Any, path: str) -> Iterator[tuple[str, list[object]]]:
    for name, value in node.items():
        if isinstance(value, list):
            yield f"{path}.{name}", value
        else:
            yield from wanted(value, f"{path}.{name}")


def agree(chosen: tuple[dict[int, int], ...]) -> bool:
    return all(
        one[array] == other[array]
        for one, other in itertools.combinations(chosen, 2)
        for array in one.keys() & other.keys()
    )


@given(
    pattern=st.dictionaries(st.sampled_from("ab"), plain_fields, min_size=1, max_size=2),
    event=st.dictionaries(
        st.sampled_from("ab"),
        st.recursive(
            scalars,
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, min_size=1, max_size=2)
            ),
            max_leaves=8,
        ),
        max_size=2,
    ),
)
def test_no_two_fields_are_in_different_elements_of_one_array(pattern: Any, event: Any) -> None:
    found = list(flattened(event, "", {}, itertools.count()))
    candidates = [
        [within for name, value, within in found if name == path and any(value is item for item in items)]
        for path, items in wanted(pattern, "")
    ]
    assert matches(pattern, event) is any(agree(chosen) for chosen in itertools.product(*candidates))
