/** Which two dimensions are rows and columns, and sliders: an index for each other one, a place in those too large to show whole. */
import type { TileRequest } from "../../trace/query.ts";
import { type WindowChoice, withDim } from "./tensor-window.ts";

interface Props {
  shape: readonly number[];
  choice: WindowChoice;
  request: TileRequest | null;
  choose: (choice: WindowChoice) => void;
  /** An image has its own rows and columns, and its colours all at once. */
  image: boolean;
}

export function WindowControls({ shape, choice, request, choose, image }: Props) {
  const set = (dim: number, at: number): void =>
    choose({ ...choice, at: choice.at.map((old, i) => (i === dim ? at : old)) });
  const colours = image && shape[shape.length - 3] === 3 ? shape.length - 3 : -1;
  const sliders = shape.flatMap((size, dim) => {
    if (dim === colours) return [];
    const shown = dim === choice.rowDim ? request?.rows : dim === choice.colDim ? request?.columns : 1;
    const most = size - (shown ?? size);
    if (most <= 0) return [];
    const at = Math.min(choice.at[dim] ?? 0, most);
    const words = (shown ?? 1) > 1 ? `${at}–${at + (shown ?? 1) - 1} of ${size}` : `${at} of ${size}`;
    return [{ dim, most, at, words }];
  });
  const free = shape.length > 2 && !image;
  if (!free && sliders.length === 0) return null;
  return (
    <div class="tensor-window" data-testid="tensor-window">
      {free && (
        <div class="tensor-dims">
          {(["rowDim", "colDim"] as const).map((which) => (
            <label key={which} class="tensor-field">
              {which === "rowDim" ? "rows" : "columns"}{" "}
              <select
                value={choice[which] ?? 0}
                onChange={(event) => choose(withDim(choice, which, Number(event.currentTarget.value)))}
              >
                {shape.map((size, dim) => (
                  // dimensions are told apart by their place
                  <option key={dim} value={dim}>
                    dim {dim} ({size})
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      )}
      {sliders.map(({ dim, most, at, words }) => (
        <label key={dim} class="tensor-slider">
          <span>dim {dim}</span>
          <input
            type="range"
            min={0}
            max={most}
            value={at}
            aria-label={`Index in dimension ${dim}`}
            aria-valuetext={words}
            onInput={(event) => set(dim, Number(event.currentTarget.value))}
          />
          <span class="mono">{words}</span>
        </label>
      ))}
    </div>
  );
}
