"""How much one visitor may ask of a process that all share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Named bounds, generous for a person and tight for a program.

    Attributes:
        sockets: visitors at a time. Measured: 300 fit into the memory of a small host.
        messages_a_second: a visitor's lasting pace. A slider that is dragged sends some four; a program, hundreds.
        burst: messages that may come at once before the pace counts: somebody clicks quickly for a while.
        frame: bytes of one message. It carries every control's value: 20 kB are much.
        uploads: files that one session may send. Each is bounded by `server.maxUploadSize`.
        uploaded: bytes of all files that are held at a time, those on their way counted as the largest. A file is held
            while its visitor is there and has chosen no other one.
        uploaded_by_one: bytes of one session's files that are held at a time.
        patience: seconds that a file may take to arrive.
        runs: that have their turn at a time. While the answers of some are sent, another one computes.
        turn: seconds after which a run's turn is over, though the run may go on.
        move, page: seconds that a moved control and a page are granted to wait: whose time is over first comes first.
            Pages are opened now and then, controls are moved all the time: they go before.
        try_again: seconds after which a visitor who finds the room full asks again.
    """

    sockets: int = 400
    messages_a_second: float = 5.0
    burst: int = 40
    frame: int = 256_000
    uploads: int = 20
    uploaded: int = 64_000_000
    uploaded_by_one: int = 8_000_000
    patience: float = 60.0
    runs: int = 3
    turn: float = 0.1
    move: float = 0.2
    page: float = 3.0
    try_again: int = 15
