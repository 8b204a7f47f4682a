"""Knows people by the session tokens of the new site, with its public keys alone. Copy this file into the old site.

    sessions = check_token.Checker("/etc/thoughts/keys/public", issuer="https://thoughts.example")
    claims = sessions.check(request.COOKIES.get("session", ""))
    if claims:
        user = claims["username"]

Needs PyJWT 2 and cryptography (Debian: python3-jwt, python3-cryptography). `issuer` is the new site's SESSION_ISSUER.
Behind TLS its cookie is called __Host-session.

A token that was ended (log-out, new password) is still good here until it expires, at most 24 hours after the log-in.
Where that matters, ask the new site: GET /api/me/ with "Authorization: Bearer TOKEN" answers 200, or 401.
"""

import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


class Checker:
    def __init__(self, folder, issuer):
        """`folder` holds the public keys, *.pem: all that sign or signed lately, so that a rotation ends no session."""
        self.folder, self.issuer = Path(folder), issuer
        self.read_at, self.keys = None, []

    def check(self, token):
        """The claims of a good session token: sub (the user's id, a text), username, scope, iat, exp. None for others."""
        try:
            if jwt.get_unverified_header(token).get("typ") != "session+jwt":
                return None  # an app's or a program's token, or an id_token: no log-in
        except jwt.PyJWTError:
            return None
        for key, algorithm in self.current_keys():
            try:
                return jwt.decode(
                    token,
                    key,
                    algorithms=[algorithm],  # the key's own, whatever the token says
                    issuer=self.issuer,
                    leeway=5,
                    options={"require": ["exp", "iat", "iss", "sub"]},
                )
            except jwt.PyJWTError:
                continue
        return None

    def current_keys(self):
        """Read again every second: the new site's keys change while this one runs."""
        now = time.monotonic()
        if self.read_at is None or now - self.read_at >= 1:
            self.keys = [with_algorithm(file.read_bytes()) for file in sorted(self.folder.glob("*.pem"))]
            self.read_at = now
        return self.keys


def with_algorithm(pem):
    key = load_pem_public_key(pem)
    if isinstance(key, EllipticCurvePublicKey):
        return key, "ES256"
    return key, "RS256" if isinstance(key, RSAPublicKey) else "EdDSA"
