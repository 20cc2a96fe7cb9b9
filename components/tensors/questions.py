"""The questions about tensors: what one may answer, and what to say to it."""

from components.predict import Question
from components.tensors import create, looking, lossy, two
from dashboard.experiments import combining, surprises, tensors, views
from dashboard.experiments.transcript import Exchange, attempt


def written(*chain: tuple[str, str]) -> tuple[Exchange, ...]:
    """Return what torch says of a write through a chain of operations, and nothing else of that session."""
    says = views.look(views.Settings((3, 4), chain, "y[...] = 100", 0)).says
    return tuple(said for said in says if said.line in ("x", "y") or " = " in said.line)


def ungraded() -> tuple[Exchange, ...]:
    """Return torch's answer to who wants gradients of whole numbers."""
    x = tensors.inspect(tensors.Settings("tensor", arguments=(), dtype=tensors.INFERRED, listed="[1, 2, 3]")).x
    return Exchange("x = torch.tensor([1, 2, 3])"), attempt("x.requires_grad_()", lambda: x.clone().requires_grad_())


WRITTEN = {**looking.SCENE, "tensors_bench": "Views and storage", "tensors_write": "y[...] = 100"}
QUESTIONS = (
    Question(
        "`y = x.T`, then `y[0, 0] = 100`. Does x change?",
        {
            "yes": "`.T` copies nothing. y is another view onto the same storage, so a write into y is a write into x.",
            "no": "That would need a copy, and `.T` makes none: it only swaps the strides.",
        },
        "yes",
        lambda: written(("T", "")),
        WRITTEN,
    ),
    Question(
        "x has shape (3, 4). `y = x.T.reshape(12)`, then `y[0] = 100`. Does x change?",
        {
            "yes": "It would, had `reshape` made a view. Here no single stride steps through the transposed rows.",
            "no": "No stride can read the transposed rows one after the other, so `reshape` had to copy.",
        },
        "no",
        lambda: written(("T", ""), ("reshape", "12")),
        {**WRITTEN, "tensors_op_2": "reshape", "tensors_in_2": "12"},
    ),
    Question(
        "a has shape (4,) and b has shape (4, 1). What is the shape of `a - b`?",
        {
            "(4,)": "That is what one hopes for. But shapes are aligned from the right: the 4 of a meets the 1 of b.",
            "(4, 1)": "a has a last dimension of 4, and nothing shrinks it: the 1 of b is stretched to it.",
            "(4, 4)": "From the right: 4 meets 1, which is stretched; nothing meets 4, and is stretched, too.",
            "an error": "An error would be kinder. But sizes of 1 and missing ones always fit.",
        },
        "(4, 4)",
        lambda: combining.combine(combining.Settings((4,), (4, 1), "-")).says,
        {**two.SCENE, "tensors_bench": "Two tensors"},
    ),
    Question(
        "Is `0.1 + 0.2 == 0.3`?",
        {
            "never": "Neither 0.1 nor 0.2 nor 0.3 is stored exactly. But in float32 the three errors happen to cancel.",
            "only in float32": "All three are rounded in both. In float32 the rounded sum lands on the rounded 0.3.",
            "only in float64": "More digits do not help: there the rounded sum lands one step beside the rounded 0.3.",
            "always": "In float64 it is not: the rounded sum lands one step above the rounded 0.3.",
        },
        "only in float32",
        lambda: surprises.surprise("0.1 + 0.2"),
        {**lossy.SCENE, "tensors_bench": "Limits"},
    ),
    Question(
        "`x = torch.tensor([1, 2, 3])`, then `x.requires_grad_()`. What happens?",
        {
            "x requires grad": "A gradient asks what changes when x moves a little. Whole numbers cannot.",
            "x becomes float32": "A dtype never changes by itself: one must ask for it.",
            "an error": "The list of whole numbers made an int64 tensor, and only floats and complex numbers can move.",
        },
        "an error",
        ungraded,
        {
            **create.SCENE,
            "tensors_bench": "Create",
            "tensors_factory": "tensor",
            "tensors_list": "[1, 2, 3]",
            "tensors_dtype": tensors.INFERRED,
            "tensors_requires_grad": True,
        },
    ),
    Question(
        "Two int8 tensors hold 100 each. What is their sum?",
        {
            "200": "int8 ends at 127, and the sum of two int8 tensors is int8.",
            "127": "Some languages stop at the end. Torch goes on counting at the other end.",
            "-56": "After 127 comes -128: 200 is 73 steps beyond the end, and -128 + 72 is -56.",
            "an error": "Torch refuses to construct what does not fit. While it computes, it says nothing.",
        },
        "-56",
        lambda: surprises.surprise("int8 wraps"),
        {**lossy.SCENE, "tensors_bench": "Limits", "tensors_surprise": "int8 wraps"},
    ),
)
