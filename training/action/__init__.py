"""The recipe of the action head: what is said to have happened to what is counted."""
