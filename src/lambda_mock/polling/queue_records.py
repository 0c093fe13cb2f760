"""A message of a queue as a function is given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.events.queues import Record, message_attribute, record, system_attributes

if TYPE_CHECKING:
    from lambda_mock.polling.queues import Taken


def record_of(taken: Taken, source_arn: str, *, windowed: bool) -> Record:
    """The record of a message that was received.

    A mapping with a batching window (`windowed`) says of a message without attributes that they have no MD5, one
    without says nothing of it.
    """
    message = taken.message
    return record(
        message_id=message.message_id,
        receipt_handle=message.receipt_handle,
        body=message.body,
        md5_of_body=message.md5_of_body,
        attributes=system_attributes(
            receives=message.receives,
            sent=taken.sent,
            first_received=taken.first_received,
            sender_id=message.sender_id,
            group=message.group,
            deduplication_id=message.deduplication_id,
            sequence_number=message.sequence_number,
            trace=message.trace,
            dead_letter_of=taken.dead_letter_of,
        ),
        message_attributes={
            name: message_attribute(value.data_type, value.text, value.binary)
            for name, value in message.attributes.items()
        },
        md5_of_attributes=message.md5_of_attributes,
        tells_no_md5=windowed,
        source_arn=source_arn,
    )
