"""A desk for each kind of bad weather."""

from tests.scenarios.conftest import desk

__all__ = ["desk"]
