"""How fast the mock is: `python -m benchmarks` measures it beside moto and beside botocore's own cost, in one run."""
