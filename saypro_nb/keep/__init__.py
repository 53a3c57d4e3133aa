"""What is read, handed on and decided: sources, records, the dossier and the register."""
