"""TLS towards brokers of partners: verified by name against the system's authorities, or against the authority that the
partner names for its own broker.
"""

import ssl
from typing import Any

from healthpartner.core.errors import Detail

MAXIMUM_CERTIFICATE_CHARACTERS = 32_768


class NamedTls(ssl.SSLContext):
    """Verifies the partner's host name though the connection goes to an address: client libraries take the name to
    verify from where they connect, and we connect to the address that was checked.
    """

    server_name: str

    def wrap_bio(self, *arguments: Any, **named: Any) -> ssl.SSLObject:
        named["server_hostname"] = self.server_name
        return super().wrap_bio(*arguments[:3], **named)


def verified_tls(server_name: str, ca_certificate: str | None) -> NamedTls:
    """`ca_certificate`: one or more authorities in PEM, trusted in place of the system's; ssl.SSLError if unreadable."""
    context = NamedTls(ssl.PROTOCOL_TLS_CLIENT)
    context.server_name = server_name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_certificate is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cadata=ca_certificate)
    return context


def ca_faults(ca_certificate: str | None) -> list[Detail]:
    if ca_certificate is None:
        return []
    if len(ca_certificate) > MAXIMUM_CERTIFICATE_CHARACTERS:
        return [Detail("ca_certificate", "too_long", f"At most {MAXIMUM_CERTIFICATE_CHARACTERS} characters.")]
    try:
        verified_tls("", ca_certificate)
    except (ssl.SSLError, ValueError):
        return [Detail("ca_certificate", "invalid_value", "Must be certificates in PEM.")]
    return []
