/** The client of providers, loaded for those who have one: it takes memory. */
export const openidClient = () => import('openid-client');
