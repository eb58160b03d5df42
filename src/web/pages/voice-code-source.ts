import type { VoiceCode } from '../../voice-code/voice-code.ts';
import type { SecuritySource } from './security-source.ts';

/** The voice code, as the page Security tells of it. */
export function voiceCodeSource(voiceCode: VoiceCode): SecuritySource {
  return async function tellOfVoiceCode({ accountId }) {
    const code = await voiceCode.state(accountId);
    const state =
      code === undefined ? 'Not set' : code.isLocked ? 'Locked after too many wrong tries' : 'Set';
    const action = code === undefined ? 'Set' : code.isLocked ? 'Unlock' : 'Manage';
    const row = { icon: 'speaker', label: 'Voice code', state, action, href: '/account/security/voice-code' };
    return { rows: [row], steps: [] };
  };
}
