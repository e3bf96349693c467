"""One run as one HTML file: figures, charts and every wrong case; beside a run before, what became different."""

from eval.report.page import Run, render

__all__ = ["Run", "render"]
