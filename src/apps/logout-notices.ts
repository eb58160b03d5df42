/** Back-channel logout put together: from ends that scripts write to apps that have heard. */
import type { ClosedAccountApps } from '../account-changes/closing-sweep.ts';
import { IntervalTask } from '../runtime/interval-task.ts';
import { LogoutSweep, type LogoutSweepSettings } from './logout-sweep.ts';
import { LogoutTurns, type LogoutTurnsSettings, type NoticeOutcome } from './logout-turns.ts';

/** Milliseconds between looks for ends that no server has queued. */
const SWEEP_PAUSE = 1000;

type LogoutNoticesSettings = Omit<LogoutSweepSettings, 'onDropped'> &
  Omit<LogoutTurnsSettings, 'onOutcome'> & {
    readonly onOutcome: (told: {
      client: string;
      outcome: NoticeOutcome | 'dropped';
      reason?: string;
      tries?: number;
      dropped?: number;
    }) => void;
  };

export interface LogoutNotices extends ClosedAccountApps {
  /** How many notices wait or are being sent. */
  depth(): Promise<number>;
  /** Breaks off what is being sent; it waits in the store for the next server. */
  close(): Promise<void>;
}

export function startLogoutNotices(settings: LogoutNoticesSettings): LogoutNotices {
  const sweep = new LogoutSweep({
    ...settings,
    onDropped: ({ clientId: client }, dropped) => settings.onOutcome({ client, outcome: 'dropped', dropped }),
  });
  const turns = new LogoutTurns(settings);
  const sweeping = new IntervalTask(() => sweep.sweep(), SWEEP_PAUSE, settings.onFailure);
  return {
    tellOf: async (accountId) => {
      while (await sweep.sweepAccount(accountId));
    },
    depth: () => turns.depth(),
    close: async () => {
      await Promise.all([sweeping.stop(), turns.stop()]);
    },
  };
}
