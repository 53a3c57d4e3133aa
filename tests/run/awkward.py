"""An awkward notebook: everything that a kernel of our own could get wrong, a cell for each."""

import nbformat
from nbformat import NotebookNode

CELLS = {
    "imports": "import asyncio, os, subprocess, sys, time\nfrom IPython.display import *",
    "result": "x + 1",
    "nothing": "y = x",
    "rich": "display(HTML('<b>bold</b>'), metadata={'mine': 1}); Markdown('*text*')",
    "json": "JSON({'a': [1, (2, 3)], 'b': None})",
    "stdout": "print('one'); print('two', end='')",
    "stderr": "print('warned', file=sys.stderr)",
    "many lines": "for i in range(3000): print(i)",
    "shell": "!echo from a shell",
    "bash": "%%bash\necho from bash",
    "inline": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); None",
    "figure at the end": "figure, axes = plt.subplots(); axes.set_title('shown by itself'); None",
    "figure shown": "plt.plot([3, 1]); plt.show(); print('after the figure')",
    "await": "await asyncio.sleep(0.01); 'awaited'",
    "task begins": (
        "done = []\nasync def later(): done.append(await asyncio.sleep(0.01, 'done'))\n"
        "task = asyncio.create_task(later())"
    ),
    "task ended": "await task; done",
    "loop runs": "asyncio.get_running_loop().is_running()",
    "handle": "handle = display('first', display_id='h')",
    "update": "handle.update('second'); print('updated')",
    "same id": "display('third', display_id='h')",
    "clear": "print('gone'); clear_output(); print('stays')",
    "clear and wait": "print('gone'); clear_output(wait=True); print('replaced')",
    "input": "try:\n    input('name?')\nexcept Exception as error:\n    print(type(error).__name__)",
    "widget": "import ipywidgets\nslider = ipywidgets.IntSlider(value=7); slider",
    "output widget": (
        "out = ipywidgets.Output()\nwith out:\n    print('inside')\n    display(HTML('<i>inside</i>'))\nout"
    ),
    "counter": "In[-2][:3], len(Out) > 3",
    "magic": "%pwd",
    "capture": "%%capture got\nprint('captured')",
    "captured": "got.stdout",
    "name": "__name__, '__file__' in globals(), os.environ['MPLBACKEND']",
    "pickle": "import pickle\nclass Own: pass\ntype(pickle.loads(pickle.dumps(Own()))) is Own",
    "long": "'x' * 100_000",
    "pandas": "import pandas as pd\npd.DataFrame({'a': [1]})",
    "warning": "import warnings\nwarnings.warn('look out')",
    "semicolon": "5;",
    "allowed error": "1 / 0",
    "after the error": "'goes on'",
}
ALLOWED_TO_FAIL = "allowed error"


def book(**cells: str) -> NotebookNode:
    """Return a notebook with a parameters cell (``x``) and the given code cells."""
    made = [nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]})]
    made += [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells.values())]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def awkward() -> NotebookNode:
    """Return the whole awkward notebook."""
    made = book(**CELLS)
    made.cells[1 + list(CELLS).index(ALLOWED_TO_FAIL)].metadata["tags"] = ["raises-exception"]
    return made
