/** The picture of an app: a file in the folder `apps` of BRAND_DIR. No picture elsewhere (`logo_uri`) is ever fetched. */
export const LOGO_FILE = 'logo_file';

/** As the operator says; an app that registered itself shows no picture of another. */
export function logoFileOf(client: object | undefined, isSelfRegistered: boolean): string | undefined {
  const file = (client as Record<string, unknown> | undefined)?.[LOGO_FILE];
  return isSelfRegistered || typeof file !== 'string' ? undefined : file;
}
