/** Stages `--from` accepts: the first one whose work is done again. */
export const RESTARTS = ['optimize', 'calibrate', 'quantize', 'compile'] as const
export type RestartStage = (typeof RESTARTS)[number]
