"""Leaves that join the mock to another library; each is loaded only when its library is there."""
