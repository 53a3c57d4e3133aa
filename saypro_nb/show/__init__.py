"""Pictures, tables and sentences, and the one way by which text becomes HTML."""
