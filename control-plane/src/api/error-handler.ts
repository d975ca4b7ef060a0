import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { catalogue, NvError, type Problem } from '../core/errors.ts';
import type { ProblemDetails } from './schemas/problem.ts';

/** Answers every error as RFC 9457 problem details. What nobody foresaw is told to the log, not to the caller. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, request.url);
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)));
}

function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply {
  if (problem.code === 'NV_UNAUTHORIZED') reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

function notFound(request: FastifyRequest): ProblemDetails {
  const error = new NvError({
    code: 'NV_NOT_FOUND',
    message: `there is no ${request.method} ${pathOf(request.url)}`,
    hint: 'See /openapi.json.',
  });
  return problemOf(error, request.url);
}

/** The problem an error is told as; `url` is the request's. */
export function problemOf(error: FastifyError | NvError | Error, url: string): ProblemDetails {
  const instance = pathOf(url);
  if (error instanceof NvError) return fromCatalogue(error, instance);
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error, instance);
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) return build({ code: 'NV_USAGE', message: error.message }, { status, instance });
  return build(
    { code: 'NV_UNEXPECTED', message: 'the service failed in a way nobody foresaw; its log says more' },
    { status: 500, instance },
  );
}

function fromCatalogue(error: NvError, instance: string): ProblemDetails {
  const { code, message, hint } = error;
  const problem = build({ code, message, ...(hint === undefined ? {} : { hint }) }, { status: catalogue[code].http, instance });
  return error.problems.length > 1 || error.at ? { ...problem, findings: [...error.problems] } : problem;
}

type InvalidRequest = FastifyError & { validation: readonly { instancePath: string; message?: string }[] };

function invalidRequest(error: unknown, instance: string): ProblemDetails {
  const { validation, validationContext } = error as InvalidRequest;
  const findings = validation.map(({ instancePath, message }): Problem => {
    const path = instancePath === '/' ? '' : instancePath;
    return { code: 'NV_USAGE', message: `${validationContext}${path}: ${message}` };
  });
  const message = findings.map((finding) => finding.message).join('; ');
  return { ...build({ code: 'NV_USAGE', message }, { status: 400, instance }), findings };
}

function build(problem: Problem, place: { status: number; instance: string }): ProblemDetails {
  const { code, message, hint } = problem;
  return {
    type: `urn:netvis:problem:${code}`,
    title: titleOf(code),
    detail: message,
    ...place,
    code,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** `NV_RUN_UNKNOWN` → `Run unknown`: the same for every occurrence of a code, as a title must be. */
function titleOf(code: string): string {
  const words = code.slice('NV_'.length).toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url;
}
