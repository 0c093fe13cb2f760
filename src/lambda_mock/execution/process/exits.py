"""How a runtime process ended, in AWS's words."""

from __future__ import annotations

import signal

# As Go prints them, in which Lambda's side of the Runtime API is written.
_SIGNALS = {
    "SIGHUP": "hangup",
    "SIGINT": "interrupt",
    "SIGQUIT": "quit",
    "SIGILL": "illegal instruction",
    "SIGTRAP": "trace/breakpoint trap",
    "SIGABRT": "aborted",
    "SIGBUS": "bus error",
    "SIGFPE": "floating point exception",
    "SIGKILL": "killed",
    "SIGUSR1": "user defined signal 1",
    "SIGSEGV": "segmentation fault",
    "SIGUSR2": "user defined signal 2",
    "SIGPIPE": "broken pipe",
    "SIGALRM": "alarm clock",
    "SIGTERM": "terminated",
}
_DUMPING = {"SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV"}


def reason(returncode: int) -> str:
    """Why the process ended, as the message of a Runtime.ExitError goes on after `Runtime exited `."""
    if returncode == 0:
        return "without providing a reason"
    if returncode > 0:
        return f"with error: exit status {returncode}"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        return f"with error: signal: signal {-returncode}"
    dumped = " (core dumped)" if name in _DUMPING else ""
    return f"with error: signal: {_SIGNALS.get(name, f'signal {-returncode}')}{dumped}"


def hangs_on_lambda(returncode: int) -> bool:
    """Whether Lambda lets the rest of the invocation's time pass: a segmentation fault was recorded as a timeout."""
    return returncode == -signal.SIGSEGV
