"""Archives: many reports read by many workers, on one computer or a cluster, into Parquet that a ledger takes in."""

from allegata.run.archive.command import archive_group

__all__ = ["archive_group"]
