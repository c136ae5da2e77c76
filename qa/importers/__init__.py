"""What telephone systems write of their calls, as rows of calls.csv."""
