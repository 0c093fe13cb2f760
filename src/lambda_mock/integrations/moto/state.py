"""How moto's state is read: without making any, and without trusting it to look tomorrow as it does today."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from lambda_mock.domain.neighbours.port import NeighbourError
from lambda_mock.errors import warn

_Fact = TypeVar("_Fact")


def is_active() -> bool:
    """Whether a `mock_aws` is active in this process, whoever started it."""
    core: Any = sys.modules.get("moto.core.models")
    if core is None:
        return False
    try:
        return bool(core.botocore_stubber.enabled)
    except AttributeError as error:
        _warn("its switch", error)
        return False


def read(service: str, question: Callable[[], _Fact | None]) -> _Fact | None:
    """What a question finds out about a service; None where moto isn't in charge of it, or keeps it in another way.

    A NeighbourError is an answer. Whatever else happens inside moto is a warning, and the service counts as absent.
    """
    try:
        return question() if mocks(service) else None
    except NeighbourError:
        raise
    except Exception as error:  # noqa: BLE001 - moto's inside is private, and may do anything in another version
        _warn(service, error)
        return None


def write(service: str, command: Callable[[], None]) -> None:
    """Bring something to a service, if moto is in charge of it. Whatever goes wrong inside moto is a NeighbourError."""
    reach(service, command)


def reach(service: str, command: Callable[[], _Fact]) -> _Fact | None:
    """What a command to a service gives; None where moto isn't in charge of it.

    Whatever goes wrong inside moto is a NeighbourError.
    """
    try:
        return command() if mocks(service) else None
    except NeighbourError:
        raise
    except Exception as error:
        raise strange(service, error) from error


def strange(service: str, error: Exception) -> NeighbourError:
    """What to raise when moto's inside isn't what it was thought to be."""
    return NeighbourError(_strange(service, error))


def backend(service: str, account_id: str, region: str) -> Any | None:
    """Moto's state of a service in a region (a partition for global services); None where nothing was made there."""
    models: Any = sys.modules.get(f"moto.{service}.models")
    if models is None:
        return None
    regions = getattr(models, f"{service}_backends").get(account_id)
    return None if regions is None else regions.get(region)


def backends(service: str) -> Iterator[Any]:
    """Moto's state of a service, of all accounts and regions in which something was made."""
    models: Any = sys.modules.get(f"moto.{service}.models")
    if models is not None:
        for regions in list(getattr(models, f"{service}_backends").values()):
            yield from list(regions.values())


def backend_of(service: str, arn: str) -> tuple[Any | None, str]:
    """Moto's state of a service where an ARN leads to, and the ARN's last part, which names the resource."""
    region, account_id, resource = (*arn.split(":", 5), "", "", "")[3:6]
    return backend(service, account_id, region), resource


def mocks(service: str) -> bool:
    """Whether moto, which is active, was told to take charge of a service."""
    config: Any = sys.modules["moto.core.config"]
    return bool(config.service_whitelisted(service) and not config.passthrough_service(service))


def _warn(service: str, error: Exception) -> None:
    warn(f"{_strange(service, error)} What a function names there is believed, as it is without moto.")


def _strange(service: str, error: Exception) -> str:
    version = getattr(sys.modules.get("moto"), "__version__", "of an unknown version")
    told = f"({type(error).__name__}: {error})"
    return f"moto {version} keeps {service} in a way that lambda_mock doesn't know {told}."
