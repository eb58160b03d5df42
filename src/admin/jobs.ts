/** Long works that a call begins and that go on without it: one of each kind at a time, whichever server does it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { freshBytes } from '../runtime/operations.ts';
import { inTurn, type TurnRecords } from './turns.ts';

export const JOB_TYPES = ['sign-out-everyone', 'rewrite-records', 'rebuild-index'] as const;
type JobType = (typeof JOB_TYPES)[number];

type Progress = Readonly<Record<string, number>>;

export interface Job {
  readonly id: string;
  readonly type: JobType;
  /** `cut-off`: its server ended, or the store failed; begun again, it does what is left to do. */
  readonly state: 'running' | 'done' | 'cut-off';
  /** How far it has come, by what it counts. */
  readonly progress: Progress;
  /** Milliseconds since 1970, as the others. */
  readonly startedAt: number;
  readonly heardAt: number;
}

/** @param tell hears now and then how far it has come. @returns how far it came */
type Work = (tell: (progress: Progress) => void) => Promise<Progress>;

interface JobRecords extends TurnRecords {
  find<T>(kind: string, id: string): Promise<{ payload: T } | undefined>;
  write(kind: string, id: string, payload: unknown, lifetime: number): Promise<unknown>;
}

interface JobParts {
  readonly records: JobRecords;
  readonly works: Readonly<Record<JobType, Work>>;
  readonly now: () => number;
  /** Hears how each ended. */
  readonly onEnd: (job: Job, error: unknown) => void;
}

const [JOB, TURN] = ['Job', 'JobTurn'];
const KEPT_MS = 30 * 86_400_000;
const TOLD_EVERY = 2000;
/** One of which nothing was heard for so long runs nowhere any more. */
const SILENT_MS = 60_000;

class Stopping extends Error {}

export class Jobs {
  readonly #with: JobParts;
  /** A work is no part of the call that begins it: its changes are operations of their own. */
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #running = new Set<Promise<void>>();
  #isStopping = false;

  constructor(parts: JobParts) {
    this.#with = parts;
  }

  /** @returns `undefined`: one of its kind is being done */
  async begin(type: JobType): Promise<Job | undefined> {
    const id = freshBytes(16).toString('base64url');
    return inTurn(this.#with.records, [TURN, type], () => this.#beginInTurn(id, type));
  }

  async #beginInTurn(id: string, type: JobType): Promise<Job | undefined> {
    const { now } = this.#with;
    const before = await this.#of(type);
    // The same call again, after its server died before it could answer.
    if (before?.id === id && before.state === 'done') return before;
    if (before?.state === 'running') return undefined;
    const job: Job = { id, type, state: 'running', progress: {}, startedAt: now(), heardAt: now() };
    await this.#write(job);
    this.#outside(() => this.#start(job));
    return job;
  }

  /** The newest of each kind. */
  async list(): Promise<Job[]> {
    const all = await Promise.all(JOB_TYPES.map((type) => this.#of(type)));
    return all.flatMap((job) => job ?? []).sort((one, other) => other.startedAt - one.startedAt);
  }

  async find(id: string): Promise<Job | undefined> {
    return (await this.list()).find((job) => job.id === id);
  }

  /** What runs here is cut off between two steps. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running);
  }

  async #of(type: JobType): Promise<Job | undefined> {
    const job = (await this.#with.records.find<Job>(JOB, type))?.payload;
    const isSilent = job?.state === 'running' && job.heardAt < this.#with.now() - SILENT_MS;
    return job && isSilent ? { ...job, state: 'cut-off' } : job;
  }

  #write(job: Job): Promise<unknown> {
    return this.#with.records.write(JOB, job.type, job, KEPT_MS);
  }

  /** One that was taken for dead may have been begun anew elsewhere: that one is told of. */
  async #note(job: Job): Promise<void> {
    if ((await this.#of(job.type))?.id === job.id) await this.#write(job);
  }

  #start(job: Job): void {
    const run = this.#run(job).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(begun: Job): Promise<void> {
    const { now, onEnd, works } = this.#with;
    let [job, writing]: [Job, Promise<unknown>] = [begun, Promise.resolve()];
    let failure: unknown;
    const tell = (progress: Progress) => {
      if (this.#isStopping) throw new Stopping('the server stops');
      const isDue = now() - job.heardAt >= TOLD_EVERY;
      job = { ...job, progress: { ...progress }, ...(isDue && { heardAt: now() }) };
      if (isDue) writing = this.#note(job).catch(() => undefined);
    };
    try {
      const progress = await works[begun.type](tell);
      job = { ...job, progress: { ...progress }, state: 'done' };
    } catch (error) {
      failure = error;
      job = { ...job, state: 'cut-off' };
    }
    await writing;
    job = { ...job, heardAt: now() };
    // Where the store fails, its silence says that it was cut off.
    await this.#note(job).catch(() => undefined);
    onEnd(job, failure);
  }
}
