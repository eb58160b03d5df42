/** The lowest cost that argon2 takes, where a test is not about how long a guess takes. */
export const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 };
