"""Signing in through the centre's own service (OpenID Connect), as the section `[auth]` of Streamlit's secrets has it.

Streamlit speaks with the service and leaves what that said of the person in signed cookies. They open the door once,
within minutes; from then on the dashboard's own sign-in counts, which ends like any other.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

FRESH_DAYS = 10 / (24 * 60)
_LEFT = re.compile(rf"({USER_COOKIE_NAME}|{TOKENS_COOKIE_NAME})(_\d+)?")


def offered() -> bool:
    """Whether a service is configured."""
    return bool(get_secrets_auth_section())


def door() -> str:
    """The path at which Streamlit sends a browser on to the service; it is good for two minutes."""
    return f"/auth/login?{urlencode({'provider': encode_provider_token('default')})}"


def subject(cookies: Mapping[str, str]) -> str | None:
    """The e-mail address of the person whom the service named in the last ten minutes, in small letters.

    None without one, for a forged or an old cookie, and for an address that the service has not verified.
    """
    if USER_COOKIE_NAME not in cookies or not offered():
        return None

    def signed(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies.get(name, ""), max_age_days=FRESH_DAYS)

    told = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    person = json.loads(told) if told else {}
    address = person.get("email")
    return address.lower() if isinstance(address, str) and person.get("email_verified", True) is True else None


def forget(answer: Response, cookies: Mapping[str, str]) -> None:
    """Takes Streamlit's cookies away from the browser."""
    for name in cookies:
        if _LEFT.fullmatch(name):
            answer.delete_cookie(name)
