/** A server that does not answer, or refuses: the message is one line, for people. */
export class ServerError extends Error {}
