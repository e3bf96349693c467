"""The PostgreSQL cluster of the question log's tests serves here too."""

from __future__ import annotations

from tests.test_question_log_postgres import postgres

__all__ = ["postgres"]
