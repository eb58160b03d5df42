import { accessCommands } from './access.ts';
import { accountEndCommands } from './account-ends.ts';
import { accountListCommands } from './account-lists.ts';
import { accountCommands } from './accounts.ts';
import { auditCommands } from './audit.ts';
import { backupCommands } from './backup.ts';
import { clientSecretCommands } from './client-secrets.ts';
import { clientWritingCommands } from './client-writing.ts';
import { clientCommands } from './clients.ts';
import type { Command } from './command.ts';
import { deviceCommands } from './devices.ts';
import { everyoneCommands } from './everyone.ts';
import { factorCommands } from './factors.ts';
import { invitationCommands } from './invitations.ts';
import { keyCommands } from './keys.ts';
import { operatorCommands } from './operators.ts';
import { registrationCommands } from './registration.ts';
import { secretCommands } from './secrets.ts';
import { statsCommands } from './stats.ts';
import { streamCommands } from './streams.ts';
import { upgradeCommands } from './upgrade.ts';
import { webhookCommands } from './webhooks.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...invitationCommands,
  ...accountCommands,
  ...accountListCommands,
  ...accountEndCommands,
  ...everyoneCommands,
  ...deviceCommands,
  ...accessCommands,
  ...factorCommands,
  ...operatorCommands,
  ...auditCommands,
  ...keyCommands,
  ...secretCommands,
  ...backupCommands,
  ...upgradeCommands,
  ...statsCommands,
  ...clientCommands,
  ...clientWritingCommands,
  ...clientSecretCommands,
  ...registrationCommands,
  ...webhookCommands,
  ...streamCommands,
];
