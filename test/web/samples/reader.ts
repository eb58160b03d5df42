/** In which language and time zone an owner reads. */
import { HOSTILE, inside, NOW, out, type Sample } from './parts.ts';

const languages = [
  { tag: 'en', name: 'English', isChosen: true },
  { tag: 'de', name: 'Deutsch', isChosen: false },
  { tag: 'es', name: 'Español', isChosen: false },
];
const zones = ['America/New_York', 'Asia/Tokyo', 'Europe/Stockholm'];

export const readerSamples: readonly Sample[] = [
  { name: 'language', view: { page: 'language', ...inside, languages, returnTo: '/account/settings' } },
  { name: 'language-visitor', view: { page: 'language', ...out, languages, returnTo: '/sign-in' } },
  { name: 'language-hostile', view: { page: 'language', ...out, languages, returnTo: `/?x=${HOSTILE}` } },
  {
    name: 'time-zone',
    view: {
      page: 'time-zone',
      section: 'settings',
      ...inside,
      zones,
      chosen: 'Asia/Tokyo',
      ofBrowser: 'Europe/Stockholm',
      now: NOW,
    },
  },
  {
    name: 'time-zone-unknown',
    view: {
      page: 'time-zone',
      section: 'settings',
      ...inside,
      zones,
      chosen: undefined,
      ofBrowser: undefined,
      now: NOW,
    },
  },
];
