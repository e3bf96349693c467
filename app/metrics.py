"""What operators watch, as Prometheus reads it. No metric carries what somebody asked or who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from app.domain import Answer, Channel

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """A registry of its own for each application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = self._counter(
            "questions", "Questions by what became of them.", "status", "language", "channel"
        )
        self._seconds = Histogram(
            "espoo_answer_seconds",
            "From the question to its final answer.",
            ["mode"],
            registry=self.registry,
            buckets=SECONDS,
        )
        self._requests = self._counter("http_requests", "Requests by route and status.", "method", "route", "status")
        self._left = self._counter("client_left", "Clients that left before their answer was finished.")
        self._limited = self._counter("rate_limited", "Requests refused by the rate limit.")
        self._faults = self._counter("faults", "Unexpected faults of ours.")

    def watch(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """A gauge that is read at each scrape."""
        Gauge(f"espoo_{name}", help_text, registry=self.registry).set_function(read)

    def watch_counts(self, name: str, help_text: str, label: str, read: Callable[[], Mapping[str, int]]) -> None:
        """A counter whose values by label are read at each scrape."""
        self.registry.register(_Counts(f"espoo_{name}", help_text, label, read))

    def answered(self, answer: Answer, channel: Channel, seconds: float) -> None:
        self._questions.labels(answer.status, answer.language, channel).inc()
        self._seconds.labels(answer.mode).observe(seconds)

    def requested(self, method: str, route: str, status: int) -> None:
        self._requests.labels(method, route, str(status)).inc()

    def client_left(self) -> None:
        self._left.inc()

    def rate_limited(self) -> None:
        self._limited.inc()

    def fault(self) -> None:
        self._faults.inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"espoo_{name}", help_text, labels, registry=self.registry)


class _Counts(Collector):
    def __init__(self, name: str, help_text: str, label: str, read: Callable[[], Mapping[str, int]]) -> None:
        self._name, self._help, self._label, self._read = name, help_text, label, read

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(self._name, self._help, labels=[self._label])
        for value, count in self._read().items():
            family.add_metric([value], count)
        yield family
