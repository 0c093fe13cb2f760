"""Resources from their creation to their end, as Lambda was recorded showing them: each answer whole, call after call.

What other files state of one answer has to hold in a row: nothing is lost on the way, and a RevisionId is new just
where something happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

ORDERS = {"FunctionName": "orders"}
NO_VARIABLES: Answer = {"Environment": {"Variables": {}}, "Timeout": 30}
ZIP = "def handler(event, context):\n    return 'changed'\n"


class Life:
    """A function that was created with some settings, and what it is expected to show from then on."""

    def __init__(self, aws: Account, **settings: Any) -> None:
        self.aws = aws
        self.shown: Answer = dict(settings)
        assert aws.create(**settings) == aws.answer(201, self.configuration(**aws.PENDING))

    def configuration(self, qualifier: str | None = None, **members: Any) -> Answer:
        return self.aws.configuration(qualifier=qualifier, **{**self.shown, **members})

    def settled(self, qualifier: str | None = None, **members: Any) -> Answer:
        return self.configuration(qualifier, **{**self.aws.ACTIVE, **members})

    def function(self, qualifier: str | None = None, of: Answer | None = None, **beside: Any) -> Answer:
        """What GetFunction is expected to show, with what stands beside the configuration."""
        code = {"RepositoryType": "S3", "Location": self.aws.LINK}
        return self.aws.answer(200, {"Configuration": of or self.settled(qualifier), "Code": code, **beside})

    def get(self, **parameters: Any) -> Answer:
        return self.aws.call("get_function", **ORDERS, **parameters)

    def revision(self, qualifier: str | None = None) -> Any:
        return self.aws.shown(qualifier)["RevisionId"]


# Functions ------------------------------------------------------------------------------------------------------------


def test_an_environment_without_variables_stays_in_every_answer(aws: Account) -> None:
    life = Life(aws, **NO_VARIABLES)
    assert life.get() == life.function()
    assert aws.shown("$LATEST") == aws.answer(200, life.settled("$LATEST"))

    life.shown["Description"] = "changed"
    assert aws.configure(Description="changed") == aws.answer(200, life.configuration(**aws.UPDATING))
    assert life.get() == life.function()
    life.shown["code"] = ZIP
    assert aws.update_code(ZIP) == aws.answer(200, life.configuration(**aws.UPDATING))

    published = aws.publish(Description="first")
    version = life.settled("1", Version="1", Description="first")
    assert published == aws.answer(201, version)
    assert life.get(Qualifier="1") == life.function(of={**version, "RevisionId": published["RevisionId"]})
    assert life.get() == life.function()


def test_a_version_and_its_alias_show_what_was_published_while_latest_goes_on(aws: Account) -> None:
    life = Life(aws)
    assert aws.configure(Description="first") == aws.answer(
        200, life.configuration(Description="first", **aws.UPDATING)
    )
    published = aws.publish(Description="the first version")
    version = life.settled("1", Version="1", Description="the first version", RevisionId=published["RevisionId"])
    assert published == aws.answer(201, version)
    aws.alias()

    life.shown |= {"Description": "second", "Environment": {"Variables": {"STAGE": "test"}}}
    changed = aws.configure(Description="second", Environment={"Variables": {"STAGE": "test"}})
    assert changed == aws.answer(200, life.configuration(**aws.UPDATING))
    assert life.get() == life.function()
    assert life.get(Qualifier="1") == life.function(of=version)
    assert aws.shown("1") == aws.answer(200, version)
    # An alias is shown under its own ARN, and is the version in all else.
    through_alias = {**version, "FunctionArn": aws.arn(qualifier="live")}
    assert life.get(Qualifier="live") == life.function(of=through_alias)
    assert aws.call("get_function", FunctionName=aws.arn(qualifier="live")) == life.function(of=through_alias)
    assert aws.shown("live") == aws.answer(200, through_alias)


@pytest.mark.lambda_mock(lifecycle="observed")
def test_get_function_shows_what_is_under_way(aws: Account) -> None:
    life = Life(aws)
    begun = life.get()
    assert begun == life.function(of=life.configuration(**aws.PENDING))
    assert life.get() == life.function()
    published = aws.call("update_function_code", **ORDERS, ZipFile=aws.package(ZIP), Publish=True)
    life.shown["code"] = ZIP
    pending = life.configuration("1", Version="1", **aws.PENDING)
    assert published == aws.answer(200, pending)
    assert life.get(Qualifier="1") == life.function(of=pending)
    latest = life.configuration("$LATEST", **aws.UPDATING)
    assert life.get(Qualifier="$LATEST") == life.function(of=latest)
    assert life.get(Qualifier="1") == life.function(of=life.settled("1", Version="1"))
    assert life.get() == life.function()


def test_an_image_from_its_creation_to_its_second_version(aws: Account) -> None:
    environment: Answer = {"Environment": {"Variables": {"STAGE": "test"}}}
    image: Answer = {"PackageType": "Image", "Handler": None, "Runtime": None, **environment}
    created = aws.create(PackageType="Image", Publish=True, **environment)
    digest = created["CodeSha256"]
    item: Answer = {**image, "CodeSha256": digest, "CodeSize": 0}
    shown: Answer = {**item, "RuntimeVersionConfig": None}
    assert created == aws.answer(201, aws.configuration(**shown, Version="1", **aws.PENDING))
    repository = aws.IMAGE.rpartition(":")[0]
    code = {
        "RepositoryType": "ECR",
        "ImageUri": aws.IMAGE,
        "ResolvedImageUri": f"{repository}@sha256:{digest}",
    }
    configuration = aws.configuration(**shown, **aws.ACTIVE)
    assert aws.call("get_function", **ORDERS) == aws.answer(200, {"Configuration": configuration, "Code": code})
    assert aws.call("list_versions_by_function", **ORDERS) == aws.answer(
        200,
        {
            "Versions": [
                aws.list_item(qualifier="$LATEST", **item),
                aws.list_item(qualifier="1", Version="1", **item),
            ]
        },
    )

    updated = aws.configure(Description="second")
    assert updated == aws.answer(200, aws.configuration(**shown, Description="second", **aws.UPDATING))
    wrong = "a" * 64
    assert aws.refusal("publish_version", **ORDERS, CodeSha256=wrong) == aws.invalid(
        f"CodeSHA256 ({wrong}) is different from current CodeSHA256 in $LATEST ({digest}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )
    version = aws.configuration(qualifier="2", **shown, Version="2", Description="the second", **aws.ACTIVE)
    assert aws.publish(CodeSha256=digest, Description="the second") == aws.answer(201, version)


def test_a_revision_lasts_until_something_happens(aws: Account) -> None:
    first = aws.create(**NO_VARIABLES)["RevisionId"]
    latest = [first, *[aws.shown()["RevisionId"] for _ in range(2)]]
    latest += [aws.configure()["RevisionId"], *[aws.shown()["RevisionId"] for _ in range(2)]]
    latest += [aws.update_code(ZIP)["RevisionId"], *[aws.shown()["RevisionId"] for _ in range(2)]]
    version = aws.publish()["RevisionId"]
    latest += [aws.shown()["RevisionId"], aws.publish() and aws.shown()["RevisionId"]]
    # Each change that takes time brings two revisions, its beginning and its end.
    expected = [0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 6]
    seen = list(dict.fromkeys(latest))
    assert [seen.index(revision) for revision in latest] == expected
    assert version not in seen
    assert aws.shown("1")["RevisionId"] == version


def test_json_logs_stay_while_other_settings_of_logging_change(aws: Account) -> None:
    life = Life(aws, **NO_VARIABLES)
    logs = {"LogGroup": "/aws/lambda/orders", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    life.shown["LoggingConfig"] = {"LogFormat": "JSON", **logs}
    assert aws.configure(LoggingConfig={"LogFormat": "JSON"}) == aws.answer(200, life.configuration(**aws.UPDATING))
    assert aws.shown() == aws.answer(200, life.settled())

    life.shown["LoggingConfig"] = {"LogFormat": "JSON", **logs, "LogGroup": "shop"}
    assert aws.configure(LoggingConfig={"LogGroup": "shop"}) == aws.answer(200, life.configuration(**aws.UPDATING))
    assert aws.shown() == aws.answer(200, life.settled())
    assert life.get() == life.function()


def test_a_function_that_is_created_with_json_logs_shows_both_levels_from_the_first_answer(aws: Account) -> None:
    answer = aws.create(LoggingConfig={"LogFormat": "JSON"}, **NO_VARIABLES)
    logs = {
        "LogFormat": "JSON",
        "LogGroup": "/aws/lambda/orders",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }
    expected = aws.configuration(LoggingConfig=logs, **NO_VARIABLES, **aws.PENDING)
    assert answer == aws.answer(201, expected)


def test_a_dead_letter_queue_is_shown_by_every_answer(aws: Account) -> None:
    queue: Answer = {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:trash"}}
    life = Life(aws, **queue, **NO_VARIABLES)
    assert life.get() == life.function()
    # An empty config is no way to take it away.
    assert aws.configure(DeadLetterConfig={}) == aws.answer(200, life.configuration(**aws.UPDATING))
    assert aws.shown() == aws.answer(200, life.settled())


def test_tags_stand_beside_the_configuration_while_there_are_any(aws: Account) -> None:
    aws.create(Tags={"team": "shop"}, **NO_VARIABLES)
    configuration = aws.configuration(**NO_VARIABLES, **aws.ACTIVE)

    def shown(**beside: Any) -> Answer:
        code = {"RepositoryType": "S3", "Location": aws.LINK}
        return aws.answer(200, {"Configuration": configuration, "Code": code, **beside})

    def tagged(**tags: str) -> Answer:
        aws.call("tag_resource", Resource=aws.arn(), Tags=tags)
        return aws.call("get_function", **ORDERS)

    def untagged(*keys: str) -> Answer:
        aws.call("untag_resource", Resource=aws.arn(), TagKeys=list(keys))
        return aws.call("get_function", **ORDERS)

    assert aws.call("get_function", **ORDERS) == shown(Tags={"team": "shop"})
    assert tagged(stage="test", cost="1") == shown(Tags={"team": "shop", "stage": "test", "cost": "1"})
    assert tagged(cost="2") == shown(Tags={"team": "shop", "stage": "test", "cost": "2"})
    assert untagged("stage", "cost") == shown(Tags={"team": "shop"})
    assert untagged("team") == shown()


def test_reserved_concurrency_stands_beside_the_configuration_until_it_is_deleted(aws: Account) -> None:
    life = Life(aws, **NO_VARIABLES)
    reserved = {"ReservedConcurrentExecutions": 3}
    assert aws.call("put_function_concurrency", **ORDERS, ReservedConcurrentExecutions=1) == aws.answer(
        200, {"ReservedConcurrentExecutions": 1}
    )
    assert aws.call("put_function_concurrency", **ORDERS, **reserved) == aws.answer(200, reserved)
    assert aws.call("get_function_concurrency", **ORDERS) == aws.answer(200, reserved)
    assert life.get() == life.function(Concurrency=reserved)
    assert aws.call("delete_function_concurrency", **ORDERS) == aws.answer(204, {})
    assert aws.call("get_function_concurrency", **ORDERS) == aws.answer(200, {})
    assert life.get() == life.function()


# What belongs to functions --------------------------------------------------------------------------------------------


def test_a_url_from_its_creation_to_its_end(aws: Account) -> None:
    aws.create()
    missing = aws.error("ResourceNotFoundException", "The resource you requested does not exist.")
    made = aws.call("create_function_url_config", **ORDERS, AuthType="NONE")
    assert set(made) == {"FunctionUrl", "FunctionArn", "AuthType", "CreationTime", "ResponseMetadata"}
    again = aws.refusal("create_function_url_config", **ORDERS, AuthType="NONE")
    assert again == aws.error(
        "ResourceConflictException",
        f"Failed to create function url config for [functionArn = {aws.arn()}]. "
        "Error message:  FunctionUrlConfig exists for this Lambda function",
    )
    shown = aws.call("get_function_url_config", **ORDERS)
    changes = {"LastModifiedTime": shown["LastModifiedTime"], "InvokeMode": "BUFFERED"}
    assert shown == {**made, **changes, "ResponseMetadata": 200}
    listed = {name: value for name, value in shown.items() if name != "ResponseMetadata"}
    assert aws.call("list_function_url_configs", **ORDERS) == aws.answer(200, {"FunctionUrlConfigs": [listed]})

    changed = aws.call("update_function_url_config", **ORDERS, AuthType="AWS_IAM")
    when = {"LastModifiedTime": changed["LastModifiedTime"]}
    assert changed == {**made, **when, "AuthType": "AWS_IAM", "ResponseMetadata": 200}
    assert aws.call("delete_function_url_config", **ORDERS) == aws.answer(204, {})
    assert aws.refusal("get_function_url_config", **ORDERS) == missing
    assert aws.refusal("delete_function_url_config", **ORDERS) == missing


def test_the_default_invoke_mode_is_shown_at_once_where_it_was_given(aws: Account) -> None:
    aws.create(Publish=True)
    aws.alias()
    request: Answer = {"Qualifier": "live", "AuthType": "NONE", "InvokeMode": "BUFFERED"}
    made = aws.call("create_function_url_config", **ORDERS, **request)
    assert made == aws.answer(
        201,
        {
            "FunctionUrl": made["FunctionUrl"],
            "FunctionArn": aws.arn(qualifier="live"),
            "AuthType": "NONE",
            "CreationTime": made["CreationTime"],
            "InvokeMode": "BUFFERED",
        },
    )


def test_an_invoke_mode_that_does_not_exist_is_refused(unchecked: Account) -> None:
    unchecked.create()
    refusal = unchecked.refusal("create_function_url_config", **ORDERS, AuthType="NONE", InvokeMode="UNKNOWN")
    assert refusal == unchecked.misshapen(
        "Value 'UNKNOWN' at 'invokeMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]"
    )


def test_event_invoke_configs_from_the_first_to_the_last(aws: Account) -> None:
    aws.create()

    def on(verb: str, **members: Any) -> Answer:
        return aws.call(f"{verb}_function_event_invoke_config", **ORDERS, **members)

    def shown(answer: Answer, qualifier: str = "$LATEST", **members: Any) -> Answer:
        """A config with nothing but these members set, changed when the answer says."""
        nowhere: Answer = {"OnSuccess": {}, "OnFailure": {}}
        arn = {"FunctionArn": aws.arn(qualifier=qualifier)}
        return {"LastModified": answer["LastModified"], "DestinationConfig": nowhere, **arn, **members}

    def listed() -> Any:
        answer = aws.call("list_function_event_invoke_configs", **ORDERS)
        assert set(answer) == {"FunctionEventInvokeConfigs", "ResponseMetadata"}
        return answer["FunctionEventInvokeConfigs"]

    answer = on("put", MaximumRetryAttempts=0)
    assert answer == aws.answer(200, shown(answer, MaximumRetryAttempts=0))
    answer = on("put", MaximumEventAgeInSeconds=60)
    assert answer == aws.answer(200, shown(answer, MaximumEventAgeInSeconds=60))
    answer = on("update", MaximumEventAgeInSeconds=60)
    assert answer == aws.answer(200, shown(answer, MaximumEventAgeInSeconds=60))
    answer = on("update", MaximumRetryAttempts=1)
    both = shown(answer, MaximumEventAgeInSeconds=60, MaximumRetryAttempts=1)
    assert answer == on("get") == on("get", Qualifier="$LATEST") == aws.answer(200, both)
    assert listed() == [both]

    aws.publish()
    none = aws.error(
        "ResourceNotFoundException", f"The function {aws.arn(qualifier='1')} doesn't have an EventInvokeConfig"
    )
    assert aws.refusal("get_function_event_invoke_config", **ORDERS, Qualifier="1") == none
    answer = on("put", Qualifier="1", MaximumEventAgeInSeconds=120)
    of_version = shown(answer, "1", MaximumEventAgeInSeconds=120)
    assert answer == on("get", Qualifier="1") == aws.answer(200, of_version)
    assert on("delete") == aws.answer(204, {})
    assert listed() == [of_version]


@pytest.mark.parametrize("deleted", [False, True], ids=["with its function", "without its function"])
def test_a_mapping_of_a_stream_from_its_creation_to_its_end(aws: Account, *, deleted: bool) -> None:
    aws.create()
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2025-02-22T03:03:25.490"
    destination = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:trash"}}}
    given: Answer = {
        "EventSourceArn": table,
        "BatchSize": 1,
        "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRetryAttempts": 1,
        **destination,
    }
    made = aws.call("create_event_source_mapping", **ORDERS, **given)
    uuid = made["UUID"]
    expected = {
        **given,
        "UUID": aws.UUID,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{uuid}",
        "FunctionArn": aws.arn(),
        "BisectBatchOnFunctionError": False,
        "FunctionResponseTypes": [],
        "LastModified": made["LastModified"],
        "LastProcessingResult": "No records processed",
        "MaximumRecordAgeInSeconds": -1,
        "ParallelizationFactor": 1,
        "State": "Creating",
        "StateTransitionReason": "User action",
        "TumblingWindowInSeconds": 0,
    }
    assert made == aws.answer(202, expected)
    enabled = aws.answer(200, {**expected, "State": "Enabled"})
    assert aws.call("get_event_source_mapping", UUID=uuid) == enabled
    if deleted:
        assert aws.call("delete_function", **ORDERS) == aws.deletion()
        assert aws.call("get_event_source_mapping", UUID=uuid) == enabled
    gone = aws.call("delete_event_source_mapping", UUID=uuid)
    assert gone == aws.answer(202, {**expected, "State": "Deleting", "LastModified": gone["LastModified"]})
    missing = aws.error("ResourceNotFoundException", "The resource you requested does not exist.")
    assert aws.refusal("get_event_source_mapping", UUID=uuid) == missing
