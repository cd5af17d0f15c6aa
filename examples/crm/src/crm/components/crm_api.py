"""The CRM's API: one GET, checked. No retries here: the CI job that refreshes has them."""

import http.client
import urllib.error
import urllib.request

from pydantic import BaseModel, TypeAdapter, ValidationError

TIMEOUT_SECONDS = 10


class CrmField(BaseModel):
    name: str
    type: str


class CrmObject(BaseModel):
    name: str
    description: str | None = None
    revision: str  # the API's own: changes whenever the object's fields do
    fields: list[CrmField]


CrmObjectList = TypeAdapter(list[CrmObject])


class CrmApiError(Exception):
    """The API gave no usable answer. The message is one line with the URL and the reason."""


def fetch_objects(api_url: str | None) -> list[CrmObject]:
    if not api_url or not api_url.startswith(("http://", "https://")):
        raise CrmApiError(f"CRM_API_URL must be an http(s) address, got {api_url!r}")
    url = f"{api_url.rstrip('/')}/objects.json"
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
            body = response.read()
    except urllib.error.HTTPError as error:
        raise CrmApiError(f"GET {url}: HTTP {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise CrmApiError(f"GET {url}: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise CrmApiError(f"GET {url}: {error!r}") from error
    return parse_objects(body, url)


def parse_objects(body: bytes, url: str) -> list[CrmObject]:
    """Refuses here what would otherwise break the code server at its next start."""
    try:
        objects = CrmObjectList.validate_json(body)
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, e['loc']))} {e['msg']}".strip() for e in error.errors()]
        raise CrmApiError(f"GET {url}: {'; '.join(reasons[:3])}") from error
    if not objects:
        raise CrmApiError(f"GET {url}: the list is empty")
    return objects
