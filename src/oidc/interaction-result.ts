import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { GoOn } from '../apps/app-sign-in.ts';

type Interaction = InstanceType<Provider['Interaction']>;

/** The library goes on from here when the browser comes back. */
export async function finish(interaction: Interaction, result: InteractionResults): Promise<GoOn> {
  interaction.result = result;
  await interaction.persist();
  return goOnFrom(interaction);
}

/** Where the browser goes on once the request is answered. */
export function goOnFrom({ returnTo }: Interaction): GoOn {
  return { path: new URL(returnTo).pathname };
}
