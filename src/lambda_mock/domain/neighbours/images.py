"""Container images: whether ECR has the one that a function is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood

_IN_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def image_digest(neighbourhood: Neighbourhood, uri: str, region: str) -> str | None:
    """The hexadecimal digest of an image for a function of that region; None where nobody knows.

    Lambda takes images from private repositories of ECR in its own region only, and by a tag or digest. That is to be
    seen from the name, so it is refused whether anybody knows the repository or not.
    """
    named = _IN_ECR.fullmatch(uri)
    if named is None or named["region"] != region or not (named["tag"] or named["digest"]):
        raise InvalidParameterValueException(f"Source image {uri} is not valid. Provide a valid source image.")
    try:
        digest = neighbourhood.ask(
            lambda them: them.image_digest(
                named["repository"],
                tag=named["tag"],
                digest=named["digest"],
                account_id=named["account"],
                region=named["region"],
            )
        )
    except MissingError:
        raise InvalidParameterValueException(
            f"Source image {uri} does not exist. Provide a valid source image."
        ) from None
    return None if digest is None else digest.partition(":")[2]
