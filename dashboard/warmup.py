"""What has to happen once in a process before the first page runs."""

import gc
import threading
from functools import cache

import torch

COLLECT_EVERY = 20.0  # seconds


@cache
def warm_up() -> None:
    """Give torch one thread, and take garbage collection out of every rerun.

    One thread: the tensors here are small, and visitors share the cores. Collection: Streamlit would collect everything
    after each run of a page, and with torch imported that is nearly all of a rerun's cost; .streamlit/config.toml turns
    it off. What the imports left behind is frozen, and what sessions leave behind is collected from time to time:
    without that, the tensors of sessions that ended would linger.
    """
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()
    threading.Thread(target=_collect_for_ever, name="collector", daemon=True).start()


def _collect_for_ever() -> None:
    never = threading.Event()
    while not never.wait(COLLECT_EVERY):
        gc.collect()
