/** The agent's own mind, as it is shipped. */
import { decide } from '../../../agent/src/core/failover/decide.ts';
import { answerOf } from '../../../agent/src/core/failover/self-report.ts';
import type { Brain } from './agent.ts';

export const realBrain: Brain = { decide, answer: answerOf };
