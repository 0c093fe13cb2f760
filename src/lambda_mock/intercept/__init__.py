"""Ways for a request to reach the service: an adapter for each client library, each knowing only that library."""
