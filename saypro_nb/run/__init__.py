"""The batch: notebooks into pages, the index over them, and the commands."""
