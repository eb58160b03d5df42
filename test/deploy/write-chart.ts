/** `npm run chart`: renders the chart anew for its tests, where there is Helm. */
import { writeFileSync } from 'node:fs';
import { asFixture, RENDERED, render } from './chart.ts';

const { status, stdout, stderr } = render();
if (status !== 0) {
  console.error(stderr || 'There is no helm on this machine.');
  process.exit(1);
}
writeFileSync(RENDERED, asFixture(stdout));
