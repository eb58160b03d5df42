"""A command-line program on Authlib."""

import os

from authlib.integrations.requests_client import OAuth2Session
from local_site import CLIENT_ID, HOME, METADATA, SCOPES, SECRET, serve

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

session = OAuth2Session(CLIENT_ID, SECRET, scope=" ".join(SCOPES), redirect_uri=f"{HOME}/callback")
metadata = session.get(METADATA, withhold_token=True).json()


def begin():
    return session.create_authorization_url(metadata["authorization_endpoint"])[0]


def finish(address):
    session.fetch_token(metadata["token_endpoint"], authorization_response=address)
    session.refresh_token(metadata["token_endpoint"])


def user():
    return session.get(metadata["userinfo_endpoint"]).text if session.token else "null"


serve(begin, finish, user)
