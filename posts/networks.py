"""Which network an IP address is in: what one school, office or spammer has, and can change addresses within."""

import ipaddress

# A /48 is what a site is given, and providers of tunnels and servers give one to anybody: whoever has it writes from
# 65,536 networks of /64. As an IPv4 /24 with shared addresses, it may also be a few hundred homes of one provider.
PREFIXES = {4: 24, 6: 48}


def network_of(address, prefixes=PREFIXES):
    """The network of an IP address as text, "203.0.113.0/24"; empty where there is no address.

    `prefixes`: how long its prefix is, {version of IP: bits}.
    """
    if not address:
        return ""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, prefixes[ip.version]), strict=False))


def is_public(address):
    """Whether the address may be a visitor's own, and not that of a proxy beside the blog."""
    return ipaddress.ip_address(address).is_global
