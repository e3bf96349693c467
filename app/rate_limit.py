"""How many questions one client address may ask. The address is kept nowhere: only a keyed digest is counted."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from typing import Any

import structlog
from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import TimeoutError as RedisTimeout

from app.errors import ConfigurationError
from app.settings import Settings

REDIS_PATIENCE = 0.25  # seconds
REDIS_PAUSE = 10.0  # seconds in memory alone after Redis failed
IPV6_HOME = 64  # bits; one household or machine commands all addresses below

log = structlog.get_logger()


class RateLimit:
    """Counts in Redis when one is set and there, else in this process's memory."""

    def __init__(self, settings: Settings, limit: str | None = None) -> None:
        """`limit` takes the place of ESPOO_RATE_LIMIT.

        Raises:
            ConfigurationError: the limit or the Redis URL cannot be read.
        """
        self._item = _parsed(settings.rate_limit if limit is None else limit)
        self._secret = settings.secret_key.get_secret_value().encode()[:64] or secrets.token_bytes(32)
        self._memory = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._redis = SlidingWindowCounterRateLimiter(_redis(settings.redis_url)) if settings.redis_url else None
        self._away_until = 0.0
        if self._redis and not settings.secret_key.get_secret_value():
            log.warning(
                "rate_limit_not_shared", reason="Processes share the limit only with the same ESPOO_SECRET_KEY."
            )

    @property
    def degraded(self) -> bool:
        return self._redis is not None and time.monotonic() < self._away_until

    async def wait(self, address: str) -> int:
        """Seconds until this client may ask again; 0 when it may now, and then it is counted."""
        if self._item is None:
            return 0
        key = self._key(address)
        if self._redis and not self.degraded:
            try:
                return await _patient_hit(self._redis, self._item, key)
            except Exception as error:  # whatever Redis does, people are answered
                self._away_until = time.monotonic() + REDIS_PAUSE
                log.warning("redis_away", error=type(error).__name__)
        return await _hit(self._memory, self._item, key)

    def _key(self, address: str) -> str:
        return hashlib.blake2b(home(address).encode("utf-8", "replace"), key=self._secret, digest_size=16).hexdigest()


def client_address(request: Request) -> str:
    """Who is at the other end; the proxy middleware has put in what a trusted proxy says."""
    return request.client.host if request.client else ""


def home(address: str) -> str:
    """What counts as one client."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ipaddress.ip_network((ip, IPV6_HOME), strict=False))
    return str(ip)


async def _patient_hit(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str) -> int:
    """Twice when the first try takes too long: a process that takes up a new build stands still for a moment, and then
    the time is over though Redis has answered. Such a question may be counted twice."""
    try:
        return await _hit(limiter, item, key)
    except (TimeoutError, RedisTimeout):
        return await _hit(limiter, item, key)


async def _hit(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, key: str) -> int:
    if await limiter.hit(item, key):
        return 0
    stats = await limiter.get_window_stats(item, key)
    return max(1, math.ceil(stats.reset_time - time.time()))


def _parsed(limit: str) -> RateLimitItem | None:
    try:
        return parse(limit) if limit.strip() else None
    except ValueError:
        raise ConfigurationError(f"ESPOO_RATE_LIMIT={limit!r} does not fit; write for example 30/minute.") from None


def _redis(url: str) -> Storage:
    options: dict[str, Any] = {"socket_timeout": REDIS_PATIENCE, "socket_connect_timeout": REDIS_PATIENCE}
    try:
        return RedisStorage(f"async+{url}", implementation="redispy", **options)
    except Exception as error:
        raise ConfigurationError(
            f"ESPOO_REDIS_URL does not fit ({type(error).__name__}); write for example redis://redis:6379."
        ) from None
