"""Which pages and which proxies are trusted, checked when the service starts."""

from __future__ import annotations

import ipaddress
import re

from app.errors import ConfigurationError
from app.settings import Settings

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def allowed_origins(settings: Settings) -> list[str]:
    """Raises:
    ConfigurationError: an entry is no origin such as https://www.espoo.fi.
    """
    for origin in settings.origins:
        if not _ORIGIN.fullmatch(origin):
            raise ConfigurationError(
                f"ESPOO_ALLOWED_ORIGINS: {origin!r} is no origin. Write https://www.espoo.fi, without a path."
            )
    return list(settings.origins)


def trusted_proxies(settings: Settings) -> list[str]:
    """Raises:
    ConfigurationError: an entry is no address and no network; who trusts everybody lets clients choose their address.
    """
    for proxy in settings.proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise ConfigurationError(
                f"ESPOO_TRUSTED_PROXIES: {proxy!r} is no address or network such as 10.0.0.0/8."
            ) from None
    return list(settings.proxies)
