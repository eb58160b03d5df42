import type { Brand } from './brand.ts';
import type { Palette } from './palette.ts';

/** The sheet that puts a brand's colours in the place of ours; `undefined` where it has none. */
export function brandSheet({ colors }: Brand): string | undefined {
  if (!colors) return undefined;
  const dark = variables(colors.dark).replaceAll('\n', '\n  ');
  return `${variables(colors.light)}\n\n@media (prefers-color-scheme: dark) {\n  ${dark}\n}\n`;
}

function variables({ brand, strong, onBrand, wash }: Palette): string {
  return `:root {\n  --brand: ${brand};\n  --brand-strong: ${strong};\n  --on-brand: ${onBrand};\n  --brand-wash: ${wash};\n}`;
}
