import type { QrPicture } from './pages/two-step.ts';

/** Light around the code, in squares (ISO/IEC 18004: four). */
const MARGIN = 4;

/** The code as one path, so that the page needs no picture from elsewhere and no style of its own. */
export async function qrPicture(text: string): Promise<QrPicture> {
  // Loaded when the first is drawn: it takes memory.
  const { default: QRCode } = await import('qrcode');
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (modules.get(y, x)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
    }
  }
  return { size: size + 2 * MARGIN, path };
}
