import type { DeviceCodeStore, PolledDeviceCode } from './device-code-store.ts';

/** The same store, telling a listener what each poll of a device has met. */
export function watchedDeviceCodes(
  codes: DeviceCodeStore,
  onPoll: (polled: PolledDeviceCode | undefined) => void,
): DeviceCodeStore {
  return {
    create: (code) => codes.create(code),
    find: (deviceCode) => codes.find(deviceCode),
    findByUserCode: (userCode) => codes.findByUserCode(userCode),
    decide: (deviceCode, decision, payload) => codes.decide(deviceCode, decision, payload),
    consume: (deviceCode) => codes.consume(deviceCode),
    poll: async (deviceCode, clientId) => {
      const polled = await codes.poll(deviceCode, clientId);
      onPoll(polled);
      return polled;
    },
  };
}
