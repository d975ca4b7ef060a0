/** The whole catalogue of errors a user can meet. `exit` is the command's exit code, `http` the API's status. */
export const catalogue = {
  NV_UNEXPECTED: { exit: 1, http: 500 },
  NV_USAGE: { exit: 3, http: 400 },
  NV_INVENTORY_MISSING: { exit: 3, http: 404 },
  NV_INVENTORY_SYNTAX: { exit: 3, http: 400 },
  NV_INVENTORY_INVALID: { exit: 3, http: 400 },
  NV_TOPOLOGY: { exit: 3, http: 400 },
  NV_PLAYBOOK_INVALID: { exit: 3, http: 500 },
  NV_TEMPLATE_FAILED: { exit: 3, http: 500 },
  NV_SELECTOR: { exit: 3, http: 400 },
  NV_SECRETS_MISSING: { exit: 6, http: 409 },
  NV_SECRETS_IDENTITY: { exit: 3, http: 500 },
  NV_SECRET_UNKNOWN: { exit: 3, http: 500 },
  NV_SECRET_INVALID: { exit: 3, http: 400 },
  NV_ARTIFACT: { exit: 3, http: 400 },
  NV_SSH_UNREACHABLE: { exit: 4, http: 502 },
  NV_SSH_AUTH: { exit: 4, http: 502 },
  NV_SSH_HOST_KEY: { exit: 4, http: 502 },
  NV_SSH_TIMEOUT: { exit: 4, http: 504 },
  NV_SSH_LOST: { exit: 4, http: 502 },
  NV_SSH_OUTPUT: { exit: 4, http: 502 },
  NV_UPLOAD: { exit: 4, http: 502 },
  NV_SUDO: { exit: 4, http: 502 },
  NV_FACTS: { exit: 4, http: 502 },
  NV_OS_UNSUPPORTED: { exit: 6, http: 409 },
  NV_PREFLIGHT: { exit: 6, http: 409 },
  NV_REFUSED: { exit: 6, http: 409 },
  NV_QUORUM: { exit: 4, http: 409 },
  NV_STEP_FAILED: { exit: 4, http: 500 },
  NV_PUT_BACK: { exit: 4, http: 500 },
  NV_NOT_CONVERGED: { exit: 4, http: 500 },
  NV_UNHEALTHY: { exit: 4, http: 500 },
  NV_AGENT: { exit: 4, http: 502 },
  NV_LOCKED: { exit: 5, http: 409 },
  NV_LOCK_HOSTS: { exit: 4, http: 502 },
  NV_QUEUE: { exit: 1, http: 503 },
  NV_RUN_UNKNOWN: { exit: 3, http: 404 },
  NV_RUN_ENDED: { exit: 3, http: 409 },
  NV_UNAUTHORIZED: { exit: 3, http: 401 },
  NV_FORBIDDEN: { exit: 3, http: 403 },
  NV_NOT_FOUND: { exit: 3, http: 404 },
  NV_KEY_REUSED: { exit: 3, http: 422 },
  NV_KEY_BUSY: { exit: 3, http: 409 },
  NV_TOO_MANY_REQUESTS: { exit: 3, http: 429 },
  NV_INTERRUPTED: { exit: 130, http: 409 },
} as const satisfies Record<`NV_${string}`, { exit: number; http: number }>;

export type ErrorCode = keyof typeof catalogue;

/** Where in a user's file an error is; lines and columns count from 1. */
export type SourcePosition = { readonly file: string; readonly line: number; readonly column: number };

export type Problem = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly at?: SourcePosition;
  readonly host?: string;
  /** Default: error. A warning stops nothing. */
  readonly severity?: 'error' | 'warning';
  /** Id of the rule that found it, for NV_TOPOLOGY. */
  readonly rule?: string;
};

/** An error of the catalogue; `problems` holds all findings when there are several. */
export class NvError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: SourcePosition | undefined;
  readonly problems: readonly Problem[];

  constructor(problem: Problem, options: { cause?: unknown; problems?: readonly Problem[] } = {}) {
    super(problem.message, { cause: options.cause });
    this.name = 'NvError';
    this.code = problem.code;
    this.hint = problem.hint;
    this.at = problem.at;
    this.problems = options.problems ?? [problem];
  }
}
