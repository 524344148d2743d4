/** Tiles for a view: asked when the questions change; null until (or unless) the answer to exactly this question is here. */
import { useEffect, useState } from "preact/hooks";
import type { Tile, TileRequest } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";

export function useTiles(requests: readonly (TileRequest | null)[]): (Tile | null)[] {
  const { tile, client, report } = useActions();
  const trace = client();
  const [known, setKnown] = useState<{ trace: unknown; tiles: ReadonlyMap<string, Tile> } | null>(null);
  const keys = requests.map((one) => (one ? JSON.stringify(one) : ""));
  const tiles = known && known.trace === trace ? known.tiles : null;
  // requests are compared by content
  useEffect(() => {
    const wanted = new Map<string, TileRequest>();
    for (const [i, request] of requests.entries()) if (request) wanted.set(keys[i] as string, request);
    if (!trace || wanted.size === 0) return;
    let gone = false;
    Promise.all([...wanted].map(async ([key, request]) => [key, tiles?.get(key) ?? (await tile(request))] as const))
      .then((answers) => {
        if (!gone) setKnown({ trace, tiles: new Map(answers) });
      })
      .catch(report);
    return () => {
      gone = true;
    };
  }, [trace, keys.join("|"), tile, report]);
  return keys.map((key) => tiles?.get(key) ?? null);
}
