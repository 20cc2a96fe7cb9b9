"""What was found out about samples is remembered as long as they are there, and no longer: they may be a visitor's."""

from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from dashboard.experiments.samples import Samples

MAX_ENTRIES = 16  # for each samples
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def remembered(
    function: Callable[Concatenate[Samples, Arguments], Result],
) -> Callable[Concatenate[Samples, Arguments], Result]:
    """Keep the last results of a function of samples and hashable arguments. Its results must not hold the samples."""
    found: WeakKeyDictionary[Samples, dict[Hashable, Any]] = WeakKeyDictionary()

    def remember(samples: Samples, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        known = found.setdefault(samples, {})
        if args not in known:
            if len(known) >= MAX_ENTRIES:
                known.pop(next(iter(known), None), None)
            known[args] = function(samples, *args, **kwargs)
        result: Result = known[args]
        return result

    return remember
