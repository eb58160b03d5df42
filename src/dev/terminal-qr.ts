/** Dark on light whatever the terminal's own colours are: some phones cannot read an inverted QR. */
export async function terminalQr(text: string, interactive: boolean): Promise<string> {
  const { default: QRCode } = await import('qrcode');
  const picture = await QRCode.toString(text, { type: 'utf8', margin: 2, errorCorrectionLevel: 'L' });
  const lines = picture.split('\n').filter((line) => line !== '');
  return lines.map((line) => (interactive ? `    \x1b[30;107m${line}\x1b[0m` : `    ${line}`)).join('\n');
}
