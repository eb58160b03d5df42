"""A command-line program on requests-oauthlib."""

import os

from local_site import CLIENT_ID, HOME, METADATA, SCOPES, SECRET, serve
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

session = OAuth2Session(CLIENT_ID, scope=SCOPES, redirect_uri=f"{HOME}/callback")
metadata = session.get(METADATA, withhold_token=True).json()


def begin():
    return session.authorization_url(metadata["authorization_endpoint"])[0]


def finish(address):
    session.fetch_token(metadata["token_endpoint"], authorization_response=address, client_secret=SECRET)
    session.refresh_token(metadata["token_endpoint"], auth=(CLIENT_ID, SECRET))


def user():
    return session.get(metadata["userinfo_endpoint"]).text if session.token else "null"


serve(begin, finish, user)
