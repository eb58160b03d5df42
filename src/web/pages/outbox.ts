import type { PageParts } from './page.ts';

export interface OutboxEntry {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly date: Date;
}

interface OutboxParts extends PageParts {
  /** The page that the reader came from, which waits for a code. */
  readonly back?: string | undefined;
}

/** `/dev/outbox`, development only: the mails that were kept here and not sent, newest first. */
export interface OutboxView extends OutboxParts {
  readonly page: 'outbox';
  readonly mails: readonly OutboxEntry[];
}

/** `/dev/outbox/<id>`: one mail. */
export interface OutboxMailView extends OutboxParts {
  readonly page: 'outbox-mail';
  readonly mail: OutboxEntry & { readonly text: string };
  /** The address of its HTML, shown in a frame; a text message has none. */
  readonly frame?: string | undefined;
}
