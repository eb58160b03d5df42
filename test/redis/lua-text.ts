/** What a script does, read off its text. */

const OF_LUA = ['ipairs', 'pairs', 'pcall', 'tonumber', 'tostring', 'type', 'unpack'];
const WORDS = [
  'and',
  'do',
  'else',
  'elseif',
  'end',
  'function',
  'if',
  'in',
  'not',
  'or',
  'return',
  'then',
  'until',
  'while',
];

/** What stands before an opening parenthesis, but for methods and functions of libraries; and what `pcall` calls. */
function callsIn(code: string): ReadonlySet<string> {
  const found = code
    .replace(/'[^']*'/g, "''")
    .matchAll(/(?<![.:\w])(?:(?<=pcall\()(\w+),|([A-Za-z_]\w*)\s*\()/g);
  return new Set(
    [...found].map(([, handed, name = '']) => handed ?? name).filter((name) => !WORDS.includes(name)),
  );
}

/** Functions of a text by name, what else it has, and which of its functions that reaches. */
export class LuaText {
  readonly functions = new Map<string, string>();
  readonly body: string;

  constructor(text: string) {
    const code = text.replace(/--.*$/gm, '');
    this.body = code.replace(
      /^local function (\w+)(\([^)]*\)(?:.*\bend$|[\s\S]*?^end$))/gm,
      (_all, name: string, rest: string) => {
        this.functions.set(name, rest);
        return '';
      },
    );
  }

  /** Names of the functions of this text that a piece of its code calls itself. */
  calledIn(code: string): string[] {
    const called = callsIn(code);
    return [...this.functions.keys()].filter((name) => called.has(name));
  }

  /** Names of the functions that are called anywhere in the text and are neither its own nor Lua's. */
  get foreign(): string[] {
    const code = [...this.functions.values(), this.body].join('\n');
    const given = [...code.matchAll(/\(([\w, ]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
    // As `local find = string.find`.
    const kept = [...code.matchAll(/\blocal ([\w, ]+?) *=/g)].flatMap(([, names = '']) => names.split(', '));
    const known = new Set([...this.functions.keys(), ...OF_LUA, ...given, ...kept]);
    return [...callsIn(code)].filter((name) => !known.has(name)).sort();
  }

  /** Everything that runs when the text does, and nothing that only stands in front of it. */
  get reached(): string {
    const names = new Set(this.calledIn(this.body));
    for (const name of names) {
      for (const next of this.calledIn(this.functions.get(name) ?? '')) names.add(next);
    }
    return [...names, ''].map((name) => this.functions.get(name) ?? this.body).join('\n');
  }

  /** Commands that may be sent to the store; `?` for one whose name is not written out. */
  get commands(): string[] {
    const calls = [...this.reached.matchAll(/redis\.p?call\((?:'(\w+)')?/g)];
    return [...new Set(calls.map(([, name]) => name ?? '?'))];
  }
}
