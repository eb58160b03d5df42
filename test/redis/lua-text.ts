/** What a script does, read off its text. */

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

  /** Names of the functions that a piece of code calls or passes on, itself, in their order. */
  calledIn(code: string): string[] {
    const words = new Set(code.replace(/'[^']*'/g, "''").match(/(?<![.:\w])[A-Za-z_]\w*/g));
    return [...this.functions.keys()].filter((name) => words.has(name));
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
