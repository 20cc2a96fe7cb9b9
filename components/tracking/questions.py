"""The questions about tracking: what one may answer, and what to say to it."""

from components.predict import Question
from dashboard.experiments import tracking_answers as answers

# The names of the benches of which one is open at a time.
UPDATE, MEMORY, LANES, SHARING = "the update", "memory", "five lanes", "shared storage"

QUESTIONS = (
    Question(
        "Inside `with torch.no_grad():` you look at an old tensor `c` that requires grad, at the result `c**2`, and at "
        "the weight of a new `Linear` layer. Which of them require grad?",
        {
            "none": "The block stops the recording. It changes no tensor that is there, and not what a layer asks for.",
            "only c": "Right about c and the result. But a new layer asks for `requires_grad=True`, and gets it.",
            "c and the weight": "`no_grad` is about recording: the result is not tracked. c keeps its flag, and a new "
            "layer's weight gets the flag that it asks for.",
            "all three": "Right about c and the weight. But the result was computed while nothing was recorded.",
        },
        "c and the weight",
        answers.inside_no_grad,
        {"tracking_brake": "no_grad", "tracking_requires_grad": True},
    ),
    Question(
        "A net with Dropout is put into evaluation mode by `net.eval()`. Is its output tracked?",
        {
            "yes": "`eval()` changes what layers such as Dropout *do*. What is *recorded* is another question.",
            "no": "`eval()` and `no_grad` often stand together, but they are two things: Dropout stops dropping, and "
            "the recording goes on.",
        },
        "yes",
        answers.eval_and_train,
        {"tracking_look": LANES},
    ),
    Question(
        "`c` holds 4,000 bytes. Ten operations follow one another, all tracked. How many bytes does the graph keep "
        "beyond the leaf, if the operation is `+ 1`?",
        {
            "0": "The slope of `y + 1` is 1, whatever y is: nothing has to be kept. `sin` keeps its input each time, "
            "and the first input is the leaf itself; `exp` keeps its result each time.",
            "36,000": "That is what ten `sin` keep: the input each time, and the first input is the leaf itself.",
            "40,000": "That is what ten `exp` keep: the result each time.",
        },
        "0",
        answers.three_chains,
        {"tracking_look": MEMORY, "tracking_length": 10.0},
    ),
    Question(
        "`loss` was computed inside `torch.inference_mode()`. Outside again, which works: `loss + c` or `loss * c`?",
        {
            "both": "The product needs `loss` again for c's gradient, and an inference tensor cannot be saved.",
            "only loss + c": "The sum has nothing to save. The product must save `loss`, and an inference tensor "
            "cannot be saved.",
            "only loss * c": "It is the other way round: the product has to save `loss`, the sum saves nothing.",
            "neither": "The sum works: nothing of it has to be saved for backward.",
        },
        "only loss + c",
        answers.inference_tensor,
        {"tracking_brake": "inference_mode", "tracking_requires_grad": True},
    ),
    Question(
        "After `loss = c**2` you call `c.requires_grad_(False)`, then `loss.sum().backward()`. What happens?",
        {
            "c.grad gets filled": "Backward does run. But at its end, c no longer asks for a gradient.",
            "an error": "The record was made before the switch, and it stays: loss can go backward.",
            "nothing": "The record stays, so backward runs without an error. But c asks for no gradient any more, and "
            "`c.grad` stays None.",
        },
        "nothing",
        answers.switched_off_after,
        {"tracking_brake": "requires_grad_(False) after", "tracking_requires_grad": True},
    ),
)
