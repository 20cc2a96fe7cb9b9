"""The questions about training: what one may answer, and what to say to it."""

from components.predict import Question
from components.training import bugs, network, one_step
from dashboard.experiments import training_answers as answers

STEP = {**one_step.SCENE, "training_bench": "One step"}
BUG = {**bugs.SCENE, "training_bench": "Bugs"}
NETWORK = {**network.SCENE, "training_bench": "A network"}

QUESTIONS = (
    Question(
        "`loss = (w - 2)**2`, w starts at 1, lr = 0.1. Three steps, and nobody calls `zero_grad`. Where is w?",
        {
            "1.488": "That is where three correct steps lead. Here each step moves along all gradients so far.",
            "2.008": "-2, then -2 - 1.6, then -3.6 - 0.88: the sum grows, and w gets to 2 faster. It looks better than "
            "the correct 1.488, and then it flies past.",
            "still 1": "Nothing stops the steps: they only become too long.",
        },
        "2.008",
        answers.never_zeroed,
        {**BUG, "training_bug": "no zero_grad"},
    ),
    Question(
        "x = 1, y = 2, w = 1, and the learning rate is 1.0. Where does w go?",
        {
            "to 2, in one step": "That takes lr = 0.5: the gradient is -2, and half of it is the way to 2.",
            "1, 3, 1, 3, ...": "The gradient is -2, so w jumps to 3. There it is 2, so w jumps back. For ever.",
            "away, faster and faster": "That takes a rate above 1. At 1.0 each jump is exactly as long as the last.",
        },
        "1, 3, 1, 3, ...",
        answers.swinging,
        {**STEP, "training_step_rate": 1.0, "training_phase": 24.0},
    ),
    Question(
        "The update is written `w = w - lr * w.grad`, without `no_grad`. When does it fail?",
        {
            "in the first step": "The line is fine in itself: it computes a new tensor and calls that w.",
            "in the second step": "The new w is the result of a computation, no leaf. Its `.grad` stays None, and None "
            "cannot be multiplied.",
            "never": "That holds for `w -= ...` inside `no_grad`: it changes w in place. Here w is a new tensor with a "
            "history.",
        },
        "in the second step",
        answers.new_w,
        {**BUG, "training_bug": "w = w - ..."},
    ),
    Question(
        "`y_hat` has shape (50, 1), `y` has shape (50,). What does `((y_hat - y)**2).mean()` do?",
        {
            "it raises": "An error would be kinder. But (50, 1) and (50,) broadcast.",
            "it warns": "`F.mse_loss` would. A minus sign does not.",
            "another loss, silently": "The difference is (50, 50): every prediction against every target. The mean of "
            "that is a number, too.",
            "the right loss": "50 differences would be right. Broadcasting makes 2,500 of them.",
        },
        "another loss, silently",
        answers.many_differences,
        {**BUG, "training_bug": "(N,1) by hand"},
    ),
    Question(
        "xor: two classes, each in two opposite corners. One linear layer is trained until its gradient is 0. How many "
        "of the samples does it get right?",
        {
            "about half": "A straight line cannot part opposite corners, and the loss is smallest where the layer says "
            "*half and half* everywhere. A hidden layer bends the line.",
            "three quarters": "A line that cuts one corner off would be right in three of four. But the steps follow "
            "the loss, and the loss is smaller where every answer is unsure.",
            "all, with patience": "The gradient is 0: further steps change nothing. What is missing is not time.",
        },
        "about half",
        answers.straight,
        {**NETWORK, **network.SCENES["linear"]},
    ),
    Question(
        "You validate with `net.eval()`, and nothing else. Is what the net computes recorded?",
        {
            "yes": "`eval()` changes what layers such as Dropout do. To stop the recording takes `no_grad`.",
            "no": "The two often stand together, but `eval()` only tells Dropout to rest. The graph is recorded, and "
            "its memory kept.",
        },
        "yes",
        answers.evaluating,
        {**BUG, "training_bug": "eval() as no_grad"},
    ),
)
