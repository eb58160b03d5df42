/** The workers of a server: as many as there are to be, whatever becomes of one. */
import type { Logger } from 'pino';
import { type WorkerEnd, WorkersFailed } from './workers-failed.ts';

export interface WorkerProcess {
  readonly id: number;
  readonly pid: number | undefined;
  /** Heard by one that is ready. */
  tell(order: 'stop' | 'retire' | 'reload' | 'figures'): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves when it takes requests. */
  readonly ready: Promise<unknown>;
  readonly ended: Promise<WorkerEnd>;
}

interface WorkersSettings {
  readonly count: number;
  readonly fork: () => WorkerProcess;
  /** Milliseconds until one that is not ready is given up. */
  readonly readyWithin: number;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Hears of each that has ended. */
  readonly onEnd: (id: number, wasAsked: boolean) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  readonly later?: (act: () => void, milliseconds: number) => void;
}

interface Member {
  readonly worker: WorkerProcess;
  readonly reloads: number;
  /** When it took its first request; `undefined`: it does not yet. */
  since: number | undefined;
  /** It was asked to go. */
  isLeaving: boolean;
  /** Started for a restart, in the place of this one: it is not tried again. */
  inPlaceOf: Member | undefined;
}

/** Milliseconds: a worker that ends sooner has not stood its test. */
const YOUNG = 10_000;
/** So many in a row end young, and none serves: that is no chance. */
const MAX_YOUNG_ENDS = 5;
const SECOND = 1000;
const MAX_PAUSE = 60 * SECOND;

export class Workers {
  readonly #with: WorkersSettings;
  readonly #now: () => number;
  readonly #later: (act: () => void, milliseconds: number) => void;
  readonly #members = new Set<Member>();
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #failure = Promise.withResolvers<never>();
  #youngEnds = 0;
  #reloads = 0;
  #restarting: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopping = false;

  constructor(settings: WorkersSettings) {
    this.#with = settings;
    this.#now = settings.now ?? (() => performance.now());
    this.#later = settings.later ?? ((act, milliseconds) => void setTimeout(act, milliseconds).unref());
    this.#failure.promise.catch(() => undefined);
  }

  /** Never resolves. @throws WorkersFailed */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** One first: what keeps it from starting would keep all, and is said once. Resolves when it serves. */
  async start(): Promise<void> {
    this.#launch();
    await Promise.race([this.#firstReady.promise, this.failure]);
    for (let more = 1; more < this.#with.count; more += 1) this.#launch();
  }

  /** Each reads the clients file anew. */
  reload(): void {
    this.#reloads += 1;
    for (const { worker } of this.#members) worker.tell('reload');
  }

  /**
   * A new one in the place of each, one after the other: the old one goes when the new one serves. Asked again meanwhile,
   * all is done once more.
   */
  restart(): Promise<void> {
    this.#isAskedAgain = true;
    this.#restarting ??= this.#restartAll().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Those that serve. */
  get ready(): WorkerProcess[] {
    return [...this.#members].filter(({ since }) => since !== undefined).map(({ worker }) => worker);
  }

  /**
   * Each finishes what it has begun.
   * @param longest milliseconds, then they are killed
   * @returns how many were
   */
  async stop(longest: number): Promise<number> {
    this.#isStopping = true;
    for (const { worker, since } of this.#members) {
      worker.tell('stop');
      if (since === undefined) worker.kill('SIGTERM');
    }
    let killed = 0;
    this.#later(() => {
      killed = this.#members.size;
      for (const { worker } of this.#members) worker.kill('SIGKILL');
    }, longest);
    await Promise.all([...this.#members].map(({ worker }) => worker.ended));
    return killed;
  }

  /** As many as there are to be, without those that leave. Where an old one has ended, its new one counts while it starts. */
  get #isWhole(): boolean {
    const staying = [...this.#members].filter(
      ({ isLeaving, inPlaceOf }) => !isLeaving && !(inPlaceOf && this.#members.has(inPlaceOf)),
    );
    return staying.length >= this.#with.count;
  }

  #launch(inPlaceOf?: Member): Member {
    const worker = this.#with.fork();
    const member: Member = { worker, reloads: this.#reloads, since: undefined, isLeaving: false, inPlaceOf };
    this.#members.add(member);
    void worker.ready.then(() => this.#onReady(member));
    void worker.ended.then((end) => this.#onEnd(member, end));
    this.#later(() => member.since ?? worker.kill('SIGKILL'), this.#with.readyWithin);
    return member;
  }

  #onReady(member: Member): void {
    const { worker, reloads } = member;
    member.since = this.#now();
    this.#firstReady.resolve();
    this.#with.log.info({ worker: worker.id, pid: worker.pid }, 'a worker serves');
    if (this.#isStopping) worker.tell('stop');
    else if (reloads !== this.#reloads) worker.tell('reload');
  }

  #onEnd(member: Member, end: WorkerEnd): void {
    const { worker, isLeaving, inPlaceOf, since } = member;
    this.#members.delete(member);
    const wasAsked = isLeaving || this.#isStopping;
    this.#with.onEnd(worker.id, wasAsked);
    if (wasAsked || inPlaceOf) return;
    const isYoung = end.code !== 0 && (since === undefined || this.#now() - since < YOUNG);
    this.#youngEnds = isYoung ? this.#youngEnds + 1 : 0;
    const saysWhy = since === undefined && end.code !== null;
    const isInVain = isYoung && (saysWhy || this.#youngEnds >= MAX_YOUNG_ENDS);
    if (isInVain && this.ready.length === 0)
      return this.#failure.reject(new WorkersFailed(end, since !== undefined));
    const pause = this.#youngEnds < 2 ? 0 : Math.min(MAX_PAUSE, SECOND * 2 ** (this.#youngEnds - 2));
    const ended = { worker: worker.id, pid: worker.pid, ...end, seconds: pause / SECOND };
    this.#with.log.error(ended, 'a worker has ended, and is replaced');
    this.#later(() => this.#isStopping || this.#isWhole || this.#launch(), pause);
  }

  async #restartAll(): Promise<void> {
    while (this.#isAskedAgain && !this.#isStopping) {
      this.#isAskedAgain = false;
      const isDone = await this.#restartEach();
      if (isDone) this.#with.log.info('workers restarted');
    }
  }

  /** @returns whether all were */
  async #restartEach(): Promise<boolean> {
    for (const old of [...this.#members]) {
      await Promise.race([old.worker.ready, old.worker.ended]);
      // One that has ended meanwhile has a new one in its place already.
      if (!this.#members.has(old) || this.#isStopping) continue;
      const fresh = this.#launch(old);
      const end = await Promise.race([fresh.worker.ready.then(() => undefined), fresh.worker.ended]);
      if (end) {
        this.#with.log.error({ ...end }, 'a new worker did not become ready: the old ones stay');
        // The old one has ended meanwhile, and was not replaced.
        if (!this.#isStopping && !this.#members.has(old) && !this.#isWhole) this.#launch();
        return false;
      }
      fresh.inPlaceOf = undefined;
      old.isLeaving = true;
      old.worker.tell('retire');
      await old.worker.ended;
    }
    return !this.#isStopping;
  }
}
