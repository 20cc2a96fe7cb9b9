"""The live graph: layered layout in Python, drawn and walked by scripts that other components join to their own."""

from pathlib import Path

_HERE = Path(__file__).parent
MOUNT = (_HERE.parent / "mount.js").read_text()
JS = MOUNT + (_HERE / "graph.js").read_text() + (_HERE / "steps.js").read_text()
CSS = (_HERE / "stage.css").read_text() + (_HERE / "graph.css").read_text()
