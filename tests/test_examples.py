"""The examples in the package's documentation give what they say."""

import doctest
import importlib
import pkgutil

from saypro_nb import review


def test_every_example_of_the_computations_is_true() -> None:
    modules = [
        importlib.import_module(f"saypro_nb.review.{found.name}") for found in pkgutil.iter_modules(review.__path__)
    ]
    results = [doctest.testmod(module) for module in modules]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 0
