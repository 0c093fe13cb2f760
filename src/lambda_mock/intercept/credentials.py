"""Credentials and a region for tests that have none.

They are set in the environment only where the machine has none of its own, and taken back only if unchanged; a real key
is never replaced. boto3 isn't imported for this: what isn't loaded has cached nothing.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from typing import Any

from botocore.configloader import load_config, raw_config_parse
from botocore.credentials import Credentials
from botocore.exceptions import ConfigNotFound, ConfigParseError

# A value that nobody else would choose: what another mock saved of ours, and brought back after us, is known again.
_FAKE = "lambda_mock"
_KEY = "AWS_ACCESS_KEY_ID"
_SECRET = "AWS_SECRET_ACCESS_KEY"  # noqa: S105  # a name, not a secret
_REGION = "AWS_DEFAULT_REGION"

# Where else botocore finds credentials: further variables, and the settings of a profile that lead to some.
_OTHER_SOURCES = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_CREDENTIAL_SETTINGS = frozenset(
    {
        "aws_access_key_id",
        "credential_process",
        "login_session",
        "role_arn",
        "sso_account_id",
        "sso_session",
        "sso_start_url",
        "web_identity_token_file",
    }
)


class Provision:
    """What one mock needs of the environment, until it is taken back."""

    __slots__ = ("region",)

    def __init__(self, region: str) -> None:
        self.region = region

    def take_back(self) -> None:
        """Leave the environment as the mocks that are still active need it, and make boto3 forget the fake key."""
        _environment.leave(self)


def provide(region: str) -> Provision:
    """Make sure that clients can be created: with a fake key where there is none, in `region` where none is set."""
    provision = Provision(region)
    _environment.enter(provision)
    return provision


class _Environment:
    """The variables that are ours at present, and for whom; the innermost mock decides."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._provisions: list[Provision] = []
        self._region: str | None = None

    def enter(self, provision: Provision) -> None:
        with self._lock:
            if self._provisions:
                self._clear()
            self._provisions.append(provision)
            self._fill(provision.region)

    def leave(self, provision: Provision) -> None:
        with self._lock:
            self._provisions.remove(provision)
            self._clear()
            if self._provisions:
                self._fill(self._provisions[-1].region)
            else:
                _forget_the_fake_key()

    def _clear(self) -> None:
        for variable in (_KEY, _SECRET):
            if os.environ.get(variable) == _FAKE:
                del os.environ[variable]
        if self._region is not None and os.environ.get(_REGION) == self._region:
            del os.environ[_REGION]
        self._region = None

    def _fill(self, region: str) -> None:
        needs_key = os.environ.get(_KEY, _FAKE) == _FAKE and not any(map(os.environ.get, _OTHER_SOURCES))
        needs_region = _REGION not in os.environ
        settings = _settings_of_the_profile() if needs_key or needs_region else frozenset()
        if needs_key and settings.isdisjoint(_CREDENTIAL_SETTINGS):
            os.environ[_KEY] = _FAKE
            os.environ.setdefault(_SECRET, _FAKE)
        if needs_region and "region" not in settings:
            os.environ[_REGION] = self._region = region


_environment = _Environment()


def _settings_of_the_profile() -> frozenset[str]:
    """The names that the profile in use sets, in either of AWS's two files."""
    profile = os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE") or "default"
    credentials = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    config = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    return _settings(credentials, profile, is_config=False) | _settings(config, profile, is_config=True)


def _settings(path: str, profile: str, *, is_config: bool) -> frozenset[str]:
    # os.path, since it is six times as fast as pathlib, and this is on the way into every mock
    path = os.path.expanduser(os.path.expandvars(path))  # noqa: PTH111
    if not os.access(path, os.R_OK):
        return frozenset()
    found = os.stat(path)  # noqa: PTH116
    return _parse(path, profile, is_config, (found.st_mtime_ns, found.st_size))


@functools.lru_cache(maxsize=32)
def _parse(path: str, profile: str, is_config: bool, _state_of_file: tuple[int, int]) -> frozenset[str]:  # noqa: FBT001
    try:
        profiles: dict[str, Any] = load_config(path)["profiles"] if is_config else raw_config_parse(path)
    except (ConfigNotFound, ConfigParseError):
        return frozenset()  # no regular file, or not a readable one: boto3 will say so to whoever creates a client
    return frozenset(profiles.get(profile, ()))


def _forget_the_fake_key() -> None:
    """Empty what boto3's default session cached of ours, else it would sign for S3 with the fake key ever after."""
    session = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    if session is None:
        return
    core: Any = session._session  # noqa: SLF001  # boto3 has no public way to what it cached
    cached = core._credentials  # noqa: SLF001
    if type(cached) is Credentials and cached.access_key == _FAKE:
        core._credentials = None  # noqa: SLF001
