"""The site on the owner's own machine of a program in Python: begins to sign in, hears the answer, shows who it is."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

ISSUER, PORT = os.environ["ISSUER"], int(os.environ["PORT"])
CLIENT_ID, SECRET = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
HOME = f"http://localhost:{PORT}"
METADATA = f"{ISSUER}/.well-known/openid-configuration"
SCOPES = ["openid", "profile", "email", "offline_access"]


def serve(begin, finish, user):
    """begin() -> where to sign in; finish(address) takes the answer; user() -> JSON of who is signed in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/login":
                return self.answer(302, location=begin())
            if self.path.startswith("/callback"):
                finish(HOME + self.path)
                return self.answer(302, location="/")
            return self.answer(200, f"<pre>{user()}</pre>")

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
