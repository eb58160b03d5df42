/** Six digits that are not these: what is guessed wrongly has to be wrong each time, not nearly each. */
export const otherCode = (...right: readonly string[]): string => {
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (one) => !right.includes(one),
  );
  if (wrong === undefined) throw new Error('each of these is right');
  return wrong;
};
