import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

/**
 * The server's log: one JSON object a line, in ASCII. JSON keeps line breaks and terminal codes out of a line; what
 * turns the direction of reading, or hides, is escaped too, so that a line reads as it is (ASVS 16.4.1).
 *
 * @param process what each line says of the process that writes it
 */
export function createLog(
  level: string,
  sink: DestinationStream = destination(1),
  process: Readonly<Record<string, number>> | null = null,
): Logger {
  const ascii: DestinationStream = { write: (line) => sink.write(inAscii(line)) };
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, base: process, timestamp: stdTimeFunctions.isoTime, formatters }, ascii);
}

function inAscii(line: string): string {
  return line.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
