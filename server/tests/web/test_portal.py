import gzip

from tests.support.api import Api


async def test_the_front_door_leads_to_the_documentation(api: Api) -> None:
    answer = await api.client.get("/")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/docs/"


async def test_pages_need_no_credentials_and_allow_nothing_from_elsewhere(api: Api) -> None:
    for path in ("/docs/", "/docs", "/docs/errors/", "/docs/errors"):
        answer = await api.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


async def test_a_page_is_sent_once_and_then_only_when_it_changed(api: Api) -> None:
    first = await api.client.get("/docs/errors/")
    again = await api.client.get("/docs/errors/", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


async def test_files_with_a_version_are_kept_for_ever_and_pages_are_not(api: Api) -> None:
    assert "immutable" in (await api.client.get("/docs/assets/tokens.css")).headers["cache-control"]
    assert (await api.client.get("/docs/")).headers["cache-control"] == "public, no-cache"


async def test_pages_are_compressed_for_who_takes_it(api: Api) -> None:
    async with api.client.stream("GET", "/docs/errors/", headers={"accept-encoding": "gzip"}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    plain = await api.client.get("/docs/errors/", headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == plain.content


async def test_an_unknown_page_is_not_found(api: Api) -> None:
    for path in ("/docs/nothing/", "/docs/../pyproject.toml", "/docs/%2e%2e/pyproject.toml"):
        answer = await api.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
