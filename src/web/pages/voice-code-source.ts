import type { VoiceCode } from '../../voice-code/voice-code.ts';
import type { SecuritySource } from './security-source.ts';

/** The voice code, as the page Security tells of it. */
export function voiceCodeSource(voiceCode: VoiceCode): SecuritySource {
  return async function tellOfVoiceCode({ accountId }, reader) {
    const code = await voiceCode.state(accountId);
    const [state, action] = wordsFor(code);
    const row = {
      icon: 'speaker',
      label: reader.t('security.voice.title'),
      state: reader.t(state),
      action: reader.t(action),
      href: '/account/security/voice-code',
    };
    return { rows: [row], steps: [] };
  };
}

function wordsFor(code: { readonly isLocked: boolean } | undefined) {
  if (code === undefined) return ['security.row.voice-none', 'security.voice.set'] as const;
  if (code.isLocked) return ['security.row.voice-locked', 'security.voice.unlock'] as const;
  return ['security.row.voice-set', 'security.manage'] as const;
}
