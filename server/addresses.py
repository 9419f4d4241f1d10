"""This computer's addresses as others may reach it, and which addresses mean nothing on another computer."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import ifaddr

LOOPBACK = "127.0.0.1"  # what is left where there is no network


def own() -> list[str]:
    """Of every adapter, the likeliest first, without scopes: no loopback, and no IPv6 address of one link alone."""
    found: list[IPv4Address | IPv6Address] = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            found.append(ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0]))
    usable = [one for one in found if not one.is_loopback and not (one.version == 6 and one.is_link_local)]
    likely = sorted(set(usable), key=lambda one: (one.is_link_local, one.version, int(one)))
    return [str(one) for one in likely]


def typed(port: int) -> list[str]:
    """The addresses as a technician types them, `192.168.1.10:8443`."""
    return [f"[{one}]:{port}" if ":" in one else f"{one}:{port}" for one in own() or [LOOPBACK]]


def needs_scope(host: str) -> bool:
    """Whether this is an IPv6 link-local address: it needs the name of the adapter, which is another on each computer."""
    bare, percent, _ = host.strip("[]").partition("%")
    try:
        found = ip_address(bare)
    except ValueError:
        return bool(percent)
    return bool(percent) or (found.version == 6 and found.is_link_local)


def told(address: str | None) -> str:
    """`host:port` as other computers can be told it; empty where it would reach nobody."""
    return "" if address is None or needs_scope(address.rpartition(":")[0]) else address
