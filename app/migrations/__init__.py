"""Alembic's migrations of the question log. `app.log_database` runs them when a service starts."""
