"""What a function looks like at a moment: its versions and where its aliases lead, as plain values that compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_mock.reporting.texts import name_of

if TYPE_CHECKING:
    from lambda_mock.domain.alias import Alias
    from lambda_mock.domain.backend import Backend
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion

Weights = tuple[tuple[str, float], ...]

_HASH_SHOWN = 8
_NEWEST_SHOWN = 5
_MOST_ALIASES = 40
_LASTING = ("Failed", "Inactive")


class Key(NamedTuple):
    """Which function: names are an account's and a region's."""

    account_id: str
    region: str
    name: str


class VersionPicture(NamedTuple):
    """A version: the beginning of its CodeSha256, its description, and its state where that is worth a word."""

    version: str
    code: str
    description: str
    state: str


class AliasPicture(NamedTuple):
    """An alias: the version that it points to, and the further ones that get a share of its traffic."""

    name: str
    version: str
    weights: Weights


class Picture(NamedTuple):
    """A function: `$LATEST` and its newest versions and those that aliases lead to, and how many more there are."""

    versions: tuple[VersionPicture, ...]
    left_out: int
    aliases: tuple[AliasPicture, ...]

    def alias(self, name: str) -> AliasPicture | None:
        """The alias of that name."""
        return next((alias for alias in self.aliases if alias.name == name), None)


def picture_of(backend: Backend, key: Key) -> Picture | None:
    """The function as it stands; None where there is none."""
    store = backend.store(key.account_id, key.region)
    with store.lock:
        function = store.functions.get(key.name)
        return None if function is None else _picture(function)


def survey(backend: Backend) -> dict[Key, Picture]:
    """All functions of all accounts and regions."""
    found = {}
    for store in backend.stores():
        with store.lock:
            for function in store.functions.values():
                found[Key(store.account_id, store.region, function.name)] = _picture(function)
    return found


def _picture(function: Function) -> Picture:
    aliases = function.aliases.values()[:_MOST_ALIASES]
    latest, *published = function.all_versions()
    aimed_at = {version for alias in aliases for version in (alias.version, *alias.weights)}
    newest = len(published) - _NEWEST_SHOWN
    shown = [each for place, each in enumerate(published) if place >= newest or each.version in aimed_at]
    return Picture(
        versions=tuple(_version(version) for version in (latest, *shown)),
        left_out=len(published) - len(shown),
        aliases=tuple(_alias(alias) for alias in aliases),
    )


def _version(version: FunctionVersion) -> VersionPicture:
    return VersionPicture(
        version.version,
        version.code.sha256[:_HASH_SHOWN],
        name_of(version.configuration.description),
        version.state.value if version.state.value in _LASTING else "",
    )


def _alias(alias: Alias) -> AliasPicture:
    return AliasPicture(name_of(alias.name), alias.version, tuple(sorted(alias.weights.items())))
