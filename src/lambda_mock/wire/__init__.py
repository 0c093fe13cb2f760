"""Requests to values and values to responses: the mirror image of botocore's serialiser and parser for Lambda."""
