"""What Lambda does for event source mappings: it reads queues and streams, and invokes functions with what it finds.

`agenda` knows who has something to do, and when; a poller reads one source for one mapping. Nothing here waits: every
moment is one of the mock's clock.
"""
