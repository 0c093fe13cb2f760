"""botocore's own Lambda model, for whoever asks about an operation without having a client at hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from lambda_mock.errors import ServiceError
from lambda_mock.wire.model import codec

if TYPE_CHECKING:
    from botocore.model import OperationModel


@lru_cache(maxsize=1)
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("lambda", "service-2"), "lambda")


def operation_names() -> frozenset[str]:
    """The names of all operations that the installed botocore knows."""
    return frozenset(_model().operation_names)


def operations() -> list[OperationModel]:
    """All operations that the installed botocore knows."""
    return [_operation(name) for name in _model().operation_names]


def members_of(operation: str) -> list[str]:
    """The input members of an operation, in the model's order."""
    return list(_operation(operation).input_shape.members)


def input_shape(operation: str) -> Any:
    """The input of an operation, as a shape of the model."""
    return _operation(operation).input_shape


def check(operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise ValidationException, in AWS's words, if parameters break a constraint of the model."""
    codec(_operation(operation)).check(parameters)


def error_codes(operation: str) -> frozenset[str]:
    """The codes of the errors that the model lists for an operation."""
    return frozenset(shape.name for shape in _operation(operation).error_shapes)


def error_members(code: str) -> list[str]:
    """The members of an error that the model knows."""
    shape: Any = _model().shape_for(code)
    return list(shape.members)


def enum_values(shape: str) -> list[str]:
    """The values of an enumeration of the model."""
    found: Any = _model().shape_for(shape)
    return list(found.enum)


def problems(operation: str, parameters: Mapping[str, Any]) -> str | None:
    """What is wrong with the input of an operation, in botocore's words or in AWS's; None where nothing is."""
    report = ParamValidator().validate(parameters, _operation(operation).input_shape)
    if report.has_errors():
        return str(report.generate_report())
    try:
        codec(_operation(operation)).check(parameters)
    except ServiceError as error:
        return error.message
    return None


def _operation(name: str) -> Any:
    return _model().operation_model(name)
