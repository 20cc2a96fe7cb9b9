"""Each element of a tensor as torch prints it within its tensor.

Torch decides for a whole tensor how to print: with a point and nothing after it where all are whole (`3.`), with four
decimals, or in powers of ten. Its own printer summarises beyond 1,000 elements and its options belong to the whole
process, so its rule is written down here (torch/_tensor_str.py, class _Formatter); the tests hold it against `repr`.
"""

from collections.abc import Callable

import torch

Write = Callable[[float], str]


def texts(values: torch.Tensor) -> list[str]:
    """Return every element's text, in row-major order."""
    flat = values.detach().reshape(-1)
    if flat.is_complex():
        real, imaginary = map(texts, (flat.real, flat.imag))
        return [a + (b if b[0] == "-" else f"+{b}") + "j" for a, b in zip(real, imaginary, strict=True)]
    write = _float(flat) if flat.is_floating_point() else str
    return [write(value) for value in flat.tolist()]


def shades(values: torch.Tensor, levels: int) -> list[int]:
    """Return every element's place between the smallest and the largest finite one, as a whole number below levels.

    Complex numbers are placed by their size; what is not finite stands lowest.
    """
    flat = values.detach().reshape(-1)
    sizes = (flat.abs() if flat.is_complex() else flat).double()
    finite = sizes[sizes.isfinite()]
    if not len(finite) or finite.min() == finite.max():
        return [0] * len(sizes)
    # Halves first: the distance of two large numbers may be more than float64 holds.
    low, high = finite.min() / 2, finite.max() / 2
    placed: list[int] = (
        ((sizes.nan_to_num(low.item(), posinf=0, neginf=0) / 2 - low) / (high - low) * levels)
        .clamp(0, levels - 1)
        .int()
        .tolist()
    )
    return placed


def _float(flat: torch.Tensor) -> Write:
    sizes = flat[flat.isfinite() & flat.ne(0)].abs().double()
    if not len(sizes):
        return _whole
    low, high = sizes.min().item(), sizes.max().item()
    is_whole = bool((sizes == sizes.ceil()).all())
    if sizes.max() / sizes.min() > 1000.0 or high > 1e8 or low < 1e-4:
        return "{:.4e}".format
    return _whole if is_whole else "{:.4f}".format


def _whole(value: float) -> str:
    return f"{value:.0f}" + ("." if abs(value) < float("inf") else "")
