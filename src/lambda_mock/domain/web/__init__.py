"""HTTP as functions see it: requests become events, and what functions answer becomes responses."""
