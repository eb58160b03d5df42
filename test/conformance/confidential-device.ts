/** A device client that can keep a secret, which most cannot. */
export const CONFIDENTIAL = {
  client_id: 'kiosk',
  client_name: 'Kiosk',
  token_endpoint_auth_method: 'client_secret_basic',
  client_secret: 'a secret of the kiosk for its tests 40 chars',
};
export const KIOSK_BASIC = `Basic ${btoa('kiosk:a+secret+of+the+kiosk+for+its+tests+40+chars')}`;
