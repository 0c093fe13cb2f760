"""Deploying Python callables: the one thing that a test needs and AWS has no call for.

A callable travels as a small zip of its own, made for it, or as the name of an image, through the same CreateFunction
and UpdateFunctionCode as any other code; what ties the two together is the hash of the zip, or the digest in the name.
So versions snapshot callables by the same rules as everything else.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import itertools
import zipfile
from collections.abc import Callable, Mapping
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.layer import Layer, LayerReference, LayerVersion, layer_reference
from lambda_mock.domain.policy import Grant, extended
from lambda_mock.errors import LambdaMockError, ServiceError
from lambda_mock.names import named
from lambda_mock.wire.lambda_model import members_of, problems

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code, CodeStore
    from lambda_mock.domain.store import Store
    from lambda_mock.package_deployment import Package
    from lambda_mock.service import Service

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_RUNTIME = "python3.13"
_LONGEST_HANDLER = 128
_NOBODY = "0" * 12
_OWN_KEYWORDS = {
    "mock.function": ("handler", "returns", "raises", "region", "account_id"),
    "mock.deploy": ("exclude", "region", "account_id"),
}
UNSET: Any = object()

Handler = Callable[[Any, Any], Any]


def handler_from(name: str, handler: Any, returns: Any, raises: Any) -> Handler | None:
    """The one handler that `handler`, `returns` and `raises` describe; None where none of them was given."""
    given = [
        word for word, value in (("handler", handler), ("returns", returns), ("raises", raises)) if value is not UNSET
    ]
    if len(given) > 1:
        message = f"mock.function({name!r}): give one of {' and '.join(given)}, not both."
        raise LambdaMockError(message)
    if not given:
        return None
    if given == ["returns"]:
        return _returning(returns)
    if given == ["raises"]:
        return _raising(name, raises)
    if not callable(handler):
        message = f"mock.function({name!r}): the handler must be a callable of (event, context), not {handler!r}."
        raise LambdaMockError(message)
    chosen: Handler = handler
    return chosen


def check_settings(
    name: object, settings: Mapping[str, Any], order: str = "mock.function", code: str = "the callable"
) -> None:
    """Refuse what no function can be given, before anybody waits for a handler to decorate. `code` is what is run."""
    if not isinstance(name, str):
        example = "mock.function('orders')" if order == "mock.function" else f"{order}('src/orders', 'orders')"
        message = f"{order}: a function is deployed under a name, as in {example}, not {name!r}."
        raise LambdaMockError(message)
    if "Code" in settings:
        message = f"{order}({name!r}): leave out Code, since {code} is the code."
        raise LambdaMockError(message)
    known = [member for member in members_of("CreateFunction") if member != "FunctionName"]
    for member in settings:
        if member not in known:
            near = difflib.get_close_matches(member, [*known, *_OWN_KEYWORDS[order]], n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            message = f"{order} knows no {member!r}.{hint} Configuration is given by the names that boto3 uses."
            raise LambdaMockError(message)


def check_override(name: object, handler: object, qualifier: object) -> None:
    """Refuse an override that could never run."""
    if not isinstance(name, str) or named(name).function != name:
        message = f"mock.override: give the function's bare name, and a version or alias as qualifier=, not {name!r}."
        raise LambdaMockError(message)
    if not callable(handler):
        message = f"mock.override({name!r}): the handler must be a callable of (event, context), not {handler!r}."
        raise LambdaMockError(message)
    if qualifier is not None and not isinstance(qualifier, str):
        message = f"mock.override({name!r}): the qualifier is a string, such as '1' or 'live', not {qualifier!r}."
        raise LambdaMockError(message)


def _returning(value: Any) -> Handler:
    def returns(_event: Any, _context: Any) -> Any:
        return value

    return _called("returns", returns)


def _raising(name: str, error: Any) -> Handler:
    is_class = isinstance(error, type) and issubclass(error, BaseException)
    if not is_class and not isinstance(error, BaseException):
        message = f"mock.function({name!r}): raises must be an exception or an exception class, not {error!r}."
        raise LambdaMockError(message)

    def raises(_event: Any, _context: Any) -> Any:
        # Each raise adds to an exception's traceback, and one exception may be raised a thousand times here.
        raise error if is_class else error.with_traceback(None)

    return _called("raises", raises)


def _called(name: str, handler: Handler) -> Handler:
    """The handler under the name that pictures and configurations show."""
    handler.__module__, handler.__qualname__ = "lambda_mock", name
    return handler


class Deployment:
    """Creates functions of callables, and gives existing ones new code.

    `roles` are those that exist without IAM: the role of a function for which the test names none becomes one of them.
    """

    def __init__(self, service: Service, code: CodeStore, roles: set[str]) -> None:
        self._service = service
        self._code = code
        self._roles = roles
        self._serial = itertools.count(1)

    def deploy(self, store: Store, name: str, handler: Handler, settings: Mapping[str, Any]) -> str:
        """Make `handler` the code of `$LATEST` of `name`, creating the function where it isn't there. Gives its ARN."""
        bare = named(name).function or name
        code, source = self._stand_in(handler, image_in=store.region if _is_image(store, bare, settings) else None)
        self._code.attach(code, handler)
        role = f"arn:{store.partition}:iam::{store.account_id}:role/lambda-role"
        try:
            if bare in store.functions:
                self._update(store, name, source, settings)
            else:
                if "Role" not in settings:
                    self._roles.add(role)
                self._perform("CreateFunction", store, _creation(name, role, handler, source, settings))
        finally:
            self._code.release(code)
        return store.arn(bare)

    def deploy_package(self, store: Store, name: str, package: Package, settings: Mapping[str, Any]) -> str:
        """Make `package` the code of `$LATEST` of `name`, creating the function where it isn't there. Gives its ARN."""
        order, bare = "mock.deploy", named(name).function or name
        there = store.functions.get(bare)
        inferred = package.entry_point(name, settings, None if there is None else there.latest.configuration)
        source, code = {"ZipFile": package.content}, self._added(name, package)
        try:
            if there is not None:
                self._update(store, name, source, {**inferred, **settings}, order)
            else:
                role = f"arn:{store.partition}:iam::{store.account_id}:role/lambda-role"
                if "Role" not in settings:
                    self._roles.add(role)
                creation = {"FunctionName": name, "Role": role, **inferred, **settings, "Code": source}
                self._perform("CreateFunction", store, creation, order)
        finally:
            self._code.release(code)
        return store.arn(bare)

    def _added(self, name: str, package: Package) -> Code:
        """The code of a package, held once, which knows the files that it was made of."""
        try:
            code = self._code.add_zip(package.content)
        except ServiceError as error:
            raise LambdaMockError(_refused("mock.deploy", name, error)) from None
        self._code.made_of(code, package.originals)
        return code

    def _stand_in(self, handler: Handler, image_in: str | None) -> tuple[Code, Mapping[str, Any]]:
        """The code that the callable becomes, held once, and the source that requests give for it: a zip or an image.

        The image is in a registry of nobody's, where nobody looks for it, and has a digest like no other.
        """
        package = self._code.placeholder(_name_of(handler), next(self._serial))
        if image_in is None:
            return self._code.add_zip(package), {"ZipFile": package}
        digest = hashlib.sha256(package).hexdigest()
        uri = f"{_NOBODY}.dkr.ecr.{image_in}.amazonaws.com/callable@sha256:{digest}"
        code = self._code.add_image(uri)
        self._code.hold(code)
        return code, {"ImageUri": uri}

    def _update(
        self,
        store: Store,
        name: str,
        source: Mapping[str, Any],
        settings: Mapping[str, Any],
        order: str = "mock.function",
    ) -> None:
        of_code = {member: value for member, value in settings.items() if member in members_of("UpdateFunctionCode")}
        changes = {member: value for member, value in settings.items() if member not in of_code}
        for member in sorted(changes.keys() - members_of("UpdateFunctionConfiguration")):
            message = f"{order}({name!r}): it is there already, and {member} is given only to a new function."
            raise LambdaMockError(message)
        if changes:
            self._perform("UpdateFunctionConfiguration", store, {"FunctionName": name, **changes}, order)
        self._perform("UpdateFunctionCode", store, {"FunctionName": name, **source, **of_code}, order)

    def _perform(
        self, operation: str, store: Store, parameters: Mapping[str, Any], order: str = "mock.function"
    ) -> None:
        """Perform an operation as the test's own arrangement: what it changes has settled when it is done."""
        wrong = problems(operation, parameters)
        if wrong is not None:
            message = f"{order}({parameters['FunctionName']!r}): {wrong}"
            raise LambdaMockError(message)
        try:
            answer = self._service.call(operation, parameters, region=store.region, account_id=store.account_id)
        except ServiceError as error:
            raise LambdaMockError(_refused(order, parameters["FunctionName"], error)) from None
        with store.lock:
            function = store.function(answer["FunctionName"])
            function.settle()
            function.settle(answer["Version"])


def _refused(order: str, name: str, error: ServiceError) -> str:
    return f"{order}({name!r}): AWS refuses it with {error.code}: {error.message}"


def check_layer(arn: object) -> LayerReference:
    """The version of a layer that an ARN names. Anything else is refused."""
    reference = layer_reference(arn) if isinstance(arn, str) else None
    if reference is None or not reference.number:
        example = "'arn:aws:lambda:us-east-1:111122223333:layer:tools:3'"
        message = f"mock.layer: give the ARN of a version of a layer, such as {example}, and not {arn!r}."
        raise LambdaMockError(message)
    return reference


def provide_layer(store: Store, code: CodeStore, reference: LayerReference, content: bytes | None, now: float) -> None:
    """Let a version of a layer be there for everybody, in the place of the one that has the number, if one has."""
    arn = f"{reference.arn}:{reference.number}"
    try:
        package = code.add_zip(_empty_layer(arn) if content is None else content, from_s3=True)
    except ServiceError as error:
        message = f"mock.layer({arn!r}): AWS refuses it with {error.code}: {error.message}"
        raise LambdaMockError(message) from None
    statement = Grant(principal="*", action="lambda:GetLayerVersion").statement("everybody", arn, store.partition)
    with store.lock:
        policy = extended(None, statement, revision_id=store.ids.uuid(), limit=store.limits.policy_size)
        layer = store.layers.get(reference.name) or Layer(name=reference.name, arn=reference.arn)
        store.layers[reference.name] = layer
        replaced = layer.provide(
            LayerVersion(
                layer_arn=reference.arn, number=reference.number or 0, code=package, created=now, policy=policy
            )
        )
        store.storage.release((0 if replaced is None else replaced.code.stored) - package.stored)
    if replaced is not None:
        code.release(replaced.code)


def _empty_layer(arn: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(zipfile.ZipInfo("layer.txt"), f"Stands for {arn}, whose content the test didn't give.\n")
    return content.getvalue()


def _is_image(store: Store, name: str, settings: Mapping[str, Any]) -> bool:
    """Whether the function is, or is going to be, made of a container image."""
    there = store.functions.get(name)
    package_type = settings.get("PackageType") if there is None else there.latest.configuration.package_type
    return package_type == "Image"


def _creation(
    name: str, role: str, handler: Handler, source: Mapping[str, Any], settings: Mapping[str, Any]
) -> Mapping[str, Any]:
    of_zip = {"Runtime": _RUNTIME, "Handler": _name_of(handler)[:_LONGEST_HANDLER]} if "ZipFile" in source else {}
    return {"FunctionName": name, "Role": role, **of_zip, **settings, "Code": source}


def _name_of(handler: Handler) -> str:
    module = getattr(handler, "__module__", None) or "callable"
    name = getattr(handler, "__qualname__", None) or type(handler).__qualname__
    return f"{module}.{name}"
