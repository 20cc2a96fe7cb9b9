"""The guard's parts, each by itself."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.guard.bucket import Bucket
from dashboard.guard.frames import asks_for_part, asks_for_run, ends_run, is_welcome, read
from dashboard.guard.headers import inline_scripts, security_headers


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_pace_counts() -> None:
    clock = Clock()
    bucket = Bucket(3, 10.0, clock)
    assert [bucket.take() for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_who_keeps_the_pace_never_waits() -> None:
    clock = Clock()
    bucket = Bucket(1, 10.0, clock)
    for _ in range(100):
        assert bucket.take() == pytest.approx(0)
        clock.now += 0.1001


def test_a_long_silence_earns_no_more_than_one_burst() -> None:
    clock = Clock()
    bucket = Bucket(3, 10.0, clock)
    clock.now = 1e6
    assert [bucket.take() > 0 for _ in range(4)] == [False, False, False, True]


def message(kind: str) -> bytes:
    """Return a frame of one of the kinds that are switches."""
    switch = BackMsg()
    setattr(switch, kind, True)
    frame: bytes = switch.SerializeToString()
    return frame


@pytest.mark.parametrize("kind", ["stop_script", "app_heartbeat"])
def test_what_a_page_needs_is_welcome(kind: str) -> None:
    assert is_welcome(read(message(kind)))


def test_a_rerun_is_welcome() -> None:
    request = BackMsg()
    request.rerun_script.query_string = "x=1"
    assert is_welcome(request)


@pytest.mark.parametrize(
    "kind", ["clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime", "debug_disconnect_websocket"]
)
def test_what_would_concern_everybody_is_not_welcome(kind: str) -> None:
    assert not is_welcome(read(message(kind)))


def test_of_two_kinds_in_one_frame_the_last_counts_as_it_does_for_streamlit() -> None:
    rerun, clear = BackMsg(), BackMsg(clear_cache=True)
    rerun.rerun_script.query_string = ""
    rerun.rerun_script.SetInParent()
    assert not is_welcome(read(rerun.SerializeToString() + clear.SerializeToString()))
    assert is_welcome(read(clear.SerializeToString() + rerun.SerializeToString()))


def test_nobody_installs_anything_on_the_server() -> None:
    request = BackMsg()
    request.backend_operation_request.install_skills.SetInParent()
    assert not is_welcome(request)
    request.backend_operation_request.deferred_file.file_id = "of a download button"
    assert is_welcome(request)


def test_noise_is_no_message() -> None:
    with pytest.raises(ValueError, match="not a message"):
        read(b"\xff\xff\xff\xff")


def test_a_part_of_the_page_and_the_whole_of_it_are_told_apart() -> None:
    part, page = BackMsg(), BackMsg(stop_script=True)
    part.rerun_script.fragment_id = "of a control"
    assert asks_for_run(part) and asks_for_part(part)
    part.rerun_script.fragment_id = ""
    assert asks_for_run(part) and not asks_for_part(part)
    assert not asks_for_run(page)


def test_a_run_is_over_when_streamlit_says_so_unless_another_one_follows_at_once() -> None:
    def says(ending: ForwardMsg.ScriptFinishedStatus.ValueType) -> bool:
        return ends_run(ForwardMsg(script_finished=ending).SerializeToString())

    assert says(ForwardMsg.FINISHED_SUCCESSFULLY) and says(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    assert not says(ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    assert not ends_run(ForwardMsg(hash="of something else").SerializeToString())


def policy(query: bytes) -> str:
    return dict(security_headers(query))[b"content-security-policy"].decode()


def test_only_the_embedded_form_may_stand_in_pages_of_others() -> None:
    assert policy(b"").endswith("frame-ancestors 'self'")
    assert "frame-ancestors 'self' https:" in policy(b"x=1&embed=true")
    assert policy(b"notembed=true&embed=trues").endswith("frame-ancestors 'self'")


def test_no_inline_script_may_run_but_streamlits_own() -> None:
    (script,) = inline_scripts()
    scripts = next(part for part in policy(b"").split("; ") if part.startswith("script-src"))
    assert f"'{script}'" in scripts
    assert "'unsafe-inline'" not in scripts and "'unsafe-eval'" not in scripts
