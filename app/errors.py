"""The errors that this service raises on purpose. Each message says what to do."""

from __future__ import annotations


class EspooError(Exception):
    """Base of every error raised on purpose; its text is fit for a terminal."""


class ConfigurationError(EspooError):
    """A setting is wrong or does not fit what is installed."""


class BuildError(EspooError):
    """A build is missing, damaged, or was made by another model or analyser."""


class IngestError(EspooError):
    """A run of the ingest cannot go on."""


class DocumentError(EspooError):
    """One document cannot be read; the run goes on without it."""


class KnowledgeError(DocumentError):
    """A knowledge file breaks a rule of knowledge/README.md."""


class AccountError(EspooError):
    """A staff account cannot be made or changed as asked."""


class StoreUnavailable(EspooError):
    """The question log's database cannot be reached."""


class ModelFault(EspooError):
    """The language model gave nothing that can be shown; its text is the kind of fault, fit for a metric's label."""
