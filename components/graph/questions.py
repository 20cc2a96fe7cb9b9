"""The questions about the graph: what one may answer, and what to say to it."""

from components.graph.scenes import BENCHES, CUT_SCENE, scene_of
from components.predict import Question
from dashboard.experiments import lifetimes, programs

QUESTIONS = (
    Question(
        "Which of these survive a second `backward()` through the same graph: `x - 5`, `2*x`, `x**2`?",
        {
            "all": "The first `backward()` frees the tensors that the nodes saved; a node that needs one again fails.",
            "none": "Only what was saved is freed. `x - 5` needs no tensor for its slope, 1, so nothing is missing.",
            "only x - 5": "Its slope is 1 whatever x is, so it saved no tensor. `x**2` saved x, and `2*x` saved the 2.",
            "x - 5 and 2*x": "`2*x` fails, too: it saved the 2 as a tensor, and `backward()` freed it.",
        },
        "only x - 5",
        lifetimes.second_time,
        {"graph_bench": BENCHES[3], "graph_life": "2*x", "graph_retain_graph": False},
    ),
    Question(
        "`loss = x * x.detach()` at x = 3. The gradient?",
        {
            "3": "Only the left x has a history. For the right one torch multiplies by 3 as by any constant.",
            "6": "That is the slope of `x*x`. `detach()` cut one of the two ways: only one of the two 3s comes back.",
            "0": "`detach()` cuts only the way that it is written on. The left x still has its own.",
            "an error": "A leaf is still reached, by the left factor, so `backward()` has somewhere to go.",
        },
        "3",
        lambda: programs.session(programs.Settings("x*x", (("x", 3.0),), ("x",), "x → x*x (right)")),
        CUT_SCENE,
    ),
    Question(
        "`loss = x*x + x` at x = 3: x is used three times. What reaches its `AccumulateGrad`?",
        {
            "3, 3 and 1, one by one": "The engine waits until every way into a node is there, and adds them up first.",
            "7, once": "The engine sums 3 + 3 + 1 and then runs `AccumulateGrad`, which adds 7 to `x.grad`, once.",
            "6, then 1": "Nothing arrives in parts: the engine runs every node once per `backward()`.",
        },
        "7, once",
        programs.arrivals,
        {**scene_of("x*x + x"), "graph_bench": BENCHES[0]},
    ),
    Question(
        "You type `loss = 1/x`. Which nodes does autograd record on the way to x?",
        {
            "DivBackward0": "Only what ran is recorded, and for a number divided by a tensor, torch runs two others.",
            "MulBackward0 and ReciprocalBackward0": "Torch ran `reciprocal` and then `mul`. What you typed is not what "
            "is recorded; what ran is.",
            "PowBackward0": "`x**-1` would be that. Torch ran something else for `1/x`.",
        },
        "MulBackward0 and ReciprocalBackward0",
        lambda: programs.session(programs.Settings("1/x", (("x", 2.0),), ("x",))),
        {**scene_of("1/x"), "graph_bench": BENCHES[0]},
    ),
    Question(
        "`y = 2*x; loss = y**2; loss.backward()` at x = 3. What is `y.grad`?",
        {
            "12": "12 did pass through, but only leaves keep what arrives, unless one asks with `retain_grad()`.",
            "None": "y is in the middle of the graph. Its gradient passed through and was not kept; torch warns.",
            "0": "Nothing was ever put there, and nothing is not the number 0.",
        },
        "None",
        lambda: lifetimes.middle(False),
        {"graph_bench": BENCHES[3], "graph_retain_grad": False},
    ),
)
