/** Long lists of rows of one height, of which only those in sight exist. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** In CSS pixels. */
export const rowHeight = 24;
/** Rows beyond what is in sight, so that scrolling finds them there. */
const spare = 6;

/**
 * The range of rows (first ≤ row < last) that the pane which scrolls the list shows, of `count`. A current row is brought into sight
 * whenever it becomes another one; -1 for none.
 */
export function useRowsInSight(
  list: RefObject<HTMLElement>,
  count: number,
  current: number,
): { first: number; last: number } {
  const [range, setRange] = useState({ first: 0, last: 40 });
  const some = count > 0;

  useLayoutEffect(() => {
    const scroller = list.current?.parentElement;
    if (!some || !scroller) return;
    const look = (): void => {
      const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - spare);
      setRange({ first, last: first + Math.ceil(scroller.clientHeight / rowHeight) + 2 * spare });
    };
    look();
    scroller.addEventListener("scroll", look);
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [list, some]);

  useLayoutEffect(() => {
    const scroller = list.current?.parentElement;
    if (!scroller || current < 0) return;
    const top = current * rowHeight;
    if (top < scroller.scrollTop || top + rowHeight > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top - scroller.clientHeight / 2;
    }
  }, [list, some, current]);

  return { first: Math.min(range.first, Math.max(0, count - 1)), last: Math.min(count, range.last) };
}
