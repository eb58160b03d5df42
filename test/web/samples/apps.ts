/** Apps and websites: consent, and what the owner sees of them afterwards. */

import type { AppAbility, AppConsentView, ShownApp } from '../../../src/web/pages/apps.ts';
import { scopeLabel } from '../../../src/web/pages/labels.ts';
import { ENGLISH } from '../../../src/words/reader.ts';
import {
  ASKED,
  HOSTILE,
  HOSTILE_LINKS,
  hostileInside,
  inside,
  LINKS,
  NOW,
  out,
  type Sample,
} from './parts.ts';

function ability(scope: string, ticked = true): AppAbility {
  return { scope, words: scopeLabel(ENGLISH, scope) ?? scope, ticked, fixed: scope === 'openid' };
}

const abilities = ['openid', 'profile', 'email', 'offline_access'].map((scope) => ability(scope));

const consent: AppConsentView = {
  page: 'app-consent',
  ...inside,
  action: '/interaction/1nt3ract10n',
  appName: 'Riverside Notes',
  links: LINKS,
  unverified: false,
  site: 'notes.example.com',
  abilities,
  longestDays: 730,
};

const notes: ShownApp = {
  id: 'n0tes',
  name: 'Riverside Notes',
  links: LINKS,
  abilities,
  since: ASKED,
  used: NOW,
};
const reader: ShownApp = {
  id: 'r3ader',
  name: 'Reader',
  links: [],
  abilities: [ability('openid')],
  since: new Date('2025-11-02T08:00:00Z'),
  used: new Date('2026-02-20T08:00:00Z'),
};
const hostile: ShownApp = {
  ...notes,
  id: HOSTILE,
  name: HOSTILE,
  links: HOSTILE_LINKS,
  abilities: [{ ...ability('email'), scope: HOSTILE, words: HOSTILE }],
};
const section = 'devices' as const;

export const apps: readonly Sample[] = [
  { name: 'app-consent', view: consent },
  {
    name: 'app-consent-unverified',
    view: { ...consent, appName: '(unverified) Riverside Notes', links: [], unverified: true },
  },
  {
    name: 'app-consent-refused-before',
    view: { ...consent, abilities: abilities.map((one) => ({ ...one, ticked: one.scope !== 'email' })) },
  },
  { name: 'app-consent-bare', view: { ...consent, abilities: [ability('openid')], longestDays: undefined } },
  {
    name: 'app-consent-api',
    view: {
      ...consent,
      abilities: [
        ...abilities,
        {
          scope: 'resource=https://photos.example.com/v1/albums',
          words: 'Act for you at Riverside Photos (https://photos.example.com/v1/albums)',
          ticked: true,
          fixed: true,
        },
        { scope: 'photos.read', words: 'See your photos', ticked: true, fixed: false },
      ],
    },
  },
  { name: 'app-consent-local', view: { ...consent, appName: 'Riverside Desktop', site: undefined } },
  {
    name: 'app-consent-hostile',
    view: {
      ...consent,
      ...hostileInside,
      action: `/${HOSTILE}`,
      appName: HOSTILE,
      site: HOSTILE,
      abilities: hostile.abilities,
    },
  },
  // The page goes on by itself: here, no further than to itself.
  { name: 'app-continue', view: { page: 'app-continue', ...out, appName: 'Riverside Notes', goOn: '#main' } },
  {
    name: 'app-form-post',
    view: {
      page: 'app-form-post',
      ...out,
      appName: 'Riverside Notes',
      action: 'https://notes.example.com/signed-in',
      fields: { code: 'c0de', state: 'st4te', iss: 'https://id.example.com' },
    },
  },
  {
    name: 'app-form-post-hostile',
    view: {
      page: 'app-form-post',
      ...out,
      appName: HOSTILE,
      action: `/${HOSTILE}`,
      fields: { state: HOSTILE },
    },
  },
  {
    name: 'app-sign-out',
    view: {
      page: 'app-sign-out',
      ...inside,
      appName: 'Riverside Notes',
      fields: { client_id: 'notes', state: 'st4te' },
    },
  },
  { name: 'app-sign-out-unnamed', view: { page: 'app-sign-out', ...inside, appName: undefined, fields: {} } },
  {
    name: 'app-sign-out-hostile',
    view: { page: 'app-sign-out', ...hostileInside, appName: HOSTILE, fields: { state: HOSTILE } },
  },
  {
    name: 'app-signed-out',
    view: { page: 'app-signed-out', ...out, appName: 'Riverside Notes', goOn: '#main' },
  },
  {
    name: 'app-signed-out-unverified',
    view: {
      page: 'app-signed-out',
      ...out,
      appName: '(unverified) Riverside Notes',
      goOn: '#main',
      unseen: { site: 'notes.example.com' },
    },
  },
  {
    name: 'app',
    view: { page: 'app', ...inside, section, app: notes, now: NOW },
  },
  { name: 'app-saved', view: { page: 'app', ...inside, section, app: notes, now: NOW, notice: 'Saved.' } },
  {
    name: 'app-ended',
    view: { page: 'app', ...inside, section, app: { ...notes, endedAt: ASKED }, now: NOW },
  },
  { name: 'app-bare', view: { page: 'app', ...inside, section, app: reader, now: NOW } },
  { name: 'app-hostile', view: { page: 'app', ...hostileInside, section, app: hostile, now: NOW } },
  { name: 'app-remove', view: { page: 'app-remove', ...inside, section, app: notes } },
  { name: 'app-remove-hostile', view: { page: 'app-remove', ...hostileInside, section, app: hostile } },
];
