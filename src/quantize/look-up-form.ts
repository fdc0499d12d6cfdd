/** Where quantizers sit around a look-up: 8 bits before and after the function, 16 bits before it, or one after it alone. */
export const LOOKUP_FORMS = ['before and after', 'int16 before', 'after only'] as const
export type LookupForm = (typeof LOOKUP_FORMS)[number]
