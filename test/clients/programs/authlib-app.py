"""A command-line program on Authlib: opens the address it prints, listens on the owner's own machine."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from authlib.integrations.requests_client import OAuth2Session

ISSUER, PORT = os.environ["ISSUER"], int(os.environ["PORT"])
HOME = f"http://localhost:{PORT}"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

session = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    scope="openid profile email offline_access",
    redirect_uri=f"{HOME}/callback",
)
metadata = session.get(f"{ISSUER}/.well-known/openid-configuration", withhold_token=True).json()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/login":
            url, _state = session.create_authorization_url(metadata["authorization_endpoint"])
            return self.answer(302, location=url)
        if self.path.startswith("/callback"):
            session.fetch_token(metadata["token_endpoint"], authorization_response=HOME + self.path)
            session.refresh_token(metadata["token_endpoint"])
            return self.answer(302, location="/")
        user = session.get(metadata["userinfo_endpoint"]).text if session.token else "null"
        return self.answer(200, f"<pre>{user}</pre>")

    def answer(self, status, body="", location=None):
        self.send_response(status)
        self.send_header("content-type", "text/html")
        if location:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args):
        pass


HTTPServer(("localhost", PORT), Handler).serve_forever()
