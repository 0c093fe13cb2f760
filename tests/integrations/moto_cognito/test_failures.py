"""Functions that can't be reached, take too long or answer what Cognito can't read, and moto as we don't know it."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from moto import mock_aws
from moto.cognitoidp import models

from lambda_mock import LambdaMockError, LambdaMockWarning, mock_lambda
from lambda_mock.domain.triggers import Response
from lambda_mock.integrations.moto import cognito
from lambda_mock.patching import Ours
from tests.integrations.moto_cognito.conftest import ACCOUNT, ARN, REGION, Pool, client, refused

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.bridge.seam import Place

SOURCE = "PreSignUp_SignUp"
UNKNOWN = (
    rf"^moto {moto.__version__} has cognitoidp in a way that lambda_mock doesn't know \(.*{{}}.*\)\. "
    r"Its events may not reach functions, or not as AWS sends them; everything else goes on\.$"
)
enforced = pytest.mark.parametrize("config", [{"enforce_policies": True, "timeouts": False}], ids=["enforced"])
with_deadlines = pytest.mark.parametrize("config", [{}], ids=["with deadlines"])


@pytest.fixture(autouse=True)
def _everything_is_given_back() -> Iterator[None]:
    yield
    assert [place for place in cognito.PLACES if isinstance(attribute(place), Ours)] == []


def attribute(place: Place) -> Any:
    """What moto has in a place, as its owner has it."""
    return getattr(sys.modules[place.module], str(place.owner)).__dict__[place.name]


def unexpected(why: str) -> tuple[str, str]:
    return "UnexpectedLambdaException", f"PreSignUp invocation failed due to error {why}."


@pytest.mark.parametrize("arn", [ARN.replace("triggers", "missing"), f"{ARN}:MISSING"], ids=["function", "alias"])
def test_a_pool_takes_functions_that_are_not_there_and_fails_when_it_asks_them(pool: Pool, arn: str) -> None:
    pool.deploy("PreSignUp", arn=arn)
    assert refused(pool.sign_up) == unexpected("ResourceNotFoundException")
    assert pool.names() == []


def test_a_throttled_function_is_not_asked(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    client("lambda").put_function_concurrency(FunctionName="triggers", ReservedConcurrentExecutions=0)
    assert refused(pool.sign_up) == unexpected("TooManyRequestsException")
    assert pool.told == []


@enforced
def test_the_policy_of_the_function_decides_where_policies_do(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    assert refused(pool.sign_up) == unexpected("AccessDeniedException")
    (refusal,) = pool.mock.refusals
    assert (refusal.principal, refusal.source_arn, refusal.source_account, refusal.function) == (
        "cognito-idp.amazonaws.com",
        pool.arn,
        ACCOUNT,
        "triggers",
    )
    client("lambda").add_permission(
        FunctionName="triggers",
        StatementId="cognito",
        Action="lambda:InvokeFunction",
        Principal=refusal.principal,
        SourceArn=pool.arn,
        SourceAccount=ACCOUNT,
    )
    pool.sign_up()
    assert (pool.names(), pool.sources) == (["bob"], [SOURCE])


def slow(pool: Pool, *seconds: float) -> None:
    """Have the function take so long, one run after the other."""
    left = list(seconds)

    def take(event: Any) -> Any:
        pool.mock.clock.advance(left.pop(0))
        return event

    pool.respond[SOURCE] = take


@with_deadlines
def test_a_function_has_five_seconds_three_times(pool: Pool) -> None:
    pool.mock.function("triggers", pool.handler, Timeout=60)
    pool.deploy("PreSignUp")
    pool.mock.clock.freeze()
    slow(pool, 6, 6, 6)
    assert refused(pool.sign_up) == unexpected("Socket timeout while invoking Lambda function")
    assert (pool.names(), pool.sources) == ([], [SOURCE] * 3)


@with_deadlines
def test_a_function_that_makes_it_at_the_third_attempt_has_made_it(pool: Pool) -> None:
    pool.mock.function("triggers", pool.handler, Timeout=60)
    pool.deploy("PreSignUp")
    pool.mock.clock.freeze()
    slow(pool, 6, 6, 1)
    pool.sign_up()
    assert (pool.names(), pool.sources) == (["bob"], [SOURCE] * 3)


def test_without_deadlines_a_function_has_all_the_time_it_needs(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    slow(pool, 600)
    pool.sign_up()
    assert (pool.names(), pool.sources) == (["bob"], [SOURCE])


@with_deadlines
def test_a_function_that_ends_at_its_own_timeout_has_failed_and_is_not_asked_again(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    pool.mock.clock.freeze()
    slow(pool, 4)
    code, message = refused(pool.sign_up)
    assert code == "UserLambdaValidationException"
    assert message.startswith("PreSignUp failed with error ")
    assert message.endswith("Task timed out after 3.00 seconds.")
    assert pool.sources == [SOURCE]


@pytest.mark.parametrize("answer", [None, {}, {"response": None}, ["response"], "text", {"version": "1"}])
def test_a_function_has_to_give_the_event_back(pool: Pool, answer: Any) -> None:
    pool.deploy("PreSignUp")
    pool.respond[SOURCE] = lambda _: answer
    assert refused(pool.sign_up) == ("InvalidLambdaResponseException", "Unrecognizable lambda output")
    assert pool.names() == []


class _Told:
    """Functions that answer with bytes."""

    def __init__(self, payload: bytes, error: str | None = None) -> None:
        self._response = Response(payload=payload, function_error=error)

    def call(self, _: Any) -> Any:
        return self._response


@pytest.mark.parametrize(
    ("payload", "error", "expected"),
    [
        (b"<html>", None, ("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")),
        (b"[1]", "Unhandled", ("UserLambdaValidationException", "PreSignUp failed with error [1].")),
        (b"oh no", "Unhandled", ("UserLambdaValidationException", "PreSignUp failed with error oh no.")),
    ],
)
def test_a_runtime_of_ones_own_may_answer_anything(
    pool: Pool, payload: bytes, error: str | None, expected: tuple[str, str]
) -> None:
    pool.deploy("PreSignUp")
    functions = pool.mock._activation.arrivals  # no handler of ours answers no JSON
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(functions, "call", _Told(payload, error).call)
        assert refused(pool.sign_up) == expected


def test_an_error_that_speaks_to_the_test_gets_through_to_it(pool: Pool) -> None:
    pool.deploy("PreSignUp")

    def fail(_: Any) -> Any:
        raise LambdaMockError("look here")

    pool.respond[SOURCE] = fail
    with pytest.raises(LambdaMockError, match=r"^look here$"):
        pool.sign_up()


@pytest.mark.parametrize("moto_first", [True, False])
def test_triggers_run_whichever_mock_begins_first_and_end_with_ours(moto_first: bool) -> None:  # noqa: FBT001
    with contextlib.ExitStack() as both:
        if moto_first:
            both.enter_context(mock_aws())
        pool = Pool(both.enter_context(mock_lambda()))
        if not moto_first:
            both.enter_context(mock_aws())
        pool.mock.function("triggers", pool.handler)
        pool.deploy("PreSignUp")
        pool.sign_up()
    assert pool.sources == [SOURCE]
    with mock_aws():
        pool.deploy("PreSignUp")
        pool.sign_up()
        assert (pool.names(), pool.sources) == (["bob"], [SOURCE])


def test_the_innermost_mock_has_the_functions(pool: Pool) -> None:
    pool.deploy("PreSignUp")
    with mock_lambda() as inner:
        assert refused(pool.sign_up) == unexpected("ResourceNotFoundException")
        inner.function("triggers", lambda event, _: event)
        pool.sign_up()
    assert (pool.told, pool.names()) == ([], ["bob"])


def test_the_trigger_of_a_region_runs_there(pool: Pool) -> None:
    other = boto3.client("cognito-idp", region_name="eu-central-1")
    made = other.create_user_pool(PoolName="people", LambdaConfig={"PreSignUp": ARN})["UserPool"]
    app = other.create_user_pool_client(UserPoolId=made["Id"], ClientName="app")["UserPoolClient"]["ClientId"]
    other.sign_up(ClientId=app, Username="bob", Password="Passw0rd!")
    (event,) = pool.told
    assert (event["region"], event["userPoolId"]) == ("eu-central-1", made["Id"])
    assert REGION != "eu-central-1"


def test_every_place_is_in_this_moto_and_ours_while_a_mock_is_active(pool: Pool) -> None:
    pool.deploy()
    assert [place.name for place in cognito.PLACES if not isinstance(attribute(place), Ours)] == []


def test_a_pool_that_has_changed_inside_is_a_warning_and_motos_alone(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.deploy("PreSignUp", "PreAuthentication", "PreTokenGeneration")
    pool.with_user("eve")
    monkeypatch.setattr(models.CognitoIdpUserPool, "arn", property(), raising=False)
    backend = models.cognitoidp_backends[ACCOUNT][REGION]
    with pytest.warns(LambdaMockWarning, match=UNKNOWN.format("AttributeError")):
        pool.sign_up()
    assert (pool.told, list(backend.user_pools[pool.id].users)) == ([], ["eve", "bob"])


def test_a_user_who_has_changed_inside_is_a_warning_and_let_in(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.deploy("PreSignUp", "PostConfirmation")
    monkeypatch.setattr("lambda_mock.integrations.moto.cognito.sign_up.new_user_of", lambda user: user.nobody_has_this)
    monkeypatch.setattr("lambda_mock.integrations.moto.cognito.confirmation.user_of", lambda user: user.nor_this)
    with pytest.warns(LambdaMockWarning, match=UNKNOWN.format("nobody_has_this")):
        pool.sign_up()
    with pytest.warns(LambdaMockWarning, match=UNKNOWN.format("nor_this")):
        pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob")
    assert (pool.told, pool.user()["status"]) == ([], "CONFIRMED")


def test_a_token_that_is_none_we_know_is_left_as_it_is(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.deploy("PreTokenGeneration")
    pool.responds("TokenGeneration_Authentication", claimsOverrideDetails={"claimsToAddOrOverride": {"a": "b"}})
    pool.with_user()
    monkeypatch.setattr("moto.cognitoidp.models.jwt.encode", lambda *_: "no token")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = pool.sign_in()["AuthenticationResult"]
    assert (result["IdToken"], result["AccessToken"]) == ("no token", "no token")
    assert {one.category for one in caught} == {LambdaMockWarning}
