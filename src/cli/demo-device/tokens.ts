import { z } from 'zod';

const tokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().nonnegative().optional(),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/** A token response (RFC 6749 section 5.1), field names as on the wire. */
export type Tokens = z.infer<typeof tokenSchema>;

/** The token response in an answer's body, or undefined when it is none. */
export function readTokens(body: unknown): Tokens | undefined {
  const parsed = tokenSchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}
