"""Lambda's state and its rules. Nothing here knows how a request came or how an answer leaves."""
