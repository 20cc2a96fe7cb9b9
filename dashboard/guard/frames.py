"""What browser and server say to each other: https://github.com/streamlit/streamlit/tree/develop/proto/streamlit/proto"""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# All that a page needs. Not among them: "clear_cache", which would clear everyone's, and requests that write files on
# the server or concern whoever develops the page.
WELCOME = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
OPERATIONS = {"deferred_file", "dataframe_chunk"}
SHORT = 1_000  # bytes: what says that a run is over is shorter


def read(frame: bytes) -> BackMsg:
    """Return what a browser's frame says.

    Raises:
        ValueError: if it is no message at all.
    """
    try:
        message: BackMsg = BackMsg.FromString(frame)
    except DecodeError as error:
        raise ValueError("not a message of Streamlit's protocol") from error
    return message


def is_welcome(message: BackMsg) -> bool:
    """Return whether a message asks for something that one visitor may ask for."""
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in WELCOME


def asks_for_run(message: BackMsg) -> bool:
    """Return whether a message asks for a run, of the page or of a part of it."""
    return bool(message.WhichOneof("type") == "rerun_script")


def asks_for_part(message: BackMsg) -> bool:
    """Return whether it is a part: a control was moved."""
    return bool(message.rerun_script.fragment_id)


def ends_run(frame: bytes) -> bool:
    """Return whether a server's frame says that the run is over, and that no other follows at once."""
    if len(frame) > SHORT:
        return False
    message = ForwardMsg.FromString(frame)
    over: bool = message.WhichOneof("type") == "script_finished"
    return over and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
