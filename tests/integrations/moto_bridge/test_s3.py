"""Buckets notify functions, with the whole event of S3, and refuse to notify what they can't reach."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, LambdaMockError, LambdaMockWarning
from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    Orders,
    any_qualifier,
    bucket,
    client,
    enforced,
    notifying,
    rule,
)

HEX = r"[0-9A-F]+"


def object_of(event: Any) -> Any:
    (record,) = event["Records"]
    return record["eventName"], record["eventVersion"], record["s3"]["object"]


def matching(value: Any, pattern: str) -> Any:
    assert re.fullmatch(pattern, value), value
    return value


@any_qualifier
def test_an_object_reaches_exactly_the_arn_that_the_bucket_names(orders: Orders, arn: str, version: str) -> None:
    bucket(**notifying(arn)).put_object(Bucket="photos", Key="cat.jpg", Body=b"cat")
    assert [told[:2] for told in orders.told] == [(version, arn)]


def test_a_record_has_all_that_s3_tells(orders: Orders) -> None:
    s3 = bucket(**notifying(f"{ARN}:PROD"))
    s3.put_object(Bucket="photos", Key="pets/my cat+é.jpg", Body=b"cat")
    (event,) = orders.events
    (record,) = event["Records"]
    assert event == {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": matching(record["eventTime"], r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
                "eventName": "ObjectCreated:Put",
                "userIdentity": {"principalId": f"AWS:{ACCOUNT}"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": matching(record["responseElements"]["x-amz-request-id"], HEX),
                    "x-amz-id-2": matching(record["responseElements"]["x-amz-id-2"], "[0-9a-f]{76}"),
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "to-lambda",
                    "bucket": {
                        "name": "photos",
                        "ownerIdentity": {"principalId": matching(owner_of(record), "A[0-9A-Z]{13}")},
                        "arn": "arn:aws:s3:::photos",
                    },
                    "object": {
                        "key": "pets/my+cat%2B%C3%A9.jpg",
                        "size": 3,
                        "eTag": "d077f244def8a70e5ea758bd8352fcd8",
                        "sequencer": matching(record["s3"]["object"]["sequencer"], HEX),
                    },
                },
            }
        ]
    }


def owner_of(record: Any) -> Any:
    return record["s3"]["bucket"]["ownerIdentity"]["principalId"]


def test_what_is_gone_has_neither_size_nor_hash(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectCreated:*", "s3:ObjectRemoved:*"))
    s3.put_object(Bucket="photos", Key="k", Body=b"cat")
    s3.delete_object(Bucket="photos", Key="k")
    (_, _, there), (name, version, gone) = map(object_of, orders.events)
    assert (name, version, gone) == ("ObjectRemoved:Delete", "2.1", {"key": "k", "sequencer": gone["sequencer"]})
    assert there["sequencer"] < gone["sequencer"]


def test_a_bucket_that_keeps_versions_tells_them(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN))
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="photos", Key="k", Body=b"cat")["VersionId"]
    ((_, _, there),) = map(object_of, orders.events)
    assert there["versionId"] == version


def test_other_kinds_of_events_have_their_own_form(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectTagging:*", "s3:ObjectAcl:Put"))
    s3.put_object(Bucket="photos", Key="k", Body=b"cat", Tagging="made=with", ACL="private")
    s3.copy_object(Bucket="photos", Key="copy", CopySource="photos/k")
    s3.put_object_tagging(Bucket="photos", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.put_object_acl(Bucket="photos", Key="k", ACL="private")
    tagged = {"key": "k", "eTag": "d077f244def8a70e5ea758bd8352fcd8"}
    assert [object_of(event) for event in orders.events] == [
        ("ObjectTagging:Put", "2.3", tagged),
        ("ObjectAcl:Put", "2.3", tagged),
    ]


def test_an_object_that_is_fetched_from_the_archive_tells_until_when(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectRestore:*"))
    s3.put_object(Bucket="photos", Key="k", Body=b"cat", StorageClass="GLACIER")
    s3.restore_object(Bucket="photos", Key="k", RestoreRequest={"Days": 1})
    s3.head_object(Bucket="photos", Key="k")
    posted, completed = (event["Records"][0] for event in orders.events)
    assert (posted["eventName"], posted.get("glacierEventData")) == ("ObjectRestore:Post", None)
    restored = completed["glacierEventData"]["restoreEventData"]
    assert completed["eventName"] == "ObjectRestore:Completed"
    assert restored == {
        "lifecycleRestorationExpiryTime": matching(
            restored["lifecycleRestorationExpiryTime"], r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
        ),
        "lifecycleRestoreStorageClass": "GLACIER",
    }


def test_filters_and_event_types_decide(orders: Orders) -> None:
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
    s3 = bucket(**notifying(ARN, "s3:ObjectCreated:Put", Filter={"Key": {"FilterRules": rules}}))
    for key in ("in/a.jpg", "in/a.png", "out/a.jpg"):
        s3.put_object(Bucket="photos", Key=key, Body=b"")
    s3.copy_object(Bucket="photos", Key="in/b.jpg", CopySource="photos/in/a.jpg")
    assert [object_of(event)[2]["key"] for event in orders.events] == ["in/a.jpg"]


def test_what_moto_sends_to_queues_is_whole_too(mock: LambdaMock) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3 = bucket(QueueConfigurations=[{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}])
    sqs.receive_message(QueueUrl=url)
    s3.put_object(Bucket="photos", Key="k", Body=b"")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert set(json.loads(message["Body"])["Records"][0]) >= {"userIdentity", "responseElements", "s3"}


# What can't be notified ------------------------------------------------------------------------------------------


def refused(s3: Any, arn: str, **members: Any) -> Any:
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=notifying(arn), **members)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


INVALID = ("InvalidArgument", "Unable to validate the following destination configurations")


@pytest.mark.parametrize("arn", [f"{ARN}:TEST", f"{ARN}:3", f"{ARN}s"])
def test_a_function_that_is_not_there_is_refused_and_the_configuration_stays(orders: Orders, arn: str) -> None:
    s3 = bucket(**notifying(ARN))
    before = s3.get_bucket_notification_configuration(Bucket="photos")["LambdaFunctionConfigurations"]
    assert refused(s3, arn) == INVALID
    assert s3.get_bucket_notification_configuration(Bucket="photos")["LambdaFunctionConfigurations"] == before


def test_a_destination_is_believed_where_its_check_is_left_out(orders: Orders) -> None:
    s3 = bucket()
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration=notifying(f"{ARN}:TEST"), SkipDestinationValidation=True
    )
    with pytest.warns(LambdaMockWarning, match="orders:TEST"):
        s3.put_object(Bucket="photos", Key="k", Body=b"")
    assert orders.told == []


def test_a_function_of_another_region_is_refused_in_motos_words(orders: Orders) -> None:
    code, message = refused(bucket(), ARN.replace("us-east-1", "eu-west-1"))
    assert (code, message.partition(" is not valid")[0]) == (
        "InvalidArgument",
        "The notification destination service region",
    )


def test_a_bucket_that_is_not_there_is_told_so(orders: Orders) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client("s3").put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=notifying(ARN))


def test_a_function_that_was_deleted_meanwhile_is_a_warning(orders: Orders) -> None:
    s3 = bucket(**notifying(f"{ARN}:PROD"))
    client("lambda").delete_alias(FunctionName="orders", Name="PROD")
    with pytest.warns(LambdaMockWarning, match=r"orders:PROD[\s\S]*no such function, version or alias"):
        s3.put_object(Bucket="photos", Key="k", Body=b"")
    assert orders.told == []


@enforced
def test_a_function_that_s3_may_not_invoke_is_refused(mock: LambdaMock, orders: Orders) -> None:
    s3 = bucket()
    orders.grant("s3.amazonaws.com", SourceArn="arn:aws:s3:::photos", SourceAccount=ACCOUNT)
    assert refused(s3, f"{ARN}:PROD") == INVALID
    mock.refusals.assert_refused("orders", qualifier="PROD", source_arn="arn:aws:s3:::photos", times=1)
    orders.grant("s3.amazonaws.com", "PROD", SourceArn="arn:aws:s3:::photos", SourceAccount=ACCOUNT)
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=notifying(f"{ARN}:PROD"))
    s3.put_object(Bucket="photos", Key="k", Body=b"")
    assert orders.versions == ["1"]


def test_a_failing_test_hears_what_is_for_its_author_though_moto_swallows_errors(mock: LambdaMock) -> None:
    def fail(event: Any, context: Any) -> None:
        raise LambdaMockError("for the author")

    arn = mock.function("wrong", fail)
    s3 = bucket(**notifying(arn))
    with pytest.raises(LambdaMockError, match="for the author"):
        s3.put_object(Bucket="photos", Key="k", Body=b"")


# By way of EventBridge -------------------------------------------------------------------------------------------


def test_an_object_reaches_a_function_by_a_rule_of_eventbridge(orders: Orders) -> None:
    rule(f"{ARN}:PROD", pattern={"source": ["aws.s3"], "detail": {"bucket": {"name": ["photos"]}}})
    bucket(EventBridgeConfiguration={}).put_object(Bucket="photos", Key="my cat.jpg", Body=b"cat")
    ((version, arn, event),) = orders.told
    assert (version, arn) == ("1", f"{ARN}:PROD")
    assert event == {
        "version": "0",
        "id": matching(event["id"], "[0-9a-f-]{36}"),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": matching(event["time"], r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::photos"],
        "detail": {
            "version": "0",
            "bucket": {"name": "photos"},
            "object": {
                "key": "my cat.jpg",
                "size": 3,
                "etag": "d077f244def8a70e5ea758bd8352fcd8",
                "sequencer": matching(event["detail"]["object"]["sequencer"], HEX),
            },
            "request-id": matching(event["detail"]["request-id"], HEX),
            "requester": ACCOUNT,
            "source-ip-address": "127.0.0.1",
            "reason": "PutObject",
        },
    }


def test_eventbridge_is_told_of_every_kind_of_event(orders: Orders) -> None:
    rule(ARN, pattern={"source": ["aws.s3"]})
    s3 = bucket(EventBridgeConfiguration={})
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="photos", Key="k", Body=b"cat", StorageClass="GLACIER")["VersionId"]
    s3.put_object_tagging(Bucket="photos", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.restore_object(Bucket="photos", Key="k", RestoreRequest={"Days": 1})
    s3.head_object(Bucket="photos", Key="k")
    s3.delete_object(Bucket="photos", Key="k", VersionId=version)
    told = [(event["detail-type"], event["detail"]) for event in orders.events]
    assert [kind for kind, _ in told] == [
        "Object Created",
        "Object Tags Added",
        "Object Restore Initiated",
        "Object Restore Completed",
        "Object Deleted",
    ]
    assert {detail["object"]["version-id"] for _, detail in told} == {version}
    assert told[-1][1]["deletion-type"] == "Permanently Deleted"
    assert [detail.get("source-storage-class") for _, detail in told] == [None, None, "GLACIER", "GLACIER", None]


def test_a_bus_of_its_own_hears_nothing_of_s3(orders: Orders) -> None:
    client("events").create_event_bus(Name="own")
    rule(ARN, pattern={"source": ["aws.s3"]}, EventBusName="own")
    bucket(EventBridgeConfiguration={}).put_object(Bucket="photos", Key="k", Body=b"")
    assert orders.told == []


def test_a_target_that_moto_can_not_serve_keeps_nothing_from_the_others(orders: Orders) -> None:
    unknown = "arn:aws:states:us-east-1:123456789012:stateMachine:none"
    rule(unknown, name="first", pattern={"source": ["aws.s3"]})
    rule(ARN, name="second", pattern={"source": ["aws.s3"]})
    bucket(EventBridgeConfiguration={}).put_object(Bucket="photos", Key="k", Body=b"")
    assert len(orders.told) == 1


def test_a_warning_that_is_an_error_is_heard_though_moto_swallows_errors(orders: Orders) -> None:
    rule(ARN, pattern={"source": [{"starts-with": "aws"}]})
    s3 = bucket(EventBridgeConfiguration={})
    with pytest.raises(LambdaMockWarning, match="EventBridge would refuse the pattern"):
        s3.put_object(Bucket="photos", Key="k", Body=b"")


def test_a_new_bucket_is_told_as_cloudtrail_tells_it(orders: Orders) -> None:
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventSource": ["s3.amazonaws.com"], "eventName": ["CreateBucket"]},
    }
    rule(f"{ARN}:PROD", pattern=pattern)
    bucket("photos")
    ((version, arn, event),) = orders.told
    detail = event["detail"]
    assert (version, arn, detail["requestParameters"]) == ("1", f"{ARN}:PROD", {"bucketName": "photos"})
    assert (event["detail-type"], detail["eventName"], detail["recipientAccountId"]) == (
        "AWS API Call via CloudTrail",
        "CreateBucket",
        ACCOUNT,
    )


def test_a_run_knows_the_bucket_that_it_comes_of(mock: LambdaMock, orders: Orders) -> None:
    bucket(**notifying(ARN)).put_object(Bucket="photos", Key="k", Body=b"")
    assert [run.source_arn for run in mock.invocations] == ["arn:aws:s3:::photos"]


def test_an_object_of_many_parts_is_one_event(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectCreated:*", "s3:ObjectTagging:*"))
    upload = s3.create_multipart_upload(Bucket="photos", Key="k", Tagging="a=b")["UploadId"]
    part = s3.upload_part(Bucket="photos", Key="k", PartNumber=1, UploadId=upload, Body=b"cat")
    parts = [{"ETag": part["ETag"], "PartNumber": 1}]
    s3.complete_multipart_upload(Bucket="photos", Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    assert [object_of(event)[0] for event in orders.events] == ["ObjectCreated:CompleteMultipartUpload"]


def test_an_object_whose_last_version_was_its_deletion_is_gone_like_any_other(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectRemoved:*"))
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="photos", Key="k", Body=b"")["VersionId"]
    marker = s3.delete_object(Bucket="photos", Key="k")["VersionId"]
    s3.delete_object(Bucket="photos", Key="k", VersionId=version)
    s3.delete_object(Bucket="photos", Key="k", VersionId=marker)
    ((name, _, gone),) = map(object_of, orders.events)
    assert (name, gone["key"], gone["versionId"]) == ("ObjectRemoved:Delete", "k", marker)
