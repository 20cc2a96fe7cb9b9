"""Which line of the drawn graph stands for which use of a value: whoever cuts with a finger points at a line."""

from collections.abc import Iterator
from functools import lru_cache

from dashboard.experiments.expressions import Apply, Node, is_constant, shorten
from dashboard.experiments.lines import Program, Use, read
from dashboard.experiments.programs import Settings, run
from dashboard.experiments.recording import Recording

Place = tuple[int, tuple[int, ...]]  # a line of the program, and which argument of which argument ... of its tree


@lru_cache(maxsize=256)
def drawn_uses(settings: Settings) -> tuple[str, ...]:
    """Return, for every edge of the run, recorded ones first and then the links, the name of the `Use` it stands for.

    A use that is cut has two of them: the edge to its `detach()`, and that from there. So has one where torch ran more
    than was typed, as for `1/x`.
    """
    recording, program = run(settings), read(settings.program)
    trace, names = recording.trace, {(use.statement, use.path): use.name for use in program.uses()}
    cut = next((use for use in program.uses() if use.name == settings.cut), None)
    made = _Made(settings.final, recording, len(settings.inputs))
    edges = [(source, edge.target) for source, node in enumerate(trace.nodes) for edge in node.edges]
    return tuple(names[_before_the_cut(made.take(*ends), cut)] for ends in [*edges, *trace.links])


class _Made:
    """What made the values of a recording: the steps of the program's trees, in the order in which they ran."""

    def __init__(self, program: Program, recording: Recording, leaves: int) -> None:
        self.program, self.values = program, recording.trace.values
        self.steps: dict[int, Place] = {}  # the value with this index came to be within this step
        self.results: dict[Place, int] = {}  # what a step handed on
        for number, statement in enumerate(program.statements):
            ran = [index for index in recording.trace.forward if recording.lines[index] == leaves + number]
            self._match(number, list(_applied(statement.expression.tree)), ran)
        self.waiting = {step: list(self._arguments(step)) for step in self.results}

    def _match(self, number: int, steps: list[tuple[tuple[int, ...], Apply]], ran: list[int]) -> None:
        """A step ends with the value that has its name; what nobody typed ran before, within it."""
        for index in ran:
            path, node = steps[0]
            self.steps[index] = (number, path)
            if self.values[index].label == shorten(node):
                self.results[number, path] = index
                del steps[0]

    def _arguments(self, step: Place) -> Iterator[tuple[Place, int]]:
        """Return where a step uses a value, each with the value's index."""
        number, path = step
        node = _at(self.program.statements[number].expression.tree, path)
        assert isinstance(node, Apply)
        for place, argument in enumerate(node.arguments):
            if not is_constant(argument):
                yield (number, (*path, place)), self._index(number, (*path, place), argument)

    def _index(self, number: int, path: tuple[int, ...], node: Node) -> int:
        """Return the index of the value of a part of a line."""
        if isinstance(node, Apply):
            return self.results[number, path]
        name = str(getattr(node, "name", ""))
        for earlier, statement in enumerate(self.program.statements[:number]):
            if statement.name == name:
                return self._index(earlier, (), statement.expression.tree)
        return next(index for index, value in enumerate(self.values) if not value.operation and value.label == name)

    def take(self, source: int, target: int) -> Place:
        """Return where the step that made `source` uses `target`; of two such places, the next one."""
        waiting = self.waiting[self.steps[source]]
        found = next((one for one in waiting if one[1] == target), None)
        if found is None:  # within a step that torch ran as several operations
            return waiting[0][0]
        if len(waiting) > 1:
            waiting.remove(found)
        return found[0]


def _applied(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Apply]]:
    """Return every operation on a variable and where it stands, in the order in which they run."""
    if isinstance(node, Apply) and not is_constant(node):
        for place, argument in enumerate(node.arguments):
            yield from _applied(argument, (*path, place))
        yield path, node


def _at(node: Node, path: tuple[int, ...]) -> Node:
    for place in path:
        assert isinstance(node, Apply)
        node = node.arguments[place]
    return node


def _before_the_cut(place: Place, cut: Use | None) -> Place:
    """Return where a place of the cut program stands in the program as it was typed."""
    number, path = place
    if cut is None or number != cut.statement or path[: len(cut.path)] != cut.path:
        return place
    return number, cut.path + path[len(cut.path) + 1 :]
