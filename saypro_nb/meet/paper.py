"""Paper: words among the controls, and the table on which both lie.

It is the one place of this floor that hands HTML to a widget, and only blocks, which `show.html` has escaped.
"""

from typing import Any

import ipywidgets as widgets

from saypro_nb.show.html import Block, meeting_style


class Paper:
    """A place for a block; empty, it takes no room. What stands there is replaced only where it differs."""

    def __init__(self, indent: str = "0") -> None:
        self.widget = widgets.HTML(layout=widgets.Layout(display="none", margin=f"0 0 0 {indent}"))
        self.text = ""

    def show(self, block: Block) -> None:
        """Put the block there, in place of what stood there."""
        self._set(str(block.html), block.text, "")

    def clear(self) -> None:
        """Leave the place empty."""
        self._set("", "", "none")

    def _set(self, html: str, text: str, display: str) -> None:
        if self.widget.value == html:
            return
        self.widget.value, self.text, self.widget.layout.display = html, text, display


class Controls:
    """Controls that a notebook's cell shows: all of them are in `widget`."""

    widget: Any

    def _repr_mimebundle_(self, **selection: object) -> dict[str, Any]:
        """Show them in JupyterLab."""
        shown: dict[str, Any] = self.widget._repr_mimebundle_(**selection)
        return shown


class Links:
    """A place for a block with links to other notebooks, which JupyterLab opens beside this one.

    Only what JupyterLab itself renders as output gets such links; the HTML of a widget would leave the page.
    """

    def __init__(self, height: str) -> None:
        self.widget = widgets.Output(layout=widgets.Layout(min_height=height))
        self.text = ""

    def show(self, block: Block) -> None:
        """Put the block there, in place of what stood there."""
        data = {"text/html": str(block.html), "text/plain": block.text}
        self.widget.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
        self.text = block.text


def table(*parts: Any) -> Any:
    """Return controls one below the other, with the look that a meeting needs; everything that is shown is in one."""
    shown = widgets.VBox([widgets.HTML(str(meeting_style())), *parts])
    shown.add_class("saypro-controls")
    return shown
