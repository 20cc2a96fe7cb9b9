"""Upload a file as a browser does: ask for an address over the socket, put the file there, name it in the widget."""

import asyncio
import http.client
import re
import uuid
from contextlib import closing
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.driver import Run, Visitor
from benchmarks.server import Server

BOUNDARY = uuid.uuid4().hex
COOKIE = "_streamlit_xsrf"


@dataclass(frozen=True)
class NotTakenError(Exception):
    """The server did not take a file."""

    status: int
    words: str


async def upload(server: Server, visitor: Visitor, key: str, name: str, data: bytes) -> Run:
    """Upload a file into the widget with this key.

    Raises:
        NotTakenError: if the server does not take it.
    """
    address = await ask_for_address(visitor, name)
    await asyncio.to_thread(put, server, address.upload_url, name, data)
    info = UploadedFileInfo(name=name, size=len(data), file_id=address.file_id, file_urls=address)
    return await visitor.move(key, FileUploaderState(uploaded_file_info=[info]))


async def ask_for_address(visitor: Visitor, name: str) -> FileURLs:
    """Return where a file of this name may be put."""
    request = BackMsg()
    request.file_urls_request.file_names.append(name)
    request.file_urls_request.session_id = visitor.session
    await visitor.socket.send(request.SerializeToString())
    while True:
        message = ForwardMsg.FromString(bytes(await visitor.socket.recv(decode=False)))
        if message.WhichOneof("type") == "file_urls_response":
            address: FileURLs = message.file_urls_response.file_urls[0]
            return address


def put(server: Server, address: str, name: str, data: bytes, token: str = "") -> None:
    """Put a file at its address, with the token against requests from other sites.

    Raises:
        NotTakenError: if the server does not take it.
    """
    token = token or new_token(server)
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": f"{COOKIE}={token}",
        "X-Xsrftoken": token,
    }
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("PUT", address, head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode(), headers)
        answer = connection.getresponse()
        words = answer.read().decode()
        if answer.status != 204:
            raise NotTakenError(answer.status, words)


def new_token(server: Server) -> str:
    """Return the token that the server gives a browser with its first answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/_stcore/health")
        cookies = connection.getresponse().getheader("Set-Cookie") or ""
    found = re.search(f"{COOKIE}=([^;]+)", cookies)
    assert found
    return found[1]
