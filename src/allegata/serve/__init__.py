"""The web app over a ledger: pages made on the server, and the same records as JSON and CSV."""
