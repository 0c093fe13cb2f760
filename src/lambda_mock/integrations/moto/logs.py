"""CloudWatch Logs as moto keeps it: groups, their streams, and the events in them."""

from __future__ import annotations

import threading
from collections.abc import Sequence

_RESERVED = "aws/"
"""The beginning of names that CloudWatch Logs lets nobody give to a group."""


_making = threading.Lock()


def keep(group: str, stream: str, events: Sequence[tuple[float, str]], account_id: str, region: str) -> None:
    """Add events to a stream, and make it and its group if they aren't there.

    The group itself takes them, and not the service: this would refuse what is past or to come by the real clock.
    """
    from moto.logs.models import logs_backends  # noqa: PLC0415 - moto is loaded only where it is active

    logs = logs_backends[account_id][region]
    with _making:
        if group not in logs.groups and not group.startswith(_RESERVED):
            logs.create_log_group(group, {})
        found = logs.groups.get(group)
        if found is not None and stream not in found.streams:
            found.create_log_stream(stream)
    if found is not None:
        found.put_log_events(stream, [{"timestamp": int(moment * 1000), "message": text} for moment, text in events])
