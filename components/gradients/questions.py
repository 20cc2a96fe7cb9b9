"""Predict first: the Gradients page's questions, their answers, and the scenes that show them."""

import math

from components.gradients.scenes import ACCUMULATION, DOWNHILL, UNDER_YOUR_FINGER, VECTOR
from components.predict import Question
from dashboard.experiments import accumulation, downhill, gradients, vector
from dashboard.experiments.transcript import Exchange


def asked(text: str, x: float) -> tuple[Exchange, ...]:
    """Return what torch says at one x, as short as an answer should be."""
    return tuple(said for said in gradients.point(text, x).says if said.line != "loss.grad_fn")


QUESTIONS = (
    Question(
        "At x = √5 the loss `x**2 - 5` is 0. And the gradient there?",
        {
            "0": "That is the height. The gradient is the slope, and the curve is steep here. The slope is 0 where "
            "x = 0, and the loss is -5 there.",
            "4.47": "The slope of `x**2 - 5` is 2x, and 2·√5 is 4.47, whatever the height.",
            "-5": "That is the smallest loss, at x = 0. The gradient says how the loss changes when x moves.",
        },
        "4.47",
        lambda: asked("x**2 - 5", math.sqrt(5)),
        {**UNDER_YOUR_FINGER, "gradients_expression": "x**2 - 5", "gradients_x": 2.24, "gradients_reach": 4},
    ),
    Question(
        "Replace the -5 by +100. What is the gradient at x = 1.5 now?",
        {
            "3": "A constant lifts the whole curve and tilts it nowhere: the slope stays 2x = 3.",
            "103": "The constant lifts the loss and not its slope: what is added does not change when x moves.",
            "102.25": "That is the loss at 1.5. The gradient asks how it changes when x moves.",
        },
        "3",
        lambda: asked("x**2 + 100", 1.5),
        {**UNDER_YOUR_FINGER, "gradients_expression": "x**2 + 100", "gradients_x": 1.5, "gradients_reach": 4},
    ),
    Question(
        "`abs(x)` has a corner at x = 0. What does PyTorch put into `x.grad` there?",
        {
            "an error": "Every operation brings a rule for its slope, and the rule for abs has an answer at 0, too.",
            "1": "That is the slope to the right of the corner. To the left it is -1; neither is right at 0.",
            "0": "A corner has no derivative. Torch needs some number to go on with, and its rule for abs says 0.",
            "nan": "Honest, but it would spoil every training run that touches a corner. Torch chooses a number.",
        },
        "0",
        lambda: asked("abs(x)", 0.0),
        {**UNDER_YOUR_FINGER, "gradients_expression": "abs(x)", "gradients_x": 0.0, "gradients_reach": 4},
    ),
    Question(
        "Forward and backward three times at x = 1.5, and nothing is cleared in between. What is `x.grad`?",
        {
            "3": "That is the slope, and each `backward()` finds it anew. But it adds what it finds to what is there.",
            "9": "The slope is 3 each time, and `backward()` adds: 3, then 6, then 9.",
            "27": "Gradients of several backward passes are added, not multiplied.",
            "an error": "Each forward records a new graph, so each `backward()` works.",
        },
        "9",
        lambda: accumulation.run(accumulation.Settings()).says,
        {**ACCUMULATION, "gradients_calls": 3.0, "gradients_between": accumulation.NOTHING},
    ),
    Question(
        "`y = softmax(x)` at x = [1, 2, 3], and v = ones. What is `x.grad`?",
        {
            "[1, 1, 1]": "That is v, the weights. They meet the Jacobian first, and are added up along its columns.",
            "the three y": "Those are the values. The gradient says how they change, all of them together.",
            "[0, 0, 0]": "Ones ask for the slope of the sum of all y, and softmax always adds up to 1.",
            "an error": "Without v it would be one. With v of the shape of y, `backward` has what it needs.",
        },
        "[0, 0, 0]",
        lambda: vector.multiply(vector.Settings("softmax(x)")).says,
        {
            **VECTOR,
            "gradients_function": "softmax(x)",
            "gradients_vector_x": "1, 2, 3",
            "gradients_v": "ones",
        },
    ),
    Question(
        "`loss = x**2 - 5`, x = 1.5 and a learning rate of 1.0. Where do the steps `x -= lr * x.grad` lead?",
        {
            "to 0": "A learning rate of 0.5 would land there in one step. 1.0 is twice as far.",
            "1.5, -1.5, 1.5, … for ever": "A step is 1.0 times the slope, 2x: it takes away twice what x is.",
            "further and further away": "That takes a learning rate above 1.0. At 1.0 all steps are equally long.",
        },
        "1.5, -1.5, 1.5, … for ever",
        lambda: downhill.places(downhill.Settings(rate=1.0, steps=4)),
        {**DOWNHILL, "gradients_expression": "x**2 - 5", "gradients_rate": 1.0},
    ),
)
