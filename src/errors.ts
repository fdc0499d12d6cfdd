/**
 * Errors a user can cause and mend.
 *
 * Every one carries a stable code, the stage that failed, the place (node, file:line:column, option), the cause in one
 * sentence, and what to do about it. The command line prints these five facts and nothing else; a stack trace is only ever
 * shown for a bug of ours.
 */

/** The stage names a user sees in messages and in `--from`. */
export type StageName =
  | 'arguments'
  | 'config'
  | 'read'
  | 'prepare'
  | 'optimize'
  | 'calibrate'
  | 'quantize'
  | 'compile'
  | 'run'
  | 'evaluate'
  | 'preprocess'
  | 'dataset'
  | 'fetch'

/** What an error tells beside its message. */
export interface ErrorDetails {
  /** Stage of the journey that stopped. */
  stage: StageName
  /** Where exactly: node name, `file:line:column`, option or folder. */
  where?: string
  /** What to do next, as an instruction to the user. */
  fix?: string
  /** Extra lines shown indented under the message (source line with caret, a short list...). */
  detail?: string
  /** The lower-level error, kept for `--debug`. */
  cause?: unknown
}

/** Base of all user-facing errors. `code` never changes once released. */
export class OpenMapperError extends Error {
  readonly code: string
  readonly stage: StageName
  readonly where: string | undefined
  readonly fix: string | undefined
  readonly detail: string | undefined

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause })
    this.name = new.target.name
    this.code = code
    this.stage = details.stage
    this.where = details.where
    this.fix = details.fix
    this.detail = details.detail
  }

  /** The same error at a more exact place, with the source line found there. */
  placed(where: string, source: string): OpenMapperError {
    const details = this.detail === undefined ? source : `${source}\n${this.detail}`
    return Object.create(this, {
      where: { value: where, enumerable: true },
      detail: { value: details, enumerable: true },
    }) as OpenMapperError
  }
}

/** A model file that cannot be read or is not what it claims to be. Codes `READ_*`. */
export class ReadError extends OpenMapperError {
  constructor(code: `READ_${string}`, message: string, details: Omit<ErrorDetails, 'stage'>) {
    super(code, message, { stage: 'read', ...details })
  }
}

/** A graph that breaks a rule of the IR (dangling input, duplicate name, cycle, type conflict). Codes `GRAPH_*`. */
export class GraphError extends OpenMapperError {
  constructor(code: `GRAPH_${string}`, message: string, details: Partial<ErrorDetails>) {
    super(code, message, { stage: 'read', ...details })
  }
}

/** A wrong key or value in the YAML. Codes `CONFIG_*`. */
export class ConfigError extends OpenMapperError {
  constructor(code: `CONFIG_${string}`, message: string, details: Omit<ErrorDetails, 'stage'>) {
    super(code, message, { stage: 'config', ...details })
  }
}

/** Calibration or evaluation data that do not fit the model. Codes `DATA_*`. */
export class DataError extends OpenMapperError {
  constructor(code: `DATA_${string}`, message: string, details: Partial<ErrorDetails>) {
    super(code, message, { stage: 'calibrate', ...details })
  }
}

/** A wrong command line. Codes `ARGUMENT_*`. */
export class ArgumentError extends OpenMapperError {
  constructor(code: `ARGUMENT_${string}`, message: string, details: Omit<ErrorDetails, 'stage'>) {
    super(code, message, { stage: 'arguments', ...details })
  }
}

/** A stage that could not do its work on a valid model. Codes `STAGE_*`. */
export class StageError extends OpenMapperError {
  declare readonly code: `STAGE_${string}`
}
