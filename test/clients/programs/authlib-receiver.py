"""A receiver of security events on Authlib: makes its stream, asks for an event, polls, and says what it has verified."""

import json
import os

from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken

ISSUER, CLIENT_ID, SECRET, STATE = (os.environ[name] for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "STATE"))
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

session = OAuth2Session(CLIENT_ID, SECRET, token_endpoint_auth_method="client_secret_basic")
session.fetch_token(f"{ISSUER}/token", grant_type="client_credentials", resource=f"{ISSUER}/ssf")


def ask(method, address, body=None):
    answer = session.request(method, address, json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


metadata = ask("GET", f"{ISSUER}/.well-known/ssf-configuration")
keys = JsonWebKey.import_key_set(ask("GET", metadata["jwks_uri"]))
stream = ask("POST", metadata["configuration_endpoint"], {"delivery": {"method": "urn:ietf:rfc:8936"}})
ask("POST", metadata["verification_endpoint"], {"stream_id": stream["stream_id"], "state": STATE})
address = stream["delivery"]["endpoint_url"]
sets = ask("POST", address, {})["sets"]
rules = {
    "iss": {"essential": True, "value": metadata["issuer"]},
    "aud": {"essential": True, "value": CLIENT_ID},
    "iat": {"essential": True},
    "jti": {"essential": True},
}
told = []
for jti, text in sets.items():
    claims = JsonWebToken(["RS256"]).decode(text, keys, claims_options=rules)
    claims.validate()
    told.append({"typ": claims.header["typ"], "named": claims["jti"] == jti, "events": claims["events"]})
left = ask("POST", address, {"ack": list(sets), "returnImmediately": True})["sets"]
ask("DELETE", f"{metadata['configuration_endpoint']}?stream_id={stream['stream_id']}")
print(json.dumps({"told": told, "left": left, "streams": ask("GET", metadata["configuration_endpoint"])}))
