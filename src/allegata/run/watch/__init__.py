"""Following feeds into a ledger: `allegata watch`."""

from allegata.run.watch.command import watch_command

__all__ = ["watch_command"]
