"""Telling the house's network that there is a server, so that Home Assistant finds it by itself (mDNS, zeroconf)."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chatbot.config.wyoming import Address

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

_log = logging.getLogger(__name__)
KIND = "_wyoming._tcp.local."
_ABSENT = (
    "Home Assistant will not find this server by itself, as that needs the package zeroconf. "
    "Install it with: pip install 'openstance[voice]', or enter host and port in Home Assistant."
)
_WITHOUT = "Home Assistant will not find this server by itself ({cause}). Enter host and port there."
_EVERYWHERE = ("0.0.0.0", "::")


@contextmanager
def announced(address: Address, say: Callable[[str], None]) -> Iterator[None]:
    """Announce a server while the context lasts, and take it back at the end; whatever goes wrong with that is only said.

    Args:
        address: Where it listens, over TCP.
        say: Told in one line why it is not announced.
    """
    try:
        import zeroconf
    except ModuleNotFoundError:
        say(_ABSENT)
        yield
        return
    hosts = reachable(address.host)
    try:
        network = zeroconf.Zeroconf(interfaces=hosts or zeroconf.InterfaceChoice.Default)
    except (OSError, RuntimeError) as cause:
        say(_WITHOUT.format(cause=cause))
        yield
        return
    with _registered(network, service(address.port, hosts), say):
        yield


def service(port: int, hosts: Sequence[str]) -> ServiceInfo:
    """Return what is announced: a name that stays the same for a machine and a port, and its addresses."""
    from zeroconf import ServiceInfo

    machine = "".join(char if char.isalnum() else "-" for char in socket.gethostname().split(".")[0]) or "here"
    name = f"openstance-{machine}-{port}"
    return ServiceInfo(KIND, f"{name}.{KIND}", port=port, parsed_addresses=list(hosts), server=f"{name}.local.")


def reachable(host: str) -> list[str]:
    """Return the addresses at which others in the house reach a server bound to a host."""
    if host not in _EVERYWHERE:
        return [host]
    import ifaddr

    found = (each.ip for adapter in ifaddr.get_adapters() for each in adapter.ips)
    return [ip for ip in found if isinstance(ip, str) and not ip.startswith(("127.", "169.254."))]


@contextmanager
def _registered(network: Zeroconf, told: ServiceInfo, say: Callable[[str], None]) -> Iterator[None]:
    # Asking whether the name is free takes more than a second, in which the server answers already.
    thread = threading.Thread(target=_register, args=(network, told, say), name="wyoming zeroconf", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        # Takes back what was announced.
        network.close()


def _register(network: Zeroconf, told: ServiceInfo, say: Callable[[str], None]) -> None:
    from zeroconf import Error

    try:
        network.register_service(told, allow_name_change=True)
    except (OSError, Error, RuntimeError) as cause:
        say(_WITHOUT.format(cause=str(cause) or type(cause).__name__))
