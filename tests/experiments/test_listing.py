"""A function's source, as one would type it."""

import torch

from dashboard.experiments.listing import listing, statements


def decorated(c: torch.Tensor) -> torch.Tensor:
    @torch.no_grad()
    def forward(c: torch.Tensor) -> torch.Tensor:
        return c**2

    loss = forward(c)
    return loss


def without_return(w: torch.Tensor) -> None:
    with torch.no_grad():
        w += 1


def test_a_listing_leaves_out_signature_and_return() -> None:
    assert listing(without_return) == "with torch.no_grad():\n    w += 1"
    lines = listing(decorated).splitlines()
    assert lines[0] == "@torch.no_grad()"
    assert lines[-1] == "loss = forward(c)"
    assert "    return c**2" in lines


def test_statements_stand_one_behind_each_prompt() -> None:
    assert statements("a = 1\nb = 2") == ("a = 1", "b = 2")
    assert statements("with x:\n    a = 1\nb = 2") == ("with x:\n...     a = 1", "b = 2")
    assert statements(listing(decorated))[1:] == ("loss = forward(c)",)
    assert statements(listing(decorated))[0].startswith("@torch.no_grad()\n... def forward")
