"""What was found out about samples is remembered as long as they are there, and no longer: they may be a visitor's."""

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary, ref

from dashboard.experiments.samples import Samples

MAX_ENTRIES = 16  # for each samples
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def remembered(
    function: Callable[Concatenate[Samples, Arguments], Result],
) -> Callable[Concatenate[Samples, Arguments], Result]:
    """Keep the last results of a function of samples and hashable arguments. Its results must not hold the samples."""
    found: WeakKeyDictionary[Samples, Callable[..., Result]] = WeakKeyDictionary()

    def remember(samples: Samples, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if samples not in found:
            here = ref(samples)  # what is remembered of them must not keep them alive

            @lru_cache(maxsize=MAX_ENTRIES)
            def of_these(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
                return function(cast(Samples, here()), *args, **kwargs)

            found[samples] = of_these
        return found[samples](*args, **kwargs)

    return remember
