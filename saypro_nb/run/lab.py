"""JupyterLab on a workspace, as a meeting needs it: no news, README rendered, start_here open, code folded away.

Its settings are defaults of ours beside the package, which give way to those that a user has chosen; its layout lies
in the workspace's outputs. The user's own settings and layouts are neither read into ours nor changed. The server
listens on this machine only and asks for its token, as JupyterLab does by itself.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from saypro_nb.agree.settings import Workspace
from saypro_nb.run import desk

SETTINGS = Path(__file__).parent / "jupyter"
LAYOUTS = "lab"  # the folder under outputs


def command(workspace: Workspace, options: Sequence[str]) -> list[str]:
    """Return the command that starts JupyterLab on the workspace, with further `options` of its own."""
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={workspace.root}",
        f"--LabApp.workspaces_dir={_layouts(workspace)}",
        "--LabApp.extension_manager=readonly",
        *options,
    ]


def environment() -> dict[str, str]:
    """Return the environment in which JupyterLab finds our settings, after those that others put on its path."""
    path = [*filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")]), str(SETTINGS)]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(path)}


def prepare(workspace: Workspace) -> None:
    """Lay out the notebook in which a meeting begins, and let JupyterLab open it."""
    desk.clear(workspace)
    start = desk.start(workspace).relative_to(workspace.root).as_posix()
    _keep_layout(workspace, start)


def open_lab(workspace: Workspace, options: Sequence[str]) -> int:
    """Open JupyterLab until it is stopped, and return its exit code."""
    prepare(workspace)
    lab = subprocess.Popen(command(workspace, options), env=environment(), cwd=workspace.root)
    while True:
        try:
            return lab.wait()
        except KeyboardInterrupt:  # it reaches JupyterLab as well, which asks whether to stop
            continue


def _layouts(workspace: Workspace) -> Path:
    return workspace.root / "outputs" / LAYOUTS


def _keep_layout(workspace: Workspace, start: str) -> None:
    """Write the layout that JupyterLab finds: start_here in front, the README behind it, no file list beside them."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager  # a slow import, which only this needs

    opened = {f"notebook:{start}": {"data": {"path": start, "factory": "Notebook"}}}
    if (workspace.root / "README.md").is_file():
        opened["markdownviewer-widget:README.md"] = {"data": {"path": "README.md", "factory": "Markdown Preview"}}
    widgets = list(opened)
    dock = {"type": "tab-area", "currentIndex": 0, "widgets": widgets}
    layout = {
        "main": {"dock": dock, "current": widgets[0]},
        "left": {"collapsed": True, "widgets": ["filebrowser", "running-sessions"]},
        "right": {"collapsed": True, "widgets": []},
    }
    content = {"data": {"layout-restorer:data": layout, **opened}, "metadata": {"id": "default"}}
    WorkspacesManager(str(_layouts(workspace))).save("default", json.dumps(content))
