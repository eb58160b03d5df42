/** The text of `--help`. */
export const HELP = `Latchkey demonstration device: signs in without a keyboard (RFC 8628), by its maker's app, or by a
key of its owner, then keeps its own key fresh.

Usage: npm run device -- [options]

  --issuer ADDRESS         the Latchkey to link with            (http://localhost:3000)
  --companion              a speaker that its maker's app sets up: plays the speaker, and the app in your browser
  --key FILE               a server that its owner's key links: the file holds the key from /account/keys
  --client ID              client_id of this kind of device     (demo-device, demo-speaker, demo-server)
  --name TEXT              what the device calls itself         (Demonstration device, speaker or server)
  --type TEXT              its type, such as tv or speaker      (terminal, speaker, computer)
  --model TEXT             its model
  --scope LIST             scopes to ask for                    (openid profile email offline_access; no email with --key)
  --once                   stop after the sign-in and one refresh
  --refresh-every SECONDS  time between refreshes               (30, or before the access token expires)
  --timeout SECONDS        how long one request may take        (10)
  --sign-out-on-exit       give the key back at the end (RFC 7009)
  --json                   one JSON object per line instead of a screen; never contains a token
  --insecure               allow plain http outside this computer and private addresses
  -h, --help               this text

Exit codes:
    0  done
    2  wrong usage
    3  the owner denied the device
    4  the code expired
    5  the owner removed the device
    6  the server cannot be reached, or is no Latchkey
    7  another error of the protocol
  130  stopped (Ctrl-C)
`;
