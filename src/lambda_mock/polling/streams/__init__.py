"""Kinesis and DynamoDB streams: shards are read in order, and what fails keeps what comes behind it waiting.

`poller` reads the shards of one stream for one mapping. What it has read waits in lanes, of which a shard has as many
as its ParallelizationFactor says, and each of them works on one batch at a time: `attempts` runs it and decides what
comes of that. What is given up is told of in `discards`.
"""
