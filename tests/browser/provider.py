"""A provider of identities as OpenID Connect has it, small enough for a test: it says at once that the reader is who it was told."""

import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwk, jwt

CLIENT = "recoup"


@contextmanager
def identity_provider(who: dict[str, str]) -> Iterator[str]:
    """Its address. who: "email" is whom it will say next."""
    key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    asked: dict[str, str] = {}

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _mark, query = self.path.partition("?")
            given = dict(urllib.parse.parse_qsl(query))
            if path == "/authorize":
                code = secrets.token_hex(8)
                asked[code] = given["nonce"]
                back = urllib.parse.urlencode({"code": code, "state": given["state"]})
                self.send_response(302)
                self.send_header("Location", f"{given['redirect_uri']}?{back}")
                self.end_headers()
            elif path == "/keys":
                self._answer({"keys": [key.as_dict(private=False)]})
            else:
                self._answer(_metadata(home))

        def do_POST(self) -> None:
            sent = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            now = int(time.time())
            claims = {
                "iss": home, "aud": CLIENT, "sub": who["email"], "email": who["email"], "iat": now, "exp": now + 600,
                "nonce": asked.pop(sent["code"]),
            }  # fmt: skip
            token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
            self._answer({"access_token": "none", "token_type": "Bearer", "id_token": token, "expires_in": 600})

        def _answer(self, said: dict) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    home = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield home
    finally:
        server.shutdown()
        server.server_close()


def _metadata(home: str) -> dict[str, object]:
    return {
        "issuer": home,
        "authorization_endpoint": f"{home}/authorize",
        "token_endpoint": f"{home}/token",
        "jwks_uri": f"{home}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
