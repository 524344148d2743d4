/** What the preload gives the page: one method per request, and events. */
import type { AnswerOf, InputOf, RequestName } from "./requests.ts";
import type { Result } from "./result.ts";

type Requests = {
  readonly [K in Exclude<RequestName, "dropped">]: (input: InputOf<K>) => Promise<Result<AnswerOf<K>>>;
};

export interface Bridge extends Requests {
  /** A token for a file that was dropped on the page. A `File` that the page made itself has no path and is refused. */
  readonly dropped: (file: File) => Promise<Result<AnswerOf<"dropped">>>;
  /** Calls `listener` with every event as JSON text; returns the way out. */
  readonly onEvent: (listener: (event: string) => void) => () => void;
}

/** The bridge's name in the page. */
export const bridgeName = "backstep";
