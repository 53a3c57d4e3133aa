"""What several commands share: options, and how a name that doesn't exist is refused."""

import click

from saypro_nb.agree.errors import Fault, InputError, did_you_mean

workspace_option = click.option(
    "--workspace", "folder", default=".", type=click.Path(file_okay=False), help="Folder of the workspace."
)
who_option = click.option("--who", required=True, help="Who decides, as the register is to say it.")
why_option = click.option("--why", required=True, help="Why, in a few words.")
period_option = click.option("--period", default="latest", help="First day of the period, as YYYY-MM-DD.")


def pick(option: str, asked: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was asked for in the order of `names`, or all of it where nothing was; refuse any other name."""
    unknown = [Fault(option, f"there is no '{name}'", did_you_mean(name, names)) for name in asked if name not in names]
    if unknown:
        raise InputError(unknown)
    return tuple(name for name in names if name in asked) or names


def said(option: str, value: str | None) -> str:
    """Return what an option says that is needed to keep something; raises InputError where it says nothing."""
    if not value:
        raise InputError([Fault(option, "nothing is said", "Every change is kept with who and why")])
    return value


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: "1 row", "4 rows"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
