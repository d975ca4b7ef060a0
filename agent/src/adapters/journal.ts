import type { Journal } from '../ports/outlets.ts';

/** One JSON object per line on standard output, which systemd's journal keeps. */
export const jsonJournal: Journal = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};
