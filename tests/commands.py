"""A command as a user gives it, run in this process."""

from click.testing import CliRunner

from saypro_nb.run.cli import main


def saypro(*arguments: str, code: int = 0) -> str:
    """Return what the command says; it must end with the exit code `code`."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output
