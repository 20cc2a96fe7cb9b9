"""Predict first: a question above the stage. The answer is an experiment; a wrong guess gets its own reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from components.code import session
from components.scene import Scene, put
from dashboard.experiments.transcript import Exchange

HIDDEN = "answers"  # a link with answers=hidden shows an answer when it is asked for, not when one has guessed


@dataclass(frozen=True)
class Question:
    """A question with its choices.

    Attributes:
        text: the question.
        choices: what one may answer, each with what to say to it.
        answer: the choice that torch confirms.
        experiment: runs it in torch and returns the session.
        scene: the controls' values with which the stage shows it.
    """

    text: str
    choices: Mapping[str, str]
    answer: str
    experiment: Callable[[], tuple[Exchange, ...]]
    scene: Scene = field(default_factory=dict)


@st.fragment
def predict(page: str, questions: Sequence[Question]) -> None:
    """Show one of the questions; which one, the guess and whether the answer is shown are in the link.

    A guess reveals the answer, unless the link says `answers=hidden`: then only whoever asks for it sees it.
    """
    numbers = range(1, len(questions) + 1)
    with st.container(border=True):
        asking = st.container()
        with st.container(horizontal=True, vertical_alignment="center"):
            answering = st.container(width="content")
            asked_for = st.container(width="content")
            number = (
                st.segmented_control(
                    "Question",
                    numbers,
                    default=1,
                    required=True,
                    key=f"{page}_question",
                    bind="query-params",
                    label_visibility="collapsed",
                    wrap=True,
                )
                or 1
            )
        question = questions[number - 1]
        asking.markdown(f":material/psychology_alt: **Predict first.** {question.text}")
        guess = answering.pills(
            question.text,
            question.choices,
            key=f"{page}_guess_{number}",
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
        )
        asked = asked_for.toggle("Show the answer", key=f"{page}_reveal_{number}", bind="query-params")
        if asked or (guess and st.query_params.get(HIDDEN) != "hidden"):
            _reveal(page, question, guess)
        elif guess:
            st.markdown(":material/visibility_off: Your guess stands. Ask for the answer when everyone has one.")


def _reveal(page: str, question: Question, guess: str | None) -> None:
    if guess == question.answer:
        st.markdown(f":material/check_circle: **Yes.** {question.choices[guess]}")
    elif guess:
        st.markdown(f":material/cancel: **{guess}? No.** {question.choices[guess]}")
    if guess != question.answer:
        st.markdown(f":material/arrow_forward: **{question.answer}.** {question.choices[question.answer]}")
    session(question.experiment())
    if question.scene:
        st.button(
            "Show it on the stage",
            key=f"{page}_to_stage",
            icon=":material/input:",
            on_click=_put_on_stage,
            args=(question.scene,),
        )


def _put_on_stage(scene: Scene) -> None:
    put(scene)
    st.rerun()  # of the whole page: the stage is no part of this fragment
