/** Names in the environment that are nearly those of settings: what they say would be done by default instead. */
import { LIMIT_SETTING_NAMES } from '../limits/limits.ts';

const LIMIT = 'LIMIT_';
/** A shorter name is near too many others. */
const LEAST_LENGTH = 6;

/**
 * A line for each name that is one letter away from a setting, differs in case alone, or begins as a limit and is none.
 * @param known the names of all settings but limits
 */
export function misspeltErrors(names: readonly string[], known: readonly string[]): string[] {
  const limits = LIMIT_SETTING_NAMES.map((name) => `${LIMIT}${name}`);
  const settings = [...known, ...limits];
  const ours = new Set(settings);
  return names
    .filter((name) => !ours.has(name))
    .flatMap((name) => {
      const meant = settings.find((setting) => setting.length >= LEAST_LENGTH && isNear(name, setting));
      const shown = name.replace(/[^\x21-\x7e]/g, '?').slice(0, 80);
      if (meant) return [`${shown}: is no setting; write ${meant}, or take it out of the environment`];
      return name.startsWith(LIMIT) ? [`${shown}: is no limit; docs/operations.md has their names`] : [];
    });
}

/** One letter more, less, another, or two that changed places; or the same in other case. */
function isNear(name: string, setting: string): boolean {
  if (name.toUpperCase() === setting) return true;
  if (Math.abs(name.length - setting.length) > 1) return false;
  const [longer, shorter] = name.length >= setting.length ? [name, setting] : [setting, name];
  let at = 0;
  while (at < shorter.length && longer[at] === shorter[at]) at += 1;
  if (longer.length > shorter.length) return longer.slice(at + 1) === shorter.slice(at);
  const isSwapped = longer[at] === shorter[at + 1] && longer[at + 1] === shorter[at];
  return (
    longer.slice(at + 1) === shorter.slice(at + 1) ||
    (isSwapped && longer.slice(at + 2) === shorter.slice(at + 2))
  );
}
