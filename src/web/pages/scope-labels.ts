import { resourceIn, type ScopeWords } from '../../devices/asked-resource.ts';
import { quoteName } from '../../devices/claimed-words.ts';
import type { Reader } from '../../words/reader.ts';
import { scopeLabel } from './labels.ts';

const SIGN_IN = 'openid';

/** What the scopes let a device or an app do, a sentence each. */
export function abilitiesOf(reader: Reader, scopes: readonly string[], words: ScopeWords): string[] {
  return [...new Set(scopes)].map((scope) => abilityOf(reader, scope, words));
}

/** The same, in short: who may do more knows whose account it is. */
export function abilitiesInShort(reader: Reader, scopes: readonly string[], words: ScopeWords): string[] {
  const more = scopes.filter((scope) => scope !== SIGN_IN);
  return abilitiesOf(reader, more.length > 0 ? more : scopes, words);
}

/** In words of ours, or in those of the operator; a scope that has none is shown by its name. */
export function abilityOf(reader: Reader, scope: string, words: ScopeWords): string {
  const given = Object.hasOwn(words, scope) ? words[scope] : undefined;
  const api = resourceIn(scope);
  if (api !== undefined) {
    const named = given === undefined ? 'no' : 'yes';
    return reader.t('common.scope.act-at', { named, name: given ?? '', id: reader.leftToRight(api) });
  }
  return (
    scopeLabel(reader, scope) ?? given ?? reader.t('common.scope.other', { scope: quoteName(reader, scope) })
  );
}
