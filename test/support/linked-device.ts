import type { Session } from '../../src/accounts/session.ts';
import { type Answer, DeviceClient, type Tokens } from './device-client.ts';
import type { TestProtocol } from './test-protocol.ts';

export interface DeviceCodes {
  deviceCode: string;
  /** without the dash */
  userCode: string;
}

export interface LinkedDevice extends DeviceCodes {
  client: DeviceClient;
  tokens: Tokens;
  /** The whole answer to the poll that brought the tokens. */
  answer: Answer;
}

export function codesOf({ body }: Answer): DeviceCodes {
  return {
    deviceCode: String(body['device_code']),
    userCode: String(body['user_code']).replace('-', ''),
  };
}

export const tokensOf = ({ body }: Answer): Tokens => body as unknown as Tokens;

/** The error of an answer; `undefined` when it is none. */
export const errorOf = ({ body }: Answer): unknown => body['error'];

/** A device asks for a code and its owner approves it; the device has not polled yet. */
export async function approvedCode(
  protocol: TestProtocol,
  browser: Session,
  client = new DeviceClient(protocol.issuer),
  fields: Record<string, string> = {},
): Promise<DeviceCodes> {
  const codes = codesOf(await client.authorize(fields));
  const outcome = await protocol.linking.approve(codes.userCode, browser);
  if (outcome !== 'approved') throw new Error(`the approval ended as ${outcome}`);
  return codes;
}

/** A device with tokens. */
export async function linkDevice(
  protocol: TestProtocol,
  browser: Session,
  client = new DeviceClient(protocol.issuer),
  fields: Record<string, string> = {},
): Promise<LinkedDevice> {
  const codes = await approvedCode(protocol, browser, client, fields);
  const answer = await client.poll(codes.deviceCode);
  if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer.body)}`);
  return { ...codes, client, answer, tokens: tokensOf(answer) };
}
