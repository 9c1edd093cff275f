"""A file or a row that cannot be read, as exceptions."""

from __future__ import annotations

from domain.statements import Problem


class StatementError(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


class RowError(Exception):
    def __init__(self, problem: Problem, text: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.text = text
