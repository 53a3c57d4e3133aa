"""Pure computation: tables in, new tables out. Nothing here reads, draws, asks or changes what it was given."""
