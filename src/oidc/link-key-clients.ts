/** Which clients may be linked by a key that an owner has made, and what follows from it. */

/** Whether a machine of this client may be linked by a key; `required`: by nothing else. */
export const LINK_KEYS = 'device_link_keys';

export const LINK_KEY_MODES = ['none', 'any', 'required'] as const;
type LinkKeyMode = (typeof LINK_KEY_MODES)[number];

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export function linkKeyErrors(
  mode: LinkKeyMode | undefined,
  grantTypes: readonly string[],
): { path: string[]; message: string }[] {
  return (mode ?? 'none') === 'none' || grantTypes.includes(DEVICE_GRANT)
    ? []
    : [
        {
          path: [LINK_KEYS],
          message: `needs ${DEVICE_GRANT} in grant_types: a key comes with a device code`,
        },
      ];
}

/** Whether an owner may make a key for it. */
export function takesLinkKeys(client: object | undefined): boolean {
  return ['any', 'required'].includes(String(modeOf(client)));
}

/** Whether a machine without a key gets nothing: then no attacker can send codes around. */
export function needsLinkKey(client: object | undefined): boolean {
  return modeOf(client) === 'required';
}

function modeOf(client: object | undefined): unknown {
  return (client as Record<string, unknown> | undefined)?.[LINK_KEYS];
}
