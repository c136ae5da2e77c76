"""A small sign-in service (OpenID Connect) that asks nobody for a password: whoever comes is who it was told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.dashboard.serving import free_port

CLIENT, SECRET = "callqa", "a secret between the two"


class Provider:
    """`person` is what it says of whoever comes next."""

    def __init__(self, url: str) -> None:
        self.url, self.person, self.nonce = url, dict[str, Any](), ""
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.described),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    @property
    def metadata(self) -> str:
        """Where it describes itself."""
        return f"{self.url}/.well-known/openid-configuration"

    async def described(self, request: Request) -> Response:
        """What a client must know."""
        paths = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "jwks_uri": "/keys",
        }
        return JSONResponse({"issuer": self.url} | {name: self.url + path for name, path in paths.items()})

    async def authorize(self, request: Request) -> Response:
        """Sends the browser back at once."""
        self.nonce = request.query_params.get("nonce", "")
        state = request.query_params["state"]
        return RedirectResponse(f"{request.query_params['redirect_uri']}?code=c1&state={state}", 302)

    async def token(self, request: Request) -> Response:
        """Who it was, signed."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "s1", "iat": now, "exp": now + 300, "nonce": self.nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.person, self.key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    async def keys(self, request: Request) -> Response:
        """The key that it signs with."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provided() -> Iterator[Provider]:
    """A provider at work."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
