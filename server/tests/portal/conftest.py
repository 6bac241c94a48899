import pytest

from healthpartner.portal.site import File, site
from healthpartner.web.portal import BASE


@pytest.fixture(scope="session")
def files() -> dict[str, File]:
    return site(BASE)
