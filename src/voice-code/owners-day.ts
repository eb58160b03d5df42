/** How far the clock of a zone is before UTC at a moment, milliseconds; without a zone it is UTC. */
export function aheadOfUtc(zone: string | undefined, at: number): number {
  if (zone === undefined) return 0;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const [year, month, day, hour] = [of('year'), of('month'), of('day'), of('hour')];
  return Date.UTC(year, month - 1, day, hour, of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}

const DAY = 86_400_000;

/** The day of the owner's calendar, counted from 1970 on, as `buyByVoice.lua` counts it. */
export const dayOf = (at: number, ahead: number): number => Math.floor((at + ahead) / DAY);
