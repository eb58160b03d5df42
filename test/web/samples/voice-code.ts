/** The code that confirms what is bought by voice: not set, set, locked. */
import type { VoiceCodeView } from '../../../src/web/pages/voice-code.ts';
import { ASKED, inside, NOW, type Sample } from './parts.ts';

const none: VoiceCodeView = {
  page: 'voice-code',
  ...inside,
  section: 'security',
  code: undefined,
  now: NOW,
};
const set = { ...none, code: { since: ASKED, isLocked: false } };
const error = (voice_code: 'not-four' | 'too-easy') => ({ kind: 'fields', fields: { voice_code } }) as const;

export const voiceCode: readonly Sample[] = [
  { name: 'voice-code-none', view: none },
  { name: 'voice-code-malformed', view: { ...none, problem: error('not-four') } },
  { name: 'voice-code-too-easy', view: { ...set, problem: error('too-easy') } },
  { name: 'voice-code-set', view: { ...set, notice: 'Your voice code is set.' } },
  { name: 'voice-code-locked', view: { ...none, code: { since: ASKED, isLocked: true } } },
];
