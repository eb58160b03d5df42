"""A device in Python, with nothing but its standard library.

    ISSUER=http://localhost:3000 python3 device.py

It shows a code, waits until its owner has confirmed it, keeps its key in `key.json`, and uses it from then on.
"""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
CLIENT_ID = os.environ.get("CLIENT_ID", "living-room-tv")
KEY_FILE = os.environ.get("KEY_FILE", "key.json")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

# What a device waits before it asks again, in seconds, when there is no answer: longer each time.
FIRST_WAIT, LONGEST_WAIT = 2, 300


def request(url, form=None, headers=None):
    """The status and the JSON of an answer. Status 0: there was no answer, or none that makes sense."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            return error.code, json.load(error)
        except ValueError:
            return 0, {}
    except (OSError, ValueError):
        return 0, {}


def request_patiently(url, form=None, headers=None):
    """The same, until the server has answered: 429 and 5xx say that it cannot just now."""
    wait = FIRST_WAIT
    while True:
        status, answer = request(url, form, headers)
        if status != 0 and status != 429 and status < 500:
            return status, answer
        time.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


class Device:
    def __init__(self):
        _, self.endpoints = request_patiently(f"{ISSUER}/.well-known/openid-configuration")

    def link(self):
        """Shows codes until an owner has confirmed one; the key. `None`: the owner said no (RFC 8628)."""
        while True:
            form = {"client_id": CLIENT_ID, "scope": "openid profile offline_access"}
            form.update(device_name="Kitchen display", device_type="other")
            status, code = request_patiently(self.endpoints["device_authorization_endpoint"], form)
            if status != 200:
                raise SystemExit(f"no code: {code}")
            print(f"Open {code['verification_uri']} and type {code['user_code']}", flush=True)
            print(f"or scan {code['verification_uri_complete']}", flush=True)
            tokens, error = self.poll(code)
            if tokens or error == "access_denied":
                return tokens

    def poll(self, code):
        interval = code.get("interval", 5)
        form = {"grant_type": DEVICE_GRANT, "client_id": CLIENT_ID, "device_code": code["device_code"]}
        while True:
            time.sleep(interval)
            status, answer = request_patiently(self.endpoints["token_endpoint"], form)
            if status == 200:
                return answer, None
            if answer.get("error") == "slow_down":
                interval += 5
            elif answer.get("error") != "authorization_pending":
                return None, answer.get("error")

    def refresh(self, refresh_token):
        """New tokens. `None`: the owner has deregistered the device. An answer that was lost may be asked for again."""
        form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": refresh_token}
        status, answer = request_patiently(self.endpoints["token_endpoint"], form)
        return answer if status == 200 else None

    def owner(self, access_token):
        headers = {"Authorization": f"Bearer {access_token}"}
        return request_patiently(self.endpoints["userinfo_endpoint"], headers=headers)[1]


def read_key():
    try:
        with open(KEY_FILE) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def write_key(refresh_token):
    """All or nothing, so that a power cut leaves the old key or the new one; readable by this user alone."""
    with os.fdopen(os.open(f"{KEY_FILE}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(refresh_token, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{KEY_FILE}.new", KEY_FILE)


def main():
    device = Device()
    key = read_key()
    tokens = device.refresh(key) if key else None
    if key and not tokens:
        print("This device was removed.", flush=True)
        os.remove(KEY_FILE)
    if not tokens:
        tokens = device.link()
    if not tokens:
        raise SystemExit("The owner said no.")
    write_key(tokens["refresh_token"])
    print(f"Linked to the account of {device.owner(tokens['access_token'])['name']}.", flush=True)


if __name__ == "__main__":
    main()
