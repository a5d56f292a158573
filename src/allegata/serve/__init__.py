"""Web pages and API over a ledger."""
