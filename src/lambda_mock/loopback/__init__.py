"""HTTP at a port of 127.0.0.1, for other processes of this machine; it knows nothing of what is asked and answered."""
