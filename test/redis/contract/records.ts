import { describe, expect, it } from '@jest/globals';
import { randomId, TEST_SECRET } from '../../support/test-stores.ts';
import { Bench, type OpenStores, times } from './bench.ts';

export function describeRecords(open: OpenStores): void {
  describe('records', () => describeRecord(new Bench(open)));
  describe('secrets of the installation', () => describeInstallationSecrets(new Bench(open)));
}

function describeRecord(bench: Bench): void {
  it('are written whole, found by kind and id, and removed', async () => {
    const { records } = bench.stores;
    const name = await records.write('Kind', 'id', { one: 1 }, 60_000);
    expect(await records.find('Kind', 'id')).toEqual({ name, payload: { one: 1 }, consumed: false });
    await records.write('Kind', 'id', { two: 2 }, 60_000);
    expect((await records.find('Kind', 'id'))?.payload).toEqual({ two: 2 });
    expect(await records.find('Other', 'id')).toBeUndefined();
    await records.remove('Kind', 'id');
    expect(await records.find('Kind', 'id')).toBeUndefined();
  });

  it('are consumed by one of 64 at once, and a save does not undo it', async () => {
    const { records } = bench.stores;
    const id = randomId();
    await records.write('Kind', id, {}, 60_000);
    expect((await times(64, () => records.consume('Kind', id))).filter(Boolean)).toHaveLength(1);
    await records.write('Kind', id, { late: 'save' }, 60_000);
    expect(await records.find('Kind', id)).toMatchObject({ consumed: true });
    expect(await records.consume('Kind', id)).toBe(false);
    expect(await records.consume('Kind', randomId())).toBe(false);
  });

  it('end by their lifetime, or never', async () => {
    const { records } = bench.stores;
    const [timed, endless] = await Promise.all([
      records.write('Kind', 'timed', {}, 60_000),
      records.write('Kind', 'endless', {}),
    ]);
    expect(await bench.redis.pttl(bench.keyspace.record('Kind', timed))).toBeGreaterThan(59_000);
    expect(await bench.redis.pttl(bench.keyspace.record('Kind', endless))).toBe(-1);
  });
}

function describeInstallationSecrets(bench: Bench): void {
  it('have one maker of 16 at once, over several connections', async () => {
    const processes = await times(4, () => bench.another());
    const name = randomId();
    const read = (index: number) =>
      processes[index % 4]?.installationSecrets.readOrMake(name, async () => ({ made: index }));
    const values = await times(16, async (index) => read(index));
    expect(new Set(values.map((value) => value?.made)).size).toBe(1);
    expect(await read(99)).toEqual(values[0]);
  });

  it('are replaced by one of 16 that read the same, and nobody gets back what was replaced', async () => {
    const processes = await times(4, () => bench.another());
    const name = randomId();
    const { version } = await bench.stores.installationSecrets.openOrMake(name, async () => 'first');
    const won = await times(16, async (index) =>
      processes[index % 4]?.installationSecrets.replace(name, version, `by ${index}`),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const { value } = await bench.stores.installationSecrets.read(name);
    expect(value).toBe(`by ${won.indexOf(true)}`);
  });

  it('are told with the time of the store', async () => {
    const [before] = await bench.redis.time();
    const name = randomId();
    const { now } = await bench.stores.installationSecrets.openOrMake(name, async (made) => made);
    expect(Math.abs(now - Number(before) * 1000)).toBeLessThan(60_000);
  });

  it('that are replaced while others seal them anew are what their replacer was told', async () => {
    const secrets = ['a new secret, long enough to be taken, too', TEST_SECRET];
    const rotated = await bench.another({ secrets });
    const never = async () => Promise.reject(new Error('it was made before'));
    await times(20, async () => {
      const name = randomId();
      const { version } = await bench.stores.installationSecrets.openOrMake(name, async () => 'leaked');
      const [isReplaced] = await Promise.all([
        bench.stores.installationSecrets.replace(name, version, 'its successor'),
        rotated.installationSecrets.openOrMake(name, never),
        rotated.installationSecrets.openOrMake(name, never),
      ]);
      const { value } = await rotated.installationSecrets.read(name);
      expect(value).toBe(isReplaced ? 'its successor' : 'leaked');
    });
  });

  it('are sealed anew when the master secret rotates, and then open with the new one alone', async () => {
    const name = randomId();
    const make = async () => 'the pepper';
    const never = async () => Promise.reject(new Error('it was made before'));
    await bench.stores.installationSecrets.readOrMake(name, make);
    const alone = await bench.another({ secrets: ['a new secret, long enough to be taken, too'] });
    await expect(alone.installationSecrets.readOrMake(name, never)).rejects.toThrow(
      'another LATCHKEY_SECRET',
    );
    const both = await bench.another({
      secrets: ['a new secret, long enough to be taken, too', TEST_SECRET],
    });
    const values = await times(4, () => both.installationSecrets.readOrMake(name, never));
    expect(values).toEqual(Array(4).fill('the pepper'));
    expect(await alone.installationSecrets.readOrMake(name, never)).toBe('the pepper');
  });
}
