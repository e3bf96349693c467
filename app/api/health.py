"""For operators: does the process live, can it answer, and the figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from math import nan
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from app.api.parts import Parts, parts_of

router = APIRouter(tags=["operators"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="The process lives")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Questions can be answered")
async def readyz(request: Request) -> JSONResponse:
    """503 without a build. What is lost or lesser (store, Redis, scorer) is named under `degraded`."""
    state = readiness(parts_of(request))
    return JSONResponse(state, 200 if state["ready"] else 503)


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    return Response(parts_of(request).metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def watch(parts: Parts) -> None:
    """Gauges that are read at the moment of a scrape."""
    gauge, store = parts.metrics.watch, parts.store
    gauge("ready", "1 when questions can be answered.", lambda: float(not parts.assistant.problem))
    gauge("build_age_seconds", "Since the served build was made.", lambda: _age(parts.assistant.build_id))
    gauge("answers_running", "Questions being answered now.", lambda: float(parts.exchanges.running))
    gauge(
        "language_model_resting",
        "1 while the language model is left alone because it failed.",
        lambda: float("language_model" in parts.assistant.degraded),
    )
    parts.metrics.watch_counts(
        "language_model_outcomes",
        "What became of the answers that the language model was asked for.",
        "outcome",
        lambda: parts.assistant.model_outcomes,
    )
    gauge("store_reachable", "1 when the question log's database is there.", lambda: float(store.health.reachable))
    gauge("log_queued", "Answers waiting to be written.", lambda: float(store.health.queued))
    gauge("log_spooled", "Answers kept on disk until the database is back.", lambda: float(store.health.spooled))
    gauge("log_lost", "Answers that could not be kept. Anything above 0 is an alarm.", lambda: float(store.health.lost))


def readiness(parts: Parts) -> dict[str, Any]:
    problem = parts.assistant.problem
    return {
        "ready": not problem,
        "problem": problem,
        "build": parts.assistant.build_id,
        "embedding_model": parts.assistant.embedding_model,
        "language_model": parts.assistant.language_model,
        "store": asdict(parts.store.health),
        "degraded": degraded(parts),
    }


def degraded(parts: Parts) -> list[str]:
    """The parts that serve in a lesser way."""
    found = [] if parts.store.health.reachable else ["store"]
    return [*found, *(["rate_limit"] if parts.rate_limit.degraded else []), *parts.assistant.degraded]


def _age(build_id: str) -> float:
    """A build's id begins with the moment it was made."""
    try:
        made_at = datetime.strptime(build_id.split("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    except ValueError:
        return nan
    return (datetime.now(UTC) - made_at).total_seconds()
