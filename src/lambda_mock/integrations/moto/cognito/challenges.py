"""Custom authentication: a pool's own functions define the challenges, make them, and look at the answers.

moto has nothing of this flow but its name. A session of it is kept where moto keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import NotBuiltError
from lambda_mock.events.sign_ins import challenge as challenge_behind
from lambda_mock.integrations.moto.bridge.seam import known
from lambda_mock.integrations.moto.cognito.asked import asked
from lambda_mock.integrations.moto.cognito.attempt import Attempt, making
from lambda_mock.integrations.moto.cognito.pools import (
    SERVICE,
    Pool,
    models,
    pool_of,
    refusal,
    status,
    unrecognizable,
    user_of,
)
from lambda_mock.integrations.moto.cognito.pre_authentication import pre_authenticate
from lambda_mock.integrations.moto.cognito.triggers import ask, flag, function_of, mapping

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

DEFINE = "DefineAuthChallenge"

_CREATE = "CreateAuthChallenge"
_VERIFY = "VerifyAuthChallengeResponse"
_CUSTOM = "CUSTOM_CHALLENGE"
_PASSWORD = "PASSWORD_VERIFIER"  # noqa: S105 - the name of a challenge
_SRP = "SRP_A"
_PROOF = ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
_OF_AWS = {"ADMIN_NO_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "SMS_MFA", "SOFTWARE_TOKEN_MFA"}

ByMoto = Callable[..., Any]


class Waiting(tuple[str, Any]):  # noqa: SLOT001 - a tuple can have none
    """A session as moto has them (username and pool), and what it waits for in a flow of one's own.

    `history` has the challenges that are behind the user. Of the open one there is the name, and if it is a custom one
    its private parameters and its metadata. `told` is the ClientMetadata of the answer that is being taken: what begins
    the flow has none for its functions.
    """

    told: Mapping[str, Any] | None = None
    open: Any
    history: list[Mapping[str, Any]]
    private: Mapping[str, Any]
    metadata: str | None

    @classmethod
    def of(cls, username: str, kept: Any, history: list[Mapping[str, Any]]) -> Waiting:
        """A session whose next challenge isn't chosen yet."""
        waiting = cls((username, kept))
        waiting.history = history
        return waiting

    def ended(self, *, correct: bool) -> Waiting:
        """The session after the open challenge, whose result it has."""
        metadata = self.metadata if self.open == _CUSTOM else None
        after = Waiting.of(
            self[0], self[1], [*self.history, challenge_behind(self.open, correct=correct, metadata=metadata)]
        )
        after.told = self.told
        return after


def begin(
    ours: Functions, backend: Any, pool: Pool, client_id: str, parameters: Mapping[str, str], by_moto: ByMoto
) -> Any:
    """Begin the flow: with a password by SRP, or with whatever the functions want."""
    username = parameters.get("USERNAME", "")
    user = pool.user(username)
    if user is None:
        raise refusal("UserNotFoundException", "User does not exist.")
    with known(SERVICE):
        client = pool.kept.clients.get(client_id)
        proof = parameters.get("SECRET_HASH")
        hashed = not client.generate_secret or models().check_secret_hash(client.secret, client.id, username, proof)
        enabled, confirmed = user.enabled, user.status is not status("UNCONFIRMED")
    if not hashed:
        raise refusal("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}")
    if not enabled:
        raise refusal("NotAuthorizedException", "User is disabled.")
    if not confirmed:
        raise refusal("UserNotConfirmedException", "User is not confirmed.")
    pre_authenticate(ours, pool, client_id, username)
    history: list[Mapping[str, Any]] = (
        [challenge_behind(_SRP, correct=True)] if parameters.get("CHALLENGE_NAME") == _SRP else []
    )
    return _go_on(ours, backend, pool, client_id, Waiting.of(username, pool.kept, history), by_moto)


def waiting(backend: Any, session: str, challenge: str, responses: Mapping[str, str]) -> tuple[str, Waiting] | None:
    """The session that an answer is about, by its key, if it is one of this flow."""
    key = responses.get("PASSWORD_CLAIM_SECRET_BLOCK", "") if challenge == _PASSWORD else session
    with known(SERVICE):
        found = backend.sessions.get(key)
    return (key, found) if isinstance(found, Waiting) else None


def respond(
    ours: Functions,
    backend: Any,
    key: str,
    waits: Waiting,
    client_id: str,
    challenge: str,
    responses: Mapping[str, str],
    by_moto: ByMoto,
) -> Any:
    """Take the answer to a challenge. A session has one answer, whatever becomes of it."""
    pool = pool_of(waits[1])
    with known(SERVICE):
        is_there = client_id in pool.kept.clients
    if not is_there or (challenge == _PASSWORD and not all(responses.get(member) for member in _PROOF)):
        return by_moto()  # which says what is wrong with it
    if challenge != waits.open:
        raise refusal("NotAuthorizedException", "Invalid session for the user.")
    del backend.sessions[key]
    waits.told = asked().client_metadata
    correct = challenge == _PASSWORD or _verified(ours, pool, client_id, waits, responses)
    return _go_on(ours, backend, pool, client_id, waits.ended(correct=correct), None)


def _verified(ours: Functions, pool: Pool, client_id: str, waits: Waiting, responses: Mapping[str, str]) -> bool:
    more = {"privateChallengeParameters": waits.private, "challengeAnswer": responses.get("ANSWER")}
    return flag(_ask(ours, pool, client_id, waits, _VERIFY, more), "answerCorrect")


def _go_on(
    ours: Functions,
    backend: Any,
    pool: Pool,
    client_id: str,
    waits: Waiting,
    by_moto: ByMoto | None,
) -> Any:
    """Have the next step defined, and take it. `by_moto` begins moto's own challenge, where the flow begins."""
    step = _ask(ours, pool, client_id, waits, DEFINE, {"session": waits.history})
    attempt = Attempt(pool=pool, client_id=client_id, occasion="Authentication", metadata=waits.told)
    if flag(step, "failAuthentication"):
        raise refusal("NotAuthorizedException", "Incorrect username or password.")
    if flag(step, "issueTokens"):
        with making(attempt):
            return backend._log_user_in(pool.kept, pool.kept.clients[client_id], waits[0])  # noqa: SLF001 - moto's way
    waits.open = step.get("challengeName")
    if waits.open == _CUSTOM:
        return _challenge(ours, backend, pool, client_id, waits)
    if waits.open == _PASSWORD and by_moto is not None and waits.history:
        with making(attempt):
            answer = by_moto("USER_SRP_AUTH")
        backend.sessions[answer["Session"]] = waits
        return answer
    if waits.open in _OF_AWS:
        raise NotBuiltError(
            f"lambda_mock can't put {waits.open} into a custom authentication flow yet: the pool's functions may ask "
            f"for {_CUSTOM}, and after {_SRP} for {_PASSWORD}."
        )
    raise unrecognizable()


def _challenge(ours: Functions, backend: Any, pool: Pool, client_id: str, waits: Waiting) -> Mapping[str, Any]:
    more = {"challengeName": waits.open, "session": waits.history}
    made = _ask(ours, pool, client_id, waits, _CREATE, more)
    waits.private, waits.metadata = mapping(made, "privateChallengeParameters"), made.get("challengeMetadata")
    public = mapping(made, "publicChallengeParameters")
    with known(SERVICE):
        session = str(models().random.uuid4())
        backend.sessions[session] = waits
        name = pool.user(waits[0]).username  # type: ignore[union-attr]  # it was there a moment ago
    return {
        "ChallengeName": _CUSTOM,
        "Session": session,
        "ChallengeParameters": {**{key: str(value) for key, value in public.items()}, "USERNAME": name},
    }


def _ask(
    ours: Functions,
    pool: Pool,
    client_id: str,
    waits: Waiting,
    trigger: str,
    more: Mapping[str, Any],
) -> Mapping[str, Any]:
    if function_of(pool, trigger) is None:
        message = "Custom auth lambda trigger is not configured for the user pool."
        raise refusal("InvalidParameterException", message)
    user = user_of(pool.user(waits[0]))
    request = {
        "userAttributes": user.attributes,
        **more,
        **({"userNotFound": False} if pool.hides_who_exists(client_id) else {}),
    }
    response = ask(
        ours,
        pool,
        trigger,
        "Authentication",
        user_name=user.name,
        client_id=client_id,
        request=request,
        metadata=waits.told,
    )
    return response or {}
