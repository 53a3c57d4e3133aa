"""The ground floor: words that everybody shares. Errors, the shapes of params and tables, and the workspace."""
