"""A ledger of official claims: who said what, through whom, about what, on what evidence."""
