"""Running functions: an executor for each way to run one, behind the port in `executor`."""
