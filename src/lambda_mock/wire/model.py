"""Codecs: all that `wire` does for one operation, compiled once from botocore's model of it and kept.

Each client has a ServiceModel of its own, but the loaded JSON beneath is shared by all clients of a session. So a codec
is found by its operation's name and the identity of that JSON's metadata, which is kept alive with it.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lambda_mock.wire.constraints import Check, compile_check
from lambda_mock.wire.decode import Decoder, compile_decoder
from lambda_mock.wire.encode import Encoder, ErrorForm, HttpResponse
from lambda_mock.wire.response import Answered

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel, ServiceModel

    from lambda_mock.wire.reply import Reply

_MOST_MODELS = 4


class Codec:
    """What `wire` does for one operation. Each part is compiled when it is first asked for."""

    def __init__(self, operation: OperationModel, model: _Model) -> None:
        self._operation = operation
        self._model = model

    @cached_property
    def decode(self) -> Decoder:
        """From botocore's request dict to parameters by member name."""
        return compile_decoder(self._operation)

    @cached_property
    def check(self) -> Check:
        """Raises ValidationException, in AWS's words, if decoded parameters break a constraint of the model."""
        return compile_check(self._operation)

    @cached_property
    def encoder(self) -> Encoder:
        """From replies to both forms of an answer, or to their parts."""
        return Encoder(self._operation, self._model.error_form)

    def parsed(self, reply: Reply) -> dict[str, Any]:
        """The dict that botocore's parser would return for a reply, or the `response` of its ClientError."""
        return self.encoder.parsed(reply, self.encoder.headers(reply))

    def answered(self, reply: Reply, url: str) -> tuple[AWSResponse, dict[str, Any]]:
        """The reply as `BaseClient._make_request` returns it: an HTTP response, and what a parser makes of it."""
        headers = self.encoder.headers(reply)
        return Answered(url, reply, self.encoder, headers), self.encoder.parsed(reply, headers)

    def http(self, reply: Reply) -> HttpResponse:
        """The reply as it is on the wire."""
        return self.encoder.http(reply)


def codec(operation: OperationModel) -> Codec:
    """The codec of an operation; the same one for every client whose session loaded the same model."""
    service = operation.service_model
    model = _models.get(id(service.metadata)) or _adopt(service)
    return model.codecs.get(operation.name) or model.codecs.setdefault(operation.name, Codec(operation, model))


class _Model:
    """One loaded model: its codecs, and the forms of its errors."""

    def __init__(self, service: ServiceModel) -> None:
        # Holding the metadata keeps its id from being given to another model's.
        self.metadata = service.metadata
        self.codecs: dict[str, Codec] = {}
        self._service: Any = service
        self._error_forms: dict[str, ErrorForm] = {}

    def error_form(self, code: str) -> ErrorForm:
        form = self._error_forms.get(code)
        if form is None:
            form = self._error_forms.setdefault(code, ErrorForm(self._service.shape_for_error_code(code)))
        return form


_models: dict[int, _Model] = {}
_lock = threading.Lock()


def _adopt(service: ServiceModel) -> _Model:
    with _lock:
        model = _models.get(id(service.metadata))
        if model is None:
            while len(_models) >= _MOST_MODELS:
                del _models[next(iter(_models))]
            model = _models[id(service.metadata)] = _Model(service)
        return model
