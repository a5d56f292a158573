"""The line put together, and the command line on it."""
