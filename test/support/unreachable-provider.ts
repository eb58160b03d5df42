/** An entry of UPSTREAM_FILE at whose address nothing answers. */
export const CORP = {
  id: 'corp',
  name: 'Corp',
  issuer: 'http://127.0.0.1:9',
  client_id: 'latchkey',
  client_secret: 'hush',
};
