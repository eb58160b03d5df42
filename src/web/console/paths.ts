import { CONSOLE_PATH } from './fence.ts';

export const DELIVERIES_PATH = `${CONSOLE_PATH}/deliveries`;
export const STREAMS_PATH = `${CONSOLE_PATH}/streams`;

/** `/admin/deliveries/<id>` */
export const receiverPage = (id: string): string => `${DELIVERIES_PATH}/${encodeURIComponent(id)}`;
/** `/admin/streams/<client>` */
export const streamPage = (client: string): string => `${STREAMS_PATH}/${encodeURIComponent(client)}`;
