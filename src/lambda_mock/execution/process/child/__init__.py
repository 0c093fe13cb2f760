"""What runs inside a function's process. It is started by path, by any Python, and imports nothing of the mock."""
