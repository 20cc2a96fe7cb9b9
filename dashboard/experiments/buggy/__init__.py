"""The bugs that everyone makes, one a file: the loop as it should be, and with the bug."""
