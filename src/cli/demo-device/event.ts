import type { EndingKind } from './ending.ts';

/**
 * What the device tells the outside, as printed by `--json`. No event has a field for a token or a device_code:
 * what cannot be written down here cannot be printed. Times are seconds.
 */
export type DeviceEvent =
  | { readonly event: 'server_found'; readonly issuer: string }
  | {
      readonly event: 'code';
      readonly user_code: string;
      readonly verification_uri: string;
      readonly verification_uri_complete?: string;
      readonly expires_in: number;
      readonly interval: number;
    }
  | { readonly event: 'key_used' }
  | { readonly event: 'app'; readonly address: string }
  | { readonly event: 'pushed' }
  | { readonly event: 'handed_over' }
  | { readonly event: 'pending'; readonly expires_in: number }
  | { readonly event: 'slow_down'; readonly interval: number }
  | { readonly event: 'code_expired' }
  | {
      readonly event: 'unavailable';
      readonly what: string;
      readonly reason: string;
      readonly retry_in: number;
    }
  | {
      readonly event: 'signed_in';
      readonly sub?: string | undefined;
      readonly name?: string | undefined;
      readonly email?: string | undefined;
      readonly scope?: string | undefined;
    }
  | { readonly event: 'refreshed'; readonly count: number; readonly rotated: boolean }
  | { readonly event: 'next_refresh'; readonly in: number }
  | { readonly event: 'signed_out' }
  | { readonly event: 'sign_out_failed'; readonly message: string }
  | {
      readonly event: 'end';
      readonly outcome: EndingKind;
      readonly exit_code: number;
      readonly message: string;
    };

/**
 * Text from a server made safe for a terminal: control characters (escape sequences among them), invisible and
 * direction-changing characters become a space, so that no server can repaint the screen of the device.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The event with every text in it made printable. */
export function printableEvent(event: DeviceEvent): DeviceEvent {
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === 'string' ? printable(value) : value,
  ]);
  return Object.fromEntries(entries) as DeviceEvent;
}
