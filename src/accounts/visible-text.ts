/** What people see of what they typed or pasted: the rest came along unseen, and does not count. */

/** Shows nothing: marks of direction and width, joiners, fillers, soft hyphens, controls but white space; half a character. */
const UNSEEN = /(?![\s])[\p{Cf}\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

/** Without what shows nothing. White space stays: it is seen between words. */
export function visible(typed: string): string {
  return typed.replace(UNSEEN, '');
}

/** Whether nothing was typed, as far as a person sees. */
export function isBlank(typed: string): boolean {
  return visible(typed).trim() === '';
}
