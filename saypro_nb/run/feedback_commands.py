"""The commands for feedback: blank forms and templates out, filled-in ones and exports of survey tools in."""

from pathlib import Path
from typing import Any, get_args

import click

from saypro_nb.agree.schema import Form
from saypro_nb.agree.settings import Workspace
from saypro_nb.run.options import counted, pick, said

form_choice = click.Choice(get_args(Form))


@click.command(name="forms")
@click.option("--department", "departments", multiple=True, help="Only this department; may be repeated.")
@click.option("--form", type=form_choice, help="Only this form.")
@click.option("--out", default="forms", type=click.Path(file_okay=False), help="Folder for the files.")
@click.option("--pdf", is_flag=True, help="Also print each form as a PDF; needs an installed Chromium or Chrome.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there, filled in or not.")
def write_forms(
    folder: str, departments: tuple[str, ...], form: Form | None, out: str, *, pdf: bool, overwrite: bool
) -> None:
    """Write the feedback forms of departments: a page to print, and a spreadsheet to fill in."""
    from saypro_nb.run import editions, form_files

    workspace = Workspace.load(folder)
    chosen = pick("--department", departments, tuple(workspace.review.departments))
    if pdf:
        editions.refuse_without_printer()
    asked = [form] if form else list(get_args(Form))
    files = form_files.write(workspace, chosen, asked, Path(out), overwrite=overwrite)
    pages = [file.resolve() for file in files if file.suffix == ".html"]
    if pdf:
        editions.write_pdfs(pages)
        files += [Path(out) / page.parent.name / page.with_suffix(".pdf").name for page in pages]
    click.echo(f"{len(files)} files under {Path(out).resolve()}:")
    for file in sorted(files):
        click.echo(f"  {file.relative_to(out)}")


@click.command(name="import-feedback")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--as", "export", help="An export of params/feedback.yaml; without it, the columns have our names.")
@click.option("--department", help="Whose forms these are, where no column says it.")
@click.option("--form", type=form_choice, help="Which form these are, where no column says it.")
@click.option("--who", help="Who brings them in; needed with --yes.")
@click.option("--why", help="Why, in a few words; needed with --yes.")
@click.option("--yes", is_flag=True, help="Keep what is shown.")
def import_feedback(
    folder: str, file: str, department: str | None, who: str | None, why: str | None, *, yes: bool, **how: Any
) -> None:
    """Show what a file of filled-in feedback forms brings, and with --yes keep it: everything, or nothing."""
    from saypro_nb.keep import filled_forms, survey_import
    from saypro_nb.keep.register import Register

    workspace = Workspace.load(folder)
    if department is not None:
        pick("--department", (department,), tuple(workspace.review.departments))
    taken = survey_import.read(
        Path(file), survey_import.survey(workspace, how["export"], how["form"], department), workspace
    )
    register = Register.of(workspace)
    news = survey_import.compare(taken.forms, filled_forms.known(register))
    click.echo(", ".join(f"{len(found)} {what}" for what, found in news.items()) + ".")
    if taken.empty:
        click.echo(f"{counted(taken.empty, 'row')} without an answer left out.")
    wanted = [*news["new"], *news["changed"]]
    if not wanted:
        click.echo("There is nothing to keep.")
    elif yes:
        filled_forms.keep_all(register, wanted, who=said("--who", who), why=said("--why", why))
        click.echo(f"Kept: {counted(len(wanted), 'form')}.")
    else:
        click.echo(f"{counted(len(wanted), 'form')} to keep. Nothing is kept yet: add --yes, --who and --why.")


COMMANDS = (write_forms, import_feedback)
"""All of them; each takes the workspace's `folder` by an option that the command line gives to every command."""
