/** Ends what global-setup.ts started. */
export default async function stopRunServers(): Promise<void> {
  await globalThis.testRunServers?.stop();
}
