/** What each command does, given its arguments; returns the exit code. */
export type Actions = {
  run(mode: 'plan' | 'apply' | 'drift', inventory: string | undefined, options: Record<string, unknown>): Promise<number>;
  init(directory: string, options: { compact?: boolean; full?: boolean }): Promise<number>;
  validate(inventory: string | undefined, options: { json?: boolean }): Promise<number>;
  status(inventory: string | undefined, options: { json?: boolean; watch?: boolean }): Promise<number>;
  health(inventory: string | undefined, options: { json?: boolean }): Promise<number>;
  runs(action: string, run: string | undefined, options: { json?: boolean }): Promise<number>;
  render(form: string, options: { inventory?: string; out: string }): Promise<number>;
  serve(options: { listen: string; inventory?: string }): Promise<number>;
  switchover(service: string, options: OperateOptions & { to?: string }): Promise<number>;
  failover(service: string, options: OperateOptions & { to: string; allowDataLoss?: boolean; oldPrimaryIsOff?: boolean }): Promise<number>;
  pause(options: OperateOptions & { minutes: string }): Promise<number>;
  resume(options: OperateOptions): Promise<number>;
  maintenance(host: string, state: string, options: OperateOptions & { lastStandby?: boolean }): Promise<number>;
  reinit(host: string, options: OperateOptions): Promise<number>;
  explain(service: string | undefined, options: OperateOptions): Promise<number>;
  history(options: OperateOptions): Promise<number>;
  secrets(action: string, name: string | undefined, options: { inventory?: string }): Promise<number>;
};

/** What every command that meets the agents' record takes. */
export type OperateOptions = { readonly inventory?: string; readonly json?: boolean };

/** Takes a command's exit code. */
export type Done = (exitCode: number) => void;
