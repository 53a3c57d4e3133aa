"""The commands. This is the only place where an error becomes a message and an exit code."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from saypro_nb.agree.errors import InputError, WorkbenchError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import alert_commands, feedback_commands, meeting_commands, plan_commands
from saypro_nb.run.options import counted, pick, workspace_option

BUILD_FAILED, BAD_INPUT, STOPPED = 1, 2, 130


class _Explaining(click.Group):
    """A group of commands whose errors become messages and exit codes."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what the workbench can explain ends in words and an exit code, never in a traceback."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            count = len(error.faults)
            click.echo(f"Nothing was started: {count} {'thing' if count == 1 else 'things'} to mend.", err=True)
            for fault in error.faults:
                click.echo(f"- {fault}", err=True)
            sys.exit(BAD_INPUT)
        except WorkbenchError as error:
            click.echo(str(error), err=True)
            sys.exit(BUILD_FAILED)
        except KeyboardInterrupt:
            click.echo("Stopped. What was built is kept; run again to go on.", err=True)
            sys.exit(STOPPED)
        except OSError as error:  # a full disk, a folder without rights: the system's own words say it best
            click.echo(f"{error.filename}: {error.strerror}. Free the place or the rights, and run again.", err=True)
            sys.exit(BUILD_FAILED)


@click.group(cls=_Explaining, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="saypro-nb")
def main() -> None:
    """Run the performance review of every department."""


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--empty", is_flag=True, help="One department and one KPI to fill in, instead of the sample.")
def new(folder: Path, empty: bool) -> None:
    """Make a fresh workspace in DIR, with the sample organisation to try things out."""
    from saypro_nb.run import fresh_workspace

    if empty:
        fresh_workspace.to_fill_in(folder)
        click.echo(f"{folder}: fill in params/review.yaml, params/kpis.yaml and data/kpi_values.csv.")
    else:
        fresh_workspace.with_sample(folder)
        click.echo(f"{folder}: the sample organisation.")
    click.echo(f"Then, in {folder}: saypro check says what is missing or wrong, and saypro run builds the pages.")


@main.command()
@workspace_option
def check(folder: str) -> None:
    """Validate the params, the data and the notebooks' parameters; every fault at once."""
    from saypro_nb.keep import values

    workspace = _checked(folder)
    period = values.resolve("latest", workspace)
    departments, kpis = len(workspace.review.departments), len(workspace.kpis)
    click.echo(f"{workspace.root}: nothing to mend.")
    click.echo(f"{counted(departments, 'department')}, {counted(kpis, 'KPI')}, the latest period begins on {period}.")


@main.command()
@workspace_option
@click.option("--period", default="latest", help="First day of the period, as YYYY-MM-DD; else the latest.")
@click.option("--department", "departments", multiple=True, help="Only this department; may be repeated.")
@click.option("--notebook", "notebooks", multiple=True, help="Only this notebook; may be repeated.")
@click.option("--jobs", default=os.cpu_count() or 1, type=click.IntRange(min=1), help="Pages built at a time.")
@click.option("--force", is_flag=True, help="Build also what is unchanged.")
@click.option(
    "--engine", type=click.Choice(["saypro", "nbclient"]), help="nbclient starts an ordinary kernel per page."
)
@click.option("--show-code", is_flag=True, help="Also write the analyst's edition, with the code to unfold.")
@click.option("--pdf", is_flag=True, help="Also print each page as a PDF; needs an installed Chromium or Chrome.")
@click.option("--scheduler", help="Address of a Dask cluster that builds the pages, such as tcp://host:8786.")
@click.option("--watch", "watching", is_flag=True, help="Build again whenever a file has changed, until stopped.")
def run(
    folder: str, departments: tuple[str, ...], notebooks: tuple[str, ...], *, watching: bool, **options: Any
) -> None:
    """Build every page of the period that has changed, and the index over them."""
    from saypro_nb.run import contents, review, watch

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was built is kept and noted
    workspace, faults = Workspace.read(folder)
    chosen = pick("--department", departments, tuple(workspace.review.departments))
    pages = contents.of_department(workspace)
    if notebooks or not departments:
        pages += contents.of_organisation(workspace)
    known = tuple(dict.fromkeys(page.notebook for page in pages))
    named = pick("--notebook", tuple(Path(name).stem for name in notebooks), known)
    asked = [page.name for page in pages if page.notebook in named]
    wish = review.Wish(chosen, asked, **options)
    if watching:
        watch.watch(folder, wish)
    done = review.run(workspace, faults, wish)
    click.echo(f"{done}\n{done.index}")
    sys.exit(BUILD_FAILED if done.failed else 0)


@main.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def status(folder: str, as_json: bool) -> None:
    """Show each department's state in the latest period, its alerts, and who holds what is overdue."""
    from saypro_nb.run import overview

    rows = overview.latest(_checked(folder))
    click.echo(overview.as_json(rows) if as_json else overview.as_text(rows))


@main.command()
@workspace_option
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; else the first free one from 8888.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(folder: str, options: tuple[str, ...], *, no_browser: bool, port: int | None) -> None:
    """Open JupyterLab on the workspace for a meeting; OPTIONS of its own come last, after two dashes."""
    from saypro_nb.run import lab

    own = [*(["--no-browser"] if no_browser else []), *([f"--ServerApp.port={port}"] if port else []), *options]
    sys.exit(lab.open_lab(Workspace.load(folder), own))


def _checked(folder: str) -> Workspace:
    """Load the workspace and look at everything in it; raises InputError with every fault."""
    from saypro_nb.run import admission, contents

    workspace, faults = Workspace.read(folder)
    admission.inspect(workspace, faults + admission.light_faults(workspace, contents.notebooks(workspace)))
    return workspace


for group in (plan_commands, alert_commands, meeting_commands, feedback_commands):
    for command in group.COMMANDS:
        main.add_command(workspace_option(command))


if __name__ == "__main__":
    main()
