"""Events as AWS sends them to functions, for tests that call a handler or a function with one.

`events.sqs("hello")`, `events.s3_put("photos", "cat.jpg")`, `events.api_gateway_v2("GET", "/orders/7")`: a function for
each source and kind. Each gives plain data, made anew by each call, and the same for the same arguments: no clock is
asked and nothing is drawn. The mock makes the events that it delivers of the same parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.events.apis import api_gateway as api_gateway
    from lambda_mock.events.apis import api_gateway_v2 as api_gateway_v2
    from lambda_mock.events.authorizers import api_gateway_authorizer_request as api_gateway_authorizer_request
    from lambda_mock.events.authorizers import api_gateway_authorizer_token as api_gateway_authorizer_token
    from lambda_mock.events.authorizers import api_gateway_v2_authorizer as api_gateway_v2_authorizer
    from lambda_mock.events.buses import cloudtrail as cloudtrail
    from lambda_mock.events.buses import eventbridge as eventbridge
    from lambda_mock.events.buses import eventbridge_schedule as eventbridge_schedule
    from lambda_mock.events.buses import scheduler as scheduler
    from lambda_mock.events.config_rules import config_rule as config_rule
    from lambda_mock.events.custom_resources import cloudformation as cloudformation
    from lambda_mock.events.discards import stream_failure as stream_failure
    from lambda_mock.events.logs import cloudwatch_logs as cloudwatch_logs
    from lambda_mock.events.logs import unpack_cloudwatch_logs as unpack_cloudwatch_logs
    from lambda_mock.events.mail import ses as ses
    from lambda_mock.events.objects import s3 as s3
    from lambda_mock.events.objects import s3_copy as s3_copy
    from lambda_mock.events.objects import s3_delete as s3_delete
    from lambda_mock.events.objects import s3_eventbridge as s3_eventbridge
    from lambda_mock.events.objects import s3_put as s3_put
    from lambda_mock.events.outcomes import destination_failure as destination_failure
    from lambda_mock.events.outcomes import destination_success as destination_success
    from lambda_mock.events.queues import SqsMessage as SqsMessage
    from lambda_mock.events.queues import sqs as sqs
    from lambda_mock.events.rotation import secrets_manager_rotation as secrets_manager_rotation
    from lambda_mock.events.sign_ins import challenge as challenge
    from lambda_mock.events.sign_ins import cognito_create_auth_challenge as cognito_create_auth_challenge
    from lambda_mock.events.sign_ins import cognito_define_auth_challenge as cognito_define_auth_challenge
    from lambda_mock.events.sign_ins import cognito_post_authentication as cognito_post_authentication
    from lambda_mock.events.sign_ins import cognito_pre_authentication as cognito_pre_authentication
    from lambda_mock.events.sign_ins import cognito_pre_token_generation as cognito_pre_token_generation
    from lambda_mock.events.sign_ins import cognito_verify_auth_challenge as cognito_verify_auth_challenge
    from lambda_mock.events.streams import KinesisRecord as KinesisRecord
    from lambda_mock.events.streams import kinesis as kinesis
    from lambda_mock.events.streams import tumbling_window as tumbling_window
    from lambda_mock.events.tables import dynamodb as dynamodb
    from lambda_mock.events.tables import dynamodb_insert as dynamodb_insert
    from lambda_mock.events.tables import dynamodb_modify as dynamodb_modify
    from lambda_mock.events.tables import dynamodb_remove as dynamodb_remove
    from lambda_mock.events.topics import sns as sns
    from lambda_mock.events.topics import sns_to_sqs as sns_to_sqs
    from lambda_mock.events.urls import function_url as function_url
    from lambda_mock.events.user_pools import cognito_custom_message as cognito_custom_message
    from lambda_mock.events.user_pools import cognito_post_confirmation as cognito_post_confirmation
    from lambda_mock.events.user_pools import cognito_pre_sign_up as cognito_pre_sign_up
    from lambda_mock.events.user_pools import cognito_user_migration as cognito_user_migration

_NAMES = {
    "apis": ("api_gateway", "api_gateway_v2"),
    "authorizers": ("api_gateway_authorizer_request", "api_gateway_authorizer_token", "api_gateway_v2_authorizer"),
    "buses": ("cloudtrail", "eventbridge", "eventbridge_schedule", "scheduler"),
    "config_rules": ("config_rule",),
    "custom_resources": ("cloudformation",),
    "discards": ("stream_failure",),
    "logs": ("cloudwatch_logs", "unpack_cloudwatch_logs"),
    "mail": ("ses",),
    "objects": ("s3", "s3_copy", "s3_delete", "s3_eventbridge", "s3_put"),
    "outcomes": ("destination_failure", "destination_success"),
    "queues": ("SqsMessage", "sqs"),
    "rotation": ("secrets_manager_rotation",),
    "sign_ins": (
        "challenge",
        "cognito_create_auth_challenge",
        "cognito_define_auth_challenge",
        "cognito_post_authentication",
        "cognito_pre_authentication",
        "cognito_pre_token_generation",
        "cognito_verify_auth_challenge",
    ),
    "streams": ("KinesisRecord", "kinesis", "tumbling_window"),
    "tables": ("dynamodb", "dynamodb_insert", "dynamodb_modify", "dynamodb_remove"),
    "topics": ("sns", "sns_to_sqs"),
    "urls": ("function_url",),
    "user_pools": (
        "cognito_custom_message",
        "cognito_post_confirmation",
        "cognito_pre_sign_up",
        "cognito_user_migration",
    ),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "KinesisRecord",
    "SqsMessage",
    "api_gateway",
    "api_gateway_authorizer_request",
    "api_gateway_authorizer_token",
    "api_gateway_v2",
    "api_gateway_v2_authorizer",
    "challenge",
    "cloudformation",
    "cloudtrail",
    "cloudwatch_logs",
    "cognito_create_auth_challenge",
    "cognito_custom_message",
    "cognito_define_auth_challenge",
    "cognito_post_authentication",
    "cognito_post_confirmation",
    "cognito_pre_authentication",
    "cognito_pre_sign_up",
    "cognito_pre_token_generation",
    "cognito_user_migration",
    "cognito_verify_auth_challenge",
    "config_rule",
    "destination_failure",
    "destination_success",
    "dynamodb",
    "dynamodb_insert",
    "dynamodb_modify",
    "dynamodb_remove",
    "eventbridge",
    "eventbridge_schedule",
    "function_url",
    "kinesis",
    "s3",
    "s3_copy",
    "s3_delete",
    "s3_eventbridge",
    "s3_put",
    "scheduler",
    "secrets_manager_rotation",
    "ses",
    "sns",
    "sns_to_sqs",
    "sqs",
    "stream_failure",
    "tumbling_window",
    "unpack_cloudwatch_logs",
]


if not TYPE_CHECKING:  # pragma: no branch - type checkers are to know which names there are, and which are not

    def __getattr__(name: str) -> Any:
        """Load a builder when it is first used: what delivers events loads only the modules that it needs.

        There is no `__dir__`: freezegun looks at all that it lists of every module, and would load all of them.
        """
        module = _HOMES.get(name)
        if module is None:
            import difflib  # noqa: PLC0415 - for a failure only

            near = difflib.get_close_matches(name, __all__, n=1)
            hint = f". Did you mean {near[0]!r}?" if near else ""
            message = f"module {__name__!r} has no attribute {name!r}{hint}"
            # Of another object, or Python's traceback would add a suggestion of its own.
            raise AttributeError(message, name=name, obj=None)
        from importlib import import_module  # noqa: PLC0415 - with the first builder

        return getattr(import_module(f"{__name__}.{module}"), name)
