"""What a browser may say: https://github.com/streamlit/streamlit/blob/develop/proto/streamlit/proto/BackMsg.proto"""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

# All that a page needs. Not among them: "clear_cache", which would clear everyone's, and requests that write files on
# the server or concern whoever develops the page.
WELCOME = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
OPERATIONS = {"deferred_file", "dataframe_chunk"}


def is_welcome(frame: bytes) -> bool:
    """Return whether a frame asks for something that one visitor may ask for.

    Raises:
        ValueError: if it is no message at all.
    """
    try:
        message = BackMsg.FromString(frame)
    except DecodeError as error:
        raise ValueError("not a message of Streamlit's protocol") from error
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in WELCOME
