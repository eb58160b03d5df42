/** The command about the secret of a client that is stored here. */
import { storedSecrets } from '../../apps/client-secrets.ts';
import type { RotationOutcome } from '../../apps/managed-clients.ts';
import type { AdminService } from '../../server/operator.ts';
import { type Command, type CommandInput, notConfirmed } from './command.ts';
import { done, type Ending } from './ending.ts';

const HOUR = 3_600_000;
const DEFAULT_OVERLAP = '168';
const MAX_OVERLAP = 720;

export const clientSecretCommands: readonly Command[] = [
  {
    name: 'clients rotate-secret',
    usage: 'CLIENT_ID [--overlap-hours N]',
    summary:
      'a new secret for a client in the store, shown once; the one before works for N hours more (168, 0 to 720)',
    words: 1,
    options: { 'overlap-hours': { type: 'string' } },
    run: rotate,
  },
];

async function rotate({ clients }: AdminService, input: CommandInput): Promise<Ending> {
  const [clientId = ''] = input.words;
  const hours = Number(input.options['overlap-hours'] ?? DEFAULT_OVERLAP);
  if (!Number.isInteger(hours) || hours < 0 || hours > MAX_OVERLAP)
    return { outcome: 'usage', message: `--overlap-hours is a number from 0 to ${MAX_OVERLAP}.` };
  const client = await clients.find(clientId);
  const stored = client?.stored ?? client?.registered;
  const secrets = stored ? storedSecrets(stored) : [];
  const older = secrets.length > 1 ? ' The one before that ends now.' : '';
  const ends = hours === 0 ? 'ends now' : `ends in ${hours} h`;
  if (
    secrets.length > 0 &&
    !(await input.confirm(`New secret for ${clientId}? The present one ${ends}.${older}`))
  )
    return notConfirmed;
  const outcome = await clients.rotateSecret(clientId, hours * HOUR);
  if (typeof outcome === 'string') return REFUSALS[outcome](clientId);
  input.audit(undefined, 'done', { client: clientId });
  const until = outcome.until === undefined ? undefined : new Date(outcome.until).toISOString();
  const former = until === undefined ? 'has ended' : `works until ${until}`;
  const message = `${outcome.secret}\nThe new secret of ${clientId}. It is not shown again; the one before ${former}.`;
  return done(message, { clientId, secret: outcome.secret, formerUntil: until });
}

const REFUSALS: Readonly<Record<Extract<RotationOutcome, string>, (id: string) => Ending>> = {
  gone: (id) => ({ outcome: 'not-found', message: `There is no stored client ${id}.` }),
  'in-file': (id) => ({
    outcome: 'refused',
    message: `${id} is in the clients file: give it client_secrets there.`,
  }),
  'no-secret': (id) => ({ outcome: 'refused', message: `${id} has no secret.` }),
  busy: (id) => ({
    outcome: 'refused',
    message: `${id} is being changed by others: nothing was done. Try again.`,
  }),
};
