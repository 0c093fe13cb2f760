"""What each API operation does: a function an operation, a module a resource, all entered into one registry."""

from lambda_mock.operations import account as account
from lambda_mock.operations import aliases as aliases
from lambda_mock.operations import capacity_providers as capacity_providers
from lambda_mock.operations import code_signing as code_signing
from lambda_mock.operations import concurrency as concurrency
from lambda_mock.operations import event_invoke_configs as event_invoke_configs
from lambda_mock.operations import event_source_mappings as event_source_mappings
from lambda_mock.operations import function_updates as function_updates
from lambda_mock.operations import function_urls as function_urls
from lambda_mock.operations import functions as functions
from lambda_mock.operations import invocation as invocation
from lambda_mock.operations import invoke_async as invoke_async
from lambda_mock.operations import layer_policies as layer_policies
from lambda_mock.operations import layers as layers
from lambda_mock.operations import permissions as permissions
from lambda_mock.operations import provisioned_concurrency as provisioned_concurrency
from lambda_mock.operations import recursion as recursion
from lambda_mock.operations import resource_policies as resource_policies
from lambda_mock.operations import runtime_management as runtime_management
from lambda_mock.operations import scaling as scaling
from lambda_mock.operations import tags as tags
from lambda_mock.operations import versions as versions
