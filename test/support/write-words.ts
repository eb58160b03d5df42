/** `npm run words`: what each message asks for, as types, written from `locales/en`. */
import { writeFileSync } from 'node:fs';
import { ARGUMENTS_FILE, argumentTypes } from './message-arguments.ts';

writeFileSync(ARGUMENTS_FILE, argumentTypes());
