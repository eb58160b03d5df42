/** The code that confirms what is bought by voice: not set, set, locked. */
import type { VoiceCodeView } from '../../../src/web/pages/voice-code.ts';
import { ASKED, inside, NOW, type Sample } from './parts.ts';

const none: VoiceCodeView = {
  page: 'voice-code',
  ...inside,
  section: 'security',
  code: undefined,
  today: undefined,
  limits: { currency: '', day_limit: '', free_limit: '0' },
  zone: 'Europe/Stockholm',
  currencies: [
    { code: 'EUR', name: 'Euro' },
    { code: 'SEK', name: 'Swedish Krona' },
  ],
  now: NOW,
};
const set = { ...none, code: { since: ASKED, isLocked: false } };
const limits = { currency: 'EUR', day_limit: '50.00', free_limit: '10.00' };
const bought = { ...set, limits, today: { bought: '€12.50', most: '€50.00', bare: '€2.50', free: '€10.00' } };
const wrongLimits = { currency: 'missing', day_limit: 'not-an-amount', free_limit: 'not-an-amount' } as const;
const error = (voice_code: 'not-four' | 'too-easy') => ({ kind: 'fields', fields: { voice_code } }) as const;

export const voiceCode: readonly Sample[] = [
  { name: 'voice-code-none', view: none },
  { name: 'voice-code-malformed', view: { ...none, problem: error('not-four') } },
  { name: 'voice-code-too-easy', view: { ...set, problem: error('too-easy') } },
  { name: 'voice-code-set', view: { ...set, notice: 'Your voice code is set.' } },
  { name: 'voice-code-bought', view: bought },
  { name: 'voice-code-no-limits', view: { ...set, problem: { kind: 'fields', fields: wrongLimits } } },
  {
    name: 'voice-code-free-limit',
    view: { ...bought, problem: { kind: 'fields', fields: { free_limit: 'too-much' } } },
  },
  { name: 'voice-code-locked', view: { ...none, code: { since: ASKED, isLocked: true } } },
];
