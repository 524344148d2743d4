/** Runs steps that wait for each other, a few at a time. */

/**
 * @template {{ name: string, after?: string[], alone?: boolean }} S
 * @typedef {{ step: S, outcome: "passed" | "failed" | "skipped", seconds: number }} Result
 */

/**
 * Runs every step once those that it waits for have passed; a step after a failed one is skipped. Steps named in `after` that are not
 * among `steps` do not count.
 * @template {{ name: string, after?: string[], alone?: boolean }} S
 * @param {S[]} steps
 * @param {number} lanes how many at a time
 * @param {(step: S) => Promise<boolean>} runStep whether it passed
 * @returns {Promise<Result<S>[]>} in the order of their ends
 */
export async function schedule(steps, lanes, runStep) {
  /** @type {Result<S>[]} */
  const results = [];
  const waiting = [...steps];
  /** @type {Map<S, Promise<void>>} */
  const running = new Map();
  const outcomeOf = (/** @type {string} */ name) => results.find((result) => result.step.name === name)?.outcome;
  const isAmong = (/** @type {string} */ name) => steps.some((step) => step.name === name);

  const start = (/** @type {S} */ step) => {
    const begun = Date.now();
    const end = (/** @type {boolean} */ passed) => {
      running.delete(step);
      results.push({ step, outcome: passed ? "passed" : "failed", seconds: (Date.now() - begun) / 1000 });
    };
    running.set(
      step,
      runStep(step).then(end, () => end(false)),
    );
  };

  while (waiting.length > 0 || running.size > 0) {
    for (const step of [...waiting]) {
      const needs = (step.after ?? []).filter(isAmong);
      if (needs.some((name) => ["failed", "skipped"].includes(outcomeOf(name) ?? ""))) {
        waiting.splice(waiting.indexOf(step), 1);
        results.push({ step, outcome: "skipped", seconds: 0 });
        continue;
      }
      const ready = needs.every((name) => outcomeOf(name) === "passed");
      const isAloneRunning = [...running.keys()].some((other) => other.alone);
      const room = running.size < lanes && !isAloneRunning && (!step.alone || running.size === 0);
      if (!ready || !room) continue;
      waiting.splice(waiting.indexOf(step), 1);
      start(step);
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (
      waiting.length > 0 &&
      !waiting.some((step) => (step.after ?? []).filter(isAmong).every((name) => outcomeOf(name)))
    ) {
      throw new Error(`these steps wait for each other: ${waiting.map((step) => step.name).join(", ")}`);
    }
  }
  return results;
}
