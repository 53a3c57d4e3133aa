"""The SayPro review workbench: what the notebooks of a performance review call."""
