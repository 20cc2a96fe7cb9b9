"""The live graph: layered layout in Python, drawn by a script that other components join to their own."""

from pathlib import Path

_HERE = Path(__file__).parent
JS = (_HERE / "graph.js").read_text()
CSS = (_HERE / "graph.css").read_text()
