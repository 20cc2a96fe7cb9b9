"""The benches of the Training page."""
