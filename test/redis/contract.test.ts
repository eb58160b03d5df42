import { testStores } from '../support/test-stores.ts';
import { describeStoreContract } from './contract.ts';

describeStoreContract('one Redis', (options) => testStores({ ...options, cluster: false }));
describeStoreContract('a Redis Cluster of three masters', (options) =>
  testStores({ ...options, cluster: true }),
);
