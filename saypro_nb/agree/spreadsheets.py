"""Text that a spreadsheet keeps as text: what it would run as a formula gets an apostrophe in front."""

RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, "CSV injection"


def neutral(text: str) -> str:
    """Return `text` so that no spreadsheet runs it."""
    return "'" + text if _would_run(text) else text


def original(text: str) -> str:
    """Return the text that `neutral` was given."""
    return text[1:] if text.startswith("'") and _would_run(text[1:]) else text


def _would_run(text: str) -> bool:
    return text.lstrip("' \n").startswith(RUNS_AS_FORMULA)
