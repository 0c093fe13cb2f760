"""Functions in processes of their own: real runtimes over Lambda's Runtime API, on this machine's own interpreters."""
