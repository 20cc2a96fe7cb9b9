"""The entry point: `streamlit run dashboard/app.py`.

It stands in a folder of its own because a `pages/` folder beside the entry script would wake Streamlit's older page
discovery, which runs a page without this frame when a link to it is a fresh server's first request.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit run puts only this folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from components import frame  # noqa: E402
from components.course import HOME, STOPS  # noqa: E402
from dashboard.warmup import warm_up  # noqa: E402

warm_up()
st.set_page_config(page_title="Autograd Playground", page_icon=str(ROOT / "dashboard" / "icon.svg"), layout="wide")
page = st.navigation(
    {
        "∂ Autograd Playground": [HOME.page(default=True)],
        "Course": [stop.page() for stop in STOPS if stop.is_built],
    }
)
frame.style()
page.run()
frame.last_line()
