"""The questions about training: what one may answer, and what to say to it."""

from components.predict import Question

QUESTIONS: tuple[Question, ...] = ()
