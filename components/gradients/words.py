"""What the Gradients page says beneath a bench: why it is so, and what to try next."""

from components.gradients import accumulation, downhill, vector
from components.gradients.scenes import BENCHES

_UNDER_YOUR_FINGER = """
While the line `loss = ...` runs, torch computes the numbers and, because `x` requires grad, writes down every
operation. `backward()` walks that record from the loss back to `x`. At each node it multiplies what arrives by the
node's own derivative: that is the chain rule, one factor a node. At the leaf, `AccumulateGrad` *adds* the product to
`x.grad`.

With several values the loss has several elements, and `backward` must be told how much each of them counts: the vector
`v`, here `torch.ones(n)`. What comes out is `v @ J`, the vector-Jacobian product. Here each loss depends on its own x
only, so the Jacobian is diagonal and ones simply give each slope.

More in PyTorch's own words: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html) and
[torch.Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html).
"""
_TRY = (
    "Try `1/x` and see two nodes where you typed one operation. Walk `x*sin(x)` step by step: two paths reach x, and "
    "their gradients are added. Type `log(x)` and move x below 0."
)

WHY = dict(zip(BENCHES, (_UNDER_YOUR_FINGER, vector.WHY, accumulation.WHY, downhill.WHY), strict=True))
NEXT = dict(zip(BENCHES, (_TRY, vector.NEXT, accumulation.NEXT, downhill.NEXT), strict=True))
