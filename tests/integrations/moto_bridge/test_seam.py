"""Where moto meets the mock: in any order, nested, imported late, undone at the end, and looking otherwise inside."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import boto3
import moto.awslambda.models
import moto.events.models
import moto.s3.notifications
import moto.ses.models
import moto.sns.models
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.base_backend import BackendDict

from lambda_mock import LambdaMock, LambdaMockWarning, mock_lambda
from lambda_mock.integrations.moto import bridge
from lambda_mock.integrations.moto.bridge import seam
from lambda_mock.mock import active_mocks
from lambda_mock.patching import Ours
from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    REGION,
    Orders,
    bucket,
    client,
    deployed,
    notifying,
    put,
    rule,
    topic,
)


@pytest.fixture(autouse=True)
def _everything_is_given_back() -> Iterator[None]:
    yield
    assert seam.functions.active() == ()
    for place in bridge.PLACES:
        module = sys.modules.get(place.module)
        owner = module if place.owner is None else getattr(module, place.owner, None)
        assert not isinstance(getattr(owner, "__dict__", {}).get(place.name), Ours), place


# Being there together --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("moto", "ours"), ("ours", "moto")], ids=" then ".join)
@pytest.mark.parametrize("use_docker", [True, False])
def test_events_reach_functions_whoever_began_first(order: tuple[str, ...], use_docker: Any) -> None:
    managers: dict[str, AbstractContextManager[Any]] = {
        "moto": mock_aws(config={"lambda": {"use_docker": use_docker}}),
        "ours": mock_lambda(),
    }
    with ExitStack() as stack:
        entered = {name: stack.enter_context(managers[name]) for name in order}
        orders = deployed(entered["ours"])
        bucket(**notifying(f"{ARN}:PROD")).put_object(Bucket="photos", Key="k", Body=b"")
        client("sns").publish(TopicArn=topic(ARN), Message="hello")
        client("secretsmanager").create_secret(Name="s", SecretString="old")
        client("secretsmanager").rotate_secret(SecretId="s", RotationLambdaARN=f"{ARN}:PROD")
        assert orders.versions == ["1", "2", "1", "1", "1", "1"]


def test_the_innermost_mock_has_the_functions() -> None:
    with mock_aws(), mock_lambda() as outer:
        outside = deployed(outer)
        s3 = bucket(**notifying(ARN))
        with mock_lambda() as inner:
            inside = deployed(inner)
            s3.put_object(Bucket="photos", Key="k", Body=b"")
        s3.put_object(Bucket="photos", Key="k", Body=b"")
        assert (len(inside.told), len(outside.told)) == (1, 1)


def test_a_moto_that_is_reset_reaches_them_still(orders: Orders) -> None:
    bucket(**notifying(ARN)).put_object(Bucket="photos", Key="k", Body=b"")
    BackendDict.reset()
    bucket(**notifying(ARN)).put_object(Bucket="photos", Key="k", Body=b"")
    assert len(orders.told) == 2


def test_what_moto_had_made_before_reaches_them_too() -> None:
    with mock_aws():
        s3 = bucket()
        config = client("config")
        with pytest.raises(ClientError):
            config.put_config_rule(ConfigRule=custom_rule(ARN))
        assert REGION in moto.awslambda.models.lambda_backends[ACCOUNT]
        with mock_lambda() as mock:
            orders = deployed(mock)
            config.put_config_rule(ConfigRule=custom_rule(f"{ARN}:PROD"))
            s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=notifying(ARN))
            s3.put_object(Bucket="photos", Key="k", Body=b"")
            assert len(orders.told) == 1


def custom_rule(arn: str) -> dict[str, Any]:
    details = [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}]
    return {
        "ConfigRuleName": "rule",
        "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": arn, "SourceDetails": details},
    }


@pytest.mark.parametrize("arn", [f"{ARN}:TEST", f"{ARN}s"])
def test_config_refuses_a_rule_for_a_function_that_is_not_there(orders: Orders, arn: str) -> None:
    with pytest.raises(ClientError, match=f"The AWS Lambda function {arn} cannot be invoked"):
        client("config").put_config_rule(ConfigRule=custom_rule(arn))


def test_alias_and_bucket_live_apart(orders: Orders) -> None:
    s3 = bucket(**notifying(f"{ARN}:PROD"))
    for version in ("1", "2", "1"):
        client("lambda").update_alias(FunctionName="orders", Name="PROD", FunctionVersion=version)
        s3.put_object(Bucket="photos", Key="k", Body=b"")
    assert orders.versions == ["1", "2", "1"]


def test_manual_events_wait_for_drain() -> None:
    with mock_aws(), mock_lambda(async_mode="manual") as mock:
        orders = deployed(mock)
        bucket(**notifying(ARN)).put_object(Bucket="photos", Key="k", Body=b"")
        assert orders.told == []
        assert len(mock.drain()) == 1


def test_buckets_of_many_threads_reach_them(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN))

    def fill(name: str) -> None:
        for n in range(10):
            s3.put_object(Bucket="photos", Key=f"{name}{n}", Body=b"")

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = {event["Records"][0]["s3"]["object"]["key"] for event in orders.events}
    assert keys == {f"{name}{n}" for name in "abcd" for n in range(10)}
    sequencers = [event["Records"][0]["s3"]["object"]["sequencer"] for event in orders.events]
    assert len(set(sequencers)) == len(sequencers) == 40


IMPORTED_LATER = f"""
import sys
from lambda_mock import mock_lambda
told = []
with mock_lambda() as mock:
    mock.function("orders", lambda event, context: told.append(event))
    assert not [name for name in sys.modules if name.partition(".")[0] == "moto"]
    import boto3, moto
    with moto.mock_aws():
        sns = boto3.client("sns", region_name="{REGION}")
        topic = sns.create_topic(Name="t")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint="{ARN}")
        sns.publish(TopicArn=topic, Message="hello")
import moto.sns.models
print(len(told), type(vars(moto.sns.models.Subscription)["publish"]).__name__)
"""


def test_moto_is_met_when_it_is_imported_and_not_imported_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED_LATER], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["1", "function"]


# Moto's own Lambda -----------------------------------------------------------------------------------------------


def motos_lambda() -> Any:
    return moto.awslambda.models.lambda_backends[ACCOUNT][REGION]


@pytest.mark.parametrize(
    ("named", "qualifier", "arn"),
    [
        ("orders", None, ARN),
        ("orders", "PROD", f"{ARN}:PROD"),
        (ARN, "PROD", f"{ARN}:PROD"),
        (f"{ARN}:2", None, f"{ARN}:2"),
    ],
)
def test_a_service_finds_functions_by_name_and_by_arn(
    orders: Orders, named: str, qualifier: str | None, arn: str
) -> None:
    found = motos_lambda().get_function(named, qualifier)
    assert (found.function_arn, found.function_name) == (arn, "orders")


def test_a_service_finds_no_function_that_is_not_there(orders: Orders) -> None:
    with pytest.raises(moto.awslambda.exceptions.UnknownFunctionException, match="orders:TEST"):
        motos_lambda().get_function("orders", "TEST")
    assert motos_lambda().get_function_by_arn(f"{ARN}:TEST") is None
    assert motos_lambda().get_function_by_arn(f"{ARN}:PROD").function_arn == f"{ARN}:PROD"


def test_a_service_runs_what_it_has_found_where_the_alias_leads_by_then(orders: Orders) -> None:
    found = motos_lambda().get_function_by_arn(f"{ARN}:PROD")
    client("lambda").update_alias(FunctionName="orders", Name="PROD", FunctionVersion="2")
    orders.answer = {"ok": True}
    headers: dict[str, str] = {}
    assert json.loads(found.invoke('{"a": 1}', {}, headers)) == {"ok": True}
    assert (orders.told, headers) == ([("2", f"{ARN}:PROD", {"a": 1})], {})
    assert found.invoke(None, {"x-amz-invocation-type": "Event"}, None) == b""
    assert orders.events == [{"a": 1}, {}]


@pytest.mark.parametrize("backends", ["lambda_backends", "lambda_simple_backends"])
def test_a_service_that_invokes_is_told_of_an_error_of_the_function(mock: LambdaMock, backends: str) -> None:
    import moto.awslambda_simple.models as simple

    def fail(event: Any, context: Any) -> None:
        raise KeyError("no")

    mock.function("orders", fail)
    found = {**vars(moto.awslambda.models), **vars(simple)}[backends][ACCOUNT][REGION]
    headers: dict[str, str] = {}
    answer = json.loads(found.invoke("orders", None, "{}", {}, headers))
    assert (answer["errorType"], headers) == ("KeyError", {"x-amz-function-error": "Unhandled"})


def test_mappings_that_were_made_in_motos_lambda_do_nothing_while_a_mock_is_active(orders: Orders) -> None:
    backend = motos_lambda()
    assert backend.send_sqs_batch(ARN, [object()], "arn:aws:sqs:us-east-1:123456789012:q") is False
    assert not backend.send_kinesis_message("orders", "s", "k", "1", "", "shard")
    assert not backend.send_dynamodb_items(ARN, [object()], "stream")
    assert orders.told == []


# A moto that looks otherwise -------------------------------------------------------------------------------------


def test_a_place_that_is_gone_is_a_warning_that_names_moto_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = [seam.Place(module="moto.sns.models", owner="Subscription", name="publish_now", replacement=print)]
    monkeypatch.setattr(seam, "_strange", {})
    bridge.install(gone)
    named = (
        rf"^moto {moto.__version__} has sns in a way .* \(there is no moto\.sns\.models\.Subscription\.publish_now\)"
    )
    with mock_aws(), ExitStack() as stack:
        with pytest.warns(LambdaMockWarning, match=named) as warned:
            mock = stack.enter_context(mock_lambda())
        orders = deployed(mock)
        bucket(**notifying(ARN)).put_object(Bucket="photos", Key="k", Body=b"")
        client("sns").publish(TopicArn=topic(ARN), Message="hello")
        assert len(orders.told) == 2
    assert len(warned) == 1


def test_no_mock_is_left_half_there_where_warnings_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seam, "_strange", {"place": "moto is strange."})
    with pytest.raises(LambdaMockWarning, match=r"moto is strange\."), mock_lambda():
        pass
    assert active_mocks() == []


def test_a_class_that_is_gone_is_a_warning_as_soon_as_its_module_is_loaded(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seam, "_strange", {})
    gone = [seam.Place(module="moto.sns.models", owner="Abonnement", name="publish", replacement=print)]
    with pytest.warns(LambdaMockWarning, match=r"there is no moto\.sns\.models\.Abonnement\.publish"):
        bridge.install(gone)


def test_an_object_that_looks_otherwise_is_a_warning_and_moto_goes_on(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic_arn = topic(ARN)
    monkeypatch.delattr(moto.sns.models.sns_backends[ACCOUNT][REGION].topics[topic_arn], "account_id")
    with pytest.warns(LambdaMockWarning, match=rf"^moto {moto.__version__} has sns in a way .* \(AttributeError: "):
        client("sns").publish(TopicArn=topic_arn, Message="hello")
    assert orders.told == []


def test_a_call_with_other_arguments_is_a_warning_and_moto_answers_it(orders: Orders) -> None:
    sns = moto.sns.models.sns_backends[ACCOUNT][REGION]
    with (
        pytest.warns(LambdaMockWarning, match=r"has sns in a way .* \(TypeError: "),
        pytest.raises(TypeError, match="urgent"),
    ):
        sns.subscribe("topic", ARN, "lambda", urgent=True)  # type: ignore[call-arg]


def test_a_rule_that_looks_otherwise_is_a_warning_and_the_next_one_is_served(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    rule(f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", name="first")
    rule(f"{ARN}:PROD", name="second")
    broken = moto.events.models.events_backends[ACCOUNT][REGION].event_buses["default"].rules["first"]
    monkeypatch.setattr(broken, "targets", Odd(broken.targets))
    with pytest.warns(LambdaMockWarning, match=r"has events in a way .* \(OSError: odd"):
        put()
    assert orders.versions == ["1"]
    assert len(client("sqs").receive_message(QueueUrl=url)["Messages"]) == 1


class Odd(list[Any]):
    """A list that can be gone through by others, and not by us: the first time."""

    asked = False

    def __iter__(self) -> Iterator[Any]:
        if not self.asked:
            self.asked = True
            raise OSError("odd")
        return super().__iter__()


def test_an_email_is_sent_whatever_becomes_of_receiving_it(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("odd")

    monkeypatch.setattr(moto.ses.models.SESBackend, "describe_active_receipt_rule_set", fail, raising=False)
    ses = client("ses")
    ses.verify_email_identity(EmailAddress="shop@example.com")
    with pytest.warns(LambdaMockWarning, match=r"has ses in a way .* \(OSError: odd"):
        ses.send_email(
            Source="shop@example.com",
            Destination={"ToAddresses": ["ann@example.org"]},
            Message={"Subject": {"Data": "hi"}, "Body": {"Text": {"Data": "hello"}}},
        )
    assert ses.get_send_quota()["SentLast24Hours"] == 1


@pytest.mark.parametrize("place", [*bridge.PLACES], ids=lambda place: f"{place.module}.{place.owner}.{place.name}")
def test_this_moto_has_every_place(place: seam.Place) -> None:
    module = __import__(place.module, fromlist=["_"])
    owner = module if place.owner is None else getattr(module, place.owner)
    assert place.name in vars(owner)


def test_what_was_left_behind_asks_nobody() -> None:
    with mock_aws():
        with mock_lambda():
            topic_arn = client("sns").create_topic(Name="news.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
            ours: Any = vars(moto.sns.models.SNSBackend)["subscribe"]
        backend = moto.sns.models.sns_backends[ACCOUNT][REGION]
        assert Ours in type(ours).__mro__
        assert ours.__get__(backend)(topic_arn, ARN, "lambda").endpoint == ARN


def test_without_a_mock_moto_is_itself() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        with mock_lambda():
            topic_arn = sns.create_topic(Name="news.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
        assert sns.subscribe(TopicArn=topic_arn, Protocol="lambda", Endpoint=ARN)["SubscriptionArn"]
