import { expect, it } from "vitest";
import { createRunner } from "./create-runner.ts";
import type { HostMessage } from "./messages.ts";

it("an event of a program before the latest is not heard as the latest one's", async () => {
  const sent: HostMessage[] = [];
  let tell: (message: unknown) => void = () => {};
  const runner = createRunner({
    spawn: () => ({
      send: (message) => sent.push(message),
      onMessage: (listener) => {
        tell = listener;
      },
      onExit: () => {},
      kill: () => {},
    }),
  });
  const heard: string[] = [];
  runner.onEvent((event) => heard.push(event.kind === "output" ? event.text : event.kind));
  const start = (): { run: number; end: Promise<unknown> } => {
    const end = runner.run({ name: "x.py", kind: "python", cells: [{ index: 0, source: "" }] });
    const last = sent.at(-1);
    if (last?.type !== "run") throw new Error("no run was asked for");
    return { run: last.id, end };
  };
  const print = (run: number, text: string): void =>
    tell({ type: "event", run, event: { kind: "output", stream: "out", text, cell: 0 } });

  const first = start();
  print(first.run, "first");
  tell({
    type: "reply",
    id: first.run,
    value: { status: "finished", failure: null, milliseconds: 1, summary: null },
  });
  await first.end;
  // Its event loop goes on: while it is the latest, it is heard.
  print(first.run, "first, late");
  const second = start();
  print(first.run, "first, too late");
  print(second.run, "second");
  expect(heard).toEqual(["first", "first, late", "second"]);
});
