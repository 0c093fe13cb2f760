"""Where a request to an API leads: what is common to REST and HTTP APIs, and how paths are matched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lambda_mock.events.routes import ranks

_FUNCTION = re.compile(r"arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")
_INVOCATIONS = re.compile(r"arn:[^:]+:apigateway:[^:]*:lambda:path/[\d-]+/functions/(?P<function>.+)/invocations")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")

PayloadFormat = Literal["rest", "1.0", "2.0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """The proxy integration that a request leads to.

    `path` is the request's path without the stage, percent-encoded. `resource` is the path of the resource or route as
    it was made, such as `/pets/{id}`. `binary` are a REST API's media types that aren't text. `left_out` is what was
    configured and has no effect here.
    """

    function_arn: str
    payload_format: PayloadFormat
    api_id: str
    account_id: str
    region: str
    stage: str
    path: str
    resource: str
    parameters: Mapping[str, str]
    method: str
    route_key: str = ""
    resource_id: str | None = None
    deployment_id: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    binary: Sequence[str] = ()
    cors: Mapping[str, Any] = field(default_factory=dict)
    left_out: Sequence[str] = ()

    @property
    def is_rest(self) -> bool:
        """Whether it is one of a REST API, and not of an HTTP API."""
        return self.payload_format == "rest"

    @property
    def source_arn(self) -> str:
        """What the function's policy is asked about."""
        partition = self.function_arn.split(":")[1]
        api = f"arn:{partition}:execute-api:{self.region}:{self.account_id}:{self.api_id}"
        if self.route_key == "$default":
            return f"{api}/{self.stage}/$default"
        return f"{api}/{self.stage}/{self.method}{self.resource}"


def function_in(uri: str | None, variables: Mapping[str, str]) -> str | None:
    """The ARN of the function that a URI names, with stage variables put in; None where it names none."""
    filled = _VARIABLE.sub(lambda found: variables.get(found[1], ""), uri or "")
    invocations = _INVOCATIONS.fullmatch(filled)
    arn = filled if invocations is None else invocations["function"]
    return arn if _FUNCTION.fullmatch(arn) else None


def split_stage(path: str) -> tuple[str, str]:
    """The first segment of a path, and the path after it."""
    stage, _, rest = path.removeprefix("/").partition("/")
    return stage, f"/{rest}"


def rank(template: str) -> tuple[int, ...]:
    """What sorts templates that match one path: plain segments come before parameters, and these before greedy ones."""
    return tuple(ranks(template))
