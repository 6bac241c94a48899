"""Which webhook URLs are taken."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.webhook.publisher import Webhook
from healthpartner.destinations.webhook.settings import WebhookSettings, find_faults

LOCAL = [
    "http://localhost:8000/",
    "https://localhost.:8000/",
    "https://a.localhost:8000/",
    "http://127.0.0.1:8000/",
    "http://[::1]:8000/",
    "https://localhost:8443/events",
]


def is_taken(url: str, *, private_allowed: bool = False) -> bool:
    return find_faults(WebhookSettings(url=url), private_allowed=private_allowed) == []


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example/events?tenant=1",
        "https://partner.example:443/",
        "https://partner.example:8443/",
        "https://partner.example:1024",
        "https://1.1.1.1/events",
        "https://[2606:4700:4700::1111]/events",
        "https://xn--bcher-kva.example/",
        "https://PARTNER.example./",
        "https://4.partner2/",
    ],
)
def test_an_https_url_of_a_public_host_is_taken(url: str) -> None:
    assert is_taken(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "partner.example",
        "http://partner.example/",
        "ftp://partner.example/",
        "https://",
        "https:///events",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://1.2.3.0x4/",
        "https://partner..example/",
        "https://-partner.example/",
        "https://part%6eer.example/",
        "https://[v1.a]/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 127}example/",
        "https://user:password@partner.example/",
        "https://@partner.example/",
        "https://partner.example/#part",
        "https://partner.example:22/",
        "https://partner.example:0/",
        "https://partner.example:99999/",
        "https://partner.example:port/",
        "https://partner.example\\@10.0.0.1/",
        "https://partner.example/a b",
        "https://partner.example/\r\nx: y",
        "https://bücher.example/",
        "https://[::1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    assert not is_taken(url)


@pytest.mark.parametrize("url", LOCAL)
def test_this_machine_is_reached_only_where_the_deployment_allows_it(url: str) -> None:
    assert not is_taken(url)
    assert is_taken(url, private_allowed=True)


@pytest.mark.parametrize("url", ["http://10.0.0.1:8000/", "http://partner.example:8000/", "https://169.254.169.254/"])
def test_even_there_plain_http_is_for_loopback_and_link_local_is_closed(url: str) -> None:
    assert not is_taken(url, private_allowed=True)


@pytest.mark.parametrize("url", LOCAL)
def test_production_never_allows_this_machine(url: str) -> None:
    context = DestinationContext(environment="production", publishing_principal_arn="", allow_private_webhooks=True)

    (fault,) = Webhook().validate(WebhookSettings(url=url), context)

    assert (fault.field, fault.code) == ("url", "invalid_value")


def test_a_long_url_is_too_long() -> None:
    (fault,) = find_faults(WebhookSettings(url="https://partner.example/" + "x" * 2048), private_allowed=False)

    assert fault.code == "too_long"


@given(rest=st.text(max_size=60))
def test_what_is_taken_can_be_connected_to(rest: str) -> None:
    for text in (rest, f"https://{rest}", f"https://partner.example:{rest}", f"https://[{rest}]/"):
        if is_taken(text):
            assert URL(text).host
            assert host_of(text).encode("idna")
