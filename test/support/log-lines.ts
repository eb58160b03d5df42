import type { TestServer } from './test-server.ts';

interface LogLine {
  msg: string;
  worker?: number;
  pid?: number;
  requestId?: string;
}

/** What a server has written to its log so far; a line that is being written is not one yet. */
export const linesOf = ({ output }: TestServer): LogLine[] =>
  output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
