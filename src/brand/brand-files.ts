import type { Brand } from './brand.ts';
import { brandSheet } from './brand-sheet.ts';

export const BRAND_SHEET = 'brand.css';

/** What is served beside our own static files, by name: the sheet of the brand's colours, and its pictures. */
export function brandFiles(brand: Brand): ReadonlyMap<string, Buffer> {
  const sheet = brandSheet(brand);
  const ofBrand = [brand.logo, brand.logoDark, brand.icon].filter((picture) => picture !== undefined);
  const pictures = [...ofBrand, ...brand.logosOfApps.values()];
  return new Map([
    ...(sheet === undefined ? [] : [[BRAND_SHEET, Buffer.from(sheet)] as const]),
    ...pictures.map(({ name, content }) => [name, content] as const),
  ]);
}
