"""The recipe of the points that say in which of the divisions a report names something was."""
